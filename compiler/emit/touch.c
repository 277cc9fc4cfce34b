// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory of processes that a handler is going to read, touched before it runs.
 * A page that is missing can be waited for only as long as the handler has had
 * no effect. Where one comes before a read, a function of its own reads ahead
 * all that the target expressions of the handler will read.
 */
#include "emit/cfn.h"

#include <string.h>

#include "base/intern.h"
#include "sema/sema.h"

struct touch {
	struct cfn fn;
	struct map seen;            /* texts of programs */
	unsigned n;
	uint32_t first_effect, last_read; /* places in the script */
	bool loops;
};

static bool is_read(const struct node *n)
{
	const struct fetch *f = target_is(n) ? n->info : NULL;

	if (!f || !f->user || f->store)
		return false;
	vec_each(i, &f->steps)
		if (f->steps.v[i].kind == FETCH_EXPR || f->steps.v[i].kind == FETCH_INDEX || f->steps.v[i].kind == FETCH_ENTRY)
			return false;
	return true;
}

/* user_string($text): what the argument points at is read. */
static bool reads_argument(const struct node *n)
{
	return n->kind == N_CALL && n->name && !strncmp(n->name, "user_", 5) && n->list.n;
}

static bool order_visit(struct node *n, void *data)
{
	struct touch *t = data;
	const struct symbol *v;
	bool effect = n->kind == N_DELETE || (n->kind == N_CALL && n->sym) || (n->kind == N_PRINT && *n->name != 's');

	if (n->kind == N_ASSIGN || n->kind == N_INCDEC) {
		v = target_is(n->kid[0]) ? NULL : lvalue_symbol(n->kid[0]);
		effect = !v || v->global;
	}
	if (effect && !reads_argument(n) && n->range.hi < t->first_effect)
		t->first_effect = n->range.hi;
	if (is_read(n) || reads_argument(n))
		t->last_read = n->range.lo > t->last_read ? n->range.lo : t->last_read;
	t->loops |= n->kind == N_WHILE || n->kind == N_FOR || n->kind == N_FOREACH;
	return true;
}

static void at(struct touch *t, const char *address, unsigned long long bytes)
{
	cfn_line(&t->fn, "sd_utouch(c, %s, %llu);", address, bytes);
}

static bool is_text(const struct type *type)
{
	const struct type *to;

	type = type ? type_strip(type) : NULL;
	if (!type || type->kind != TYPE_POINTER)
		return false;
	to = type_strip(type_target(type));
	return to->kind == TYPE_INT && to->size == 1;
}

static bool loads(const struct fetch *f)
{
	vec_each(i, &f->steps)
		if (f->steps.v[i].kind == FETCH_LOAD)
			return true;
	return f->dual || f->pretty || (!f->address && is_text(f->type));
}

static void add(struct touch *t, const struct fetch *f, bool pointed)
{
	const char *v;
	struct buf b;

	if (!pointed && !loads(f))
		return;
	buf_init(&b);
	fetch_print(&b, f);
	if (pointed)
		buf_puts(&b, " pointed");
	if (map_has(&t->seen, intern(b.s))) {
		buf_deinit(&b);
		return;
	}
	map_put(&t->seen, intern(b.s), t);
	buf_deinit(&b);
	v = cfn_int(&t->fn);
	cfn_line(&t->fn, "%s = %s;", v, emit_fetch_steps(&t->fn, f, "0", NULL));
	if (pointed || (!f->address && is_text(f->type)))
		at(t, v, 1);
	else if (f->dual)
		at(t, v, type_strip(f->type)->size);
	for (unsigned i = 0; f->pretty && i < f->pretty->items.n; i++) {
		const struct pretty_item *it = &f->pretty->items.v[i];
		const char *x;

		if (!it->value)
			continue;
		x = cfn_int(&t->fn);
		cfn_line(&t->fn, "%s = %s;", x, emit_fetch_steps(&t->fn, it->value, v, NULL));
		if (it->how == 's')
			at(t, x, it->value->dual ? type_strip(it->value->type)->size : 1);
	}
	cfn_line(&t->fn, "if (c->error)");
	cfn_line(&t->fn, "\treturn;");
	t->n++;
}

static bool add_visit(struct node *n, void *data)
{
	struct touch *t = data;

	if (reads_argument(n) && is_read(n->list.v[0]))
		add(t, n->list.v[0]->info, true);
	if (is_read(n))
		add(t, n->info, false);
	return true;
}

void emit_touch(struct emit *e, struct plan_probe *p)
{
	struct touch t = { .fn = { .e = e, .probe = p, .indent = 1, .on_error = "out", .touching = true }, .first_effect = UINT32_MAX };

	if (!p->target.user || !p->body)
		return;
	node_walk(p->body, order_visit, &t);
	if (t.first_effect == UINT32_MAX || (t.last_read < t.first_effect && !t.loops))
		return;
	map_init(&t.seen, e->arena);
	buf_init(&t.fn.body);
	buf_init(&t.fn.decls);
	buf_init(&t.fn.fields);
	node_walk(p->body, add_visit, &t);
	if (t.n) {
		p->touch = cfn_text(&t.fn, "t_%u", p->index);
		buf_printf(&e->functions, "static void %s(struct sd_ctx *c)\n{\n%s\n%s}\n\n", p->touch, t.fn.decls.s, t.fn.body.s);
	}
	buf_deinit(&t.fn.body);
	buf_deinit(&t.fn.decls);
	buf_deinit(&t.fn.fields);
}

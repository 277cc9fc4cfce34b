// SPDX-License-Identifier: GPL-2.0-or-later
/* Handlers: the body, between taking and giving back the locks it needs. */
#include "emit/cfn.h"

static bool may_run_long_visit(struct node *n, void *data)
{
	const struct func *f = n->kind == N_CALL ? n->sym : NULL;

	if (n->kind == N_WHILE || n->kind == N_FOR || n->kind == N_FOREACH || f)
		*(bool *)data = true;
	return true;
}

/* Handlers and functions without loops or calls cannot reach MAXACTION, so they do not count. */
static bool may_run_long(struct node *body)
{
	bool found = false;

	node_walk(body, may_run_long_visit, &found);
	return found;
}

static bool needs_lock(const struct plan_probe *p, unsigned i)
{
	return p->concurrent && (p->globals.v[i]->lock == SHARE_LOCK || p->globals.v[i]->lock == SHARE_GROUP);
}

static bool shares(const struct plan_probe *p, unsigned i)
{
	return p->globals.v[i]->lock == SHARE_GROUP && (p->global_use.v[i] & USE_UPDATES);
}

static void lock(struct buf *out, const struct plan_probe *p, unsigned i)
{
	const struct symbol *v = p->globals.v[i];

	if (v->lock == SHARE_GROUP)
		buf_printf(out, "\tif (sd_%s(c, &lock_%s, 1ULL << %u))\n", shares(p, i) ? "share" : "lock_alone", v->cname, v->group);
	else
		buf_printf(out, "\tif (sd_lock_%s(c, &lock_%s))\n", p->global_use.v[i] & USE_WRITE ? "write" : "read", v->cname);
}

static void unlock(struct buf *out, const struct plan_probe *p, unsigned i)
{
	const struct symbol *v = p->globals.v[i];

	if (shares(p, i))
		buf_printf(out, "\tsd_unshare(c, 1ULL << %u);\n", v->group);
	else
		buf_printf(out, "\tsd_unlock_%s(&lock_%s);\n", v->lock == SHARE_GROUP || (p->global_use.v[i] & USE_WRITE) ? "write" : "read",
			   v->cname);
}

/*
 * The locks in order of the globals' numbers. When one cannot be had those
 * before it are given back and the hit is skipped (and counted by the runtime).
 */
static void lock_all(struct cfn *fn, struct buf *out)
{
	struct plan_probe *p = fn->probe;
	int last = -1;

	vec_each(i, &p->globals) {
		if (!needs_lock(p, i))
			continue;
		lock(out, p, i);
		if (last < 0 && fn->fields.n)
			buf_puts(out, "\t\tgoto done;\n");
		else if (last < 0)
			buf_puts(out, "\t\treturn;\n");
		else
			buf_printf(out, "\t\tgoto unlock_%d;\n", last);
		last = (int)i;
	}
}

static void unlock_all(struct cfn *fn, struct buf *out)
{
	struct plan_probe *p = fn->probe;
	int prev = -1;

	for (unsigned i = p->globals.n; i-- > 0;) {
		if (!needs_lock(p, i))
			continue;
		if (prev >= 0)
			buf_printf(out, "unlock_%u:\n", i);
		unlock(out, p, i);
		prev = (int)i;
	}
}

static void declare_locals(struct cfn *fn)
{
	vec_each(i, &fn->probe->scope.locals) {
		const struct symbol *v = fn->probe->scope.locals.v[i];

		if (v->type == VT_STRING) {
			buf_printf(&fn->fields, "\tSD_STRVAR(SD_CAP) %s;\n", v->cname);
			cfn_line(fn, "f->%s.n = 0;", v->cname);
		} else {
			buf_printf(&fn->decls, v->type == VT_STATS ? "\tconst sd_int *%s = 0;\n" : "\tsd_int %s = 0;\n", v->cname);
		}
	}
}

/* Behind the names: declarations, locks, statements. */
static void write_body(struct cfn *fn, struct buf *out)
{
	buf_puts(out, fn->decls.s);
	if (fn->begins)
		buf_puts(out, "\tsd_actions_begin(c);\n");
	if (fn->fields.n)
		buf_printf(out, "\n\tf = sd_frame(c, sizeof(*f), 0);\n\tif (!f)\n\t\treturn;\n");
	buf_putc(out, '\n');
	lock_all(fn, out);
	buf_puts(out, fn->body.s);
	if (fn->uses_out)
		buf_puts(out, "out: __attribute__((unused));\n");
	unlock_all(fn, out);
	if (fn->fields.n)
		buf_puts(out, "done: __attribute__((unused));\n\tc->sp = sp;\n");
}

/* Returns the name of the function. */
static const char *write_function(struct cfn *fn, const char *name)
{
	struct buf body;

	buf_init(&body);
	write_body(fn, &body);
	name = emit_handler(fn, name, fn->fields.s, body.s);
	buf_deinit(&body);
	return name;
}

/* One value, at the entry of the function. A string is its length and its bytes. */
static void save(struct cfn *fn, const struct entry_value *e, unsigned n)
{
	const char *slot = emit_entry_slot(fn, n), *v;

	if (!e->expr) {
		cfn_line(fn, "%s = (sd_uint)(%s);", slot, emit_fetch(fn, NULL, e->fetch, false));
		return;
	}
	v = emit_expr(fn, e->expr);
	if (e->expr->vtype == VT_STRING)
		cfn_line(fn, "%s = sd_str_copy(c, (char *)(&%s + 1), SD_CAP, %s).n;", slot, slot, v);
	else
		cfn_line(fn, "%s = (sd_uint)(%s);", slot, v);
}

static void emit_entry(struct emit *e, struct plan_probe *p)
{
	struct cfn fn = { .e = e, .probe = p, .indent = 1, .on_error = "out" };
	struct symbol_list none = { 0 }, all = p->globals;
	bool locks = false;

	vec_each(i, &p->entries)
		if (p->entries.v[i].expr) {
			locks = true;
			fn.begins |= may_run_long(p->entries.v[i].expr);
		}
	buf_init(&fn.body);
	buf_init(&fn.decls);
	buf_init(&fn.fields);
	vec_each(i, &p->entries)
		save(&fn, &p->entries.v[i], i);
	if (!locks)
		p->globals = none;
	p->entry = write_function(&fn, cfn_text(&fn, "e_%u", p->index));
	p->globals = all;
	buf_deinit(&fn.body);
	buf_deinit(&fn.decls);
	buf_deinit(&fn.fields);
}

void emit_probe(struct emit *e, struct plan_probe *p)
{
	struct cfn fn = { .e = e, .probe = p, .indent = 1, .on_error = "out", .marks = !e->o->unoptimized };

	buf_init(&fn.body);
	buf_init(&fn.decls);
	buf_init(&fn.fields);
	fn.begins = may_run_long(p->body);
	fn.charge = !p->uncharged && !e->o->no_time_limits && fn.begins;
	declare_locals(&fn);
	emit_match_record(&fn);
	emit_statement(&fn, p->body);
	p->handler = write_function(&fn, cfn_text(&fn, "p_%u", p->index));
	buf_deinit(&fn.body);
	buf_deinit(&fn.decls);
	buf_deinit(&fn.fields);
	if (p->entries.n)
		emit_entry(e, p);
	emit_touch(e, p);
}

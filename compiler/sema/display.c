// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Globals that the script writes and never reads are shown when it ends. What
 * shows them is a probe like any other, written in the language.
 */
#include "base/buf.h"
#include "base/diag.h"
#include "sema/embedded.h"
#include "sema/sema.h"

/* On entry read and written are what resolve.c saw; here an update whose value nobody wants is no reading. */
struct uses {
	bool *read, *written; /* by global index - 1 */
};

static void scan(struct uses *w, struct node *n);

static void mark(bool *what, const struct node *n)
{
	const struct symbol *v = n ? lvalue_symbol(n) : NULL;

	if (v && v->global && v->index)
		what[v->index - 1] = true;
}

static void scan_children(struct uses *w, struct node *n)
{
	for (unsigned i = 0; i < node_nchildren(n); i++)
		if (*node_child(n, i))
			scan(w, *node_child(n, i));
}

static void scan_keys(struct uses *w, struct node *left)
{
	if (left->kind == N_INDEX)
		vec_each(i, &left->list)
			scan(w, left->list.v[i]);
}

/* An expression whose value is dropped. */
static void scan_effect(struct uses *w, struct node *n)
{
	if (!n || (n->kind != N_ASSIGN && n->kind != N_INCDEC)) {
		if (n)
			scan(w, n);
		return;
	}
	mark(w->written, n->kid[0]);
	scan_keys(w, n->kid[0]);
	if (n->kind == N_ASSIGN)
		scan(w, n->kid[ASSIGN_R]);
}

static void scan(struct uses *w, struct node *n)
{
	switch (n->kind) {
	case N_EXPRSTMT:
		scan_effect(w, n->kid[EXPRSTMT_EXPR]);
		return;
	case N_FOR:
		scan_effect(w, n->kid[FOR_INIT]);
		scan_effect(w, n->kid[FOR_STEP]);
		if (n->kid[FOR_COND])
			scan(w, n->kid[FOR_COND]);
		scan(w, n->kid[FOR_BODY]);
		return;
	case N_ASSIGN:
		mark(w->written, n->kid[ASSIGN_L]);
		mark(w->read, n->kid[ASSIGN_L]);
		scan_keys(w, n->kid[ASSIGN_L]);
		scan(w, n->kid[ASSIGN_R]);
		return;
	case N_DELETE:
		scan_keys(w, n->kid[DELETE_WHAT]);
		return;
	case N_FOREACH:
		vec_each(i, &n->list)
			mark(w->written, n->list.v[i]);
		mark(w->written, n->kid[FOREACH_VALUE]);
		scan(w, n->kid[FOREACH_ARRAY]);
		vec_each(i, &n->list2)
			scan(w, n->list2.v[i]);
		if (n->kid[FOREACH_LIMIT])
			scan(w, n->kid[FOREACH_LIMIT]);
		scan(w, n->kid[FOREACH_BODY]);
		return;
	case N_TRY:
		mark(w->written, n->kid[TRY_VAR]);
		scan(w, n->kid[TRY_BODY]);
		if (n->kid[TRY_CATCH])
			scan(w, n->kid[TRY_CATCH]);
		return;
	case N_INCDEC:
		mark(w->written, n->kid[INCDEC_X]);
		mark(w->read, n->kid[INCDEC_X]);
		scan_keys(w, n->kid[INCDEC_X]);
		return;
	case N_IDENT:
		mark(w->read, n);
		return;
	case N_EMBEDDED:
		vec_each(i, &((struct embedded *)n->info)->reads)
			w->read[((struct embedded *)n->info)->reads.v[i]->index - 1] = true;
		vec_each(i, &((struct embedded *)n->info)->writes)
			w->written[((struct embedded *)n->info)->writes.v[i]->index - 1] = true;
		return;
	default:
		scan_children(w, n);
		return;
	}
}

/* ---- The text ----------------------------------------------------------------------- */

static void put_name(struct buf *b, const struct symbol *v)
{
	buf_puts(b, v->name);
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(b, "%s%s", i ? "," : "[", v->keys[i].type == VT_STRING ? "\\\"%s\\\"" : "%d");
	if (v->nkeys)
		buf_putc(b, ']');
}

/* ", k0, text_str(k1)": what goes with the directives of put_name(). */
static void put_keys(struct buf *b, const struct symbol *v)
{
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(b, v->keys[i].type == VT_STRING ? ", text_str(__k%u)" : ", __k%u", i);
}

static void put_statistic(struct buf *b, const struct symbol *v, const char *what)
{
	buf_printf(b, "if (@count(%s)) printf(\"", what);
	put_name(b, v);
	buf_puts(b, " @count=0x%x @min=0x%x @max=0x%x @sum=0x%x @avg=0x%x\\n\"");
	put_keys(b, v);
	buf_printf(b, ", @count(%s), @min(%s), @max(%s), @sum(%s), @avg(%s))\nelse printf(\"", what, what, what, what, what);
	put_name(b, v);
	buf_puts(b, " @count=0x0\\n\"");
	put_keys(b, v);
	buf_puts(b, ")\n");
}

static void put_value(struct buf *b, const struct symbol *v, const char *what)
{
	buf_puts(b, "printf(\"");
	put_name(b, v);
	buf_puts(b, v->type == VT_STRING ? "=\\\"%s\\\"\\n\"" : "=0x%x\\n\"");
	put_keys(b, v);
	buf_printf(b, v->type == VT_STRING ? ", text_str(%s))\n" : ", %s)\n", what);
}

static void put_global(struct buf *b, const struct symbol *v)
{
	void (*put)(struct buf *b, const struct symbol *v, const char *what) = v->type == VT_STATS ? put_statistic : put_value;

	if (v->shape != SHAPE_ARRAY) {
		put(b, v, v->name);
		return;
	}
	buf_puts(b, "foreach (__v = [");
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(b, "%s__k%u", i ? ", " : "", i);
	buf_printf(b, "] in %s-)\n", v->name);
	put(b, v, "__v");
}

static bool add_probe(struct sema *s, const char *text, size_t n)
{
	struct source *src = source_add("<display of globals>", text, n);
	struct node *file;
	unsigned first = s->plan->probes.n, mark_errors = diag_errors();

	src->library = true; /* not the user's: no warnings */
	file = syntax_parse(s->syntax, src, SYNTAX_LIBRARY);
	if (!file)
		return false;
	vec_each(i, &file->list)
		expand_probe(s, file->list.v[i]);
	s->displaying = true;
	for (unsigned i = first; i < s->plan->probes.n; i++) {
		struct plan_probe *p = s->plan->probes.v[i];

		resolve_probe(s, p);
		p->uncharged = true;
	}
	return diag_errors() == mark_errors && infer_run(s);
}

bool display_make(struct sema *s)
{
	struct symbol_list *globals = &s->plan->globals;
	struct uses w = {
		.read = arena_array(s->arena, bool, globals->n + 1),
		.written = arena_array(s->arena, bool, globals->n + 1),
	};
	bool ok = true;
	struct buf b;

	if (!s->syntax)
		return true;
	vec_each(i, &s->plan->funcs)
		scan(&w, s->plan->funcs.v[i]->decl->kid[FUNCTION_BODY]);
	vec_each(i, &s->plan->probes)
		scan(&w, s->plan->probes.v[i]->body);
	buf_init(&b);
	vec_each(i, globals) {
		const struct symbol *v = globals->v[i];

		warn_global(s, v, w.read[i], w.written[i]);
		/* A probe each: locals of one name have one type. */
		if (s->no_display || !w.written[i] || w.read[i] || v->library || (v->shape == SHAPE_ARRAY && !v->nkeys))
			continue;
		buf_puts(&b, "probe end(2147483647), error(2147483647) {\n");
		put_global(&b, v);
		buf_puts(&b, "}\n");
	}
	if (b.n)
		ok = add_probe(s, arena_strndup(s->arena, b.s, b.n), b.n);
	buf_deinit(&b);
	return ok;
}

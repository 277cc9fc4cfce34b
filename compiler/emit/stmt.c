// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements, and the functions of the script. */
#include <stdlib.h>

#include "emit/cfn.h"
#include "sema/sema.h"

static void nested(struct cfn *fn, struct node *n)
{
	fn->indent++;
	emit_statement(fn, n);
	fn->indent--;
}

/* Actions of a straight run of statements: what one pass through it costs. */
unsigned emit_actions(const struct node *n)
{
	unsigned sum = 0, a, b;

	if (!n)
		return 0;
	switch (n->kind) {
	case N_BLOCK:
		vec_each(i, &n->list)
			sum += emit_actions(n->list.v[i]);
		return sum;
	case N_IF:
		a = emit_actions(n->kid[IF_THEN]);
		b = emit_actions(n->kid[IF_ELSE]);
		return 1 + (a > b ? a : b);
	case N_TRY:
		return 1 + emit_actions(n->kid[TRY_BODY]);
	case N_NULLSTMT:
		return 0;
	default:
		return 1; /* a loop charges for itself */
	}
}

void emit_charge(struct cfn *fn, unsigned n, const struct node *at)
{
	if (!fn->charge || !n)
		return;
	cfn_line(fn, "if (sd_charge(c, %u, %s))", n, cfn_site(fn, at));
	cfn_line(fn, "\tgoto %s;", fn->on_error);
	fn->uses_out = true;
}

static void loop(struct cfn *fn, struct node *n, struct node *cond, struct node *step, struct node *body)
{
	unsigned outer = fn->loop, me = ++fn->nlabels;

	fn->loop = me;
	emit_forget(fn, NULL);
	cfn_line(fn, "for (;;) {");
	fn->indent++;
	fn->bufs_busy = 0;
	if (cond) {
		cfn_line(fn, "if (!(%s))", emit_expr(fn, cond));
		cfn_line(fn, "\tbreak;");
	}
	emit_charge(fn, 1 + emit_actions(body), n);
	emit_statement(fn, body);
	cfn_line(fn, "next_%u: __attribute__((unused));", me);
	fn->bufs_busy = 0;
	emit_forget(fn, NULL); /* continue comes here */
	if (step)
		emit_effect(fn, step);
	fn->indent--;
	cfn_line(fn, "}");
	emit_forget(fn, NULL);
	fn->loop = outer;
}

static void try_catch(struct cfn *fn, struct node *n)
{
	const char *outer = fn->on_error;
	unsigned me = ++fn->nlabels;
	struct node *var = n->kid[TRY_VAR];

	fn->on_error = cfn_text(fn, "catch_%u", me);
	nested(fn, n->kid[TRY_BODY]);
	fn->on_error = outer;
	emit_forget(fn, NULL);
	cfn_line(fn, "goto done_%u;", me);
	cfn_line(fn, "catch_%u: __attribute__((unused));", me);
	fn->bufs_busy = 0;
	cfn_line(fn, fn->e->pages ? "if (c->error == SD_ERR_ABORT || c->error == SD_ERR_PAGE)" : "if (c->error == SD_ERR_ABORT)");
	cfn_line(fn, "\tgoto %s;", outer);
	fn->uses_out = true;
	cfn_line(fn, "{");
	cfn_line(fn, "\tstruct sd_str m = sd_catch(c, %s, SD_CAP);", cfn_buf(fn));
	if (var)
		cfn_line(fn, "\tsd_str_set(c, &%s, m);", emit_storage(fn, var->sym));
	else
		cfn_line(fn, "\t(void)m;");
	cfn_line(fn, "}");
	if (n->kid[TRY_CATCH])
		nested(fn, n->kid[TRY_CATCH]);
	emit_forget(fn, NULL);
	cfn_line(fn, "done_%u: __attribute__((unused));", me);
}

static void clear(struct cfn *fn, struct node *what)
{
	const struct symbol *v = lvalue_symbol(what);

	if (what->kind == N_INDEX || v->shape == SHAPE_ARRAY || v->type == VT_STATS) {
		emit_delete(fn, what);
		return;
	}
	if (v->type == VT_STRING)
		cfn_line(fn, "%s.n = 0;", emit_storage(fn, v));
	else
		cfn_line(fn, "%s = 0;", emit_storage(fn, v));
	cfn_effect(fn);
}

static void return_value(struct cfn *fn, struct node *n)
{
	const char *v;

	if (n->kid[RETURN_VALUE]) {
		v = emit_expr(fn, n->kid[RETURN_VALUE]);
		if (fn->func->ret == VT_STRING)
			cfn_line(fn, "ret = sd_str_copy(c, retbuf, SD_CAP, %s);", v);
		else if (fn->func->ret == VT_LONG)
			cfn_line(fn, "ret = %s;", v);
	}
	cfn_line(fn, "goto out;");
	fn->uses_out = true;
}

/* 'next' in a function: the call goes, as it came, to the overload behind it; in the last one it is an error. */
void emit_hand_on(struct cfn *fn, const struct node *n)
{
	const struct func *f = fn->func, *g = f->next;
	struct buf b;

	if (!g) {
		cfn_line(fn, "sd_raise(c, SD_ERR_NO_OVERLOAD, %s, 0);", cfn_site(fn, n));
		cfn_line(fn, "goto %s;", fn->on_error);
		fn->uses_out = true;
		return;
	}
	buf_init(&b);
	buf_puts(&b, g->ret == VT_STRING ? "c, retbuf" : "c");
	for (unsigned i = 0; i < f->nparams; i++)
		buf_printf(&b, ", in_%s", f->scope.locals.v[i]->cname);
	cfn_line(fn, "%s%s(%s);", g->ret == VT_VOID ? "" : "ret = ", g->cname, b.s);
	buf_deinit(&b);
}

void emit_statement(struct cfn *fn, struct node *n)
{
	if (!n)
		return;
	fn->bufs_busy = 0;
	switch (n->kind) {
	case N_BLOCK:
		vec_each(i, &n->list)
			emit_statement(fn, n->list.v[i]);
		break;
	case N_NULLSTMT:
		break;
	case N_EXPRSTMT:
		emit_effect(fn, n->kid[EXPRSTMT_EXPR]);
		break;
	case N_IF:
		cfn_line(fn, "if (%s) {", emit_expr(fn, n->kid[IF_COND]));
		nested(fn, n->kid[IF_THEN]);
		emit_forget(fn, NULL);
		if (n->kid[IF_ELSE]) {
			cfn_line(fn, "} else {");
			nested(fn, n->kid[IF_ELSE]);
			emit_forget(fn, NULL);
		}
		cfn_line(fn, "}");
		break;
	case N_WHILE:
		loop(fn, n, n->kid[WHILE_COND], NULL, n->kid[WHILE_BODY]);
		break;
	case N_FOR:
		if (n->kid[FOR_INIT])
			emit_effect(fn, n->kid[FOR_INIT]);
		loop(fn, n, n->kid[FOR_COND], n->kid[FOR_STEP], n->kid[FOR_BODY]);
		break;
	case N_FOREACH:
		if (n->kid[FOREACH_ARRAY]->kind == N_HIST)
			emit_foreach_bucket(fn, n);
		else
			emit_foreach(fn, n);
		break;
	case N_BREAK:
		cfn_line(fn, "break;");
		break;
	case N_CONTINUE:
		cfn_line(fn, "goto next_%u;", fn->loop);
		break;
	case N_NEXT:
		if (fn->func)
			emit_hand_on(fn, n);
		cfn_line(fn, "goto out;");
		fn->uses_out = true;
		break;
	case N_RETURN:
		return_value(fn, n);
		break;
	case N_DELETE:
		clear(fn, n->kid[DELETE_WHAT]);
		break;
	case N_TRY:
		try_catch(fn, n);
		break;
	default:
		abort(); /* sema refuses every other kind */
	}
}

/* ---- Functions ------------------------------------------------------------------- */

/* A parameter with storage of its own beside the argument. */
static bool comes_in(const struct func *f, const struct symbol *v)
{
	return f->hands_on || (v->type == VT_STRING && !symbol_in_place(v));
}

const char *emit_prototype(struct emit *e, struct func *f)
{
	struct buf b;
	const char *text;

	buf_init(&b);
	buf_printf(&b, "static %s %s(struct sd_ctx *c", f->ret == VT_STRING ? "struct sd_str" : f->ret == VT_LONG ? "sd_int" : "void",
		   f->cname);
	if (f->ret == VT_STRING)
		buf_puts(&b, ", char *retbuf");
	for (unsigned i = 0; i < f->nparams; i++) {
		const struct symbol *v = f->scope.locals.v[i];

		buf_printf(&b, ", %s %s%s", v->type == VT_STRING ? "struct sd_str" : "sd_int",
			   comes_in(f, v) ? "in_" : "", v->cname);
	}
	buf_putc(&b, ')');
	text = arena_strdup(e->arena, b.s);
	buf_deinit(&b);
	return text;
}

void emit_function(struct emit *e, struct func *f)
{
	struct cfn fn = { .e = e, .func = f, .indent = 1, .on_error = "out", .charge = !e->o->no_time_limits };
	const struct node *body = f->decl->kid[FUNCTION_BODY];

	buf_init(&fn.body);
	buf_init(&fn.decls);
	buf_init(&fn.fields);
	vec_each(i, &f->scope.locals) {
		const struct symbol *v = f->scope.locals.v[i];

		if (v->type == VT_STRING && !symbol_in_place(v)) {
			buf_printf(&fn.fields, "\tSD_STRVAR(SD_CAP) %s;\n", v->cname);
			if (v->param)
				cfn_line(&fn, "sd_str_set(c, &f->%s, in_%s);", v->cname, v->cname);
			else
				cfn_line(&fn, "f->%s.n = 0;", v->cname);
		} else if (!v->param) {
			buf_printf(&fn.decls, v->type == VT_STATS ? "\tconst sd_int *%s = 0;\n" : "\tsd_int %s = 0;\n", v->cname);
		} else if (comes_in(f, v)) {
			buf_printf(&fn.decls, "\t%s %s = in_%s;\n", v->type == VT_STRING ? "struct sd_str" : "sd_int", v->cname, v->cname);
		}
	}
	emit_charge(&fn, 1 + emit_actions(body), f->decl);
	if (body->kind == N_EMBEDDED)
		emit_embedded_function(&fn, body);
	else
		emit_statement(&fn, (struct node *)body);
	buf_printf(&e->prototypes, "%s;\n", emit_prototype(e, f));
	if (fn.fields.n)
		buf_printf(&e->functions, "struct frame_%s {\n%s} __attribute__((aligned(16)));\n\n", f->cname, fn.fields.s);
	buf_printf(&e->functions, "%s\n{\n", emit_prototype(e, f));
	if (fn.fields.n) {
		buf_printf(&e->functions, "\tchar *sp = c->sp;\n\tstruct frame_%s *f;\n", f->cname);
		buf_printf(&e->frame_bytes, " + sizeof(struct frame_%s) * %lld", f->cname,
			   f->recursive ? (long long)e->o->limits.maxnesting + 1 : 1);
	}
	if (f->ret == VT_LONG)
		buf_puts(&e->functions, "\tsd_int ret = 0;\n");
	else if (f->ret == VT_STRING)
		buf_puts(&e->functions, "\tstruct sd_str ret = { retbuf, 0 };\n");
	buf_puts(&e->functions, fn.decls.s);
	if (fn.fields.n) {
		buf_printf(&e->functions, "\n\tf = sd_frame(c, sizeof(*f), %s);\n\tif (!f)\n\t\tgoto out;\n", cfn_site(&fn, f->decl));
		fn.uses_out = true;
	}
	buf_printf(&e->functions, "\n%s%s%s%s}\n\n", fn.body.s, fn.uses_out ? "out: __attribute__((unused));\n" : "",
		   fn.fields.n ? "\tc->sp = sp;\n" : "", f->ret == VT_VOID ? "" : "\treturn ret;\n");
	buf_deinit(&fn.body);
	buf_deinit(&fn.decls);
	buf_deinit(&fn.fields);
}

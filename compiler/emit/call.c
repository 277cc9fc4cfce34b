// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls of functions and intrinsics, and the print family. */
#include <string.h>

#include "emit/cfn.h"

#define MAX_ARGS 64

/* Whether the value of a string expression may lie in the storage of a global. */
static bool in_global(const struct node *n)
{
	switch (n->kind) {
	case N_IDENT:
		return ((const struct symbol *)n->sym)->global;
	case N_INDEX:
		return true; /* arrays are global */
	case N_ASSIGN:
		return in_global(n->kid[ASSIGN_L]);
	case N_TERNARY:
		return in_global(n->kid[TERNARY_THEN]) || in_global(n->kid[TERNARY_ELSE]);
	default:
		return false;
	}
}

/* A global string is passed as a copy: the callee might change it. */
static void stable_args(struct cfn *fn, struct node *n, const char **arg)
{
	vec_each(i, &n->list) {
		const struct node *a = n->list.v[i];
		const char *t;

		if (a->vtype != VT_STRING || !in_global(a))
			continue;
		t = cfn_str(fn);
		cfn_line(fn, "%s = sd_str_copy(c, %s, SD_CAP, %s);", t, cfn_buf(fn), arg[i]);
		arg[i] = t;
	}
}

static const char *list(struct cfn *fn, const char *first, const char *const *arg, unsigned n)
{
	struct buf b;
	const char *text;

	buf_init(&b);
	buf_puts(&b, first);
	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, ", %s", arg[i]);
	text = cfn_text(fn, "%s", b.s);
	buf_deinit(&b);
	return text;
}

static const char *intrinsic(struct cfn *fn, struct node *n, const char *const *arg)
{
	const struct builtin *b = n->info;
	const char *site = b->flags & B_RAISES ? cfn_site(fn, n) : "0", *call, *t;

	if (b->ret[0] == 's') {
		call = list(fn, cfn_text(fn, "c, %s, %s, SD_CAP", site, cfn_buf(fn)), arg, n->list.n);
		t = cfn_str(fn);
		cfn_line(fn, "%s = sd_fn_%s(%s);", t, b->name, call);
	} else {
		call = list(fn, cfn_text(fn, "c, %s", site), arg, n->list.n);
		if (b->ret[0] == 'v') {
			cfn_line(fn, "sd_fn_%s(%s);", b->name, call);
			t = "0";
		} else if (!(b->flags & B_RAISES) && (b->flags & B_PURE)) {
			return cfn_text(fn, "sd_fn_%s(%s)", b->name, call);
		} else {
			t = cfn_int(fn);
			cfn_line(fn, "%s = sd_fn_%s(%s);", t, b->name, call);
		}
	}
	if (b->flags & B_RAISES)
		cfn_check(fn);
	return t;
}

const char *emit_call(struct cfn *fn, struct node *n)
{
	struct func *f = n->sym;
	const char *arg[MAX_ARGS], *call, *t = "0";

	emit_operands(fn, n->list.v, n->list.n, arg);
	if (!f)
		return intrinsic(fn, n, arg);
	emit_forget(fn, NULL);
	stable_args(fn, n, arg);
	call = list(fn, f->ret == VT_STRING ? cfn_text(fn, "c, %s", cfn_buf(fn)) : "c", arg, n->list.n);
	if (f->recursive) {
		cfn_line(fn, "if (sd_call_enter(c, %s))", cfn_site(fn, n));
		cfn_line(fn, "\tgoto %s;", fn->on_error);
		fn->uses_out = true;
	}
	if (f->ret == VT_VOID) {
		cfn_line(fn, "%s(%s);", f->cname, call);
	} else {
		t = f->ret == VT_STRING ? cfn_str(fn) : cfn_int(fn);
		cfn_line(fn, "%s = %s(%s);", t, f->cname, call);
	}
	if (f->recursive)
		cfn_line(fn, "c->nesting--;");
	cfn_line(fn, "if (sd_unlikely(c->error)) {");
	cfn_line(fn, "\tsd_called(c, %s);", cfn_site(fn, n));
	cfn_line(fn, "\tgoto %s;", fn->on_error);
	cfn_line(fn, "}");
	fn->uses_out = true;
	return t;
}

/* ---- print ------------------------------------------------------------------- */

static bool same_literals(const struct format *f, const struct format *g)
{
	vec_each(i, &f->literals) {
		const struct node *a = f->literals.v[i], *b = g->literals.v[i];

		if (a->len != b->len || memcmp(a->str, b->str, a->len))
			return false;
	}
	return true;
}

static unsigned format_number(struct emit *e, struct format *f)
{
	vec_each(i, &e->formats) {
		const struct format *g = e->formats.v[i];

		if (g->len == f->len && !memcmp(g->text, f->text, f->len) && !strcmp(g->shown, f->shown) && same_literals(g, f))
			return f->id = i;
	}
	f->id = e->formats.n;
	vec_push(e->arena, &e->formats, f);
	return f->id;
}

static const char *print_to_string(struct cfn *fn, struct node *n, struct format *f, const char *const *arg)
{
	const char *t = cfn_str(fn);
	struct buf b;

	buf_init(&b);
	buf_quote(&b, f->text, f->len);
	cfn_line(fn, "{");
	cfn_line(fn, "\tstruct sd_value v[%u];", f->args.n ? f->args.n : 1);
	vec_each(i, &f->args) {
		cfn_line(fn, "\tv[%u].is_string = %d;", i, f->types[i] == 's');
		cfn_line(fn, "\tv[%u].%s = %s;", i, f->types[i] == 's' ? "s" : "i", arg[i]);
	}
	cfn_line(fn, "\t%s = sd_sprintf(c, %s, SD_CAP, %s, v, %u, %s);", t, cfn_buf(fn), cfn_string(fn, b.s), f->args.n, cfn_site(fn, n));
	cfn_line(fn, "}");
	cfn_check(fn);
	buf_deinit(&b);
	return t;
}

const char *emit_print(struct cfn *fn, struct node *n)
{
	struct format *f = n->info;
	const char *arg[MAX_ARGS];
	unsigned numbers = 0;
	struct buf size;

	if (n->list.n && n->list.v[0]->kind == N_HIST)
		return emit_hist_print(fn, n);
	emit_operands(fn, f->args.v, f->args.n, arg);
	if (f->returns)
		return print_to_string(fn, n, f, arg);
	if (!f->args.n && !f->len)
		return "0";
	buf_init(&size);
	vec_each(i, &f->args) {
		const char *t;

		if (f->types[i] != 's') {
			numbers++;
			continue;
		}
		t = cfn_str(fn);
		cfn_line(fn, "%s = %s;", t, arg[i]);
		arg[i] = t;
		buf_printf(&size, " + SD_STR_BYTES(%s.n)", t);
	}
	cfn_line(fn, "{");
	cfn_line(fn, "\tchar *p = sd_rec_begin(c, SD_REC_PRINTF, %s, %u%s);", cfn_format(fn, format_number(fn->e, f)), numbers * 8, size.s);
	cfn_line(fn, "\tif (sd_likely(p)) {");
	vec_each(i, &f->args)
		cfn_line(fn, "\t\tp = %s(p, %s);", f->types[i] == 's' ? "sd_put_str" : "sd_put_int", arg[i]);
	cfn_line(fn, "\t\tsd_rec_end(c);");
	cfn_line(fn, "\t}");
	cfn_line(fn, "}");
	buf_deinit(&size);
	return "0";
}

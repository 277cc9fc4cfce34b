// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types: number or string for every expression, variable and function, worked
 * out from all uses until nothing changes. Then the trees are checked.
 */
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "sema/embedded.h"
#include "sema/sema.h"

struct infer {
	struct sema *s;
	struct scope *scope;
	bool changed, check; /* check: the last walk, which reports */
};

static enum vtype expr(struct infer *w, struct node *n, enum vtype want);

static struct diag *mismatch(const struct node *n, enum vtype have, enum vtype want, const struct node *because)
{
	struct diag *d = diag(DIAG_TYPE_MISMATCH, n->at.hi ? n->at : n->range, "type mismatch: this is a %s, where a %s is wanted",
			      vtype_text(have), vtype_text(want));

	if (because && because->range.lo != n->range.lo)
		diag_note(d, because->at.hi ? because->at : because->range, "it became a %s here", vtype_text(have));
	if (have == VT_LONG && want == VT_STRING)
		diag_hint(d, "sprint(x) makes a string of a number");
	else if (have == VT_STRING && want == VT_LONG)
		diag_hint(d, "strtol(s, 10) makes a number of a string");
	return d;
}

static enum vtype symbol_type(struct infer *w, struct node *n, struct symbol *v, enum vtype want)
{
	if (v->type == VT_UNKNOWN && want != VT_UNKNOWN) {
		v->type = want;
		v->typed_by = n;
		w->changed = true;
	}
	if (w->check && want != VT_UNKNOWN && v->type != want && v->type != VT_UNKNOWN) {
		struct diag *d = mismatch(n, v->type, want, v->typed_by);

		(void)d;
		v->type = want; /* one report a variable is enough */
	}
	return v->type;
}

static enum vtype expect(struct infer *w, struct node *n, enum vtype have, enum vtype want)
{
	if (w->check && want != VT_UNKNOWN && have != want && have != VT_UNKNOWN) {
		if (have == VT_VOID)
			diag(DIAG_VOID_VALUE, n->at.hi ? n->at : n->range, "'%s' returns no value", n->name ? n->name : "this");
		else
			mismatch(n, have, want, NULL);
	}
	return have;
}

static enum vtype call(struct infer *w, struct node *n, enum vtype want)
{
	const struct builtin *b = n->info;
	struct func *f = n->sym;

	if (!f && !b)
		return VT_UNKNOWN;
	vec_each(i, &n->list) {
		if (f) {
			struct symbol *param = f->scope.locals.v[i];
			enum vtype t = expr(w, n->list.v[i], param->type);

			if (param->type == VT_UNKNOWN && t != VT_UNKNOWN) {
				param->type = t;
				param->typed_by = n->list.v[i];
				w->changed = true;
			}
		} else {
			expr(w, n->list.v[i], builtin_type(b->params[i]));
		}
	}
	if (b)
		return expect(w, n, builtin_type(b->ret[0]), want);
	if (f->ret == VT_UNKNOWN && want != VT_UNKNOWN) {
		f->ret = want;
		f->typed_by = n;
		w->changed = true;
	}
	return expect(w, n, f->ret, want);
}

static enum vtype binary(struct infer *w, struct node *n, enum vtype want)
{
	struct node *l = n->kid[BINARY_L], *r = n->kid[BINARY_R];
	enum vtype t;

	switch (n->op) {
	case OP_CONCAT:
		expr(w, l, VT_STRING);
		expr(w, r, VT_STRING);
		return expect(w, n, VT_STRING, want);
	case OP_LT: case OP_LE: case OP_GT: case OP_GE: case OP_EQ: case OP_NE:
		t = expr(w, l, VT_UNKNOWN);
		if (t == VT_UNKNOWN)
			t = expr(w, r, VT_UNKNOWN);
		expr(w, r, t);
		expr(w, l, t);
		return expect(w, n, VT_LONG, want);
	default:
		expr(w, l, VT_LONG);
		expr(w, r, VT_LONG);
		return expect(w, n, VT_LONG, want);
	}
}

static enum vtype assignment(struct infer *w, struct node *n, enum vtype want)
{
	struct node *l = n->kid[ASSIGN_L], *r = n->kid[ASSIGN_R];
	struct symbol *v = l->sym;
	enum vtype t;

	if (!v)
		return VT_UNKNOWN;
	if (n->flags & F_COMPOUND)
		want = n->op == OP_CONCAT ? VT_STRING : VT_LONG;
	t = symbol_type(w, l, v, want);
	l->vtype = t;
	t = expr(w, r, t);
	symbol_type(w, r, v, t);
	return v->type;
}

static enum vtype print(struct infer *w, struct node *n, enum vtype want)
{
	vec_each(i, &n->list)
		expr(w, n->list.v[i], format_wants(n, i));
	if (w->check)
		format_make(w->s, n);
	return expect(w, n, n->name[0] == 's' ? VT_STRING : VT_VOID, want);
}

static enum vtype target(struct infer *w, struct node *n, enum vtype want)
{
	struct fetch *f = n->info;

	if (!f)
		return VT_UNKNOWN;
	vec_each(i, &f->steps)
		if (f->steps.v[i].node)
			expr(w, f->steps.v[i].node, VT_LONG);
	if (f->dual) /* a char array: its address where a number is wanted, else a string */
		return n->vtype = want == VT_LONG ? VT_LONG : VT_STRING;
	return expect(w, n, VT_LONG, want);
}

static enum vtype expr_type(struct infer *w, struct node *n, enum vtype want)
{
	enum vtype t;

	switch (n->kind) {
	case N_NUMBER:
		return expect(w, n, VT_LONG, want);
	case N_STRING:
		return expect(w, n, VT_STRING, want);
	case N_IDENT:
		return symbol_type(w, n, n->sym, want);
	case N_CALL:
		return call(w, n, want);
	case N_PRINT:
		return print(w, n, want);
	case N_UNARY:
		expr(w, n->kid[UNARY_X], VT_LONG);
		return expect(w, n, VT_LONG, want);
	case N_BINARY:
		return binary(w, n, want);
	case N_ASSIGN:
		return assignment(w, n, want);
	case N_INCDEC:
		if (n->kid[INCDEC_X]->sym)
			expr(w, n->kid[INCDEC_X], VT_LONG);
		return expect(w, n, VT_LONG, want);
	case N_TERNARY:
		expr(w, n->kid[TERNARY_COND], VT_LONG);
		t = expr(w, n->kid[TERNARY_THEN], want);
		if (t == VT_UNKNOWN)
			t = want;
		t = t == VT_UNKNOWN ? expr(w, n->kid[TERNARY_ELSE], t) : (expr(w, n->kid[TERNARY_ELSE], t), t);
		expr(w, n->kid[TERNARY_THEN], t);
		return t;
	case N_EMBEDDED:
		return expect(w, n, ((struct embedded *)n->info)->string ? VT_STRING : VT_LONG, want);
	case N_REGEX:
		expr(w, n->kid[REGEX_X], VT_STRING);
		return expect(w, n, VT_LONG, want);
	case N_TARGET: case N_ATVAR: case N_CAST: case N_DEREF: case N_ADDRESS:
		return target(w, n, want);
	default:
		return VT_UNKNOWN;
	}
}

static enum vtype expr(struct infer *w, struct node *n, enum vtype want)
{
	enum vtype t = expr_type(w, n, want);

	n->vtype = t;
	return t;
}

static void statement(struct infer *w, struct node *n);

static void statements(struct infer *w, struct node_list *l)
{
	vec_each(i, l)
		statement(w, l->v[i]);
}

static void condition(struct infer *w, struct node *n)
{
	if (n)
		expr(w, n, VT_LONG);
}

static void statement(struct infer *w, struct node *n)
{
	struct func *f = w->scope->func;
	enum vtype t;

	if (!n)
		return;
	switch (n->kind) {
	case N_BLOCK:
		statements(w, &n->list);
		break;
	case N_EXPRSTMT:
		expr(w, n->kid[EXPRSTMT_EXPR], VT_UNKNOWN);
		break;
	case N_IF:
		condition(w, n->kid[IF_COND]);
		statement(w, n->kid[IF_THEN]);
		statement(w, n->kid[IF_ELSE]);
		break;
	case N_WHILE:
		condition(w, n->kid[WHILE_COND]);
		statement(w, n->kid[WHILE_BODY]);
		break;
	case N_FOR:
		if (n->kid[FOR_INIT])
			expr(w, n->kid[FOR_INIT], VT_UNKNOWN);
		condition(w, n->kid[FOR_COND]);
		if (n->kid[FOR_STEP])
			expr(w, n->kid[FOR_STEP], VT_UNKNOWN);
		statement(w, n->kid[FOR_BODY]);
		break;
	case N_RETURN:
		if (!n->kid[RETURN_VALUE] || !f)
			break;
		t = expr(w, n->kid[RETURN_VALUE], f->ret == VT_VOID ? VT_UNKNOWN : f->ret);
		if (f->ret == VT_UNKNOWN && t != VT_UNKNOWN) {
			f->ret = t;
			f->typed_by = n;
			w->changed = true;
		}
		break;
	case N_TRY:
		statement(w, n->kid[TRY_BODY]);
		if (n->kid[TRY_VAR])
			expr(w, n->kid[TRY_VAR], VT_STRING);
		statement(w, n->kid[TRY_CATCH]);
		break;
	default:
		break;
	}
}

static bool returns_visit(struct node *n, void *data)
{
	if (n->kind == N_RETURN && n->kid[RETURN_VALUE])
		*(bool *)data = true;
	return true;
}

static void pass(struct infer *w)
{
	struct plan *p = w->s->plan;

	vec_each(i, &p->funcs) {
		w->scope = &p->funcs.v[i]->scope;
		statement(w, p->funcs.v[i]->decl->kid[FUNCTION_BODY]);
	}
	vec_each(i, &p->probes) {
		w->scope = &p->probes.v[i]->scope;
		statement(w, p->probes.v[i]->body);
	}
}

static void default_locals(struct scope *sc)
{
	vec_each(i, &sc->locals)
		if (sc->locals.v[i]->type == VT_UNKNOWN)
			sc->locals.v[i]->type = VT_LONG;
}

bool infer_run(struct sema *s)
{
	struct infer w = { .s = s };
	unsigned mark = diag_errors();

	vec_each(i, &s->plan->funcs) {
		struct func *f = s->plan->funcs.v[i];
		bool returns = false;

		if (f->decl->kid[FUNCTION_BODY]->kind == N_EMBEDDED)
			returns = embedded_returns(f->decl->kid[FUNCTION_BODY]);
		else
			node_walk(f->decl->kid[FUNCTION_BODY], returns_visit, &returns);
		if (!returns && f->ret == VT_UNKNOWN)
			f->ret = VT_VOID;
	}
	do {
		w.changed = false;
		pass(&w);
	} while (w.changed);
	/* What nothing settled is a number: it is 0 all the time anyway. */
	vec_each(i, &s->plan->funcs) {
		if (s->plan->funcs.v[i]->ret == VT_UNKNOWN)
			s->plan->funcs.v[i]->ret = VT_LONG;
		default_locals(&s->plan->funcs.v[i]->scope);
	}
	vec_each(i, &s->plan->probes)
		default_locals(&s->plan->probes.v[i]->scope);
	default_locals(&(struct scope){ .locals = s->plan->globals });
	do {
		w.changed = false;
		pass(&w);
	} while (w.changed);
	w.check = true;
	pass(&w);
	return diag_errors() == mark;
}

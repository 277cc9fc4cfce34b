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
	bool changed, settled, check; /* settled: char arrays whose use does not tell are text; check: the last walk, which reports */
	/* Why a type is wanted just now, for a mismatch's note and hint; NULL when it is plain to see. */
	const struct node *wanted_by;
	const char *wanted_name, *hint;
};

static enum vtype expr(struct infer *w, struct node *n, enum vtype want);

static struct range place(const struct node *n)
{
	return n->at.hi && !target_is(n) ? n->at : n->range;
}

static void mismatch(struct infer *w, const struct node *n, enum vtype have, enum vtype want, const struct node *because)
{
	struct diag *d = diag(DIAG_TYPE_MISMATCH, place(n), "type mismatch: this is a %s, where a %s is wanted",
			      vtype_text(have), vtype_text(want));

	if (because && because->range.lo != n->range.lo)
		diag_note(d, place(because), "it became a %s here", vtype_text(have));
	if (w->wanted_by && w->wanted_by->range.lo != n->range.lo)
		diag_note(d, place(w->wanted_by), "%s%s%s a %s here", w->wanted_name ? "'" : "", w->wanted_name ? w->wanted_name : "it",
			  w->wanted_name ? "' became" : " has to be", vtype_text(want));
	if (w->hint)
		diag_hint(d, "%s", w->hint);
	else if (have == VT_LONG && want == VT_STRING && target_is(n))
		diag_hint(d, "kernel_string(x) reads the string at an address, sprint(x) makes a string of a number");
	else if (have == VT_LONG && want == VT_STRING)
		diag_hint(d, "sprint(x) makes a string of a number");
	else if (have == VT_STRING && want == VT_LONG)
		diag_hint(d, "strtol(s, 10) makes a number of a string");
}

/* An expression whose type is wanted for a reason worth telling. */
static enum vtype expr_for(struct infer *w, struct node *n, enum vtype want, const struct node *by, const char *name, const char *hint)
{
	const struct node *old_by = w->wanted_by;
	const char *old_name = w->wanted_name, *old_hint = w->hint;
	enum vtype t;

	w->wanted_by = by;
	w->wanted_name = name;
	w->hint = hint;
	t = expr(w, n, want);
	w->wanted_by = old_by;
	w->wanted_name = old_name;
	w->hint = old_hint;
	return t;
}

/* The type of an expression that must have a value. */
static enum vtype valued(struct infer *w, struct node *n, enum vtype t)
{
	if (t != VT_VOID)
		return t;
	if (w->check) {
		struct diag *d = diag(DIAG_VOID_VALUE, place(n), "'%s' returns no value", n->name ? n->name : "this");

		if (n->kind == N_PRINT)
			diag_hint(d, "s%s returns the text", n->name);
	}
	return VT_UNKNOWN;
}

static enum vtype symbol_type(struct infer *w, struct node *n, struct symbol *v, enum vtype want)
{
	if (v->type == VT_UNKNOWN && want != VT_UNKNOWN) {
		v->type = want;
		v->typed_by = n;
		w->changed = true;
	}
	if (w->check && want != VT_UNKNOWN && v->type != want && v->type != VT_UNKNOWN) {
		mismatch(w, n, v->type, want, v->typed_by);
		v->type = want; /* one report a variable is enough */
	}
	return v->type;
}

static enum vtype expect(struct infer *w, struct node *n, enum vtype have, enum vtype want)
{
	if (w->check && want != VT_UNKNOWN && have != want && have != VT_UNKNOWN) {
		if (have == VT_VOID)
			valued(w, n, have);
		else
			mismatch(w, n, have, want, NULL);
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
			enum vtype t = valued(w, n->list.v[i], expr_for(w, n->list.v[i], param->type, param->typed_by, param->name, NULL));

			if (param->type == VT_UNKNOWN && t != VT_UNKNOWN) {
				param->type = t;
				param->typed_by = n->list.v[i];
				w->changed = true;
			}
		} else {
			expr_for(w, n->list.v[i], builtin_type(b->params[i]), NULL, NULL, NULL);
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

/* Both sides have one type; a target variable beside a string is the side to mend. */
static void compare(struct infer *w, struct node *l, struct node *r)
{
	enum vtype t = valued(w, l, expr(w, l, VT_UNKNOWN));

	if (t == VT_UNKNOWN || target_is(l))
		t = valued(w, r, expr(w, r, VT_UNKNOWN));
	expr_for(w, r, t, l, NULL, NULL);
	expr_for(w, l, t, r, NULL, NULL);
}

static enum vtype binary(struct infer *w, struct node *n, enum vtype want)
{
	static const char join_hint[] = "strings are joined by '.'";
	struct node *l = n->kid[BINARY_L], *r = n->kid[BINARY_R];

	switch (n->op) {
	case OP_CONCAT:
		expr(w, l, VT_STRING);
		expr(w, r, VT_STRING);
		return expect(w, n, VT_STRING, want);
	case OP_LT: case OP_LE: case OP_GT: case OP_GE: case OP_EQ: case OP_NE:
		compare(w, l, r);
		return expect(w, n, VT_LONG, want);
	case OP_ADD:
		expr_for(w, l, VT_LONG, NULL, NULL, join_hint);
		expr_for(w, r, VT_LONG, NULL, NULL, join_hint);
		return expect(w, n, VT_LONG, want);
	default:
		expr(w, l, VT_LONG);
		expr(w, r, VT_LONG);
		return expect(w, n, VT_LONG, want);
	}
}

/* ---- Arrays and statistics ------------------------------------------------------- */

/* The keys of an element, a slice or a test agree with those of all other uses. */
static void keys(struct infer *w, struct node_list *l, struct symbol *v)
{
	vec_each(i, l) {
		struct symbol *k = i < v->nkeys ? &v->keys[i] : NULL;
		enum vtype t;

		if (!k || l->v[i]->kind == N_STAR)
			continue;
		t = valued(w, l->v[i], expr_for(w, l->v[i], k->type, k->typed_by, NULL, NULL));
		if (k->type == VT_UNKNOWN && t != VT_UNKNOWN) {
			k->type = t;
			k->typed_by = l->v[i];
			w->changed = true;
		}
	}
}

/* A variable or an element, as what is assigned to or as a statistic. */
static enum vtype lvalue(struct infer *w, struct node *n, enum vtype want)
{
	struct symbol *v = lvalue_symbol(n);

	if (!v)
		return VT_UNKNOWN;
	if (n->kind == N_INDEX)
		keys(w, &n->list, v);
	if (want != VT_STATS && want != VT_UNKNOWN && v->type == VT_STATS) {
		if (w->check)
			diag_hint(diag(DIAG_STATISTIC, n->range, "'%s' is a statistic, and has no value of its own", v->name),
				  "@count(…), @sum(…), @min(…), @max(…) and @avg(…) ask for one, and '<<<' adds to it");
		return VT_UNKNOWN;
	}
	return n->vtype = symbol_type(w, n, v, want);
}

/* A variable or an element as a value. */
static enum vtype rvalue(struct infer *w, struct node *n, enum vtype want)
{
	struct symbol *v = lvalue_symbol(n);

	if (v && v->type == VT_STATS) /* reports */
		return lvalue(w, n, VT_LONG);
	return lvalue(w, n, want);
}

static enum vtype aggregate(struct infer *w, struct node *n, enum vtype want)
{
	struct symbol *v = lvalue_symbol(n->kid[ASSIGN_L]);

	if (v && !v->global) {
		if (w->check)
			diag_hint(diag(DIAG_STATISTIC, n->kid[ASSIGN_L]->range, "'%s' is a statistic, and is not declared", v->name),
				  "statistics are global: global %s", v->name);
		return VT_UNKNOWN;
	}
	lvalue(w, n->kid[ASSIGN_L], VT_STATS);
	valued(w, n->kid[ASSIGN_R], expr_for(w, n->kid[ASSIGN_R], VT_LONG, NULL, NULL, NULL));
	return expect(w, n, VT_VOID, want);
}

static enum vtype histogram(struct infer *w, struct node *n)
{
	lvalue(w, n->kid[HIST_X], VT_STATS);
	if (w->check)
		diag_hint(diag(DIAG_STATISTIC, n->range, "a histogram is used as a value"),
			  "it can be printed: print(@%s(…)), one bucket had: @%s(…)[i], and foreach goes through the buckets", n->name, n->name);
	return VT_UNKNOWN;
}

/* print(@hist_log(x)): true when it is one. */
static bool print_histogram(struct infer *w, struct node *n)
{
	const char *name = n->name[0] == 's' ? n->name + 1 : n->name;

	if (n->list.n != 1 || n->list.v[0]->kind != N_HIST || (strcmp(name, "print") && strcmp(name, "println")))
		return false;
	lvalue(w, n->list.v[0]->kid[HIST_X], VT_STATS);
	return true;
}

/* A loop's variable and what it is given have one type. */
static void loop_variable(struct infer *w, struct node *name, enum vtype *t, struct node **typed_by)
{
	enum vtype have = symbol_type(w, name, name->sym, *t);

	name->vtype = have;
	if (*t == VT_UNKNOWN && have != VT_UNKNOWN) {
		*t = have;
		*typed_by = name;
		w->changed = true;
	}
}

static void foreach(struct infer *w, struct node *n)
{
	struct node *over = n->kid[FOREACH_ARRAY], *value = n->kid[FOREACH_VALUE], *none = NULL;
	struct symbol *v = lvalue_symbol(over);
	enum vtype number = VT_LONG;

	if (over->kind == N_HIST) {
		lvalue(w, over->kid[HIST_X], VT_STATS);
		vec_each(i, &n->list)
			loop_variable(w, n->list.v[i], &number, &none);
		if (value)
			loop_variable(w, value, &number, &none);
	} else if (v && v->keys) {
		vec_each(i, &n->list)
			if (i < v->nkeys)
				loop_variable(w, n->list.v[i], &v->keys[i].type, &v->keys[i].typed_by);
		keys(w, &n->list2, v);
		if (n->name)
			lvalue(w, over, VT_STATS);
		if (value)
			loop_variable(w, value, &v->type, &v->typed_by);
	}
	if (n->kid[FOREACH_LIMIT])
		expr(w, n->kid[FOREACH_LIMIT], VT_LONG);
}

static enum vtype target(struct infer *w, struct node *n, enum vtype want)
{
	struct fetch *f = n->info;

	if (!f)
		return VT_UNKNOWN;
	vec_each(i, &f->steps)
		if (f->steps.v[i].node)
			expr(w, f->steps.v[i].node, VT_LONG);
	if (f->dual) /* its address, or its text */
		return n->vtype = want != VT_UNKNOWN ? want == VT_LONG ? VT_LONG : VT_STRING : w->settled ? VT_STRING : VT_UNKNOWN;
	return expect(w, n, f->string ? VT_STRING : VT_LONG, want);
}

static enum vtype assignment(struct infer *w, struct node *n, enum vtype want)
{
	struct node *l = n->kid[ASSIGN_L], *r = n->kid[ASSIGN_R];
	struct symbol *v = lvalue_symbol(l);
	enum vtype t;

	if (target_is(l))
		return target(w, l, expr(w, r, VT_LONG));
	if (!v)
		return VT_UNKNOWN;
	if (n->op == OP_AGGREGATE)
		return aggregate(w, n, want);
	if (n->flags & F_COMPOUND)
		want = n->op == OP_CONCAT ? VT_STRING : VT_LONG;
	t = lvalue(w, l, v->type == VT_STATS ? VT_LONG : want);
	t = valued(w, r, expr_for(w, r, t, v->typed_by, v->name, NULL));
	if (v->type == VT_UNKNOWN)
		symbol_type(w, r, v, t);
	return v->type;
}

static enum vtype print(struct infer *w, struct node *n, enum vtype want)
{
	bool fits = format_count_fits(n);

	if (print_histogram(w, n))
		return expect(w, n, n->name[0] == 's' ? VT_STRING : VT_VOID, want);
	vec_each(i, &n->list) {
		enum vtype t = fits ? format_wants(n, i) : VT_UNKNOWN;

		valued(w, n->list.v[i], expr_for(w, n->list.v[i], t, NULL, NULL,
						 format_hint(n, i)));
	}
	if (w->check)
		format_make(w->s, n);
	return expect(w, n, n->name[0] == 's' ? VT_STRING : VT_VOID, want);
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
		return rvalue(w, n, want);
	case N_INDEX:
		if (n->kid[INDEX_BASE]->kind != N_HIST)
			return rvalue(w, n, want);
		lvalue(w, n->kid[INDEX_BASE]->kid[HIST_X], VT_STATS);
		if (w->check && n->list.n != 1)
			diag(DIAG_ARRAY_USE, n->range, "the buckets of a histogram have one number each, not %u", n->list.n);
		expr(w, n->list.v[0], VT_LONG);
		return expect(w, n, VT_LONG, want);
	case N_IN:
		if (lvalue_symbol(n->kid[IN_ARRAY]))
			keys(w, &n->list, lvalue_symbol(n->kid[IN_ARRAY]));
		return expect(w, n, VT_LONG, want);
	case N_STAT:
		lvalue(w, n->kid[STAT_X], VT_STATS);
		return expect(w, n, VT_LONG, want);
	case N_HIST:
		return histogram(w, n);
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
		(target_is(n->kid[INCDEC_X]) ? target : lvalue)(w, n->kid[INCDEC_X], VT_LONG);
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
		expr_for(w, n->kid[REGEX_X], VT_STRING, NULL, NULL, NULL);
		return expect(w, n, VT_LONG, want);
	case N_ENTRY:
		((struct fetch *)n->info)->string = (t = valued(w, n, expr(w, n->kid[ENTRY_X], want))) == VT_STRING;
		return t;
	case N_TARGET: case N_ATVAR: case N_CAST: case N_DEREF: case N_ADDRESS: case N_ATCALL:
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
		expr_for(w, n, VT_LONG, NULL, NULL, "a string is compared: s != \"\"");
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
	case N_FOREACH:
		foreach(w, n);
		statement(w, n->kid[FOREACH_BODY]);
		break;
	case N_DELETE:
		if (n->kid[DELETE_WHAT]->kind == N_INDEX && lvalue_symbol(n->kid[DELETE_WHAT]))
			keys(w, &n->kid[DELETE_WHAT]->list, lvalue_symbol(n->kid[DELETE_WHAT]));
		break;
	case N_RETURN:
		if (!n->kid[RETURN_VALUE] || !f)
			break;
		t = valued(w, n->kid[RETURN_VALUE],
			   expr_for(w, n->kid[RETURN_VALUE], f->ret == VT_VOID ? VT_UNKNOWN : f->ret, f->typed_by, f->name, NULL));
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

/* Overloads that hand on to one another agree in all types. */
static void unify(struct infer *w, enum vtype *a, enum vtype *b)
{
	if (*a == VT_UNKNOWN && *b != VT_UNKNOWN && *b != VT_VOID) {
		*a = *b;
		w->changed = true;
	}
}

static void unify_overloads(struct infer *w, struct func *f)
{
	struct func *g = f->next;

	if (!g)
		return;
	unify(w, &f->ret, &g->ret);
	unify(w, &g->ret, &f->ret);
	for (unsigned i = 0; i < f->nparams; i++) {
		struct symbol *p = f->scope.locals.v[i], *q = g->scope.locals.v[i];

		unify(w, &p->type, &q->type);
		unify(w, &q->type, &p->type);
		if (w->check && p->type != q->type)
			mismatch(w, q->decl, q->type, p->type, NULL);
	}
	if (w->check && f->ret != g->ret)
		mismatch(w, g->decl, g->ret, f->ret, NULL);
}

/* Until nothing changes any more; the one that reports, once. */
static void passes(struct infer *w)
{
	struct plan *p = w->s->plan;

	do {
		w->changed = false;
		vec_each(i, &p->funcs) {
			w->scope = &p->funcs.v[i]->scope;
			statement(w, p->funcs.v[i]->decl->kid[FUNCTION_BODY]);
			unify_overloads(w, p->funcs.v[i]);
		}
		vec_each(i, &p->probes) {
			w->scope = &p->probes.v[i]->scope;
			statement(w, p->probes.v[i]->body);
		}
	} while (w->changed && !w->check);
}

static void default_locals(struct scope *sc)
{
	vec_each(i, &sc->locals) {
		struct symbol *v = sc->locals.v[i];

		if (v->type == VT_UNKNOWN)
			v->type = VT_LONG;
		for (unsigned k = 0; k < v->nkeys; k++)
			if (v->keys[k].type == VT_UNKNOWN)
				v->keys[k].type = VT_LONG;
	}
}

/* A function returns nothing where it has no value to return, and neither has the overload it hands on to. */
static bool returns_nothing(const struct func *f)
{
	bool returns = false;

	if (f->ret != VT_UNKNOWN)
		return f->ret == VT_VOID;
	if (f->decl->kid[FUNCTION_BODY]->kind == N_EMBEDDED)
		returns = embedded_returns(f->decl->kid[FUNCTION_BODY]);
	else
		node_walk(f->decl->kid[FUNCTION_BODY], returns_visit, &returns);
	return !returns && (!f->hands_on || !f->next || returns_nothing(f->next));
}

bool infer_run(struct sema *s)
{
	struct infer w = { .s = s };
	unsigned mark = diag_errors();

	vec_each(i, &s->plan->funcs)
		if (returns_nothing(s->plan->funcs.v[i]))
			s->plan->funcs.v[i]->ret = VT_VOID;
	passes(&w);
	w.settled = true;
	passes(&w);
	/* What nothing settled is a number: it is 0 all the time anyway. */
	vec_each(i, &s->plan->funcs) {
		if (s->plan->funcs.v[i]->ret == VT_UNKNOWN)
			s->plan->funcs.v[i]->ret = VT_LONG;
		default_locals(&s->plan->funcs.v[i]->scope);
	}
	vec_each(i, &s->plan->probes)
		default_locals(&s->plan->probes.v[i]->scope);
	default_locals(&(struct scope){ .locals = s->plan->globals });
	passes(&w);
	w.check = true;
	passes(&w);
	return diag_errors() == mark;
}

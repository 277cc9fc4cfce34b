// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An alias sets variables that few scripts use. What nothing reads and costs
 * something is dropped: assignments to unread locals without side effects,
 * as early as can be (types are not looked for then), and once more when it is
 * known which functions are pure.
 * In the user's own script, as opposed to the library, what may raise an
 * error stays: there the error is seen, and may be what is wanted.
 */
#include "sema/sema.h"

#include <string.h>

#include "base/diag.h"
#include "sema/embedded.h"

struct effects {
	bool found;
};

static bool is_pure_c(const struct func *f)
{
	const struct node *body = f->decl->kid[FUNCTION_BODY];

	return body && body->kind == N_EMBEDDED && embedded_has_mark(body, "pure");
}

static bool effects_visit(struct node *n, void *data)
{
	struct effects *e = data;
	const struct builtin *b = n->info;

	switch (n->kind) {
	case N_ASSIGN:
	case N_INCDEC:
	case N_DELETE:
		e->found = true;
		break;
	case N_EMBEDDED:
		e->found |= !embedded_has_mark(n, "pure");
		break;
	case N_REGEX:
		e->found |= n->op == OP_MATCH; /* matched() may ask for it */
		break;
	case N_PRINT:
		if (n->name[0] != 's')
			e->found = true;
		break;
	case N_CALL:
		if (n->sym ? !((struct func *)n->sym)->pure && !is_pure_c(n->sym) : !b || !(b->flags & B_PURE))
			e->found = true;
		break;
	default:
		break;
	}
	return !e->found;
}

bool node_has_effects(const struct node *n)
{
	struct effects e = { false };

	node_walk((struct node *)n, effects_visit, &e);
	return e.found;
}

/* By what a format reads (%m, %M), and by a number of bytes that is known only then (%*b). */
static bool print_may_raise(const struct node *n)
{
	const struct node *fmt = n->kind == N_PRINT && n->list.n ? n->list.v[0] : NULL;

	if (!fmt)
		return n->kind == N_PRINT;
	return strstr(n->name, "printf") && (fmt->kind != N_STRING || memchr(fmt->str, 'm', fmt->len) || memchr(fmt->str, 'M', fmt->len) ||
					     memchr(fmt->str, '*', fmt->len));
}

static bool raises_visit(struct node *n, void *data)
{
	const struct builtin *b = n->kind == N_CALL ? n->info : NULL;

	if (target_is(n) || n->kind == N_ATCALL || n->kind == N_INDEX || n->kind == N_STAT || n->kind == N_HIST || print_may_raise(n) || (b && (b->flags & B_RAISES)) ||
	    (n->kind == N_CALL && n->sym) || (n->kind == N_BINARY && (n->op == OP_DIV || n->op == OP_MOD)))
		*(bool *)data = true;
	return true;
}

bool node_may_raise(const struct node *n)
{
	bool raises = false;

	node_walk((struct node *)n, raises_visit, &raises);
	return raises;
}

static bool reads_visit(struct node *n, void *data)
{
	(void)data;
	if (n->kind == N_ASSIGN && n->kid[ASSIGN_L]->kind == N_IDENT && !(n->flags & F_COMPOUND)) {
		node_walk(n->kid[ASSIGN_R], reads_visit, NULL);
		return false;
	}
	if (n->kind == N_IDENT && n->sym)
		((struct symbol *)n->sym)->read = true;
	return true;
}

static bool of_library(const struct node *n)
{
	const struct source *s = source_of(n->range.lo);

	return s && s->library;
}

static bool droppable(const struct node *n)
{
	const struct node *a;
	const struct symbol *v;

	if (n->kind != N_EXPRSTMT || n->kid[EXPRSTMT_EXPR]->kind != N_ASSIGN)
		return false;
	a = n->kid[EXPRSTMT_EXPR];
	v = a->kid[ASSIGN_L]->sym;
	return v && !v->global && !v->read && !(a->flags & F_COMPOUND) && a->op == OP_ASSIGN &&
	       !node_has_effects(a->kid[ASSIGN_R]) && (of_library(n) || !node_may_raise(a->kid[ASSIGN_R]));
}

static bool drop_visit(struct node *n, void *data)
{
	bool *changed = data;

	if (!droppable(n))
		return true;
	n->kind = N_NULLSTMT;
	n->kid[EXPRSTMT_EXPR] = NULL;
	*changed = true;
	return false;
}

static bool mention_visit(struct node *n, void *data)
{
	struct symbol *v = n->kind == N_IDENT ? n->sym : NULL;

	(void)data;
	if (v)
		v->mentioned = true;
	return true;
}

/* Locals that no longer stand anywhere need no storage. */
static void keep_used(struct plan_probe *p)
{
	unsigned kept = 0;

	vec_each(i, &p->scope.locals)
		p->scope.locals.v[i]->mentioned = false;
	node_walk(p->body, mention_visit, NULL);
	vec_each(i, &p->scope.locals)
		if (p->scope.locals.v[i]->mentioned)
			p->scope.locals.v[kept++] = p->scope.locals.v[i];
	p->scope.locals.n = kept;
}

void prune_unread(struct sema *s, struct plan_probe *p)
{
	bool changed = true;

	(void)s;
	while (changed) {
		changed = false;
		vec_each(i, &p->scope.locals)
			p->scope.locals.v[i]->read = false;
		node_walk(p->body, reads_visit, NULL);
		node_walk(p->body, drop_visit, &changed);
	}
	keep_used(p);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Warnings of what is allowed and probably not meant, in the user's own
 * script: conditions that assign, statements without effect, locals that
 * nothing sets. Looks at resolved, not yet pruned trees.
 */
#include "base/diag.h"
#include "sema/sema.h"

static bool of_user(const struct node *n)
{
	const struct source *s = source_of(n->range.lo);

	return s && !s->library;
}

static void condition(const struct node *n)
{
	struct diag *d;

	if (!n || n->kind != N_ASSIGN || (n->flags & (F_PARENS | F_COMPOUND)) || n->op != OP_ASSIGN)
		return;
	d = diag(DIAG_CONDITION_ASSIGNS, n->at, "this condition assigns; is a comparison meant?");
	diag_hint(d, "a comparison is '=='; to assign and test, put the assignment in parentheses of its own");
}

static void statement(const struct node *n)
{
	const struct node *e = n->kid[EXPRSTMT_EXPR];
	struct diag *d;

	if (node_has_effects(e) || e->kind == N_CALL || target_is(e))
		return;
	d = diag(DIAG_NO_EFFECT, e->range, "this statement has no effect");
	if (e->kind == N_BINARY && e->op == OP_EQ)
		diag_hint(d, "'==' compares; '=' assigns");
	else
		diag_hint(d, "print(…) shows a value");
}

static bool visit(struct node *n, void *data)
{
	(void)data;
	if (!of_user(n))
		return true;
	switch (n->kind) {
	case N_IF: condition(n->kid[IF_COND]); break;
	case N_WHILE: condition(n->kid[WHILE_COND]); break;
	case N_FOR: condition(n->kid[FOR_COND]); break;
	case N_TERNARY: condition(n->kid[TERNARY_COND]); break;
	case N_EXPRSTMT: statement(n); break;
	default: break;
	}
	return true;
}

void warn_body(struct node *body, const struct scope *scope)
{
	node_walk(body, visit, NULL);
	vec_each(i, &scope->locals) {
		const struct symbol *v = scope->locals.v[i];

		if (v->written || v->param || !v->read || !of_user(v->decl))
			continue;
		diag_hint(diag(DIAG_UNASSIGNED, v->decl->at, "'%s' is never given a value", v->name),
			  "it is 0 or empty all the time; a variable that probes share is declared 'global'");
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A local that is given a literal string once, before anything else in the
 * handler can run, is that string: aliases say their names so. Then it needs no
 * storage and no copy, and a print makes it part of the format.
 */
#include "sema/sema.h"

struct value {
	struct symbol *v;
	unsigned writes, reads; /* reads: those that come before the assignment, and those in @entry */
	bool assigned;
	const struct node *assignment;
	struct node *literal;
};

static bool is_it(const struct node *n, const struct symbol *v)
{
	return n && n->kind == N_IDENT && n->sym == v;
}

static bool count_visit(struct node *n, void *data)
{
	struct value *c = data;

	if (n == c->assignment)
		c->assigned = true;
	switch (n->kind) {
	case N_IDENT:
		c->reads += !c->assigned && n->sym == c->v;
		break;
	case N_ASSIGN:
		c->writes += is_it(n->kid[ASSIGN_L], c->v);
		break;
	case N_INCDEC:
		c->writes += is_it(n->kid[INCDEC_X], c->v);
		break;
	case N_DELETE:
		c->writes += is_it(n->kid[DELETE_WHAT], c->v);
		break;
	case N_TRY:
		c->writes += is_it(n->kid[TRY_VAR], c->v);
		break;
	case N_FOREACH:
		c->writes += is_it(n->kid[FOREACH_VALUE], c->v);
		vec_each(i, &n->list)
			c->writes += is_it(n->list.v[i], c->v);
		break;
	default:
		break;
	}
	return true;
}

static bool entry_read_visit(struct node *n, void *data)
{
	struct value *c = data;

	c->reads += is_it(n, c->v);
	return true;
}

static bool entry_visit(struct node *n, void *data)
{
	if (n->kind == N_ENTRY)
		node_walk(n, entry_read_visit, data);
	return true;
}

static bool replace_visit(struct node *n, void *data)
{
	const struct value *c = data;

	if (n->kind == N_ASSIGN && is_it(n->kid[ASSIGN_L], c->v))
		return false;
	if (is_it(n, c->v)) {
		n->kind = N_STRING;
		n->str = c->literal->str;
		n->len = c->literal->len;
		n->vtype = VT_STRING;
		n->sym = NULL;
	}
	return true;
}

static bool once(struct plan_probe *p, struct value *c)
{
	node_walk(p->body, count_visit, c);
	node_walk(p->body, entry_visit, c);
	return c->writes == 1 && !c->reads;
}

/* The statements that run first, for as long as they are assignments. false: another kind came. */
static bool beginning(struct plan_probe *p, struct node *n)
{
	struct node *a = n->kind == N_EXPRSTMT ? n->kid[EXPRSTMT_EXPR] : NULL;

	if (n->kind == N_BLOCK) {
		vec_each(i, &n->list)
			if (!beginning(p, n->list.v[i]))
				return false;
		return true;
	}
	if (n->kind == N_NULLSTMT)
		return true;
	if (!a || a->kind != N_ASSIGN || a->kid[ASSIGN_L]->kind != N_IDENT)
		return false;
	if (a->op == OP_ASSIGN && !(a->flags & F_COMPOUND) && a->kid[ASSIGN_R]->kind == N_STRING) {
		struct value c = { .v = a->kid[ASSIGN_L]->sym, .assignment = a, .literal = a->kid[ASSIGN_R] };

		if (c.v && !c.v->global && c.v->type == VT_STRING && once(p, &c))
			node_walk(p->body, replace_visit, &c);
	}
	return true;
}

void constants_spread(struct plan_probe *p)
{
	beginning(p, p->body);
}

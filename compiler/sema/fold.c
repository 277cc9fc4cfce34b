// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constant folding, on typed trees: what can be computed now is, with the
 * language's own 64-bit arithmetic; branches that cannot be taken go, and so
 * do statements without effect. -u leaves all as it is.
 */
#include <string.h>

#include "sema/sema.h"

static void fold(struct sema *s, struct node **np);

static void to_number(struct sema *s, struct node **np, int64_t v)
{
	struct node *n = node_new(s->arena, N_NUMBER, (*np)->range);

	n->num = v;
	n->vtype = VT_LONG;
	*np = n;
}

static bool compute(enum op op, int64_t a, int64_t b, int64_t *v)
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch (op) {
	case OP_ADD: *v = (int64_t)(x + y); return true;
	case OP_SUB: *v = (int64_t)(x - y); return true;
	case OP_MUL: *v = (int64_t)(x * y); return true;
	case OP_DIV:
		if (!b)
			return false; /* an error of the run, at its place */
		*v = b == -1 ? (int64_t)(0 - x) : a / b;
		return true;
	case OP_MOD:
		if (!b)
			return false;
		*v = b == -1 ? 0 : a % b;
		return true;
	case OP_BITAND: *v = a & b; return true;
	case OP_BITOR: *v = a | b; return true;
	case OP_BITXOR: *v = a ^ b; return true;
	case OP_SHL: *v = (int64_t)(x << (y & 63)); return true;
	case OP_SHR: *v = a >> (y & 63); return true;
	case OP_USHR: *v = (int64_t)(x >> (y & 63)); return true;
	case OP_LT: *v = a < b; return true;
	case OP_LE: *v = a <= b; return true;
	case OP_GT: *v = a > b; return true;
	case OP_GE: *v = a >= b; return true;
	case OP_EQ: *v = a == b; return true;
	case OP_NE: *v = a != b; return true;
	default: return false;
	}
}

static bool compare_text(enum op op, const struct node *l, const struct node *r, int64_t *v)
{
	uint32_t n = l->len < r->len ? l->len : r->len;
	int c = memcmp(l->str, r->str, n);

	if (!c)
		c = l->len < r->len ? -1 : l->len > r->len;
	return compute(op, c, 0, v);
}

static void join(struct sema *s, struct node **np, const struct node *l, const struct node *r)
{
	struct node *n;
	char *text;

	if (l->len + r->len >= s->maxstringlen) /* cut, and counted, when it runs */
		return;
	n = node_new(s->arena, N_STRING, (*np)->range);
	text = arena_alloc(s->arena, l->len + r->len + 1);
	memcpy(text, l->str, l->len);
	memcpy(text + l->len, r->str, r->len);
	n->str = text;
	n->len = l->len + r->len;
	n->vtype = VT_STRING;
	*np = n;
}

static void binary(struct sema *s, struct node **np)
{
	struct node *n = *np, *l = n->kid[BINARY_L], *r = n->kid[BINARY_R];
	int64_t v;

	if (n->op == OP_ANDAND || n->op == OP_OROR) {
		bool decides = n->op == OP_OROR;

		if (l->kind != N_NUMBER)
			return;
		if (!!l->num == decides)
			to_number(s, np, decides);
		else if (r->kind == N_NUMBER)
			to_number(s, np, !!r->num);
		return;
	}
	if (l->kind == N_NUMBER && r->kind == N_NUMBER) {
		if (compute(n->op, l->num, r->num, &v))
			to_number(s, np, v);
	} else if (l->kind == N_STRING && r->kind == N_STRING) {
		if (n->op == OP_CONCAT)
			join(s, np, l, r);
		else if (compare_text(n->op, l, r, &v))
			to_number(s, np, v);
	}
}

static void unary(struct sema *s, struct node **np)
{
	struct node *n = *np, *x = n->kid[UNARY_X];

	if (x->kind != N_NUMBER)
		return;
	switch (n->op) {
	case OP_NEG: to_number(s, np, (int64_t)(0 - (uint64_t)x->num)); break;
	case OP_NOT: to_number(s, np, !x->num); break;
	case OP_BITNOT: to_number(s, np, ~x->num); break;
	case OP_PLUS: to_number(s, np, x->num); break;
	default: break;
	}
}

/* An if or '?:' whose condition is known: the branch that is taken, or nothing. */
static void branch(struct sema *s, struct node **np)
{
	struct node *n = *np, *taken;

	if (n->kid[0]->kind != N_NUMBER)
		return;
	taken = n->kid[0]->num ? n->kid[1] : n->kid[2];
	*np = taken ? taken : node_new(s->arena, N_NULLSTMT, n->range);
}

/* Without effect, and it cannot raise an error either. */
static bool is_idle(struct node *n)
{
	return !node_may_raise(n) && !node_has_effects(n);
}

static void fold(struct sema *s, struct node **np)
{
	struct node *n = *np;

	if (!n)
		return;
	for (unsigned i = 0; i < node_nchildren(n); i++)
		fold(s, node_child(n, i));
	switch (n->kind) {
	case N_BINARY:
		binary(s, np);
		break;
	case N_UNARY:
		unary(s, np);
		break;
	case N_IF:
	case N_TERNARY:
		branch(s, np);
		break;
	case N_WHILE:
		if (n->kid[WHILE_COND]->kind == N_NUMBER && !n->kid[WHILE_COND]->num)
			*np = node_new(s->arena, N_NULLSTMT, n->range);
		break;
	case N_EXPRSTMT:
		if (is_idle(n->kid[EXPRSTMT_EXPR]))
			*np = node_new(s->arena, N_NULLSTMT, n->range);
		break;
	case N_PRINT:
		format_make(s, n); /* anew: literals become part of the format */
		break;
	default:
		break;
	}
}

void fold_plan(struct sema *s)
{
	vec_each(i, &s->plan->funcs)
		fold(s, &s->plan->funcs.v[i]->decl->kid[FUNCTION_BODY]);
	vec_each(i, &s->plan->probes)
		fold(s, &s->plan->probes.v[i]->body);
}

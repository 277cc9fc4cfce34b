// SPDX-License-Identifier: GPL-2.0-or-later
/* Nodes: allocation, copies, walking, names. All of it follows from ast.def. */
#include "syntax/ast.h"

#include "base/util.h"

struct node *node_new(struct arena *a, enum node_kind kind, struct range r)
{
	struct node *n = arena_new(a, struct node);

	n->kind = kind;
	n->range = n->at = r;
	return n;
}

static void clone_list(struct arena *a, struct node_list *list)
{
	struct node **v = arena_array(a, struct node *, list->n);

	vec_each(i, list)
		v[i] = node_clone(a, list->v[i]);
	list->v = v;
	list->cap = list->n;
}

struct node *node_clone(struct arena *a, const struct node *n)
{
	struct node *c;

	if (!n)
		return NULL;
	c = arena_new(a, struct node);
	*c = *n;
	c->sym = c->info = NULL;
	for (unsigned i = 0; i < ARRAY_SIZE(c->kid); i++)
		c->kid[i] = node_clone(a, n->kid[i]);
	clone_list(a, &c->list);
	clone_list(a, &c->list2);
	return c;
}

unsigned node_nchildren(const struct node *n)
{
	return (unsigned)ARRAY_SIZE(n->kid) + n->list.n + n->list2.n;
}

struct node **node_child(struct node *n, unsigned i)
{
	if (i < ARRAY_SIZE(n->kid))
		return &n->kid[i];
	i -= (unsigned)ARRAY_SIZE(n->kid);
	return i < n->list.n ? &n->list.v[i] : &n->list2.v[i - n->list.n];
}

void node_walk(struct node *n, bool (*visit)(struct node *n, void *data), void *data)
{
	if (!n || !visit(n, data))
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(n->kid); i++)
		if (n->kid[i])
			node_walk(n->kid[i], visit, data);
	vec_each(i, &n->list)
		node_walk(n->list.v[i], visit, data);
	vec_each(i, &n->list2)
		node_walk(n->list2.v[i], visit, data);
}

const char *node_kind_text(enum node_kind kind)
{
	static const char *const text[] = {
#define NODE(kind, text) [N_##kind] = text,
#define KID(slot, index)
#include "syntax/ast.def"
#undef NODE
#undef KID
	};

	return text[kind];
}

const char *op_text(enum op op)
{
	switch (op) {
	case OP_NONE: return "";
	case OP_ADD: return "+";
	case OP_SUB: return "-";
	case OP_MUL: return "*";
	case OP_DIV: return "/";
	case OP_MOD: return "%";
	case OP_BITAND: return "&";
	case OP_BITOR: return "|";
	case OP_BITXOR: return "^";
	case OP_SHL: return "<<";
	case OP_SHR: return ">>";
	case OP_USHR: return ">>>";
	case OP_CONCAT: return ".";
	case OP_LT: return "<";
	case OP_LE: return "<=";
	case OP_GT: return ">";
	case OP_GE: return ">=";
	case OP_EQ: return "==";
	case OP_NE: return "!=";
	case OP_ANDAND: return "&&";
	case OP_OROR: return "||";
	case OP_NEG: return "-";
	case OP_PLUS: return "+";
	case OP_NOT: return "!";
	case OP_BITNOT: return "~";
	case OP_ASSIGN: return "=";
	case OP_AGGREGATE: return "<<<";
	case OP_MATCH: return "=~";
	case OP_NOMATCH: return "!~";
	case OP_SORT_UP: return "+";
	case OP_SORT_DOWN: return "-";
	case OP_PROLOGUE: return "=";
	case OP_EPILOGUE: return "+=";
	case OP_COUNT: break;
	}
	return "?";
}

const char *vtype_text(enum vtype t)
{
	switch (t) {
	case VT_UNKNOWN: return "unknown";
	case VT_LONG: return "long";
	case VT_STRING: return "string";
	case VT_STATS: return "stats";
	case VT_VOID: return "void";
	}
	return "unknown";
}

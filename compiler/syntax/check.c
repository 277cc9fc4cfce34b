// SPDX-License-Identifier: GPL-2.0-or-later
#include "syntax/check.h"

enum { DEPTH = 2000 };

struct at {
	struct node *node;
	unsigned depth;
	bool function, loop, slice; /* inside one; may have '*' among its keys */
};

struct stack VEC(struct at);

static void check_node(struct parse *p, const struct at *at)
{
	const struct node *n = at->node;

	switch (n->kind) {
	case N_RETURN:
		if (!at->function)
			diag_hint(syntax_error(p, DIAG_RETURN_OUTSIDE, n->at, "'return' outside of a function"),
				  "'next' leaves the handler of a probe");
		return;
	case N_BREAK:
	case N_CONTINUE:
		if (!at->loop)
			diag_hint(syntax_error(p, DIAG_OUTSIDE_LOOP, n->at, "'%s' outside of a loop", node_kind_text(n->kind)),
				  "'next' leaves the handler of a probe, 'return' a function");
		return;
	case N_STAR:
		if (!at->slice)
			diag_hint(syntax_error(p, DIAG_STAR_KEY, n->range, "'*' cannot be a key here"),
				  "'*' stands for any key in 'delete a[*, 1]', '[*, 1] in a' and 'foreach (… in a[*, 1])'");
		return;
	default:
		return;
	}
}

static bool is_loop(const struct node *n)
{
	return n->kind == N_WHILE || n->kind == N_FOR || n->kind == N_FOREACH;
}

static void push(struct parse *p, struct stack *s, const struct at *up, struct node *n)
{
	struct at at = *up;

	if (!n)
		return;
	at.node = n;
	at.depth++;
	at.function = up->function || up->node->kind == N_FUNCTION;
	at.loop = up->loop || is_loop(up->node);
	at.slice = up->node->kind == N_IN || up->node->kind == N_FOREACH || (n->kind == N_INDEX && up->node->kind == N_DELETE) ||
		   (up->node->kind == N_INDEX && up->slice);
	vec_push(p->arena, s, at);
}

void check_tree(struct parse *p, struct node *file)
{
	struct stack s = { NULL, 0, 0 };
	struct at at = { .node = file };

	vec_push(p->arena, &s, at);
	while (s.n) {
		at = s.v[--s.n];
		if (at.depth > DEPTH) {
			diag_hint(syntax_error(p, DIAG_NESTING, at.node->range, "this is nested too deeply"),
				  "move parts of it into functions");
			return;
		}
		check_node(p, &at);
		for (unsigned i = node_nchildren(at.node); i-- > 0;)
			push(p, &s, &at, *node_child(at.node, i));
	}
}

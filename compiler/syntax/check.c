// SPDX-License-Identifier: GPL-2.0-or-later
#include "syntax/check.h"

#include "base/util.h"

enum { DEPTH = 2000 }; /* of the tree: what comes after goes down it by recursion too */

struct at {
	const struct node *node;
	unsigned depth;
	bool function, loop, slice; /* inside one (below the node too, when its children are looked at); may have '*' among its keys */
};

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

static bool is_leaf(const struct node *n)
{
	return n->kind == N_IDENT || n->kind == N_NUMBER || n->kind == N_STRING || n->kind == N_TARGET || n->kind == N_MEMBER;
}

static bool check(struct parse *p, const struct node *n, const struct at *up);

static inline bool check_below(struct parse *p, const struct node *n, const struct at *at)
{
	return !n || is_leaf(n) || check(p, n, at);
}

/* False: too deep. up is of the node above. */
static bool check(struct parse *p, const struct node *n, const struct at *up)
{
	struct at at = { n, up->depth + 1, up->function | (n->kind == N_FUNCTION), up->loop | is_loop(n), false };

	if (at.depth > DEPTH) {
		diag_hint(syntax_error(p, DIAG_NESTING, n->range, "this is nested too deeply"), "move parts of it into functions");
		return false;
	}
	at.slice = up->node->kind == N_IN || up->node->kind == N_FOREACH || (n->kind == N_INDEX && up->node->kind == N_DELETE) ||
		   (up->node->kind == N_INDEX && up->slice);
	check_node(p, &at);
	for (unsigned i = 0; i < ARRAY_SIZE(n->kid); i++)
		if (!check_below(p, n->kid[i], &at))
			return false;
	vec_each(i, &n->list)
		if (!check_below(p, n->list.v[i], &at))
			return false;
	vec_each(i, &n->list2)
		if (!check_below(p, n->list2.v[i], &at))
			return false;
	return true;
}

void check_tree(struct parse *p, struct node *file)
{
	struct at at = { .node = file };

	check(p, file, &at);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tree to an automaton with choices. With groups, the edges of every part
 * of the pattern are states too, with the part's depth in the tree: they are
 * what regex_dfa.c tells better matches from worse by.
 */
#include "sema/regex.h"

struct maker {
	struct regex_nfa *nfa;
	bool full;
};

static int add(struct maker *m, enum regex_state_kind kind, int n, int out)
{
	struct regex_state s = { .kind = kind, .n = n, .out = { out, -1 } };

	if (m->nfa->state.n >= REGEX_NFA_MAX) {
		m->full = true;
		return 0;
	}
	vec_push(m->nfa->arena, &m->nfa->state, s);
	return (int)m->nfa->state.n - 1;
}

static struct regex_state *at(struct maker *m, int i)
{
	return &m->nfa->state.v[i];
}

static int split(struct maker *m, int first, int second)
{
	int s = add(m, RS_SPLIT, 0, first);

	at(m, s)->out[1] = second;
	return s;
}

static int build(struct maker *m, struct regex_node *n, int depth, int next);

/* What a round of a repetition forgets: the groups within. */
static int clear(struct maker *m, const struct regex_node *n, int next)
{
	if (n->kind == RX_GROUP) {
		next = add(m, RS_CLEAR, (int)n->group * 2, next);
		next = add(m, RS_CLEAR, (int)n->group * 2 - 1, next);
	}
	vec_each(i, &n->child)
		next = clear(m, n->child.v[i], next);
	return next;
}

/* The inside of one round, from its beginning to end. */
static int turn(struct maker *m, struct regex_node *body, int depth, int end)
{
	int s = build(m, body, depth, end);

	return m->nfa->groups ? clear(m, body, s) : s;
}

static int round_begin(struct maker *m, int id, bool again, int next)
{
	int s;

	if (!m->nfa->groups)
		return next;
	s = add(m, RS_ROUND, id, next);
	at(m, s)->again = again;
	return s;
}

static int round_end(struct maker *m, int id, int next)
{
	return m->nfa->groups ? add(m, RS_ROUND_END, id, next) : next;
}

/* Built from its end: the optional rounds, or the endless last one, then those that must be. */
static int repeat(struct maker *m, struct regex_node *n, int depth, int next)
{
	struct regex_node *body = n->child.v[0];
	int needed = n->min, s = next;

	if (n->max == 0)
		return next;
	if (n->max < 0) {
		int id = (int)m->nfa->rounds++, loop = add(m, RS_SPLIT, 0, 0), begin;

		at(m, loop)->out[1] = next;
		begin = turn(m, body, depth, round_end(m, id, loop));
		s = round_begin(m, id, true, begin);
		at(m, loop)->out[0] = s; /* only now: what is added moves the states */
		s = round_begin(m, id, false, begin);
		if (needed)
			needed--;
		else
			s = split(m, s, next);
	} else {
		for (int i = n->max; i > n->min && !m->full; i--) {
			int id = (int)m->nfa->rounds++;

			s = split(m, round_begin(m, id, i > 1, turn(m, body, depth, round_end(m, id, s))), next);
		}
	}
	for (; needed > 0 && !m->full; needed--) {
		int id = (int)m->nfa->rounds++;

		s = round_begin(m, id, false, turn(m, body, depth, round_end(m, id, s)));
	}
	return s;
}

static int inside(struct maker *m, struct regex_node *n, int depth, int next)
{
	int s = next;

	switch (n->kind) {
	case RX_EMPTY:
		return next;
	case RX_SET:
		s = add(m, RS_SET, 0, next);
		at(m, s)->set = n->set;
		return s;
	case RX_BOL:
		return add(m, RS_BOL, 0, next);
	case RX_EOL:
		return add(m, RS_EOL, 0, next);
	case RX_CAT:
		for (unsigned i = n->child.n; i-- > 0;)
			s = build(m, n->child.v[i], depth + 1, s);
		return s;
	case RX_ALT:
		s = build(m, n->child.v[n->child.n - 1], depth + 1, next);
		for (unsigned i = n->child.n - 1; i-- > 0;)
			s = split(m, build(m, n->child.v[i], depth + 1, next), s);
		return s;
	case RX_REPEAT:
		return repeat(m, n, depth + 1, next);
	case RX_GROUP: /* only when nobody asks for it */
		return inside(m, n->child.v[0], depth, next);
	}
	return next;
}

static int build(struct maker *m, struct regex_node *n, int depth, int next)
{
	if (m->full)
		return 0;
	if (!m->nfa->groups)
		return inside(m, n, depth, next);
	/* Where ways through the pattern meet again, each must have crossed the edge of what it went through: tags stand outside. */
	if (n->kind == RX_GROUP) {
		next = add(m, RS_TAG, (int)n->group * 2, next);
		next = build(m, n->child.v[0], depth, next);
		return add(m, RS_TAG, (int)n->group * 2 - 1, next);
	}
	next = add(m, RS_LEVEL, depth, next);
	next = inside(m, n, depth, next);
	return add(m, RS_LEVEL, depth, next);
}

bool regex_nfa(struct regex_nfa *nfa, struct regex_node *tree)
{
	struct maker m = { .nfa = nfa };
	int accept = add(&m, RS_ACCEPT, 0, -1);

	nfa->start = build(&m, tree, 0, accept);
	if (nfa->groups)
		nfa->start = add(&m, RS_TAG, 0, nfa->start);
	return !m.full;
}

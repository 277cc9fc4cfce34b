// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables for patterns whose groups are asked for: a deterministic automaton
 * whose transitions keep positions in registers. All choice is made here, at
 * compile time, by the POSIX rules: the leftmost match, of those the longest,
 * and of its parts, from left to right and outer before inner, each as long
 * as it can be.
 *
 * A state holds threads (places in the automaton with choices), where each
 * tag of a thread is kept, and how the threads' histories compare. Of two
 * histories the better is the one that, since they parted, left the part of
 * the pattern nearest to the root later: "low" is the least depth of an edge
 * that a history crossed since then, and the greater low wins; between equals
 * it stays as it was decided before (after Okui and Suzuki, "Disambiguation in
 * regular expression matching via position automata with augmented
 * transitions", 2010; Borsotti and Trofimovich, "Efficient POSIX submatch
 * extraction on NFA", 2021). A match that begins later is worse than any.
 */
#include <string.h>

#include "base/util.h"
#include "sema/regex_private.h"

enum { NIL = -1, POS = -2, TAGS_MAX = 2 * REGEX_GROUPS_MAX, LOW_NONE = 10000, THREADS_MAX = 400, STEPS_MAX = 200000 };

struct thread {
	int at;
	int reg[TAGS_MAX]; /* register, NIL; POS on the way to a state */
};

/* How thread i compares with thread j, at [i * n + j]. */
struct order {
	int16_t low; /* of i since they parted */
	int8_t better; /* -1: i is better, 1: j is */
};

struct tstate {
	uint32_t hash;
	unsigned n;
	bool began; /* a match was found: no other begins */
	bool ends;  /* the end of the string would make it a match: that of end */
	struct thread end;
	struct thread *thread;
	struct order *order;
};

/* One state on a way without a byte. */
struct step {
	int state, parent, origin; /* parent: index of a step or -1; origin: thread of the state before, or START */
};
enum { START = -1 };

struct tagged {
	struct arena *arena;
	struct regex *re;
	const struct regex_nfa *nfa;
	unsigned ntags;
	int accept;                /* the one state that does */
	struct VEC(struct step) steps;
	int *best;                 /* of each state of nfa: a step, or -1 */
	struct VEC(int) todo;
	struct VEC(int) way[2];    /* scratch of compare() */
	struct VEC(struct tstate) states;
	const struct tstate *from; /* what origins are threads of */
	bool full;
};

/* ---- Comparing ------------------------------------------------------------------------ */

static void unroll(struct tagged *w, int side, int step)
{
	unsigned n = 0;

	for (int s = step; s >= 0; s = w->steps.v[s].parent)
		n++;
	w->way[side].n = 0;
	for (unsigned i = 0; i < n; i++)
		vec_push(w->arena, &w->way[side], 0);
	for (int s = step; s >= 0; s = w->steps.v[s].parent)
		w->way[side].v[--n] = w->steps.v[s].state;
}

static int lowest(struct tagged *w, int side, unsigned from, int low)
{
	for (unsigned i = from; i < w->way[side].n; i++) {
		const struct regex_state *s = &w->nfa->state.v[w->way[side].v[i]];

		if (s->kind == RS_LEVEL && s->n < low)
			low = s->n;
	}
	return low;
}

/* -1: the history that ends with step a is better. */
static int compare(struct tagged *w, int a, int b, int low[2])
{
	int oa = w->steps.v[a].origin, ob = w->steps.v[b].origin, before = 0;
	unsigned fork = 0;

	if (oa != ob && (oa == START || ob == START)) {
		low[0] = low[1] = -1;
		return oa == START ? 1 : -1;
	}
	unroll(w, 0, a);
	unroll(w, 1, b);
	if (oa == ob) {
		low[0] = low[1] = LOW_NONE;
		while (fork < w->way[0].n && fork < w->way[1].n && w->way[0].v[fork] == w->way[1].v[fork])
			fork++;
		if (fork && fork < w->way[0].n && fork < w->way[1].n)
			before = w->nfa->state.v[w->way[0].v[fork - 1]].out[0] == w->way[0].v[fork] ? -1 : 1;
	} else {
		low[0] = w->from->order[oa * (int)w->from->n + ob].low;
		low[1] = w->from->order[ob * (int)w->from->n + oa].low;
		before = w->from->order[oa * (int)w->from->n + ob].better;
	}
	low[0] = lowest(w, 0, fork, low[0]);
	low[1] = lowest(w, 1, fork, low[1]);
	return low[0] > low[1] ? -1 : low[0] < low[1] ? 1 : before;
}

/* ---- What is reached without a byte ------------------------------------------------------ */

static void closure_begin(struct tagged *w, const struct tstate *from)
{
	w->from = from;
	w->steps.n = 0;
	w->todo.n = 0;
	vec_each(i, &w->nfa->state)
		w->best[i] = -1;
}

/* Is this state on the way already, or does it end a round that must not be empty? */
static bool barred(struct tagged *w, int parent, int state)
{
	const struct regex_state *s = &w->nfa->state.v[state], *p;

	for (int i = parent; i >= 0; i = w->steps.v[i].parent) {
		if (w->steps.v[i].state == state)
			return true;
		p = &w->nfa->state.v[w->steps.v[i].state];
		if (s->kind == RS_ROUND_END && p->kind == RS_ROUND && p->n == s->n)
			return p->again;
	}
	return false;
}

static void reach(struct tagged *w, int state, int parent, int origin)
{
	struct step s = { state, parent, origin };
	int low[2];

	if (barred(w, parent, state))
		return;
	if (w->steps.n >= STEPS_MAX) {
		w->full = true;
		return;
	}
	vec_push(w->arena, &w->steps, s);
	if (w->best[state] >= 0 && compare(w, (int)w->steps.n - 1, w->best[state], low) >= 0) {
		w->steps.n--;
		return;
	}
	w->best[state] = (int)w->steps.n - 1;
	vec_push(w->arena, &w->todo, (int)w->steps.n - 1);
}

static void closure_run(struct tagged *w, bool bol, bool eol)
{
	for (unsigned i = 0; i < w->todo.n && !w->full; i++) {
		int step = w->todo.v[i], at = w->steps.v[step].state, origin = w->steps.v[step].origin;
		const struct regex_state *s = &w->nfa->state.v[at];

		if (w->best[at] != step) /* overtaken since */
			continue;
		if (s->kind == RS_SET || s->kind == RS_ACCEPT || (s->kind == RS_EOL && !eol) || (s->kind == RS_BOL && !bol))
			continue;
		reach(w, s->out[0], step, origin);
		if (s->kind == RS_SPLIT)
			reach(w, s->out[1], step, origin);
	}
}

static void tags_of(struct tagged *w, int step, int reg[TAGS_MAX])
{
	int origin = w->steps.v[step].origin;

	unroll(w, 0, step);
	for (unsigned t = 0; t < w->ntags; t++)
		reg[t] = origin == START ? NIL : w->from->thread[origin].reg[t];
	vec_each(i, &w->way[0]) {
		const struct regex_state *s = &w->nfa->state.v[w->way[0].v[i]];

		if (s->kind == RS_TAG)
			reg[s->n] = POS;
		else if (s->kind == RS_CLEAR)
			reg[s->n] = NIL;
	}
}

/* ---- States ------------------------------------------------------------------------------ */

/* Makes a state of what the closure reached. Its registers are still those of the state before, and POS. */
static void collect(struct tagged *w, struct tstate *to)
{
	int step[THREADS_MAX], accept = -1, low[2];
	unsigned n = 0, kept = 0;

	vec_each(i, &w->nfa->state) {
		enum regex_state_kind k = w->nfa->state.v[i].kind;

		if (w->best[i] < 0 || (k != RS_SET && k != RS_EOL && k != RS_ACCEPT))
			continue;
		if (n == THREADS_MAX) {
			w->full = true;
			return;
		}
		if (k == RS_ACCEPT)
			accept = w->best[i];
		step[n++] = w->best[i];
	}
	for (unsigned i = 0; i < n; i++)
		if (accept < 0 || step[i] == accept || compare(w, accept, step[i], low) > 0 || low[0] != -1)
			step[kept++] = step[i];
	to->n = kept;
	to->began |= accept >= 0;
	to->thread = arena_array(w->arena, struct thread, kept + 1);
	to->order = arena_array(w->arena, struct order, kept * kept + 1);
	for (unsigned i = 0; i < kept; i++) {
		to->thread[i].at = w->steps.v[step[i]].state;
		tags_of(w, step[i], to->thread[i].reg);
		for (unsigned j = 0; j < i; j++) {
			int better = compare(w, step[i], step[j], low);

			to->order[i * kept + j] = (struct order){ (int16_t)low[0], (int8_t)better };
			to->order[j * kept + i] = (struct order){ (int16_t)low[1], (int8_t)-better };
		}
	}
	to->hash = 2166136261u + to->began + 2 * to->ends;
	for (unsigned i = 0; i < kept; i++)
		to->hash = (to->hash ^ (uint32_t)to->thread[i].at) * 16777619u;
	for (unsigned i = 0; i < kept * kept; i++)
		to->hash = (to->hash ^ (uint32_t)(to->order[i].low * 4 + to->order[i].better)) * 16777619u;
}

static bool same_tags(struct tagged *w, const struct thread *new, const struct thread *old, int from[REGEX_REGS_MAX])
{
	for (unsigned t = 0; t < w->ntags; t++) {
		int a = new->reg[t], b = old->reg[t];

		if ((a == NIL) != (b == NIL))
			return false;
		if (b == NIL)
			continue;
		if (from[b] != NIL && from[b] != a)
			return false;
		from[b] = a;
	}
	return true;
}

/*
 * Are the two the same but for the names of registers? from[r] is then what
 * register r of the old one must be loaded with: a register, or POS.
 */
static bool same(struct tagged *w, const struct tstate *new, const struct tstate *old, int from[REGEX_REGS_MAX])
{
	if (new->hash != old->hash || new->n != old->n || new->began != old->began || new->ends != old->ends)
		return false;
	for (unsigned i = 0; i < new->n * new->n; i++)
		if (new->order[i].low != old->order[i].low || new->order[i].better != old->order[i].better)
			return false;
	for (unsigned r = 0; r < REGEX_REGS_MAX; r++)
		from[r] = NIL;
	for (unsigned i = 0; i < new->n; i++)
		if (new->thread[i].at != old->thread[i].at || !same_tags(w, &new->thread[i], &old->thread[i], from))
			return false;
	return !new->ends || same_tags(w, &new->end, &old->end, from);
}

static unsigned put(struct tagged *w, int value)
{
	vec_push(w->arena, &w->re->ops, (uint8_t)(value == NIL ? REGEX_NIL : value == POS ? REGEX_POS : value));
	return w->re->ops.n;
}

/* The moves in an order that loses nothing; a ring is opened with the spare register. 0: none. */
static unsigned moves(struct tagged *w, int from[REGEX_REGS_MAX])
{
	unsigned start = w->re->ops.n, spare = REGEX_REGS_MAX, left = 0;

	for (int r = 0; r < REGEX_REGS_MAX; r++) {
		if (from[r] == r)
			from[r] = NIL;
		left += from[r] != NIL;
	}
	if (!left)
		return 0;
	while (left) {
		bool moved = false;
		int ring = -1;

		for (int r = 0; r < REGEX_REGS_MAX; r++) {
			bool needed = false;

			if (from[r] == NIL)
				continue;
			for (int o = 0; o < REGEX_REGS_MAX; o++)
				needed |= o != r && from[o] == r;
			if (needed) {
				ring = r;
				continue;
			}
			put(w, r);
			put(w, from[r]);
			from[r] = NIL;
			left--;
			moved = true;
		}
		if (moved || !left)
			continue;
		put(w, (int)spare);
		put(w, ring);
		for (int o = 0; o < REGEX_REGS_MAX; o++)
			if (from[o] == ring)
				from[o] = (int)spare;
	}
	put(w, POS); /* no register: the end */
	return start;
}

/* The tags' sources of a match, for the tables. */
static unsigned match_of(struct tagged *w, const int reg[TAGS_MAX])
{
	unsigned start = w->re->ops.n;

	for (unsigned t = 0; t < w->ntags; t++)
		put(w, reg[t]);
	return start;
}

/* Registers of a new state: what was carried stays where it is, this position goes where there is room. */
static int place(struct tagged *w, struct tstate *s)
{
	bool used[REGEX_REGS_MAX] = { false }, pos = false;
	unsigned n = s->n + s->ends;
	int room = 0;

	for (unsigned i = 0; i < n; i++)
		for (unsigned t = 0; t < w->ntags; t++) {
			int r = (i < s->n ? &s->thread[i] : &s->end)->reg[t];

			if (r >= 0)
				used[r] = true;
			pos |= r == POS;
		}
	if (!pos)
		return NIL;
	while (room < REGEX_REGS_MAX && used[room])
		room++;
	if (room == REGEX_REGS_MAX) {
		w->full = true;
		return NIL;
	}
	w->re->nregs = MAX(w->re->nregs, (unsigned)room + 1);
	for (unsigned i = 0; i < n; i++)
		for (unsigned t = 0; t < w->ntags; t++) {
			int *r = &(i < s->n ? &s->thread[i] : &s->end)->reg[t];

			if (*r == POS)
				*r = room;
		}
	return room;
}

static void finals(struct tagged *w, const struct tstate *s)
{
	unsigned here = 0;

	for (unsigned i = 0; i < s->n; i++)
		if (w->nfa->state.v[s->thread[i].at].kind == RS_ACCEPT)
			here = match_of(w, s->thread[i].reg);
	vec_push(w->arena, &w->re->final, (uint16_t)here);
	vec_push(w->arena, &w->re->final_end, (uint16_t)(s->ends ? match_of(w, s->end.reg) : 0));
}

/* The number of the state that equals *s (but the first), made when there is none; *op: the moves on the way there. */
static unsigned number_of(struct tagged *w, struct tstate *s, bool first, unsigned *op)
{
	int from[REGEX_REGS_MAX], pos;

	*op = 0;
	if (!s->n && !s->ends && !first)
		return 0;
	for (unsigned i = 2; i < w->states.n; i++)
		if (same(w, s, &w->states.v[i], from)) {
			*op = moves(w, from);
			return i;
		}
	if (w->states.n >= REGEX_DFA_MAX || w->full) {
		w->full = true;
		return 0;
	}
	pos = place(w, s);
	if (w->full)
		return 0;
	if (pos != NIL) {
		for (unsigned r = 0; r < REGEX_REGS_MAX; r++)
			from[r] = NIL;
		from[pos] = POS;
		*op = moves(w, from);
	}
	vec_push(w->arena, &w->states, *s);
	finals(w, s);
	return w->states.n - 1;
}

/* What a byte leads to from a state; c < 0: what stands before any byte. */
static void closure(struct tagged *w, const struct tstate *from, int c, bool eol)
{
	closure_begin(w, from);
	for (unsigned i = 0; i < from->n; i++) {
		const struct regex_state *s = &w->nfa->state.v[from->thread[i].at];

		if (s->kind == RS_SET && regex_set_has(&s->set, (unsigned)c))
			reach(w, s->out[0], -1, (int)i);
	}
	if (!from->began)
		reach(w, w->nfa->start, -1, START);
	closure_run(w, c < 0, eol);
}

/*
 * The end of the string passes '$' in the same breath as what comes before it,
 * so what would be a match there is chosen from the same ways, not later.
 */
static void step(struct tagged *w, const struct tstate *from, int c, struct tstate *to)
{
	*to = (struct tstate){ .began = from->began };
	closure(w, from, c, true);
	if (w->best[w->accept] >= 0) {
		to->ends = true;
		tags_of(w, w->best[w->accept], to->end.reg);
	}
	closure(w, from, c, false);
	collect(w, to);
}

static unsigned transition(struct tagged *w, unsigned at, unsigned c, unsigned *op)
{
	struct tstate from = w->states.v[at], to;

	step(w, &from, (int)c, &to);
	return w->full ? 0 : number_of(w, &to, false, op);
}

/* State 0 is dead, state 1 the first: before any byte, all registers hold 0, which is where it is. */
bool regex_tagged_tables(struct regex *re, const struct regex_nfa *nfa)
{
	struct tagged w = { .arena = nfa->arena, .re = re, .nfa = nfa, .ntags = 2 * re->ngroups - 1 };
	struct tstate first;
	unsigned op;

	w.best = arena_array(w.arena, int, nfa->state.n);
	put(&w, 0); /* so that no offset is 0 */
	vec_push(w.arena, &w.states, (struct tstate){ 0 });
	vec_push(w.arena, &re->final, 0);
	vec_push(w.arena, &re->final_end, 0);
	for (unsigned c = 0; c < re->nclasses; c++) {
		vec_push(w.arena, &re->next, 0);
		vec_push(w.arena, &re->op, 0);
	}
	vec_each(i, &nfa->state)
		if (nfa->state.v[i].kind == RS_ACCEPT)
			w.accept = (int)i;
	step(&w, &w.states.v[0], -1, &first);
	if (!w.full)
		number_of(&w, &first, true, &op);
	for (unsigned i = 1; i < w.states.n && !w.full; i++)
		for (unsigned c = 0; c < re->nclasses && !w.full; c++) {
			vec_push(w.arena, &re->next, (uint16_t)transition(&w, i, regex_byte_of(re, c), &op));
			vec_push(w.arena, &re->op, (uint16_t)op);
			w.full |= w.states.n * re->nclasses > REGEX_TABLE_MAX || re->ops.n > 60000;
		}
	re->nstates = w.states.n;
	return !w.full;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the automaton with choices to tables: classes of bytes that no part of
 * the pattern tells apart, and the subset construction for patterns whose
 * groups nobody asks for. The other kind is regex_tdfa.c's.
 */
#include <string.h>

#include "base/util.h"
#include "sema/regex_private.h"

void regex_classes(struct regex *re, const struct regex_nfa *nfa)
{
	unsigned n = 1;

	memset(re->classes, 0, sizeof(re->classes));
	vec_each(i, &nfa->state) {
		const struct regex_state *s = &nfa->state.v[i];
		int split[256];
		unsigned before = n;

		if (s->kind != RS_SET)
			continue;
		/* Each class falls in two where the set cuts it; the part with the class's first byte keeps the number. */
		for (unsigned k = 0; k < before; k++)
			split[k] = -1;
		for (unsigned c = 0, seen[256] = { 0 }, in[256]; c < 256; c++) {
			unsigned k = re->classes[c], has = regex_set_has(&s->set, c);

			if (!seen[k]) {
				seen[k] = 1;
				in[k] = has;
			}
			if (has == in[k])
				continue;
			if (split[k] < 0)
				split[k] = (int)n++;
			re->classes[c] = (unsigned char)split[k];
			/* the new class is marked as seen by being above before */
		}
	}
	re->nclasses = n;
}

unsigned regex_byte_of(const struct regex *re, unsigned class)
{
	unsigned c = 0;

	while (re->classes[c] != class)
		c++;
	return c;
}

/* ---- Without groups -------------------------------------------------------------------- */

struct subset {
	uint32_t hash;
	unsigned n;
	const int *v; /* sorted: RS_SET and RS_EOL, or RS_ACCEPT alone */
};

struct plain {
	struct arena *arena;
	struct regex *re;
	const struct regex_nfa *nfa;
	unsigned *mark, now; /* visited in this closure */
	struct VEC(int) core;
	struct VEC(struct subset) sets;
	struct VEC(int) todo; /* stack of the closure */
	bool accepts;
};

static void push(struct plain *w, int s)
{
	if (w->mark[s] == w->now)
		return;
	w->mark[s] = w->now;
	vec_push(w->arena, &w->todo, s);
}

/* Adds what is reached from s without a byte. */
static void close_over(struct plain *w, int from, bool bol, bool eol)
{
	push(w, from);
	while (w->todo.n) {
		int i = w->todo.v[--w->todo.n];
		const struct regex_state *s = &w->nfa->state.v[i];

		switch (s->kind) {
		case RS_ACCEPT:
			w->accepts = true;
			break;
		case RS_SET:
			vec_push(w->arena, &w->core, i);
			break;
		case RS_EOL:
			if (eol)
				push(w, s->out[0]);
			else
				vec_push(w->arena, &w->core, i);
			break;
		case RS_BOL:
			if (bol)
				push(w, s->out[0]);
			break;
		default:
			push(w, s->out[0]);
			if (s->out[1] >= 0)
				push(w, s->out[1]);
		}
	}
}

static void begin(struct plain *w)
{
	w->now++;
	w->core.n = 0;
	w->accepts = false;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The number of the state for what was collected; a new one when there is none yet. -1: too many. */
static int number_of(struct plain *w, bool bol)
{
	struct subset s = { 0 };
	bool at_end = w->accepts;
	int *v;

	if (w->accepts) {
		w->core.n = 0;
		vec_push(w->arena, &w->core, -1);
	} else if (!w->core.n) {
		return 0;
	}
	qsort(w->core.v, w->core.n, sizeof(int), by_number);
	vec_each(i, &w->core)
		s.hash = (s.hash ^ (uint32_t)w->core.v[i]) * 16777619u;
	/* The first state may pass '^' at the end of an empty string: it is a state of its own. */
	for (unsigned i = 1; i < w->sets.n && !bol; i++)
		if (i != 1 && w->sets.v[i].hash == s.hash && w->sets.v[i].n == w->core.n &&
		    !memcmp(w->sets.v[i].v, w->core.v, w->core.n * sizeof(int)))
			return (int)i;
	if (w->sets.n >= REGEX_DFA_MAX)
		return -1;
	s.n = w->core.n;
	v = arena_alloc(w->arena, s.n * sizeof(int));
	memcpy(v, w->core.v, s.n * sizeof(int));
	s.v = v;
	if (!at_end) {
		begin(w);
		for (unsigned i = 0; i < s.n; i++)
			if (w->nfa->state.v[v[i]].kind == RS_EOL)
				close_over(w, w->nfa->state.v[v[i]].out[0], bol, true);
		at_end = w->accepts;
	}
	vec_push(w->arena, &w->re->final, v[0] < 0);
	vec_push(w->arena, &w->re->final_end, at_end);
	vec_push(w->arena, &w->sets, s);
	return (int)w->sets.n - 1;
}

static int transition(struct plain *w, const struct subset *from, unsigned c)
{
	if (from->n && from->v[0] < 0)
		return 0;
	begin(w);
	for (unsigned i = 0; i < from->n; i++) {
		const struct regex_state *s = &w->nfa->state.v[from->v[i]];

		if (s->kind == RS_SET && regex_set_has(&s->set, c))
			close_over(w, s->out[0], false, false);
	}
	close_over(w, w->nfa->start, false, false); /* a match may begin anywhere */
	return number_of(w, false);
}

static bool plain_tables(struct regex *re, const struct regex_nfa *nfa)
{
	struct plain w = { .arena = nfa->arena, .re = re, .nfa = nfa };

	w.mark = arena_array(w.arena, unsigned, nfa->state.n);
	vec_push(w.arena, &w.sets, (struct subset){ 0 });
	vec_push(w.arena, &re->final, 0);
	vec_push(w.arena, &re->final_end, 0);
	for (unsigned c = 0; c < re->nclasses; c++)
		vec_push(w.arena, &re->next, 0);
	begin(&w);
	close_over(&w, nfa->start, true, false);
	if (!number_of(&w, true)) { /* nothing ever matches: a state that only stays */
		vec_push(w.arena, &w.sets, (struct subset){ 0 });
		vec_push(w.arena, &re->final, 0);
		vec_push(w.arena, &re->final_end, 0);
	}
	for (unsigned i = 1; i < w.sets.n; i++)
		for (unsigned c = 0; c < re->nclasses; c++) {
			struct subset from = w.sets.v[i];
			int to = transition(&w, &from, regex_byte_of(re, c));

			if (to < 0 || w.sets.n * re->nclasses > REGEX_TABLE_MAX)
				return false;
			vec_push(w.arena, &re->next, (uint16_t)to);
		}
	re->nstates = w.sets.n;
	return true;
}

bool regex_tables(struct regex *re, const struct regex_nfa *nfa)
{
	regex_classes(re, nfa);
	return re->groups ? regex_tagged_tables(re, nfa) : plain_tables(re, nfa);
}

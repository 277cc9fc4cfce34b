// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random arrays, statistics and matches. Keys and limits are small, so that
 * elements are met again and arrays get full; while a loop goes through one
 * nothing is changed that could be it, which the language would refuse.
 */
#include "build.h"

const char *const patterns[] = {
	"a", "^a", "c$", "^$", "a*b", "x ?y", "[0-9]+", "^[[:space:]]*(-?[0-9]+)", "(a|b)+c", "^(.)(.*)$", "[^a-z ]", "q.*k",
	"^(0x)?([0-9a-f]+)$", "The (quick|slow) ([a-z]+)", "(ab|a)(c|bcd)?", "a{2,3}", "[[:upper:]][[:lower:]]+", "\\.|%", "d(o|u)g$",
	"^[^\"]*\"([^\"]*)\"", "(.*) (.*)", "()", "b|",
};
const unsigned npatterns = sizeof(patterns) / sizeof(patterns[0]);

void arrays_declare(struct build *b)
{
	struct program *p = b->p;

	p->narrays = below(b, ARRAYS_MAX);
	for (unsigned i = 0; i < p->narrays; i++) {
		struct array *a = &p->array[i];

		snprintf(a->name, sizeof(a->name), "a%u_%u", p->number, i);
		a->slot = i;
		a->value = LONG + below(b, 3);
		a->nkeys = a->value == STATS ? below(b, KEYS_MAX + 1) : 1 + below(b, KEYS_MAX);
		for (unsigned k = 0; k < a->nkeys; k++)
			a->key[k] = below(b, 2) ? LONG : STR;
		if (a->nkeys && once_in(b, 3))
			a->size = 2 + below(b, 6);
		a->wrap = a->size && below(b, 2);
	}
}

static struct array *pick(struct build *b, unsigned value, bool keys)
{
	for (unsigned tries = 0; tries < 4 && b->p->narrays; tries++) {
		struct array *a = &b->p->array[below(b, b->p->narrays)];

		if ((!value || a->value == value) && (a->nkeys || !keys))
			return a;
	}
	return NULL;
}

/* Often a small literal: a key that is met again. */
static struct expr *key(struct build *b, enum type t)
{
	static const char *const texts[] = { "", "a", "b", "key" };
	struct expr *e;

	if (once_in(b, 3))
		return expr_of(b, t, b->depth ? b->depth - 1 : 0);
	e = new_expr(b, t == LONG ? E_NUMBER : E_STRING, t);
	e->value = (struct value){ below(b, 4), "", 0 };
	if (t == STR) {
		e->value.s = texts[below(b, 4)];
		while (e->value.s[e->value.n])
			e->value.n++;
	}
	return e;
}

static struct expr *element(struct build *b, enum expr_kind kind, enum type t, struct array *a)
{
	struct expr *e = new_expr(b, kind, t);
	unsigned depth = b->depth;

	e->array = a;
	for (unsigned i = 0; i < a->nkeys; i++) {
		e->kid[e->n++] = key(b, a->key[i]);
		b->depth = depth;
	}
	return e;
}

static void some_stars(struct build *b, struct expr *e)
{
	for (unsigned i = 0; i < e->n && e->array->nkeys > 1; i++)
		if (once_in(b, 4))
			e->stars |= 1u << i;
}

static struct expr *statistic(struct build *b, struct array *a)
{
	struct expr *e = element(b, E_STAT, LONG, a);

	e->op = below(b, b->tries || once_in(b, 4) ? 5 : 2);
	return e;
}

struct expr *array_value(struct build *b, enum type t)
{
	struct array *a = pick(b, t == LONG ? (below(b, 2) ? LONG : STATS) : STR, false);
	struct expr *e;

	if (t == LONG && once_in(b, 3) && (a = pick(b, 0, true))) {
		e = element(b, E_IN, LONG, a);
		some_stars(b, e);
		return e;
	}
	if (!a)
		return NULL;
	return a->value == STATS ? statistic(b, a) : element(b, E_ELEM, t, a);
}

struct expr *array_change(struct build *b, enum type t)
{
	static const enum op ops[] = { OP_ADD, OP_SUB, OP_XOR, OP_MUL };
	struct array *a = b->walks ? NULL : pick(b, t == VOID ? STATS : t, false);
	unsigned how = below(b, 3), depth = b->depth;
	struct expr *e;

	if (!a)
		return NULL;
	if (t == LONG && !how) {
		e = element(b, E_ELEM_STEP, LONG, a);
		e->op = below(b, 2) ? OP_ADD : OP_SUB;
		e->prefix = below(b, 2);
		return e;
	}
	e = element(b, t == VOID ? E_ELEM_ADD : how == 1 ? E_ELEM_UPDATE : E_ELEM_ASSIGN, t, a);
	e->op = t == STR ? OP_JOIN : ops[below(b, 4)];
	e->kid[e->n++] = t == VOID && below(b, 2) ? key(b, LONG) : expr_of(b, t == VOID ? LONG : t, depth ? depth - 1 : 0);
	b->depth = depth;
	return e;
}

static struct stmt *walk(struct build *b, struct array *a, unsigned depth)
{
	struct stmt *s = new_stmt(b, S_FOREACH, NULL);
	unsigned kinds = a->nkeys + 1 + (a->value == STATS);

	s->array = a;
	s->by = below(b, 3) ? (int)below(b, kinds) : -1;
	if (s->by >= (int)a->nkeys) /* a statistic has no value of its own */
		s->by = KEYS_MAX + (a->value == STATS) * (1 + s->by - (int)a->nkeys);
	s->down = below(b, 2);
	b->depth = 1;
	if (once_in(b, 4)) {
		s->expr = element(b, E_ELEM, a->value == STR ? STR : LONG, a);
		some_stars(b, s->expr);
		s->expr->id = 0;
	}
	if (once_in(b, 3)) {
		s->most = expr_of(b, LONG, 0);
		if (below(b, 2)) {
			s->most = new_expr(b, E_NUMBER, LONG);
			s->most->value = (struct value){ (int64_t)below(b, 5), "", 0 };
		}
	}
	for (unsigned i = 0; i < a->nkeys; i++) {
		s->key[i] = new_var(b->unit, a->key[i], "k");
		s->key[i]->fixed = true;
	}
	if (a->value != STATS && below(b, 2)) {
		s->var = new_var(b->unit, (enum type)a->value, "e");
		s->var->fixed = true;
	}
	b->loops++;
	b->walks++;
	s->body = stmts(b, depth, 1 + below(b, 3));
	b->walks--;
	b->loops--;
	return s;
}

struct stmt *array_stmt(struct build *b, unsigned depth)
{
	struct array *a = pick(b, 0, true);
	struct stmt *s;

	if (a && depth && b->unit->nvars < VARS_MAX / 2 && below(b, 3))
		return walk(b, a, depth - 1);
	a = pick(b, 0, false);
	if (!a || b->walks || (a->value != STATS && !a->nkeys))
		return NULL;
	s = new_stmt(b, S_CLEAR, NULL);
	s->array = a;
	if (a->nkeys && below(b, 4)) {
		b->depth = 1;
		s->expr = element(b, E_ELEM, a->value == STR ? STR : LONG, a);
		some_stars(b, s->expr);
		s->expr->id = 0;
	}
	return s;
}

struct expr *match(struct build *b, enum type t)
{
	struct expr *e = new_expr(b, t == LONG ? E_MATCH : E_MATCHED, t);
	unsigned depth = b->depth, ngroups = 0;

	e->op = below(b, npatterns);
	for (const char *s = patterns[e->op]; *s; s++)
		ngroups += *s == '(';
	e->prefix = below(b, 2);
	e->group = below(b, ngroups + 1);
	e->kid[e->n++] = expr_of(b, STR, depth ? depth - 1 : 0);
	b->depth = depth;
	if (t == STR)
		e->kid[e->n++] = expr_of(b, STR, 0);
	b->depth = depth;
	return e;
}

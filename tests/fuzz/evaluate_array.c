// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What arrays, statistics and matches do, by the book: keys before the value;
 * reading makes no element, writing does, and fails before it has written
 * when there is no room; loops go through what was there when they began.
 * Regular expressions are the C library's.
 */
#include "evaluate.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

static bool same(struct value a, struct value b, enum type t)
{
	return t == LONG ? a.i == b.i : a.n == b.n && !memcmp(a.s, b.s, a.n);
}

static bool fits(const struct array *a, const struct elem *e, const struct value *key, unsigned stars)
{
	for (unsigned i = 0; i < a->nkeys; i++)
		if (!(stars & 1u << i) && !same(e->key[i], key[i], a->key[i]))
			return false;
	return true;
}

static struct elem *find(struct elems *l, const struct array *a, const struct value *key, unsigned stars)
{
	for (unsigned i = 0; i < l->n; i++)
		if (fits(a, &l->v[i], key, stars))
			return &l->v[i];
	return NULL;
}

static void remove_at(struct elems *l, unsigned i)
{
	memmove(&l->v[i], &l->v[i + 1], (--l->n - i) * sizeof(l->v[0]));
}

static struct elem *make(struct run *r, const struct array *a, const struct value *key)
{
	struct elems *l = r->array[a->slot];
	struct elem *e = find(l, a, key, 0);

	if (e)
		return e;
	if (a->size && l->n == a->size) {
		if (!a->wrap) {
			raise_error(r, "Array overflow, check size limit (%lld)", a->size);
			return NULL;
		}
		remove_at(l, 0);
	}
	if (l->n == sizeof(l->v) / sizeof(l->v[0])) {
		r->way = TOO_LONG;
		return NULL;
	}
	e = &l->v[l->n++];
	memset(e, 0, sizeof(*e));
	memcpy(e->key, key, sizeof(*key) * a->nkeys);
	e->v = number(0);
	return e;
}

/* All operands but those that are stars. */
static bool operands(struct run *r, struct frame *f, const struct expr *e, struct value *v)
{
	for (unsigned i = 0; i < e->n; i++) {
		v[i] = number(0);
		if (!(e->stars & 1u << i))
			v[i] = eval(r, f, e->kid[i]);
		if (r->way)
			return false;
	}
	return true;
}

static void add(struct elem *e, int64_t v)
{
	if (!e->count++ || v < e->min)
		e->min = v;
	if (e->count == 1 || v > e->max)
		e->max = v;
	e->sum += (uint64_t)v;
}

static struct value of_statistic(struct run *r, const struct elem *e, unsigned what)
{
	static const struct elem none;

	if (!e)
		e = &none;
	if (what == STAT_COUNT)
		return number((int64_t)e->count);
	if (what == STAT_SUM)
		return number((int64_t)e->sum);
	if (!e->count) {
		raise_error(r, "empty aggregate", 0);
		return number(0);
	}
	return number(what == STAT_MIN ? e->min : what == STAT_MAX ? e->max : (int64_t)e->sum / (int64_t)e->count);
}

struct value eval_array(struct run *r, struct frame *f, const struct expr *e)
{
	const struct array *a = e->array;
	struct value v[KIDS_MAX], old;
	struct elem *at;

	if (!operands(r, f, e, v))
		return number(0);
	if (e->kind == E_ELEM || e->kind == E_IN || e->kind == E_STAT) {
		at = find(r->array[a->slot], a, v, e->stars);
		if (e->kind == E_STAT)
			return of_statistic(r, at, e->op);
		return e->kind == E_IN ? number(at != NULL) : at ? at->v : number(0);
	}
	at = make(r, a, v);
	if (!at)
		return number(0);
	switch (e->kind) {
	case E_ELEM_ADD:
		add(at, v[a->nkeys].i);
		return number(0);
	case E_ELEM_STEP:
		old = at->v;
		at->v = arithmetic(r, e->op, old.i, 1);
		return e->prefix ? at->v : old;
	case E_ELEM_UPDATE:
		at->v = e->op == OP_JOIN ? join(at->v, v[a->nkeys]) : arithmetic(r, e->op, at->v.i, v[a->nkeys].i);
		return at->v;
	default:
		return at->v = v[a->nkeys];
	}
}

/* ---- Loops ---------------------------------------------------------------------------- */

static int order(const struct array *a, const struct stmt *s, const struct elem *x, const struct elem *y)
{
	struct value v = s->by < KEYS_MAX ? x->key[s->by] : x->v, w = s->by < KEYS_MAX ? y->key[s->by] : y->v;
	bool text = s->by < KEYS_MAX ? a->key[s->by] == STR : s->by == KEYS_MAX && a->value == STR;
	int c;

	if (s->by > KEYS_MAX) {
		v.i = (int64_t)(s->by - KEYS_MAX - 1 == STAT_COUNT ? x->count : x->sum);
		w.i = (int64_t)(s->by - KEYS_MAX - 1 == STAT_COUNT ? y->count : y->sum);
	}
	if (!text)
		return v.i < w.i ? -1 : v.i > w.i;
	c = memcmp(v.s, w.s, v.n < w.n ? v.n : w.n);
	return c ? c : v.n < w.n ? -1 : v.n > w.n;
}

/* Equal ones stay as they are. */
static void sort(const struct array *a, const struct stmt *s, struct elem *v, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		struct elem e = v[i];
		unsigned j = i;

		for (; j > 0; j--) {
			int c = order(a, s, &v[j - 1], &e);

			if (s->down ? c >= 0 : c <= 0)
				break;
			v[j] = v[j - 1];
		}
		v[j] = e;
	}
}

void run_foreach(struct run *r, struct frame *f, const struct stmt *s)
{
	const struct array *a = s->array;
	const struct elems *l = r->array[a->slot];
	struct value key[KIDS_MAX], most = number(INT64_MAX);
	struct elems *list = fuzz_alloc(sizeof(*list));

	if (s->expr && !operands(r, f, s->expr, key))
		return;
	if (s->most)
		most = eval(r, f, s->most);
	if (r->way)
		return;
	for (unsigned i = 0; i < l->n; i++)
		if (!s->expr || fits(a, &l->v[i], key, s->expr->stars))
			list->v[list->n++] = l->v[i];
	if (s->by >= 0)
		sort(a, s, list->v, list->n);
	for (unsigned i = 0; i < list->n && (int64_t)i < most.i; i++) {
		for (unsigned k = 0; k < a->nkeys; k++)
			*place(r, f, s->key[k]) = list->v[i].key[k];
		if (s->var)
			*place(r, f, s->var) = list->v[i].v;
		run_stmts(r, f, s->body);
		if (!goes_on(r))
			return;
	}
}

void run_clear(struct run *r, struct frame *f, const struct stmt *s)
{
	struct elems *l = r->array[s->array->slot];
	struct value key[KIDS_MAX];

	if (s->expr && !operands(r, f, s->expr, key))
		return;
	for (unsigned i = l->n; i-- > 0;)
		if (!s->expr || fits(s->array, &l->v[i], key, s->expr->stars))
			remove_at(l, i);
}

/* ---- Matches --------------------------------------------------------------------------- */

struct value eval_match(struct run *r, struct frame *f, const struct expr *e)
{
	struct value v = eval(r, f, e->kid[0]);
	regmatch_t at[8];
	char *text;
	regex_t re;
	bool hit;

	if (r->way)
		return v;
	text = fuzz_alloc(v.n + 1);
	memcpy(text, v.s, v.n);
	if (regcomp(&re, patterns[e->op], REG_EXTENDED))
		abort();
	hit = !regexec(&re, text, 8, at, 0);
	regfree(&re);
	if (e->kind == E_MATCH)
		return number(hit != e->prefix);
	if (!hit)
		return eval(r, f, e->kid[1]);
	if (at[e->group].rm_so < 0)
		return string("", 0);
	return string(text + at[e->group].rm_so, (size_t)(at[e->group].rm_eo - at[e->group].rm_so));
}

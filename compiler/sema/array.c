// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays and statistics: that all uses of a name agree in being a scalar or
 * an array of so many keys, what is to be stored of a statistic, and that no
 * loop's array is changed while it runs.
 */
#include <string.h>

#include "base/diag.h"
#include "sema/embedded.h"
#include "sema/sema.h"

struct symbol *lvalue_symbol(const struct node *n)
{
	if (n->kind == N_INDEX)
		n = n->kid[INDEX_BASE];
	return n->kind == N_IDENT ? n->sym : NULL;
}

struct symbol *stat_symbol(const struct node *n)
{
	struct symbol *v = lvalue_symbol(n);

	return v && v->value_of && n->kind == N_IDENT ? v->value_of : v;
}

static const char *keys_text(unsigned n)
{
	static const char *const texts[] = { "no key", "one key", "two keys", "three keys", "four keys", "five keys", "six keys",
					     "seven keys", "eight keys", "nine keys" };

	return n < 10 ? texts[n] : "many keys";
}

static bool set_keys(struct sema *s, struct symbol *v, struct node *at, unsigned nkeys)
{
	if (nkeys > 9) {
		diag(DIAG_ARRAY_USE, at->range, "an array has at most nine keys, not %u", nkeys);
		return false;
	}
	v->nkeys = nkeys;
	v->keys = arena_array(s->arena, struct symbol, nkeys);
	for (unsigned i = 0; i < nkeys; i++)
		v->keys[i].name = v->name;
	v->shaped_by = at;
	return true;
}

bool array_use(struct sema *s, struct symbol *v, struct node *at, unsigned nkeys)
{
	struct diag *d;

	if (!v->global) {
		if (!nkeys)
			return true;
		d = diag(DIAG_ARRAY_USE, at->range, "'%s' is used as an array, but it is not declared", v->name);
		diag_hint(d, v->param ? "a function cannot be given an array; arrays are global" : "arrays are global: global %s", v->name);
		return false;
	}
	if (v->shape == SHAPE_UNKNOWN) {
		v->shape = nkeys ? SHAPE_ARRAY : SHAPE_SCALAR;
		v->shaped_by = at;
		return !nkeys || set_keys(s, v, at, nkeys);
	}
	if (v->shape == SHAPE_SCALAR && nkeys) {
		d = diag(DIAG_ARRAY_USE, at->range, "'%s' is used as an array, but it is none", v->name);
		diag_note(d, v->shaped_by->range, "here it is used without keys");
		return false;
	}
	if (v->shape == SHAPE_ARRAY && !nkeys) {
		d = diag(DIAG_ARRAY_USE, at->range, "'%s' is an array, and is used without keys", v->name);
		diag_note(d, v->shaped_by->kind == N_GLOBAL ? v->shaped_by->at : v->shaped_by->range,
			  v->shaped_by->kind == N_GLOBAL ? "it is declared as an array here" : "here it has keys");
		diag_hint(d, "foreach goes through its elements");
		return false;
	}
	if (!nkeys)
		return true;
	if (!v->nkeys)
		return set_keys(s, v, at, nkeys);
	if (v->nkeys == nkeys)
		return true;
	d = diag(DIAG_ARRAY_USE, at->range, "'%s' is used with %s, and has %s", v->name, keys_text(nkeys), keys_text(v->nkeys));
	diag_note(d, v->shaped_by->range, "here it is used with %s", keys_text(v->nkeys));
	diag_note(d, v->decl->at, "'%s' is declared here", v->name);
	return false;
}

/* ---- What a statistic stores ------------------------------------------------------ */

static const struct node *plain(const struct node *n)
{
	return n->kind == N_UNARY && n->op == OP_NEG ? n->kid[UNARY_X] : n;
}

/* A literal number, maybe with a sign. */
static bool literal(const struct node *n, const char *what, int64_t *v)
{
	if (plain(n)->kind != N_NUMBER) {
		diag(DIAG_STATISTIC, n->range, "%s must be a number written out", what);
		return false;
	}
	*v = n->kind == N_UNARY ? (int64_t)(0 - (uint64_t)plain(n)->num) : n->num;
	return true;
}

static bool use_variance(const struct node *n, struct stat_spec *st)
{
	int64_t shift = 0;

	if (n->list.n > 1) {
		diag(DIAG_STATISTIC, n->list.v[1]->range, "@variance takes a statistic and a number of bits");
		return false;
	}
	if (n->list.n && !literal(n->list.v[0], "the shift of @variance", &shift))
		return false;
	if (shift < 0 || shift > 62) {
		diag(DIAG_STATISTIC, n->list.v[0]->range, "the shift of @variance is from 0 to 62");
		return false;
	}
	if (st->var && st->shift != shift) {
		diag_note(diag(DIAG_STATISTIC, n->range, "one statistic cannot have variances with different shifts"),
			  st->var_by->range, "the other one");
		return false;
	}
	st->var = st->sum = true;
	st->shift = shift;
	if (!st->var_by)
		st->var_by = n;
	return true;
}

static bool use_linear(const struct node *n, struct stat_spec *st)
{
	static const char *const names[] = { "the start of @hist_linear", "the stop of @hist_linear", "the width of @hist_linear" };
	int64_t v[3];
	uint64_t buckets;

	if (n->list.n != 3) {
		diag(DIAG_STATISTIC, n->range, "@hist_linear takes a statistic, start, stop and width of a bucket");
		return false;
	}
	for (unsigned i = 0; i < 3; i++)
		if (!literal(n->list.v[i], names[i], &v[i]))
			return false;
	if (v[1] <= v[0] || v[2] <= 0) {
		diag(DIAG_STATISTIC, n->list.v[v[2] <= 0 ? 2 : 1]->range, v[2] <= 0 ? "the width of a bucket must be positive" :
		     "the stop of @hist_linear must be above its start");
		return false;
	}
	buckets = ((uint64_t)v[1] - (uint64_t)v[0]) / (uint64_t)v[2] + 3;
	if (buckets > LINEAR_BUCKETS_MAX) {
		diag_hint(diag(DIAG_STATISTIC, n->range, "the histogram would have %llu buckets, and %u are possible",
			       (unsigned long long)buckets, LINEAR_BUCKETS_MAX), "make the buckets wider, or use @hist_log");
		return false;
	}
	if (st->linear && (st->low != v[0] || st->high != v[1] || st->width != v[2])) {
		diag_note(diag(DIAG_STATISTIC, n->range, "one statistic cannot have two different linear histograms"),
			  st->linear_by->range, "the other one");
		return false;
	}
	st->linear = true;
	st->low = v[0];
	st->high = v[1];
	st->width = v[2];
	if (!st->linear_by)
		st->linear_by = n;
	return true;
}

bool stat_use(struct node *n, struct symbol *v)
{
	struct stat_spec *st = &v->stat;
	const char *name = n->name;

	if (n->kind == N_HIST && !strcmp(name, "hist_linear"))
		return use_linear(n, st);
	if (!strcmp(name, "variance"))
		return use_variance(n, st);
	if (n->kind != N_FOREACH && n->list.n) {
		diag(DIAG_STATISTIC, n->list.v[0]->range, "@%s takes a statistic only", name);
		return false;
	}
	st->log |= !strcmp(name, "hist_log");
	st->sum |= !strcmp(name, "sum") || !strcmp(name, "avg");
	st->min |= !strcmp(name, "min");
	st->max |= !strcmp(name, "max");
	return true;
}

/* ---- Changes during a loop ---------------------------------------------------------- */

struct looping {
	const struct looping *outer;
	const struct symbol *array;
	const struct node *loop;
};

struct search {
	const struct symbol *array;
	const struct node *found;
	unsigned mark;
};

/* What n itself, not what is below it, writes to. */
static const struct symbol *written(const struct node *n)
{
	if (n->kind == N_ASSIGN || n->kind == N_INCDEC || n->kind == N_DELETE)
		return lvalue_symbol(n->kid[0]);
	return NULL;
}

static bool search_visit(struct node *n, void *data)
{
	struct search *w = data;
	struct func *f = n->kind == N_CALL ? n->sym : NULL;

	if (w->found)
		return false;
	if (written(n) == w->array || (n->kind == N_EMBEDDED && embedded_writes(n, w->array)))
		w->found = n;
	for (; f && f->mark != w->mark; f = f->next) {
		f->mark = w->mark;
		node_walk(f->decl->kid[FUNCTION_BODY], search_visit, w);
	}
	return true;
}

static bool report_change(const struct looping *l, const struct node *n, const struct node *inside)
{
	struct diag *d = diag(DIAG_ARRAY_MODIFIED, n->at.hi && n->kind != N_DELETE ? n->at : n->range,
			      "'%s' is changed during a foreach over it", l->array->name);

	if (inside)
		diag_note(d, inside->range, "here, in a function that is called");
	diag_note(d, l->loop->at, "the loop");
	diag_hint(d, "keep what is to be changed in another array, and change it after the loop");
	return false;
}

static bool check(struct node *n, const struct looping *l)
{
	static unsigned marks = 1000000; /* far from those of recursion and locks */
	const struct symbol *v = l ? written(n) : NULL;
	struct func *f = n->kind == N_CALL ? n->sym : NULL;
	struct looping inner = { l, NULL, n };
	bool ok = true;

	for (const struct looping *o = l; o && ok; o = o->outer) {
		if ((v && v == o->array) || (n->kind == N_EMBEDDED && o->array && embedded_writes(n, o->array)))
			return report_change(o, n, NULL);
		if (f) {
			struct search w = { o->array, NULL, ++marks };

			search_visit(n, &w);
			if (w.found)
				return report_change(o, n, w.found);
		}
	}
	if (n->kind == N_FOREACH)
		inner.array = lvalue_symbol(n->kid[FOREACH_ARRAY]);
	for (unsigned i = 0; i < node_nchildren(n); i++) {
		struct node *k = *node_child(n, i);

		if (k)
			ok &= check(k, inner.array && k == n->kid[FOREACH_BODY] ? &inner : l);
	}
	return ok;
}

bool array_check_loops(struct sema *s)
{
	bool ok = true;

	vec_each(i, &s->plan->funcs)
		ok &= check(s->plan->funcs.v[i]->decl->kid[FUNCTION_BODY], NULL);
	vec_each(i, &s->plan->probes)
		ok &= check(s->plan->probes.v[i]->body, NULL);
	return ok;
}

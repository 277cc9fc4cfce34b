// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loops over arrays. Without a sort mark the links of the elements are
 * followed; otherwise their numbers are sorted once, when the loop begins, in
 * memory that the map has for that loop: a stable merge sort without
 * recursion, or, where the limit is small, a selection of the first ones.
 */
#include "os.h"
#include "abi.h"
#include "map_iter.h"

enum { SELECT_MAX = 64 }; /* up to this limit selecting beats sorting */

struct by {
	const struct sd_map *m;
	int what;  /* enum sd_sort */
	int down;
};

static const char *elem(const struct sd_map *m, unsigned int i)
{
	return m->elems + (sd_uint)i * m->type->elem_bytes;
}

static int compare_ints(sd_int a, sd_int b)
{
	return a < b ? -1 : a > b;
}

struct strvar {
	unsigned int n;
	char s[];
};

static int compare_slots(const struct sd_slot *slot, const char *a, const char *b)
{
	const struct strvar *s = (const struct strvar *)(a + slot->offset), *t = (const struct strvar *)(b + slot->offset);

	if (slot->kind == SD_SLOT_INT)
		return compare_ints(*(const sd_int *)(a + slot->offset), *(const sd_int *)(b + slot->offset));
	return sd_str_cmp((struct sd_str){ s->s, s->n }, (struct sd_str){ t->s, t->n });
}

/* Elements without samples come as 0. */
static sd_int stat_value(const struct by *by, const char *e)
{
	const struct sd_stat_type *t = by->m->type->stat;
	const sd_int *cell = (const sd_int *)(e + by->m->type->value.offset);
	static const int ops[] = { SD_STAT_COUNT, SD_STAT_SUM, SD_STAT_MIN, SD_STAT_MAX, SD_STAT_AVG };

	return cell[0] ? sd_stat_cells(0, t, cell, ops[by->what - SD_SORT_COUNT], 0) : 0;
}

/* Below 0 when a comes before b in the loop. */
static int compare(const struct by *by, unsigned int i, unsigned int j)
{
	const char *a = elem(by->m, i), *b = elem(by->m, j);
	int r;

	if (by->what < SD_SORT_VALUE)
		r = compare_slots(&by->m->type->key[by->what], a, b);
	else if (by->what == SD_SORT_VALUE)
		r = compare_slots(&by->m->type->value, a, b);
	else
		r = compare_ints(stat_value(by, a), stat_value(by, b));
	return by->down ? -r : r;
}

/* The sorted elements end up in o->v. */
static void merge_sort(const struct by *by, struct sd_order *o)
{
	unsigned int *from = o->v, *to = o->spare, *t, n = o->n, width, lo;

	for (width = 1; width < n; width = width > n / 2 ? n : width * 2) {
		for (lo = 0; lo < n;) {
			unsigned int mid = n - lo > width ? lo + width : n, hi = n - mid > width ? mid + width : n;
			unsigned int a = lo, b = mid, k = lo;

			while (a < mid && b < hi)
				to[k++] = compare(by, from[b], from[a]) < 0 ? from[b++] : from[a++];
			while (a < mid)
				to[k++] = from[a++];
			while (b < hi)
				to[k++] = from[b++];
			lo = hi;
		}
		t = from;
		from = to;
		to = t;
	}
	o->v = from;
	o->spare = to;
}

/* Puts i where it belongs among the best so far, of which at most max are kept. */
static void select_one(const struct by *by, struct sd_order *o, unsigned int max, unsigned int i)
{
	unsigned int lo = 0, hi = o->n, mid;

	if (o->n == max && compare(by, i, o->v[max - 1]) >= 0)
		return;
	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (compare(by, i, o->v[mid]) < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	if (o->n < max)
		o->n++;
	memmove(o->v + lo + 1, o->v + lo, (o->n - 1 - lo) * sizeof(*o->v));
	o->v[lo] = i;
}

void sd_iter_begin(struct sd_iter *it, struct sd_map *m, const struct sd_value *keys, unsigned int any, sd_int limit)
{
	it->map = m;
	it->keys = keys;
	it->any = any;
	it->at = m->oldest;
	it->left = limit;
	it->order = 0;
	it->generation = 0;
}

void sd_iter_sort(struct sd_iter *it, unsigned int order, int what, int down)
{
	struct sd_map *m = it->map;
	struct sd_order *o = &m->orders[order];
	struct by by = { m, what, down };
	unsigned int i, all = (1u << m->type->nkeys) - 1;
	int some = it->left < m->count && it->left <= SELECT_MAX;

	if (what == SD_SORT_VALUE && m->type->value.kind == SD_SLOT_STATS)
		by.what = SD_SORT_COUNT;
	it->order = o;
	it->generation = ++o->generation;
	it->at = 0;
	o->n = 0;
	if (it->left <= 0)
		return;
	for (i = m->oldest; i; i = ((const struct sd_elem *)elem(m, i))->newer) {
		if ((it->any & all) != all && !sd_map_like(m->type, (const struct sd_elem *)elem(m, i), it->keys, it->any))
			continue;
		if (some)
			select_one(&by, o, (unsigned int)it->left, i);
		else
			o->v[o->n++] = i;
	}
	if (!some)
		merge_sort(&by, o);
}

void *sd_iter_next(struct sd_ctx *c, struct sd_iter *it, const struct sd_site *site)
{
	struct sd_map *m = it->map;
	unsigned int all = (1u << m->type->nkeys) - 1;
	struct sd_elem *e;

	if (it->left <= 0)
		return 0;
	if (it->order) {
		if (sd_unlikely(it->order->generation != it->generation)) {
			sd_raise(c, SD_ERR_MAXNESTING, site, 0); /* the same loop, in a recursion */
			return 0;
		}
		if (it->at >= it->order->n)
			return 0;
		it->left--;
		return (void *)elem(m, it->order->v[it->at++]);
	}
	while (it->at) {
		e = (struct sd_elem *)elem(m, it->at);
		it->at = e->newer;
		if ((it->any & all) == all || sd_map_like(m->type, e, it->keys, it->any)) {
			it->left--;
			return e;
		}
	}
	return 0;
}

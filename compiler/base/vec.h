/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing arrays in an arena. The old block is left to the arena, which is
 * cheap because the capacity doubles.
 *
 *	struct VEC(struct node *) list;  vec_push(a, &list, n);  vec_each(i, &list) use(list.v[i]);
 */
#ifndef SONDE_BASE_VEC_H
#define SONDE_BASE_VEC_H

#include <string.h>

#include "base/arena.h"

#define VEC(type) { type *v; unsigned n, cap; }

static inline void *vec_grow(struct arena *a, void *old, unsigned n, unsigned *cap, size_t size)
{
	void *v;

	*cap = *cap ? *cap * 2 : 8;
	v = arena_alloc(a, *cap * size);
	if (n)
		memcpy(v, old, n * size);
	return v;
}

#define vec_push(a, vec, x)                                                                            \
	do {                                                                                           \
		if ((vec)->n == (vec)->cap)                                                            \
			(vec)->v = vec_grow((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof((vec)->v[0])); \
		(vec)->v[(vec)->n++] = (x);                                                            \
	} while (0)

/* Appends n elements that stand elsewhere. */
#define vec_append(a, vec, from, count)                                                                 \
	do {                                                                                           \
		while ((vec)->cap - (vec)->n < (count))                                                \
			(vec)->v = vec_grow((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof((vec)->v[0])); \
		memcpy((vec)->v + (vec)->n, (from), (count) * sizeof((vec)->v[0]));                    \
		(vec)->n += (count);                                                                   \
	} while (0)

#define vec_each(i, vec) for (unsigned i = 0; i < (vec)->n; i++)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash map from an interned string (or any pointer, or a number cast to a
 * pointer-sized key) to a pointer. Iteration is in order of insertion, so
 * that everything made from a map is the same in every run.
 */
#ifndef SONDE_BASE_MAP_H
#define SONDE_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct map_entry {
	const void *key;
	void *value;
};

struct map {
	struct arena *arena;
	struct map_entry *entries; /* in order of insertion */
	uint32_t *slots;           /* index + 1 into entries; 0 is free */
	uint32_t n, cap, nslots;
};

void map_init(struct map *m, struct arena *a);
void *map_get(const struct map *m, const void *key); /* NULL when absent */
bool map_has(const struct map *m, const void *key);
void map_put(struct map *m, const void *key, void *value); /* replaces */

#define map_each(i, m) for (uint32_t i = 0; i < (m)->n; i++)

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/* Insertion-ordered open-addressing hash map keyed by pointer. */
#include "base/map.h"

#include <string.h>

static uint32_t hash(const void *key)
{
	uint64_t x = (uintptr_t)key;

	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	return (uint32_t)x;
}

void map_init(struct map *m, struct arena *a)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
}

static uint32_t *find(const struct map *m, const void *key)
{
	uint32_t i = hash(key) & (m->nslots - 1);

	while (m->slots[i] && m->entries[m->slots[i] - 1].key != key)
		i = (i + 1) & (m->nslots - 1);
	return &m->slots[i];
}

static void grow(struct map *m)
{
	uint32_t cap = m->cap ? m->cap * 2 : 8;
	struct map_entry *e = arena_array(m->arena, struct map_entry, cap);

	if (m->n)
		memcpy(e, m->entries, m->n * sizeof(*e));
	m->entries = e;
	m->cap = cap;
	m->nslots = cap * 2;
	m->slots = arena_array(m->arena, uint32_t, m->nslots);
	for (uint32_t i = 0; i < m->n; i++)
		*find(m, e[i].key) = i + 1;
}

void *map_get(const struct map *m, const void *key)
{
	uint32_t s = m->n ? *find(m, key) : 0;

	return s ? m->entries[s - 1].value : NULL;
}

bool map_has(const struct map *m, const void *key)
{
	return m->n && *find(m, key);
}

void map_put(struct map *m, const void *key, void *value)
{
	uint32_t *s;

	if (m->n == m->cap)
		grow(m);
	s = find(m, key);
	if (!*s) {
		m->entries[m->n].key = key;
		*s = ++m->n;
	}
	m->entries[*s - 1].value = value;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Interned strings. */
#include "base/intern.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/util.h"

struct entry {
	uint32_t hash, len;
	const char *s;
};

static struct entry *table;
static uint32_t ntable, nused;

static uint32_t hash(const char *s, size_t n)
{
	uint64_t h = n, word;

	for (; n >= sizeof(word); s += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	word = 0;
	for (size_t i = 0; i < n; i++)
		word = word << 8 | (unsigned char)s[i];
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}

static struct entry *slot(uint32_t h, const char *s, size_t n)
{
	uint32_t i = h & (ntable - 1);

	while (table[i].s && !(table[i].hash == h && table[i].len == n && !memcmp(table[i].s, s, n)))
		i = (i + 1) & (ntable - 1);
	return &table[i];
}

static void grow(void)
{
	struct entry *old = table;
	uint32_t nold = ntable;

	ntable = nold ? nold * 2 : 1024;
	table = calloc(ntable, sizeof(*table));
	if (!table)
		die("out of memory");
	for (uint32_t i = 0; i < nold; i++)
		if (old[i].s)
			*slot(old[i].hash, old[i].s, old[i].len) = old[i];
	free(old);
}

const char *intern_n(const char *s, size_t n)
{
	uint32_t h = hash(s, n);
	struct entry *e;

	if (nused * 2 >= ntable)
		grow();
	e = slot(h, s, n);
	if (!e->s) {
		e->s = arena_strndup(arena_permanent(), s, n);
		e->hash = h;
		e->len = (uint32_t)n;
		nused++;
	}
	return e->s;
}

const char *intern(const char *s)
{
	return intern_n(s, strlen(s));
}

const char *intern_printf(const char *fmt, ...)
{
	struct arena *a;
	char text[512];
	const char *s;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(text))
		return intern_n(text, (size_t)n);
	a = arena_create();
	va_start(ap, fmt);
	s = intern(arena_vprintf(a, fmt, ap));
	va_end(ap);
	arena_destroy(a);
	return s;
}

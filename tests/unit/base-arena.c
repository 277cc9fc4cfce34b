// SPDX-License-Identifier: GPL-2.0-or-later
/* base/arena.c: all that it gives is zero, aligned and nobody else's, over small blocks, huge ones and objects with a block of their own. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CHECK(x) do { if (!(x)) { printf("%s:%d: %s\n", __FILE__, __LINE__, #x); return 1; } } while (0)

enum { MOST = 20000 };

static unsigned char *given[MOST];
static size_t sizes[MOST];

static int fill(struct arena *a, unsigned n, uint64_t seed)
{
	for (unsigned i = 0; i < n; i++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		/* mostly nodes; now and then a list that has grown, once in a while a file */
		sizes[i] = seed >> 60 ? seed >> 40 & 255 : seed >> 56 & 15 ? seed >> 40 & 0xffff : seed >> 40 & 0x3fffff;
		given[i] = arena_alloc(a, sizes[i]);
		CHECK(((uintptr_t)given[i] & 15) == 0);
		for (size_t k = 0; k < sizes[i]; k++)
			CHECK(!given[i][k]);
		memset(given[i], (int)(i % 255 + 1), sizes[i]);
	}
	for (unsigned i = 0; i < n; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			CHECK(given[i][k] == i % 255 + 1);
	return 0;
}

int main(void)
{
	for (unsigned round = 0; round < 3; round++) {
		struct arena *a = arena_create();

		if (fill(a, round ? MOST : 10, round + 1))
			return 1;
		arena_destroy(a);
	}
	arena_destroy(NULL);
	return 0;
}

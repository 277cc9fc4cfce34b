// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arenas: chained blocks, bump allocation. Each block is twice as large as the one before, so that a small arena stays
 * small; above LARGE, blocks are huge pages where the kernel has some to give: a page fault takes 2 us in a virtual
 * machine, and the trees of a few hundred probes are thousands of pages.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/util.h"

enum { FIRST = 64 * 1024, LARGE = 256 * 1024, HUGE = 2 * 1024 * 1024 };

struct block {
	struct block *next;
	size_t size;   /* of data */
	size_t mapped; /* bytes, 0 for a block of malloc's */
	_Alignas(16) char data[];
};

static struct block *block_new(size_t size)
{
	struct block *b = calloc(1, sizeof(*b) + size);

	if (!b)
		die("out of memory");
	b->size = size;
	return b;
}

/* HUGE bytes that a huge page can hold. */
static struct block *block_huge(void)
{
	char *map = mmap(NULL, 2 * (size_t)HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t before;
	struct block *b;

	if (map == MAP_FAILED)
		return block_new(HUGE - sizeof(*b));
	before = -(uintptr_t)map & (HUGE - 1);
	if (before)
		munmap(map, before);
	munmap(map + before + HUGE, HUGE - before);
	b = (struct block *)(map + before);
	(void)madvise(b, HUGE, MADV_HUGEPAGE); /* a kernel without gives pages of the usual size */
	b->mapped = HUGE;
	b->size = HUGE - sizeof(*b);
	return b;
}

static struct block *block_next(struct arena *a)
{
	size_t size = a->next;

	if (size > LARGE)
		return block_huge();
	a->next *= 2;
	return block_new(size - sizeof(struct block));
}

static void push_block(struct arena *a)
{
	struct block *b = block_next(a);

	b->next = a->head;
	a->head = b;
	a->at = b->data;
	a->room = b->size & ~(size_t)15;
}

struct arena *arena_create(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		die("out of memory");
	a->next = FIRST;
	push_block(a);
	return a;
}

void arena_destroy(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->head, *next; b; b = next) {
		next = b->next;
		if (b->mapped)
			munmap(b, b->mapped);
		else
			free(b);
	}
	free(a);
}

struct arena *arena_permanent(void)
{
	static struct arena *permanent;

	if (!permanent)
		permanent = arena_create();
	return permanent;
}

void *arena_more(struct arena *a, size_t size)
{
	struct block *big;

	if (size <= FIRST / 4 || size <= a->head->size / 8) {
		push_block(a);
		return arena_alloc(a, size);
	}
	/* A large object gets a block of its own behind the head, so the head's rest stays useful. */
	big = block_new(size);
	big->next = a->head->next;
	a->head->next = big;
	return big->data;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		die("vsnprintf failed for \"%s\"", fmt);
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

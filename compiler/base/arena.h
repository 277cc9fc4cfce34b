/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arenas: memory that is released all at once. Nothing in the compiler frees
 * single objects; a pass allocates from an arena and the session drops it.
 */
#ifndef SONDE_BASE_ARENA_H
#define SONDE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena {
	char *at;           /* what is free of the newest block, and its bytes: multiples of 16 */
	size_t room;
	struct block *head;
	size_t next;        /* the size of the next block, with what stands before the data */
};

struct arena *arena_create(void);
void arena_destroy(struct arena *a);

/* The arena that lives as long as the process. */
struct arena *arena_permanent(void);

void *arena_more(struct arena *a, size_t size); /* for arena_alloc: size is a multiple of 16 that the block has no room for */

/* Zeroed memory, aligned to 16 bytes. Never returns NULL: dies when memory is out. */
static inline void *arena_alloc(struct arena *a, size_t size)
{
	void *p = a->at;

	size = (size + 15) & ~(size_t)15;
	if (size > a->room)
		return arena_more(a, size);
	a->at += size;
	a->room -= size;
	return p;
}

char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All text the compiler reads stands in one global space of offsets. A place
 * is a pair of offsets into it; file, line and column exist only when printed.
 * Offset 0 belongs to no source, so a zeroed range means "no place".
 */
#ifndef SONDE_BASE_SOURCE_H
#define SONDE_BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
	uint32_t lo, hi; /* [lo, hi) */
};

struct source {
	const char *name;   /* as shown: a path as the user gave it, "<input>" for -e, "<macro x>" … */
	const char *text;   /* NUL-terminated */
	uint32_t len;       /* bytes */
	uint32_t lo;        /* offset of text[0] in the global space */
	struct range parent; /* for expansions: the text this came from (printed as "in expansion of") */
	bool library;       /* a tapset file */
	bool guru;          /* its text may use guru constructs (tapset files may) */
};

struct place {
	const struct source *source;
	unsigned line, col; /* from 1; col counts bytes */
	const char *text;   /* start of the line */
	size_t len;         /* bytes of the line, without newline */
};

/* Adds text (kept, not copied). The source lives for ever. */
struct source *source_add(const char *name, const char *text, size_t len);

/* NULL for "no place". */
struct source *source_of(uint32_t offset);
bool source_locate(uint32_t offset, struct place *p);

static inline struct range range_join(struct range a, struct range b)
{
	if (!a.hi)
		return b;
	if (!b.hi)
		return a;
	return (struct range){ a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi };
}

#endif

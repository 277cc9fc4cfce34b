/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the tests of the types layer: writing BTF in memory, and counting what passed. */
#ifndef SONDE_TESTS_TYPES_BLOB_H
#define SONDE_TESTS_TYPES_BLOB_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "types/db.h"

enum {
	K_INT = 1,
	K_PTR,
	K_ARRAY,
	K_STRUCT,
	K_UNION,
	K_ENUM,
	K_FWD,
	K_TYPEDEF,
	K_VOLATILE,
	K_CONST,
	K_RESTRICT,
	K_FUNC,
	K_PROTO,
	K_VAR,
	K_DATASEC,
	K_FLOAT,
	K_DECL_TAG,
	K_TYPE_TAG,
	K_ENUM64
};
#define KFLAG 0x80000000u

struct blob {
	struct buf types, strings, all;
	uint32_t next; /* id of the next type */
	uint32_t strings_first;
};

static inline void blob_init(struct blob *b)
{
	memset(b, 0, sizeof(*b));
	buf_init(&b->types);
	buf_init(&b->strings);
	buf_init(&b->all);
	buf_put(&b->strings, "", 1);
	b->next = 1;
}

/* Split BTF: ids and strings go on where the base's end; it has no empty string of its own. */
static inline void blob_init_split(struct blob *b, const struct blob *base)
{
	blob_init(b);
	b->next = base->next;
	b->strings.n = 0;
	b->strings_first = (uint32_t)base->strings.n;
}

static inline void blob_deinit(struct blob *b)
{
	buf_deinit(&b->types);
	buf_deinit(&b->strings);
	buf_deinit(&b->all);
}

static inline void put(struct blob *b, uint32_t v)
{
	buf_put(&b->types, &v, 4);
}

static inline uint32_t str(struct blob *b, const char *s)
{
	uint32_t at = b->strings_first + (uint32_t)b->strings.n;

	if (!*s)
		return 0;
	buf_put(&b->strings, s, strlen(s) + 1);
	return at;
}

static inline uint32_t type(struct blob *b, uint32_t kind, const char *name, uint32_t vlen,
			    uint32_t size_type)
{
	put(b, str(b, name));
	put(b, (kind & 0x1f) << 24 | (kind & KFLAG) | vlen);
	put(b, size_type);
	return b->next++;
}

static inline uint32_t type_int(struct blob *b, const char *name, uint32_t size, uint32_t encoding,
				uint32_t shift, uint32_t bits)
{
	uint32_t id = type(b, K_INT, name, 0, size);

	put(b, encoding << 24 | shift << 16 | bits);
	return id;
}

static inline uint32_t type_array(struct blob *b, uint32_t element, uint32_t n)
{
	uint32_t id = type(b, K_ARRAY, "", 0, 0);

	put(b, element);
	put(b, 1);
	put(b, n);
	return id;
}

static inline void member(struct blob *b, const char *name, uint32_t id, uint32_t offset)
{
	put(b, str(b, name));
	put(b, id);
	put(b, offset);
}

static inline void param(struct blob *b, const char *name, uint32_t id)
{
	put(b, str(b, name));
	put(b, id);
}

/* Header, types, strings in one piece. */
static inline const void *blob_end(struct blob *b, size_t *size)
{
	uint32_t h[6] = { 0xeb9f | 1 << 16,	 24, 0, (uint32_t)b->types.n, (uint32_t)b->types.n,
			  (uint32_t)b->strings.n };

	b->all.n = 0;
	buf_put(&b->all, h, sizeof(h));
	buf_put(&b->all, b->types.s, b->types.n);
	buf_put(&b->all, b->strings.s, b->strings.n);
	*size = b->all.n;
	return b->all.s;
}

static inline struct type_db *blob_open(struct blob *b, struct type_db *base)
{
	size_t size;
	const void *data = blob_end(b, &size);

	return types_from_btf(data, size, base);
}

static int failures;

#define check(name, cond)                                                                 \
	do {                                                                              \
		if (cond) {                                                               \
			printf("ok %s\n", name);                                          \
		} else {                                                                  \
			printf("not ok %s %s:%d: %s\n", name, __FILE__, __LINE__, #cond); \
			failures++;                                                       \
		}                                                                         \
	} while (0)

static inline void check_text(const char *name, const char *got, const char *want)
{
	if (got && want ? !strcmp(got, want) : got == want) {
		printf("ok %s\n", name);
		return;
	}
	printf("not ok %s got '%s', wanted '%s'\n", name, got ? got : "(null)",
	       want ? want : "(null)");
	failures++;
}

/* Spelling of a type; the buffer is used again by the fifth call after this. */
static inline const char *spell(const struct type *t)
{
	static struct buf ring[4];
	static unsigned turn;
	struct buf *b = &ring[turn++ % 4];

	if (!t)
		return NULL;
	if (!b->s)
		buf_init(b);
	b->n = 0;
	type_print(b, t);
	return b->s;
}

#endif

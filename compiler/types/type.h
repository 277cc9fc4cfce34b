/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The neutral type graph. BTF, DWARF and tracepoint formats are loaded into
 * it; nobody above this layer knows which it was.
 */
#ifndef SONDE_TYPES_TYPE_H
#define SONDE_TYPES_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum type_kind {
	TYPE_VOID, TYPE_INT, TYPE_BOOL, TYPE_FLOAT, TYPE_POINTER, TYPE_ARRAY, TYPE_STRUCT, TYPE_UNION, TYPE_ENUM,
	TYPE_TYPEDEF, TYPE_CONST, TYPE_VOLATILE, TYPE_RESTRICT, TYPE_TAG, TYPE_PROTO, TYPE_FORWARD,
};

struct type;
struct type_db;

struct type_member { /* of a struct or union; also a parameter of a prototype (offset 0) */
	const char *name;        /* interned; "" when anonymous */
	uint32_t type_id;
	uint64_t bit_offset;     /* from the start of the structure */
	uint32_t bit_size;       /* 0: not a bit-field */
};

struct type_enumerator {
	const char *name;
	int64_t value;
};

/*
 * One type. Children are named by id in their db and fetched with
 * type_get(), so that opening a kernel loads nothing that is not used.
 */
struct type {
	struct type_db *db;
	uint32_t id;
	enum type_kind kind;
	const char *name;        /* interned; "" when anonymous */
	uint64_t size;           /* bytes; arrays: the whole; 0 for void, prototypes and incomplete types */
	bool is_signed, is_char; /* integers, enums; is_char: one byte wide and called char */
	uint32_t target;         /* pointee, element, aliased or qualified type, return type */
	uint32_t nelems;         /* arrays; 0 for flexible ones */
	uint32_t nmembers;       /* struct, union members; prototype parameters */
	const struct type_member *members;
	bool variadic;
	bool is_union;           /* a forward declaration says whether it is of a union */
	uint32_t nenumerators;
	const struct type_enumerator *enumerators;
};

/* Never NULL for an id that came from the same db; id 0 is void. */
const struct type *type_get(struct type_db *db, uint32_t id);
static inline const struct type *type_target(const struct type *t) { return type_get(t->db, t->target); }

/* Through typedefs, qualifiers and tags. A forward declaration is completed by name when the db has it. */
const struct type *type_strip(const struct type *t);

/* "struct task_struct *", "char[16]", "int (*)(void)" – C syntax, for -L and messages. */
void type_print(struct buf *out, const struct type *t);

/*
 * A member by name, also inside anonymous structs and unions. *bit_offset is
 * from the start of t (already stripped to struct or union).
 */
const struct type_member *type_find_member(const struct type *t, const char *name, uint64_t *bit_offset);

#endif

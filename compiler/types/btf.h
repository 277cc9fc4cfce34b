/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: the layout of raw BTF, and the parser's state that
 * btf.c (records) and btf_index.c (names) share.
 * Layout after the kernel's Documentation/bpf/btf.rst.
 */
#ifndef SONDE_TYPES_BTF_H
#define SONDE_TYPES_BTF_H

#include <string.h>

#include "types/graph.h"

#define BTF_MAGIC	0xeb9f
#define BTF_VERSION	1
#define BTF_HEADER_SIZE 24
#define BTF_RECORD_SIZE 12

enum btf_kind {
	BTF_UNKNOWN,
	BTF_INT,
	BTF_PTR,
	BTF_ARRAY,
	BTF_STRUCT,
	BTF_UNION,
	BTF_ENUM,
	BTF_FWD,
	BTF_TYPEDEF,
	BTF_VOLATILE,
	BTF_CONST,
	BTF_RESTRICT,
	BTF_FUNC,
	BTF_FUNC_PROTO,
	BTF_VAR,
	BTF_DATASEC,
	BTF_FLOAT,
	BTF_DECL_TAG,
	BTF_TYPE_TAG,
	BTF_ENUM64,
	BTF_KIND_COUNT
};

struct btf_record {    /* the head that every type has, decoded */
	uint32_t name; /* string offset */
	uint32_t vlen;
	enum btf_kind kind;
	bool kflag;
	uint32_t size_type;  /* size, or the id of another type */
	const uint8_t *body; /* what follows the head */
};

struct btf_chain { /* hash chains from a name to positions in a list; filled once, in order */
	uint32_t *heads, *next; /* position + 1; 0 ends a chain */
	uint32_t *ids;
	uint32_t n, mask;
};

struct btf {
	struct type_db db;
	struct btf *base; /* split BTF stands on another */
	const uint8_t *types;
	const char *strings;
	uint32_t types_size, strings_size;
	uint32_t first, end;	/* ids [first, end) are this one's own; a base has first = 1 */
	uint32_t strings_first; /* string offsets below are the base's */
	uint32_t *offsets;	/* of type id - first, into types */
	struct type **loaded;	/* by id - first + 1; filled by type_get(); [0] is void */
	uint32_t nfuncs, nnamed, nenums;
	bool signed_enums; /* some enum says that it is signed: written by an encoder that knows of it */
	/* Strings interned lately: of the parameters of 50,000 functions most are called alike. */
	struct {
		uint32_t offset;
		const char *s;
	} recent[1024];
	struct btf_chain names; /* structs, unions, enums, typedefs, ints, functions */
	struct btf_chain enumerators;
};

static inline struct btf *btf_of(struct type_db *db)
{
	return (struct btf *)db;
}

static inline uint32_t btf_u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Record of an id that [1, end) holds; looks into the base when it is there. */
struct btf_record btf_record(const struct btf *b, uint32_t id);
/* A string of this BTF or its base; offsets were checked when it was opened. */
const char *btf_string(const struct btf *b, uint32_t offset);
/* Value of enumerator number i. */
int64_t btf_enum_value(const struct btf *b, const struct btf_record *r, uint32_t i);

const struct type *btf_find(struct type_db *db, enum type_kind kind, const char *name);
const struct type *btf_function(struct type_db *db, const char *name, unsigned nth,
				unsigned *count);
void btf_each_function(struct type_db *db, const char *glob,
		       void (*f)(const char *name, const struct type *proto, void *data),
		       void *data);
const struct variable *btf_variable(struct type_db *db, const char *module, const char *name);
bool btf_enumerator(struct type_db *db, const char *name, int64_t *value);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: what a loader (BTF, DWARF, tracepoint formats) implements
 * so that types.c can answer the questions of type.h and db.h from it.
 */
#ifndef SONDE_TYPES_GRAPH_H
#define SONDE_TYPES_GRAPH_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "types/db.h"

/* Ids from here on are types made on request (pointers in a cast); they belong to the db that made them. */
#define TYPE_MADE 0x80000000u

/* Bounds for walks over a graph that a hostile file may have made cyclic or exponential. */
#define TYPE_MAX_DEPTH	64
#define TYPE_MAX_VISITS 20000

struct type_ops {
	const struct type *(*get)(struct type_db *db, uint32_t id); /* never NULL */
	const struct type *(*find)(struct type_db *db, enum type_kind kind, const char *name);
	const struct type *(*function)(struct type_db *db, const char *name, unsigned nth,
				       unsigned *count);
	void (*each_function)(struct type_db *db, const char *glob,
			      void (*f)(const char *name, const struct type *proto, void *data),
			      void *data);
	const struct variable *(*variable)(struct type_db *db, const char *module, const char *name); /* may be NULL: there are none */
	bool (*enumerator)(struct type_db *db, const char *name, int64_t *value);
};

struct type_db {
	const struct type_ops *ops;
	struct arena *arena; /* lives as long as the db */
	struct VEC(struct type *) made;
	struct map pointers; /* target id + 1 → the pointer type made for it */
};

/* What is wrong with a file, when opening one fails. */
struct type_error {
	const char *why; /* a phrase without a full stop */
	size_t at;	 /* byte offset it is about */
};

void type_db_init(struct type_db *db, const struct type_ops *ops, struct arena *arena);

/* Opens raw BTF (kept, not copied). NULL and *err when it is not well formed. Reports nothing itself. */
struct type_db *btf_open(const void *data, size_t size, struct type_db *base,
			 struct type_error *err);

#endif

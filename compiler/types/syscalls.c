// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names and types of the arguments of system calls. Their functions have one
 * parameter, the registers of the process (Linux 4.17, fa697140f9a2), so BTF
 * does not know them; but for tracing (CONFIG_FTRACE_SYSCALLS) each has a
 * struct syscall_metadata in the image, with its name, the number of its
 * arguments, and lists of their types and names: the data is searched for words
 * that point at "sys_..." where the rest fits. Knows nothing of how the result is cached.
 */
#include "types/syscalls.h"

#include <string.h>

#include "base/arena.h"
#include "types/graph.h"
#include "types/image_memory.h"

struct layout {
	uint64_t name, nargs, types, args;
};

static bool offset_of(struct type_db *db, const char *member, uint64_t *offset)
{
	const struct type *t = types_find(db, TYPE_STRUCT, "syscall_metadata");

	if (!t || !type_find_member(t, member, offset) || *offset % 8)
		return false;
	*offset /= 8;
	return true;
}

static bool call_at(struct memory *m, const struct layout *l, uint64_t at, struct syscall *c)
{
	uint64_t p, types, args;
	uint32_t n;

	if (!memory_word(m, at + l->name, &p) || !p || !(c->name = memory_name(m, p)) || strncmp(c->name, "sys_", 4))
		return false;
	if (!memory_u32(m, at + l->nargs, &n) || !n || n > SYSCALL_ARGS || !memory_word(m, at + l->types, &types) ||
	    !memory_word(m, at + l->args, &args))
		return false;
	c->name += 4;
	c->nargs = n;
	for (unsigned i = 0; i < n; i++)
		if (!memory_word(m, types + 8 * i, &p) || !(c->type[i] = memory_text(m, p)) || !memory_word(m, args + 8 * i, &p) ||
		    !(c->arg[i] = memory_name(m, p)))
			return false;
	return true;
}

bool syscalls_scan(const struct image *im, struct type_db *db, void (*f)(const struct syscall *c, void *data), void *data)
{
	struct arena *arena;
	struct memory m;
	struct layout l;
	bool ok;

	if (!offset_of(db, "name", &l.name) || !offset_of(db, "nb_args", &l.nargs) || !offset_of(db, "types", &l.types) ||
	    !offset_of(db, "args", &l.args))
		return false;
	arena = arena_create();
	ok = memory_init(&m, im, arena);
	for (unsigned i = 0; ok && i < m.n; i++)
		for (uint64_t at = 0; m.v[i].writable && at + 8 <= m.v[i].size; at += 8) {
			struct syscall c;

			if (call_at(&m, &l, m.v[i].addr + at, &c))
				f(&c, data);
		}
	arena_destroy(arena);
	return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: a kernel with what the layer remembers of it. */
#ifndef SONDE_TYPES_KERNEL_H
#define SONDE_TYPES_KERNEL_H

#include "base/map.h"
#include "types/db.h"

struct kernel_state {
	struct kernel k; /* first: what everybody else has a pointer to */
	char *config;	 /* text of its configuration; NULL not read yet, "" when there is none */
	struct map modules; /* interned name → struct type_db */
	const char *events, *syscalls, *index; /* texts of index.c; NULL not there yet */
	size_t nevents, nsyscalls, nindex;
	struct map syscall_lines; /* interned name → its line in `syscalls`; no arena: not made yet */
	struct map exports; /* interned "module function" → itself; no arena: not read yet */
};

/* The file of a module, by modules.dep; NULL when there is none. */
const char *kernel_module_file(const struct kernel *k, const char *module);

static inline struct kernel_state *state_of(struct kernel *k)
{
	return (struct kernel_state *)k;
}

/* kernel_types.c: the file of a module by modules.dep, or NULL. */
const char *kernel_module_file(const struct kernel *k, const char *module);

#endif

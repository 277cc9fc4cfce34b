/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of a module that is loaded. "module: replace module_layout with
 * module_memory" (6.4) made an array of parts out of two of them.
 */
#ifndef SONDE_COMPAT_MODULE_MEMORY_H
#define SONDE_COMPAT_MODULE_MEMORY_H

#include <linux/module.h>

static inline u64 sd_module_bytes(const struct module *m)
{
#ifdef SONDE_HAVE_MODULE_MEMORY
	u64 n = 0;
	unsigned int i;

	for (i = 0; i < MOD_MEM_NUM_TYPES; i++)
		n += m->mem[i].size;
	return n;
#else
	return m->core_layout.size;
#endif
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of a module that is loaded. "module: replace module_layout with
 * module_memory" (6.4) made an array of parts out of two of them.
 */
#ifndef SONDE_COMPAT_MODULE_MEMORY_H
#define SONDE_COMPAT_MODULE_MEMORY_H

#include <linux/module.h>

struct sd_module_parts {
	unsigned int text, ro_data, ro_after_init, data;
};

static inline struct sd_module_parts sd_module_parts(const struct module *m)
{
#ifdef SONDE_HAVE_MODULE_MEMORY
	return (struct sd_module_parts){ m->mem[MOD_TEXT].size, m->mem[MOD_RODATA].size, m->mem[MOD_RO_AFTER_INIT].size, m->mem[MOD_DATA].size };
#else
	const struct module_layout *l = &m->core_layout;

	return (struct sd_module_parts){ l->text_size, l->ro_size - l->text_size, l->ro_after_init_size - l->ro_size,
					 l->size - l->ro_after_init_size };
#endif
}

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

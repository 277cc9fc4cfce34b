// SPDX-License-Identifier: GPL-2.0-or-later
/* The memory of a script, which is known before any of it is allocated, and its limit. */
#include <linux/module.h>
#include "kern.h"
#include "compat/module_memory.h"

static void measure(u64 *bytes)
{
	bytes[SD_MEMORY_MODULE] = sd_module_bytes(THIS_MODULE);
	bytes[SD_MEMORY_CONTEXTS] = sd_contexts_bytes();
	bytes[SD_MEMORY_ARRAYS] = sd_maps_bytes();
	bytes[SD_MEMORY_STATS] = sd_stats_bytes();
	bytes[SD_MEMORY_RINGS] = sd_rings_bytes();
}

static unsigned long long kb(u64 bytes)
{
	return (bytes + 1023) / 1024;
}

int sd_memory_check(void)
{
	u64 bytes[SD_MEMORY_COUNT], all = 0;
	unsigned int i;

	if (!sd_script.max_memory)
		return 0;
	measure(bytes);
	for (i = 0; i < SD_MEMORY_COUNT; i++)
		all += bytes[i];
	if (all <= sd_script.max_memory)
		return 0;
	pr_err("ERROR: %s: needs %llu kB (module %llu, contexts %llu, arrays %llu, statistics %llu, buffers %llu), and STP_MAXMEMORY allows %llu kB\n",
	       THIS_MODULE->name, kb(all), kb(bytes[SD_MEMORY_MODULE]), kb(bytes[SD_MEMORY_CONTEXTS]), kb(bytes[SD_MEMORY_ARRAYS]),
	       kb(bytes[SD_MEMORY_STATS]), kb(bytes[SD_MEMORY_RINGS]), kb(sd_script.max_memory));
	return -EDQUOT;
}

void sd_memory_tell(void)
{
	u64 bytes[SD_MEMORY_COUNT];
	unsigned int i;

	measure(bytes);
	for (i = 0; i < SD_MEMORY_COUNT; i++)
		sd_control->memory[i] = bytes[i];
}

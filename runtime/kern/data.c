// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory of the script's arrays and statistics, from loading to unloading. */
#include <linux/module.h>
#include <linux/vmalloc.h>
#include <linux/cpumask.h>
#include "kern.h"

/* It may be much: better none than that somebody is killed for it. */
#define GFP_DATA (GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

u64 sd_maps_bytes(void)
{
	u64 n = 0;
	unsigned int i;

	for (i = 0; i < sd_script.nmaps; i++)
		n += sd_map_bytes(sd_script.maps[i]->type);
	return n;
}

u64 sd_stats_bytes(void)
{
	u64 n = 0;
	unsigned int i;

	for (i = 0; i < sd_script.nstats; i++)
		n += (u64)((sd_ncpus ?: num_online_cpus()) + 1) * sd_stat_slot_bytes(sd_script.stats[i]->type);
	return n;
}

/* What each map and statistic was given: elems and slots stand at the start of it. */
int sd_data_init(void)
{
	unsigned int i, slots = sd_ncpus + 1; /* as contexts: sd_ctx.cpu is the number */
	void *mem;
	u64 bytes;

	for (i = 0; i < sd_script.nmaps; i++) {
		bytes = sd_map_bytes(sd_script.maps[i]->type);
		mem = bytes ? sd_may_fail(__vmalloc(bytes, GFP_DATA)) : NULL;
		if (!mem) {
			pr_err("ERROR: %s: array %s needs %llu kB, which are not to be had\n", THIS_MODULE->name,
			       sd_script.maps[i]->type->name, bytes / 1024);
			goto fail;
		}
		sd_map_init(sd_script.maps[i], mem);
	}
	for (i = 0; i < sd_script.nstats; i++) {
		mem = sd_may_fail(__vmalloc((u64)slots * sd_stat_slot_bytes(sd_script.stats[i]->type), GFP_DATA));
		if (!mem)
			goto fail;
		sd_stat_init(sd_script.stats[i], mem, slots);
	}
	return 0;
fail:
	sd_data_exit();
	return -ENOMEM;
}

void sd_data_exit(void)
{
	unsigned int i;

	for (i = 0; i < sd_script.nmaps; i++)
		vfree(sd_script.maps[i]->elems);
	for (i = 0; i < sd_script.nstats; i++)
		vfree(sd_script.stats[i]->slots);
}

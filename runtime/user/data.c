// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory of the script's arrays and statistics. */
#include "user.h"

#include <stdlib.h>

bool sd_data_init(void)
{
	unsigned int i;
	sd_uint bytes;
	void *mem;

	for (i = 0; i < sd_script.nmaps; i++) {
		bytes = sd_map_bytes(sd_script.maps[i]->type);
		mem = bytes ? calloc(1, bytes) : NULL;
		if (!mem)
			return false;
		sd_map_init(sd_script.maps[i], mem);
	}
	for (i = 0; i < sd_script.nstats; i++) { /* one context, one part */
		mem = calloc(1, sd_stat_slot_bytes(sd_script.stats[i]->type));
		if (!mem)
			return false;
		sd_stat_init(sd_script.stats[i], mem, 1);
	}
	return true;
}

void sd_data_exit(void)
{
	unsigned int i;

	for (i = 0; i < sd_script.nmaps; i++)
		free(sd_script.maps[i]->elems);
	for (i = 0; i < sd_script.nstats; i++)
		free(sd_script.stats[i]->slots);
}

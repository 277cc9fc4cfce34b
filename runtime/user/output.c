// SPDX-License-Identifier: GPL-2.0-or-later
/* Records: made in one buffer, and handed to the runner's printer at once. */
#include "user.h"

#include <stdlib.h>

#include "wire.h"

static struct sd_record_header *record;
static size_t record_cap;

char *sd_rec_begin(struct sd_ctx *c, unsigned int type, unsigned int id, sd_uint bytes)
{
	size_t size = sizeof(*record) + bytes;

	if (size > record_cap) {
		struct sd_record_header *r = realloc(record, size * 2);

		if (!r) {
			if (c->probe)
				sd_user.count[c->probe->index].loss[SD_LOSS_RING]++;
			return NULL;
		}
		record = r;
		record_cap = size * 2;
	}
	if (!sd_user.ts)
		sd_user.ts = sd_now();
	*record = (struct sd_record_header){
		.size = (unsigned int)size, .type = (unsigned short)type, .id = (unsigned short)id, .ts = sd_user.ts,
	};
	return (char *)(record + 1);
}

void sd_rec_end(struct sd_ctx *c)
{
	(void)c;
	print_record(&sd_user.print, record, (char *)(record + 1));
}

void sd_output_exit(void)
{
	free(record);
	record = NULL;
	record_cap = 0;
}

void sd_text_record(struct sd_ctx *c, unsigned int type, struct sd_str text)
{
	char *p = sd_rec_begin(c, type, 0, SD_STR_BYTES(text.n));

	if (!p)
		return;
	sd_put_str(p, text);
	sd_rec_end(c);
}

static void put_count(unsigned int type, unsigned int id, const struct sd_probe *p, sd_uint n)
{
	char *r = n ? sd_rec_begin(&sd_user.ctx, type, id, 16) : NULL;

	if (!r)
		return;
	r = sd_put_int(r, p->index);
	sd_put_int(r, (sd_int)n);
	sd_rec_end(&sd_user.ctx);
}

void sd_put_ledger(void)
{
	sd_user.ctx.probe = NULL;
	for (unsigned int i = 0; i < sd_script.nprobes; i++) {
		const struct sd_probe *p = sd_script.probes[i];
		const struct sd_count *n = &sd_user.count[p->index];

		put_count(SD_REC_HITS, 0, p, n->hits);
		for (unsigned int k = 0; k < SD_LOSS_COUNT; k++)
			put_count(SD_REC_LOSS, k, p, n->loss[k]);
	}
}

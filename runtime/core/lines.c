// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking a line up: the block by halves, then its rows one by one. Nothing is read that is not in the table. */
#include "lines.h"
#include "unwind_read.h"

static unsigned int first_behind(const struct sd_line_block *blocks, unsigned int n, unsigned int offset)
{
	unsigned int lo = 0;

	while (n) {
		unsigned int half = n / 2;

		if (blocks[lo + half].offset <= offset) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo;
}

int sd_line_find(const struct sd_line_section *p, unsigned int offset, struct sd_line *out)
{
	const struct sd_line_head *h = p->table;
	const struct sd_line_block *blocks = (const void *)((const struct sd_line_where *)(h + 1) + h->nparts);
	const unsigned int *sources = (const void *)(blocks + h->nblocks);
	const unsigned char *rows = (const void *)(sources + h->nsources);
	const char *names = (const char *)rows + h->row_bytes;
	unsigned int block = first_behind(blocks + p->first, p->count, offset), i;
	unsigned int source = 0, found = 0;
	sd_int line = 0, found_line = 0;
	sd_uint at;
	struct bytes b;

	if (!block || offset >= p->size)
		return 0;
	block += p->first - 1;
	at = blocks[block].offset;
	b = (struct bytes){ .at = rows + blocks[block].at, .end = rows + (block + 1 < h->nblocks ? blocks[block + 1].at : h->row_bytes) };
	for (i = 0; i < SD_LINE_BLOCK && b.at < b.end; i++) {
		unsigned int head = get_u8(&b), how = head >> 4;
		sd_uint step = head & 15, by = how;

		if (step == SD_LINE_FAR)
			step = get_uleb(&b);
		at += step;
		if (at > offset)
			break;
		if (how == SD_LINE_SOURCE_TOO)
			source = get_uleb(&b);
		if (how >= SD_LINE_MORE)
			by = get_uleb(&b);
		line += (sd_int)(by >> 1) ^ -(sd_int)(by & 1);
		found = source;
		found_line = line;
	}
	if (b.bad || !found || found >= h->nsources || sources[found] >= h->name_bytes)
		return 0;
	out->source = (struct sd_str){ names + sources[found], strlen(names + sources[found]) };
	out->line = found_line;
	return 1;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of source lines: which line the code from an address on is of. The
 * compiler makes it of line tables (types/dwarf_table.c, whose structures these
 * are); a step from row to row takes two bytes or three, so all of a kernel is 3 MB.
 */
#ifndef SONDE_CORE_LINES_H
#define SONDE_CORE_LINES_H

#include "abi.h"

/* What follows it, in this order: parts, blocks, sources, rows, names. Little endian. */
struct sd_line_head {
	unsigned int magic;
	unsigned int nparts, nblocks, nsources; /* source 0: none is known */
	unsigned int row_bytes, name_bytes;
};

/* A section of code; the C text that the compiler makes has it too, as struct sd_line_section. */
struct sd_line_where {
	sd_int distance;           /* from the symbol to where the section begins */
	unsigned int symbol;       /* a name */
	unsigned int size;
	unsigned int first, count; /* of blocks */
};

/* So many rows, SD_LINE_BLOCK and in a part's last block fewer, the first of them at offset in the part. */
struct sd_line_block {
	unsigned int offset, at; /* at: in the rows; those of a block begin with line 0 of source 0 */
};

enum { SD_LINE_BLOCK = 64, SD_LINE_MAGIC = 0x31746c73 };

/*
 * A row: a byte, in its low half how much farther its address is (FAR: a number follows) and in its high half how much
 * its line differs, zigzag (MORE: a number follows; SOURCE: first the number of another source). Numbers are ULEB128.
 */
enum { SD_LINE_FAR = 15, SD_LINE_MORE = 14, SD_LINE_SOURCE_TOO = 15 };

struct sd_line {
	struct sd_str source;
	unsigned int line;
};

/* Of the code at an offset in a section. false: not known. */
int sd_line_find(const struct sd_line_section *p, unsigned int offset, struct sd_line *out);

#endif

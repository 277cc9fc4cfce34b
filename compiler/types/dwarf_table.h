/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source lines of a kernel's or module's code as a table that goes into the script's module: runtime/core/lines.h. */
#ifndef SONDE_TYPES_DWARF_TABLE_H
#define SONDE_TYPES_DWARF_TABLE_H

#include "types/dwarf.h"

/* As runtime/core/lines.h has them. */
struct line_head {
	uint32_t magic;
	uint32_t nparts, nblocks, nsources;
	uint32_t row_bytes, name_bytes;
};

struct line_part {
	int64_t distance;
	uint32_t symbol, size, first, count;
};

struct line_block {
	uint32_t offset, at;
};

struct line_table {
	const void *data;
	size_t size;
	const char *path;              /* where it is kept; NULL: nowhere */
	const struct line_part *parts; /* in data */
	unsigned nparts;
	const char *names;             /* of the parts' symbols */
};

/* Made once for a file, and kept by its build-id: a second for a kernel. Initialisation code is left out. false: there are no lines in it. */
bool dwarf_line_table(struct dwarf_file *file, struct line_table *t);
/* Does a table hold together? Fills t. */
bool line_table_check(const void *data, size_t size, struct line_table *t);

#endif

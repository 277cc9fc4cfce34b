/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: a part of an index on its way from the copy of the
 * process that made it: some units, or the symbols. Header, then the arrays
 * in the order of the counts, each aligned to 8 bytes. Numbers and offsets are the part's own.
 */
#ifndef SONDE_TYPES_DWARF_INDEX_PART_H
#define SONDE_TYPES_DWARF_INDEX_PART_H

#include "base/buf.h"
#include "types/dwarf_files.h"
#include "types/dwarf_index.h"

struct ix_part {
	uint32_t too_large;   /* entries lie beyond 4 GB */
	uint32_t nsymbols, nexported, nranges, ncodes, ndecls, text;
};

struct ix_part_arrays {
	const struct ix_part *h;
	const struct ix_symbol *symbols;   /* of names that are there more than once: without name */
	const uint32_t *exported;          /* names */
	const struct ix_range *ranges;
	const struct ix_code *codes;       /* by die */
	const struct ix_decl *decls;       /* in no order; first and n are not set */
	const char *text;
};

/* dwarf_index_walk.c: the units whose entries are at these offsets, and the symbols. */
void dwarf_index_walk(struct dwarf_file *f, const struct dwarf_files_sections *sections, const uint64_t *units, unsigned n, struct buf *out);
void dwarf_index_symbols(struct dwarf_file *f, struct buf *out);

#endif

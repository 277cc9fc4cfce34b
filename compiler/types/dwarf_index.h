/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: the index of a file with DWARF, as it lies in the cache
 * and is mapped: header, then the arrays in the order of the counts. Names are
 * offsets into the text at the end.
 */
#ifndef SONDE_TYPES_DWARF_INDEX_H
#define SONDE_TYPES_DWARF_INDEX_H

#include <stddef.h>

#include "types/dwarf_internal.h"

#define DWARF_INDEX_MAGIC "sondeix3"

struct ix_header {
	char magic[8];
	char libdw[16];       /* its version: it decides how the sections of a module are laid out */
	uint64_t size;        /* of the whole file */
	uint32_t nsymbols, nranges, ncodes, nby_die, ndecls, text;
};

struct ix_symbol { /* sorted by address: those by which a place can be named to a kernel */
	uint64_t addr;
	uint32_t name;
	uint32_t section;     /* name of it */
};

struct ix_range { /* sorted by address: the code of functions, which may have several parts */
	uint64_t low;
	uint32_t size;
	uint32_t code;
};

struct ix_code { /* sorted by decl, then address: functions and inlined instances */
	uint64_t low;
	uint32_t size;        /* of a function's first part; 0: an instance */
	uint32_t decl;
	uint32_t die, outer;  /* outer: die of the function that holds an instance, else 0 */
	uint32_t call_line, call_source;
};

struct ix_decl { /* sorted by name, source, line */
	uint32_t name, scope, source, line;
	uint32_t flags;
	uint32_t first, n;    /* codes */
};

enum { IX_EXTERNAL = 1, IX_EXPORTED = 2 };

struct dwarf_index {
	const struct ix_header *h;
	const struct ix_symbol *symbols;
	const struct ix_range *ranges;
	const struct ix_code *codes;
	const uint32_t *by_die; /* codes, sorted by die */
	const struct ix_decl *decls;
	const char *text;
};

/* The index of a file: from the cache, or built and put there. NULL with *why. */
struct dwarf_index *dwarf_index(struct dwarf_file *f, const char **why);

/* dwarf_index_build.c: the whole as bytes in the arena; NULL with *why. */
struct arena;
void *dwarf_index_build(struct dwarf_file *f, struct arena *a, size_t *size, const char **why);

/* "fs/read_write.c": without the folder of the build and "./". Interned. */
const char *dwarf_source_name(const char *path, const char *comp_dir);
/* Fills in symbol, offset and gone. false: there is none to go by. */
bool dwarf_anchor(struct dwarf_file *file, uint64_t addr, struct dwarf_place *place);
/* Whether the file is in order; it may have come from a disk that was full. */
bool dwarf_index_check(const void *data, size_t size, struct dwarf_index *ix);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: the names of a unit's source files. libdw reads a unit's whole table of
 * lines for them, which is most of what there is to read; here it is the head alone.
 */
#ifndef SONDE_TYPES_DWARF_FILES_H
#define SONDE_TYPES_DWARF_FILES_H

#include <elfutils/libdw.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* The sections of a file that its tables need. */
struct dwarf_files_sections {
	struct dwarf_bytes {
		const uint8_t *p;
		size_t n;
	} line, line_str, str;
};

/* Of one unit. */
struct dwarf_files {
	const struct dwarf_files_sections *sections;
	Dwarf_Die unit;
	const char *comp_dir;
	bool by_libdw;        /* the head is of a kind that is not understood here */
	bool from_zero;       /* numbers of files and folders begin with 0: DWARF 5 */
	uint32_t nfiles, ndirs;
	struct dwarf_file_entry {
		const char *name;
		uint32_t dir;
		const char *known;
	} *files;
	const char **dirs;
};

void dwarf_files_open(struct dwarf_files_sections *s, Dwarf *dw);
/* unit: of which the files are. a: lives as long as *f is used. */
void dwarf_files_of(struct dwarf_files *f, const struct dwarf_files_sections *s, Dwarf_Die *unit, struct arena *a);
/* The file of that number (DW_AT_decl_file), as dwarf_source_name() has it: interned, "" when there is none. */
const char *dwarf_files_name(struct dwarf_files *f, uint64_t number);

#endif

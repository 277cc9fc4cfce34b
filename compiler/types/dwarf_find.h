/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: where debugging information lies. Reports nothing but by dwarf_missing(). */
#ifndef SONDE_TYPES_DWARF_FIND_H
#define SONDE_TYPES_DWARF_FIND_H

#include "base/source.h"
#include "types/db.h"

struct dwarf_search {
	struct kernel *kernel;
	const char *module;   /* NULL: the kernel */
	bool program;         /* object is a program or library */
	const char *build_id; /* wanted; "" unknown: anything of that name is taken */
	const char *object;   /* the module's own file, or the kernel's image; NULL unknown */
	const char *path;     /* found, or NULL */
	const char *found_id; /* its build-id */
	const char *other, *other_id; /* a file of the right name and another build */
	const char *network;  /* what the servers said; NULL: not asked */
};

/* Looks on this machine; with network also asks the servers of DEBUGINFOD_URLS. True when found. */
bool dwarf_find(struct dwarf_search *s, bool network);
/* Says that nothing was found, and what to do. */
void dwarf_missing(const struct dwarf_search *s, struct range where);
/* The build-id of an ELF file, also a packed module; "" unknown. */
const char *dwarf_file_id(const char *path);

/* dwarf_fetch.c: asks debuginfod for a build-id; the path of the file it got, or NULL with *why. */
const char *dwarf_fetch(const char *build_id, const char **why);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: libdw's handles behind a struct dwarf_file. Only one
 * thread uses a file.
 */
#ifndef SONDE_TYPES_DWARF_INTERNAL_H
#define SONDE_TYPES_DWARF_INTERNAL_H

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <libelf.h>

#include "types/dwarf.h"

struct dwarf_index;

struct dwarf_state {
	struct dwarf_file f; /* first: a struct dwarf_file is one of these */
	const char *debug;   /* of programs: a separate file with the DWARF, or NULL */
	Dwfl *dwfl;
	Dwfl_Module *mod;
	Dwarf *dw;           /* opened when first asked for; addresses in it plus bias are those of struct dwarf_place */
	Dwarf_Addr bias;
	struct dwarf_index *index;
};

static inline struct dwarf_state *dwarf_state_of(struct dwarf_file *f)
{
	return (struct dwarf_state *)f;
}

/* Opens it for libdw. false: it cannot be read. */
bool dwarf_begin_file(struct dwarf_state *s);
/* The handle; NULL when the file turned out to hold no DWARF. */
Dwarf *dwarf_handle(struct dwarf_file *f);
/* All units, whose heads libdw then knows; memory that was mapped for them is given back. Negative: the file is broken. */
int dwarf_each_unit(Dwarf *dw, void (*f)(Dwarf_Die *unit, uint8_t type, void *data), void *data);
/* A symbol of the kernel, which is moved as a whole, that addresses in it can be counted from; NULL: none. */
const char *dwarf_base(struct dwarf_state *s, uint64_t *base);
/* The entry at an offset of .debug_info. */
bool dwarf_die_at(struct dwarf_file *f, uint64_t offset, Dwarf_Die *die);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: which function or inlined instance an address inside of a function belongs to. */
#ifndef SONDE_TYPES_DWARF_LINES_H
#define SONDE_TYPES_DWARF_LINES_H

#include "types/dwarf_internal.h"

/* Innermost instance, or the function itself, of the code of the function at die outer. 0: outside of it. */
uint64_t dwarf_innermost(struct dwarf_file *file, uint64_t outer, uint64_t addr);
/* The die whose code a function or instance is in. */
static inline uint64_t dwarf_outer(const struct dwarf_function *fn)
{
	return fn->is_inline ? fn->outer : fn->die;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: what the code of a program shows where debugging information says nothing. */
#ifndef SONDE_TYPES_DWARF_CODE_H
#define SONDE_TYPES_DWARF_CODE_H

#include "types/dwarf_internal.h"

/*
 * Each instruction in the code of an entry (function or instance) of a linked program that may be a direct call. Instructions
 * are not told apart from what lies between: the caller takes only targets that are functions. Stops when f returns false.
 */
void dwarf_each_code_call(struct dwarf_file *file, Dwarf_Die *die, bool (*f)(uint64_t target, uint64_t return_pc, void *data), void *data);
/* The function that an entry of the linkage table calls; NULL: there is none at that address. */
const char *dwarf_code_linked(struct dwarf_file *file, uint64_t addr);

#endif

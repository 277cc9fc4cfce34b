// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The entry of a function. What is described as lying in the frame for all of
 * a function, as unoptimised code has it, is put there by the prologue.
 */
#include <dwarf.h>
#include <stdlib.h>

#include "types/dwarf_lines.h"
#include "types/dwarf_types.h"

/* Is the frame what lies above the return address, known from the first instruction on? */
static bool frame_is_cfa(Dwarf_Die *function)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;

	return dwarf_attr_integrate(function, DW_AT_frame_base, &attr) && !dwarf_getlocation(&attr, &ops, &n) && n == 1 &&
	       ops[0].atom == DW_OP_call_frame_cfa;
}

/* One place for all of the function, in the part of the frame that the function makes. */
static bool in_frame(Dwarf_Die *param, bool cfa)
{
	Dwarf_Addr base, low, high;
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;

	if (!dwarf_attr_integrate(param, DW_AT_location, &attr) || dwarf_whatform(&attr) == DW_FORM_loclistx ||
	    dwarf_whatform(&attr) == DW_FORM_sec_offset || dwarf_getlocations(&attr, 0, &base, &low, &high, &ops, &n) <= 0 || !n)
		return false;
	return ops[0].atom == DW_OP_fbreg && (!cfa || (Dwarf_Sword)ops[0].number < 0);
}

bool dwarf_entry_of(struct dwarf_file *file, const struct dwarf_place *place, struct dwarf_entry *e)
{
	struct type_db *db = dwarf_types(file);
	Dwarf_Addr *after = NULL;
	Dwarf_Die die, child;
	bool cfa;
	int n;

	*e = (struct dwarf_entry){ .proto = NULL };
	if (!db || !dwarf_die_at(file, place->func_die, &die) || dwarf_tag(&die) != DW_TAG_subprogram)
		return false;
	e->proto = dwarf_type_of(dwarf_types_of(db), &die);
	cfa = frame_is_cfa(&die);
	if (!dwarf_child(&die, &child))
		do {
			e->in_frame |= dwarf_tag(&child) == DW_TAG_formal_parameter && in_frame(&child, cfa);
		} while (!e->in_frame && !dwarf_siblingof(&child, &child));
	n = e->in_frame ? dwarf_entry_breakpoints(&die, &after) : 0;
	if (n > 0 && after[0] + dwarf_state_of(file)->bias > place->addr)
		e->body = after[0] + dwarf_state_of(file)->bias;
	if (n > 0)
		free(after);
	return true;
}

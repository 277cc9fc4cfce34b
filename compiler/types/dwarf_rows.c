// SPDX-License-Identifier: GPL-2.0-or-later
/* Line tables as a whole, for those who want the lines of addresses that are not known yet. */
#include "types/dwarf_internal.h"

#include <dwarf.h>

#include "types/dwarf_index.h"

struct rows {
	struct dwarf_state *s;
	void (*f)(uint64_t addr, const char *source, unsigned line, void *data);
	void *data;
};

static void rows_of(Dwarf_Die *unit, uint8_t type, void *data)
{
	struct rows *r = data;
	Dwarf_Attribute attr;
	const char *comp_dir = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attr)), *last = NULL, *name = NULL;
	Dwarf_Lines *lines;
	size_t n;

	(void)type;
	if (dwarf_getsrclines(unit, &lines, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		Dwarf_Line *l = dwarf_onesrcline(lines, i);
		const char *source;
		Dwarf_Addr addr;
		bool end = false;
		int line = 0;

		if (!l || dwarf_lineaddr(l, &addr))
			continue;
		dwarf_lineendsequence(l, &end);
		dwarf_lineno(l, &line);
		source = end || line <= 0 ? NULL : dwarf_linesrc(l, NULL, NULL);
		if (source && source != last) {
			last = source;
			name = r->s->f.program ? source : dwarf_source_name(source, comp_dir);
		}
		r->f(addr + r->s->bias, source ? name : NULL, (unsigned)line, r->data);
	}
}

void dwarf_each_row(struct dwarf_file *file, void (*f)(uint64_t addr, const char *source, unsigned line, void *data), void *data)
{
	struct rows r = { dwarf_state_of(file), f, data };
	Dwarf *dw = dwarf_handle(file);

	if (dw)
		dwarf_each_unit(dw, rows_of, &r);
}

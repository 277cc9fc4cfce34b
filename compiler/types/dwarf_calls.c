// SPDX-License-Identifier: GPL-2.0-or-later
/* What is inside of a function's body besides lines: labels, calls, inlined calls. */
#include <dwarf.h>
#include <string.h>

#include "base/util.h"
#include "types/dwarf_code.h"
#include "types/dwarf_lines.h"

enum { MAX_NESTING = 200 };

struct walk {
	struct dwarf_file *file;
	const char *glob;
	unsigned found, sites;
	bool stopped;
	void (*label)(const char *label, const struct dwarf_place *place, void *data);
	bool (*callee)(const struct dwarf_callee *callee, void *data);
	void *data;
};

static void label(struct walk *w, Dwarf_Die *die, const struct dwarf_function *fn)
{
	const char *name = dwarf_diename(die);
	struct dwarf_place place;
	Dwarf_Addr pc;

	if (!name || dwarf_lowpc(die, &pc) || !glob_match(w->glob, name))
		return;
	if (!dwarf_place_at(w->file, pc + dwarf_state_of(w->file)->bias, &place))
		return;
	/* A label at the very end of an inlined instance may be outside of its code; its variables are those of the function it stands in. */
	place.func_die = fn->die;
	place.function = dwarf_function_name(fn);
	place.is_inline = fn->is_inline;
	w->found++;
	w->label(name, &place, w->data);
}

static void each_label(struct walk *w, Dwarf_Die *die, const struct dwarf_function *fn, unsigned depth)
{
	Dwarf_Die child;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_label)
			label(w, &child, fn);
		else if (tag == DW_TAG_lexical_block)
			each_label(w, &child, fn, depth + 1);
	} while (!dwarf_siblingof(&child, &child));
}

unsigned dwarf_each_label(struct dwarf_file *file, const struct dwarf_function *fn, const char *glob,
			  void (*f)(const char *label, const struct dwarf_place *place, void *data), void *data)
{
	struct walk w = { .file = file, .glob = glob, .label = f, .data = data };
	Dwarf_Die die;

	if (dwarf_die_at(file, fn->die, &die))
		each_label(&w, &die, fn, 0);
	return w.found;
}

/* ---- Calls -------------------------------------------------------------------------------- */

struct target {
	const char *name;
	struct dwarf_function *fn;
	bool found;
};

static bool same_name(const struct dwarf_function *fn, void *p)
{
	struct target *t = p;

	if (fn->external || !t->found)
		*t->fn = *fn;
	t->found = true;
	return !fn->external;
}

/* The function a call site names: with code in this unit, or the one of that name elsewhere. */
static bool called(struct walk *w, Dwarf_Die *origin, struct dwarf_function *fn)
{
	const char *name = dwarf_diename(origin);
	struct target t = { .name = name, .fn = fn };
	Dwarf_Attribute attr;
	Dwarf_Die unit, other;

	if (!name || !glob_match(w->glob, name))
		return false;
	if (dwarf_function_of(w->file, dwarf_dieoffset(origin), fn))
		return true;
	/* Out of line, with its declaration elsewhere in the unit: a concrete one whose origin this is. */
	if (dwarf_diecu(origin, &unit, NULL, NULL) && !dwarf_child(&unit, &other)) {
		do {
			Dwarf_Die of;

			if (dwarf_tag(&other) == DW_TAG_subprogram && dwarf_attr(&other, DW_AT_abstract_origin, &attr) &&
			    dwarf_formref_die(&attr, &of) && dwarf_dieoffset(&of) == dwarf_dieoffset(origin) &&
			    dwarf_function_of(w->file, dwarf_dieoffset(&other), fn))
				return true;
		} while (!dwarf_siblingof(&other, &other));
	}
	dwarf_each_function(w->file, name, NULL, DWARF_CALL, same_name, &t);
	return t.found && fn->external;
}

static void call_site(struct walk *w, Dwarf_Die *die)
{
	struct dwarf_callee c = { 0 };
	Dwarf_Attribute attr;
	Dwarf_Die origin;
	Dwarf_Addr pc;
	bool tail = false;

	w->sites++;
	if (dwarf_attr(die, DW_AT_call_tail_call, &attr) || dwarf_attr(die, DW_AT_GNU_tail_call, &attr)) {
		dwarf_formflag(&attr, &tail);
		if (tail)
			return;
	}
	if (!dwarf_attr(die, DW_AT_call_origin, &attr) && !dwarf_attr(die, DW_AT_abstract_origin, &attr))
		return; /* through a pointer */
	if (!dwarf_formref_die(&attr, &origin))
		return;
	if (dwarf_attr(die, DW_AT_call_return_pc, &attr)) {
		if (dwarf_formaddr(&attr, &pc))
			return;
	} else if (dwarf_lowpc(die, &pc)) { /* DW_TAG_GNU_call_site says the same by DW_AT_low_pc */
		return;
	}
	if (!called(w, &origin, &c.fn))
		return;
	c.return_pc = pc + dwarf_state_of(w->file)->bias;
	w->found++;
	w->stopped = !w->callee(&c, w->data);
}

static void inlined(struct walk *w, Dwarf_Die *die)
{
	struct dwarf_callee c = { 0 };

	if (!dwarf_function_of(w->file, dwarf_dieoffset(die), &c.fn) || !glob_match(w->glob, c.fn.name))
		return;
	w->found++;
	w->stopped = !w->callee(&c, w->data);
}

static void each_call(struct walk *w, Dwarf_Die *die, unsigned depth)
{
	Dwarf_Die child;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return;
	do {
		switch (dwarf_tag(&child)) {
		case DW_TAG_call_site:
		case DW_TAG_GNU_call_site:
			call_site(w, &child);
			break;
		case DW_TAG_inlined_subroutine:
			inlined(w, &child);
			break;
		case DW_TAG_lexical_block:
			each_call(w, &child, depth + 1);
			break;
		}
	} while (!w->stopped && !dwarf_siblingof(&child, &child));
}

/* Is an address of an instance that was inlined into this one? */
static bool is_inlined(Dwarf_Die *die, Dwarf_Addr pc, unsigned depth)
{
	Dwarf_Die child;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return false;
	do {
		int tag = dwarf_tag(&child);

		if ((tag == DW_TAG_inlined_subroutine && dwarf_haspc(&child, pc) > 0) || (tag == DW_TAG_lexical_block && is_inlined(&child, pc, depth + 1)))
			return true;
	} while (!dwarf_siblingof(&child, &child));
	return false;
}

struct code_walk {
	struct walk *w;
	Dwarf_Die *die;
};

/* Of a library: its own function that is called through the linkage table. */
static bool linked(struct walk *w, uint64_t target, struct dwarf_function *fn)
{
	struct target t = { .name = dwarf_code_linked(w->file, target), .fn = fn };

	if (t.name)
		dwarf_each_function(w->file, t.name, NULL, DWARF_CALL, same_name, &t);
	return t.found && fn->external;
}

static bool code_call(uint64_t target, uint64_t return_pc, void *data)
{
	struct code_walk *cw = data;
	struct walk *w = cw->w;
	struct dwarf_callee c = { .return_pc = return_pc };

	if ((!(dwarf_function_at(w->file, target, &c.fn) && c.fn.low == target) && !linked(w, target, &c.fn)) || !glob_match(w->glob, c.fn.name) ||
	    is_inlined(cw->die, return_pc - 1 - dwarf_state_of(w->file)->bias, 0))
		return true;
	w->found++;
	w->stopped = !w->callee(&c, w->data);
	return !w->stopped;
}

/* Without optimisation, compilers list no calls. */
static bool lists_calls(struct walk *w, const struct dwarf_function *fn)
{
	Dwarf_Attribute attr;
	Dwarf_Die die;

	return w->sites || !dwarf_die_at(w->file, fn->outer ? fn->outer : fn->die, &die) || dwarf_attr(&die, DW_AT_call_all_calls, &attr) ||
	       dwarf_attr(&die, DW_AT_GNU_all_call_sites, &attr);
}

unsigned dwarf_each_callee(struct dwarf_file *file, const struct dwarf_function *fn, const char *glob,
			   bool (*f)(const struct dwarf_callee *callee, void *data), void *data)
{
	struct walk w = { .file = file, .glob = glob, .callee = f, .data = data };
	Dwarf_Die die;

	if (dwarf_die_at(file, fn->die, &die))
		each_call(&w, &die, 0);
	else
		return 0;
	if (!w.stopped && !lists_calls(&w, fn)) {
		struct code_walk cw = { &w, &die };

		dwarf_each_code_call(file, &die, code_call, &cw);
	}
	return w.found;
}

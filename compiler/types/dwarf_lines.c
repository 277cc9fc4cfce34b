// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From functions and lines to places: the line tables, and the tree of what
 * was inlined where. Opens the units of the functions it is asked about, and
 * no others.
 */
#include "types/dwarf_lines.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/vec.h"
#include "types/dwarf_index.h"

enum { MAX_NESTING = 200 };

/* ---- What is inlined where ----------------------------------------------------------- */

struct part {
	uint64_t low, high, die;
	unsigned depth;
};

/* Of the function that was asked about last: the parts of it and of all that is inlined into it. */
static struct tree {
	struct dwarf_file *file;
	uint64_t outer;
	struct arena *arena;
	struct VEC(struct part) parts;
} tree;

static void add_parts(struct dwarf_state *s, Dwarf_Die *die, unsigned depth)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
		struct part p = { low + s->bias, high + s->bias, dwarf_dieoffset(die), depth };

		vec_push(tree.arena, &tree.parts, p);
	}
}

static void add_children(struct dwarf_state *s, Dwarf_Die *die, unsigned depth)
{
	Dwarf_Die child;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_inlined_subroutine)
			add_parts(s, &child, depth + 1);
		if (tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block)
			add_children(s, &child, depth + 1);
	} while (!dwarf_siblingof(&child, &child));
}

static bool tree_of(struct dwarf_file *file, uint64_t outer)
{
	Dwarf_Die die;

	if (tree.file == file && tree.outer == outer)
		return true;
	if (!dwarf_die_at(file, outer, &die))
		return false;
	if (tree.arena)
		arena_destroy(tree.arena);
	tree = (struct tree){ .file = file, .outer = outer, .arena = arena_create() };
	add_parts(dwarf_state_of(file), &die, 0);
	add_children(dwarf_state_of(file), &die, 0);
	return true;
}

uint64_t dwarf_innermost(struct dwarf_file *file, uint64_t outer, uint64_t addr)
{
	const struct part *best = NULL;

	if (!tree_of(file, outer))
		return 0;
	vec_each(i, &tree.parts) {
		const struct part *p = &tree.parts.v[i];

		if (addr >= p->low && addr < p->high && (!best || p->depth >= best->depth))
			best = p;
	}
	return best ? best->die : 0;
}

/* ---- Places ---------------------------------------------------------------------------- */

bool dwarf_place_entry(struct dwarf_file *file, const struct dwarf_function *fn, struct dwarf_place *place)
{
	*place = (struct dwarf_place){
		.file = file, .func_die = fn->die, .addr = fn->low, .function = dwarf_function_name(fn), .source = fn->source, .line = fn->line,
		.is_entry = !fn->is_inline, .is_inline = fn->is_inline,
	};
	return dwarf_anchor(file, fn->low, place);
}

static bool unit_of(struct dwarf_file *file, uint64_t die_at, Dwarf_Die *unit)
{
	Dwarf_Die die;

	return dwarf_die_at(file, die_at, &die) && dwarf_diecu(&die, unit, NULL, NULL);
}

static const char *comp_dir(Dwarf_Die *unit)
{
	Dwarf_Attribute attr;

	return dwarf_attr(unit, DW_AT_comp_dir, &attr) ? dwarf_formstring(&attr) : NULL;
}

/* Source and line of an address, by the table of its unit. */
static void locate(struct dwarf_file *file, Dwarf_Die *unit, struct dwarf_place *place)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, place->addr - dwarf_state_of(file)->bias);
	const char *source = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	int n;

	if (source && !dwarf_lineno(line, &n)) {
		place->source = dwarf_source_name(source, comp_dir(unit));
		place->line = (unsigned)n;
	}
}

bool dwarf_place_at(struct dwarf_file *file, uint64_t addr, struct dwarf_place *place)
{
	struct dwarf_function fn, inner;
	Dwarf_Die unit;
	uint64_t die;

	if (!dwarf_function_at(file, addr, &fn) || !unit_of(file, fn.die, &unit))
		return false;
	die = dwarf_innermost(file, fn.die, addr);
	if (!die || !dwarf_function_of(file, die, &inner))
		inner = fn;
	*place = (struct dwarf_place){
		.file = file, .func_die = inner.die, .addr = addr, .function = dwarf_function_name(&inner), .source = inner.source, .line = inner.line,
		.is_entry = addr == fn.low && !inner.is_inline, .is_inline = inner.is_inline,
	};
	locate(file, &unit, place);
	place->function = fn.name; /* for the symbol */
	if (!dwarf_anchor(file, addr, place))
		return false;
	place->function = dwarf_function_name(&inner);
	return true;
}

/* ---- Statements ------------------------------------------------------------------------- */

/* A row of a line table that belongs to the function in hand. */
struct row {
	uint64_t addr;
	unsigned line;
};

struct rows VEC(struct row);

/* The rows of the table of a unit, its own sources', inside of a function's code. The last unit asked about is kept. */
static struct table {
	struct dwarf_file *file;
	uint64_t unit;
	struct arena *arena;
	struct VEC(struct table_row { uint64_t addr; const char *source; unsigned line; bool statement; }) rows; /* by address */
} table;

static int by_address(const void *x, const void *y)
{
	const struct table_row *a = x, *b = y;

	return a->addr != b->addr ? (a->addr < b->addr ? -1 : 1) : a->line < b->line ? -1 : a->line > b->line;
}

static bool table_of(struct dwarf_file *file, Dwarf_Die *unit)
{
	const char *dir = comp_dir(unit), *last = NULL, *last_name = NULL;
	Dwarf_Lines *lines;
	size_t n;

	if (table.file == file && table.unit == dwarf_dieoffset(unit))
		return true;
	if (dwarf_getsrclines(unit, &lines, &n))
		return false;
	if (table.arena)
		arena_destroy(table.arena);
	table = (struct table){ .file = file, .unit = dwarf_dieoffset(unit), .arena = arena_create() };
	for (size_t i = 0; i < n; i++) {
		Dwarf_Line *l = dwarf_onesrcline(lines, i);
		struct table_row r = { 0 };
		bool end = false;
		Dwarf_Addr addr;
		const char *source;
		int line;

		if (!l || dwarf_lineaddr(l, &addr) || dwarf_lineno(l, &line) || dwarf_lineendsequence(l, &end) || end || line <= 0)
			continue;
		dwarf_linebeginstatement(l, &r.statement);
		source = dwarf_linesrc(l, NULL, NULL);
		if (source != last) {
			last = source;
			last_name = dwarf_source_name(source, dir);
		}
		r.addr = addr + dwarf_state_of(file)->bias;
		r.line = (unsigned)line;
		r.source = last_name;
		vec_push(table.arena, &table.rows, r);
	}
	if (table.rows.n)
		qsort(table.rows.v, table.rows.n, sizeof(*table.rows.v), by_address);
	return true;
}

static unsigned first_row(uint64_t addr)
{
	unsigned lo = 0, n = table.rows.n;

	while (n) {
		unsigned half = n / 2;

		if (table.rows.v[lo + half].addr < addr)
			lo += half + 1, n -= half + 1;
		else
			n = half;
	}
	return lo;
}

/* The parts come with the hot one first, so the first row of a line is the one that is run most. */
static void add_row(struct arena *a, struct rows *out, const struct table_row *r)
{
	struct row row = { r->addr, r->line };

	vec_each(k, out)
		if (out->v[k].line == row.line)
			return;
	vec_push(a, out, row);
}

/* One row for each line of a function or instance. */
static void rows_of(struct dwarf_file *file, const struct dwarf_function *fn, struct arena *a, struct rows *out)
{
	const char *source = intern(fn->source);
	Dwarf_Die unit;

	if (!unit_of(file, dwarf_outer(fn), &unit) || !table_of(file, &unit) || !tree_of(file, dwarf_outer(fn)))
		return;
	/* Lines whose code begins no statement (it was moved away from there) come second, so that they find no better row. */
	for (int statements = 1; statements >= 0; statements--)
		vec_each(p, &tree.parts) {
			const struct part part = tree.parts.v[p];

			if (part.die != fn->die)
				continue;
			for (unsigned i = first_row(part.low); i < table.rows.n && table.rows.v[i].addr < part.high; i++) {
				const struct table_row *r = &table.rows.v[i];

				if (r->statement == statements && r->source == source &&
				    dwarf_innermost(file, dwarf_outer(fn), r->addr) == fn->die)
					add_row(a, out, r);
			}
		}
}

static bool in_range(const struct dwarf_lines *lines, unsigned base, unsigned line)
{
	if (lines->kind == LINES_ALL)
		return true;
	for (unsigned i = 0; i < lines->n; i++)
		if (line >= base + lines->range[i].from && line <= base + lines->range[i].to)
			return true;
	return false;
}

static bool statement(struct dwarf_file *file, const struct dwarf_function *fn, const struct row *row,
		      void (*f)(const struct dwarf_place *place, void *data), void *data)
{
	struct dwarf_place place = {
		.file = file, .func_die = fn->die, .addr = row->addr, .function = dwarf_function_name(fn), .source = fn->source, .line = row->line,
		.is_entry = row->addr == fn->low && !fn->is_inline, .is_inline = fn->is_inline,
	};

	if (!dwarf_anchor(file, row->addr, &place))
		return false;
	f(&place, data);
	return true;
}

/* The row whose line is nearest to one that was asked for; of two, the later. NULL: there are none. */
static const struct row *nearest_row(const struct rows *rows, unsigned line)
{
	const struct row *best = NULL;

	vec_each(i, rows) {
		const struct row *r = &rows->v[i];
		unsigned d = r->line > line ? r->line - line : line - r->line, b;

		b = best ? (best->line > line ? best->line - line : line - best->line) : 0;
		if (!best || d < b || (d == b && r->line > best->line))
			best = r;
	}
	return best;
}

static int by_row_address(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	return a->addr != b->addr ? (a->addr < b->addr ? -1 : 1) : a->line < b->line ? -1 : a->line > b->line;
}

unsigned dwarf_each_statement(struct dwarf_file *file, const struct dwarf_function *fn, const struct dwarf_lines *lines, bool nearest,
			      void (*f)(const struct dwarf_place *place, void *data), void *data)
{
	unsigned base = lines->kind == LINES_RELATIVE ? fn->line : 0, found = 0;
	struct arena *a = arena_create();
	struct rows rows = { 0 }, wanted = { 0 };

	rows_of(file, fn, a, &rows);
	vec_each(i, &rows)
		if (in_range(lines, base, rows.v[i].line))
			vec_push(a, &wanted, rows.v[i]);
	if (nearest && !wanted.n && lines->n && rows.n) {
		unsigned first = rows.v[0].line, last = first, want = base + lines->range[0].from;

		vec_each(i, &rows) {
			first = rows.v[i].line < first ? rows.v[i].line : first;
			last = rows.v[i].line > last ? rows.v[i].line : last;
		}
		/* Only a line of this function: another function's line is nearest in that one. */
		if (want >= fn->line && want <= last)
			vec_push(a, &wanted, *nearest_row(&rows, want));
	}
	if (wanted.n)
		qsort(wanted.v, wanted.n, sizeof(*wanted.v), by_row_address);
	vec_each(i, &wanted)
		found += statement(file, fn, &wanted.v[i], f, data);
	arena_destroy(a);
	return found;
}

bool dwarf_is_statement(struct dwarf_file *file, uint64_t addr)
{
	struct dwarf_function fn;
	Dwarf_Die unit;

	if (!dwarf_function_at(file, addr, &fn) || !unit_of(file, fn.die, &unit) || !table_of(file, &unit))
		return false;
	for (unsigned i = first_row(addr); i < table.rows.n && table.rows.v[i].addr == addr; i++)
		if (table.rows.v[i].statement)
			return true;
	return false;
}

bool dwarf_has_line(struct dwarf_file *file, const struct dwarf_function *fn, unsigned line)
{
	struct arena *a = arena_create();
	struct rows rows = { 0 };
	unsigned last = fn->line;

	rows_of(file, fn, a, &rows);
	vec_each(i, &rows)
		last = rows.v[i].line > last ? rows.v[i].line : last;
	arena_destroy(a);
	return line >= fn->line && line <= last;
}

void dwarf_near_lines(struct dwarf_file *file, const struct dwarf_function *fn, unsigned line, unsigned *below, unsigned *above)
{
	struct arena *a = arena_create();
	struct rows rows = { 0 };

	rows_of(file, fn, a, &rows);
	vec_each(i, &rows) {
		unsigned l = rows.v[i].line;

		if (l < line && l > *below)
			*below = l;
		if (l > line && (!*above || l < *above))
			*above = l;
	}
	arena_destroy(a);
}

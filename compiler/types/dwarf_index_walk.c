// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A part of the index: some units and the bodies of all their functions that
 * have code, or the symbols. Whatever is not understood is left out; nothing
 * is believed that could lead out of the file.
 */
#include "types/dwarf_index_part.h"

#include <dwarf.h>
#include <string.h>

#include "base/intern.h"
#include "base/map.h"
#include "base/vec.h"

enum { MAX_NESTING = 200 };

struct walk {
	struct arena *a;
	struct dwarf_state *s;
	struct dwarf_files files;     /* of the unit in hand */
	struct map decls_by_die;      /* of the unit in hand: offset + 1 → number in decls + 1 */
	struct map scopes;            /* of the unit in hand: address of a declaration in a class or namespace → its name */
	struct map names;             /* interned → offset into text + 1 */
	uint32_t *slots;              /* decls by name, source, line: numbers + 1 */
	uint32_t nslots;
	struct VEC(struct ix_decl) decls;
	struct VEC(struct ix_code) codes;
	struct VEC(struct ix_range) ranges;
	struct VEC(struct ix_symbol) symbols;
	struct VEC(uint32_t) exported;
	struct buf text;
	bool too_large;
};

static const void *key_of(uint64_t n)
{
	return (const void *)(uintptr_t)(n + 1);
}

static uint32_t name_of(struct walk *w, const char *s)
{
	void *at;

	s = intern(s ? s : "");
	at = map_get(&w->names, s);
	if (!at) {
		at = (void *)(uintptr_t)(w->text.n + 1);
		map_put(&w->names, s, at);
		buf_put(&w->text, s, strlen(s) + 1);
	}
	return (uint32_t)((uintptr_t)at - 1);
}

static void begin(struct walk *w, struct dwarf_file *f)
{
	w->a = arena_create();
	w->s = dwarf_state_of(f);
	map_init(&w->names, w->a);
	buf_init(&w->text);
	name_of(w, "");
}

/* ---- Functions ------------------------------------------------------------------- */

static uint32_t slot_of(const struct walk *w, const struct ix_decl *want)
{
	uint64_t h = (want->name * 0x9e3779b97f4a7c15ULL) ^ (want->source * 0xc2b2ae3d27d4eb4fULL) ^ (want->line * 0x165667b19e3779f9ULL);
	uint32_t i = (uint32_t)((h ^ h >> 32) & (w->nslots - 1));

	while (w->slots[i]) {
		const struct ix_decl *d = &w->decls.v[w->slots[i] - 1];

		if (d->name == want->name && d->scope == want->scope && d->source == want->source && d->line == want->line)
			break;
		i = (i + 1) & (w->nslots - 1);
	}
	return i;
}

static void grow_slots(struct walk *w)
{
	if (w->decls.n * 2 < w->nslots)
		return;
	w->nslots = w->nslots ? w->nslots * 2 : 4096;
	w->slots = arena_array(w->a, uint32_t, w->nslots);
	vec_each(i, &w->decls)
		w->slots[slot_of(w, &w->decls.v[i])] = i + 1;
}

static uint64_t number_of(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attr;
	Dwarf_Word n;

	return dwarf_attr_integrate(die, name, &attr) && !dwarf_formudata(&attr, &n) ? n : 0;
}

/* The file a function is declared in. Only DWARF 5 has a number 0, and a missing attribute is not it. */
static const char *decl_file(struct walk *w, Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Word n;

	if (!dwarf_attr_integrate(die, DW_AT_decl_file, &attr) || dwarf_formudata(&attr, &n))
		return "";
	if (attr.cu != w->files.unit.cu) /* another unit's, which numbers its own files */
		return dwarf_source_name(dwarf_decl_file(die), w->files.comp_dir);
	return dwarf_files_name(&w->files, n);
}

/* "ns::Class" of a function; "" when it is in none, or not of C++. */
static const char *scope_of(struct walk *w, Dwarf_Die *origin)
{
	Dwarf_Die die = *origin, next;
	Dwarf_Attribute attr;

	for (unsigned i = 0; i < 4 && w->scopes.n; i++) {
		const char *scope = map_get(&w->scopes, die.addr);

		if (scope)
			return scope;
		if ((!dwarf_attr(&die, DW_AT_specification, &attr) && !dwarf_attr(&die, DW_AT_abstract_origin, &attr)) ||
		    !dwarf_formref_die(&attr, &next))
			break;
		die = next;
	}
	return "";
}

/* Where a function was declared, as the number of it plus 1. 0: it has no name. */
static uint32_t decl_of(struct walk *w, Dwarf_Die *die, Dwarf_Die *origin)
{
	const void *key = key_of(dwarf_dieoffset(origin));
	uint32_t known = (uint32_t)(uintptr_t)map_get(&w->decls_by_die, key), slot;
	struct ix_decl d = { 0 };
	const char *name;
	uint64_t line;

	if (known)
		return known;
	name = dwarf_diename(origin);
	if (!name)
		name = dwarf_diename(die);
	if (!name)
		return 0;
	line = number_of(origin, DW_AT_decl_line);
	d.name = name_of(w, name);
	d.scope = name_of(w, scope_of(w, origin));
	d.source = name_of(w, decl_file(w, origin));
	d.line = line > INT32_MAX ? 0 : (uint32_t)line;
	grow_slots(w);
	slot = slot_of(w, &d);
	if (!w->slots[slot]) {
		vec_push(w->a, &w->decls, d);
		w->slots[slot] = w->decls.n;
	}
	map_put(&w->decls_by_die, key, (void *)(uintptr_t)w->slots[slot]);
	return w->slots[slot];
}

static void note_external(struct walk *w, uint32_t decl, Dwarf_Die *die)
{
	struct ix_decl *d = &w->decls.v[decl - 1];
	Dwarf_Attribute attr;
	bool flag = false;

	if (!(d->flags & IX_EXTERNAL) && dwarf_attr_integrate(die, DW_AT_external, &attr) && !dwarf_formflag(&attr, &flag) && flag)
		d->flags |= IX_EXTERNAL;
}

static void follow_origin(Dwarf_Die *die, Dwarf_Die *origin)
{
	Dwarf_Attribute attr;

	if (!dwarf_attr(die, DW_AT_abstract_origin, &attr) || !dwarf_formref_die(&attr, origin))
		*origin = *die;
}

static void add_code(struct walk *w, Dwarf_Die *die, uint64_t low, uint64_t size, uint32_t outer)
{
	struct ix_code c = { .low = low + w->s->bias, .size = (uint32_t)size, .outer = outer };
	Dwarf_Attribute attr;
	Dwarf_Word n;
	Dwarf_Die origin;
	uint32_t decl;

	if (dwarf_dieoffset(die) > UINT32_MAX) {
		w->too_large = true;
		return;
	}
	follow_origin(die, &origin);
	decl = decl_of(w, die, &origin);
	if (!decl || size > UINT32_MAX)
		return;
	if (!outer)
		note_external(w, decl, die);
	c.decl = decl - 1;
	c.die = (uint32_t)dwarf_dieoffset(die);
	if (outer) {
		if (dwarf_attr(die, DW_AT_call_line, &attr) && !dwarf_formudata(&attr, &n))
			c.call_line = (uint32_t)n;
		if (dwarf_attr(die, DW_AT_call_file, &attr) && !dwarf_formudata(&attr, &n))
			c.call_source = name_of(w, dwarf_files_name(&w->files, n));
	}
	vec_push(w->a, &w->codes, c);
}

static void walk_body(struct walk *w, Dwarf_Die *die, uint32_t outer, unsigned depth)
{
	Dwarf_Die child;
	Dwarf_Addr pc, base, high;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_inlined_subroutine) {
			if (!dwarf_entrypc(&child, &pc) || dwarf_ranges(&child, 0, &base, &pc, &high) > 0)
				add_code(w, &child, pc, 0, outer);
		} else if (tag != DW_TAG_lexical_block) {
			continue;
		}
		walk_body(w, &child, outer, depth + 1);
	} while (!dwarf_siblingof(&child, &child));
}

static void add_function(struct walk *w, Dwarf_Die *die)
{
	Dwarf_Addr base, low, high, first = 0, first_size = 0, entry;
	ptrdiff_t at = 0;
	unsigned n = w->codes.n;

	if (dwarf_dieoffset(die) > UINT32_MAX) {
		w->too_large = true;
		return;
	}
	/* A function of several parts has no entry of its own in DWARF: the first part is the hot one, with the entry. */
	if (dwarf_entrypc(die, &entry))
		entry = 0;
	while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
		struct ix_range r = { .low = low + w->s->bias, .size = (uint32_t)(high - low), .code = n };

		if (high <= low || high - low > UINT32_MAX)
			continue;
		if (!first_size || (entry >= low && entry < high))
			first = low, first_size = high - low;
		vec_push(w->a, &w->ranges, r);
	}
	if (!first_size)
		return;
	add_code(w, die, first, first_size, 0);
	if (w->codes.n == n) {
		while (w->ranges.n && w->ranges.v[w->ranges.n - 1].code == n)
			w->ranges.n--;
		return;
	}
	walk_body(w, die, (uint32_t)dwarf_dieoffset(die), 0);
}

static bool is_scope(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type ||
	       tag == DW_TAG_module;
}

/* Names of C++: what is declared in which class or namespace. */
static void walk_scopes(struct walk *w, Dwarf_Die *die, const char *scope, unsigned depth)
{
	Dwarf_Die child;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return;
	do {
		int tag = dwarf_tag(&child);
		const char *name = dwarf_diename(&child);

		if (tag == DW_TAG_subprogram && *scope)
			map_put(&w->scopes, child.addr, (void *)scope);
		else if (is_scope(tag))
			walk_scopes(w, &child, intern_printf("%s%s%s", scope, *scope ? "::" : "", name ? name : "(anonymous namespace)"), depth + 1);
	} while (!dwarf_siblingof(&child, &child));
}

/* Functions with code, at top level and in scopes: in the order of their dies. */
static void walk_functions(struct walk *w, Dwarf_Die *die, bool scoped, unsigned depth)
{
	Dwarf_Die child;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_subprogram && (dwarf_hasattr(&child, DW_AT_low_pc) || dwarf_hasattr(&child, DW_AT_ranges)))
			add_function(w, &child);
		else if (scoped && is_scope(tag))
			walk_functions(w, &child, true, depth + 1);
	} while (!dwarf_siblingof(&child, &child));
}

static bool has_scopes(Dwarf_Die *unit)
{
	switch (dwarf_srclang(unit)) {
	case DW_LANG_C_plus_plus:
	case DW_LANG_C_plus_plus_03:
	case DW_LANG_C_plus_plus_11:
	case DW_LANG_C_plus_plus_14:
	case 0x2b: /* C++17 */
	case 0x2c: /* C++20 */
	case DW_LANG_Rust:
	case DW_LANG_D:
		return true;
	default:
		return false;
	}
}

static void walk_unit(struct walk *w, const struct dwarf_files_sections *sections, Dwarf_Die *unit)
{
	struct arena *a = arena_create();
	bool scoped = has_scopes(unit);

	dwarf_files_of(&w->files, sections, unit, a);
	map_init(&w->decls_by_die, a);
	map_init(&w->scopes, a);
	if (scoped)
		walk_scopes(w, unit, "", 0);
	walk_functions(w, unit, scoped, 0);
	arena_destroy(a);
}

/* ---- Symbols --------------------------------------------------------------------- */

/* Names of sections, by number: asked for once each. */
static uint32_t section_of(struct walk *w, struct map *known, GElf_Word shndx, Elf *elf)
{
	void *at = map_get(known, key_of(shndx));
	const char *name = NULL;
	size_t names;
	GElf_Shdr h;
	Elf_Scn *scn;

	if (!at) {
		scn = elf_getscn(elf, shndx);
		if (scn && !elf_getshdrstrndx(elf, &names) && gelf_getshdr(scn, &h))
			name = elf_strptr(elf, names, h.sh_name);
		at = (void *)(uintptr_t)(name_of(w, name) + 1);
		map_put(known, key_of(shndx), at);
	}
	return (uint32_t)((uintptr_t)at - 1);
}

/* Functions: by those whose names are there once, a kernel can be told of a place. The others' are left empty. */
static void add_symbols(struct walk *w)
{
	int n = dwfl_module_getsymtab(w->s->mod);
	struct map seen, sections;

	map_init(&seen, w->a);
	map_init(&sections, w->a);
	for (int pass = 0; pass < 2; pass++)
		for (int i = 1; i < n; i++) {
			GElf_Addr addr;
			GElf_Sym sym;
			GElf_Word shndx;
			Elf *elf;
			Dwarf_Addr bias;
			const char *name = dwfl_module_getsym_info(w->s->mod, i, &sym, &addr, &shndx, &elf, &bias);
			int type = name ? GELF_ST_TYPE(sym.st_info) : STT_FILE;

			if (!name || !*name || type == STT_FILE || type == STT_SECTION || sym.st_shndx == SHN_UNDEF)
				continue;
			if (!pass) {
				if (!strncmp(name, "__ksymtab_", 10))
					vec_push(w->a, &w->exported, name_of(w, name + 10));
				name = intern(name);
				map_put(&seen, name, map_has(&seen, name) ? (void *)w : (void *)&seen);
			} else if (type == STT_FUNC && sym.st_size && shndx) {
				bool once = map_get(&seen, intern(name)) == &seen && !strstr(name, ".llvm.");
				struct ix_symbol s = { addr, name_of(w, once ? name : ""), section_of(w, &sections, shndx, elf) };

				vec_push(w->a, &w->symbols, s);
			}
		}
}

/* ---- As bytes --------------------------------------------------------------------------- */

static void put(struct buf *out, const void *data, size_t n)
{
	static const char zero[8];

	if (n)
		buf_put(out, data, n);
	buf_put(out, zero, -n & 7);
}

static void write_out(struct walk *w, struct buf *out)
{
	struct ix_part h = {
		.too_large = w->too_large, .nsymbols = w->symbols.n, .nexported = w->exported.n, .nranges = w->ranges.n, .ncodes = w->codes.n,
		.ndecls = w->decls.n, .text = (uint32_t)w->text.n,
	};

	put(out, &h, sizeof(h));
	put(out, w->symbols.v, w->symbols.n * sizeof(*w->symbols.v));
	put(out, w->exported.v, w->exported.n * sizeof(*w->exported.v));
	put(out, w->ranges.v, w->ranges.n * sizeof(*w->ranges.v));
	put(out, w->codes.v, w->codes.n * sizeof(*w->codes.v));
	put(out, w->decls.v, w->decls.n * sizeof(*w->decls.v));
	put(out, w->text.s, w->text.n);
	buf_deinit(&w->text);
	arena_destroy(w->a);
}

void dwarf_index_walk(struct dwarf_file *f, const struct dwarf_files_sections *sections, const uint64_t *units, unsigned n, struct buf *out)
{
	struct walk w = { 0 };

	begin(&w, f);
	for (unsigned i = 0; i < n; i++) {
		Dwarf_Die unit;

		if (dwarf_offdie(w.s->dw, units[i], &unit))
			walk_unit(&w, sections, &unit);
	}
	write_out(&w, out);
}

void dwarf_index_symbols(struct dwarf_file *f, struct buf *out)
{
	struct walk w = { 0 };

	begin(&w, f);
	add_symbols(&w);
	write_out(&w, out);
}

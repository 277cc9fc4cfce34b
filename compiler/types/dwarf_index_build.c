// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Building the index: one walk over all units and the bodies of all functions
 * that have code. Whatever is not understood is left out; nothing is believed
 * that could lead out of the file.
 */
#include "types/dwarf_index.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/map.h"
#include "base/vec.h"

enum { MAX_NESTING = 200 };

struct decl {
	const char *name, *source;
	unsigned line, flags;
	uint32_t rank, n;
};

struct symbol {
	uint64_t addr;
	const char *name, *section;
};

struct builder {
	struct arena *a;
	struct dwarf_state *s;
	struct map decls_by_text;      /* "name@source:line" → struct decl */
	struct map decls_by_die;       /* of the unit in hand: offset + 1 → struct decl */
	struct map names;              /* interned → offset into text + 1 */
	struct map exported;           /* interned names */
	struct VEC(struct decl *) decls;
	struct VEC(struct ix_code) codes; /* decl: number in decls; call_source: already a name */
	struct VEC(struct ix_range) ranges;
	struct VEC(struct symbol) symbols;
	struct buf text;
	const char *comp_dir;
	bool too_large;
};

static const void *key_of(uint64_t n)
{
	return (const void *)(uintptr_t)(n + 1);
}

static uint32_t name_of(struct builder *b, const char *s)
{
	void *at;

	s = intern(s ? s : "");
	at = map_get(&b->names, s);
	if (!at) {
		at = (void *)(uintptr_t)(b->text.n + 1);
		map_put(&b->names, s, at);
		buf_put(&b->text, s, strlen(s) + 1);
	}
	return (uint32_t)((uintptr_t)at - 1);
}

/* ---- Functions ------------------------------------------------------------------- */

/* The file of a declaration. Number 0 is a file since DWARF 5, and libdw takes it for none. */
static const char *decl_file(Dwarf_Die *die)
{
	const char *file = dwarf_decl_file(die);
	Dwarf_Attribute attr;
	Dwarf_Files *files;
	Dwarf_Word n;
	Dwarf_Die unit;
	Dwarf_Half version = 0;

	if (file || !dwarf_attr_integrate(die, DW_AT_decl_file, &attr) || dwarf_formudata(&attr, &n) || n)
		return file;
	if (!dwarf_cu_die(attr.cu, &unit, &version, NULL, NULL, NULL, NULL, NULL) || version < 5 || dwarf_getsrcfiles(&unit, &files, NULL))
		return NULL;
	return dwarf_filesrc(files, 0, NULL, NULL);
}

/* Where a function was declared. NULL: it has no name. */
static struct decl *decl_of(struct builder *b, Dwarf_Die *die, Dwarf_Die *origin)
{
	const void *key = key_of(dwarf_dieoffset(origin));
	struct decl *d = map_get(&b->decls_by_die, key);
	const char *name, *source, *text;
	Dwarf_Attribute attr;
	bool flag = false;
	int line = 0;

	if (!d) {
		name = dwarf_diename(die);
		if (!name)
			return NULL;
		source = dwarf_source_name(decl_file(die), b->comp_dir);
		if (dwarf_decl_line(die, &line) || line < 0)
			line = 0;
		text = intern_printf("%s@%s:%d", name, source, line);
		d = map_get(&b->decls_by_text, text);
		if (!d) {
			d = arena_new(b->a, struct decl);
			d->name = intern(name);
			d->source = source;
			d->line = (unsigned)line;
			d->rank = b->decls.n;
			vec_push(b->a, &b->decls, d);
			map_put(&b->decls_by_text, text, d);
		}
		map_put(&b->decls_by_die, key, d);
	}
	if (!(d->flags & IX_EXTERNAL) && dwarf_attr_integrate(die, DW_AT_external, &attr) && !dwarf_formflag(&attr, &flag) && flag)
		d->flags |= IX_EXTERNAL | (map_has(&b->exported, d->name) ? IX_EXPORTED : 0u);
	return d;
}

static void follow_origin(Dwarf_Die *die, Dwarf_Die *origin)
{
	Dwarf_Attribute attr;

	if (!dwarf_attr(die, DW_AT_abstract_origin, &attr) || !dwarf_formref_die(&attr, origin))
		*origin = *die;
}

static void add_code(struct builder *b, Dwarf_Die *die, uint64_t low, uint64_t size, uint32_t outer)
{
	struct ix_code c = { .low = low + b->s->bias, .size = (uint32_t)size, .outer = outer };
	Dwarf_Files *files;
	Dwarf_Attribute attr;
	Dwarf_Word n;
	Dwarf_Die origin, unit;
	struct decl *d;

	follow_origin(die, &origin);
	d = decl_of(b, die, &origin);
	if (!d || size > UINT32_MAX)
		return;
	if (dwarf_dieoffset(die) > UINT32_MAX) {
		b->too_large = true;
		return;
	}
	c.decl = d->rank;
	c.die = (uint32_t)dwarf_dieoffset(die);
	if (outer) {
		if (dwarf_attr(die, DW_AT_call_line, &attr) && !dwarf_formudata(&attr, &n))
			c.call_line = (uint32_t)n;
		if (dwarf_attr(die, DW_AT_call_file, &attr) && !dwarf_formudata(&attr, &n) && dwarf_diecu(die, &unit, NULL, NULL) &&
		    !dwarf_getsrcfiles(&unit, &files, NULL))
			c.call_source = name_of(b, dwarf_source_name(dwarf_filesrc(files, n, NULL, NULL), b->comp_dir));
	}
	d->n++;
	vec_push(b->a, &b->codes, c);
}

static void walk_body(struct builder *b, Dwarf_Die *die, uint32_t outer, unsigned depth)
{
	Dwarf_Die child;
	Dwarf_Addr pc, base, high;

	if (depth > MAX_NESTING || dwarf_child(die, &child))
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_inlined_subroutine) {
			if (!dwarf_entrypc(&child, &pc) || dwarf_ranges(&child, 0, &base, &pc, &high) > 0)
				add_code(b, &child, pc, 0, outer);
		} else if (tag != DW_TAG_lexical_block) {
			continue;
		}
		walk_body(b, &child, outer, depth + 1);
	} while (!dwarf_siblingof(&child, &child));
}

static void add_function(struct builder *b, Dwarf_Die *die)
{
	Dwarf_Addr base, low, high, first = 0, first_size = 0, entry;
	ptrdiff_t at = 0;
	unsigned n = b->codes.n;

	if (dwarf_dieoffset(die) > UINT32_MAX)
		return;
	/* A function of several parts has no entry of its own in DWARF: the first part is the hot one, with the entry. */
	if (dwarf_entrypc(die, &entry))
		entry = 0;
	while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
		struct ix_range r = { .low = low + b->s->bias, .size = (uint32_t)(high - low), .code = n };

		if (high <= low || high - low > UINT32_MAX)
			continue;
		if (!first_size || (entry >= low && entry < high))
			first = low, first_size = high - low;
		vec_push(b->a, &b->ranges, r);
	}
	if (!first_size)
		return;
	add_code(b, die, first, first_size, 0);
	if (b->codes.n == n) {
		while (b->ranges.n && b->ranges.v[b->ranges.n - 1].code == n)
			b->ranges.n--;
		return;
	}
	walk_body(b, die, (uint32_t)dwarf_dieoffset(die), 0);
}

static void walk_unit(struct builder *b, Dwarf_Die *unit)
{
	Dwarf_Attribute attr;
	Dwarf_Die child;

	b->comp_dir = dwarf_attr(unit, DW_AT_comp_dir, &attr) ? dwarf_formstring(&attr) : NULL;
	map_init(&b->decls_by_die, b->a);
	if (dwarf_child(unit, &child))
		return;
	do {
		if (dwarf_tag(&child) == DW_TAG_subprogram && (dwarf_hasattr(&child, DW_AT_low_pc) || dwarf_hasattr(&child, DW_AT_ranges)))
			add_function(b, &child);
	} while (!dwarf_siblingof(&child, &child));
}

/* ---- Symbols --------------------------------------------------------------------- */

static const char *section_of(struct builder *b, GElf_Word shndx, Elf *elf)
{
	size_t names;
	GElf_Shdr h;
	Elf_Scn *scn = elf_getscn(elf, shndx);
	const char *name = NULL;

	(void)b;
	if (scn && !elf_getshdrstrndx(elf, &names) && gelf_getshdr(scn, &h))
		name = elf_strptr(elf, names, h.sh_name);
	return intern(name ? name : "");
}

/* Functions: by those whose names are there once, a kernel can be told of a place. The others' are left empty. */
static void add_symbols(struct builder *b)
{
	int n = dwfl_module_getsymtab(b->s->mod);
	struct map seen;

	map_init(&seen, b->a);
	for (int pass = 0; pass < 2; pass++)
		for (int i = 1; i < n; i++) {
			GElf_Addr addr;
			GElf_Sym sym;
			GElf_Word shndx;
			Elf *elf;
			Dwarf_Addr bias;
			const char *name = dwfl_module_getsym_info(b->s->mod, i, &sym, &addr, &shndx, &elf, &bias);
			int type = name ? GELF_ST_TYPE(sym.st_info) : STT_FILE;

			if (!name || !*name || type == STT_FILE || type == STT_SECTION || sym.st_shndx == SHN_UNDEF)
				continue;
			if (!pass) {
				if (!strncmp(name, "__ksymtab_", 10))
					map_put(&b->exported, intern(name + 10), b);
				name = intern(name);
				map_put(&seen, name, map_has(&seen, name) ? (void *)b : (void *)&seen);
			} else if (type == STT_FUNC && sym.st_size && shndx) {
				bool once = map_get(&seen, intern(name)) == &seen && !strstr(name, ".llvm.");
				struct symbol s = { .addr = addr, .name = intern(once ? name : ""), .section = section_of(b, shndx, elf) };

				vec_push(b->a, &b->symbols, s);
			}
		}
}

/* ---- Order, and the file ----------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
	const struct decl *a = *(struct decl *const *)x, *b = *(struct decl *const *)y;
	int r = strcmp(a->name, b->name);

	if (!r)
		r = strcmp(a->source, b->source);
	return r ? r : a->line < b->line ? -1 : a->line > b->line;
}

static int by_decl(const void *x, const void *y)
{
	const struct ix_code *a = x, *b = y;

	if (a->decl != b->decl)
		return a->decl < b->decl ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return a->die < b->die ? -1 : a->die > b->die;
}

static int by_low(const void *x, const void *y)
{
	const struct ix_range *a = x, *b = y;

	return a->low < b->low ? -1 : a->low > b->low;
}

static int by_addr(const void *x, const void *y)
{
	const struct symbol *a = x, *b = y;

	return a->addr < b->addr ? -1 : a->addr > b->addr ? 1 : strcmp(a->name, b->name);
}

static const struct ix_code *sorting;

static int by_die(const void *x, const void *y)
{
	uint32_t a = sorting[*(const uint32_t *)x].die, b = sorting[*(const uint32_t *)y].die;

	return a < b ? -1 : a > b;
}

static void sort_codes(struct builder *b, uint32_t *by_die_of)
{
	uint32_t *new_decl = arena_array(b->a, uint32_t, b->decls.n + 1), *new_code = arena_array(b->a, uint32_t, b->codes.n + 1);
	uint32_t *die = arena_array(b->a, uint32_t, b->codes.n + 1);

	qsort(b->decls.v, b->decls.n, sizeof(*b->decls.v), by_text);
	vec_each(i, &b->decls)
		new_decl[b->decls.v[i]->rank] = i;
	vec_each(i, &b->codes) {
		b->codes.v[i].decl = new_decl[b->codes.v[i].decl];
		die[i] = b->codes.v[i].die;
	}
	qsort(b->codes.v, b->codes.n, sizeof(*b->codes.v), by_decl);
	vec_each(i, &b->codes)
		by_die_of[i] = i;
	sorting = b->codes.v;
	qsort(by_die_of, b->codes.n, sizeof(*by_die_of), by_die);
	/* Ranges name codes by their old numbers, which rose with their dies. */
	vec_each(i, &b->codes)
		new_code[i] = by_die_of[i];
	vec_each(i, &b->ranges) {
		uint32_t want = die[b->ranges.v[i].code], lo = 0, n = b->codes.n;

		while (n > 1) {
			uint32_t half = n / 2;

			if (b->codes.v[new_code[lo + half]].die <= want)
				lo += half, n -= half;
			else
				n = half;
		}
		b->ranges.v[i].code = new_code[lo];
	}
	qsort(b->ranges.v, b->ranges.n, sizeof(*b->ranges.v), by_low);
}

static void *put(char **to, const void *from, size_t n)
{
	void *at = *to;

	if (n && from)
		memcpy(at, from, n);
	*to += (n + 7) & ~(size_t)7;
	return at;
}

static void *write_out(struct builder *b, size_t *size)
{
	uint32_t *by_die_of = arena_array(b->a, uint32_t, b->codes.n + 1), first = 0;
	struct ix_decl *decls = arena_array(b->a, struct ix_decl, b->decls.n + 1);
	struct ix_symbol *symbols = arena_array(b->a, struct ix_symbol, b->symbols.n + 1);
	struct ix_header *h;
	char *out, *to;

	sort_codes(b, by_die_of);
	vec_each(i, &b->decls) {
		const struct decl *d = b->decls.v[i];

		decls[i] = (struct ix_decl){ name_of(b, d->name), name_of(b, d->source), d->line, d->flags, first, d->n };
		first += d->n;
	}
	qsort(b->symbols.v, b->symbols.n, sizeof(*b->symbols.v), by_addr);
	vec_each(i, &b->symbols)
		symbols[i] = (struct ix_symbol){ b->symbols.v[i].addr, name_of(b, b->symbols.v[i].name), name_of(b, b->symbols.v[i].section) };
	*size = sizeof(*h) + b->symbols.n * sizeof(*symbols) + b->ranges.n * sizeof(struct ix_range) + b->codes.n * sizeof(struct ix_code) +
		((b->codes.n * sizeof(uint32_t) + 7) & ~(size_t)7) + b->decls.n * sizeof(*decls) + ((b->text.n + 7) & ~(size_t)7);
	to = out = arena_alloc(b->a, *size);
	h = put(&to, NULL, sizeof(*h));
	memcpy(h->magic, DWARF_INDEX_MAGIC, sizeof(h->magic));
	snprintf(h->libdw, sizeof(h->libdw), "%s", dwfl_version(NULL));
	h->size = *size;
	h->nsymbols = b->symbols.n;
	h->nranges = b->ranges.n;
	h->ncodes = h->nby_die = b->codes.n;
	h->ndecls = b->decls.n;
	h->text = (uint32_t)b->text.n;
	put(&to, symbols, b->symbols.n * sizeof(*symbols));
	put(&to, b->ranges.v, b->ranges.n * sizeof(struct ix_range));
	put(&to, b->codes.v, b->codes.n * sizeof(struct ix_code));
	put(&to, by_die_of, b->codes.n * sizeof(uint32_t));
	put(&to, decls, b->decls.n * sizeof(*decls));
	put(&to, b->text.s, b->text.n);
	return out;
}

void *dwarf_index_build(struct dwarf_file *f, struct arena *a, size_t *size, const char **why)
{
	struct builder b = { .a = a, .s = dwarf_state_of(f) };
	Dwarf_CU *cu = NULL;
	Dwarf *dw = dwarf_handle(f);
	Dwarf_Die unit, sub;
	uint8_t type;
	void *out = NULL;
	int r;

	if (!dw) {
		*why = dwfl_errmsg(-1);
		*why = *why ? *why : "it holds no DWARF";
		return NULL;
	}
	map_init(&b.decls_by_text, a);
	map_init(&b.names, a);
	map_init(&b.exported, a);
	buf_init(&b.text);
	name_of(&b, "");
	add_symbols(&b);
	while (!(r = dwarf_get_units(dw, cu, &cu, NULL, &type, &unit, &sub)))
		if (type == DW_UT_compile)
			walk_unit(&b, &unit);
	if (r < 0)
		*why = dwarf_errmsg(-1);
	else if (b.too_large)
		*why = "it is larger than 4 GB";
	else if (!b.codes.n)
		*why = "it describes no function";
	else
		out = write_out(&b, size);
	buf_deinit(&b.text);
	return out;
}

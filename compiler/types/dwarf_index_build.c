// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Building the index: the units are divided into parts, which copies of this
 * process walk (dwarf_index_walk.c); here they become one, in order.
 */
#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/map.h"
#include "base/parallel.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/dwarf_index_part.h"

enum { PART_BYTES = 24 << 20 }; /* of .debug_info */

struct decl {
	const char *name, *scope, *source; /* interned */
	uint64_t head;             /* the first letters of the name, for sorting */
	uint32_t line, flags, number, n;
};

struct builder {
	struct arena *a;
	struct dwarf_file *file;
	struct dwarf_files_sections sections;
	struct VEC(uint64_t) units;    /* offsets of their entries */
	struct VEC(uint32_t) parts;    /* first unit of each */
	uint32_t *slots;               /* decls by name, source and line: numbers + 1 */
	uint32_t nslots;
	struct map names;              /* interned → offset into text + 1 */
	struct map exported;
	struct VEC(struct decl) decls;
	struct VEC(struct ix_code) codes; /* by die */
	struct VEC(struct ix_range) ranges;
	struct VEC(struct ix_symbol) symbols;
	struct buf text;
	bool too_large, broken;
};

static uint32_t name_of(struct builder *b, const char *s)
{
	void *at;

	s = intern(s);
	at = map_get(&b->names, s);
	if (!at) {
		at = (void *)(uintptr_t)(b->text.n + 1);
		map_put(&b->names, s, at);
		buf_put(&b->text, s, strlen(s) + 1);
	}
	return (uint32_t)((uintptr_t)at - 1);
}

/* ---- Parts ------------------------------------------------------------------------- */

static void note_unit(Dwarf_Die *unit, uint8_t type, void *data)
{
	struct builder *b = data;
	uint64_t at = dwarf_dieoffset(unit);

	if (type != DW_UT_compile)
		return;
	if (!b->parts.n || at - b->units.v[b->parts.v[b->parts.n - 1]] >= PART_BYTES)
		vec_push(b->a, &b->parts, b->units.n);
	vec_push(b->a, &b->units, at);
}

/* Part 0 are the symbols. */
static void work(unsigned i, struct buf *out, void *data)
{
	struct builder *b = data;
	uint32_t first, end;

	if (!i) {
		dwarf_index_symbols(b->file, out);
		return;
	}
	first = b->parts.v[i - 1];
	end = i < b->parts.n ? b->parts.v[i] : b->units.n;
	dwarf_index_walk(b->file, &b->sections, b->units.v + first, end - first, out);
}

static const void *array(const char **at, size_t n, size_t each)
{
	const void *p = *at;

	*at += (n * each + 7) & ~(size_t)7;
	return p;
}

static bool open_part(const void *data, size_t size, struct ix_part_arrays *p)
{
	const char *at = data;

	if (size < sizeof(*p->h))
		return false;
	p->h = array(&at, 1, sizeof(*p->h));
	p->symbols = array(&at, p->h->nsymbols, sizeof(*p->symbols));
	p->exported = array(&at, p->h->nexported, sizeof(*p->exported));
	p->ranges = array(&at, p->h->nranges, sizeof(*p->ranges));
	p->codes = array(&at, p->h->ncodes, sizeof(*p->codes));
	p->decls = array(&at, p->h->ndecls, sizeof(*p->decls));
	p->text = array(&at, p->h->text, 1);
	return at == (const char *)data + size;
}

static uint32_t slot_of(const struct builder *b, const struct decl *want)
{
	uint64_t h = ((uintptr_t)want->name * 0x9e3779b97f4a7c15ULL) ^ ((uintptr_t)want->source * 0xc2b2ae3d27d4eb4fULL) ^ (want->line * 0x165667b19e3779f9ULL);
	uint32_t i = (uint32_t)((h ^ h >> 32) & (b->nslots - 1));

	while (b->slots[i]) {
		const struct decl *d = &b->decls.v[b->slots[i] - 1];

		if (d->name == want->name && d->scope == want->scope && d->source == want->source && d->line == want->line)
			break;
		i = (i + 1) & (b->nslots - 1);
	}
	return i;
}

static void grow_slots(struct builder *b)
{
	if (b->decls.n * 2 < b->nslots)
		return;
	b->nslots = b->nslots ? b->nslots * 2 : 65536;
	b->slots = arena_array(b->a, uint32_t, b->nslots);
	vec_each(i, &b->decls)
		b->slots[slot_of(b, &b->decls.v[i])] = i + 1;
}

/* The number of a declaration that a part knows. */
static uint32_t decl_of(struct builder *b, const struct ix_part_arrays *p, const struct ix_decl *from)
{
	struct decl d = { .name = intern(p->text + from->name), .scope = intern(p->text + from->scope), .source = intern(p->text + from->source),
			  .line = from->line };
	uint32_t slot;

	grow_slots(b);
	slot = slot_of(b, &d);
	if (!b->slots[slot]) {
		for (unsigned i = 0; i < 8 && d.name[i]; i++)
			d.head |= (uint64_t)(unsigned char)d.name[i] << (56 - 8 * i);
		d.number = b->decls.n;
		vec_push(b->a, &b->decls, d);
		b->slots[slot] = b->decls.n;
	}
	b->decls.v[b->slots[slot] - 1].flags |= from->flags;
	return b->slots[slot] - 1;
}

static void take(unsigned i, const void *data, size_t size, void *to)
{
	struct builder *b = to;
	struct ix_part_arrays p;
	uint32_t *decls, base = b->codes.n;

	(void)i;
	if (!open_part(data, size, &p)) {
		b->broken = true;
		return;
	}
	b->too_large |= p.h->too_large;
	for (uint32_t k = 0; k < p.h->nsymbols; k++) {
		struct ix_symbol s = p.symbols[k];

		s.name = name_of(b, p.text + s.name);
		s.section = name_of(b, p.text + s.section);
		vec_push(b->a, &b->symbols, s);
	}
	for (uint32_t k = 0; k < p.h->nexported; k++)
		map_put(&b->exported, intern(p.text + p.exported[k]), b);
	decls = malloc((p.h->ndecls + 1) * sizeof(*decls));
	if (!decls)
		die("out of memory");
	for (uint32_t k = 0; k < p.h->ndecls; k++)
		decls[k] = decl_of(b, &p, &p.decls[k]);
	for (uint32_t k = 0; k < p.h->ncodes; k++) {
		struct ix_code c = p.codes[k];

		c.decl = decls[c.decl];
		c.call_source = c.call_source ? name_of(b, p.text + c.call_source) : 0;
		b->decls.v[c.decl].n++;
		vec_push(b->a, &b->codes, c);
	}
	for (uint32_t k = 0; k < p.h->nranges; k++) {
		struct ix_range r = p.ranges[k];

		r.code += base;
		vec_push(b->a, &b->ranges, r);
	}
	free(decls);
}

/* ---- Order, and the file ----------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
	const struct decl *a = x, *b = y;
	int r;

	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	r = strcmp(a->name, b->name);
	if (!r)
		r = strcmp(a->source, b->source);
	return r ? r : a->line < b->line ? -1 : a->line > b->line;
}

static int by_place(const void *x, const void *y)
{
	const struct ix_code *a = x, *b = y;

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
	const struct symbol_text { struct ix_symbol s; const char *name; } *a = x, *b = y;

	return a->s.addr < b->s.addr ? -1 : a->s.addr > b->s.addr ? 1 : strcmp(a->name, b->name);
}

static void sort_symbols(struct builder *b)
{
	struct symbol_text { struct ix_symbol s; const char *name; } *v = arena_alloc(b->a, (b->symbols.n + 1) * sizeof(*v));

	vec_each(i, &b->symbols) {
		v[i].s = b->symbols.v[i];
		v[i].name = b->text.s + v[i].s.name;
	}
	qsort(v, b->symbols.n, sizeof(*v), by_addr);
	vec_each(i, &b->symbols)
		b->symbols.v[i] = v[i].s;
}

/*
 * Codes come in the order of their dies, and go by declaration and address:
 * by_die_of is the way back, and what ranges name them by.
 */
static void sort_codes(struct builder *b, struct ix_code *codes, uint32_t *by_die_of, const uint32_t *first_of)
{
	uint32_t *next = arena_array(b->a, uint32_t, b->decls.n + 1), lo, n;

	memcpy(next, first_of, b->decls.n * sizeof(*next));
	vec_each(i, &b->codes)
		codes[next[b->codes.v[i].decl]++] = b->codes.v[i];
	for (uint32_t d = 0; d < b->decls.n; d++)
		if (next[d] - first_of[d] > 1)
			qsort(codes + first_of[d], next[d] - first_of[d], sizeof(*codes), by_place);
	for (uint32_t d = 0; d < b->decls.n; d++)
		for (uint32_t i = first_of[d]; i < next[d]; i++) {
			/* Its old number, by its die. */
			for (lo = 0, n = b->codes.n; n > 1;)
				if (b->codes.v[lo + n / 2].die <= codes[i].die)
					lo += n / 2, n -= n / 2;
				else
					n /= 2;
			by_die_of[lo] = i;
		}
	vec_each(i, &b->ranges)
		b->ranges.v[i].code = by_die_of[b->ranges.v[i].code];
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
	uint32_t *by_die_of = arena_array(b->a, uint32_t, b->codes.n + 1), *first_of = arena_array(b->a, uint32_t, b->decls.n + 1);
	uint32_t *number = arena_array(b->a, uint32_t, b->decls.n + 1), first = 0;
	struct ix_decl *decls = arena_array(b->a, struct ix_decl, b->decls.n + 1);
	struct ix_code *codes = arena_array(b->a, struct ix_code, b->codes.n + 1);
	struct ix_header *h;
	char *out, *to;

	qsort(b->decls.v, b->decls.n, sizeof(*b->decls.v), by_text);
	vec_each(i, &b->decls) {
		const struct decl *d = &b->decls.v[i];

		decls[i] = (struct ix_decl){ name_of(b, d->name), name_of(b, d->scope), name_of(b, d->source), d->line, d->flags, first, d->n };
		if ((d->flags & IX_EXTERNAL) && map_has(&b->exported, d->name))
			decls[i].flags |= IX_EXPORTED;
		number[d->number] = i;
		first_of[i] = first;
		first += d->n;
	}
	vec_each(i, &b->codes)
		b->codes.v[i].decl = number[b->codes.v[i].decl];
	sort_codes(b, codes, by_die_of, first_of);
	sort_symbols(b);
	*size = sizeof(*h) + b->symbols.n * sizeof(*b->symbols.v) + b->ranges.n * sizeof(struct ix_range) + b->codes.n * sizeof(struct ix_code) +
		((b->codes.n * sizeof(uint32_t) + 7) & ~(size_t)7) + ((b->decls.n * sizeof(*decls) + 7) & ~(size_t)7) + ((b->text.n + 7) & ~(size_t)7);
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
	put(&to, b->symbols.v, b->symbols.n * sizeof(*b->symbols.v));
	put(&to, b->ranges.v, b->ranges.n * sizeof(struct ix_range));
	put(&to, codes, b->codes.n * sizeof(struct ix_code));
	put(&to, by_die_of, b->codes.n * sizeof(uint32_t));
	put(&to, decls, b->decls.n * sizeof(*decls));
	put(&to, b->text.s, b->text.n);
	return out;
}

void *dwarf_index_build(struct dwarf_file *f, struct arena *a, size_t *size, const char **why)
{
	struct builder b = { .a = a, .file = f };
	struct parallel parts = { .work = work, .take = take, .data = &b };
	Dwarf *dw = dwarf_handle(f);
	void *out = NULL;
	int r;

	if (!dw) {
		*why = dwfl_errmsg(-1);
		*why = *why ? *why : "it holds no DWARF";
		return NULL;
	}
	map_init(&b.names, a);
	map_init(&b.exported, a);
	buf_init(&b.text);
	name_of(&b, "");
	r = dwarf_each_unit(dw, note_unit, &b);
	dwarf_files_open(&b.sections, dw);
	parts.n = r < 0 ? 0 : b.parts.n + 1;
	parallel_run(&parts);
	if (r < 0)
		*why = dwarf_errmsg(-1);
	else if (b.too_large)
		*why = "it is larger than 4 GB";
	else if (b.broken)
		*why = "the parts of its index do not hold together";
	else if (!b.codes.n)
		*why = "it describes no function";
	else
		out = write_out(&b, size);
	buf_deinit(&b.text);
	return out;
}

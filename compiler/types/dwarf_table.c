// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing the table of lines: rows are sorted by address, those that change
 * nothing are left out (of a kernel, three of four), and each is written as what
 * differs from the one before it.
 */
#include "types/dwarf_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"
#include "base/map.h"
#include "base/progress.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/dwarf_index.h"
#include "types/dwarf_internal.h"
#include "types/kcache.h"

enum { MAGIC = 0x31746c73, BLOCK = 64, FAR = 15, MORE = 14, SOURCE_TOO = 15 };

struct row {
	uint64_t addr;
	uint32_t line, source, order; /* source 0: none */
};

struct section {
	uint64_t addr, size;
};

struct writer {
	struct arena *a;
	struct dwarf_file *file;
	struct VEC(struct section) sections;
	struct VEC(struct row) rows;
	struct VEC(struct line_part) parts;
	struct VEC(struct line_block) blocks;
	struct VEC(uint32_t) sources;
	struct map known; /* sources, interned: number */
	struct buf text, names;
	const char *last;
	uint32_t last_number;
};

/* ---- what there is ---------------------------------------------------------------------- */

/* Code that stays: what only starts or ends the kernel or module has gone, or is where other things may come to lie. */
static bool stays(const char *name)
{
	return strncmp(name, ".init", 5) && strncmp(name, ".exit", 5) && strncmp(name, ".altinstr", 9);
}

static int by_address(const void *a, const void *b)
{
	const struct section *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void find_sections(struct writer *w)
{
	struct dwarf_state *s = dwarf_state_of(w->file);
	Elf_Scn *scn = NULL;
	GElf_Addr bias;
	size_t names;
	Elf *elf = dwfl_module_getelf(s->mod, &bias);

	if (!elf || elf_getshdrstrndx(elf, &names))
		return;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;
		const char *name = gelf_getshdr(scn, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;

		if (name && h.sh_flags & SHF_EXECINSTR && h.sh_size && h.sh_size < UINT32_MAX && stays(name)) {
			struct section x = { h.sh_addr + bias, h.sh_size };

			vec_push(w->a, &w->sections, x);
		}
	}
	if (w->sections.n)
		qsort(w->sections.v, w->sections.n, sizeof(w->sections.v[0]), by_address);
}

static bool in_section(const struct writer *w, uint64_t addr)
{
	vec_each(i, &w->sections)
		if (addr - w->sections.v[i].addr <= w->sections.v[i].size) /* the end is where code ends */
			return true;
	return false;
}

static uint32_t name_of(struct writer *w, const char *name)
{
	uint32_t at = (uint32_t)w->names.n;

	buf_put(&w->names, name, strlen(name) + 1);
	return at;
}

static uint32_t number_of(struct writer *w, const char *source)
{
	const char *name;
	uintptr_t n;

	if (source == w->last) /* libdw's own, the same for all rows of a file in a unit */
		return w->last_number;
	name = intern(source);
	n = (uintptr_t)map_get(&w->known, name);
	if (!n) {
		n = w->sources.n;
		vec_push(w->a, &w->sources, name_of(w, name));
		map_put(&w->known, name, (void *)n);
	}
	w->last = source;
	w->last_number = (uint32_t)n;
	return (uint32_t)n;
}

static void note_row(uint64_t addr, const char *source, unsigned line, void *data)
{
	struct writer *w = data;
	struct row r = { .addr = addr, .line = line, .order = w->rows.n }, *before = w->rows.n ? &w->rows.v[w->rows.n - 1] : NULL;

	if (!in_section(w, addr))
		return;
	r.source = source ? number_of(w, source) : 0;
	/* Most say nothing new, and in a table they come in order. */
	if (before && before->source == r.source && before->line == r.line && before->addr <= addr)
		return;
	if (before && before->addr == addr)
		w->rows.n--;
	vec_push(w->a, &w->rows, r);
}

/* Of one address the end of something comes first, and otherwise the order of the table counts: the last row holds. */
static int by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (!x->source != !y->source)
		return x->source ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

static void sort_rows(struct writer *w)
{
	struct row *v = w->rows.v;
	unsigned n = 0;

	if (w->rows.n)
		qsort(v, w->rows.n, sizeof(*v), by_row);
	for (unsigned i = 0; i < w->rows.n; i++) {
		if (n && v[n - 1].addr == v[i].addr)
			n--;
		if (!n || v[n - 1].line != v[i].line || v[n - 1].source != v[i].source)
			v[n++] = v[i];
	}
	w->rows.n = n;
}

/* ---- as bytes --------------------------------------------------------------------------- */

static void put_number(struct buf *out, uint64_t v)
{
	while (v >= 128) {
		buf_putc(out, (char)(v | 128));
		v >>= 7;
	}
	buf_putc(out, (char)v);
}

static void put_row(struct buf *out, const struct row *r, const struct row *before)
{
	uint64_t step = r->addr - before->addr;
	int64_t by = r->source ? (int64_t)r->line - before->line : 0;
	uint64_t zigzag = by < 0 ? ((uint64_t)-by << 1) - 1 : (uint64_t)by << 1;
	unsigned how = r->source != before->source ? SOURCE_TOO : zigzag >= MORE ? MORE : (unsigned)zigzag;

	buf_putc(out, (char)(how << 4 | (step >= FAR ? FAR : step)));
	if (step >= FAR)
		put_number(out, step);
	if (how == SOURCE_TOO)
		put_number(out, r->source);
	if (how >= MORE)
		put_number(out, zigzag);
}

/* A symbol, and the distance from it to a section whose rows begin with that number. */
static bool anchor(struct writer *w, const struct section *s, unsigned row, const char **symbol, uint64_t *distance)
{
	uint64_t base;

	if (!w->file->module && !w->file->program && (*symbol = dwarf_base(dwarf_state_of(w->file), &base))) {
		*distance = s->addr - base;
		return true;
	}
	/* What stands in front of a section's first function has no symbol that would do. */
	for (; row < w->rows.n && w->rows.v[row].addr - s->addr < s->size; row++)
		if (dwarf_symbolise(w->file, w->rows.v[row].addr, symbol, distance)) {
			*distance -= w->rows.v[row].addr - s->addr;
			return true;
		}
	return false;
}

/* The rows of a section from *next on. */
static void put_part(struct writer *w, const struct section *s, unsigned *next)
{
	struct line_part p = { .size = (uint32_t)s->size, .first = w->blocks.n };
	const char *symbol;
	uint64_t distance;
	struct row before = { 0 };

	for (; *next < w->rows.n && w->rows.v[*next].addr < s->addr; ++*next)
		;
	if (*next == w->rows.n || w->rows.v[*next].addr - s->addr >= s->size || !anchor(w, s, *next, &symbol, &distance))
		return;
	for (unsigned n = 0; *next < w->rows.n && w->rows.v[*next].addr - s->addr < s->size; ++*next, n++) {
		struct row r = w->rows.v[*next];

		if (n % BLOCK == 0) {
			struct line_block b = { (uint32_t)(r.addr - s->addr), (uint32_t)w->text.n };

			vec_push(w->a, &w->blocks, b);
			before = (struct row){ .addr = r.addr };
		}
		if (!r.source)
			r.line = before.line;
		put_row(&w->text, &r, &before);
		before = r;
	}
	p.count = w->blocks.n - p.first;
	p.distance = (int64_t)distance;
	p.symbol = name_of(w, symbol);
	vec_push(w->a, &w->parts, p);
}

static void put_all(struct writer *w, struct buf *out)
{
	struct line_head h = { .magic = MAGIC };
	unsigned next = 0;

	vec_each(i, &w->sections)
		put_part(w, &w->sections.v[i], &next);
	h.nparts = w->parts.n;
	h.nblocks = w->blocks.n;
	h.nsources = w->sources.n;
	h.row_bytes = (uint32_t)w->text.n;
	h.name_bytes = (uint32_t)w->names.n;
	buf_put(out, &h, sizeof(h));
	buf_put(out, w->parts.v, w->parts.n * sizeof(w->parts.v[0]));
	buf_put(out, w->blocks.v, w->blocks.n * sizeof(w->blocks.v[0]));
	buf_put(out, w->sources.v, w->sources.n * sizeof(w->sources.v[0]));
	buf_put(out, w->text.s, w->text.n);
	buf_put(out, w->names.s, w->names.n);
}

static void make(struct dwarf_file *file, struct buf *out)
{
	struct writer w = { .a = arena_create(), .file = file };

	map_init(&w.known, w.a);
	buf_init(&w.text);
	buf_init(&w.names);
	vec_push(w.a, &w.sources, name_of(&w, "")); /* 0: none */
	if (dwarf_handle(file)) {
		progress("reading the lines of %s (once) ...", file->path);
		find_sections(&w);
		dwarf_each_row(file, note_row, &w);
		sort_rows(&w);
		progress_end();
	}
	put_all(&w, out);
	buf_deinit(&w.text);
	buf_deinit(&w.names);
	arena_destroy(w.a);
}

/* ---- kept ------------------------------------------------------------------------------- */

bool line_table_check(const void *data, size_t size, struct line_table *t)
{
	const struct line_head *h = data;
	const struct line_block *blocks;
	const uint32_t *sources;
	uint64_t all;

	if (size < sizeof(*h) || h->magic != MAGIC)
		return false;
	all = sizeof(*h) + (uint64_t)h->nparts * sizeof(struct line_part) + (uint64_t)h->nblocks * sizeof(struct line_block) +
	      (uint64_t)h->nsources * sizeof(uint32_t) + h->row_bytes + h->name_bytes;
	if (all != size || !h->name_bytes || ((const char *)data)[size - 1])
		return false;
	*t = (struct line_table){ .data = data, .size = size, .parts = (const void *)(h + 1), .nparts = h->nparts,
				  .names = (const char *)data + size - h->name_bytes };
	blocks = (const void *)(t->parts + h->nparts);
	sources = (const void *)(blocks + h->nblocks);
	for (uint32_t i = 0; i < h->nparts; i++)
		if (t->parts[i].symbol >= h->name_bytes || t->parts[i].first > h->nblocks || t->parts[i].count > h->nblocks - t->parts[i].first)
			return false;
	for (uint32_t i = 0; i < h->nblocks; i++)
		if (blocks[i].at > h->row_bytes || (i && blocks[i].at < blocks[i - 1].at))
			return false;
	for (uint32_t i = 0; i < h->nsources; i++)
		if (sources[i] >= h->name_bytes)
			return false;
	return true;
}

bool dwarf_line_table(struct dwarf_file *file, struct line_table *t)
{
	const char *dir = *file->build_id ? kcache_folder("dwarf", true) : NULL;
	const char *path = dir ? arena_printf(arena_permanent(), "%s/%s.lines", dir, file->build_id) : NULL;
	size_t size;
	const void *data = path ? file_map(path, &size) : NULL;
	struct buf out;
	bool ok;

	if (data && line_table_check(data, size, t)) {
		t->path = path;
		return t->nparts;
	}
	buf_init(&out);
	make(file, &out);
	if (path && file_write_atomic(path, out.s, out.n, 0600))
		path = NULL;
	data = memcpy(arena_alloc(arena_permanent(), out.n), out.s, out.n);
	ok = line_table_check(data, out.n, t);
	t->path = path;
	buf_deinit(&out);
	return ok && t->nparts;
}

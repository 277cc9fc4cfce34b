// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which system a trace event belongs to. BTF does not know, tracefs need not
 * be mounted and is only of the running kernel, headers lack the events that
 * are declared beside a driver's code. But each event is a struct
 * trace_event_call in the image (or the module's file), which points at its
 * class, which points at the system's name, and at its tracepoint, which
 * points at its own: so the data is searched for words that are such pointers.
 * An arm64 boot image has no sections, and its pointers lie in a table.
 * Offsets come from BTF; a name counts only when BTF has its __traceiter_
 * function as well. The class also lists the fields of the record that the
 * event leaves, by which its structure in BTF is found: that is called like the
 * class, whose name is nowhere. Knows nothing of how the result is cached.
 */
#include "types/events.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/intern.h"
#include "base/util.h"
#include "types/btf.h"
#include "types/graph.h"

/* A section as it would be in memory. */
struct region {
	uint64_t addr, size;
	const uint8_t *data;
	bool writable;
};

struct memory {
	const struct image *im;
	struct arena *arena;
	struct region *v; /* by address */
	unsigned n;
	const struct region *last; /* that held the address asked for last */
	const Elf64_Shdr *sections;
	uint64_t *base;            /* of section i; of relocatable files made up */
	unsigned nsections;
	unsigned pointer;          /* the relocation that a pointer in a relocatable file has */
};

static const struct region *region_at(struct memory *m, uint64_t addr, uint64_t bytes)
{
	const struct region *r = m->last;
	unsigned lo = 0, n = m->n;

	if (!r || addr - r->addr >= r->size) {
		if (!n || addr < m->v[0].addr)
			return NULL;
		while (n > 1) {
			unsigned half = n / 2;

			if (m->v[lo + half].addr <= addr)
				lo += half, n -= half;
			else
				n = half;
		}
		r = &m->v[lo];
		if (addr - r->addr >= r->size)
			return NULL;
		m->last = r;
	}
	return r->size - (addr - r->addr) >= bytes ? r : NULL;
}

static bool word_at(struct memory *m, uint64_t addr, uint64_t *value)
{
	const struct region *r = region_at(m, addr, 8);

	if (!r)
		return false;
	memcpy(value, r->data + (addr - r->addr), 8);
	return true;
}

/* A name in C's sense ('-' occurs in names of systems); NULL when there is none at addr. */
static const char *name_at(struct memory *m, uint64_t addr)
{
	const struct region *r = region_at(m, addr, 2);
	const char *s = r ? (const char *)r->data + (addr - r->addr) : NULL;
	uint64_t most = r ? r->size - (addr - r->addr) : 0, n = 0;

	while (n < most && n < 128 && (s[n] == '_' || s[n] == '-' || (s[n] >= '0' && s[n] <= '9') ||
				       ((s[n] | 32) >= 'a' && (s[n] | 32) <= 'z')))
		n++;
	return n && n < most && !s[n] ? s : NULL;
}

static bool inside(const struct image *im, const Elf64_Shdr *sh)
{
	return sh->sh_offset <= im->size && sh->sh_size <= im->size - sh->sh_offset;
}

static int by_addr(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* A relocatable file's section gets a copy that can be written to, and its pointers. */
static void relocate(struct memory *m, const Elf64_Shdr *rela)
{
	const Elf64_Shdr *symtab;
	struct region *to = NULL;
	uint8_t *data;

	if (rela->sh_info >= m->nsections || rela->sh_link >= m->nsections || !inside(m->im, rela))
		return;
	symtab = &m->sections[rela->sh_link];
	if (symtab->sh_type != SHT_SYMTAB || !inside(m->im, symtab))
		return;
	for (unsigned i = 0; i < m->n; i++)
		if (m->v[i].addr == m->base[rela->sh_info] && m->v[i].writable)
			to = &m->v[i];
	if (!to)
		return;
	data = arena_alloc(m->arena, to->size);
	memcpy(data, to->data, to->size);
	to->data = data;
	for (uint64_t at = 0; at + sizeof(Elf64_Rela) <= rela->sh_size; at += sizeof(Elf64_Rela)) {
		uint64_t number, value;
		Elf64_Rela r;
		Elf64_Sym sym;

		memcpy(&r, m->im->elf + rela->sh_offset + at, sizeof(r));
		number = ELF64_R_SYM(r.r_info);
		if (ELF64_R_TYPE(r.r_info) != m->pointer || to->size < 8 || r.r_offset > to->size - 8 ||
		    number >= symtab->sh_size / sizeof(sym))
			continue;
		memcpy(&sym, m->im->elf + symtab->sh_offset + number * sizeof(sym), sizeof(sym));
		if (sym.st_shndx == SHN_UNDEF || sym.st_shndx >= m->nsections)
			continue;
		value = m->base[sym.st_shndx] + sym.st_value + (uint64_t)r.r_addend;
		memcpy(data + r.r_offset, &value, sizeof(value));
	}
}

/* An arm64 boot image is all memory; its pointers are zeros there until the kernel starts. */
static bool memory_init_raw(struct memory *m)
{
	struct region *all = m->v = arena_array(m->arena, struct region, 1);
	uint8_t *data = arena_alloc(m->arena, m->im->size);

	memcpy(data, m->im->elf, m->im->size);
	*all = (struct region){ .size = m->im->size, .data = data, .writable = true };
	m->n = 1;
	return raw_relocate(data, m->im->size, &all->addr);
}

static bool memory_init(struct memory *m, const struct image *im, struct arena *arena)
{
	uint64_t next = 0x10000;
	Elf64_Shdr *sections;
	Elf64_Ehdr eh;

	*m = (struct memory){ .im = im, .arena = arena };
	if (im->raw)
		return memory_init_raw(m);
	memcpy(&eh, im->elf, sizeof(eh));
	m->pointer = eh.e_machine == EM_AARCH64 ? R_AARCH64_ABS64 : R_X86_64_64;
	if (eh.e_shentsize != sizeof(*sections) || eh.e_shoff > im->size ||
	    (im->size - eh.e_shoff) / sizeof(*sections) < eh.e_shnum ||
	    !(eh.e_machine == EM_X86_64 || (eh.e_machine == EM_AARCH64 && eh.e_type == ET_REL)))
		return false;
	m->nsections = eh.e_shnum;
	m->sections = sections = arena_array(arena, Elf64_Shdr, m->nsections + 1);
	m->base = arena_array(arena, uint64_t, m->nsections + 1);
	m->v = arena_array(arena, struct region, m->nsections + 1);
	memcpy(sections, im->elf + eh.e_shoff, m->nsections * sizeof(*sections));
	for (unsigned i = 0; i < m->nsections; i++) {
		const Elf64_Shdr *sh = &sections[i];

		if (!(sh->sh_flags & SHF_ALLOC) || sh->sh_type != SHT_PROGBITS || !inside(im, sh) || !sh->sh_size)
			continue;
		m->base[i] = eh.e_type == ET_REL ? next : sh->sh_addr;
		if (eh.e_type != ET_REL && !sh->sh_addr)
			continue; /* per-processor data, which starts at 0 */
		next += (sh->sh_size + 4095) & ~4095ULL;
		m->v[m->n++] = (struct region){ m->base[i], sh->sh_size, im->elf + sh->sh_offset, sh->sh_flags & SHF_WRITE };
	}
	qsort(m->v, m->n, sizeof(*m->v), by_addr);
	for (unsigned i = 0; eh.e_type == ET_REL && i < m->nsections; i++)
		if (sections[i].sh_type == SHT_RELA)
			relocate(m, &sections[i]);
	return true;
}

struct layout {
	uint64_t call_class, call_tp, class_system, tp_name;
	/* Of the list of fields; stride 0: it is not as we know it. */
	uint64_t class_fields, field_type, field_name, field_size, field_align, stride;
	uint64_t record_start;
};

static bool offset_of(struct type_db *db, const char *type, const char *member, uint64_t *offset)
{
	const struct type *t = types_find(db, TYPE_STRUCT, type);

	if (!t || !type_find_member(t, member, offset) || *offset % 8)
		return false;
	*offset /= 8;
	return true;
}

static void find_fields_layout(struct type_db *db, struct layout *l)
{
	const struct type *field = types_find(db, TYPE_STRUCT, "trace_event_fields"), *entry = types_find(db, TYPE_STRUCT, "trace_entry");

	l->stride = 0;
	if (!field || !entry || !offset_of(db, "trace_event_class", "fields_array", &l->class_fields) ||
	    !offset_of(db, "trace_event_fields", "type", &l->field_type) || !offset_of(db, "trace_event_fields", "name", &l->field_name) ||
	    !offset_of(db, "trace_event_fields", "size", &l->field_size) || !offset_of(db, "trace_event_fields", "align", &l->field_align))
		return;
	l->stride = field->size;
	l->record_start = entry->size;
}

static bool find_layout(struct type_db *db, struct layout *l)
{
	return offset_of(db, "trace_event_call", "class", &l->call_class) &&
	       offset_of(db, "trace_event_call", "tp", &l->call_tp) &&
	       offset_of(db, "trace_event_class", "system", &l->class_system) &&
	       offset_of(db, "tracepoint", "name", &l->tp_name);
}

static void note_name(const char *name, const struct type *proto, void *data)
{
	(void)proto;
	map_put(data, intern(name + strlen("__traceiter_")), data);
}

/* ---- records ---------------------------------------------------------------------- */

#define RAW "trace_event_raw_"

struct records {
	struct arena *arena;
	struct type_db *db;
	struct VEC(const struct type *) v; /* all that BTF has */
};

/* A field as the class lists it. */
struct field {
	const char *type, *name;
	uint64_t offset;
	bool loc, rel; /* it is where an array of that type is: from the record's start; from behind itself */
};

enum { FIELDS_MAX = 256 };

static void records_init(struct records *r, struct type_db *db, struct arena *arena)
{
	const struct btf *b = btf_of(db);

	*r = (struct records){ .arena = arena, .db = db };
	for (uint32_t id = b->first; id < b->end; id++) {
		struct btf_record rec = btf_record(b, id);

		if (rec.kind == BTF_STRUCT && rec.name && !strncmp(btf_string(b, rec.name), RAW, strlen(RAW)))
			vec_push(arena, &r->v, type_get(db, id));
	}
}

static bool u32_at(struct memory *m, uint64_t addr, uint32_t *value)
{
	const struct region *r = region_at(m, addr, 4);

	if (r)
		memcpy(value, r->data + (addr - r->addr), 4);
	return r != NULL;
}

/* The text of a type; NULL when there is none at addr. */
static const char *type_at(struct memory *m, uint64_t addr)
{
	const struct region *r = region_at(m, addr, 2);
	const char *s = r ? (const char *)r->data + (addr - r->addr) : NULL;
	uint64_t most = r ? r->size - (addr - r->addr) : 0, n = 0;

	while (n < most && n < 128 && s[n] >= ' ' && s[n] <= '~' && s[n] != ';')
		n++;
	return n && n < most && !s[n] ? s : NULL;
}

static bool begins(const char **text, const char *with)
{
	size_t n = strlen(with);

	if (strncmp(*text, with, n))
		return false;
	*text += n;
	return true;
}

/* The fields of a class, with offsets as the kernel works them out. */
static bool fields_of(struct memory *m, const struct layout *l, uint64_t class, struct field *f, unsigned *n)
{
	uint64_t at, offset = l->record_start, p;
	uint32_t size, align;

	if (!word_at(m, class + l->class_fields, &at) || !at)
		return false;
	for (*n = 0; *n < FIELDS_MAX; ++*n, f++, at += l->stride) {
		if (!word_at(m, at + l->field_type, &p))
			return false;
		if (!p)
			return true;
		f->type = type_at(m, p);
		if (!f->type || !word_at(m, at + l->field_name, &p) || !(f->name = type_at(m, p)) || !u32_at(m, at + l->field_size, &size) ||
		    !u32_at(m, at + l->field_align, &align) || !align)
			return false;
		offset = (offset + align - 1) / align * align;
		f->offset = offset;
		offset += size;
		f->rel = begins(&f->type, "__rel_loc ");
		f->loc = f->rel || begins(&f->type, "__data_loc ");
	}
	return false;
}

static bool fits(const struct type *t, const struct field *f, unsigned n)
{
	if (t->nmembers < n + 1)
		return false;
	for (unsigned i = 0; i < n; i++) {
		const struct type_member *m = &t->members[i + 1]; /* behind what all have */
		const char *name = m->name;

		if (f[i].loc && !begins(&name, f[i].rel ? "__rel_loc_" : "__data_loc_"))
			return false;
		if (strcmp(name, f[i].name) || m->bit_offset != f[i].offset * 8)
			return false;
	}
	return t->nmembers == n + 1 || !strcmp(t->members[n + 1].name, "__data");
}

/* false: what looked like an event has no fields where events have them. */
static bool find_record(struct memory *m, const struct layout *l, struct records *r, uint64_t class, struct trace_event *e)
{
	const struct type *own = types_find(r->db, TYPE_STRUCT, arena_printf(r->arena, RAW "%s", e->name)), *found = NULL;
	struct field f[FIELDS_MAX];
	struct buf arrays;
	unsigned n;

	e->record = e->arrays = "";
	if (!l->stride)
		return true;
	if (!fields_of(m, l, class, f, &n))
		return false;
	if (own && fits(own, f, n))
		found = own;
	for (unsigned i = 0; i < r->v.n && !found; i++)
		if (fits(r->v.v[i], f, n))
			found = r->v.v[i];
	if (!found)
		return true;
	e->record = found->name + strlen(RAW);
	buf_init(&arrays);
	for (unsigned i = 0; i < n; i++)
		if (f[i].loc)
			buf_printf(&arrays, "%s=%s;", f[i].name, f[i].type);
	if (arrays.n)
		e->arrays = arena_strdup(r->arena, arrays.s);
	buf_deinit(&arrays);
	return true;
}

/* ---- events ----------------------------------------------------------------------- */

/* Is there an event at this word? Its names and its class, or false. */
static bool event_at(struct memory *m, const struct layout *l, uint64_t at, struct trace_event *e, uint64_t *class)
{
	uint64_t tp, p;

	if (!word_at(m, at + l->call_tp, &tp) || !tp || !word_at(m, at + l->call_class, class) || !*class)
		return false;
	if (!word_at(m, tp + l->tp_name, &p) || !(e->name = name_at(m, p)))
		return false;
	return word_at(m, *class + l->class_system, &p) && (e->system = name_at(m, p));
}

bool events_scan(const struct image *im, struct type_db *db, void (*f)(const struct trace_event *e, void *data), void *data)
{
	struct arena *arena = arena_create();
	struct records r;
	struct memory m;
	struct layout l;
	struct map known;
	uint64_t class;
	bool ok;

	map_init(&known, arena);
	types_each_function(db, "__traceiter_*", note_name, &known);
	ok = known.n && find_layout(db, &l) && memory_init(&m, im, arena);
	if (ok) {
		find_fields_layout(db, &l);
		records_init(&r, db, arena);
	}
	for (unsigned i = 0; ok && i < m.n; i++) {
		if (!m.v[i].writable)
			continue;
		for (uint64_t at = 0; at + 8 <= m.v[i].size; at += 8) {
			struct trace_event e = { .module = NULL };

			if (!event_at(&m, &l, m.v[i].addr + at, &e, &class) || !map_has(&known, intern(e.name)))
				continue;
			if (find_record(&m, &l, &r, class, &e))
				f(&e, data);
		}
	}
	arena_destroy(arena);
	return ok;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which system a trace event belongs to. BTF does not know, tracefs need not
 * be mounted and is only of the running kernel, headers lack the events that
 * are declared beside a driver's code. But each event is a struct
 * trace_event_call in the image (or the module's file), which points at its
 * class, which points at the system's name, and at its tracepoint, which
 * points at its own: so the data is searched for words that are such pointers.
 * Offsets come from BTF; a name counts only when BTF has its __traceiter_
 * function as well. Knows nothing of how the result is cached.
 */
#include "types/events.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/intern.h"
#include "base/util.h"
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
		if (ELF64_R_TYPE(r.r_info) != R_X86_64_64 || to->size < 8 || r.r_offset > to->size - 8 ||
		    number >= symtab->sh_size / sizeof(sym))
			continue;
		memcpy(&sym, m->im->elf + symtab->sh_offset + number * sizeof(sym), sizeof(sym));
		if (sym.st_shndx == SHN_UNDEF || sym.st_shndx >= m->nsections)
			continue;
		value = m->base[sym.st_shndx] + sym.st_value + (uint64_t)r.r_addend;
		memcpy(data + r.r_offset, &value, sizeof(value));
	}
}

static bool memory_init(struct memory *m, const struct image *im, struct arena *arena)
{
	uint64_t next = 0x10000;
	Elf64_Shdr *sections;
	Elf64_Ehdr eh;

	*m = (struct memory){ .im = im, .arena = arena };
	memcpy(&eh, im->elf, sizeof(eh));
	if (eh.e_shentsize != sizeof(*sections) || eh.e_shoff > im->size ||
	    (im->size - eh.e_shoff) / sizeof(*sections) < eh.e_shnum || eh.e_machine != EM_X86_64)
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
};

static bool offset_of(struct type_db *db, const char *type, const char *member, uint64_t *offset)
{
	const struct type *t = types_find(db, TYPE_STRUCT, type);

	if (!t || !type_find_member(t, member, offset) || *offset % 64)
		return false;
	*offset /= 8;
	return true;
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

/* Is there an event at this word? Its names, or false. */
static bool event_at(struct memory *m, const struct layout *l, uint64_t at, const char **system, const char **name)
{
	uint64_t class, tp, p;

	if (!word_at(m, at + l->call_tp, &tp) || !tp || !word_at(m, at + l->call_class, &class) || !class)
		return false;
	if (!word_at(m, tp + l->tp_name, &p) || !(*name = name_at(m, p)))
		return false;
	return word_at(m, class + l->class_system, &p) && (*system = name_at(m, p));
}

bool events_scan(const struct image *im, struct type_db *db, void (*f)(const char *system, const char *name, void *data),
		 void *data)
{
	struct arena *arena = arena_create();
	const char *system, *name;
	struct memory m;
	struct layout l;
	struct map known;
	bool ok;

	map_init(&known, arena);
	types_each_function(db, "__traceiter_*", note_name, &known);
	ok = known.n && find_layout(db, &l) && memory_init(&m, im, arena);
	for (unsigned i = 0; ok && i < m.n; i++) {
		if (!m.v[i].writable)
			continue;
		for (uint64_t at = 0; at + 8 <= m.v[i].size; at += 8)
			if (event_at(&m, &l, m.v[i].addr + at, &system, &name) && map_has(&known, intern(name)))
				f(system, name, data);
	}
	arena_destroy(arena);
	return ok;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel's image or a module's file as it would be in memory, pointers
 * included: of a relocatable file sections get made-up addresses, of an arm64
 * boot image the pointers are written from its table. See image_memory.h.
 */
#include "types/image_memory.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

const struct region *memory_at(struct memory *m, uint64_t addr, uint64_t bytes)
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

bool memory_word(struct memory *m, uint64_t addr, uint64_t *value)
{
	const struct region *r = memory_at(m, addr, 8);

	if (!r)
		return false;
	memcpy(value, r->data + (addr - r->addr), 8);
	return true;
}

/* A name in C's sense ('-' occurs in names of systems); NULL when there is none at addr. */
/* A text there, with its end, of at least one character and of none but those that `may` allows; or NULL. */
static const char *text_of(struct memory *m, uint64_t addr, bool (*may)(char c))
{
	const struct region *r = memory_at(m, addr, 2);
	const char *s = r ? (const char *)r->data + (addr - r->addr) : NULL;
	uint64_t most = r ? r->size - (addr - r->addr) : 0, n = 0;

	while (n < most && n < 128 && may(s[n]))
		n++;
	return n && n < most && !s[n] ? s : NULL;
}

static bool in_name(char c)
{
	return c == '_' || c == '-' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

const char *memory_name(struct memory *m, uint64_t addr)
{
	return text_of(m, addr, in_name);
}

static bool in_text(char c)
{
	return c >= ' ' && c <= '~' && c != ';';
}

const char *memory_text(struct memory *m, uint64_t addr)
{
	return text_of(m, addr, in_text);
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

bool memory_init(struct memory *m, const struct image *im, struct arena *arena)
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

bool memory_u32(struct memory *m, uint64_t addr, uint32_t *value)
{
	const struct region *r = memory_at(m, addr, 4);

	if (r)
		memcpy(value, r->data + (addr - r->addr), 4);
	return r != NULL;
}

/* The text of a type; NULL when there is none at addr. */

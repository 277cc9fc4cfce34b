// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct calls, out of the code of programs. On x86-64, where instructions have
 * all lengths, each byte is tried: that another instruction's bytes are a call
 * to exactly the beginning of a function is next to impossible, and would be
 * one that nobody comes back from.
 */
#include "types/dwarf_code.h"

#include <gelf.h>
#include <string.h>

#include "base/intern.h"
#include "base/map.h"
#include "types/program.h"

struct code {
	const unsigned char *bytes;
	uint64_t addr, size;    /* as in the entry's ranges */
	GElf_Half machine;
};

/* What a segment of the file has at an address; false: nothing. */
static bool read_code(struct dwarf_state *s, uint64_t low, uint64_t high, struct code *c)
{
	GElf_Addr bias;
	Elf *elf = s->mod ? dwfl_module_getelf(s->mod, &bias) : NULL;
	Elf_Data *data;
	GElf_Ehdr h;
	size_t n;

	if (!elf || !gelf_getehdr(elf, &h) || (h.e_type != ET_EXEC && h.e_type != ET_DYN) || elf_getphdrnum(elf, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = low + s->bias - bias;
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph) || ph.p_type != PT_LOAD || at < ph.p_vaddr || at - ph.p_vaddr >= ph.p_filesz ||
		    high - low > ph.p_filesz - (at - ph.p_vaddr))
			continue;
		data = elf_getdata_rawchunk(elf, (int64_t)(ph.p_offset + (at - ph.p_vaddr)), high - low, ELF_T_BYTE);
		if (!data || data->d_size != high - low)
			return false;
		*c = (struct code){ data->d_buf, low, high - low, h.e_machine };
		return true;
	}
	return false;
}

/* The call at an offset: its length, or 0; *to is counted from the instruction's start. */
static unsigned call_at(const struct code *c, uint64_t at, int64_t *to)
{
	const unsigned char *b = c->bytes + at;
	uint32_t word;
	int32_t rel;

	switch (c->machine) {
	case EM_X86_64:
		if (c->size - at < 5 || b[0] != 0xe8)
			return 0;
		memcpy(&rel, b + 1, sizeof(rel));
		*to = 5 + (int64_t)rel;
		return 5;
	case EM_AARCH64:
		if (c->size - at < 4 || at & 3)
			return 0;
		memcpy(&word, b, sizeof(word));
		if (word >> 26 != 0x25) /* bl */
			return 0;
		*to = (int64_t)(int32_t)(word << 6) >> 4;
		return 4;
	}
	return 0;
}

void dwarf_each_code_call(struct dwarf_file *file, Dwarf_Die *die, bool (*f)(uint64_t target, uint64_t return_pc, void *data), void *data)
{
	struct dwarf_state *s = dwarf_state_of(file);
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	if (!file->program)
		return;
	while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
		struct code c;

		if (low >= high || !read_code(s, low, high, &c))
			continue;
		for (uint64_t i = 0; i < c.size; i++) {
			int64_t to;
			unsigned n = call_at(&c, i, &to);
			uint64_t here = low + i + s->bias;

			if (n && !f(here + (uint64_t)to, here + n, data))
				return;
		}
	}
}

static void note_entry(const char *name, uint64_t addr, void *data)
{
	map_put(data, (const void *)(uintptr_t)(addr + 1), (void *)intern(name));
}

const char *dwarf_code_linked(struct dwarf_file *file, uint64_t addr)
{
	static const struct dwarf_file *of;
	static struct map entries; /* of the last file that was asked about */

	if (of != file) {
		of = file;
		map_init(&entries, arena_permanent());
		program_each_plt(file->program, "*", note_entry, &entries);
	}
	return map_get(&entries, (const void *)(uintptr_t)(addr + 1));
}

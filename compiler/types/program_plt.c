// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The procedure linkage table. Linkers lay it out in several ways, so each of
 * its entries is asked where it jumps: through which slot of the global offset
 * table, and so to what the relocation of that slot names.
 */
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/intern.h"
#include "base/map.h"
#include "base/util.h"
#include "types/program.h"

struct plt {
	Elf *elf;
	bool arm;
	struct map slots; /* address of a slot → name */
	const char *glob;
	void (*f)(const char *name, uint64_t addr, void *data);
	void *data;
};

static const void *key(uint64_t addr)
{
	return (const void *)(uintptr_t)(addr + 1);
}

static void read_slots(struct plt *p, Elf_Scn *scn, const GElf_Shdr *h)
{
	Elf_Data *data = elf_getdata(scn, NULL), *symbols;
	Elf_Scn *symtab = elf_getscn(p->elf, h->sh_link);
	GElf_Shdr sh;

	symbols = symtab && gelf_getshdr(symtab, &sh) ? elf_getdata(symtab, NULL) : NULL;
	for (int i = 0; data && symbols && h->sh_entsize && i < (int)(h->sh_size / h->sh_entsize); i++) {
		GElf_Rela r;
		GElf_Sym sym;
		const char *name;
		unsigned type;

		if (!gelf_getrela(data, i, &r))
			break;
		type = GELF_R_TYPE(r.r_info);
		if (p->arm ? type != R_AARCH64_JUMP_SLOT && type != R_AARCH64_GLOB_DAT : type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT)
			continue;
		if (!gelf_getsym(symbols, (int)GELF_R_SYM(r.r_info), &sym))
			continue;
		name = elf_strptr(p->elf, sh.sh_link, sym.st_name);
		if (name && *name)
			map_put(&p->slots, key(r.r_offset), (void *)intern(name));
	}
}

/* Where the entry that begins here jumps through; 0: it does not. */
static uint64_t slot_x86(const uint8_t *code, size_t left, uint64_t addr)
{
	static const uint8_t endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	int32_t distance;
	size_t at = 0;

	if (left >= 4 && !memcmp(code, endbr, 4))
		at = 4;
	if (at < left && code[at] == 0xf2) /* bnd */
		at++;
	if (at + 6 > left || code[at] != 0xff || code[at + 1] != 0x25) /* jmp *distance(%rip) */
		return 0;
	memcpy(&distance, code + at + 2, 4);
	return addr + at + 6 + (uint64_t)(int64_t)distance;
}

static uint64_t slot_arm(const uint8_t *code, size_t left, uint64_t addr)
{
	uint32_t a, b;
	int64_t page;
	size_t at = 0;

	if (left < 12)
		return 0;
	memcpy(&a, code, 4);
	if (a == 0xd503245f) /* bti c */
		at = 4;
	memcpy(&a, code + at, 4);
	memcpy(&b, code + at + 4, 4);
	if ((a & 0x9f00001f) != 0x90000010 || (b & 0xffc003ff) != 0xf9400211) /* adrp x16; ldr x17, [x16, #] */
		return 0;
	page = (int64_t)((uint64_t)((a >> 5 & 0x7ffff) << 2 | (a >> 29 & 3)) << 43) >> 31;
	return ((addr + at) & ~(uint64_t)0xfff) + (uint64_t)page + (b >> 10 & 0xfff) * 8;
}

static void read_entries(struct plt *p, Elf_Scn *scn, const GElf_Shdr *h, const char *section)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t step = !strcmp(section, ".plt.got") && !p->arm ? 8 : 16, at;

	for (at = 0; data && data->d_buf && at < data->d_size; at += step) {
		const uint8_t *code = (const uint8_t *)data->d_buf + at;
		uint64_t slot = p->arm ? slot_arm(code, data->d_size - at, h->sh_addr + at) : slot_x86(code, data->d_size - at, h->sh_addr + at);
		const char *name = slot ? map_get(&p->slots, key(slot)) : NULL;

		if (name && glob_match(p->glob, name))
			p->f(name, h->sh_addr + at, p->data);
	}
}

void program_each_plt(struct program *prog, const char *glob, void (*f)(const char *name, uint64_t addr, void *data), void *data)
{
	int fd = open(prog->path, O_RDONLY | O_CLOEXEC);
	struct plt p = { .arm = !strcmp(prog->file->kernel->arch, "arm64"), .glob = glob, .f = f, .data = data };
	struct arena *a = arena_create();
	Elf_Scn *scn = NULL;
	size_t names;
	GElf_Shdr h;

	p.elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
	map_init(&p.slots, a);
	while (p.elf && (scn = elf_nextscn(p.elf, scn)))
		if (gelf_getshdr(scn, &h) && h.sh_type == SHT_RELA)
			read_slots(&p, scn, &h);
	scn = NULL;
	while (p.elf && !elf_getshdrstrndx(p.elf, &names) && (scn = elf_nextscn(p.elf, scn))) {
		const char *name = gelf_getshdr(scn, &h) ? elf_strptr(p.elf, names, h.sh_name) : NULL;

		if (name && !strncmp(name, ".plt", 4) && h.sh_type == SHT_PROGBITS)
			read_entries(&p, scn, &h, name);
	}
	if (p.elf)
		elf_end(p.elf);
	if (fd >= 0)
		close(fd);
	arena_destroy(a);
}

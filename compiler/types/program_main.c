// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main() of a program that was stripped. The code at its entry point comes
 * with the C library and does one thing: it calls __libc_start_main() with the
 * address of main. Only the forms that glibc's has on x86_64 and arm64 are
 * understood, from the first instruction to the call; of all else nothing is
 * guessed.
 */
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>
#include <unistd.h>

#include "types/program.h"

enum { START_MAX = 96 };

struct start {
	struct program *program;
	Elf *elf;
	int fd;
	uint64_t addr;           /* of the next instruction */
	const uint8_t *code;
	size_t left;
};

/* Is this next? Then go behind it. */
static bool skip(struct start *s, const char *bytes, size_t n)
{
	if (s->left < n || memcmp(s->code, bytes, n))
		return false;
	s->code += n, s->addr += n, s->left -= n;
	return true;
}

#define SKIP(s, bytes) skip(s, bytes, sizeof(bytes) - 1)

/* What a slot holds that only the dynamic linker fills in: the address of something in the program itself. */
static bool slot_value(struct start *s, uint64_t slot, unsigned type, uint64_t *value)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	while ((scn = elf_nextscn(s->elf, scn))) {
		Elf_Data *d = gelf_getshdr(scn, &h) && h.sh_type == SHT_RELA ? elf_getdata(scn, NULL) : NULL;
		GElf_Rela r;

		for (int i = 0; d && gelf_getrela(d, i, &r); i++)
			if (r.r_offset == slot && GELF_R_TYPE(r.r_info) == type) {
				*value = (uint64_t)r.r_addend;
				return true;
			}
	}
	return false;
}

/* ---- x86_64 -------------------------------------------------------------------------- */

/* The 32-bit operand that is next: sign-extended, as all of these are. */
static bool operand(struct start *s, int64_t *value)
{
	int32_t v;

	if (s->left < 4)
		return false;
	memcpy(&v, s->code, 4);
	*value = v;
	s->code += 4, s->addr += 4, s->left -= 4;
	return true;
}

/* A register that main's callers had for __libc_csu_init and _fini, and that is cleared since there are none. */
static bool skip_argument(struct start *s, const char *clear, size_t n, const char *set, const char *lea)
{
	int64_t ignored;

	return skip(s, clear, n) || ((skip(s, set, 3) || skip(s, lea, 3)) && operand(s, &ignored));
}

static bool main_x86(struct start *s, uint64_t *addr)
{
	int64_t v;

	SKIP(s, "\xf3\x0f\x1e\xfa");                                                 /* endbr64 */
	if (!SKIP(s, "\x31\xed"                                                      /* xor %ebp,%ebp */
		     "\x49\x89\xd1"                                                  /* mov %rdx,%r9 */
		     "\x5e"                                                          /* pop %rsi */
		     "\x48\x89\xe2"                                                  /* mov %rsp,%rdx */
		     "\x48\x83\xe4\xf0"                                              /* and $-16,%rsp */
		     "\x50\x54"))                                                    /* push %rax; push %rsp */
		return false;
	if (!skip_argument(s, "\x45\x31\xc0", 3, "\x49\xc7\xc0", "\x4c\x8d\x05") ||  /* %r8 */
	    !skip_argument(s, "\x31\xc9", 2, "\x48\xc7\xc1", "\x48\x8d\x0d"))        /* %rcx */
		return false;
	if (SKIP(s, "\x48\x8d\x3d") && operand(s, &v))                               /* lea main(%rip),%rdi */
		*addr = s->addr + (uint64_t)v;
	else if (SKIP(s, "\x48\xc7\xc7") && operand(s, &v))                          /* mov $main,%rdi */
		*addr = (uint64_t)v;
	else if (!(SKIP(s, "\x48\x8b\x3d") && operand(s, &v)) ||                     /* mov slot(%rip),%rdi */
		 !slot_value(s, s->addr + (uint64_t)v, R_X86_64_RELATIVE, addr))
		return false;
	/* call *slot(%rip), or call: of a program without shared libraries, as long as the other */
	return (SKIP(s, "\xff\x15") || SKIP(s, "\x67\xe8") || SKIP(s, "\xe8")) && operand(s, &v) && SKIP(s, "\xf4"); /* hlt */
}

/* ---- arm64 --------------------------------------------------------------------------- */

static uint32_t next(struct start *s)
{
	uint32_t insn = 0;

	if (s->left >= 4) {
		memcpy(&insn, s->code, 4);
		s->code += 4, s->addr += 4, s->left -= 4;
	}
	return insn;
}

static uint64_t page_of(uint32_t adrp, uint64_t at)
{
	int64_t distance = (int64_t)((uint64_t)((adrp >> 5 & 0x7ffff) << 2 | (adrp >> 29 & 3)) << 43) >> 31;

	return (at & ~(uint64_t)0xfff) + (uint64_t)distance;
}

/* Without a slot the start names a piece of its own that jumps to main: "nop" or "bti c", and "b". */
static uint64_t behind_jump(struct start *s, uint64_t addr)
{
	uint32_t insn[2];
	uint64_t offset;

	if (program_offset(s->program, addr, &offset) && pread(s->fd, insn, sizeof(insn), (off_t)offset) == sizeof(insn) &&
	    (insn[0] == 0xd503245f || insn[0] == 0xd503201f) && insn[1] >> 26 == 0x05)
		return addr + 4 + (uint64_t)((int64_t)((uint64_t)(insn[1] & 0x3ffffff) << 38) >> 36);
	return addr;
}

static bool main_arm(struct start *s, uint64_t *addr)
{
	static const uint32_t before[] = {
		0xd280001d, /* mov x29, #0 */
		0xd280001e, /* mov x30, #0 */
		0xaa0003e5, /* mov x5, x0 */
		0xf94003e1, /* ldr x1, [sp] */
		0x910023e2, /* add x2, sp, #8 */
		0x910003e6, /* mov x6, sp */
	};
	uint32_t insn = next(s);
	uint64_t at;

	if (insn == 0xd503245f || insn == 0xd503201f) /* bti c, or a nop in its place */
		insn = next(s);
	for (unsigned i = 0; i < sizeof(before) / sizeof(before[0]); i++, insn = next(s))
		if (insn != before[i])
			return false;
	if ((insn & 0x9f00001f) != 0x90000000) /* adrp x0 */
		return false;
	at = page_of(insn, s->addr - 4);
	insn = next(s);
	if ((insn & 0xffc003ff) == 0x91000000) /* add x0, x0, # */
		*addr = behind_jump(s, at + (insn >> 10 & 0xfff));
	else if ((insn & 0xffc003ff) != 0xf9400000 || /* ldr x0, [x0, #] */
		 !slot_value(s, at + (insn >> 10 & 0xfff) * 8, R_AARCH64_RELATIVE, addr))
		return false;
	return next(s) == 0xd2800003 && next(s) == 0xd2800004 && next(s) >> 26 == 0x25; /* mov x3, #0; mov x4, #0; bl */
}

bool program_main(struct program *p, uint64_t *addr)
{
	int fd = open(p->path, O_RDONLY | O_CLOEXEC);
	uint8_t code[START_MAX];
	struct start s = { .program = p, .code = code, .fd = fd };
	uint64_t offset, ignored;
	bool found = false;
	GElf_Ehdr h;

	s.elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
	if (s.elf && gelf_getehdr(s.elf, &h) && program_offset(p, h.e_entry, &offset)) {
		ssize_t n = pread(fd, code, sizeof(code), (off_t)offset);

		s.addr = h.e_entry;
		s.left = n > 0 ? (size_t)n : 0;
		found = (h.e_machine == EM_AARCH64 ? main_arm(&s, addr) : main_x86(&s, addr)) && program_offset(p, *addr, &ignored);
	}
	if (s.elf)
		elf_end(s.elf);
	if (fd >= 0)
		close(fd);
	return found;
}

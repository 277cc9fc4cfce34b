// SPDX-License-Identifier: GPL-2.0-or-later
/* types/program_main.c: main() of stripped programs, where the symbols of the same program had it; and of nothing that only looks like one. */
#include <elf.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types/program.h"

#define CHECK(x) do { if (!(x)) { printf("%s:%d: %s\n", __FILE__, __LINE__, #x); return 1; } } while (0)

static struct kernel x86 = { .release = "none", .arch = "x86_64", .root = "" }, arm = { .release = "none", .arch = "arm64", .root = "" };
static char dir[] = "/tmp/sonde-unit.XXXXXX";

__attribute__((format(printf, 1, 2)))
static bool run(const char *format, ...)
{
	char command[512];
	int n = snprintf(command, sizeof(command), "cd %s && ", dir);
	va_list ap;

	va_start(ap, format);
	vsnprintf(command + n, sizeof(command) - (size_t)n, format, ap);
	va_end(ap);
	return !system(command);
}

static struct program *open_it(struct kernel *k, const char *name)
{
	const char *why = "";
	char path[64];
	struct program *p;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	p = program_open(k, path, &why);
	if (!p)
		printf("%s %s\n", path, why);
	return p;
}

static bool keep(const struct program_symbol *s, void *data)
{
	*(uint64_t *)data = s->addr;
	return true;
}

/* The C library's own start, linked in all ways. */
static int by_flags(const char *name, const char *flags)
{
	struct program *full, *bare;
	uint64_t want = 0, have = 0, found = 0;
	char stripped[32];

	snprintf(stripped, sizeof(stripped), "%s-s", name);
	CHECK(run("gcc -O2 %s -o %s main.c", flags, name));
	CHECK(run("strip -o %s %s", stripped, name));
	full = open_it(&x86, name);
	bare = open_it(&x86, stripped);
	CHECK(full && bare);
	program_each_symbol(full, "main", keep, &want);
	CHECK(want);
	CHECK(program_main(bare, &found) && found == want);
	program_each_symbol(bare, "main", keep, &have);
	CHECK(have == want);
	CHECK(program_has_symbols(full) && !program_has_symbols(bare));
	return 0;
}

/* Instructions of arm64, as words: the assembler here need not know them. main is at 0x400080, a jump to it at 0x400040. */
static int by_words(const char *name, const char *words, uint64_t want)
{
	struct program *p;
	uint64_t found = 0;
	char path[64];
	Elf64_Half machine = EM_AARCH64;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.s", dir, name);
	f = fopen(path, "w");
	CHECK(f);
	fprintf(f, "\t.text\n\t.globl _start\n_start:\t.4byte %s\n\t.org 0x40\n\t.4byte 0xd503201f, 0x1400000f\n\t.org 0x80\n\t.4byte 0xd65f03c0, 0\n", words);
	CHECK(!fclose(f));
	CHECK(run("gcc -nostdlib -static -no-pie -Wl,-Ttext=0x400000 -s -o %s %s.s", name, name));
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r+");
	CHECK(f && !fseek(f, offsetof(Elf64_Ehdr, e_machine), SEEK_SET) && fwrite(&machine, sizeof(machine), 1, f) == 1 && !fclose(f));
	p = open_it(&arm, name);
	CHECK(p);
	CHECK(program_main(p, &found) == (want != 0));
	CHECK(!want || found == want);
	return 0;
}

#define BEFORE "0xd503201f, 0xd280001d, 0xd280001e, 0xaa0003e5, 0xf94003e1, 0x910023e2, 0x910003e6, 0x90000000, "
#define BEHIND ", 0xd2800003, 0xd2800004, 0x94000010"

static int all(void)
{
	struct program *p;
	uint64_t found;

	/* Two functions: main is not simply the first. */
	CHECK(run("printf '#include <stdio.h>\\nint other(void) { return 1; }\\nint main(void) { return puts(\"x\"); }\\n' >main.c"));
	CHECK(!by_flags("pie", "-pie -fPIE"));
	CHECK(!by_flags("fixed", "-no-pie -fno-pie"));
	CHECK(!by_flags("slot", "-pie -fPIE -Wl,--no-relax"));
	CHECK(!by_flags("static", "-static"));
	CHECK(!by_flags("static-pie", "-static-pie"));
	/* A start of one's own calls what it likes. */
	CHECK(run("printf '\\t.globl _start\\n_start:\\txor %%%%ebp,%%%%ebp\\n\\tlea _start(%%%%rip),%%%%rdi\\n\\tcall _start\\n\\thlt\\n' >own.s && "
		  "gcc -nostdlib -static -s -o own own.s"));
	p = open_it(&x86, "own");
	CHECK(p && !program_main(p, &found));
	CHECK(!by_words("direct", BEFORE "0x91020000" BEHIND, 0x400080));
	CHECK(!by_words("wrapped", BEFORE "0x91010000" BEHIND, 0x400080));
	CHECK(!by_words("no-slot", BEFORE "0xf9402000" BEHIND, 0)); /* nothing says what the slot is to hold */
	CHECK(!by_words("no-call", BEFORE "0x91020000, 0xd2800003, 0xd2800004, 0xd65f03c0", 0));
	CHECK(!by_words("outside", BEFORE "0x913ffc00" BEHIND, 0)); /* no code there */
	return 0;
}

int main(void)
{
	int r;

	CHECK(mkdtemp(dir));
	r = all();
	CHECK(run("rm -rf %s", dir));
	return r;
}

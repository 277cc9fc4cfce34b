// SPDX-License-Identifier: GPL-2.0-or-later
/* driver/modname.c: on a made-up .mod.o with the two sections and symbols into .modinfo. */
#include "driver/modname.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "build-check.h"

enum { NULL_SECTION, MODINFO, MODULE, SYMTAB, STRTAB, SHSTRTAB };

static const char info_text[] = "license=GPL\0name=old_name\0depends=\0"; /* and a NUL of padding */
static char module[256];
static const char strings[] = "\0license\0name\0depends";
static const char names[] = "\0.modinfo\0.gnu.linkonce.this_module\0.symtab\0.strtab\0.shstrtab";

static void section(Elf *elf, size_t name, Elf64_Word type, const void *data, size_t n, size_t align)
{
	Elf_Scn *scn = elf_newscn(elf);
	Elf_Data *d = elf_newdata(scn);
	GElf_Shdr h;

	d->d_buf = (void *)data;
	d->d_size = n;
	d->d_type = type == SHT_SYMTAB ? ELF_T_SYM : ELF_T_BYTE;
	d->d_align = align;
	gelf_getshdr(scn, &h);
	h.sh_name = (Elf64_Word)name;
	h.sh_type = type;
	if (type == SHT_SYMTAB) {
		h.sh_link = STRTAB;
		h.sh_entsize = sizeof(Elf64_Sym);
		h.sh_info = 4;
	}
	gelf_update_shdr(scn, &h);
}

static size_t offset_of(const char *in, size_t n, const char *what)
{
	return (size_t)((const char *)memmem(in, n, what, strlen(what) + 1) - in);
}

static void make_object(const char *path, const char *module_name)
{
	Elf64_Sym syms[4] = { { 0 } };
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	Elf *elf;
	GElf_Ehdr e;
	static const struct { const char *name; Elf64_Addr at; Elf64_Xword size; } info[] = {
		{ "license", 0, 12 }, { "name", 12, 14 }, { "depends", 26, 9 },
	};

	memset(module, 0x11, sizeof(module));
	memset(module + 24, 0, 56);
	strcpy(module + 24, module_name);
	for (int i = 0; i < 3; i++)
		syms[i + 1] = (Elf64_Sym){ .st_name = (Elf64_Word)offset_of(strings, sizeof(strings), info[i].name),
					   .st_info = ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), .st_shndx = MODINFO,
					   .st_value = info[i].at, .st_size = info[i].size };
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	if (!elf || !gelf_newehdr(elf, ELFCLASS64) || !gelf_getehdr(elf, &e))
		abort();
	e.e_type = ET_REL;
	e.e_machine = EM_X86_64;
	e.e_version = EV_CURRENT;
	e.e_ident[EI_DATA] = ELFDATA2LSB;
	e.e_shstrndx = SHSTRTAB;
	gelf_update_ehdr(elf, &e);
	section(elf, 1, SHT_PROGBITS, info_text, sizeof(info_text), 1);
	section(elf, offset_of(names, sizeof(names), ".gnu.linkonce.this_module"), SHT_PROGBITS, module, sizeof(module), 64);
	section(elf, offset_of(names, sizeof(names), ".symtab"), SHT_SYMTAB, syms, sizeof(syms), 8);
	section(elf, offset_of(names, sizeof(names), ".strtab"), SHT_STRTAB, strings, sizeof(strings), 1);
	section(elf, offset_of(names, sizeof(names), ".shstrtab"), SHT_STRTAB, names, sizeof(names), 1);
	if (elf_update(elf, ELF_C_WRITE) < 0)
		abort();
	elf_end(elf);
	close(fd);
}

static Elf *open_object(const char *path)
{
	return elf_begin(open(path, O_RDONLY), ELF_C_READ, NULL);
}

static const char *data_of(Elf *elf, size_t index, size_t *n)
{
	Elf_Data *d = elf_getdata(elf_getscn(elf, index), NULL);

	*n = d->d_size;
	return d->d_buf;
}

/* The text a symbol of .modinfo stands at. */
static const char *text_of(Elf *elf, int symbol)
{
	Elf_Data *d = elf_getdata(elf_getscn(elf, SYMTAB), NULL);
	GElf_Sym sym;
	size_t n;

	gelf_getsym(d, symbol, &sym);
	return data_of(elf, MODINFO, &n) + sym.st_value;
}

static void test_name(const char *from, const char *to, const char *name, const char *label)
{
	static const char *const extra[] = { "sonde_release=6.1", NULL };
	int err = modname_patch(from, to, "old_name", name, extra);
	char text[80], want[80];
	const char *p;
	size_t n;
	Elf *elf;

	if (err) {
		check(label, false, strerror(-err));
		return;
	}
	elf = open_object(to);
	p = data_of(elf, MODULE, &n);
	snprintf(text, sizeof(text), "%s-module", label);
	check(text, n == sizeof(module) && !strcmp(p + 24, name) && p[23] == 0x11 && p[24 + 56] == 0x11 && !p[24 + 55],
	      "struct module is wrong");
	snprintf(want, sizeof(want), "name=%s", name);
	snprintf(text, sizeof(text), "%s-modinfo", label);
	p = data_of(elf, MODINFO, &n);
	check(text, !strcmp(p, "license=GPL") && memmem(p, n, want, strlen(want) + 1) && !memmem(p, n, "old_name", 8) &&
	      memmem(p, n, "sonde_release=6.1", 18), "strings are wrong");
	snprintf(text, sizeof(text), "%s-symbols", label);
	check(text, !strcmp(text_of(elf, 1), "license=GPL") && !strcmp(text_of(elf, 2), want) &&
	      !strcmp(text_of(elf, 3), "depends="), "symbols do not stand at their text");
	elf_end(elf);
}

int main(void)
{
	static const char longest[] = "sonde_0123456789abcdef0123456789abcdef_1234567890123456";
	static const char too_long[] = "sonde_0123456789abcdef0123456789abcdef_12345678901234567";
	char from[300], to[300];

	test_begin();
	snprintf(from, sizeof(from), "%s/from.o", test_dir);
	snprintf(to, sizeof(to), "%s/to.o", test_dir);
	make_object(from, "old_name");
	test_name(from, to, "s", "shorter");
	test_name(from, to, "new_name", "same");
	test_name(from, to, longest, "longest");
	check("limit", strlen(longest) == MODNAME_MAX, "the test's name is not the longest");
	unlink(to);
	check("too-long", modname_patch(from, to, "old_name", too_long, NULL) == -ENAMETOOLONG && !path_exists(to), "taken");
	check("empty", modname_patch(from, to, "old_name", "", NULL) == -ENAMETOOLONG, "taken");
	check("other-name", modname_patch(from, to, "else", "x", NULL) == -ENOENT && !path_exists(to), "left an output");
	make_object(from, "other");
	check("name-not-in-module", modname_patch(from, to, "old_name", "x", NULL) == -ENOENT, "taken");
	file_write_atomic(from, "text", 4, 0600);
	check("not-elf", modname_patch(from, to, "old_name", "x", NULL) == -ENOEXEC, "taken");
	check("absent", modname_patch("/no/such", to, "old_name", "x", NULL) == -ENOENT, "wrong error");
	test_end();
	return failures != 0;
}

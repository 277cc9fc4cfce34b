// SPDX-License-Identifier: GPL-2.0-or-later
/* runtime/run/identity.c: .modinfo of made-up ELF files, build-id notes, the mismatch message. Links identity.c, libelf. */
#include "identity.h"

#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run-check.h"

static FILE *file;

/* An object with sections .modinfo (unless n is 0) and .shstrtab; returns its descriptor. */
static int object(const char *modinfo, size_t n)
{
	static char names[] = "\0.modinfo\0.shstrtab";
	Elf *elf;
	GElf_Ehdr e;

	file = tmpfile();
	if (!file || elf_version(EV_CURRENT) == EV_NONE)
		abort();
	elf = elf_begin(fileno(file), ELF_C_WRITE, NULL);
	if (!elf || !gelf_newehdr(elf, ELFCLASS64) || !gelf_getehdr(elf, &e))
		abort();
	e.e_type = ET_REL;
	e.e_machine = EM_X86_64;
	e.e_version = EV_CURRENT;
	e.e_ident[EI_DATA] = ELFDATA2LSB;
	gelf_update_ehdr(elf, &e);
	for (int i = n ? 0 : 1; i < 2; i++) {
		Elf_Scn *scn = elf_newscn(elf);
		Elf_Data *d = elf_newdata(scn);
		GElf_Shdr h;

		d->d_buf = i ? names : (char *)modinfo;
		d->d_size = i ? sizeof(names) : n;
		d->d_align = 1;
		d->d_version = EV_CURRENT;
		gelf_getshdr(scn, &h);
		h.sh_name = i ? 10 : 1;
		h.sh_type = i ? SHT_STRTAB : SHT_PROGBITS;
		gelf_update_shdr(scn, &h);
		if (i) {
			gelf_getehdr(elf, &e);
			e.e_shstrndx = (GElf_Half)elf_ndxscn(scn);
			gelf_update_ehdr(elf, &e);
		}
	}
	if (elf_update(elf, ELF_C_WRITE) < 0)
		abort();
	elf_end(elf);
	return fileno(file);
}

static const char *read_object(const char *modinfo, size_t n, struct modinfo *info)
{
	const char *why = modinfo_read(object(modinfo, n), info);

	fclose(file);
	if (why)
		modinfo_deinit(info);
	return why;
}

#define WHOLE "license=GPL\0name=sonde_ab_1\0sonde_abi=1\0sonde_release=6.1.0-9-amd64\0"

static void modinfo_whole(void)
{
	static const char text[] = WHOLE "sonde_version=#1 SMP Debian 6.1.27-1\0sonde_build_id=00ff\0vermagic=x=y\0parmtype=n:long\0parmtype=name2:charp\0"
				   "sonde_global=limit:number\0sonde_global=who:string";
	struct modinfo i;
	const char *why = read_object(text, sizeof(text), &i);

	CHECK(!why, "%s", why ? why : "");
	CHECK(!strcmp(i.name, "sonde_ab_1") && i.abi == 1, "name %s abi %u", i.name, i.abi);
	CHECK(!strcmp(i.built_for.release, "6.1.0-9-amd64"), "release %s", i.built_for.release);
	CHECK(!strcmp(i.built_for.version, "#1 SMP Debian 6.1.27-1"), "version %s", i.built_for.version);
	CHECK(!strcmp(i.built_for.build_id, "00ff"), "build-id %s", i.built_for.build_id);
	CHECK(modinfo_has_param(&i, "n") && modinfo_has_param(&i, "name2") && !modinfo_has_param(&i, "name") &&
	      !modinfo_has_param(&i, ""), "parameters");
	CHECK(modinfo_global(&i, "limit", 5) && !strcmp(modinfo_global(&i, "limit", 5), "number") && modinfo_global(&i, "who=x", 3) &&
	      !strcmp(modinfo_global(&i, "who", 3), "string") && !modinfo_global(&i, "n", 1) && !modinfo_global(&i, "limits", 6), "globals");
	modinfo_deinit(&i);
}

static void modinfo_refused(void)
{
	static const char unended[] = WHOLE "sonde_version=v\0garbage";
	static const char no_version[] = WHOLE;
	static const char no_name[] = "sonde_abi=1\0sonde_release=r\0sonde_version=v";
	static const char bad_name[] = "name=../x\0sonde_abi=1\0sonde_release=r\0sonde_version=v";
	char long_name[256] = "name=";
	struct modinfo i;

	memset(long_name + 5, 'a', 200);
	CHECK(read_object(unended, sizeof(unended) - 1, &i), "unended entry");
	CHECK(read_object(no_version, sizeof(no_version), &i), "no version");
	CHECK(read_object(no_name, sizeof(no_name), &i), "no name");
	CHECK(read_object(bad_name, sizeof(bad_name), &i), "path in the name");
	CHECK(read_object(long_name, sizeof(long_name), &i), "long name");
	CHECK(read_object(NULL, 0, &i), "no .modinfo");
}

static void not_elf(void)
{
	struct modinfo i;
	FILE *f = tmpfile();

	if (!f)
		abort();
	CHECK(modinfo_read(fileno(f), &i), "empty file");
	fputs("\177ELF\2\1\1 and then something else", f);
	fflush(f);
	CHECK(modinfo_read(fileno(f), &i), "damaged header");
	fclose(f);
	CHECK(modinfo_read(-1, &i), "no file");
}

/* Each byte of a good object replaced: whatever comes out, no crash (run under a sanitizer). */
static void damaged_objects(void)
{
	static const char text[] = WHOLE "sonde_version=v";
	char all[4096];
	ssize_t n = pread(object(text, sizeof(text)), all, sizeof(all), 0);

	fclose(file);
	CHECK(n > 64, "%zd bytes", n);
	for (ssize_t at = 0; at < n; at++) {
		struct modinfo i;
		char was = all[at];
		FILE *f = tmpfile();

		if (!f)
			abort();
		all[at] = (char)(was ^ 0xff);
		if (fwrite(all, 1, (size_t)n, f) != (size_t)n || fflush(f))
			abort();
		all[at] = was;
		modinfo_read(fileno(f), &i);
		modinfo_deinit(&i);
		fclose(f);
	}
}

static void build_id_notes(void)
{
	unsigned char notes[64] = { 0 };
	char hex[IDENTITY_MAX];
	Elf64_Nhdr linux_note = { 6, 4, 0x101 }, gnu = { 4, 3, NT_GNU_BUILD_ID };

	memcpy(notes, &linux_note, 12);
	memcpy(notes + 12, "Linux", 6);
	memcpy(notes + 24, &gnu, 12);
	memcpy(notes + 36, "GNU", 4);
	memcpy(notes + 40, "\x01\xab\xff", 3);
	CHECK(identity_build_id(notes, 44, hex, sizeof(hex)) && !strcmp(hex, "01abff"), "whole: %s", hex);
	CHECK(identity_build_id(notes, 43, hex, sizeof(hex)), "the last one without its padding");
	CHECK(!identity_build_id(notes, 42, hex, sizeof(hex)), "cut");
	CHECK(!identity_build_id(notes, 24, hex, sizeof(hex)), "none");
	CHECK(!identity_build_id(notes, 44, hex, 6), "no room");
	memset(notes, 0xff, sizeof(notes));
	CHECK(!identity_build_id(notes, sizeof(notes), hex, sizeof(hex)), "absurd sizes");
}

static void mismatch_text(void)
{
	struct identity a = { "6.1.0-9-amd64", "#1 SMP Debian 6.1.27-1", "aa" }, b = a;
	char buf[2048];
	const char *t;

	CHECK(!*identity_mismatch(&a, &b, buf, sizeof(buf)), "the same: %s", buf);
	strcpy(b.build_id, "");
	CHECK(!*identity_mismatch(&a, &b, buf, sizeof(buf)), "an unknown build-id: %s", buf);

	strcpy(b.version, "#1 SMP Debian 6.1.38-1");
	t = "module version mismatch (#1 SMP Debian 6.1.27-1 vs #1 SMP Debian 6.1.38-1), release 6.1.0-9-amd64\n";
	CHECK(!strncmp(identity_mismatch(&a, &b, buf, sizeof(buf)), t, strlen(t)), "version: %s", buf);
	CHECK(strstr(buf, "likely cause:") && strstr(buf, "remedy: install the headers of the running kernel") &&
	      strstr(buf, "reboot into") && strstr(buf, "sonde -p4"), "version: %s", buf);

	strcpy(b.version, a.version);
	strcpy(b.build_id, "bb");
	t = "module version mismatch (build-id aa vs build-id bb), release 6.1.0-9-amd64\n";
	CHECK(!strncmp(identity_mismatch(&a, &b, buf, sizeof(buf)), t, strlen(t)), "build-id: %s", buf);

	strcpy(b.release, "6.12.1");
	t = "module version mismatch (6.1.0-9-amd64 vs 6.12.1), release 6.12.1\n";
	CHECK(!strncmp(identity_mismatch(&a, &b, buf, sizeof(buf)), t, strlen(t)), "release: %s", buf);
	CHECK(strlen(identity_mismatch(&a, &b, buf, 40)) == 39, "cut: %s", buf);
}

int main(void)
{
	RUN(modinfo_whole);
	RUN(modinfo_refused);
	RUN(not_elf);
	RUN(damaged_objects);
	RUN(build_id_notes);
	RUN(mismatch_text);
	return check_status;
}

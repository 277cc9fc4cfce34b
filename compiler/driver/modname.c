// SPDX-License-Identifier: GPL-2.0-or-later
/* Renames the module in a .mod.o. */
#include "driver/modname.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/util.h"

struct section {
	Elf_Scn *scn;
	Elf_Data *data;
	size_t index;
};

static bool find_section(Elf *elf, const char *name, struct section *s)
{
	size_t strings;

	if (elf_getshdrstrndx(elf, &strings))
		return false;
	for (s->scn = elf_nextscn(elf, NULL); s->scn; s->scn = elf_nextscn(elf, s->scn)) {
		GElf_Shdr sh;
		const char *n;

		if (!gelf_getshdr(s->scn, &sh))
			return false;
		n = elf_strptr(elf, strings, sh.sh_name);
		if (n && !strcmp(n, name) && sh.sh_type != SHT_NOBITS) {
			s->index = elf_ndxscn(s->scn);
			s->data = elf_getdata(s->scn, NULL);
			return s->data && s->data->d_buf;
		}
	}
	return false;
}

/* struct module's layout is the kernel's affair: the name is where the old one is. */
static int rename_struct(Elf *elf, const char *old, const char *name)
{
	size_t n = strlen(old) + 1;
	struct section s;
	char *at;

	if (!find_section(elf, ".gnu.linkonce.this_module", &s))
		return -ENOENT;
	at = memmem(s.data->d_buf, s.data->d_size, old, n);
	if (!at || (size_t)((char *)s.data->d_buf + s.data->d_size - at) < MODNAME_MAX + 1)
		return -ENOENT;
	memset(at, 0, MODNAME_MAX + 1);
	memcpy(at, name, strlen(name));
	elf_flagdata(s.data, ELF_C_SET, ELF_F_DIRTY);
	return 0;
}

/* Symbols behind the string that changed its length move with their text. */
static int move_symbols(Elf *elf, size_t section, size_t at, long by)
{
	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn; scn = elf_nextscn(elf, scn)) {
		Elf_Data *d;
		GElf_Shdr sh;

		if (!gelf_getshdr(scn, &sh))
			return -ENOEXEC;
		if (sh.sh_type != SHT_SYMTAB)
			continue;
		d = elf_getdata(scn, NULL);
		if (!d)
			return -ENOEXEC;
		for (int i = 0; i < (int)(sh.sh_size / sh.sh_entsize); i++) {
			GElf_Sym sym;

			if (!gelf_getsym(d, i, &sym) || sym.st_shndx != section)
				continue;
			if (sym.st_value > at)
				sym.st_value += (GElf_Addr)by;
			else if (sym.st_value == at && sym.st_size)
				sym.st_size += (GElf_Xword)by;
			else
				continue;
			if (!gelf_update_sym(d, i, &sym))
				return -ENOEXEC;
		}
		elf_flagdata(d, ELF_C_SET, ELF_F_DIRTY);
	}
	return 0;
}

static int rename_info(Elf *elf, const char *old, const char *name, const char *const *info, struct buf *out)
{
	struct section s;
	const char *p, *end;
	long at = -1;

	if (!find_section(elf, ".modinfo", &s))
		return -ENOENT;
	p = s.data->d_buf;
	end = p + s.data->d_size;
	while (p < end) {
		size_t n = strnlen(p, (size_t)(end - p));

		if (at < 0 && n == 5 + strlen(old) && !memcmp(p, "name=", 5) && !memcmp(p + 5, old, n - 5)) {
			at = (long)out->n;
			buf_printf(out, "name=%s", name);
		} else {
			buf_put(out, p, n);
		}
		buf_putc(out, '\0');
		p += n + 1;
	}
	if (at < 0)
		return -ENOENT;
	for (; info && *info; info++)
		buf_put(out, *info, strlen(*info) + 1);
	/* libelf keeps no copy: out lives until the file was written. */
	s.data->d_buf = out->s;
	s.data->d_size = out->n;
	elf_flagdata(s.data, ELF_C_SET, ELF_F_DIRTY);
	return move_symbols(elf, s.index, (size_t)at, (long)strlen(name) - (long)strlen(old));
}

static int patch(int fd, const char *old, const char *name, const char *const *info)
{
	struct buf text;
	Elf *elf;
	int err;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_RDWR, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return -ENOEXEC;
	}
	buf_init(&text);
	err = rename_struct(elf, old, name);
	if (!err)
		err = rename_info(elf, old, name, info, &text);
	if (!err && elf_update(elf, ELF_C_WRITE) < 0)
		err = -EIO;
	elf_end(elf);
	buf_deinit(&text);
	return err;
}

int modname_patch(const char *from, const char *to, const char *old, const char *name, const char *const *info)
{
	size_t len;
	char *bytes;
	int fd, err;

	if (!*name || strlen(name) > MODNAME_MAX)
		return -ENAMETOOLONG;
	err = file_read(from, &bytes, &len);
	if (err)
		return err;
	err = file_write_atomic(to, bytes, len, 0600);
	if (err)
		return err;
	fd = open(to, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = patch(fd, old, name, info);
	if (close(fd) && !err)
		err = -errno;
	if (err)
		unlink(to);
	return err;
}

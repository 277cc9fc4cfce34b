// SPDX-License-Identifier: GPL-2.0-or-later
/* The identity of kernels and modules: reading it, comparing it, explaining a difference. */
#include "identity.h"

#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- The module's .modinfo ---------------------------------------------------------------------------------- */

static const char *copy(char *dst, size_t cap, const char *src)
{
	if (strlen(src) >= cap)
		return "a field of its .modinfo is too long";
	strcpy(dst, src);
	return NULL;
}

static const char *valid_name(const char *name)
{
	if (!*name)
		return "its .modinfo has no name: this is not a module that sonde made";
	for (const char *s = name; *s; s++)
		if (!(*s == '_' || (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')))
			return "its name has characters other than letters, digits and _";
	return NULL;
}

/* "NAME:TYPE" */
static const char *add_name(char **names, const char *value)
{
	size_t n = strlen(value), had = 0;
	char *p;

	while (*names && (*names)[had])
		had += strlen(*names + had) + 1;
	p = realloc(*names, had + n + 2);
	if (!p)
		return "out of memory";
	memcpy(p + had, value, n);
	p[had + n] = p[had + n + 1] = '\0';
	*names = p;
	return NULL;
}

static const char *type_of(const char *names, const char *name, size_t n)
{
	for (const char *p = names; p && *p; p += strlen(p) + 1)
		if (strcspn(p, ":") == n && !memcmp(p, name, n))
			return p + n + (p[n] == ':');
	return NULL;
}

bool modinfo_has_param(const struct modinfo *info, const char *name)
{
	return type_of(info->params, name, strlen(name));
}

const char *modinfo_global(const struct modinfo *info, const char *name, size_t n)
{
	return type_of(info->globals, name, n);
}

void modinfo_deinit(struct modinfo *info)
{
	free(info->params);
	free(info->globals);
	info->params = info->globals = NULL;
}

static const char *field(struct modinfo *info, const char *key, size_t n, const char *value)
{
	const struct {
		const char *key;
		char *to;
		size_t cap;
	} fields[] = {
		{ "name", info->name, sizeof(info->name) },
		{ "sonde_release", info->built_for.release, IDENTITY_MAX },
		{ "sonde_version", info->built_for.version, IDENTITY_MAX },
		{ "sonde_build_id", info->built_for.build_id, IDENTITY_MAX },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strlen(fields[i].key) == n && !memcmp(fields[i].key, key, n))
			return copy(fields[i].to, fields[i].cap, value);
	if (n == 8 && !memcmp(key, "parmtype", 8) && *value && *value != ':')
		return add_name(&info->params, value);
	if (n == 12 && !memcmp(key, "sonde_global", 12))
		return add_name(&info->globals, value);
	if (n == 15 && !memcmp(key, "sonde_unchecked", 15)) {
		info->any_release |= !strcmp(value, "release");
		info->any_build_id |= !strcmp(value, "build-id");
	}
	if (n == 9 && !memcmp(key, "sonde_abi", 9))
		info->abi = (unsigned int)strtoul(value, NULL, 10);
	return NULL;
}

/* Entries "key=value", each ended by a NUL. */
static const char *fields_of(struct modinfo *info, const char *s, size_t n)
{
	const char *end = s + n;

	while (s < end) {
		const char *nul = memchr(s, '\0', (size_t)(end - s)), *eq, *why;

		if (!nul)
			return "its .modinfo is damaged";
		eq = memchr(s, '=', (size_t)(nul - s));
		if (eq) {
			why = field(info, s, (size_t)(eq - s), eq + 1);
			if (why)
				return why;
		}
		s = nul + 1;
	}
	if (!info->abi || !info->built_for.release[0] || !info->built_for.version[0])
		return "its .modinfo does not say for which kernel it was built: this is not a module that sonde made";
	return valid_name(info->name);
}

static const char *find_modinfo(Elf *elf, struct modinfo *info)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names))
		return "not an ELF file (a compressed module has to be unpacked first)";
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;
		const char *name;
		Elf_Data *d;

		if (!gelf_getshdr(scn, &h))
			continue;
		name = elf_strptr(elf, names, h.sh_name);
		if (!name || strcmp(name, ".modinfo"))
			continue;
		d = elf_rawdata(scn, NULL);
		if (!d || !d->d_buf || !d->d_size)
			return "its .modinfo is empty";
		return fields_of(info, d->d_buf, d->d_size);
	}
	return "it has no .modinfo section: not a kernel module";
}

const char *modinfo_read(int fd, struct modinfo *info)
{
	const char *why;
	Elf *elf;

	memset(info, 0, sizeof(*info));
	if (elf_version(EV_CURRENT) == EV_NONE)
		return "libelf is too old";
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf)
		return "not an ELF file";
	why = find_modinfo(elf, info);
	elf_end(elf);
	return why;
}

/* ---- The running kernel ------------------------------------------------------------------------------------- */

bool identity_build_id(const void *notes, size_t n, char *hex, size_t cap)
{
	const unsigned char *p = notes, *end = p + n;

	while ((size_t)(end - p) >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr h; /* the same layout in 32 and 64 bits */
		size_t name, desc;

		memcpy(&h, p, sizeof(h));
		p += sizeof(h);
		name = ((size_t)h.n_namesz + 3) & ~(size_t)3;
		desc = ((size_t)h.n_descsz + 3) & ~(size_t)3;
		if (name > (size_t)(end - p) || h.n_descsz > (size_t)(end - p) - name)
			return false;
		if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 && !memcmp(p, "GNU", 4)) {
			if ((size_t)h.n_descsz * 2 + 1 > cap)
				return false;
			for (size_t i = 0; i < h.n_descsz; i++)
				snprintf(hex + 2 * i, 3, "%02x", p[name + i]);
			return h.n_descsz;
		}
		if (desc > (size_t)(end - p) - name)
			return false;
		p += name + desc;
	}
	return false;
}

bool identity_running(struct identity *id)
{
	char notes[8192];
	struct utsname u;
	size_t n = 0;
	ssize_t r;
	int fd;

	memset(id, 0, sizeof(*id));
	if (uname(&u))
		return false;
	snprintf(id->release, sizeof(id->release), "%s", u.release);
	snprintf(id->version, sizeof(id->version), "%s", u.version);
	fd = open("/sys/kernel/notes", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	while (n < sizeof(notes) && (r = read(fd, notes + n, sizeof(notes) - n)) > 0)
		n += (size_t)r;
	close(fd);
	if (!identity_build_id(notes, n, id->build_id, sizeof(id->build_id)))
		id->build_id[0] = '\0';
	return true;
}

/* ---- The difference ----------------------------------------------------------------------------------------- */

const char *identity_mismatch(const struct identity *built_for, const struct identity *running, char *buf, size_t cap)
{
	const char *r = running->release;
	int n;

	buf[0] = '\0';
	if (strcmp(built_for->release, r)) {
		n = snprintf(buf, cap, "module version mismatch (%s vs %s), release %s", built_for->release, r, r);
		if (n > 0 && (size_t)n < cap)
			snprintf(buf + n, cap - (size_t)n,
				 "\n  cause: the module was built for another kernel release than the one that runs"
				 "\n  remedy: build it again on this machine or with \"sonde -p4 -r %s\", or reboot into %s", r,
				 built_for->release);
		return buf;
	}
	if (strcmp(built_for->version, running->version))
		n = snprintf(buf, cap, "module version mismatch (%s vs %s), release %s", built_for->version, running->version, r);
	else if (built_for->build_id[0] && running->build_id[0] && strcmp(built_for->build_id, running->build_id))
		n = snprintf(buf, cap, "module version mismatch (build-id %s vs build-id %s), release %s", built_for->build_id,
			     running->build_id, r);
	else
		return buf;
	if (n > 0 && (size_t)n < cap)
		snprintf(buf + n, cap - (size_t)n,
			 "\n  likely cause: the module was built against another build of this kernel release: the installed headers"
			 "\n  and the running kernel come from different package versions, or a newer build of the kernel was installed"
			 "\n  and a reboot into it is due"
			 "\n  remedy: install the headers of the running kernel (for release %s, the version that says"
			 "\n  \"%s\") or reboot into the kernel that the headers belong to (\"%s\");"
			 "\n  then build the module again with \"sonde -p4\"", r, running->version, built_for->version);
	return buf;
}

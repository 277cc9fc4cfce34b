// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The libraries of a program, as the dynamic linker would find them (ld.so(8)):
 * DT_RPATH, LD_LIBRARY_PATH, DT_RUNPATH, the folders of /etc/ld.so.conf, and
 * those of the system. Its cache is not read: it only holds what these folders hold.
 */
#include <fcntl.h>
#include <glob.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/intern.h"
#include "base/map.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/program.h"

enum { DEPTH_MAX = 64, LINE = 4096 };

struct names VEC(const char *);

struct libs {
	struct arena *a;
	struct kernel *k;
	struct names dirs;   /* of ld.so.conf and of the system */
	struct names found;  /* paths, in the order of breadth */
	struct map seen;
};

/* ---- Folders ------------------------------------------------------------------------- */

static void add_dir(struct libs *l, const char *dir)
{
	if (*dir == '/')
		vec_push(l->a, &l->dirs, intern(dir));
}

static void read_conf(struct libs *l, const char *path, unsigned depth)
{
	char line[LINE], *s;
	glob_t g;
	FILE *f = depth < 8 ? fopen(path, "re") : NULL;

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "#\n")] = '\0';
		s = line + strspn(line, " \t");
		s[strcspn(s, " \t,:")] = *s == 'i' ? s[strcspn(s, " \t,:")] : '\0';
		if (!strncmp(s, "include", 7)) {
			s += 7 + strspn(s + 7, " \t");
			if (!glob(s, 0, NULL, &g))
				for (size_t i = 0; i < g.gl_pathc; i++)
					read_conf(l, g.gl_pathv[i], depth + 1);
			globfree(&g);
		} else {
			add_dir(l, s);
		}
	}
	if (f)
		fclose(f);
}

static void find_dirs(struct libs *l)
{
	bool arm = !strcmp(l->k->arch, "arm64");

	read_conf(l, "/etc/ld.so.conf", 0);
	add_dir(l, arm ? "/lib/aarch64-linux-gnu" : "/lib/x86_64-linux-gnu");
	add_dir(l, arm ? "/usr/lib/aarch64-linux-gnu" : "/usr/lib/x86_64-linux-gnu");
	add_dir(l, "/lib64");
	add_dir(l, "/usr/lib64");
	add_dir(l, "/lib");
	add_dir(l, "/usr/lib");
}

/* ---- One file -------------------------------------------------------------------------- */

struct dynamic {
	struct names needed;
	const char *rpath, *runpath;
};

static void read_dynamic(struct libs *l, const char *path, struct dynamic *d)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
	Elf_Scn *scn = NULL;

	while (elf && (scn = elf_nextscn(elf, scn))) {
		Elf_Data *data;
		GElf_Shdr h;
		GElf_Dyn dyn;

		if (!gelf_getshdr(scn, &h) || h.sh_type != SHT_DYNAMIC || !(data = elf_getdata(scn, NULL)))
			continue;
		for (int i = 0; gelf_getdyn(data, i, &dyn) && dyn.d_tag != DT_NULL; i++) {
			const char *s = dyn.d_tag == DT_NEEDED || dyn.d_tag == DT_RPATH || dyn.d_tag == DT_RUNPATH ?
				elf_strptr(elf, h.sh_link, dyn.d_un.d_val) : NULL;

			if (s && dyn.d_tag == DT_NEEDED)
				vec_push(l->a, &d->needed, intern(s));
			else if (s && dyn.d_tag == DT_RPATH)
				d->rpath = intern(s);
			else if (s)
				d->runpath = intern(s);
		}
	}
	if (elf)
		elf_end(elf);
	if (fd >= 0)
		close(fd);
}

static bool usable(struct libs *l, const char *path)
{
	const char *why;

	return path_exists(path) && program_open(l->k, path, &why);
}

/* A list of folders with ':' between them, $ORIGIN being that of the file which has the list. */
static const char *in_list(struct libs *l, const char *list, const char *origin, const char *name)
{
	const char *slash = strrchr(origin, '/');

	for (const char *p = list, *end; p && *p; p = *end ? end + 1 : end) {
		const char *dir, *path;
		size_t skip = 0;

		end = p + strcspn(p, ":");
		if (!strncmp(p, "$ORIGIN", 7))
			skip = 7;
		else if (!strncmp(p, "${ORIGIN}", 9))
			skip = 9;
		dir = skip ? intern_printf("%.*s%.*s", (int)(slash - origin), origin, (int)(end - p - (long)skip), p + skip) :
			     intern_n(p, (size_t)(end - p));
		path = intern_printf("%s/%s", dir, name);
		if (usable(l, path))
			return path;
	}
	return NULL;
}

static const char *search(struct libs *l, const struct dynamic *d, const char *origin, const char *name)
{
	const char *path = NULL;

	if (strchr(name, '/'))
		return usable(l, name) ? name : NULL;
	if (d->rpath && !d->runpath)
		path = in_list(l, d->rpath, origin, name);
	if (!path)
		path = in_list(l, sysenv("LD_LIBRARY_PATH"), origin, name);
	if (!path && d->runpath)
		path = in_list(l, d->runpath, origin, name);
	for (unsigned i = 0; !path && i < l->dirs.n; i++) {
		path = intern_printf("%s/%s", l->dirs.v[i], name);
		if (!usable(l, path))
			path = NULL;
	}
	return path;
}

static void add_needed(struct libs *l, const char *path)
{
	struct dynamic d = { 0 };

	read_dynamic(l, path, &d);
	vec_each(i, &d.needed) {
		const char *lib = search(l, &d, path, d.needed.v[i]);

		if (!lib || map_has(&l->seen, intern(lib)))
			continue;
		map_put(&l->seen, intern(lib), l);
		vec_push(l->a, &l->found, intern(lib));
	}
}

/* "libc.so.6" and "x86_64-linux-gnu/libc.so.6" fit the end of the path. */
static bool fits(const char *glob, const char *path)
{
	return glob_match(glob, path) || (*glob != '/' && glob_match(intern_printf("*/%s", glob), path));
}

unsigned program_each_library(struct program *p, const char *glob, void (*f)(const char *path, void *data), void *data)
{
	struct libs l = { .a = arena_create(), .k = p->file->kernel };
	struct dynamic none = { 0 };
	const char *path;
	unsigned n = 0;

	map_init(&l.seen, l.a);
	find_dirs(&l);
	add_needed(&l, p->path);
	for (unsigned i = 0; i < l.found.n && i < 1000; i++)
		add_needed(&l, l.found.v[i]);
	vec_each(i, &l.found)
		if (fits(glob, l.found.v[i])) {
			f(l.found.v[i], data);
			n++;
		}
	if (!n && !is_glob(glob)) {
		path = search(&l, &none, p->path, glob);
		if (path) {
			f(path, data);
			n++;
		}
	}
	arena_destroy(l.a);
	return n;
}

/* ---- Libraries that are none any more ---------------------------------------------------- */

const char *program_merged_into(struct program *p)
{
	static const char *const names[] = { "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libanl.so.1", "libresolv.so.2" };
	const char *base = strrchr(p->path, '/');

	for (unsigned i = 0; base && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(base + 1, names[i])) {
			const char *libc = intern_printf("%.*s/libc.so.6", (int)(base - p->path), p->path);

			return access(libc, R_OK) ? NULL : libc;
		}
	return NULL;
}

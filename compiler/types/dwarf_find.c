// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the debugging information of a kernel or module is: by build-id, by
 * the names that packages use, by .gnu_debuglink, in the build tree, from
 * debuginfod. A file of another build is never taken.
 */
#include "types/dwarf_find.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <glob.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/util.h"
#include "types/dwarf.h"
#include "types/image.h"
#include "types/kernel.h"

static char *strf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static char *strf(const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	s = arena_vprintf(arena_permanent(), fmt, ap);
	va_end(ap);
	return s;
}

static const char *hex(const uint8_t *id, size_t n)
{
	char *s = arena_alloc(arena_permanent(), 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		s[2 * i] = "0123456789abcdef"[id[i] >> 4];
		s[2 * i + 1] = "0123456789abcdef"[id[i] & 15];
	}
	return s;
}

/* ---- One file -------------------------------------------------------------------- */

const char *dwarf_file_id(const char *path)
{
	const char *id = "", *why;
	struct image im;

	if (!image_open(&im, path, &why)) {
		id = image_build_id(&im);
		image_close(&im);
	}
	return id;
}

static bool has_dwarf(Elf *elf)
{
	size_t names;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(elf, &names))
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;
		const char *name = gelf_getshdr(scn, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;

		if (name && h.sh_type != SHT_NOBITS && (!strcmp(name, ".debug_info") || !strcmp(name, ".zdebug_info")))
			return true;
	}
	return false;
}

/* Is there DWARF of the right build? Remembers what is of another. */
static bool try(struct dwarf_search *s, const char *path)
{
	const char *id = "";
	const void *bits;
	bool ok = false;
	ssize_t n;
	Elf *elf;
	int fd;

	if (s->path || !path)
		return s->path;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF && has_dwarf(elf)) {
		n = dwelf_elf_gnu_build_id(elf, &bits);
		id = n > 0 ? hex(bits, (size_t)n) : "";
		ok = !*s->build_id || !*id || !strcmp(id, s->build_id);
		if (!ok && !s->other) {
			s->other = arena_strdup(arena_permanent(), path);
			s->other_id = id;
		}
	}
	if (elf)
		elf_end(elf);
	close(fd);
	if (ok) {
		s->path = arena_strdup(arena_permanent(), path);
		s->found_id = id;
	}
	return ok;
}

/* ---- Folders --------------------------------------------------------------------- */

static void try_id(struct dwarf_search *s, const char *dir)
{
	if (strlen(s->build_id) > 2)
		try(s, strf("%s/.build-id/%.2s/%s.debug", dir, s->build_id, s->build_id + 2));
}

/* The part of a module's path from "kernel/" (or "updates/", …) on: behind …/lib/modules/RELEASE/. */
static const char *below_release(const struct dwarf_search *s)
{
	const char *mark = strf("/lib/modules/%s/", s->kernel->release), *p = s->object ? strstr(s->object, mark) : NULL;

	return p ? p + strlen(mark) : NULL;
}

/* Without what packs a module: .xz, .zst, .gz. */
static const char *unpacked(const char *name)
{
	const char *ko = strstr(name, ".ko");

	return ko ? arena_strndup(arena_permanent(), name, (size_t)(ko + 3 - name)) : name;
}

/* A folder with the layouts of /usr/lib/debug. */
static void try_root(struct dwarf_search *s, const char *dir)
{
	static const char *const kernels[] = { "boot/vmlinux-%s", "lib/modules/%s/vmlinux", "usr/lib/modules/%s/vmlinux", "vmlinux-%s" };
	const char *r = s->kernel->release, *below = s->module ? below_release(s) : NULL;

	try_id(s, dir);
	for (unsigned i = 0; !s->module && i < ARRAY_SIZE(kernels); i++) {
		const char *mark = strstr(kernels[i], "%s");

		try(s, strf("%s/%.*s%s%s", dir, (int)(mark - kernels[i]), kernels[i], r, mark + 2));
	}
	if (!s->module) {
		try(s, strf("%s/boot/vmlinux-%s.debug", dir, r));
		try(s, strf("%s/lib/modules/%s/vmlinux.debug", dir, r));
		return;
	}
	if (below) {
		below = unpacked(below);
		try(s, strf("%s/lib/modules/%s/%s", dir, r, below));
		try(s, strf("%s/lib/modules/%s/%s.debug", dir, r, below));
		try(s, strf("%s/usr/lib/modules/%s/%s", dir, r, below));
		try(s, strf("%s/usr/lib/modules/%s/%s.debug", dir, r, below));
	} else if (s->object && *s->object == '/') {
		try(s, strf("%s%s", dir, unpacked(s->object)));
		try(s, strf("%s%s.debug", dir, unpacked(s->object)));
	}
}

static const char *dir_of(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? arena_strndup(arena_permanent(), path, (size_t)(slash - path)) : NULL;
}

/*
 * A list as in SYSTEMTAP_DEBUGINFO_PATH: '+' or '-' before a part says whether
 * checksums are wanted (build-ids always are); a relative part is below the
 * folder of the object itself.
 */
static void try_path(struct dwarf_search *s, const char *list)
{
	const char *dir = dir_of(s->object);

	for (const char *p = list, *end; p && *p; p = *end ? end + 1 : end) {
		const char *part;

		end = p + strcspn(p, ":");
		if (*p == '+' || *p == '-')
			p++;
		part = arena_strndup(arena_permanent(), p, (size_t)(end - p));
		if (*part == '/') {
			try_root(s, part);
			if (!s->module || strstr(part, ".ko"))
				try(s, part);
		} else if (dir) {
			try(s, strf("%s/%s/%s", dir, part, unpacked(strrchr(s->object, '/') + 1)));
			try(s, strf("%s/%s/%s.debug", dir, part, unpacked(strrchr(s->object, '/') + 1)));
		}
	}
}

/* The name in .gnu_debuglink, beside the object and in .debug. */
static void try_link(struct dwarf_search *s)
{
	const char *dir = dir_of(s->object), *why, *name;
	const uint8_t *link;
	struct image im;
	size_t n;

	/* A kernel's image has none, and is slow to unpack. */
	if (s->path || !s->module || !dir || image_open(&im, s->object, &why))
		return;
	link = image_section(&im, ".gnu_debuglink", &n);
	if (link && memchr(link, 0, n) && !strchr((const char *)link, '/')) {
		name = arena_strdup(arena_permanent(), (const char *)link);
		try(s, strf("%s/%s", dir, name));
		try(s, strf("%s/.debug/%s", dir, name));
		if (!s->program)
			try(s, strf("%s/usr/lib/debug%s/%s", s->kernel->root, dir + strlen(s->kernel->root), name));
		try(s, strf("/usr/lib/debug%s/%s", dir, name));
	}
	image_close(&im);
}

static void try_build_tree(struct dwarf_search *s)
{
	const struct kernel *k = s->kernel;
	const char *below = s->module ? below_release(s) : NULL;

	if (!k->build_dir)
		return;
	if (!s->module)
		try(s, strf("%s/vmlinux", k->build_dir));
	else if (below && !strncmp(below, "kernel/", 7))
		try(s, strf("%s/%s", k->build_dir, unpacked(below + 7)));
}

static void try_network(struct dwarf_search *s)
{
	const char *urls = getenv("DEBUGINFOD_URLS");

	if (!s->path && urls && *urls && *s->build_id)
		try(s, dwarf_fetch(s->build_id, &s->network));
}

/* Of a program or library. A file without a build-id may only be the one that it names itself. */
static bool find_program(struct dwarf_search *s, bool network)
{
	if (try(s, s->object))
		return true;
	if (*s->build_id) {
		try_path(s, getenv("SONDE_DEBUGINFO_PATH"));
		try_path(s, getenv("SYSTEMTAP_DEBUGINFO_PATH"));
		try_id(s, "/usr/lib/debug");
		try_link(s);
	}
	if (network)
		try_network(s);
	return s->path;
}

bool dwarf_find(struct dwarf_search *s, bool network)
{
	const struct kernel *k = s->kernel;

	if (s->program)
		return find_program(s, network);
	try_path(s, getenv("SONDE_DEBUGINFO_PATH"));
	try_path(s, getenv("SYSTEMTAP_DEBUGINFO_PATH"));
	try(s, s->object); /* a vmlinux, or a module that was not stripped */
	if (*k->root)
		try_root(s, strf("%s/usr/lib/debug", k->root));
	try_root(s, "/usr/lib/debug");
	if (!s->module) {
		try(s, strf("%s/boot/vmlinux-%s", k->root, k->release));
		if (k->modules_dir)
			try(s, strf("%s/vmlinux", k->modules_dir));
	}
	try_build_tree(s);
	try_link(s);
	if (network)
		try_network(s);
	return s->path;
}

/* ---- What to say ----------------------------------------------------------------- */

const char *dwarf_package(const struct kernel *k)
{
	return strf("linux-image-%s-dbg", k->release);
}

/* The package that installed a file, by the lists of dpkg; NULL: it is of none. */
static const char *package_of(const char *path)
{
	const char *result = NULL;
	char line[4096];
	glob_t g;

	if (glob("/var/lib/dpkg/info/*.list", 0, NULL, &g))
		return NULL;
	for (size_t i = 0; i < g.gl_pathc && !result; i++) {
		FILE *f = fopen(g.gl_pathv[i], "re");

		while (f && !result && fgets(line, sizeof(line), f)) {
			line[strcspn(line, "\n")] = '\0';
			/* What is in /usr/lib now may be in the list as /lib. */
			if (!strcmp(line, path) || (!strncmp(path, "/usr/", 5) && !strcmp(line, path + 4))) {
				const char *name = strrchr(g.gl_pathv[i], '/') + 1;

				result = strf("%.*s", (int)strcspn(name, ":."), name);
			}
		}
		if (f)
			fclose(f);
	}
	globfree(&g);
	return result;
}

static void program_missing(const struct dwarf_search *s, struct range where)
{
	static const struct range nowhere;
	const char *package;
	struct diag *d;

	if (s->other) {
		d = diag(DIAG_DEBUGINFO_MISMATCH, where, "the debugging information found for %s is of another build", s->object);
		diag_note(d, nowhere, "%s has build-id %s, wanted is %s", s->other, *s->other_id ? s->other_id : "none", s->build_id);
		return;
	}
	d = diag(DIAG_DEBUGINFO_MISSING, where, "this needs the debugging information of %s, and there is none", s->object);
	if (*s->build_id)
		diag_note(d, nowhere, "looked in the file itself, $SONDE_DEBUGINFO_PATH and /usr/lib/debug, for build-id %s", s->build_id);
	if (s->network)
		diag_note(d, nowhere, "debuginfod: %s", s->network);
	package = package_of(s->object);
	if (package)
		diag_hint(d, "it is of the package %s: on Debian, %s-dbgsym (of the archive debian-debug) has it%s", package, package,
			  s->network ? "" : "; or set DEBUGINFOD_URLS, and it is fetched when it is needed");
	else
		diag_hint(d, "compile it with -g; functions by name, and their arguments as $arg1, $arg2, ..., need none");
}

void dwarf_missing(const struct dwarf_search *s, struct range where)
{
	static const struct range nowhere;
	const struct kernel *k = s->kernel;
	const char *what = s->module ? strf("module %s of kernel %s", s->module, k->release) : strf("kernel %s", k->release);
	struct diag *d;

	if (s->program) {
		program_missing(s, where);
		return;
	}
	if (s->other) {
		d = diag(DIAG_DEBUGINFO_MISMATCH, where, "the debugging information found for %s is of another build", what);
		diag_note(d, nowhere, "%s has build-id %s, wanted is %s", s->other, *s->other_id ? s->other_id : "none", s->build_id);
		diag_hint(d, "install the %s of the same version as the kernel's own package", dwarf_package(k));
		return;
	}
	d = diag(DIAG_DEBUGINFO_MISSING, where, "this needs the debugging information of %s, and there is none", what);
	diag_note(d, nowhere, "looked in $SONDE_DEBUGINFO_PATH, %s%s/usr/lib/debug and the build tree%s%s", k->root,
		  *k->root ? "/usr/lib/debug, " : "", *s->build_id ? ", for build-id " : "", s->build_id);
	if (s->network)
		diag_note(d, nowhere, "debuginfod: %s", s->network);
	if (*k->root && s->module)
		diag_hint(d, "on Debian and its derivatives, SONDE_DEBUG_MODULES=%s tools/kernels fetch --debug %s unpacks it from %s", s->module, k->release,
			  dwarf_package(k));
	else if (*k->root)
		diag_hint(d, "on Debian and its derivatives, tools/kernels fetch --debug %s unpacks it from %s", k->release, dwarf_package(k));
	else
		diag_hint(d, "on Debian and its derivatives, install %s", dwarf_package(k));
	if (!s->network)
		diag_hint(d, "or set DEBUGINFOD_URLS, and it is fetched when it is needed");
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cache of extracted BTF. Two kinds of small files, each written in one
 * step, so that concurrent runs see all of it or nothing:
 *
 *	<name>.btf     the bytes; name is the build-id, or a hash where there is none
 *	<hash>.stamp   for one image as it is now: name, build-id and version, a line each
 *	<hash>.<other> what else was worked out from a file as it is now
 *
 * Only files of our own are believed. Everything here may fail: then the image
 * is unpacked again, and nobody is told.
 */
#include "types/kcache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/util.h"

const char *kcache_folder(const char *name, bool make)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"), *dir;
	struct arena *a = arena_permanent();
	struct stat st;

	if (base && *base == '/')
		dir = arena_printf(a, "%s/sonde/%s", base, name);
	else if (home && *home == '/')
		dir = arena_printf(a, "%s/.cache/sonde/%s", home, name);
	else
		return NULL;
	if (make && dir_make(dir, 0700))
		return NULL;
	if (lstat(dir, &st) || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return NULL;
	return dir;
}

/* Identifies an image as it is now. NULL when it cannot be looked at. */
static const char *stamp_name(const char *dir, const char *path)
{
	char *real = realpath(path, NULL), hex[65], text[128];
	struct hash h;
	struct stat st;

	if (!real || stat(real, &st)) {
		free(real);
		return NULL;
	}
	snprintf(text, sizeof(text), "1 %ju %ju %jd %jd.%09ld", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino, (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
		 st.st_mtim.tv_nsec);
	hash_init(&h);
	hash_str(&h, real);
	hash_str(&h, text);
	hash_hex(&h, hex);
	free(real);
	return arena_printf(arena_permanent(), "%s/%.32s.stamp", dir, hex);
}

static bool is_hex(const char *s)
{
	return strspn(s, "0123456789abcdef") == strlen(s);
}

/* Takes a line off the front of *s. */
static char *line(char **s)
{
	char *l = *s, *end = l ? strchr(l, '\n') : NULL;

	if (!end)
		return NULL;
	*end = '\0';
	*s = end + 1;
	return l;
}

bool kcache_lookup(const char *path, struct kcache_entry *e)
{
	const char *dir = kcache_folder("btf", false), *stamp = dir ? stamp_name(dir, path) : NULL;
	char *text, *rest, *name, *build_id, *version;
	struct arena *a = arena_permanent();
	bool ok = false;

	if (!stamp || file_read(stamp, &text, NULL))
		return false;
	rest = text;
	name = line(&rest);
	build_id = line(&rest);
	version = line(&rest);
	if (version && *name && is_hex(name) && is_hex(build_id)) {
		e->file = arena_printf(a, "%s/%s.btf", dir, name);
		e->build_id = arena_strdup(a, build_id);
		e->version = arena_strdup(a, version);
		ok = path_exists(e->file);
	}
	free(text);
	return ok;
}

void kcache_store(const char *path, const char *build_id, const char *version, const void *btf,
		  size_t size)
{
	const char *dir = kcache_folder("btf", true), *stamp = dir ? stamp_name(dir, path) : NULL, *file;
	struct arena *a = arena_permanent();
	char hex[65], *text;
	struct hash h;

	if (!stamp || strchr(version, '\n'))
		return;
	hash_init(&h);
	hash_data(&h, btf, size);
	hash_hex(&h, hex);
	file = arena_printf(a, "%s/%s.btf", dir, *build_id ? build_id : hex);
	if (file_write_atomic(file, btf, size, 0600))
		return;
	text = arena_printf(a, "%s\n%s\n%s\n", *build_id ? build_id : hex, build_id, version);
	file_write_atomic(stamp, text, strlen(text), 0600);
}

static const char *text_name(const char *path, const char *suffix, bool make)
{
	const char *dir = kcache_folder("btf", make), *stamp = dir ? stamp_name(dir, path) : NULL;

	return stamp ? arena_printf(arena_permanent(), "%.*s.%s", (int)(strrchr(stamp, '.') - stamp), stamp, suffix) : NULL;
}

const char *kcache_text(const char *path, const char *suffix, size_t *size)
{
	const char *file = text_name(path, suffix, false);

	return file ? file_map(file, size) : NULL;
}

void kcache_store_text(const char *path, const char *suffix, const void *text, size_t size)
{
	const char *file = text_name(path, suffix, true);

	if (file)
		file_write_atomic(file, text, size, 0600);
}

/* What cannot be mapped (older kernels' sysfs) is read. */
const void *file_map(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *p = MAP_FAILED;
	struct stat st;
	char *text;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0) {
		*size = (size_t)st.st_size;
		p = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	if (p != MAP_FAILED)
		return p;
	if (file_read(path, &text, size))
		return NULL;
	if (*size)
		return text;
	free(text);
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The content-hash cache. Entries are never changed, only made (by rename),
 * touched and removed, so readers need no lock. Knows nothing of scripts and
 * modules beyond the form of their names.
 */
#include "driver/cache.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/util.h"
#include "base/vec.h"

enum {
	LIMIT_MB = 256,
	PRUNE_EVERY = 24 * 3600, /* seconds */
	IN_USE = 3600,           /* what was used within the last hour stays, whatever the limit */
};

static const struct range nowhere;

static const char *cache_path(void)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	/* The base directory specification: a relative path there is to be ignored. */
	if (base && base[0] == '/')
		return arena_printf(arena_permanent(), "%s/sonde", base);
	if (home && home[0] == '/')
		return arena_printf(arena_permanent(), "%s/.cache/sonde", home);
	return NULL;
}

/* NULL when the folder is ours alone, else what is wrong with it. */
static const char *check_owner(const char *dir, struct stat *st)
{
	if (lstat(dir, st))
		return strerror(errno);
	if (!S_ISDIR(st->st_mode))
		return "it is not a directory";
	if (st->st_uid != geteuid())
		return "it belongs to another user";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "others may write to it";
	return NULL;
}

void cache_open(struct cache *c)
{
	const char *dir = cache_path(), *wrong;
	struct stat st;
	struct diag *d;
	int err;

	c->dir = NULL;
	if (!dir) {
		d = diag(DIAG_CACHE_UNUSABLE, nowhere, "no cache: neither XDG_CACHE_HOME nor HOME names a folder");
		diag_hint(d, "set XDG_CACHE_HOME to a folder of your own");
		return;
	}
	err = dir_make(dir, 0700);
	wrong = err ? strerror(-err) : check_owner(dir, &st);
	if (wrong) {
		d = diag(DIAG_CACHE_UNUSABLE, nowhere, "cannot use the cache %s: %s", dir, wrong);
		diag_hint(d, "everything is compiled anew; set XDG_CACHE_HOME to a folder of your own");
		return;
	}
	if (st.st_mode & 077)
		chmod(dir, 0700);
	c->dir = dir;
}

/* "sonde_09ab…_123" → "09" */
static void subdirectory(const char *name, char two[3])
{
	const char *p = strchr(name, '_');

	p = p ? p + 1 : name;
	memcpy(two, "00", 3);
	if (isxdigit((unsigned char)p[0]) && isxdigit((unsigned char)p[1]))
		memcpy(two, p, 2);
}

static const char *entry_path(struct cache *c, const char *name, const char *suffix, bool make)
{
	char two[3];

	subdirectory(name, two);
	if (make)
		dir_make(arena_printf(arena_permanent(), "%s/%s", c->dir, two), 0700);
	return arena_printf(arena_permanent(), "%s/%s/%s%s%s", c->dir, two, name,
			    isalnum((unsigned char)*suffix) ? "." : "", suffix);
}

const char *cache_lookup(struct cache *c, const char *name, const char *suffix)
{
	const char *path;
	struct stat st;

	if (!c->dir || c->poison || c->disabled)
		return NULL;
	path = entry_path(c, name, suffix, false);
	if (lstat(path, &st) || !S_ISREG(st.st_mode) || !st.st_size || st.st_uid != geteuid() ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)))
		return NULL;
	/* The times are the use times that pruning goes by. Gone meanwhile: not there. */
	if (utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW) && errno == ENOENT)
		return NULL;
	return path;
}

static const char *store(struct cache *c, const char *name, const char *suffix, const void *data, unsigned long n,
			 unsigned mode)
{
	static bool warned;
	const char *path;
	int err;

	if (!c->dir || c->disabled)
		return NULL;
	path = entry_path(c, name, suffix, true);
	err = file_write_atomic(path, data, n, mode);
	if (!err)
		return path;
	if (!warned) {
		struct diag *d =
			diag(DIAG_CACHE_WRITE, nowhere, "cannot write %s to the cache: %s", path, strerror(-err));

		if (err == -ENOSPC || err == -EDQUOT)
			diag_hint(d, "free some space, or empty the cache: sonde --clean-cache");
	}
	warned = true;
	return NULL;
}

const char *cache_store_data(struct cache *c, const char *name, const char *suffix, const void *data, unsigned long n)
{
	return store(c, name, suffix, data, n, 0600);
}

const char *cache_store_file(struct cache *c, const char *name, const char *suffix, const char *from)
{
	struct stat st;
	size_t len;
	char *data;

	if (!c->dir || c->disabled || stat(from, &st) || file_read(from, &data, &len))
		return NULL;
	return store(c, name, suffix, data, len, st.st_mode & 0700);
}

/* ---- Removing --------------------------------------------------------------- */

/* Everything below the open directory fd, which is closed. Links are removed, never followed. */
static int remove_below(int fd)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	int err = 0;

	if (!dir) {
		err = -errno;
		close(fd);
		return err;
	}
	while ((e = readdir(dir))) {
		int sub;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (!unlinkat(fd, e->d_name, 0) || errno == ENOENT)
			continue;
		sub = openat(fd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0) {
			err = -errno;
			continue;
		}
		if (remove_below(sub))
			err = err ? err : -EIO;
		if (unlinkat(fd, e->d_name, AT_REMOVEDIR) && errno != ENOENT)
			err = err ? err : -errno;
	}
	closedir(dir);
	return err;
}

int cache_remove_tree(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), err;

	if (fd < 0)
		return errno == ENOENT ? 0 : unlink(path) ? -errno : 0;
	err = remove_below(fd);
	if (rmdir(path) && errno != ENOENT && !err)
		err = -errno;
	return err;
}

void cache_remove_old(const char *dir, const char *prefix, long seconds)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		const char *path;
		struct stat st;

		if (strncmp(e->d_name, prefix, strlen(prefix)))
			continue;
		path = arena_printf(arena_permanent(), "%s/%s", dir, e->d_name);
		if (!lstat(path, &st) && time(NULL) - st.st_mtime > seconds)
			cache_remove_tree(path);
	}
	if (d)
		closedir(d);
}

int cache_clean(void)
{
	const char *dir = cache_path();
	struct stat st;
	int fd;

	if (!dir || !path_exists(dir))
		return 0;
	if (check_owner(dir, &st))
		return -EPERM;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : remove_below(fd);
}

/* ---- Pruning ---------------------------------------------------------------- */

struct entry {
	const char *path;
	const char *lock; /* of a kernel's runtime objects; NULL for a script's files */
	uint64_t size;    /* bytes */
	time_t used;
};

struct entries {
	struct VEC(struct entry) list;
	uint64_t total;
};

static uint64_t tree_size(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	uint64_t sum = 0;
	struct dirent *e;
	struct stat st;

	while (dir && (e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		sum += S_ISDIR(st.st_mode) ? tree_size(fd, e->d_name) : (uint64_t)st.st_blocks * 512;
	}
	if (dir)
		closedir(dir);
	return sum;
}

/* A folder's files, or (objects) its sub-folders with a file "replay", whose time is that of the last use. */
static void collect(struct entries *all, const char *dir, bool objects)
{
	struct arena *a = arena_permanent();
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		struct entry x = { 0 };
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		x.path = arena_printf(a, "%s/%s", dir, e->d_name);
		if (objects) {
			if (stat(arena_printf(a, "%s/replay", x.path), &st))
				continue;
			x.lock = arena_printf(a, "%s.lock", x.path);
			x.size = tree_size(AT_FDCWD, x.path);
		} else {
			if (lstat(x.path, &st) || !S_ISREG(st.st_mode))
				continue;
			x.size = (uint64_t)st.st_blocks * 512;
		}
		x.used = st.st_mtime;
		all->total += x.size;
		vec_push(a, &all->list, x);
	}
	if (d)
		closedir(d);
}

static int by_use(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->used < y->used ? -1 : x->used > y->used;
}

static void remove_entry(const struct entry *e)
{
	int fd;

	if (!e->lock) {
		unlink(e->path);
		return;
	}
	/* Whoever is building there holds the lock. The lock file itself stays: others may wait on it. */
	fd = open(e->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
		cache_remove_tree(e->path);
	if (fd >= 0)
		close(fd);
}

static uint64_t limit_bytes(struct cache *c)
{
	uint64_t mb = LIMIT_MB;
	char *text, *end;

	if (!file_read(arena_printf(arena_permanent(), "%s/limit_mb", c->dir), &text, NULL)) {
		unsigned long v = strtoul(text, &end, 10);

		if (end != text)
			mb = v;
	}
	return mb << 20;
}

void cache_prune(struct cache *c)
{
	struct arena *a = arena_permanent();
	struct entries all = { 0 };
	time_t now = time(NULL);
	uint64_t limit;
	const char *stamp;
	struct stat st;

	if (!c->dir)
		return;
	stamp = arena_printf(a, "%s/pruned", c->dir);
	if (!stat(stamp, &st) && st.st_mtime <= now && now - st.st_mtime < PRUNE_EVERY)
		return;
	if (file_write_atomic(stamp, "", 0, 0600))
		return;
	for (unsigned i = 0; i < 256; i++)
		collect(&all, arena_printf(a, "%s/%02x", c->dir, i), false);
	collect(&all, arena_printf(a, "%s/runtime", c->dir), true);
	limit = limit_bytes(c);
	if (all.total <= limit)
		return;
	qsort(all.list.v, all.list.n, sizeof(all.list.v[0]), by_use);
	vec_each(i, &all.list) {
		const struct entry *e = &all.list.v[i];

		if (all.total <= limit || now - e->used < IN_USE)
			break;
		remove_entry(e);
		all.total -= e->size;
	}
}

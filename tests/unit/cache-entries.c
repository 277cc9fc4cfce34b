// SPDX-License-Identifier: GPL-2.0-or-later
/* driver/cache.c: entries, concurrent writers, folders that are refused, pruning, cleaning. */
#include "driver/cache.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "build-check.h"

#define NAME "sonde_09abcdef_123"

static const char *in_dir(const char *rest)
{
	static char path[4][300];
	static int n;

	n = (n + 1) % 4;
	snprintf(path[n], sizeof(path[n]), "%s/sonde%s", test_dir, rest);
	return path[n];
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_mode & 07777;
}

static void test_entries(void)
{
	struct cache c = { 0 };
	const char *path;
	char *text;

	cache_open(&c);
	check("open", c.dir && mode_of(c.dir) == 0700, "no private folder");
	check("absent", !cache_lookup(&c, NAME, ".ko"), "found what was not stored");
	path = cache_store_data(&c, NAME, ".ko", "text", 4);
	check("store", path && !strcmp(path, in_dir("/09/" NAME ".ko")) && mode_of(path) == 0600, "wrong path or mode");
	path = cache_lookup(&c, NAME, "ko");
	check("lookup", path && !file_read(path, &text, NULL) && !strcmp(text, "text"), "not what was stored");
	check("store-file", cache_store_file(&c, NAME, "_src.c", path) && cache_lookup(&c, NAME, "_src.c"), "lost");
	c.poison = true;
	check("poison", !cache_lookup(&c, NAME, ".ko") && cache_store_data(&c, NAME, ".ko", "x", 1), "read, or not written");
	c.poison = false;
	c.disabled = true;
	check("disabled", !cache_lookup(&c, NAME, ".ko") && !cache_store_data(&c, NAME, ".ko", "x", 1), "used");
	c.disabled = false;
	chmod(in_dir("/09/" NAME ".ko"), 0666);
	check("entry-writable-by-others", !cache_lookup(&c, NAME, ".ko"), "trusted");
}

/* Ten writers of different lengths, a reader all the while: each look sees one writer's text, whole. */
static void test_concurrency(void)
{
	enum { WRITERS = 10, SIZE = 50000 };
	struct cache c = { 0 };
	static char data[SIZE];
	bool whole = true;
	int status, failed = 0;

	cache_open(&c);
	cache_store_data(&c, NAME, ".c", "a", 1);
	for (int w = 0; w < WRITERS; w++) {
		if (fork())
			continue;
		memset(data, 'a' + w, SIZE);
		for (int i = 0; i < 40; i++)
			if (!cache_store_data(&c, NAME, ".c", data, 1 + (size_t)(w * 1000 + i) % SIZE))
				_exit(1);
		_exit(0);
	}
	for (int i = 0; i < 200; i++) {
		const char *path = cache_lookup(&c, NAME, ".c");
		size_t n;
		char *text;

		if (!path || file_read(path, &text, &n) || strspn(text, (char[]){ text[0], 0 }) != n) {
			whole = false;
			break;
		}
		free(text);
	}
	while (wait(&status) > 0)
		failed += status != 0;
	check("concurrent-writers", !failed, "a writer failed");
	check("concurrent-reader", whole, "saw a part of an entry");
}

static void test_refusal(void)
{
	struct cache c = { 0 };

	chmod(in_dir(""), 0777);
	cache_open(&c);
	check("others-may-write", !c.dir && !diag_errors(), "used, or an error instead of a warning");
	check("no-cache-no-entry", !cache_lookup(&c, NAME, ".c") && !cache_store_data(&c, NAME, ".c", "x", 1), "used");
	check("clean-refuses", cache_clean() < 0, "cleaned a folder that is not private");
	chmod(in_dir(""), 0700);
	if (!geteuid()) {
		if (chown(in_dir(""), 12345, (gid_t)-1))
			abort();
		cache_open(&c);
		check("others-own", !c.dir, "used a folder of another user");
		if (chown(in_dir(""), 0, (gid_t)-1))
			abort();
	}
	setenv("XDG_CACHE_HOME", "/proc/self/no/where", 1);
	cache_open(&c);
	check("cannot-make", !c.dir, "claims a folder below /proc");
	setenv("XDG_CACHE_HOME", test_dir, 1);
	diag_rewind(0);
}

static void set_age(const char *path, long seconds)
{
	struct timespec t[2] = { { time(NULL) - seconds, 0 }, { time(NULL) - seconds, 0 } };

	utimensat(AT_FDCWD, path, t, 0);
}

static void test_prune(void)
{
	enum { MB = 1 << 20 };
	struct cache c = { 0 };
	static char data[MB];
	const char *old, *older, *fresh;

	cache_clean();
	cache_open(&c);
	memset(data, 'x', MB);
	file_write_atomic(in_dir("/limit_mb"), "2\n", 2, 0600);
	set_age(older = cache_store_data(&c, "sonde_01", ".ko", data, MB), 9000);
	set_age(old = cache_store_data(&c, "sonde_02", ".ko", data, MB), 8000);
	fresh = cache_store_data(&c, "sonde_03", ".ko", data, MB);
	dir_make(in_dir("/runtime/k"), 0700);
	file_write_atomic(in_dir("/runtime/k/replay"), data, MB, 0600);
	set_age(in_dir("/runtime/k/replay"), 9500);
	cache_prune(&c);
	check("prune-oldest", !path_exists(in_dir("/runtime/k")) && !path_exists(older), "kept the oldest");
	check("prune-stops", path_exists(old) && path_exists(fresh), "removed more than the limit asks for");
	set_age(cache_store_data(&c, "sonde_04", ".ko", data, MB), 9000);
	cache_prune(&c);
	check("prune-once-a-day", path_exists(in_dir("/04/sonde_04.ko")), "looked again");
	file_write_atomic(in_dir("/limit_mb"), "0\n", 2, 0600);
	set_age(in_dir("/pruned"), 100000);
	cache_prune(&c);
	check("prune-keeps-used", path_exists(fresh) && !path_exists(old), "removed what was just used");
}

static void test_clean(void)
{
	const char *outside = strdup(in_dir("-outside"));

	file_write_atomic(outside, "x", 1, 0600);
	dir_make(in_dir("/btf/deep/er"), 0700);
	if (symlink(outside, in_dir("/btf/link")) || symlink("/", in_dir("/root")))
		abort();
	check("clean", !cache_clean() && !path_exists(in_dir("/btf")) && !path_exists(in_dir("/03")), "left something");
	check("clean-follows-no-link", path_exists(outside), "removed a file outside");
	check("clean-again", !cache_clean(), "an empty cache is no error");
}

int main(void)
{
	test_begin();
	test_entries();
	test_concurrency();
	test_refusal();
	test_prune();
	test_clean();
	test_end();
	return failures != 0;
}

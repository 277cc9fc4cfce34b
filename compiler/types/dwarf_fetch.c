// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Debugging information from debuginfod servers. Its library is looked for
 * when it is wanted: most machines do without.
 */
#include "types/dwarf_find.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

/* Of elfutils/debuginfod.h, whose package need not be installed. */
typedef struct debuginfod_client client;
typedef int (*progress_fn)(client *c, long a, long b);

struct library {
	client *(*begin)(void);
	void (*end)(client *c);
	int (*find)(client *c, const unsigned char *id, int n, char **path);
	void (*set_progress)(client *c, progress_fn fn);
};

static bool load(struct library *l)
{
	void *so = dlopen("libdebuginfod.so.1", RTLD_NOW);

	if (!so)
		return false;
	*(void **)&l->begin = dlsym(so, "debuginfod_begin");
	*(void **)&l->end = dlsym(so, "debuginfod_end");
	*(void **)&l->find = dlsym(so, "debuginfod_find_debuginfo");
	*(void **)&l->set_progress = dlsym(so, "debuginfod_set_progressfn");
	return l->begin && l->end && l->find && l->set_progress;
}

static int progress(client *c, long done, long all)
{
	(void)c;
	if (all > 0 && isatty(STDERR_FILENO))
		fprintf(stderr, "\rfetching debugging information: %ld of %ld MB ", done >> 20, all >> 20);
	return 0;
}

const char *dwarf_fetch(const char *build_id, const char **why)
{
	struct arena *a = arena_permanent();
	const char *result = NULL;
	unsigned char id[64];
	struct library l;
	char *path = NULL;
	client *c;
	int n = 0, r;

	if (!load(&l)) {
		*why = "its library, libdebuginfod.so.1, is not installed (Debian: libdebuginfod1)";
		return NULL;
	}
	for (; n < (int)sizeof(id) && build_id[2 * n] && build_id[2 * n + 1]; n++) {
		char two[3] = { build_id[2 * n], build_id[2 * n + 1], '\0' };

		id[n] = (unsigned char)strtoul(two, NULL, 16);
	}
	c = l.begin();
	if (!c) {
		*why = "it cannot be started";
		return NULL;
	}
	l.set_progress(c, progress);
	r = l.find(c, id, n, &path);
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (r >= 0) {
		close(r);
		result = arena_strdup(a, path);
		free(path);
		*why = arena_printf(a, "%s was fetched and holds no DWARF of this build", result);
	} else {
		*why = arena_printf(a, "the servers of DEBUGINFOD_URLS do not have %s (%s)", build_id, strerror(-r));
	}
	l.end(c);
	return result;
}

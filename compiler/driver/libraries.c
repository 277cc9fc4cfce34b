// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where libraries are: -I, then SONDE_TAPSET, or without it the folders of
 * libraries that were installed, and sonde's own.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/hash.h"
#include "base/util.h"
#include "driver/session.h"

/* An index for each list of folders and for all that a file may ask about, which decides what it defines. */
static const char *index_file(struct session *s, const char *const *dirs, unsigned n)
{
	const char *asked[] = { s->env.arch, s->env.kernel_release, s->env.runtime, s->env.systemtap_v, s->env.privilege };
	struct hash h;
	char hex[65];

	if (!s->cache.dir)
		return NULL;
	hash_init(&h);
	for (unsigned i = 0; i < n; i++)
		hash_str(&h, dirs[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(asked); i++)
		hash_str(&h, asked[i] ? asked[i] : "");
	hash_str(&h, s->env.guru ? "guru" : "");
	hash_hex(&h, hex);
	return arena_printf(s->arena, "%s/tapset-%.16s.index", s->cache.dir, hex);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* One that was installed and cannot work here is left out: most scripts do not want it. */
static void add_shipped(struct session *s, struct strings *dirs)
{
	const char *root = arena_printf(s->arena, "%s/libraries", s->data_dir);
	DIR *d = opendir(root);
	unsigned from = dirs->n, kept = dirs->n;
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			vec_push(s->arena, dirs, arena_printf(s->arena, "%s/%s", root, e->d_name));
	if (d)
		closedir(d);
	if (dirs->n > from)
		qsort(dirs->v + from, dirs->n - from, sizeof(dirs->v[0]), by_name);
	for (unsigned i = from; i < dirs->n; i++) {
		unsigned mark = diag_mark();

		if (library_requires(s->arena, dirs->v + i, 1, dirs->v, dirs->n, VERSION, s->env.kernel_release))
			dirs->v[kept++] = dirs->v[i];
		else if (report_wanted(s, 1, 1))
			fprintf(stderr, "sonde: the library in %s is left out: it needs what is not here\n", dirs->v[i]);
		diag_rewind(mark);
	}
	dirs->n = kept;
}

/* --check and --doc of the library that comes with sonde. */
static bool is_installed(struct session *s, const char *dir)
{
	char a[PATH_MAX], b[PATH_MAX];

	return dir && realpath(dir, a) && realpath(arena_printf(s->arena, "%s/tapset", s->data_dir), b) && !strcmp(a, b);
}

struct library *session_library(struct session *s, bool *ok)
{
	struct library_place at = { .release = s->env.kernel_release, .arch = s->env.arch };
	struct strings dirs = { 0 };
	const char *env = getenv("SONDE_TAPSET"), *colon, *own = s->check_dir ? s->check_dir : s->doc_dir;

	if (own)
		vec_push(s->arena, &dirs, own);
	vec_each(i, &s->include)
		vec_push(s->arena, &dirs, s->include.v[i]);
	if (env && !*env)
		env = NULL;
	for (const char *p = env; p && *p; p = *colon ? colon + 1 : colon) {
		colon = strchrnul(p, ':');
		if (colon > p)
			vec_push(s->arena, &dirs, arena_strndup(s->arena, p, (size_t)(colon - p)));
	}
	if (!env) {
		add_shipped(s, &dirs);
		if (!is_installed(s, own))
			vec_push(s->arena, &dirs, arena_printf(s->arena, "%s/tapset", s->data_dir));
	}
	at.dirs = dirs.v;
	at.ndirs = dirs.n;
	at.index_file = index_file(s, dirs.v, dirs.n);
	*ok = library_requires(s->arena, dirs.v, dirs.n, dirs.v, dirs.n, VERSION, s->env.kernel_release);
	return library_open(s->arena, &at);
}

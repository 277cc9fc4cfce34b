// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The runtime is one relocatable object in the cache, named by what it is
 * made from; it is made under a lock, by a single run of the compiler. A
 * script is then one compilation and one link, in one more.
 */
#include "driver/user.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/util.h"
#include "driver/build_private.h"
#include "driver/proc.h"
#include "driver/session.h"

/* To be raised when what is made from the same inputs changes. */
#define RECIPE "sonde user 1"

/* Numbers wrap, and memory is read as what it is wanted as: the language's rules, and the kernel's. */
static const char *const language_flags[] = {
	"-std=gnu11", "-fwrapv", "-fno-strict-aliasing", "-fno-strict-overflow", "-w",
};

/* Of the runner, what turns records into text; main.c, module.c and so on are about modules. */
static const char *const runner_parts[] = { "ask", "input", "json", "ledger", "meta", "msg", "out", "print", "report", "rotate", "signals", "target" };

static struct source_list sources; /* relative to the runtime folder */
static struct args extra;          /* SONDE_USER_CFLAGS */
static const char *cc;

static struct arena *perm(void)
{
	return arena_permanent();
}

static bool list_sources(const char *dir)
{
	static const char *const folders[] = { "core", "user" };

	if (!tree_add(&sources, dir, "", true))
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(folders); i++)
		if (!tree_add(&sources, dir, folders[i], false))
			return false;
	for (unsigned i = 0; i < ARRAY_SIZE(runner_parts); i++) {
		vec_push(perm(), &sources.names, arena_printf(perm(), "run/%s.c", runner_parts[i]));
		vec_push(perm(), &sources.names, arena_printf(perm(), "run/%s.h", runner_parts[i]));
	}
	tree_sort(&sources);
	return true;
}

static bool find_compiler(void)
{
	static const char *const names[] = { "gcc", "cc", "clang" };
	struct diag *d;

	for (unsigned i = 0; i < ARRAY_SIZE(names) && !cc; i++)
		cc = proc_find(names[i]);
	if (cc)
		return true;
	d = diag(DIAG_NO_COMPILER, build_nowhere, "there is no C compiler");
	diag_hint(d, "install one: Debian, Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc glibc-devel");
	return false;
}

static void split_flags(const char *text)
{
	char *copy = arena_strdup(perm(), text ? text : ""), *word;

	while ((word = strsep(&copy, " \t\n")))
		if (*word)
			args_add(&extra, word);
}

/* A compiler is another when its file is: asking it for its version would cost more than the rest. */
static void hash_compiler(struct hash *h)
{
	struct stat st;

	hash_str(h, cc);
	if (!stat(cc, &st))
		hash_str(h, arena_printf(perm(), "%lld %lld.%09ld", (long long)st.st_size, (long long)st.st_mtim.tv_sec,
					 st.st_mtim.tv_nsec));
}

int user_identify(struct session *s)
{
	const char *dir = s->build.runtime_dir;
	struct hash h;
	char hex[65];

	split_flags(getenv("SONDE_USER_CFLAGS"));
	if (!find_compiler())
		return -1;
	if (!list_sources(dir)) {
		diag(DIAG_RUNTIME_MISSING, build_nowhere, "cannot read sonde's runtime in %s", dir);
		return -1;
	}
	hash_init(&h);
	hash_str(&h, RECIPE);
	hash_compiler(&h);
	for (unsigned i = 0; i < ARRAY_SIZE(language_flags); i++)
		hash_str(&h, language_flags[i]);
	vec_each(i, &extra)
		hash_str(&h, extra.v[i]);
	vec_each(i, &sources.names) {
		hash_str(&h, sources.names.v[i]);
		if (hash_file(&h, arena_printf(perm(), "%s/%s", dir, sources.names.v[i])))
			hash_str(&h, "absent");
	}
	hash_hex(&h, hex);
	s->build.runtime_hash = arena_strdup(perm(), hex);
	return 0;
}

/* ---- Compiling --------------------------------------------------------------- */

static void command(struct session *s, struct args *a, const char *level)
{
	args_add(a, cc);
	args_add(a, level);
	for (unsigned i = 0; i < ARRAY_SIZE(language_flags); i++)
		args_add(a, language_flags[i]);
	vec_each(i, &extra)
		args_add(a, extra.v[i]);
	args_add(a, arena_printf(perm(), "-I%s", s->build.runtime_dir));
}

/* Embedded C is the user's: it is held to more than what is made from the script. */
static void embedded_command(struct session *s, struct args *a, const char *object)
{
	static const char *const flags[] = {
		"-std=gnu11", "-fwrapv", "-fno-strict-aliasing", "-ftabstop=1", "-Werror=implicit-function-declaration",
		"-Werror=return-type", "-Werror=int-conversion", "-Werror=incompatible-pointer-types", "-D_GNU_SOURCE",
	};

	args_add(a, cc);
	args_add(a, s->keep ? "-g" : "-O1");
	for (unsigned i = 0; i < ARRAY_SIZE(flags); i++)
		args_add(a, flags[i]);
	vec_each(i, &extra)
		args_add(a, extra.v[i]);
	args_add(a, arena_printf(perm(), "-I%s/user", s->build.runtime_dir));
	args_add(a, arena_printf(perm(), "-I%s", s->build.runtime_dir));
	args_add(a, "-c");
	args_add(a, "-o");
	args_add(a, object);
	args_add(a, s->build.embedded_c);
}

/* 0, or -1 with a diagnostic that begins with `what`. */
static int compile(struct session *s, struct args *a, enum diag_id id, const char *what)
{
	const char *log = arena_printf(perm(), "%s/user.log", s->tmp_dir);
	struct proc p = { .log = log };
	int status;

	args_end(a);
	p.argv = a->v;
	status = proc_run(&p);
	if (status < 0)
		diag(DIAG_NO_COMPILER, build_nowhere, "cannot run %s: %s", cc, strerror(-status));
	else if (status && s->build.embedded_c && embedded_errors(s, log))
		return -1;
	else if (status)
		build_failed(&s->build, id, what, log);
	return status ? -1 : 0;
}

static const char *make_runtime(struct session *s)
{
	const char *object = arena_printf(perm(), "%s/runtime.o", s->tmp_dir);
	struct args a = { 0 };

	if (s->build.progress)
		fprintf(stderr, "sonde: building the user runtime (once) …\n");
	command(s, &a, "-O2");
	args_add(&a, "-D_GNU_SOURCE");
	args_add(&a, arena_printf(perm(), "-I%s/user", s->build.runtime_dir));
	args_add(&a, "-r");
	args_add(&a, "-nostdlib");
	args_add(&a, "-o");
	args_add(&a, object);
	vec_each(i, &sources.names) {
		const char *name = sources.names.v[i], *dot = strrchr(name, '.');

		if (!strcmp(dot, ".c"))
			args_add(&a, arena_printf(perm(), "%s/%s", s->build.runtime_dir, name));
	}
	return compile(s, &a, DIAG_RUNTIME_BUILD, "the user runtime could not be compiled") ? NULL : object;
}

/* The runtime's object, from the cache if there is one. Options about the cache concern scripts, not this. */
static const char *runtime_object(struct session *s)
{
	struct cache cache = { .dir = s->cache.dir };
	const char *name = arena_printf(perm(), "user_%.32s", s->build.runtime_hash), *object, *stored;
	int lock = -1;

	object = cache_lookup(&cache, name, ".o");
	if (object)
		return object;
	if (cache.dir)
		lock = open(arena_printf(perm(), "%s/user.lock", cache.dir), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock >= 0 && !flock(lock, LOCK_EX))
		object = cache_lookup(&cache, name, ".o"); /* another run may have made it while we waited */
	if (!object) {
		object = make_runtime(s);
		stored = object ? cache_store_file(&cache, name, ".o", object) : NULL;
		if (stored)
			object = stored;
	}
	if (lock >= 0)
		close(lock);
	return object;
}

int user_build(struct session *s, const char *c_file, const char *file)
{
	const char *runtime = runtime_object(s), *object = arena_printf(perm(), "%s/embedded.o", s->tmp_dir);
	struct args a = { 0 };

	if (!runtime)
		return -1;
	if (s->build.embedded_c) {
		struct args e = { 0 };

		embedded_command(s, &e, object);
		if (compile(s, &e, DIAG_MODULE_BUILD, "the embedded C could not be compiled"))
			return -1;
	}
	command(s, &a, "-O1");
	if (s->keep)
		args_add(&a, "-g");
	args_add(&a, "-pipe");
	args_add(&a, "-o");
	args_add(&a, file);
	args_add(&a, c_file);
	if (s->build.embedded_c)
		args_add(&a, object);
	args_add(&a, runtime);
	return compile(s, &a, DIAG_MODULE_BUILD, "the code made from the script could not be compiled");
}

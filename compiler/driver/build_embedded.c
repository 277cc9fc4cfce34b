// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The object of a script's embedded C. Its file includes kernel headers, so
 * that compiling it takes longer than all the rest: it is kept in the cache
 * under its own content.
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/util.h"
#include "driver/build_private.h"
#include "driver/proc.h"

static struct arena *perm(void)
{
	return arena_permanent();
}

static const char *entry_name(struct build *b)
{
	struct hash h;
	char hex[65];

	hash_init(&h);
	hash_str(&h, "embedded C");
	hash_str(&h, b->runtime_hash);
	hash_str(&h, b->keep ? "-g" : "");
	if (hash_file(&h, b->embedded_c))
		return NULL;
	hash_hex(&h, hex);
	return arena_printf(perm(), "sonde_%.32s_embedded", hex);
}

/* The last ones count: what users write is not held to the kernel's own rules of style. */
static void add_flags(struct build *b, struct args *a, const char *object)
{
	static const char *const flags[] = {
		"-DKBUILD_MODNAME=\"sonde\"", "-DKBUILD_BASENAME=\"sonde\"", "-D__KBUILD_MODNAME=kmod_sonde",
		"-ftabstop=1", /* columns are bytes */
		"-Wno-error", "-Wno-unused", "-Wno-missing-prototypes", "-Wno-missing-declarations",
		"-Wno-declaration-after-statement",
		"-Werror=implicit-function-declaration", "-Werror=return-type", "-Werror=int-conversion",
		"-Werror=incompatible-pointer-types",
	};

	for (unsigned i = 0; i < ARRAY_SIZE(flags); i++)
		args_add(a, flags[i]);
	args_add(a, b->keep ? "-g" : "-g0");
	args_add(a, arena_printf(perm(), "-I%s/include", b->objects_dir));
	args_add(a, "-c");
	args_add(a, "-o");
	args_add(a, object);
	args_add(a, b->embedded_c);
}

int embedded_compile(struct build *b, const struct replay *r, const char *object, const char **cached)
{
	const char *log = arena_printf(perm(), "%s/embedded.log", b->tmp_dir), *name = entry_name(b);
	struct proc p = { .log = log, .env = r->env.v };
	struct args a = { 0 };
	int status;

	*cached = b->cache && name ? cache_lookup(b->cache, name, ".o") : NULL;
	if (*cached)
		return 0;
	vec_each(i, &r->kernel_cc)
		args_add(&a, r->kernel_cc.v[i]);
	add_flags(b, &a, object);
	args_end(&a);
	p.argv = a.v;
	status = proc_run(&p);
	if (status > 0 && b->embedded_errors && b->embedded_errors(b->embedded_data, log))
		return BUILD_REPORTED;
	return status;
}

void embedded_keep(struct build *b, const char *object)
{
	const char *name = entry_name(b);

	if (b->cache && name)
		cache_store_file(b->cache, name, ".o", object);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 4: from one freestanding C file to a module, by replaying the commands
 * kbuild recorded when it built the runtime objects for that kernel.
 */
#ifndef SONDE_DRIVER_BUILD_H
#define SONDE_DRIVER_BUILD_H

#include <stdbool.h>

#include "base/vec.h"
#include "driver/cache.h"
#include "types/db.h"

struct strings VEC(const char *);

struct build {
	struct cache *cache;
	struct kernel *kernel;
	const char *runtime_dir;  /* the runtime tree (sources) */
	const char *tmp_dir;      /* session's private folder */
	unsigned verbose;
	bool kbuild;              /* --kbuild: the whole through kbuild */
	bool cross;               /* for another machine than this */
	struct strings make;      /* -B: NAME=VALUE for make */
	bool keep;                /* -k: leave everything */
	bool progress;            /* stderr is a terminal: say what takes long */
	/* embedded C, a second file that needs the kernel's headers; NULL: there is none */
	const char *embedded_c;
	bool (*embedded_errors)(void *data, const char *log); /* reports what the compiler said about it; false: nothing it knows */
	void *embedded_data;
	/* set by build_prepare */
	const char *runtime_hash; /* identity of the prebuilt objects: part of every script's cache key */
	const char *objects_dir;
};

/*
 * Computes runtime_hash (kernel identity, hashes of the build tree's
 * utsversion.h/compile.h, autoconf.h, Module.symvers, the compiler's version,
 * all runtime sources). Cheap: runs before pass 3's cache look-up; uses a
 * stamp of file sizes and times to hash nothing twice. 0, or -1 with a diagnostic.
 */
int build_identify(struct build *b);

/* Builds the runtime objects when the cache has none (progress line; a lock file keeps concurrent runs from doing it twice). */
int build_prepare(struct build *b);

/*
 * Compiles c_file into ko_file, a module called name. On a failed replay
 * warns and falls back to kbuild. gcc's own text goes to the build log; a
 * failure is an internal error diagnostic naming the log. 0 or -1.
 */
int build_module(struct build *b, const char *c_file, const char *name, const char *ko_file);

/* Only whether c_file, and the embedded C that goes with it, is C: no module is made, and nothing optimised. 0 or -1. */
int build_check(struct build *b, const char *c_file, const char *name);

#endif

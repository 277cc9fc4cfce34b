// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a set of prebuilt runtime objects depends on, as one hash. Everything
 * is hashed by content; a stamp of sizes, times and inodes lets the next run
 * take the hash as it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/util.h"
#include "driver/build_private.h"
#include "driver/proc.h"

/* To be raised when what is made from the same inputs changes: flags, formats, the steps themselves. */
#define RECIPE "sonde objects 3"

struct facts {
	struct VEC(const char *) files; /* absolute paths; hashed unless they are tools */
	const char *cc, *ld, *cc1, *as;
};

static struct arena *perm(void)
{
	return arena_permanent();
}

/* "path size mtime inode", or "path -" when there is none. */
static void put_state(struct buf *b, const char *path)
{
	struct stat st;

	if (!path || stat(path, &st))
		buf_printf(b, "%s -\n", path ? path : "");
	else
		buf_printf(b, "%s %lld %lld.%09ld %llu\n", path, (long long)st.st_size, (long long)st.st_mtim.tv_sec,
			   st.st_mtim.tv_nsec, (unsigned long long)st.st_ino);
}

static bool list_files(struct build *b, struct facts *f)
{
	static const char *const tree[] = {
		"include/generated/utsversion.h", "include/generated/compile.h", "include/generated/autoconf.h",
		"include/generated/utsrelease.h", "Module.symvers", "Makefile", ".kernelvariables",
	};
	struct source_list sources;

	if (!tree_list(b->runtime_dir, &sources))
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(tree); i++)
		vec_push(perm(), &f->files, arena_printf(perm(), "%s/%s", b->kernel->build_dir, tree[i]));
	vec_each(i, &sources.names)
		vec_push(perm(), &f->files, arena_printf(perm(), "%s/%s", b->runtime_dir, sources.names.v[i]));
	return true;
}

static void put_states(struct buf *out, const struct facts *f)
{
	vec_each(i, &f->files)
		put_state(out, f->files.v[i]);
	put_state(out, f->cc);
	put_state(out, f->ld);
	put_state(out, f->cc1);
	put_state(out, f->as);
}

static void hash_make(struct hash *h, const struct build *b)
{
	hash_str(h, b->cross ? b->kernel->arch : "");
	vec_each(i, &b->make)
		hash_str(h, b->make.v[i]);
	hash_str(h, "");
}

/* ---- The stamp ------------------------------------------------------------------ */

/*
 *	tools <cc> <ld> <cc1> <as>	one line each
 *	hash <hex>
 *	the states
 */
static const char *stamp_path(struct build *b)
{
	struct hash h;
	char hex[65];

	if (!b->cache || !b->cache->dir)
		return NULL;
	hash_init(&h);
	hash_str(&h, RECIPE);
	hash_str(&h, b->kernel->release);
	hash_str(&h, b->kernel->version);
	hash_str(&h, b->kernel->build_version);
	hash_str(&h, b->kernel->build_id);
	hash_str(&h, b->kernel->build_dir);
	hash_make(&h, b);
	hash_str(&h, b->runtime_dir);
	hash_str(&h, getenv("PATH"));
	hash_hex(&h, hex);
	return arena_printf(perm(), "%s/runtime/stamps/%.32s", b->cache->dir, hex);
}

static bool read_stamp(struct build *b, const char *path, struct facts *f)
{
	const char **lines[] = { &f->cc, &f->ld, &f->cc1, &f->as, &b->runtime_hash };
	struct buf now;
	bool same;
	char *text;

	if (!path || file_read(path, &text, NULL))
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(lines); i++) {
		*lines[i] = strsep(&text, "\n");
		if (!text)
			return false;
	}
	buf_init(&now);
	put_states(&now, f);
	same = strlen(b->runtime_hash) == 64 && !strcmp(text, now.s);
	buf_deinit(&now);
	return same;
}

static void write_stamp(struct build *b, const char *path, const struct facts *f)
{
	struct buf out;

	if (!path || dir_make(arena_printf(perm(), "%s/runtime/stamps", b->cache->dir), 0700))
		return;
	buf_init(&out);
	buf_printf(&out, "%s\n%s\n%s\n%s\n%s\n", f->cc, f->ld, f->cc1, f->as, b->runtime_hash);
	put_states(&out, f);
	file_write_atomic(path, out.s, out.n, 0600); /* not having one costs time, nothing else */
	buf_deinit(&out);
}

/* ---- The hash ------------------------------------------------------------------- */

static const char *first_line(const char *tool, const char *option)
{
	const char *const argv[] = { tool, option, NULL };
	char *text = proc_output(argv, NULL);

	if (!text)
		return "";
	*strchrnul(text, '\n') = '\0';
	return text;
}

static const char *part_of(const char *cc, const char *part)
{
	const char *name = first_line(cc, arena_printf(perm(), "-print-prog-name=%s", part));
	const char *path = *name ? proc_find(name) : NULL;

	return path ? path : "";
}

static bool find_tools(struct build *b, struct facts *f)
{
	if (!kbuild_tools(b, &f->cc, &f->ld))
		return false;
	f->cc1 = part_of(f->cc, "cc1");
	f->as = part_of(f->cc, "as");
	return true;
}

static void compute(struct build *b, const struct facts *f)
{
	struct hash h;
	char hex[65];

	hash_init(&h);
	hash_str(&h, RECIPE);
	hash_str(&h, b->kernel->arch);
	hash_str(&h, b->kernel->release);
	hash_str(&h, b->kernel->version);
	hash_str(&h, b->kernel->build_version);
	hash_str(&h, b->kernel->build_id);
	hash_str(&h, b->kernel->build_dir);
	hash_make(&h, b);
	hash_str(&h, f->cc);
	hash_str(&h, first_line(f->cc, "--version"));
	hash_str(&h, f->ld);
	hash_str(&h, first_line(f->ld, "--version"));
	vec_each(i, &f->files) {
		/* Names relative to their tree: where the runtime is installed makes no difference. */
		const char *name = f->files.v[i];
		size_t n = strlen(b->runtime_dir);

		hash_str(&h, !strncmp(name, b->runtime_dir, n) ? name + n : name);
		if (hash_file(&h, f->files.v[i]))
			hash_str(&h, "absent");
		hash_str(&h, "");
	}
	hash_hex(&h, hex);
	b->runtime_hash = arena_strdup(perm(), hex);
}

/*
 * The first look into an image is left to whoever needs its types; but the
 * identity must not depend on whether somebody did.
 */
static void know_kernel(struct kernel *k)
{
	unsigned mark = diag_mark();

	if (k->build_id && *k->build_id)
		return;
	kernel_types(k);
	diag_rewind(mark);
}

int build_identify(struct build *b)
{
	struct kernel *k = b->kernel;
	struct facts f = { 0 };
	const char *stamp;

	b->runtime_hash = b->objects_dir = NULL;
	if (!k->build_dir || !path_exists(arena_printf(perm(), "%s/Makefile", k->build_dir))) {
		struct diag *d = diag(DIAG_NO_BUILD_TREE, build_nowhere,
				      "there are no headers to compile modules for kernel %s", k->release);

		if (k->build_dir)
			diag_note(d, build_nowhere, "%s has no Makefile", k->build_dir);
		diag_hint(d, "install them: Debian, Ubuntu: apt-get install linux-headers-%s; Fedora: dnf install kernel-devel-%s",
			  k->release, k->release);
		return -1;
	}
	if (!list_files(b, &f))
		return -1;
	know_kernel(k);
	stamp = stamp_path(b);
	if (read_stamp(b, stamp, &f))
		return 0;
	b->runtime_hash = NULL;
	if (!find_tools(b, &f))
		return -1;
	compute(b, &f);
	write_stamp(b, stamp, &f);
	return 0;
}

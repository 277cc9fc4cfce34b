// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types from headers: @cast(p, "type", "<sys/time.h>"), "kernel<linux/fs.h>".
 * A file that does nothing but include them is compiled with debugging
 * information of all types, used or not. The object is kept in the cache, by
 * the content of all files that went into it, which the compiler lists.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/intern.h"
#include "base/util.h"
#include "driver/build_private.h"
#include "driver/proc.h"
#include "driver/session.h"

/* To be raised when what is made from the same headers changes. */
#define RECIPE "sonde headers 1"

struct headers {
	struct session *s;
	const char *text;    /* "<a.h><b.h>" */
	bool kernel;
	struct range where;
	struct args cc;      /* the command without files */
	const char *const *env;
	const char *c_file, *object, *deps, *log;
	const char *name;    /* of the list of files in the cache */
	bool reported;       /* what the compiler said */
};

static struct arena *perm(void)
{
	return arena_permanent();
}

/* ---- What is compiled ----------------------------------------------------------------- */

static bool write_source(struct headers *h)
{
	struct buf b;
	bool ok;

	buf_init(&b);
	for (const char *p = h->text; *p;) {
		size_t n = strcspn(p + 1, "<>\"\n");

		if (*p != '<' || !n || p[n + 1] != '>') {
			diag_hint(diag(DIAG_CAST_SOURCE, h->where, "'%s' is no list of headers", h->text),
				  "each stands between angle brackets, and nothing between them: \"kernel<linux/fs.h><linux/sched.h>\"");
			buf_deinit(&b);
			return false;
		}
		buf_printf(&b, "#include <%.*s>\n", (int)n, p + 1);
		p += n + 2;
	}
	ok = !file_write_atomic(h->c_file, b.s, b.n, 0600);
	buf_deinit(&b);
	if (!ok)
		diag(DIAG_TMP_DIR, h->where, "cannot write %s", h->c_file);
	return ok;
}

/* The kernel's compiler is also that of programs of another machine. */
static bool find_compiler(struct headers *h)
{
	static const char *const user[] = { "gcc", "cc", "clang" };
	static const char *const kernel_flags[] = { "-DKBUILD_MODNAME=\"sonde\"", "-DKBUILD_BASENAME=\"sonde\"", "-D__KBUILD_MODNAME=kmod_sonde" };
	static const char *const flags[] = { "-g", "-fno-eliminate-unused-debug-types", "-gz=none", "-w", "-Wno-error" };
	const char *cc = NULL, *why;
	const struct replay *r = NULL;

	if (h->kernel || h->s->build.cross) {
		if (!session_build(h->s))
			return false;
		r = build_replay(&h->s->build, &why);
		if (!r) {
			if (*why)
				diag_hint(diag(DIAG_CAST_SOURCE, h->where, "headers of this kernel cannot be compiled: %s", why),
					  "name a module that has the type, or install debugging information");
			return false;
		}
		cc = r->kernel_cc.v[0];
		h->env = r->env.v;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(user) && !cc; i++)
		cc = proc_find(user[i]);
	if (!cc) {
		diag_hint(diag(DIAG_NO_COMPILER, h->where, "there is no C compiler for %s", h->text), "install one: apt-get install gcc libc6-dev");
		return false;
	}
	args_add(&h->cc, cc);
	for (unsigned i = 1; h->kernel && i < r->kernel_cc.n; i++)
		args_add(&h->cc, r->kernel_cc.v[i]);
	for (unsigned i = 0; h->kernel && i < ARRAY_SIZE(kernel_flags); i++)
		args_add(&h->cc, kernel_flags[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(flags); i++)
		args_add(&h->cc, flags[i]);
	return true;
}

/* ---- The cache ------------------------------------------------------------------------- */

static void name_it(struct headers *h)
{
	const char *cc = strchr(h->cc.v[0], '/') ? h->cc.v[0] : proc_find(h->cc.v[0]);
	struct hash hash;
	struct stat st;
	char hex[65];

	hash_init(&hash);
	hash_str(&hash, RECIPE);
	hash_str(&hash, h->text);
	vec_each(i, &h->cc)
		hash_str(&hash, h->cc.v[i]);
	if (h->kernel)
		hash_str(&hash, h->s->build.runtime_hash);
	if (cc && !stat(cc, &st))
		hash_str(&hash, arena_printf(perm(), "%lld %lld.%09ld", (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec));
	hash_hex(&hash, hex);
	h->name = arena_printf(perm(), "sonde_%.32s_headers", hex);
}

/* The object's name: by all files in a rule that the compiler wrote for make, the source apart. NULL: one is gone. */
static const char *by_content(struct headers *h, const char *rule)
{
	struct hash hash;
	char hex[65], *text, *p;

	if (file_read(rule, &text, NULL) || !(p = strchr(text, ':')))
		return NULL;
	hash_init(&hash);
	hash_str(&hash, h->name);
	for (p++; *p;) {
		char *to = p, *file = p;

		while (*p && !strchr(" \t\n", *p)) {
			if (*p == '\\' && p[1])
				p++;
			*to++ = *p++;
		}
		if (*p)
			p++;
		*to = '\0';
		if (*file && *file != '\n' && !strstr(file, "/headers-types.") && hash_file(&hash, file))
			return NULL;
	}
	hash_hex(&hash, hex);
	return arena_printf(perm(), "sonde_%.32s_types", hex);
}

static const char *cached(struct headers *h)
{
	const char *rule = cache_lookup(&h->s->cache, h->name, ".d"), *name = rule ? by_content(h, rule) : NULL;

	return name ? cache_lookup(&h->s->cache, name, ".o") : NULL;
}

static void keep(struct headers *h)
{
	const char *name = by_content(h, h->deps);

	if (!name || !cache_store_file(&h->s->cache, name, ".o", h->object))
		return;
	cache_store_file(&h->s->cache, h->name, ".d", h->deps);
}

/* ---- Compiling -------------------------------------------------------------------------- */

static void add_hint(const struct headers *h, struct diag *d, const char *text)
{
	const struct kernel *k = h->s->kernel;

	if (!strstr(text, "No such file"))
		diag_hint(d, "a header that needs others stands behind them: \"%s<first.h><second.h>\"", h->kernel ? "kernel" : "");
	else if (h->kernel)
		diag_hint(d, "names are as in the kernel's own sources: include/ of %s, and include/ of its architecture", k->build_dir);
	else
		diag_hint(d, "headers of programs come with packages whose names end in -dev or -devel; the kernel's own are \"kernel%s\"", h->text);
}

/* The first error tells; what follows from it does not. */
static void report(struct headers *h)
{
	static const struct range nowhere;
	char *text = NULL, *line;
	struct cc_message m;
	struct diag *d;

	if (file_read(h->log, &text, NULL))
		text = NULL;
	while (text && (line = strsep(&text, "\n"))) {
		if (!cc_message_parse(line, &m) || !cc_message_is_error(&m))
			continue;
		d = diag(DIAG_CAST_SOURCE, h->where, "%s cannot be compiled: %s", h->text, m.text);
		if (strcmp(m.file, h->c_file))
			diag_note(d, nowhere, "this is what the compiler said of %s, line %u", m.file, m.line);
		add_hint(h, d, m.text);
		return;
	}
	diag_hint(diag(DIAG_CAST_SOURCE, h->where, "%s cannot be compiled", h->text), "%s", h->s->keep ? h->log : "-k keeps the compiler's words");
}

static bool compile(struct headers *h)
{
	struct proc p = { .log = h->log, .env = h->env };
	struct args a = { 0 };
	int status;

	vec_each(i, &h->cc)
		args_add(&a, h->cc.v[i]);
	args_add(&a, "-MD");
	args_add(&a, "-MF");
	args_add(&a, h->deps);
	args_add(&a, "-c");
	args_add(&a, "-o");
	args_add(&a, h->object);
	args_add(&a, h->c_file);
	args_end(&a);
	p.argv = a.v;
	status = proc_run(&p);
	h->reported = status > 0;
	if (h->reported)
		report(h);
	else if (status && status != -EINTR)
		diag(DIAG_NO_COMPILER, h->where, "%s cannot be run: %s", a.v[0], strerror(-status));
	return !status;
}

static const char *object_of(struct headers *h)
{
	static unsigned number;
	const char *found;

	if (!session_tmp_dir(h->s))
		return NULL;
	h->s->build.tmp_dir = h->s->tmp_dir;
	number++;
	h->c_file = arena_printf(perm(), "%s/headers-types.%u.c", h->s->tmp_dir, number);
	h->object = arena_printf(perm(), "%s/headers-types.%u.o", h->s->tmp_dir, number);
	h->deps = arena_printf(perm(), "%s/headers-types.%u.d", h->s->tmp_dir, number);
	h->log = arena_printf(perm(), "%s/headers-types.%u.log", h->s->tmp_dir, number);
	if (!write_source(h) || !find_compiler(h))
		return NULL;
	name_it(h);
	found = cached(h);
	if (found)
		return found;
	if (!compile(h))
		return NULL;
	keep(h);
	return h->object;
}

struct type_db *headers_types(void *data, const char *text, bool kernel, struct range where)
{
	struct session *s = data;
	struct headers h = { .s = s, .text = text, .kernel = kernel, .where = where };
	static struct map known, failed; /* text, as the script has it -> types; -> struct headers */
	const char *key = intern_printf("%s%s", kernel ? "kernel" : "", text), *object;
	struct headers *before;
	struct type_db *db;

	if (!known.arena) {
		map_init(&known, perm());
		map_init(&failed, perm());
	}
	db = map_get(&known, key);
	if (db)
		return db;
	before = map_get(&failed, key);
	if (before) { /* a handler may be analysed for thousands of places */
		before->where = where;
		report(before);
		return NULL;
	}
	object = object_of(&h);
	if (!object && h.reported) {
		before = arena_new(perm(), struct headers);
		*before = h;
		map_put(&failed, key, before);
	}
	db = object ? types_of_object(object, s->kernel->arch, kernel ? kernel_types(s->kernel) : NULL) : NULL;
	if (db)
		map_put(&known, key, db);
	else if (object)
		diag(DIAG_CAST_SOURCE, where, "what the compiler made of %s has no debugging information", text);
	return db;
}

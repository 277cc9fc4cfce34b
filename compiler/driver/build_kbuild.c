// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything that runs make in a kernel's build tree, and what is said when it fails. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/util.h"
#include "driver/build_private.h"
#include "driver/features.h"
#include "driver/proc.h"

#define TEMPLATE "sonde_template"

static struct arena *perm(void)
{
	return arena_permanent();
}

static bool is_clang(struct build *b)
{
	const char *v = kernel_config(b->kernel, "CC_IS_CLANG");

	return v && !strcmp(v, "y");
}

/* What a compiler for another machine is mostly called. Who has set one knows better. */
static void cross_compiler(struct build *b, struct args *a)
{
	if (getenv("CROSS_COMPILE"))
		return;
	if (!strcmp(b->kernel->arch, "arm64"))
		args_add(a, "CROSS_COMPILE=aarch64-linux-gnu-");
	else if (!strcmp(b->kernel->arch, "x86_64"))
		args_add(a, "CROSS_COMPILE=x86_64-linux-gnu-");
}

/* make never sees a build tree without M=: it would take that for the wish to build a kernel there. */
static void make_command(struct build *b, struct args *a, const char *module_dir)
{
	args_add(a, "make");
	args_add(a, "-C");
	args_add(a, b->kernel->build_dir);
	args_add(a, arena_printf(perm(), "M=%s", module_dir));
	if (is_clang(b))
		args_add(a, "LLVM=1");
	if (b->cross) {
		args_add(a, arena_printf(perm(), "ARCH=%s", b->kernel->arch));
		cross_compiler(b, a);
	}
}

/* Last, so that what the user says counts. */
static void user_make(struct build *b, struct args *a)
{
	vec_each(i, &b->make)
		args_add(a, b->make.v[i]);
}

static bool no_tool(struct build *b, const char *tool)
{
	const char *built = kernel_config(b->kernel, "CC_VERSION_TEXT");
	struct diag *d = diag(DIAG_NO_COMPILER, build_nowhere, "cannot run '%s', which kernel %s asks for", tool,
			      b->kernel->release);

	if (built && strcmp(tool, "make"))
		diag_hint(d, "install it; the kernel was compiled with %s", built);
	else
		diag_hint(d, "install %s", tool);
	if (b->cross && strcmp(tool, "make"))
		diag_hint(d, "-B CROSS_COMPILE=PREFIX- names a compiler for %s (Debian: the package gcc-%s-linux-gnu)",
			  b->kernel->arch, !strcmp(b->kernel->arch, "arm64") ? "aarch64" : "x86-64");
	return false;
}

/* The first word that is no wrapper such as ccache. */
static const char *compiler_word(char *text)
{
	const char *word = NULL, *w;

	while ((w = strsep(&text, " \t"))) {
		if (!*w)
			continue;
		word = w;
		if (!strstr(w, "ccache") && !strstr(w, "distcc"))
			break;
	}
	return word;
}

bool kbuild_tools(struct build *b, const char **cc, const char **ld)
{
	struct args a = { 0 };
	char *text, *line;

	if (!proc_find("make"))
		return no_tool(b, "make");
	/*
	 * kernelversion does nothing but to echo this variable, after all the
	 * tree's makefiles had their say, and reads no configuration: 40 ms.
	 */
	make_command(b, &a, "/tmp"); /* any folder: nothing is made */
	args_add(&a, "-s");
	args_add(&a, "kernelversion");
	args_add(&a, "KERNELVERSION='sonde $(CC) // $(LD)'");
	user_make(b, &a);
	args_end(&a);
	text = proc_output(a.v, NULL);
	line = text ? strstr(text, "sonde ") : NULL;
	if (line) {
		char *sep = strstr(line, " // "), *end = strchr(line, '\n');

		if (sep && end && sep < end) {
			*sep = *end = '\0';
			*cc = compiler_word(line + 6);
			*ld = compiler_word(sep + 4);
		} else {
			line = NULL;
		}
	}
	if (!line || !*cc || !*ld) {
		*cc = "gcc";
		*ld = "ld";
	}
	*cc = proc_find(*cc) ? proc_find(*cc) : (no_tool(b, *cc), NULL);
	if (!*cc)
		return false;
	*ld = proc_find(*ld) ? proc_find(*ld) : (no_tool(b, *ld), NULL);
	return *ld != NULL;
}

/* ---- The folder ---------------------------------------------------------------- */

static bool cannot(struct build *b, const char *path, int err)
{
	(void)b;
	diag(DIAG_RUNTIME_BUILD, build_nowhere, "cannot write %s: %s", path, strerror(-err));
	return false;
}

static bool write_features(struct build *b, const char *dir)
{
	const char *def = arena_printf(perm(), "%s/kern/features.def", b->runtime_dir), *path;
	unsigned line = 0;
	struct buf out;
	char *text;
	int err;

	buf_init(&out);
	if (file_read(def, &text, NULL)) /* a runtime without features is one that needs none */
		text = "";
	line = features_write(b->kernel, text, &out);
	if (line) {
		diag(DIAG_RUNTIME_BUILD, build_nowhere, "%s:%u: not a feature line", def, line);
		buf_deinit(&out);
		return false;
	}
	path = arena_printf(perm(), "%s/kern/features.h", dir);
	err = file_write_atomic(path, out.s, out.n, 0600);
	buf_deinit(&out);
	return err ? cannot(b, path, err) : true;
}

/*
 * gcc calls functions nobody wrote: thunks for indirect calls, memcpy, the
 * stack protector. The versions of those stand in the .mod.o only if the
 * template refers to them, so it does, for all that this kernel exports.
 */
static void add_imports(struct build *b, struct buf *out)
{
	static const char *const globs[] = {
		"__x86_indirect_*thunk_*", "__x86_return_thunk", "__stack_chk_*", "__ref_stack_chk_guard",
		"mem[cms][pem][yotp]*", "__mem[cms][pem][yotp]*", "__ubsan_handle_*", "__fentry__",
	};
	char *text, *line;

	if (file_read(arena_printf(perm(), "%s/Module.symvers", b->kernel->build_dir), &text, NULL))
		return;
	buf_puts(out, "\nasm(\".pushsection .discard.sonde_imports,\\\"\\\",@progbits\\n\"\n");
	while ((line = strsep(&text, "\n"))) {
		char *name = strchr(line, '\t'), *end = name ? strchr(++name, '\t') : NULL;

		if (!end || strncmp(end, "\tvmlinux\t", 9) || !strncmp(name, "memory", 6))
			continue;
		/* Most of 10,000 lines are let go here. */
		if (strncmp(name, "__", 2) && strncmp(name, "mem", 3))
			continue;
		/* Symbols of a namespace are not for us. */
		if (strchr(end + 9, '\t') && strchr(end + 9, '\t')[1])
			continue;
		*end = '\0';
		for (unsigned i = 0; i < ARRAY_SIZE(globs); i++)
			if (glob_match(globs[i], name)) {
				buf_printf(out, "    \".quad %s\\n\"\n", name);
				break;
			}
	}
	buf_puts(out, "    \".popsection\");\n");
}

static void add_modinfo(struct build *b, struct buf *out)
{
	const char *const *info = build_modinfo(b);

	for (unsigned i = 0; info[i]; i++) {
		buf_printf(out, "static const char sonde_info_%u[] __attribute__((used, section(\".modinfo\"), aligned(1))) = ",
			   i);
		buf_quote(out, info[i], strlen(info[i]));
		buf_puts(out, ";\n");
	}
}

/* Embedded C is one more object. */
#define EMBEDDED "script_embedded"

static bool add_embedded(struct build *b, const char *dir)
{
	const char *to = arena_printf(perm(), "%s/kern/" EMBEDDED ".c", dir);
	size_t len;
	char *text;
	int err;

	if (!b->embedded_c)
		return true;
	err = file_read(b->embedded_c, &text, &len);
	if (!err)
		err = file_write_atomic(to, text, len, 0600);
	return err ? cannot(b, to, err) : true;
}

/* The module's name is a word of the Kbuild file and nothing else there. */
static void rename_template(struct buf *out, const char *text, const char *name)
{
	for (const char *at; (at = strstr(text, TEMPLATE)); text = at + strlen(TEMPLATE)) {
		buf_put(out, text, (size_t)(at - text));
		buf_puts(out, name);
	}
	buf_puts(out, text);
}

static bool rewrite(struct build *b, const char *path, const char *name, bool template)
{
	struct buf out;
	size_t len;
	char *text;
	int err = file_read(path, &text, &len);

	if (err)
		return cannot(b, path, err);
	buf_init(&out);
	if (!template) {
		rename_template(&out, text, name);
		if (b->embedded_c)
			buf_printf(&out, "\n%s-y += " EMBEDDED ".o\nCFLAGS_" EMBEDDED ".o := -ftabstop=1 -Wno-error -Wno-unused "
				   "-Wno-missing-prototypes -Wno-missing-declarations\n", name);
	} else {
		buf_put(&out, text, len);
		if (name)
			add_modinfo(b, &out);
		else
			add_imports(b, &out);
	}
	err = file_write_atomic(path, out.s, out.n, 0600);
	buf_deinit(&out);
	return err ? cannot(b, path, err) : true;
}

bool kbuild_folder(struct build *b, const char *dir, const char *name, const char *c_file)
{
	const char *template = arena_printf(perm(), "%s/kern/template.c", dir);
	struct source_list list;
	size_t len;
	char *text;
	int err;

	if (!tree_list(b->runtime_dir, &list))
		return false;
	err = tree_copy(b->runtime_dir, &list, dir);
	if (err)
		return cannot(b, dir, err);
	if (!write_features(b, dir))
		return false;
	if (!c_file)
		return rewrite(b, template, NULL, true);
	err = file_read(c_file, &text, &len);
	if (!err)
		err = file_write_atomic(template, text, len, 0600);
	if (err)
		return cannot(b, template, err);
	return add_embedded(b, dir) && rewrite(b, template, name, true) &&
	       rewrite(b, arena_printf(perm(), "%s/kern/Kbuild", dir), name, false);
}

int kbuild_run(struct build *b, const char *dir, const char *log)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct proc p = { .log = log };
	struct args a = { 0 };

	make_command(b, &a, arena_printf(perm(), "%s/kern", dir));
	args_add(&a, arena_printf(perm(), "-j%ld", MIN(MAX(cpus, 2), 16)));
	/* Debug information is half the compile time; type information of a module would need pahole. */
	if (!b->keep)
		args_add(&a, "KCFLAGS=-g0");
	args_add(&a, "CONFIG_DEBUG_INFO_BTF_MODULES=");
	args_add(&a, "cmd_gen_symversions_c=:"); /* nothing is exported: no need to look for it in each object */
	user_make(b, &a);
	args_add(&a, "modules");
	args_end(&a);
	p.argv = a.v;
	return proc_run(&p);
}

const char *build_work_folder(struct build *b, const char *base, const char *name)
{
	const char *dir = base ? base : b->tmp_dir;

	/* make splits at spaces and colons, and takes $, #, % and = for its own. */
	for (const char *p = dir; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("/._-+@,~", *p))
			dir = "/tmp";
	dir = arena_printf(perm(), "%s/%s.XXXXXX", dir, name);
	return mkdtemp((char *)dir) ? dir : NULL;
}

const char *const *build_modinfo(struct build *b)
{
	const char **info = arena_array(perm(), const char *, 4);

	info[0] = arena_printf(perm(), "sonde_release=%s", b->kernel->release);
	info[1] = arena_printf(perm(), "sonde_version=%s", kernel_built_version(b->kernel));
	info[2] = arena_printf(perm(), "sonde_build_id=%s", kernel_built_id(b->kernel));
	return info;
}

/* ---- Failure ------------------------------------------------------------------- */

/* The last lines that say something: errors first, else the end. */
static void add_log_lines(struct diag *d, char *text)
{
	enum { SHOWN = 6 };
	const char *errors[SHOWN], *last[SHOWN];
	unsigned ne = 0, nl = 0;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (!*line)
			continue;
		if (ne < SHOWN && (strstr(line, "rror:") || strstr(line, "ERROR") || strstr(line, "undefined")))
			errors[ne++] = line;
		last[nl++ % SHOWN] = line;
	}
	for (unsigned i = 0; i < ne; i++)
		diag_note(d, build_nowhere, "%s", errors[i]);
	for (unsigned i = nl > SHOWN ? nl - SHOWN : 0; !ne && i < nl; i++)
		diag_note(d, build_nowhere, "%s", last[i % SHOWN]);
}

static void add_remedy(struct build *b, struct diag *d, const char *log_text)
{
	const char *built = b->kernel ? kernel_config(b->kernel, "CC_VERSION_TEXT") : NULL;

	if (strstr(log_text, "No space left"))
		diag_hint(d, "the disk is full: free some space, or empty the cache with sonde --clean-cache");
	else if (!b->kernel && (strstr(log_text, ".h: No such file") || strstr(log_text, "cannot find -lc")))
		diag_hint(d, "the C library's headers are missing: Debian, Ubuntu: apt-get install libc6-dev; Fedora: dnf install "
			  "glibc-devel");
	else if (!b->kernel)
		return;
	else if (strstr(log_text, "unrecognized command-line option") || strstr(log_text, "incompatible gcc/plugin") ||
		 strstr(log_text, "compiler differs"))
		diag_hint(d, "the compiler is not the kernel's, which was compiled with %s",
			  built ? built : "another version");
	else if (strstr(log_text, "objtool"))
		diag_hint(d, "the headers of kernel %s have no working objtool: reinstall the headers packages",
			  b->kernel->release);
	else if (strstr(log_text, "No such file") || strstr(log_text, "No rule to make target"))
		diag_hint(d, "the headers of kernel %s are not complete: reinstall its headers package",
			  b->kernel->release);
}

void build_failed(struct build *b, enum diag_id id, const char *what, const char *log)
{
	const char *kept = NULL;
	struct diag *d;
	char *text = NULL, *copy;
	size_t len;

	/* The session's folder goes with the session. */
	if (!file_read(log, &text, &len) && b->cache && b->cache->dir && !b->keep &&
	    !strncmp(log, b->tmp_dir, strlen(b->tmp_dir)))
		kept = arena_printf(perm(), "%s/build.log", b->cache->dir);
	if (kept && !file_write_atomic(kept, text, len, 0600))
		log = kept;
	d = diag(id, build_nowhere, "%s; the log is %s", what, log);
	if (!text)
		return;
	copy = arena_strndup(perm(), text, len);
	add_log_lines(d, text);
	add_remedy(b, d, copy);
}

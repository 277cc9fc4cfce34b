// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 4. Prebuilt objects are made once, under a lock, in a folder that gets
 * its name when it is complete; a script's module is then cc, objtool and ld.
 */
#include "driver/build.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/intern.h"
#include "base/util.h"
#include "driver/build_private.h"
#include "driver/modname.h"
#include "driver/proc.h"

#define TEMPLATE "sonde_template"

enum { LARGE = 500000 }; /* bytes of C */

/* The replay of the prepared kernel; a process prepares few, most often one. */
static struct replay replay;
static const char *replay_of; /* objects_dir it was read from */

static struct arena *perm(void)
{
	return arena_permanent();
}

static int load_replay(const char *dir)
{
	int err;

	if (replay_of && !strcmp(replay_of, dir) && replay.cc.n)
		return 0;
	replay_of = NULL;
	err = replay_load(&replay, dir);
	if (!err)
		replay_of = dir;
	return err;
}

/* ---- Preparing a kernel ---------------------------------------------------------- */

/* A kernel whose kbuild is not understood has a folder too; its modules go through kbuild. */
static const char *not_replayable(const char *dir)
{
	char *text;

	return file_read(arena_printf(perm(), "%s/no-replay", dir), &text, NULL) ? NULL : text;
}

static bool is_complete(const char *dir)
{
	if (load_replay(dir) && !not_replayable(dir))
		return false;
	utimensat(AT_FDCWD, arena_printf(perm(), "%s/replay", dir), NULL, 0); /* last use, for pruning */
	return true;
}

static void keep_headers(struct build *b, const char *to)
{
	struct source_list list, headers = { 0 };

	if (!tree_list(b->runtime_dir, &list))
		return;
	vec_each(i, &list.names)
		if (!strchr(list.names.v[i], '/'))
			vec_push(perm(), &headers.names, list.names.v[i]);
	tree_copy(b->runtime_dir, &headers, arena_printf(perm(), "%s/include", to));
}

/* Compiles in work, leaves what replays need in fresh. */
static bool make_objects(struct build *b, const char *work, const char *fresh, const char *log)
{
	const char *why, *failed = arena_printf(perm(), "the runtime could not be compiled for kernel %s",
						 b->kernel->release);
	int status, err;

	if (!kbuild_folder(b, work, NULL, NULL))
		return false;
	status = kbuild_run(b, work, log);
	if (status == -EINTR)
		return false;
	if (status) {
		build_failed(b, DIAG_RUNTIME_BUILD, failed, log);
		return false;
	}
	err = dir_make(fresh, 0700);
	if (err) {
		diag(DIAG_RUNTIME_BUILD, build_nowhere, "cannot make %s: %s", fresh, strerror(-err));
		return false;
	}
	keep_headers(b, fresh);
	replay_of = NULL;
	if (replay_make(&replay, b->kernel->build_dir, arena_printf(perm(), "%s/kern", work), fresh, log, &why))
		err = file_write_atomic(arena_printf(perm(), "%s/no-replay", fresh), why, strlen(why), 0600);
	else
		err = replay_save(&replay, fresh);
	if (err)
		diag(DIAG_RUNTIME_BUILD, build_nowhere, "cannot write to %s: %s", fresh, strerror(-err));
	return !err;
}

/* Under the lock, or in a folder of our own. */
static bool build_objects(struct build *b, const char *dir)
{
	const char *fresh = arena_printf(perm(), "%s.new", dir), *log = arena_printf(perm(), "%s.log", dir);
	char *base = arena_strdup(perm(), dir), *slash = strrchr(base, '/');
	const char *work, *name;
	bool ok;

	*slash = '\0';
	if (b->progress)
		fprintf(stderr, "sonde: preparing kernel %s (once): building the runtime …\n", b->kernel->release);
	/* What an interrupted run left. The lock is ours, so nobody is at work in these. */
	cache_remove_tree(fresh);
	unlink(log);
	name = arena_printf(perm(), ".work-%.32s", b->runtime_hash);
	cache_remove_old(base, name, -1);
	work = build_work_folder(b, base, name);
	if (!work) {
		diag(DIAG_RUNTIME_BUILD, build_nowhere, "cannot make a folder in %s: %s", base, strerror(errno));
		return false;
	}
	ok = make_objects(b, work, fresh, log);
	if (!b->keep)
		cache_remove_tree(work);
	if (!ok)
		return false;
	/* A damaged one may be there: whoever reads it has seen that, too, and waits for the lock. */
	cache_remove_tree(dir);
	if (rename(fresh, dir)) {
		diag(DIAG_RUNTIME_BUILD, build_nowhere, "cannot make %s: %s", dir, strerror(errno));
		return false;
	}
	replay_of = NULL;
	unlink(log);
	if (!is_complete(dir)) {
		diag(DIAG_RUNTIME_BUILD, build_nowhere, "what was just written to %s cannot be read back", dir);
		return false;
	}
	return true;
}

/* The lock file's descriptor; -1 with errno when the cache cannot be written (or the wait was interrupted). */
static int take_lock(const char *dir)
{
	int fd = open(arena_printf(perm(), "%s.lock", dir), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX)) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

int build_prepare(struct build *b)
{
	const char *base = NULL, *dir;
	bool ok;
	int fd = -1;

	if (!b->runtime_hash && build_identify(b))
		return -1;
	if (b->cache && b->cache->dir) {
		base = arena_printf(perm(), "%s/runtime", b->cache->dir);
		dir = arena_printf(perm(), "%s/%.32s", base, b->runtime_hash);
		if (is_complete(dir)) {
			b->objects_dir = dir;
			return 0;
		}
		if (!dir_make(base, 0700))
			fd = take_lock(dir);
		if (fd < 0 && errno == EINTR)
			return -1;
	}
	if (fd < 0) {
		/* No cache to write to: for this run only. */
		base = arena_printf(perm(), "%s/runtime", b->tmp_dir);
		dir = arena_printf(perm(), "%s/%.32s", base, b->runtime_hash);
		if (is_complete(dir)) {
			b->objects_dir = dir;
			return 0;
		}
		dir_make(base, 0700);
	} else {
		/* Those of other kernels, from runs that were killed: nobody works an hour on one. */
		cache_remove_old(base, ".work-", 3600);
	}
	/* Another run may have made it while we waited. */
	ok = is_complete(dir) || build_objects(b, dir);
	if (fd >= 0)
		close(fd);
	if (!ok)
		return -1;
	b->objects_dir = dir;
	return 0;
}

const struct replay *build_replay(struct build *b, const char **why)
{
	*why = "";
	if (!b->objects_dir && build_prepare(b))
		return NULL;
	*why = not_replayable(b->objects_dir);
	if (!*why && load_replay(b->objects_dir))
		*why = "the recorded commands cannot be read";
	return *why ? NULL : &replay;
}

/* ---- A script's module ------------------------------------------------------------ */

struct job {
	struct build *b;
	const char *c_file, *name, *ko_file;
	const char *object, *mod, *log;
	const char *embedded; /* object of the embedded C; NULL: there is none */
	bool quick;           /* is it C at all? */
	bool embedded_made;   /* now, not found in the cache */
	const char *why; /* a replay failed: in which step */
};

/* REPORTED: the user knows. NEEDS_KBUILD: embedded C uses symbols whose versions only kbuild finds. */
enum outcome { DONE, FAILED, COMPILE_FAILED, INTERRUPTED, REPORTED, NEEDS_KBUILD };

static enum outcome step(struct job *j, struct args *a, const char *what)
{
	struct proc p = { .log = j->log, .env = replay.env.v };
	int status;

	args_end(a);
	p.argv = a->v;
	status = proc_run(&p);
	if (!status)
		return DONE;
	if (status == -EINTR)
		return INTERRUPTED;
	j->why = status < 0 ? arena_printf(perm(), "%s: %s", what, strerror(-status)) :
			      arena_printf(perm(), "%s ended with status %d", what, status);
	return FAILED;
}

/* Hundreds of handlers: compiled with less effort they are a little larger, in a little more than half of the time. */
static bool is_large(const char *c_file)
{
	struct stat st;

	return !stat(c_file, &st) && st.st_size > LARGE;
}

/* The compiler runs while the .mod.o gets its name. */
static enum outcome compile(struct job *j)
{
	struct proc p = { .log = j->log, .env = replay.env.v };
	struct args a = { 0 };
	int status, err;

	vec_each(i, &replay.cc)
		args_add(&a, replay.cc.v[i]);
	if (j->b->keep)
		args_add(&a, "-g");
	if (j->quick)
		args_add(&a, "-O0");
	else if (is_large(j->c_file))
		args_add(&a, "-O1");
	args_add(&a, arena_printf(perm(), "-I%s/include", j->b->objects_dir));
	args_add(&a, "-c");
	args_add(&a, "-o");
	args_add(&a, j->object);
	args_add(&a, j->c_file);
	args_end(&a);
	p.argv = a.v;
	err = proc_start(&p);
	if (err) {
		j->why = arena_printf(perm(), "%s: %s", a.v[0], strerror(-err));
		return FAILED;
	}
	err = modname_patch(arena_printf(perm(), "%s/template.mod.o", j->b->objects_dir), j->mod, TEMPLATE, j->name,
			    build_modinfo(j->b));
	status = proc_wait(&p);
	if (status == -EINTR)
		return INTERRUPTED;
	if (status) {
		j->why = arena_printf(perm(), "the compiler ended with status %d", status);
		return COMPILE_FAILED;
	}
	if (err) {
		j->why = arena_printf(perm(), "naming the module: %s", strerror(-err));
		return FAILED;
	}
	return DONE;
}

static enum outcome compile_embedded(struct job *j)
{
	const char *cached;
	int status;

	if (!j->b->embedded_c)
		return DONE;
	j->embedded = arena_printf(perm(), "%s/%s.embedded.o", j->b->tmp_dir, j->name);
	status = embedded_compile(j->b, &replay, j->embedded, &cached);
	if (cached)
		j->embedded = cached;
	j->embedded_made = !cached;
	j->why = "the embedded C could not be compiled";
	return !status ? DONE : status == -EINTR ? INTERRUPTED : status == BUILD_REPORTED ? REPORTED : FAILED;
}

static enum outcome objtool(struct job *j, const char *object)
{
	struct args a = { 0 };

	if (!replay.objtool.n)
		return DONE;
	vec_each(i, &replay.objtool)
		args_add(&a, strcmp(replay.objtool.v[i], REPLAY_OBJECT) ? replay.objtool.v[i] : object);
	return step(j, &a, "objtool");
}

static enum outcome check_object(struct job *j)
{
	enum outcome o = objtool(j, j->object);

	if (o == DONE && j->embedded_made) {
		o = objtool(j, j->embedded);
		if (o == DONE)
			embedded_keep(j->b, j->embedded);
	}
	return o;
}

static enum outcome link_module(struct job *j)
{
	struct args a = { 0 };

	vec_each(i, &replay.link) {
		const char *arg = replay.link.v[i];

		if (!strcmp(arg, REPLAY_OBJECTS)) {
			args_add(&a, j->object);
			if (j->embedded)
				args_add(&a, j->embedded);
			arg = arena_printf(perm(), "%s/runtime.o", j->b->objects_dir);
		} else if (!strcmp(arg, REPLAY_MOD)) {
			arg = j->mod;
		} else if (!strcmp(arg, REPLAY_OUTPUT)) {
			arg = j->ko_file;
		}
		args_add(&a, arg);
		if (i == 0 && !j->b->keep)
			args_add(&a, "-S");
	}
	return step(j, &a, "ld");
}

/*
 * A symbol that neither the runtime defines nor the template imported would
 * have no version in the module, and the kernel would refuse it: modpost's
 * check, for the one object it has not seen.
 */
static bool each_symbol(const char *object, bool (*f)(const char *name, bool defined, void *data), void *data)
{
	int fd = open(object, O_RDONLY | O_CLOEXEC);
	bool found = false, ok = true;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		Elf_Data *d;
		GElf_Shdr sh;

		if (!gelf_getshdr(s, &sh) || sh.sh_type != SHT_SYMTAB || !(d = elf_getdata(s, NULL)))
			continue;
		found = true;
		for (int i = 1; i < (int)(sh.sh_size / sh.sh_entsize); i++) {
			GElf_Sym sym;

			if (gelf_getsym(d, i, &sym) && (sym.st_shndx == SHN_UNDEF || GELF_ST_BIND(sym.st_info) != STB_LOCAL))
				ok &= f(elf_strptr(elf, sh.sh_link, sym.st_name), sym.st_shndx != SHN_UNDEF, data);
		}
	}
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return found && ok;
}

struct symbols {
	struct job *j;
	struct map known;
};

static bool note_defined(const char *name, bool defined, void *data)
{
	struct symbols *s = data;

	if (defined)
		map_put(&s->known, intern(name), s);
	return true;
}

static bool check_known(const char *name, bool defined, void *data)
{
	struct symbols *s = data;

	if (defined || map_has(&s->known, intern(name)))
		return true;
	s->j->why = arena_printf(perm(), "the code needs '%s'", name);
	return false;
}

static enum outcome check_symbols(struct job *j)
{
	struct symbols s = { .j = j };

	map_init(&s.known, perm());
	vec_each(i, &replay.provides)
		map_put(&s.known, intern(replay.provides.v[i]), &s);
	j->why = "the compiler's output cannot be read";
	if (!each_symbol(j->object, note_defined, &s) || (j->embedded && !each_symbol(j->embedded, note_defined, &s)))
		return FAILED;
	if (!each_symbol(j->object, check_known, &s))
		return FAILED;
	return j->embedded && !each_symbol(j->embedded, check_known, &s) ? NEEDS_KBUILD : DONE;
}

static enum outcome replay_build(struct job *j)
{
	static enum outcome (*const steps[])(struct job *) = { compile, compile_embedded, check_object, check_symbols,
								   link_module };

	if (!build_replay(j->b, &j->why))
		return FAILED;
	for (unsigned i = 0; i < ARRAY_SIZE(steps); i++) {
		enum outcome o = steps[i](j);

		if (o != DONE)
			return o;
	}
	return DONE;
}

static enum outcome kbuild_build(struct job *j)
{
	const char *dir = build_work_folder(j->b, j->b->tmp_dir, "kbuild"), *made;
	enum outcome out = FAILED;
	size_t len;
	char *data;
	int status, err;

	if (!dir) {
		diag(DIAG_MODULE_BUILD, build_nowhere, "cannot make a folder in %s: %s", j->b->tmp_dir, strerror(errno));
		return FAILED;
	}
	if (kbuild_folder(j->b, dir, j->name, j->c_file)) {
		const char *log = arena_printf(perm(), "%s/kbuild.log", j->b->tmp_dir);

		status = kbuild_run(j->b, dir, log);
		made = arena_printf(perm(), "%s/kern/%s.ko", dir, j->name);
		if (status == -EINTR) {
			out = INTERRUPTED;
		} else if (status && j->b->embedded_c && j->b->embedded_errors &&
			   j->b->embedded_errors(j->b->embedded_data, log)) {
			out = REPORTED;
		} else if (status) {
			build_failed(j->b, DIAG_MODULE_BUILD, "the code made from the script could not be compiled", log);
		} else if ((err = file_read(made, &data, &len)) ||
			   (err = file_write_atomic(j->ko_file, data, len, 0600))) {
			diag(DIAG_MODULE_BUILD, build_nowhere, "cannot copy %s to %s: %s", made, j->ko_file,
			     strerror(-err));
		} else {
			out = DONE;
		}
	}
	if (!j->b->keep)
		cache_remove_tree(dir);
	return out;
}

int build_module(struct build *b, const char *c_file, const char *name, const char *ko_file)
{
	struct job j = { .b = b, .c_file = c_file, .name = name, .ko_file = ko_file };
	enum outcome o;

	j.object = arena_printf(perm(), "%s/%s.o", b->tmp_dir, name);
	j.mod = arena_printf(perm(), "%s/%s.mod.o", b->tmp_dir, name);
	j.log = arena_printf(perm(), "%s/build.log", b->tmp_dir);
	if (strlen(name) > MODNAME_MAX)
		die("module name %s is longer than the kernel allows", name);
	if (b->kbuild)
		return kbuild_build(&j) == DONE ? 0 : -1;
	if (!b->objects_dir && build_prepare(b))
		return -1;
	o = replay_build(&j);
	if (o == DONE || o == INTERRUPTED || o == REPORTED)
		return o == DONE ? 0 : -1;
	if (o == NEEDS_KBUILD && b->verbose)
		fprintf(stderr, "sonde: %s: building through kbuild\n", j.why);
	/* kbuild is the judge: what it cannot compile either is no fault of the replay. */
	if (o == FAILED)
		diag(DIAG_REPLAY_FAILED, build_nowhere,
		     "replaying kbuild's commands failed (%s); building through kbuild", j.why);
	if (kbuild_build(&j) != DONE)
		return -1;
	if (o == COMPILE_FAILED)
		diag(DIAG_REPLAY_FAILED, build_nowhere,
		     "replaying kbuild's commands failed (%s); building through kbuild", j.why);
	return 0;
}

int build_check(struct build *b, const char *c_file, const char *name)
{
	struct job j = { .b = b, .c_file = c_file, .name = name, .quick = true };
	static enum outcome (*const steps[])(struct job *) = { compile, compile_embedded, check_symbols };
	enum outcome o = DONE;

	j.object = arena_printf(perm(), "%s/%s.o", b->tmp_dir, name);
	j.mod = arena_printf(perm(), "%s/%s.mod.o", b->tmp_dir, name);
	j.log = arena_printf(perm(), "%s/build.log", b->tmp_dir);
	if (!b->objects_dir && build_prepare(b))
		return -1;
	if (not_replayable(b->objects_dir) || load_replay(b->objects_dir)) /* kbuild's way, then, to its end */
		return build_module(b, c_file, name, arena_printf(perm(), "%s/%s.ko", b->tmp_dir, name));
	for (unsigned i = 0; o == DONE && i < ARRAY_SIZE(steps); i++)
		o = steps[i](&j);
	if (o == FAILED || o == COMPILE_FAILED)
		build_failed(b, DIAG_MODULE_BUILD, "the code made from the script could not be compiled", j.log);
	return o == DONE || o == NEEDS_KBUILD ? 0 : -1;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process, process(PID), process("PATH"). A path is searched for as shells do
 * it: below the working directory when it has a slash, else in $PATH; below
 * the sysroot always from the root. Symbolic links are left for the running
 * kernel to follow, which finds the file itself: programs are known there by
 * their inodes.
 */
#include "probe/process_target.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"

enum { INTERPRETERS_MAX = 5, PATH_TEXT = 4096 }; /* the kernel's own bounds */

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static const char *sysroot(struct resolver *r)
{
	const char *dir = resolver_sysroot(r);

	return dir ? dir : "";
}

const char *process_file(struct resolver *r, const char *path)
{
	return intern_printf("%s%s", sysroot(r), path);
}

/* "./a//b" as "/where/we/are/a/b". ".." stays: what it means depends on links. */
static const char *absolute(struct resolver *r, const char *path)
{
	char cwd[PATH_TEXT] = "", text[2 * PATH_TEXT];
	size_t n = 0;

	if (*path != '/' && !*sysroot(r) && !getcwd(cwd, sizeof(cwd)))
		cwd[0] = '\0';
	path = intern_printf("%s/%s", *path == '/' ? "" : cwd, path);
	for (const char *s = path; *s && n < sizeof(text) - 1; s++) {
		if (*s == '/' && n && text[n - 1] == '/')
			continue;
		if (*s == '.' && n && text[n - 1] == '/' && (s[1] == '/' || !s[1]))
			continue;
		text[n++] = *s;
	}
	text[n] = '\0';
	return intern(text);
}

/*
 * "/lib64/NAME", "/usr/lib/NAME" or such where the distribution has the
 * libraries of each machine in a folder of its own; NULL: it is no such path.
 */
static const char *multiarch(struct resolver *r, const char *path)
{
	const char *arch = resolver_arch(r)->name, *name = strrchr(path, '/');
	size_t usr = strncmp(path, "/usr/", 5) ? 0 : 4;

	if (!name || strncmp(path + usr, "/lib", 4) || path + usr + strcspn(path + usr + 1, "/") + 1 != name)
		return NULL;
	return intern_printf("%.*s/lib/%s-linux-gnu%s", (int)usr, path, strcmp(arch, "arm64") ? arch : "aarch64", name);
}

/* The path of a program by its name, or build-id; NULL: there is none. */
static const char *find_program(struct resolver *r, const char *name)
{
	const char *dirs = *sysroot(r) && !sysenv_is_set("PATH") ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : sysenv("PATH"), *all = dirs;

	if (strchr(name, '/')) {
		name = absolute(r, name);
		if (is_file(process_file(r, name)))
			return name;
		name = multiarch(r, name);
		return name && is_file(process_file(r, name)) ? name : NULL;
	}
	while (dirs && *dirs) {
		size_t n = strcspn(dirs, ":");
		const char *path = absolute(r, intern_printf("%.*s/%s", n ? (int)n : 1, n ? dirs : ".", name));
		const char *file = process_file(r, path);

		if (is_file(file) && (*sysroot(r) || !access(file, X_OK)))
			return path;
		dirs += n + (dirs[n] == ':');
	}
	return process_is_build_id(name) ? process_find_build(r, name, all) : NULL;
}

/* What runs a script: its interpreter, and of "env NAME" that program; the file itself when it is none. */
static const char *interpreter(struct resolver *r, const char *path)
{
	for (unsigned i = 0; i < INTERPRETERS_MAX; i++) {
		char line[256];
		int fd = open(process_file(r, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
		const char *next, *word, *rest = NULL;

		if (fd >= 0)
			close(fd);
		if (n < 2 || line[0] != '#' || line[1] != '!')
			return path;
		line[n] = '\0';
		line[strcspn(line, "\n")] = '\0';
		word = strtok(line + 2, " \t");
		next = word ? find_program(r, word) : NULL;
		if (!next)
			return path;
		if (strlen(next) >= 4 && !strcmp(next + strlen(next) - 4, "/env"))
			rest = strtok(NULL, " \t");
		if (rest && !strcmp(rest, "-S"))
			rest = strtok(NULL, " \t");
		if (rest && find_program(r, rest))
			next = find_program(r, rest);
		path = next;
	}
	return path;
}

static void add_path(struct resolver *r, const char *path, bool wildcard, struct process_targets *out)
{
	struct process_target t = { .kind = PROCESS_PATH, .wildcard = wildcard };
	struct buf b;

	t.path = interpreter(r, path);
	t.file = process_file(r, t.path);
	buf_init(&b);
	buf_puts(&b, "process(");
	buf_quote(&b, t.path, strlen(t.path));
	buf_putc(&b, ')');
	t.name = intern(b.s);
	buf_deinit(&b);
	vec_each(i, out)
		if (out->v[i].path == t.path)
			return;
	vec_push(resolver_arena(r), out, t);
	if (!wildcard)
		resolver_program(r, t.file);
}

static bool is_elf(const char *file, bool *small)
{
	unsigned char ident[EI_NIDENT];
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool elf = fd >= 0 && read(fd, ident, sizeof(ident)) == sizeof(ident) && !memcmp(ident, ELFMAG, SELFMAG);

	if (fd >= 0)
		close(fd);
	*small = elf && ident[EI_CLASS] == ELFCLASS32;
	return elf;
}

/* other: one that fits, but is of 32 bits. "/lib?/NAME" means that of 64 bits, where there is one. */
static void add_matches(struct resolver *r, const char *path, const char **other, struct process_targets *out)
{
	const char *pattern = process_file(r, path);
	size_t skip = strlen(sysroot(r));
	bool small;
	glob_t g;

	if (!glob(pattern, 0, NULL, &g)) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			if (!is_file(g.gl_pathv[i]) || !is_elf(g.gl_pathv[i], &small))
				continue;
			if (small)
				*other = intern(g.gl_pathv[i] + skip);
			else
				add_path(r, intern(g.gl_pathv[i] + skip), true, out);
		}
		globfree(&g);
	}
}

static bool match_pattern(struct resolver *r, const struct point_arg *a, struct process_targets *out)
{
	const char *pattern = absolute(r, a->str), *elsewhere = multiarch(r, pattern), *other = NULL;

	add_matches(r, pattern, &other, out);
	if (!out->n && elsewhere)
		add_matches(r, elsewhere, &other, out);
	if (!out->n && other)
		add_path(r, other, true, out); /* is refused with its reason */
	if (out->n)
		return true;
	diag_hint(diag(DIAG_PROGRAM_UNKNOWN, a->range, "no program matches '%s'", pattern),
		  "patterns are of paths, as the shell has them: $PATH is not used");
	return false;
}

static bool unknown_program(struct resolver *r, const struct point_arg *a)
{
	struct diag *d;

	if (strchr(a->str, '/')) {
		const char *path = absolute(r, a->str);
		struct stat st;

		d = diag(DIAG_PROGRAM_UNKNOWN, a->range, "there is no program '%s'%s%s", path, *sysroot(r) ? " below " : "", sysroot(r));
		if (!stat(process_file(r, path), &st))
			diag_hint(d, "it is no regular file");
		else
			diag_hint(d, "%s", strerror(errno));
		return false;
	}
	if (process_is_build_id(a->str)) {
		d = diag(DIAG_PROGRAM_UNKNOWN, a->range, "there is no program with the build-id %s", a->str);
		diag_hint(d, "looked for below /usr/lib/.build-id, among the programs that run, and in the folders of %s; any other is given by its path",
			  *sysroot(r) ? "programs below the sysroot" : "$PATH");
		return false;
	}
	d = diag(DIAG_PROGRAM_UNKNOWN, a->range, "there is no program '%s' in the folders of %s", a->str, *sysroot(r) ? "programs below the sysroot" : "$PATH");
	if (is_file(a->str))
		diag_hint(d, "the file here is meant by \"./%s\"", a->str);
	else
		diag_hint(d, "give its path, with a '/' in it; --sysroot=DIR looks below another root");
	return false;
}

/* The program of a process that runs now. */
static const char *program_of(int64_t pid)
{
	char text[PATH_TEXT];
	ssize_t n = readlink(intern_printf("/proc/%lld/exe", (long long)pid), text, sizeof(text) - 1);

	if (n <= 0)
		return NULL;
	text[n] = '\0';
	return intern(text);
}

static bool add_pid(struct resolver *r, const struct point_match *m, bool need_file, struct process_targets *out)
{
	const struct point_arg *a = &m->arg[0];
	struct process_target t = { .kind = PROCESS_PID, .pid = a->num, .name = intern_printf("process(%lld)", (long long)a->num) };

	if (a->num < 1 || a->num > INT32_MAX) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, a->range, "process(%lld) is out of range", (long long)a->num), "it is the number of a process, from 1");
		return false;
	}
	if (need_file) {
		t.path = program_of(a->num);
		if (!t.path) {
			struct diag *d = diag(DIAG_PROGRAM_UNKNOWN, a->range, "the program of process %lld is not known: %s", (long long)a->num,
					      errno == ENOENT ? "there is no such process" : strerror(errno));

			diag_hint(d, "process(\"PATH\") names a program, whether it runs or not");
			return false;
		}
		t.file = is_file(intern_printf("/proc/%lld/exe", (long long)a->num)) ? intern_printf("/proc/%lld/exe", (long long)a->num) : t.path;
	}
	vec_push(resolver_arena(r), out, t);
	return true;
}

/* A plain process, where a program has to be known: that of -c, or of -x. */
static bool add_target(struct resolver *r, const struct point_match *m, struct process_targets *out)
{
	const char *command = resolver_command(r), *pid = resolver_target_pid(r), *path = NULL;
	struct diag *d;

	if (command && !strpbrk(command, "|&;<>(){}")) {
		const char *word = command + strspn(command, " \t");

		word = intern_n(word, strcspn(word, " \t"));
		path = find_program(r, word);
		if (!path) {
			d = diag(DIAG_PROGRAM_UNKNOWN, m->range, "the program of %s is that of -c, and there is no '%s'", m->text, word);
			diag_hint(d, "process(\"PATH\") names it");
			return false;
		}
	} else if (!command && pid) {
		path = program_of(atoll(pid));
		if (!path) {
			d = diag(DIAG_PROGRAM_UNKNOWN, m->range, "the program of %s is that of -x, and process %s cannot be looked at: %s", m->text, pid, strerror(errno));
			diag_hint(d, "process(\"PATH\") names it");
			return false;
		}
	}
	if (!path) {
		d = diag(DIAG_PROGRAM_UNKNOWN, m->range, "%s does not say which program", m->text);
		diag_hint(d, command ? "-c is more than a plain command: write process(\"PATH\")"
				     : "write process(\"PATH\"), or give a command with -c or a process with -x");
		return false;
	}
	add_path(r, path, false, out);
	return true;
}

bool process_targets(struct resolver *r, const struct point_match *m, bool need_file, struct process_targets *out)
{
	struct process_target all = { .kind = PROCESS_ALL, .name = "process" };
	const struct point_arg *a = &m->arg[0];
	const char *path;

	switch (a->kind) {
	case ARG_NUMBER:
		return add_pid(r, m, need_file, out);
	case ARG_NONE:
		if (need_file)
			return add_target(r, m, out);
		vec_push(resolver_arena(r), out, all);
		return true;
	case ARG_STRING:
		break;
	}
	if (is_glob(a->str))
		return match_pattern(r, a, out);
	path = find_program(r, a->str);
	if (!path && *a->str == '/' && !need_file) {
		path = absolute(r, a->str);
		diag_hint(diag(DIAG_PROGRAM_ABSENT, a->range, "there is no program '%s' here", path), "it is looked for again when the script starts");
	}
	if (!path)
		return unknown_program(r, a);
	add_path(r, path, false, out);
	return true;
}

const char *process_pp(struct resolver *r, const struct point_match *m, const struct process_target *t)
{
	const char *s = m->text + strcspn(m->text, ".(");

	if (*s == '(') {
		bool quoted = false;

		for (; *s && (quoted || *s != ')'); s++) {
			if (quoted && *s == '\\' && s[1])
				s++;
			else if (*s == '"')
				quoted = !quoted;
		}
		s += *s == ')';
	}
	return arena_printf(resolver_arena(r), "%s%s", t->name, s);
}

void process_emit(struct buf *out, const struct process_target *t)
{
	buf_printf(out, "{ .pid = %lld, .path = ", t->kind == PROCESS_PID ? (long long)t->pid : 0);
	if (t->kind == PROCESS_PATH)
		buf_quote(out, t->path, strlen(t->path));
	else
		buf_puts(out, "0");
	buf_puts(out, " }");
}

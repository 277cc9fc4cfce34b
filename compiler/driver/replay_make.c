// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kbuild's recorded commands mean: which flags of the compiler make code,
 * where objtool was run, how the module was linked. The only file that knows
 * kbuild's rules; whatever it does not recognise it refuses, and the caller
 * goes through kbuild instead.
 */
#include <errno.h>
#include <fcntl.h>
#include <libelf.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/map.h"
#include "base/util.h"
#include "driver/proc.h"
#include "driver/replay.h"

#define TEMPLATE "sonde_template"
enum { COMMANDS_MAX = 8 };

struct maker {
	struct replay *r;
	const char *build_dir, *module_dir, *out_dir, *log;
	const char *cwd;   /* where the recorded commands ran */
	const char *why;
	bool objtool_joined; /* it was run on the joined object, not on each */
};

static struct arena *perm(void)
{
	return arena_permanent();
}

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), w = strlen(with);

	return n >= w && !strcmp(s + n - w, with);
}

static bool refuse(struct maker *m, const char *why)
{
	m->why = why;
	return false;
}

static int read_commands(struct maker *m, const char *object, struct args *commands, const char **target)
{
	const char *why, *path = arena_printf(perm(), "%s/.%s.cmd", m->module_dir, object);
	char *text;
	int n;

	if (file_read(path, &text, NULL)) {
		m->why = arena_printf(perm(), "kbuild left no .%s.cmd", object);
		return -1;
	}
	n = replay_parse_cmd(text, commands, COMMANDS_MAX, target, &why);
	if (n < 0)
		m->why = arena_printf(perm(), ".%s.cmd: %s", object, why);
	return n;
}

static const char *absolute(const struct maker *m, const char *path)
{
	if (*path == '/')
		return path;
	return arena_printf(perm(), "%s/%s", m->cwd, starts(path, "./") ? path + 2 : path);
}

/* ---- The compiler ----------------------------------------------------------- */

/* Flags that are followed by their value in an argument of its own. */
static bool takes_value(const char *arg)
{
	static const char *const flags[] = { "-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-I", "-D", "-U",
					     "-o", "--param" };

	for (unsigned i = 0; i < ARRAY_SIZE(flags); i++)
		if (!strcmp(arg, flags[i]))
			return true;
	return false;
}

/* What has no say in the code of a file that includes no kernel header, or must not have one. */
static bool is_dropped(const char *arg)
{
	static const char *const prefixes[] = {
		"-I", "-i", "-D", "-U", "-W", "-g", "-fmacro-prefix-map", "-ffile-prefix-map", "-fdebug-prefix-map",
		/* tracing of the handlers themselves */
		"-pg", "-mfentry", "-mrecord-mcount", "-mnop-mcount", "-finstrument",
		/* instrumentation that refers to run-time libraries; what is part of the calling convention stays */
		"-fplugin", "-fsanitize=kernel-address", "-fsanitize=kernel-hwaddress", "-fsanitize=kernel-memory",
		"-fsanitize=thread", "-fsanitize=bounds", "-fsanitize=array", "-fsanitize=shift", "-fsanitize=integer",
		"-fsanitize=unreachable", "-fsanitize=bool", "-fsanitize=enum", "-fsanitize=local", "-fsanitize=signed",
		"-fsanitize=undefined", "-fsanitize=object", "-fsanitize=alignment", "-fsanitize-coverage",
		"-fsanitize-undefined", "-fasan", "-fprofile", "-ftest-coverage", "-fcondition-coverage",
	};

	if (starts(arg, "-Wa,"))
		return starts(arg, "-Wa,-g");
	for (unsigned i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (starts(arg, prefixes[i]))
			return true;
	return false;
}

/* The module's own folder is gone by the time of a replay. */
static const char *include_path(const struct maker *m, const char *path)
{
	path = absolute(m, path);
	return starts(path, m->module_dir) ? NULL : arena_printf(perm(), "-I%s", path);
}

static void set_compiler_flags(struct maker *m, const struct args *c)
{
	static const char *const added[] = {
		"-pipe", "-Werror=implicit-function-declaration", "-Werror=return-type",
		"-Werror=incompatible-pointer-types", "-Werror=int-conversion",
	};
	struct args *lean = &m->r->cc, *full = &m->r->kernel_cc;
	const char *found = proc_find(c->v[0]);

	args_add(lean, found ? found : c->v[0]);
	args_add(full, found ? found : c->v[0]);
	for (unsigned i = 1; i < c->n; i++) {
		const char *arg = c->v[i], *value = takes_value(arg) && i + 1 < c->n ? c->v[++i] : NULL;

		if (!strcmp(arg, "-c") || !strcmp(arg, "-o") || starts(arg, "-Wp,-M") || *arg != '-')
			continue;
		if (!is_dropped(arg)) {
			args_add(lean, arg);
			if (value)
				args_add(lean, value);
		}
		if (starts(arg, "-D") && (strstr(arg, "KBUILD_MODNAME") || strstr(arg, "KBUILD_BASENAME")))
			continue;
		if (starts(arg, "-I") && arg[2])
			arg = include_path(m, arg + 2);
		else if (starts(arg, "-fplugin=./") || starts(arg, "-fplugin=scripts/"))
			arg = arena_printf(perm(), "-fplugin=%s", absolute(m, arg + 9));
		if (!arg)
			continue;
		args_add(full, arg);
		if (value)
			args_add(full, starts(arg, "-i") || !strcmp(arg, "-I") ? absolute(m, value) : value);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(added); i++)
		args_add(lean, added[i]);
	args_add(full, "-pipe");
}

/* objtool of 6.x wants the kernel's name of the architecture, which stands in "-I…/arch/<name>/include". */
static void set_environment(struct maker *m, const struct args *c)
{
	for (unsigned i = 1; i < c->n; i++) {
		const char *at = starts(c->v[i], "-I") ? strstr(c->v[i], "arch/") : NULL;
		int n = at ? (int)strcspn(at + 5, "/") : 0;

		if (n && starts(at + 5 + n, "/include")) {
			args_add(&m->r->env, arena_printf(perm(), "SRCARCH=%.*s", n, at + 5));
			return;
		}
	}
}

static bool is_objtool(const struct args *c)
{
	return replay_is_tool(c, "objtool");
}

static void set_objtool(struct maker *m, const struct args *c)
{
	args_add(&m->r->objtool, absolute(m, c->v[0]));
	for (unsigned i = 1; i < c->n; i++)
		args_add(&m->r->objtool, ends(c->v[i], ".o") ? REPLAY_OBJECT : c->v[i]);
}

static bool read_compile(struct maker *m)
{
	struct args c[COMMANDS_MAX];
	const char *target = "";
	int n = read_commands(m, "template.o", c, &target);

	if (n < 0)
		return false;
	if (!n)
		return refuse(m, "no command compiled template.o");
	/* Until 6.12 kbuild worked in the build tree, later in the module's folder, with relative names there. */
	m->cwd = *target == '/' ? m->build_dir : m->module_dir;
	set_compiler_flags(m, &c[0]);
	set_environment(m, &c[0]);
	for (int i = 1; i < n; i++) {
		if (!is_objtool(&c[i]))
			return refuse(m, arena_printf(perm(), "a step that is not known: %s", c[i].v[0]));
		set_objtool(m, &c[i]);
	}
	return true;
}

/* ---- The linker ------------------------------------------------------------- */

/* The joined object's commands: ld -r, and objtool when it was left until there (IBT, LTO, no-instrumentation checks). */
static bool read_join(struct maker *m, struct args *join)
{
	struct args c[COMMANDS_MAX];
	int n = read_commands(m, TEMPLATE ".o", c, NULL);

	if (n < 0)
		return false;
	if (!n)
		return refuse(m, "no command joined the runtime's objects");
	for (unsigned i = 0; i < c[0].n; i++) {
		const char *arg = c[0].v[i];

		if (!strcmp(arg, "-o"))
			i++;
		else if (*arg != '@' && !ends(arg, ".o"))
			args_add(join, i ? arg : proc_find(arg) ? proc_find(arg) : arg);
	}
	for (int i = 1; i < n; i++) {
		if (!is_objtool(&c[i]))
			return refuse(m, arena_printf(perm(), "a step that is not known: %s", c[i].v[0]));
		if (m->r->objtool.n)
			return refuse(m, "objtool runs twice");
		set_objtool(m, &c[i]);
		m->objtool_joined = true;
	}
	return true;
}

static bool copy_in(struct maker *m, const char *from, const char *name)
{
	size_t len;
	char *data;

	if (file_read(from, &data, &len) ||
	    file_write_atomic(arena_printf(perm(), "%s/%s", m->out_dir, name), data, len, 0600))
		return refuse(m, arena_printf(perm(), "cannot copy %s", from));
	args_add(&m->r->files, arena_printf(perm(), "%s %zu", name, len));
	return true;
}

static bool read_link(struct maker *m)
{
	struct args c[COMMANDS_MAX], *link = &m->r->link;
	int n = read_commands(m, TEMPLATE ".ko", c, NULL);
	const char *found;

	if (n < 0)
		return false;
	/* What may follow adds type information; scripts' modules have none. */
	if (!n)
		return refuse(m, "no command linked the module");
	found = proc_find(c[0].v[0]);
	args_add(link, found ? found : c[0].v[0]);
	for (unsigned i = 1; i < c[0].n; i++) {
		const char *arg = c[0].v[i];

		if (!strcmp(arg, "-o") && i + 1 < c[0].n) {
			args_add(link, "-o");
			args_add(link, REPLAY_OUTPUT);
			i++;
		} else if (!strcmp(arg, "-T") && i + 1 < c[0].n) {
			args_add(link, "-T");
			args_add(link, absolute(m, c[0].v[++i]));
		} else if (ends(arg, "/" TEMPLATE ".o") || !strcmp(arg, TEMPLATE ".o")) {
			args_add(link, REPLAY_OBJECTS);
		} else if (ends(arg, TEMPLATE ".mod.o")) {
			args_add(link, REPLAY_MOD);
			if (!copy_in(m, absolute(m, arg), "template.mod.o"))
				return false;
		} else if (ends(arg, ".o")) {
			const char *name = strrchr(arg, '/') ? strrchr(arg, '/') + 1 : arg;

			name += *name == '.';
			args_add(link, arena_printf(perm(), REPLAY_DIR "%s", name));
			if (!copy_in(m, absolute(m, arg), name))
				return false;
		} else {
			args_add(link, arg);
		}
	}
	return true;
}

/* ---- runtime.o -------------------------------------------------------------- */

static bool run(struct maker *m, struct args *a, const char *what)
{
	struct proc p = { .log = m->log };
	int status;

	args_end(&m->r->env);
	args_end(a);
	p.argv = a->v; /* only now: the end may have moved it */
	p.env = m->r->env.v;
	status = proc_run(&p);
	if (status)
		m->why = status < 0 ? arena_printf(perm(), "%s: %s", what, strerror(-status)) :
				      arena_printf(perm(), "%s ended with %d", what, status);
	return status == 0;
}

/* Adds the symbols of an object: what it defines, and what it refers to (modpost found all that, so it has versions). */
static bool add_symbols(struct maker *m, struct map *seen, const char *object)
{
	int fd = open(object, O_RDONLY | O_CLOEXEC);
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		Elf_Data *d;
		GElf_Shdr sh;

		if (!gelf_getshdr(s, &sh) || sh.sh_type != SHT_SYMTAB || !(d = elf_getdata(s, NULL)))
			continue;
		for (int i = 1; i < (int)(sh.sh_size / sh.sh_entsize); i++) {
			const char *name;
			GElf_Sym sym;

			if (!gelf_getsym(d, i, &sym) || GELF_ST_BIND(sym.st_info) == STB_LOCAL)
				continue;
			name = intern(elf_strptr(elf, sh.sh_link, sym.st_name));
			if (!map_has(seen, name)) {
				map_put(seen, name, (void *)name);
				args_add(&m->r->provides, name);
			}
		}
	}
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return elf ? true : refuse(m, arena_printf(perm(), "cannot read %s", object));
}

/* The list of the module's objects, template.o left out, joined into one. */
static bool make_runtime(struct maker *m, struct args *join)
{
	const char *out = arena_printf(perm(), "%s/runtime.o", m->out_dir);
	struct map seen;
	struct stat st;
	char *text, *word;

	if (file_read(arena_printf(perm(), "%s/" TEMPLATE ".mod", m->module_dir), &text, NULL))
		return refuse(m, "kbuild left no list of objects");
	args_add(join, "-S");
	args_add(join, "-o");
	args_add(join, out);
	map_init(&seen, perm());
	while ((word = strsep(&text, " \n"))) {
		if (!*word)
			continue;
		word = (char *)absolute(m, word);
		if (ends(word, "/template.o")) {
			if (!add_symbols(m, &seen, word))
				return false;
		} else {
			args_add(join, word);
		}
	}
	if (!run(m, join, "joining the runtime's objects"))
		return false;
	if (m->objtool_joined) {
		struct args tool = { 0 };

		vec_each(i, &m->r->objtool)
			args_add(&tool, strcmp(m->r->objtool.v[i], REPLAY_OBJECT) ? m->r->objtool.v[i] : out);
		if (!run(m, &tool, "objtool"))
			return false;
	}
	if (stat(out, &st))
		return refuse(m, "joining the runtime's objects made none");
	args_add(&m->r->files, arena_printf(perm(), "runtime.o %lld", (long long)st.st_size));
	return add_symbols(m, &seen, out);
}

int replay_make(struct replay *r, const char *build_dir, const char *module_dir, const char *out_dir, const char *log,
		const char **why)
{
	struct maker m = { .r = r, .build_dir = build_dir, .module_dir = module_dir, .out_dir = out_dir, .log = log };
	struct args join = { 0 };

	*r = (struct replay){ 0 };
	if (read_compile(&m) && read_join(&m, &join) && read_link(&m) && make_runtime(&m, &join))
		return 0;
	*why = m.why;
	return -1;
}

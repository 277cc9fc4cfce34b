// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is where: trace events and system calls of the kernel, functions and trace events of all
 * its modules. All are texts in the cache folder, made when first asked for:
 *
 *	events of the image:  EVENT, which is SYSTEM NAME RECORD ARRAYS, the last two of which may be empty
 *	system calls:         NAME, then ARGUMENT TYPE for each argument, with tabs between
 *	index of modules:     M MODULE, then F FUNCTION and E EVENT of it
 *
 * A module whose file cannot be read is left out; who names it hears why from
 * kernel_module_types().
 */
#include "types/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/btf.h"
#include "types/events.h"
#include "types/kcache.h"
#include "types/syscalls.h"

enum { NAME_SIZE = 256 };

static const char *word(const char **at, const char *end, char until)
{
	const char *p = *at, *stop = p < end ? memchr(p, until, (size_t)(end - p)) : NULL;

	if (!stop)
		stop = end;
	*at = stop < end ? stop + 1 : end;
	return intern_n(p, (size_t)(stop - p));
}

/* An event at line (n bytes); false when it is something else. */
static bool read_event(const char *line, size_t n, struct trace_event *e)
{
	const char *end = line + n;

	e->system = word(&line, end, ' ');
	e->name = word(&line, end, ' ');
	e->record = word(&line, end, ' ');
	e->arrays = intern_n(line, (size_t)(end - line));
	return *e->system && *e->name;
}

static const char *keep(struct buf *text, size_t *size)
{
	char *kept = arena_strndup(arena_permanent(), text->n ? text->s : "", text->n);

	*size = text->n;
	return kept;
}

/* A text about the kernel's image: from the cache, or what `scan` finds, once it has. NULL when it finds nothing. */
static const char *image_text(struct kernel *k, const char *what, bool (*scan)(struct image *im, struct type_db *types, struct buf *text),
			      size_t *size)
{
	const char *kept = k->image ? kcache_text(k->image, what, size) : NULL, *why;
	struct image im;
	struct buf text;

	if (kept || !k->image || !kernel_types(k) || image_open(&im, k->image, &why))
		return kept;
	buf_init(&text);
	if (scan(&im, k->types, &text) && text.n) {
		kept = keep(&text, size);
		kcache_store_text(k->image, what, text.s, text.n);
	}
	buf_deinit(&text);
	image_close(&im);
	return kept;
}

/* ---- events of the kernel itself ------------------------------------------------- */

static void put_event(const struct trace_event *e, void *data)
{
	buf_printf(data, "%s %s %s %s\n", e->system, e->name, e->record, e->arrays);
}

static bool scan_events(struct image *im, struct type_db *types, struct buf *text)
{
	return events_scan(im, types, put_event, text);
}

static bool load_events(struct kernel_state *s)
{
	if (!s->events)
		s->events = image_text(&s->k, "records", scan_events, &s->nevents);
	return s->events;
}

/* ---- system calls ------------------------------------------------------------------ */

static void put_syscall(const struct syscall *c, void *data)
{
	buf_puts(data, c->name);
	for (unsigned i = 0; i < c->nargs; i++)
		buf_printf(data, "\t%s %s", c->arg[i], c->type[i]);
	buf_puts(data, "\n");
}

static bool scan_syscalls(struct image *im, struct type_db *types, struct buf *text)
{
	return syscalls_scan(im, types, put_syscall, text);
}

/* Where nothing is found, that is not looked for again: a script may ask for each of its variables. */
static bool load_syscalls(struct kernel_state *s)
{
	if (!s->syscalls)
		s->syscalls = image_text(&s->k, "syscalls", scan_syscalls, &s->nsyscalls);
	if (!s->syscalls)
		s->syscalls = "";
	return s->nsyscalls;
}

/* Where each name's line begins: a script that probes all of them asks thousands of times. */
static void index_syscalls(struct kernel_state *s)
{
	const char *p = s->syscalls, *stop = p + s->nsyscalls, *end, *tab;

	map_init(&s->syscall_lines, arena_permanent());
	for (; p < stop && (end = memchr(p, '\n', (size_t)(stop - p))); p = end + 1) {
		tab = memchr(p, '\t', (size_t)(end - p));
		if (tab)
			map_put(&s->syscall_lines, intern_n(p, (size_t)(tab - p)), (void *)p);
	}
}

bool kernel_syscall(struct kernel *k, const char *name, struct syscall *c)
{
	struct kernel_state *s = state_of(k);
	const char *p, *end;

	if (!load_syscalls(s))
		return false;
	if (!s->syscall_lines.arena)
		index_syscalls(s);
	name = intern(name);
	p = map_get(&s->syscall_lines, name);
	if (!p)
		return false;
	end = strchr(p, '\n');
	*c = (struct syscall){ .name = name };
	for (p += strlen(name) + 1; p < end && c->nargs < SYSCALL_ARGS; c->nargs++) {
		const char *tab = memchr(p, '\t', (size_t)(end - p));

		if (!tab)
			tab = end;
		c->arg[c->nargs] = word(&p, tab, ' ');
		c->type[c->nargs] = intern_n(p, (size_t)(tab - p));
		p = tab + 1;
	}
	return true;
}

/* ---- the index of modules ---------------------------------------------------------- */

/* …/snd-pcm.ko.xz is snd_pcm. */
static bool module_of_path(const char *path, size_t n, char name[NAME_SIZE])
{
	const char *base = memrchr(path, '/', n), *end;

	base = base ? base + 1 : path;
	end = memmem(base, (size_t)(path + n - base), ".ko", 3);
	if (!end || end == base || end - base >= NAME_SIZE)
		return false;
	for (size_t i = 0; base + i < end; i++)
		name[i] = base[i] == '-' ? '_' : base[i];
	name[end - base] = '\0';
	return true;
}

static void put_module_event(const struct trace_event *e, void *data)
{
	buf_puts(data, "E ");
	put_event(e, data);
}

static void put_module(struct kernel *k, const char *name, const char *path, struct buf *text)
{
	const uint8_t *section;
	struct type_error err;
	struct image im;
	struct type_db *db;
	const char *why;
	size_t n;

	if (image_open(&im, path, &why))
		return;
	section = image_section(&im, ".BTF", &n);
	db = section && n ? btf_open(section, n, k->types, &err) : NULL;
	buf_printf(text, "M %s\n", name);
	if (db) {
		const struct btf *b = btf_of(db);

		for (uint32_t id = b->first; id < b->end; id++) {
			struct btf_record r = btf_record(b, id);

			if (r.kind == BTF_FUNC && r.name)
				buf_printf(text, "F %s\n", btf_string(b, r.name));
		}
		if (image_section(&im, "__tracepoints", &n))
			events_scan(&im, db, put_module_event, text);
		arena_destroy(db->arena);
	}
	image_close(&im);
}

/* The modules' index in pieces: unpacking some thousand files takes seconds. */
struct module_file {
	const char *name, *path;
};

struct indexing {
	struct kernel *k;
	struct VEC(struct module_file) files;
	struct buf text;
};

enum { PIECE = 64 };

static void index_piece(unsigned piece, struct buf *out, void *data)
{
	struct indexing *x = data;

	for (unsigned i = piece * PIECE; i < x->files.n && i < (piece + 1) * PIECE; i++)
		put_module(x->k, x->files.v[i].name, x->files.v[i].path, out);
}

static void take_piece(unsigned piece, const void *out, size_t size, void *data)
{
	struct indexing *x = data;

	buf_put(&x->text, out, size);
	progress("looking for functions and tracepoints of modules (once): %u of %u ...", MIN(x->files.n, (piece + 1) * PIECE), x->files.n);
}

static bool load_index(struct kernel_state *s)
{
	struct kernel *k = &s->k;
	struct arena *a = arena_permanent();
	const char *list = k->modules_dir ? arena_printf(a, "%s/modules.dep", k->modules_dir) : NULL;
	struct indexing x = { .k = k };
	struct parallel p = { .work = index_piece, .take = take_piece, .data = &x };
	char *text, name[NAME_SIZE];

	if (s->index)
		return s->nindex > 0;
	if (!list)
		return false;
	s->index = kcache_text(list, "modules-3", &s->nindex);
	if (s->index)
		return true;
	if (!kernel_types(k) || file_read(list, &text, NULL))
		return false;
	for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
		int n = (int)strcspn(at, ":\n");

		if (module_of_path(at, (size_t)n, name)) {
			const char *dir = *at == '/' ? k->root : k->modules_dir;
			struct module_file m = { intern(name), arena_printf(a, "%s%s%.*s", dir, *at == '/' ? "" : "/", n, at) };

			vec_push(a, &x.files, m);
		}
	}
	free(text);
	buf_init(&x.text);
	p.n = (x.files.n + PIECE - 1) / PIECE;
	parallel_run(&p);
	progress_end();
	s->index = keep(&x.text, &s->nindex);
	if (x.text.n)
		kcache_store_text(list, "modules-3", x.text.s, x.text.n);
	buf_deinit(&x.text);
	return s->nindex > 0;
}

/* Calls f for each line but M, with the module it is of. */
static void each_line(const struct kernel_state *s, void (*f)(const char *module, char kind, const char *line, size_t n, void *data),
		      void *data)
{
	const char *p = s->index, *stop = p + s->nindex, *end, *module = NULL;

	for (; p < stop && (end = memchr(p, '\n', (size_t)(stop - p))); p = end + 1) {
		if (end - p < 3 || p[1] != ' ')
			continue;
		if (*p == 'M')
			module = intern_n(p + 2, (size_t)(end - p - 2));
		else if (module)
			f(module, *p, p + 2, (size_t)(end - p - 2), data);
	}
}

struct events {
	void (*f)(const struct trace_event *e, void *data);
	void *data;
};

static void module_event(const char *module, char kind, const char *line, size_t n, void *data)
{
	const struct events *all = data;
	struct trace_event e = { .module = module };

	if (kind == 'E' && read_event(line, n, &e))
		all->f(&e, all->data);
}

bool kernel_each_event(struct kernel *k, bool modules, void (*f)(const struct trace_event *e, void *data), void *data)
{
	struct kernel_state *s = state_of(k);
	struct trace_event kernels = { .module = NULL };
	struct events e = { f, data };
	bool ok = load_events(s);
	const char *p = s->events, *stop = p + s->nevents, *end;

	for (; ok && p < stop && (end = memchr(p, '\n', (size_t)(stop - p))); p = end + 1)
		if (read_event(p, (size_t)(end - p), &kernels))
			f(&kernels, data);
	if (modules && load_index(s))
		each_line(s, module_event, &e);
	return ok;
}

struct functions {
	const char *module, *function;
	const char *last; /* module that was judged last */
	bool fits;
	void (*f)(const char *module, const char *function, void *data);
	void *data;
};

static void module_function(const char *module, char kind, const char *line, size_t n, void *data)
{
	struct functions *w = data;
	char name[NAME_SIZE];

	if (module != w->last) {
		w->last = module;
		w->fits = glob_match(w->module, module);
	}
	if (!w->fits || kind != 'F' || n >= NAME_SIZE)
		return;
	memcpy(name, line, n);
	name[n] = '\0';
	if (glob_match(w->function, name))
		w->f(module, intern(name), w->data);
}

bool kernel_each_module_function(struct kernel *k, const char *module, const char *function,
				 void (*f)(const char *module, const char *function, void *data), void *data)
{
	struct functions w = { .module = module, .function = function, .f = f, .data = data };

	if (!load_index(state_of(k)))
		return false;
	each_line(state_of(k), module_function, &w);
	return true;
}

/* ---- names ------------------------------------------------------------------------- */

const char *kernel_module_name(const char *name)
{
	char plain[NAME_SIZE];
	size_t n = strlen(name);

	if (n >= NAME_SIZE)
		return intern(name);
	for (size_t i = 0; i <= n; i++)
		plain[i] = name[i] == '-' ? '_' : name[i];
	return intern(plain);
}

void kernel_each_module(struct kernel *k, void (*f)(const char *module, void *data), void *data)
{
	char *text, name[NAME_SIZE];

	if (!k->modules_dir || file_read(arena_printf(arena_permanent(), "%s/modules.dep", k->modules_dir), &text, NULL))
		return;
	for (char *p = text, *end; (end = strchr(p, '\n')); p = end + 1)
		if (module_of_path(p, strcspn(p, ":\n"), name))
			f(intern(name), data);
	free(text);
}

bool kernel_has_module(struct kernel *k, const char *module)
{
	return kernel_module_file(k, module) ||
	       (k->running && !strchr(module, '/') && strcmp(module, "vmlinux") &&
		path_exists(arena_printf(arena_permanent(), "/sys/kernel/btf/%s", module)));
}

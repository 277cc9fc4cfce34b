// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tapset library. An index in the cache says what each file defines, so
 * that a run parses only what its script can reach; the index is made anew
 * for a file whose stamp (size, time, inode) changed. Of a macro file it has
 * the names behind every @define, whatever conditions stand around them.
 */
#include "sema/library.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/intern.h"
#include "base/util.h"

struct lib_file {
	const char *path, *stamp;
	bool macros, indexed, parsed, declared;
	struct node *tree;
	struct VEC(const char *) functions, globals, aliases; /* aliases: "vfs.read", arguments dropped */
	struct VEC(const char *) defines;
};

struct library {
	struct arena *arena;
	struct VEC(struct lib_file *) files;
	const char *index_file;
	struct syntax *syntax; /* of macro files */
	unsigned nparsed;
	bool stale;            /* the index */
	bool failed;           /* a macro file that was needed later */
};

/* ---- Files ------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* seen: names of files that a folder for a more specific kernel has; they stand for those of the same name in others. */
static void add_dir(struct library *l, const char *dir, struct map *seen)
{
	struct VEC(const char *) names = { 0 };
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d))) {
		const char *dot = strrchr(e->d_name, '.');

		if (dot && (!strcmp(dot, ".stp") || !strcmp(dot, ".stpm")))
			vec_push(l->arena, &names, arena_strdup(l->arena, e->d_name));
	}
	closedir(d);
	if (names.n)
		qsort(names.v, names.n, sizeof(names.v[0]), by_name);
	vec_each(i, &names) {
		struct lib_file *f = arena_new(l->arena, struct lib_file);
		struct stat st;

		f->path = arena_printf(l->arena, "%s/%s", dir, names.v[i]);
		if (map_has(seen, intern(names.v[i])) || stat(f->path, &st))
			continue;
		map_put(seen, intern(names.v[i]), f);
		f->stamp = arena_printf(l->arena, "%lld.%lld.%09ld.%lld", (long long)st.st_size, (long long)st.st_mtim.tv_sec,
					st.st_mtim.tv_nsec, (long long)st.st_ino);
		f->macros = names.v[i][strlen(names.v[i]) - 1] == 'm';
		vec_push(l->arena, &l->files, f);
	}
}

/* ---- The index: "file PATH STAMP", then "f NAME", "g NAME", "a NAME", "m NAME" lines ------ */

static struct lib_file *find_file(struct library *l, const char *path)
{
	vec_each(i, &l->files)
		if (!strcmp(l->files.v[i]->path, path))
			return l->files.v[i];
	return NULL;
}

static void index_line(struct library *l, struct lib_file **cur, char *line)
{
	const char *what = line + 2;

	if (!strncmp(line, "file ", 5)) {
		char *path = line + 5, *stamp = strrchr(path, ' ');

		*cur = NULL;
		if (!stamp)
			return;
		*stamp++ = '\0';
		*cur = find_file(l, path);
		if (*cur && strcmp((*cur)->stamp, stamp))
			*cur = NULL;
		if (*cur)
			(*cur)->indexed = true;
		return;
	}
	if (!*cur || !line[0] || line[1] != ' ')
		return;
	what = intern(what);
	if (line[0] == 'f')
		vec_push(l->arena, &(*cur)->functions, what);
	else if (line[0] == 'g')
		vec_push(l->arena, &(*cur)->globals, what);
	else if (line[0] == 'a')
		vec_push(l->arena, &(*cur)->aliases, what);
	else if (line[0] == 'm')
		vec_push(l->arena, &(*cur)->defines, what);
}

static void index_read(struct library *l)
{
	struct lib_file *cur = NULL;
	char *text, *save = NULL;

	if (!l->index_file || file_read(l->index_file, &text, NULL))
		return;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		index_line(l, &cur, line);
	free(text);
}

static void index_write(struct library *l)
{
	struct buf b;

	if (!l->index_file)
		return;
	buf_init(&b);
	vec_each(i, &l->files) {
		const struct lib_file *f = l->files.v[i];

		if (!f->indexed)
			continue;
		buf_printf(&b, "file %s %s\n", f->path, f->stamp);
		vec_each(j, &f->functions)
			buf_printf(&b, "f %s\n", f->functions.v[j]);
		vec_each(j, &f->globals)
			buf_printf(&b, "g %s\n", f->globals.v[j]);
		vec_each(j, &f->aliases)
			buf_printf(&b, "a %s\n", f->aliases.v[j]);
		vec_each(j, &f->defines)
			buf_printf(&b, "m %s\n", f->defines.v[j]);
	}
	file_write_atomic(l->index_file, b.s, b.n, 0600); /* an index that cannot be kept is made again next time */
	buf_deinit(&b);
}

static const char *alias_name(const struct node *point)
{
	struct buf b;
	const char *name;

	buf_init(&b);
	vec_each(i, &point->list)
		buf_printf(&b, "%s%s", i ? "." : "", point->list.v[i]->name);
	name = intern(b.s);
	buf_deinit(&b);
	return name;
}

static void index_tree(struct library *l, struct lib_file *f)
{
	f->functions.n = f->globals.n = f->aliases.n = 0;
	vec_each(i, &f->tree->list) {
		struct node *n = f->tree->list.v[i];

		/* A private variable is nothing to others; a private function is found, to say that it is private. */
		if (n->kind == N_GLOBAL && (n->flags & F_PRIVATE))
			continue;
		if (n->kind == N_FUNCTION)
			vec_push(l->arena, &f->functions, n->name);
		else if (n->kind == N_GLOBAL)
			vec_push(l->arena, &f->globals, n->name);
		else if (n->kind == N_ALIAS)
			vec_each(j, &n->list2)
				vec_push(l->arena, &f->aliases, alias_name(n->list2.v[j]));
	}
	f->indexed = true;
}

/* Too many names (in comments, say) do no harm. */
static void index_defines(struct library *l, struct lib_file *f, const char *text)
{
	static const char word[] = "@define";

	while ((text = strstr(text, word))) {
		size_t n;

		text += strlen(word);
		text += strspn(text, " \t\n");
		n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
		if (n)
			vec_push(l->arena, &f->defines, intern_n(text, n));
	}
	f->indexed = true;
	l->stale = true;
}

static bool parse(struct library *l, struct syntax *syn, struct lib_file *f)
{
	struct source *src;
	char *text;
	size_t len;

	if (f->parsed)
		return f->tree != NULL;
	f->parsed = true;
	l->nparsed++;
	if (file_read(f->path, &text, &len))
		return true; /* it went away since the folder was read */
	src = source_add(f->path, text, len);
	src->library = src->guru = true;
	f->tree = syntax_parse(syn, src, f->macros ? SYNTAX_MACROS : SYNTAX_LIBRARY);
	if (f->macros && f->tree && !f->indexed)
		index_defines(l, f, text);
	return f->tree != NULL;
}

/* For 6.1.0-56-amd64: the folders 6.1.0-56-amd64, 6.1.0, 6.1, and the one they are in. */
static void add_versions(struct library *l, const char *dir, const char *release)
{
	char *version = arena_strdup(l->arena, release), *end;
	struct map seen;

	map_init(&seen, l->arena);
	add_dir(l, arena_printf(l->arena, "%s/%s", dir, version), &seen);
	end = strpbrk(version, "-+");
	if (end)
		*end = '\0';
	for (; strchr(version, '.'); *strrchr(version, '.') = '\0')
		if (end || strcmp(version, release))
			add_dir(l, arena_printf(l->arena, "%s/%s", dir, version), &seen);
	add_dir(l, dir, &seen);
}

struct library *library_open(struct arena *a, const struct library_place *at)
{
	struct library *l = arena_new(a, struct library);

	l->arena = a;
	l->index_file = at->index_file;
	for (unsigned i = 0; i < at->ndirs; i++) {
		struct map seen;

		add_versions(l, at->dirs[i], at->release);
		map_init(&seen, a);
		add_dir(l, arena_printf(a, "%s/linux", at->dirs[i]), &seen);
		map_init(&seen, a);
		add_dir(l, arena_printf(a, "%s/arch/%s", at->dirs[i], at->arch), &seen);
	}
	index_read(l);
	return l;
}

static bool has(const char *const *v, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (v[i] == name)
			return true;
	return false;
}

/* All files that define the macro: that there are two is an error, reported when it is used. */
static void load_macro(void *data, const char *name)
{
	struct library *l = data;

	vec_each(i, &l->files) {
		struct lib_file *f = l->files.v[i];

		if (f->macros && !f->parsed && has(f->defines.v, f->defines.n, name) && !parse(l, l->syntax, f))
			l->failed = true;
	}
}

static void offer_macros(void *data, struct suggest *s)
{
	const struct library *l = data;

	vec_each(i, &l->files)
		vec_each(j, &l->files.v[i]->defines)
			suggest_offer(s, l->files.v[i]->defines.v[j]);
}

bool library_macros(struct library *l, struct syntax *syn)
{
	bool ok = true;

	l->syntax = syn;
	syn->load_macro = load_macro;
	syn->offer_macros = offer_macros;
	syn->library = l;
	vec_each(i, &l->files)
		if (l->files.v[i]->macros && !l->files.v[i]->indexed)
			ok &= parse(l, syn, l->files.v[i]);
	return ok;
}

/* ---- Reaching ---------------------------------------------------------------------- */

/* What a tree speaks of. */
struct want {
	enum { WANT_FUNCTION, WANT_GLOBAL, WANT_POINT } what;
	const char *name;         /* interned */
	const struct node *point;
};

struct reach {
	struct library *l;
	struct sema *s;
	struct syntax *syn;
	struct VEC(struct want) todo;  /* noted from a tree just made: later it would have to come into the cache again */
	struct map functions, globals; /* who defines a name: struct definers, empty when it was looked for */
	struct map begins;             /* who has aliases with that first component; made for the first probe point */
	const char *met[2][256];       /* names noted lately, of functions and of variables, by where they stand */
	bool ok;
};

struct definers VEC(struct lib_file *);

static void define(struct map *map, struct lib_file *f, const char *name)
{
	struct definers *d = map_get(map, name);

	if (!d) {
		d = arena_new(map->arena, struct definers);
		map_put(map, name, d);
	}
	if (!d->n || d->v[d->n - 1] != f)
		vec_push(map->arena, d, f);
}

static bool note(struct node *n, void *data)
{
	struct reach *r = data;
	struct want w = { .name = n->name };
	const char **met;

	if (n->kind == N_POINT) {
		w.what = WANT_POINT;
		w.point = n;
		vec_push(r->l->arena, &r->todo, w);
	}
	if (n->kind != N_CALL && n->kind != N_IDENT)
		return true;
	w.what = n->kind == N_CALL ? WANT_FUNCTION : WANT_GLOBAL;
	met = &r->met[w.what][(uintptr_t)w.name / 16 % ARRAY_SIZE(r->met[0])];
	if (*met != w.name) {
		*met = w.name;
		vec_push(r->l->arena, &r->todo, w);
	}
	return true;
}

static void take(struct reach *r, struct lib_file *f)
{
	if (f->macros || f->declared)
		return;
	f->declared = true;
	if (!parse(r->l, r->syn, f)) {
		r->ok = false;
		return;
	}
	if (!f->tree)
		return;
	sema_declare(r->s, f->tree, true);
	r->s->plan->nlibrary_files++;
	node_walk(f->tree, note, r);
}

/* Files that define a name, each time it is met: once taken they do nothing. */
static void take_definers(struct reach *r, const struct map *map, const char *name)
{
	struct definers *d = map_get(map, name);

	for (unsigned i = 0; d && i < d->n; i++)
		take(r, d->v[i]);
	if (d)
		d->n = 0;
}

/* A point's components up to a group; what stands behind the last of these is not looked at. */
struct pattern {
	unsigned n;
	struct {
		const char *name;
		size_t len;
		bool glob;
	} part[8];
};

static void pattern_of(struct pattern *p, const struct node *point)
{
	for (p->n = 0; p->n < point->list.n && p->n < ARRAY_SIZE(p->part); p->n++) {
		const struct node *c = point->list.v[p->n];

		if (c->kind == N_BRACE)
			break;
		p->part[p->n].name = c->name;
		p->part[p->n].len = strlen(c->name);
		p->part[p->n].glob = is_glob(c->name);
	}
}

/* Length of the component at the start of the alias that the part matches; 0: it does not. */
static size_t part_matches(const struct pattern *p, unsigned part, const char *alias)
{
	size_t n = p->part[part].len;
	char name[256];

	if (!p->part[part].glob)
		return !strncmp(alias, p->part[part].name, n) && (!alias[n] || alias[n] == '.') ? n : 0;
	n = strcspn(alias, ".");
	if (n >= sizeof(name))
		return 0;
	memcpy(name, alias, n);
	name[n] = '\0';
	return glob_match(p->part[part].name, name) ? n : 0;
}

/* An alias is reached when each of its components matches the point's, as far as the point goes. */
static bool alias_reached(const char *alias, const struct pattern *p)
{
	for (unsigned i = 0; i < p->n && *alias; i++) {
		size_t n = part_matches(p, i, alias);

		if (!n)
			return false;
		alias += n;
		alias += *alias == '.';
	}
	return true;
}

static void take_matching(struct reach *r, struct lib_file *f, const struct pattern *p)
{
	for (unsigned i = 0; i < f->aliases.n && !f->macros && !f->declared; i++)
		if (alias_reached(f->aliases.v[i], p))
			take(r, f);
}

static void reach_point(struct reach *r, const struct node *point)
{
	const struct definers *d;
	struct pattern p;

	pattern_of(&p, point);
	if (!p.n || p.part[0].glob) {
		vec_each(i, &r->l->files)
			take_matching(r, r->l->files.v[i], &p);
		return;
	}
	if (!r->begins.n)
		vec_each(i, &r->l->files)
			vec_each(j, &r->l->files.v[i]->aliases) {
				const char *name = r->l->files.v[i]->aliases.v[j];

				define(&r->begins, r->l->files.v[i], intern_n(name, strcspn(name, ".")));
			}
	d = map_get(&r->begins, p.part[0].name);
	for (unsigned i = 0; d && i < d->n; i++)
		take_matching(r, d->v[i], &p);
}

bool library_reach(struct library *l, struct sema *s, struct syntax *syn, struct node *script)
{
	struct reach r = { .l = l, .s = s, .syn = syn, .ok = true };
	bool stale = false; /* of these files, that is */

	map_init(&r.functions, l->arena);
	map_init(&r.globals, l->arena);
	map_init(&r.begins, l->arena);

	/* Files the index does not know are parsed, once, to learn what they define. */
	vec_each(i, &l->files) {
		struct lib_file *f = l->files.v[i];

		if (f->indexed || f->macros)
			continue;
		stale = true;
		if (parse(l, syn, f) && f->tree)
			index_tree(l, f);
		else
			r.ok = false;
	}
	if (stale || l->stale)
		index_write(l);
	vec_each(i, &l->files) {
		struct lib_file *f = l->files.v[i];

		vec_each(j, &f->functions)
			define(&r.functions, f, f->functions.v[j]);
		vec_each(j, &f->globals)
			define(&r.globals, f, f->globals.v[j]);
	}
	node_walk(script, note, &r);
	for (unsigned i = 0; i < r.todo.n; i++) {
		struct want w = r.todo.v[i]; /* the list grows */

		if (w.what == WANT_POINT)
			reach_point(&r, w.point);
		else
			take_definers(&r, w.what == WANT_FUNCTION ? &r.functions : &r.globals, w.name);
	}
	return r.ok && !l->failed;
}

bool library_all(struct library *l, struct sema *s, struct syntax *syn)
{
	struct reach r = { .l = l, .s = s, .syn = syn, .ok = true };

	vec_each(i, &l->files)
		take(&r, l->files.v[i]);
	return r.ok;
}

void library_each_tree(struct library *l, void (*f)(const char *path, struct node *tree, void *data), void *data)
{
	vec_each(i, &l->files)
		if (!l->files.v[i]->macros)
			f(l->files.v[i]->path, l->files.v[i]->tree, data);
}

unsigned library_nfiles(const struct library *l)
{
	return l->files.n;
}

unsigned library_nparsed(const struct library *l)
{
	return l->nparsed;
}

void library_each_function(struct library *l, void (*f)(struct suggest *s, const char *name), struct suggest *s)
{
	if (!l)
		return;
	vec_each(i, &l->files)
		vec_each(j, &l->files.v[i]->functions)
			f(s, l->files.v[i]->functions.v[j]);
}

void library_each_alias(struct library *l, void (*f)(const char *name, void *data), void *data)
{
	if (!l)
		return;
	vec_each(i, &l->files)
		vec_each(j, &l->files.v[i]->aliases)
			f(l->files.v[i]->aliases.v[j], data);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The index of a file with DWARF: mapped from the cache, and what can be asked
 * of it. Its name in the cache is the build-id; a file without one is indexed
 * by each run anew. Opens no unit.
 */
#include "types/dwarf_index.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/progress.h"
#include "base/util.h"
#include "types/kcache.h"
#include "types/program.h"

const char *dwarf_source_name(const char *path, const char *comp_dir)
{
	size_t n = comp_dir ? strlen(comp_dir) : 0;

	if (!path)
		return intern("");
	if (n && !strncmp(path, comp_dir, n) && path[n] == '/')
		path += n + 1;
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	return intern(path);
}

bool dwarf_source_matches(const char *pattern, const char *source)
{
	char any[4096];

	if (glob_match(pattern, source))
		return true;
	return *pattern != '/' && snprintf(any, sizeof(any), "*/%s", pattern) < (int)sizeof(any) && glob_match(any, source);
}

/* ---- The file ---------------------------------------------------------------------- */

static const void *take(const char **at, size_t *left, uint64_t n, size_t each)
{
	uint64_t bytes = (n * each + 7) & ~(uint64_t)7;
	const void *p = *at;

	if (!p || bytes > *left) {
		*at = NULL;
		return NULL;
	}
	*at += bytes;
	*left -= bytes;
	return p;
}

static bool names_ok(const struct dwarf_index *ix)
{
	const struct ix_header *h = ix->h;

	if (!h->text || ix->text[h->text - 1])
		return false;
	for (uint32_t i = 0; i < h->ndecls; i++) {
		const struct ix_decl *d = &ix->decls[i];

		if (d->name >= h->text || d->scope >= h->text || d->source >= h->text || d->first > h->ncodes || d->n > h->ncodes - d->first)
			return false;
	}
	return true;
}

bool dwarf_index_check(const void *data, size_t size, struct dwarf_index *ix)
{
	const char *at = data;
	size_t left = size;

	ix->h = data;
	if (size < sizeof(*ix->h) || memcmp(ix->h->magic, DWARF_INDEX_MAGIC, sizeof(ix->h->magic)) || ix->h->size != size ||
	    strncmp(ix->h->libdw, dwfl_version(NULL), sizeof(ix->h->libdw) - 1))
		return false;
	take(&at, &left, 1, sizeof(*ix->h));
	ix->symbols = take(&at, &left, ix->h->nsymbols, sizeof(*ix->symbols));
	ix->ranges = take(&at, &left, ix->h->nranges, sizeof(*ix->ranges));
	ix->codes = take(&at, &left, ix->h->ncodes, sizeof(*ix->codes));
	ix->by_die = take(&at, &left, ix->h->nby_die, sizeof(*ix->by_die));
	ix->decls = take(&at, &left, ix->h->ndecls, sizeof(*ix->decls));
	ix->text = take(&at, &left, ix->h->text, 1);
	return ix->text && ix->h->nby_die == ix->h->ncodes && names_ok(ix);
}

static const char *cache_file(const struct dwarf_file *f, bool make)
{
	const char *dir = *f->build_id ? kcache_folder("dwarf", make) : NULL;

	return dir ? arena_printf(arena_permanent(), "%s/%s.idx", dir, f->build_id) : NULL;
}

static struct dwarf_index *build(struct dwarf_file *f, struct dwarf_index *ix, const char **why)
{
	struct arena *a = arena_create();
	const char *file = cache_file(f, true);
	struct dwarf_index *r = NULL;
	size_t size, n;
	const void *mapped;
	void *data;

	progress("indexing %s (once) ...", f->path);
	data = dwarf_index_build(f, a, &size, why);
	progress_end();
	if (data) {
		/* The arena is large: what is used from now on is the file, or a copy. */
		mapped = file && !file_write_atomic(file, data, size, 0600) ? file_map(file, &n) : NULL;
		if (!mapped || n != size) {
			void *copy = arena_alloc(arena_permanent(), size);

			mapped = memcpy(copy, data, size);
		}
		if (dwarf_index_check(mapped, size, ix))
			r = ix;
		else
			*why = "its index does not hold together";
	}
	arena_destroy(a);
	return r;
}

struct dwarf_index *dwarf_index(struct dwarf_file *f, const char **why)
{
	struct dwarf_state *s = dwarf_state_of(f);
	const char *file = cache_file(f, false);
	struct dwarf_index *ix;
	const void *data;
	size_t n;

	if (s->index)
		return s->index;
	ix = arena_new(arena_permanent(), struct dwarf_index);
	data = file ? file_map(file, &n) : NULL;
	if (data && dwarf_index_check(data, n, ix))
		s->index = ix;
	else
		s->index = build(f, ix, why);
	return s->index;
}

static const struct dwarf_index *index_of(struct dwarf_file *f)
{
	return dwarf_state_of(f)->index; /* a file is only handed out with one */
}

/* ---- Functions ----------------------------------------------------------------------- */

static const char *text_at(const struct dwarf_index *ix, uint32_t at)
{
	return at < ix->h->text ? ix->text + at : "";
}

static void describe(const struct dwarf_index *ix, const struct ix_code *c, struct dwarf_function *fn)
{
	const struct ix_decl *d = &ix->decls[c->decl < ix->h->ndecls ? c->decl : 0];

	*fn = (struct dwarf_function){
		.name = text_at(ix, d->name), .scope = text_at(ix, d->scope), .source = text_at(ix, d->source), .line = d->line, .die = c->die, .low = c->low,
		.high = c->size ? c->low + c->size : 0, .outer = c->outer, .call_line = c->call_line,
		.call_source = text_at(ix, c->call_source), .is_inline = !c->size, .external = d->flags & IX_EXTERNAL,
		.exported = d->flags & IX_EXPORTED,
	};
}

/* The first declaration whose name is not before the first n bytes of s. */
static uint32_t first_decl(const struct dwarf_index *ix, const char *s, size_t n)
{
	uint32_t lo = 0, count = ix->h->ndecls;

	while (count) {
		uint32_t half = count / 2;

		if (strncmp(text_at(ix, ix->decls[lo + half].name), s, n) < 0)
			lo += half + 1, count -= half + 1;
		else
			count = half;
	}
	return lo;
}

const char *dwarf_function_name(const struct dwarf_function *fn)
{
	return *fn->scope ? intern_printf("%s::%s", fn->scope, fn->name) : intern(fn->name);
}

/* "max" fits "max<int>" as well. */
static bool name_fits(const char *glob, const char *name)
{
	const char *args;

	if (glob_match(glob, name))
		return true;
	args = strchr(name, '<');
	return args && strncmp(name, "operator", 8) && glob_match(glob, intern_n(name, (size_t)(args - name)));
}

/* The part of a pattern before its last "::". */
static bool scope_fits(const char *full, const char *last, const char *scope)
{
	return last - full == 2 ? !*scope : scoped_name_matches(intern_n(full, (size_t)(last - full) - 2), scope);
}

struct fitting {
	const char *full, *name, *source; /* patterns; source may be NULL. name: the last part of full, behind "::" */
	size_t literal;            /* of the name: what all that fit begin with */
	uint32_t last_source;
	bool last_fits;
};

static bool fits(const struct dwarf_index *ix, struct fitting *f, const struct ix_decl *d)
{
	if (!name_fits(f->name, text_at(ix, d->name)) || (f->name != f->full && !scope_fits(f->full, f->name, text_at(ix, d->scope))))
		return false;
	if (!f->source)
		return true;
	if (!f->last_source || d->source != f->last_source) {
		f->last_fits = dwarf_source_matches(f->source, text_at(ix, d->source));
		f->last_source = d->source;
	}
	return f->last_fits;
}

static struct fitting fitting(const char *full, const char *source)
{
	const char *name = scoped_name_last(full);

	return (struct fitting){ .full = full, .name = name, .source = source, .literal = strcspn(name, "*?[\\") };
}

void dwarf_each_function(struct dwarf_file *file, const char *name, const char *source, unsigned what,
			 bool (*f)(const struct dwarf_function *fn, void *data), void *data)
{
	const struct dwarf_index *ix = index_of(file);
	struct fitting want = fitting(name, source);

	for (uint32_t i = first_decl(ix, want.name, want.literal); i < ix->h->ndecls; i++) {
		const struct ix_decl *d = &ix->decls[i];

		if (strncmp(text_at(ix, d->name), want.name, want.literal))
			break;
		if (!fits(ix, &want, d))
			continue;
		for (uint32_t k = 0; k < d->n; k++) {
			const struct ix_code *c = &ix->codes[d->first + k];
			struct dwarf_function fn;

			if (!(what & (c->size ? DWARF_CALL : DWARF_INLINE)))
				continue;
			describe(ix, c, &fn);
			if (!f(&fn, data))
				return;
		}
	}
}

void dwarf_each_declared(struct dwarf_file *file, const char *name, const char *source, unsigned what,
			 void (*f)(const struct dwarf_function *fn, void *data), void *data)
{
	const struct dwarf_index *ix = index_of(file);
	struct fitting want = fitting(name, source);

	for (uint32_t i = first_decl(ix, want.name, want.literal); i < ix->h->ndecls; i++) {
		const struct ix_decl *d = &ix->decls[i];
		unsigned left = what;

		if (strncmp(text_at(ix, d->name), want.name, want.literal))
			break;
		if (!fits(ix, &want, d))
			continue;
		for (uint32_t k = 0; k < d->n && left; k++) {
			const struct ix_code *c = &ix->codes[d->first + k];
			unsigned is = c->size ? DWARF_CALL : DWARF_INLINE;
			struct dwarf_function fn;
			struct dwarf_place at;

			describe(ix, c, &fn);
			at.function = fn.name;
			if (!(left & is) || !dwarf_anchor(file, c->low, &at) || at.gone)
				continue;
			left &= ~is;
			f(&fn, data);
		}
	}
}

bool dwarf_function_at(struct dwarf_file *file, uint64_t addr, struct dwarf_function *fn)
{
	const struct dwarf_index *ix = index_of(file);
	uint32_t lo = 0, n = ix->h->nranges;

	while (n > 1) {
		uint32_t half = n / 2;

		if (ix->ranges[lo + half].low <= addr)
			lo += half, n -= half;
		else
			n = half;
	}
	if (!n || addr < ix->ranges[lo].low || addr - ix->ranges[lo].low >= ix->ranges[lo].size || ix->ranges[lo].code >= ix->h->ncodes)
		return false;
	describe(ix, &ix->codes[ix->ranges[lo].code], fn);
	return true;
}

bool dwarf_function_of(struct dwarf_file *file, uint64_t die, struct dwarf_function *fn)
{
	const struct dwarf_index *ix = index_of(file);
	uint32_t lo = 0, n = ix->h->ncodes;

	while (n > 1) {
		uint32_t half = n / 2, at = ix->by_die[lo + half];

		if (at >= ix->h->ncodes)
			return false;
		if (ix->codes[at].die <= die)
			lo += half, n -= half;
		else
			n = half;
	}
	if (!n || ix->by_die[lo] >= ix->h->ncodes || ix->codes[ix->by_die[lo]].die != die)
		return false;
	describe(ix, &ix->codes[ix->by_die[lo]], fn);
	return true;
}

/* ---- Symbols --------------------------------------------------------------------------- */

bool dwarf_anchor(struct dwarf_file *file, uint64_t addr, struct dwarf_place *place)
{
	const struct dwarf_index *ix = index_of(file);
	const struct ix_symbol *best = NULL;
	uint32_t lo = 0, n = ix->h->nsymbols, section;

	if (file->program) { /* is not asked by name: the address in the file says it all */
		place->symbol = place->function ? place->function : "";
		place->offset = 0;
		place->gone = false;
		return true;
	}
	while (n > 1) {
		uint32_t half = n / 2;

		if (ix->symbols[lo + half].addr <= addr)
			lo += half, n -= half;
		else
			n = half;
	}
	if (!n || ix->symbols[lo].addr > addr)
		return false;
	section = ix->symbols[lo].section;
	/* Of several names for one address, the function's own; where none is there once, one before it. */
	for (uint32_t i = lo; i < ix->h->nsymbols && ix->symbols[i].section == section; i--) {
		const char *name = text_at(ix, ix->symbols[i].name);

		if (best && (ix->symbols[i].addr != best->addr || !place->function))
			break;
		if (*name && (!best || !strcmp(name, place->function)))
			best = &ix->symbols[i];
	}
	/* Or behind it: the offset is negative then. */
	for (uint32_t i = lo + 1; !best && i < ix->h->nsymbols && ix->symbols[i].section == section; i++)
		if (*text_at(ix, ix->symbols[i].name))
			best = &ix->symbols[i];
	if (!best)
		return false;
	place->symbol = text_at(ix, best->name);
	place->offset = addr - best->addr;
	place->gone = !strncmp(text_at(ix, section), ".init", 5);
	return true;
}

bool dwarf_symbolise(struct dwarf_file *file, uint64_t addr, const char **symbol, uint64_t *offset)
{
	struct dwarf_place place = { .file = file };

	if (!dwarf_anchor(file, addr, &place))
		return false;
	*symbol = place.symbol;
	*offset = place.offset;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The functions of programs and libraries whose addresses the script wants to
 * see by name: of those that it probes, of those of -d, and with --ldd of what
 * these are linked with. They go into the module, as names are strings of the
 * language, which handlers compare and count by.
 */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/map.h"
#include "sema/sema.h"
#include "types/program.h"

static bool asks(struct node *n, void *data)
{
	const struct builtin *b = n->kind == N_CALL && !n->sym ? n->info : NULL;
	struct plan *plan = data;

	plan->user_names |= b && (b->flags & B_USER);
	plan->user_lines |= b && (b->flags & B_LINES);
	plan->user_stacks |= b && (b->flags & B_UNWIND);
	return true;
}

static bool is_asked(struct sema *s)
{
	vec_each(i, &s->plan->probes)
		node_walk(s->plan->probes.v[i]->body, asks, s->plan);
	vec_each(i, &s->plan->funcs)
		if (s->plan->funcs.v[i]->decl->kid[FUNCTION_BODY])
			node_walk(s->plan->funcs.v[i]->decl->kid[FUNCTION_BODY], asks, s->plan);
	return s->plan->user_names;
}

struct gather {
	struct sema *s;
	struct program *program;
	struct VEC(struct plan_symbol) symbols;
	struct VEC(struct program *) programs;
};

static void open_library(const char *path, void *data)
{
	struct gather *g = data;
	const char *why;

	program_open(g->s->kernel, path, &why);
}

static void note_program(struct program *p, void *data)
{
	struct gather *g = data;

	vec_push(g->s->arena, &g->programs, p);
}

static bool note_symbol(const struct program_symbol *sym, void *data)
{
	struct gather *g = data;
	uint64_t offset;

	if (program_offset(g->program, sym->addr, &offset) && offset <= UINT32_MAX) {
		const char *plain = demangle_plain(sym->name);
		struct plan_symbol p = { (uint32_t)offset, sym->size > UINT32_MAX ? 0 : (uint32_t)sym->size, plain ? plain : sym->name };

		vec_push(g->s->arena, &g->symbols, p);
	}
	return true;
}

/* Of several names of one place the one with the fewest '_' in front, then the shortest. */
static int by_offset(const void *a, const void *b)
{
	const struct plan_symbol *x = a, *y = b;
	size_t n, m;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	n = strspn(x->name, "_");
	m = strspn(y->name, "_");
	if (n == m) {
		n = strlen(x->name);
		m = strlen(y->name);
	}
	return n != m ? (n < m ? -1 : 1) : strcmp(x->name, y->name);
}

/* ---- lines ------------------------------------------------------------------------------ */

struct line_gather {
	struct sema *s;
	struct program *program;
	struct VEC(struct plan_line) lines;
	struct VEC(const char *) sources;
	struct map numbers; /* of sources, plus one */
};

static void note_row(uint64_t addr, const char *source, unsigned line, void *data)
{
	struct line_gather *g = data;
	struct plan_line l = { .line = line, .source = NO_SOURCE, .order = g->lines.n };
	uint64_t offset;

	if (!program_offset(g->program, source ? addr : addr - 1, &offset) || offset >= UINT32_MAX)
		return;
	l.offset = (uint32_t)offset + !source;
	if (source) {
		const char *name = intern(source);
		uintptr_t n = (uintptr_t)map_get(&g->numbers, name);

		if (!n) {
			vec_push(g->s->arena, &g->sources, name);
			n = g->sources.n;
			map_put(&g->numbers, name, (void *)n);
		}
		l.source = (uint32_t)n - 1;
	}
	vec_push(g->s->arena, &g->lines, l);
}

/* Of one address the end of something comes first, and otherwise the order of the table counts: the last row holds. */
static int by_row(const void *a, const void *b)
{
	const struct plan_line *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if ((x->source == NO_SOURCE) != (y->source == NO_SOURCE))
		return x->source == NO_SOURCE ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void add_lines(struct sema *s, struct program *p, struct plan_object *o)
{
	struct line_gather g = { .s = s, .program = p };
	struct dwarf_file *file = program_debug(p);
	unsigned n = 0;

	if (!file)
		return;
	map_init(&g.numbers, s->arena);
	dwarf_each_row(file, note_row, &g);
	if (g.lines.n)
		qsort(g.lines.v, g.lines.n, sizeof(g.lines.v[0]), by_row);
	for (unsigned i = 0; i < g.lines.n; i++) {
		const struct plan_line *l = &g.lines.v[i];

		if (n && g.lines.v[n - 1].offset == l->offset)
			n--;
		if (!n || g.lines.v[n - 1].line != l->line || g.lines.v[n - 1].source != l->source)
			g.lines.v[n++] = *l;
	}
	o->lines = g.lines.v;
	o->nlines = n;
	o->sources = g.sources.v;
	o->nsources = g.sources.n;
}

static void add_object(struct gather *g, struct program *p)
{
	const char *root = g->s->sysroot ? g->s->sysroot : "";
	size_t skip = !strncmp(p->path, root, strlen(root)) ? strlen(root) : 0;
	struct plan_object o = { .path = p->path + skip, .build_id = p->build_id };
	unsigned n = 0;

	g->program = p;
	g->symbols.n = g->symbols.cap = 0;
	g->symbols.v = NULL;
	program_each_symbol(p, "*", note_symbol, g);
	if (g->symbols.n)
		qsort(g->symbols.v, g->symbols.n, sizeof(g->symbols.v[0]), by_offset);
	for (unsigned i = 0; i < g->symbols.n; i++)
		if (!n || g->symbols.v[n - 1].offset != g->symbols.v[i].offset)
			g->symbols.v[n++] = g->symbols.v[i];
	o.symbols = g->symbols.v;
	o.nsymbols = n;
	if (g->s->plan->user_lines)
		add_lines(g->s, p, &o);
	vec_push(g->s->arena, &g->s->plan->objects, o);
}

bool objects_find(struct sema *s)
{
	struct gather g = { .s = s };
	bool ok = true;

	if (s->user || !is_asked(s))
		return true;
	vec_each(i, &s->programs) {
		const char *why;

		if (program_open(s->kernel, s->programs.v[i], &why) || i >= s->nobjects)
			continue;
		diag_hint(diag(DIAG_PROGRAM_UNKNOWN, (struct range){ 0, 0 }, "-d %s %s", s->programs.v[i], why), "it is the path of a program or library");
		ok = false;
	}
	program_each_open(note_program, &g);
	for (unsigned i = 0; s->ldd && i < g.programs.n; i++)
		program_each_library(g.programs.v[i], "*", open_library, &g);
	g.programs.n = 0;
	program_each_open(note_program, &g);
	vec_each(i, &g.programs)
		add_object(&g, g.programs.v[i]);
	return ok;
}

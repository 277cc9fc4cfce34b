// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -l and -L of functions where there is debugging information: from its index,
 * by declarations. Nothing becomes a place, and for -l no unit is opened.
 */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "base/util.h"
#include "probe/deny.h"
#include "probe/places.h"

struct listed_functions {
	struct resolver *r;
	struct dwarf_file *file;
	const struct point_pattern *pattern;
	const char *module, *root, *suffix;
	bool is_return, exported;
	struct VEC(struct dwarf_function) functions;
	unsigned done;
};

static void note(const struct dwarf_function *fn, void *p)
{
	struct listed_functions *l = p;

	if (l->exported && !(l->module ? fn->exported : kernel_exports(resolver_kernel(l->r), NULL, fn->name)))
		return;
	if (!l->module && !fn->is_inline && is_glob(l->pattern->function) && function_denied(fn->name))
		return;
	vec_push(resolver_arena(l->r), &l->functions, *fn);
}

static void list(struct listed_functions *l, const struct dwarf_function *fn, const char *variables)
{
	resolver_list(l->r, arena_printf(resolver_arena(l->r), "%s.function(\"%s@%s:%u\")%s", l->root, fn->name, fn->source, fn->line,
					 fn->is_inline ? ".inline" : l->suffix), variables);
}

static const char *variables_of(struct listed_functions *l, const struct dwarf_function *fn)
{
	struct target_ctx target = { .function = fn->name, .is_return = l->is_return, .module = l->module };
	struct dwarf_place place;

	if (resolver_lists_names(l->r) || !dwarf_place_entry(l->file, fn, &place))
		return "";
	target.scope = dwarf_scope(&place);
	return resolver_variables(l->r, &target);
}

/* ---- Many: by units, in pieces, so that few units are open at a time --------------------- */

enum { PIECE = 1000, MANY = 1000 };

static int by_die(const void *x, const void *y)
{
	const struct dwarf_function *a = x, *b = y;

	return a->die < b->die ? -1 : a->die > b->die;
}

static void work(unsigned piece, struct buf *out, void *p)
{
	struct listed_functions *l = p;

	for (unsigned i = piece * PIECE; i < l->functions.n && i < (piece + 1) * PIECE; i++) {
		const char *text = variables_of(l, &l->functions.v[i]);

		buf_put(out, text, strlen(text) + 1);
	}
}

static void take(unsigned piece, const void *out, size_t size, void *p)
{
	struct listed_functions *l = p;
	const char *at = out, *end = at + size;

	(void)piece;
	for (; at < end; at += strlen(at) + 1)
		list(l, &l->functions.v[l->done++], arena_strdup(resolver_arena(l->r), at));
	progress("variables of %u functions: %u %%", l->functions.n, (unsigned)(100ULL * l->done / l->functions.n));
}

static void list_many(struct listed_functions *l)
{
	struct parallel p = { .n = (l->functions.n + PIECE - 1) / PIECE, .work = work, .take = take, .data = l };

	qsort(l->functions.v, l->functions.n, sizeof(*l->functions.v), by_die);
	dwarf_share(l->file);
	parallel_run(&p);
	progress_end();
}

bool functions_listed(struct resolver *r, const struct point_match *m, unsigned what, bool is_return, bool exported)
{
	const char *module = m->arg[0].kind == ARG_STRING ? m->arg[0].str : NULL;
	struct listed_functions l = {
		.r = r, .is_return = is_return, .exported = exported, .suffix = is_return ? ".return" : exported ? ".exported" : "",
	};
	struct point_pattern pattern;
	unsigned mark = diag_mark();
	bool parsed;

	if (!resolver_lists(r) || (module && is_glob(module)))
		return false;
	parsed = pattern_parse(resolver_arena(r), &m->arg[1], &pattern);
	diag_rewind(mark); /* who looks for places says what is wrong */
	if (!parsed || pattern.lines.n)
		return false;
	l.file = dwarf_open_quiet(resolver_kernel(r), module);
	if (!l.file)
		return false;
	l.pattern = &pattern;
	l.module = l.file->module;
	l.root = l.module ? intern_printf("module(\"%s\")", l.module) : "kernel";
	dwarf_each_declared(l.file, pattern.function, pattern.source, what, note, &l);
	if (!resolver_lists_names(r) && l.functions.n > MANY)
		list_many(&l);
	else
		vec_each(i, &l.functions)
			list(&l, &l.functions.v[i], variables_of(&l, &l.functions.v[i]));
	return l.functions.n;
}

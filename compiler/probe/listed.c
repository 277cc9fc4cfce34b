// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -l and -L of functions where there is debugging information: from its index,
 * by declarations. Nothing becomes a place, and for -l no unit is opened.
 */
#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/deny.h"
#include "probe/places.h"

struct listed_functions {
	struct resolver *r;
	struct dwarf_file *file;
	const struct point_pattern *pattern;
	const char *module, *root, *suffix;
	bool is_return, exported;
	unsigned found;
};

static void list(const struct dwarf_function *fn, void *p)
{
	struct listed_functions *l = p;
	struct dwarf_place place;
	struct target_ctx target = { .function = fn->name, .is_return = l->is_return, .module = l->module };
	char *text;

	if (l->exported && !(l->module ? fn->exported : kernel_exports(resolver_kernel(l->r), NULL, fn->name)))
		return;
	if (!l->module && !fn->is_inline && is_glob(l->pattern->function) && function_denied(fn->name))
		return;
	if (!dwarf_place_entry(l->file, fn, &place))
		return;
	text = arena_printf(resolver_arena(l->r), "%s.function(\"%s@%s:%u\")%s", l->root, fn->name, fn->source, fn->line,
			    fn->is_inline ? ".inline" : l->suffix);
	target.scope = dwarf_scope(&place);
	l->found++;
	resolver_list(l->r, text, &target);
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
	dwarf_each_declared(l.file, pattern.function, pattern.source, what, list, &l);
	return l.found;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Places inside of functions, from DWARF: .statement("f@file:line"), its
 * .nearest, addresses, and the labels of a function.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/places.h"

enum form {
	PATTERN, NEAREST, ADDRESS, ABSOLUTE, LABEL, MODULE_PATTERN, MODULE_NEAREST, MODULE_ADDRESS, MODULE_LABEL,
};

static const char *const forms[] = {
	[PATTERN] = "kernel.statement(s)", [NEAREST] = "kernel.statement(s).nearest", [ADDRESS] = "kernel.statement(n)",
	[ABSOLUTE] = "kernel.statement(n).absolute", [LABEL] = "kernel.function(s).label(s)",
	[MODULE_PATTERN] = "module(s).statement(s)", [MODULE_NEAREST] = "module(s).statement(s).nearest",
	[MODULE_ADDRESS] = "module(s).statement(n)", [MODULE_LABEL] = "module(s).function(s).label(s)", NULL,
};

static const char *const docs[] = {
	"statements of the kernel: \"function@file:lines\"", "the same; a line without code means the nearest one that has",
	"the statement at an address, as in the kernel's symbol table before it is relocated",
	"any address, as in /proc/kallsyms (guru mode)", "labels of a kernel function",
	"statements of a kernel module", "the same; a line without code means the nearest one that has",
	"the statement at an address, as in the symbol table of the module's file, section .text", "labels of a module's function", NULL,
};

static const char *source_text(const struct dwarf_place *p)
{
	return intern_printf("%s@%s:%u", p->function, p->source, p->line);
}

/* ---- Lines ------------------------------------------------------------------------ */

struct lines {
	struct place_search s;
	bool nearest;
	const struct dwarf_function *fn;
	unsigned below, above; /* lines with code around one without */
	char near_name[64];
};

/* More than one place: each may fail as long as one is left. */
static bool many(const struct place_search *s, bool is_inline)
{
	return is_inline || is_glob(s->pattern.function) || s->pattern.lines.kind == LINES_ALL || s->pattern.lines.n > 1 ||
	       (s->pattern.lines.n && s->pattern.lines.range[0].from != s->pattern.lines.range[0].to);
}

static void add_statement(const struct dwarf_place *place, void *p)
{
	struct lines *l = p;

	places_add(&l->s, place, many(&l->s, place->is_inline), NULL, "%s.statement(\"%s\")", places_of(&l->s), source_text(place));
}

static bool statements_of(const struct dwarf_function *fn, void *p)
{
	struct lines *l = p;
	const struct dwarf_lines *want = &l->s.pattern.lines;
	struct dwarf_place place;
	unsigned line;

	if (want->kind == LINES_NONE) {
		if (dwarf_place_entry(l->s.file, fn, &place))
			add_statement(&place, l);
		return true;
	}
	if (dwarf_each_statement(l->s.file, fn, want, l->nearest, add_statement, l) || want->kind == LINES_ALL)
		return true;
	line = want->range[0].from + (want->kind == LINES_RELATIVE ? fn->line : 0);
	if (dwarf_has_line(l->s.file, fn, line))
		dwarf_near_lines(l->s.file, fn, line, &l->below, &l->above);
	return true;
}

static bool no_code(struct lines *l)
{
	const struct point_pattern *p = &l->s.pattern;
	struct diag *d;

	d = diag(DIAG_PLACE_UNKNOWN, p->range, "there is no code for %s of %s%s%s", p->lines.n > 1 ? "these lines" : "this line",
		 is_glob(p->function) ? "any function in " : p->function, is_glob(p->function) ? "" : "@", p->source);
	if (l->below && l->above)
		diag_hint(d, "lines %u and %u have some; .nearest takes the nearest one", l->below, l->above);
	else if (l->below || l->above)
		diag_hint(d, "line %u has some; .nearest takes the nearest one", l->below ? l->below : l->above);
	else
		diag_hint(d, "it is outside of the function: \"%s@%s:*\" are all its lines", p->function, p->source);
	return false;
}

static bool resolve_lines(struct lines *l)
{
	places_each(&l->s, DWARF_CALL | DWARF_INLINE, statements_of, l);
	if (l->s.functions && !l->s.found && !l->s.gone)
		return no_code(l);
	return places_end(&l->s);
}

/* ---- Addresses ---------------------------------------------------------------------- */

static bool no_statement(const struct place_search *s, uint64_t addr, const char *why, const char *hint)
{
	struct diag *d = diag(DIAG_PLACE_UNKNOWN, s->m->arg[1].range, "0x%llx is %s", (unsigned long long)addr, why);

	diag_hint(d, "%s", hint);
	return false;
}

static bool resolve_address(struct place_search *s)
{
	uint64_t addr = (uint64_t)s->m->arg[1].num;
	struct dwarf_place place;

	addr = s->module ? dwarf_section_address(s->file, ".text", addr) : addr;
	if (!dwarf_place_at(s->file, addr, &place))
		return no_statement(s, (uint64_t)s->m->arg[1].num, "in no function",
				    s->program ? "addresses are those of nm on the file" : s->module ? "addresses in a module are those of nm on its file: from the start of its section .text" :
					  "it is an address of the symbol table (System.map, nm vmlinux), not of /proc/kallsyms, which is relocated; for that, "
					  "there is .absolute");
	if (!dwarf_is_statement(s->file, addr))
		return no_statement(s, (uint64_t)s->m->arg[1].num, "not where a statement begins",
				    intern_printf("it is in %s, near %s:%u", place.function, place.source, place.line));
	places_add(s, &place, false, NULL, "%s.statement(0x%llx)", places_of(s), (unsigned long long)s->m->arg[1].num);
	return places_end(s);
}

static bool resolve_absolute(struct resolver *r, const struct point_match *m)
{
	struct place_request q = { .concurrent = true };

	if (!resolver_guru(r)) {
		diag_hint(diag(DIAG_GURU_PLACE, m->arg[1].range, "an absolute address may be probed in guru mode only: nothing checks it"),
			  "run with -g if you are sure of it");
		return false;
	}
	q.place.offset = (uint64_t)m->arg[1].num;
	q.place.pp = intern_printf("kernel.statement(0x%llx).absolute", (unsigned long long)m->arg[1].num);
	q.target.types = resolver_types(r);
	q.target.arch = resolver_arch(r);
	resolver_add(r, &q);
	return q.target.types;
}

/* ---- Labels ------------------------------------------------------------------------- */

struct labels {
	struct place_search s;
	const struct point_arg *arg;
	unsigned matched;
	bool is_inline;
	const struct dwarf_function *fn;
	struct suggest *near;
	unsigned offered;
};

static void add_label(const char *label, const struct dwarf_place *place, void *p)
{
	struct labels *l = p;

	l->matched++;
	places_add(&l->s, place, place->is_inline || is_glob(l->arg->str) || is_glob(l->s.pattern.function), NULL,
		   "%s.function(\"%s@%s:%u\").label(\"%s\")", places_of(&l->s), l->fn->name, l->fn->source, l->fn->line, label);
}

static bool labels_of(const struct dwarf_function *fn, void *p)
{
	struct labels *l = p;

	l->fn = fn;
	dwarf_each_label(l->s.file, fn, l->arg->str, add_label, l);
	return true;
}

static void offer_label(const char *label, const struct dwarf_place *place, void *p)
{
	struct labels *l = p;

	(void)place;
	l->offered++;
	suggest_offer(l->near, label);
}

static bool offer_labels(const struct dwarf_function *fn, void *p)
{
	struct labels *l = p;

	dwarf_each_label(l->s.file, fn, "*", offer_label, l);
	return true;
}

static bool resolve_labels(struct labels *l)
{
	struct suggest near;
	struct diag *d;

	places_each(&l->s, DWARF_CALL | DWARF_INLINE, labels_of, l);
	if (!l->s.functions || l->matched)
		return places_end(&l->s);
	d = diag(DIAG_PLACE_UNKNOWN, l->arg->range, "%s has no label '%s' with code of its own", l->s.pattern.function, l->arg->str);
	suggest_init(&near, l->arg->str);
	l->near = &near;
	places_each(&l->s, DWARF_CALL | DWARF_INLINE, offer_labels, l);
	if (suggest_best(&near))
		diag_hint(d, "did you mean '%s'?", suggest_best(&near));
	else
		diag_hint(d, l->offered ? ".label(\"*\") are all there are" : "it has no labels at all");
	return false;
}

bool statement_lines(struct place_search *s, bool nearest)
{
	struct lines l = { .s = *s, .nearest = nearest };
	bool ok = resolve_lines(&l);

	*s = l.s;
	return ok;
}

bool statement_address(struct place_search *s)
{
	return resolve_address(s);
}

bool statement_labels(struct place_search *s, const struct point_arg *label)
{
	struct labels l = { .s = *s, .arg = label };
	bool ok = resolve_labels(&l);

	*s = l.s;
	return ok;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct lines lines = { .nearest = m->form == NEAREST || m->form == MODULE_NEAREST };
	struct labels labels = { .arg = &m->arg[2] };
	struct place_search address = { 0 };
	bool ok;

	if (places_of_modules(r, m, resolve, &ok))
		return ok;
	switch ((enum form)m->form) {
	case PATTERN:
	case NEAREST:
	case MODULE_PATTERN:
	case MODULE_NEAREST:
		return places_begin(&lines.s, r, m) && resolve_lines(&lines);
	case ADDRESS:
	case MODULE_ADDRESS:
		return places_begin(&address, r, m) && resolve_address(&address);
	case ABSOLUTE:
		return resolve_absolute(r, m);
	case LABEL:
	case MODULE_LABEL:
		return places_begin(&labels.s, r, m) && resolve_labels(&labels);
	}
	return false;
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_statement";
}

const struct provider provider_statement = {
	.name = "statement", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind,
};

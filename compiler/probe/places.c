// SPDX-License-Identifier: GPL-2.0-or-later
/* Places from DWARF: see places.h. */
#include "probe/places.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/deny.h"
#include "types/program.h"

static const struct range nowhere;

static bool known_module(struct kernel *k, const struct point_match *m)
{
	const char *name = m->arg[0].str;
	struct diag *d;

	if (strchr(name, '/') || kernel_has_module(k, name))
		return true;
	d = diag(DIAG_MODULE_NO_BTF, m->arg[0].range, "kernel %s has no module %s", k->release, name);
	diag_hint(d, "a module that is not the kernel's own is named by the path of its file");
	return false;
}

/* ---- Patterns for modules ------------------------------------------------------------ */

struct module_search {
	const char *pattern;
	struct arena *a;
	struct VEC(const char *) fit, open; /* all that the pattern means; those with debugging information */
};

static void note_fit(const char *module, void *p)
{
	struct module_search *s = p;

	if (glob_match(s->pattern, module))
		vec_push(s->a, &s->fit, module);
}

static void note_open(const char *module, void *p)
{
	struct module_search *s = p;

	if (glob_match(s->pattern, module))
		vec_push(s->a, &s->open, module);
}

/* The first of those without debugging information, as a list. */
static void list_closed(const struct module_search *s, struct buf *b)
{
	unsigned n = 0;

	vec_each(i, &s->fit) {
		bool open = false;

		vec_each(j, &s->open)
			open |= s->open.v[j] == s->fit.v[i];
		if (!open && n++ < 4)
			buf_printf(b, "%s%s", n > 1 ? ", " : "", s->fit.v[i]);
	}
	if (n > 4)
		buf_puts(b, ", …");
}

static void missing(struct kernel *k, const struct point_match *m, const struct module_search *s)
{
	unsigned n = s->fit.n - s->open.n;
	struct diag *d;
	struct buf b;

	buf_init(&b);
	list_closed(s, &b);
	if (s->open.n)
		d = diag(DIAG_DEBUGINFO_PARTIAL, m->arg[0].range, "%u module%s that match%s '%s' %s left out, without debugging information: %s", n,
			 n == 1 ? "" : "s", n == 1 ? "es" : "", s->pattern, n == 1 ? "is" : "are", b.s);
	else
		d = diag(DIAG_DEBUGINFO_MISSING, m->arg[0].range, "this needs the debugging information of modules, and %s there is none: %s",
			 n == 1 ? "for the one that matches" : "for those that match", b.s);
	diag_hint(d, "on Debian and its derivatives, it is in %s", dwarf_package(k));
	buf_deinit(&b);
}

static bool no_module(struct kernel *k, const struct point_match *m)
{
	struct diag *d = diag(DIAG_MODULE_UNKNOWN, m->arg[0].range, "kernel %s has no module that matches %s", k->release, m->arg[0].str);

	diag_hint(d, "a module is named as lsmod prints it, without folder and .ko");
	return false;
}

bool places_of_modules(struct resolver *r, const struct point_match *m, bool (*resolve)(struct resolver *r, const struct point_match *m), bool *ok)
{
	struct kernel *k = resolver_kernel(r);
	struct module_search s = { .pattern = m->arg[0].str, .a = resolver_arena(r) };
	unsigned start = diag_mark(), first = start;

	if (m->arg[0].kind != ARG_STRING || !is_glob(s.pattern) || strchr(s.pattern, '/'))
		return false;
	*ok = false;
	kernel_each_module(k, note_fit, &s);
	dwarf_each_module(k, note_open, &s);
	if (!s.fit.n)
		return no_module(k, m), true;
	vec_each(i, &s.open) {
		struct point_match one = *m;

		one.arg[0].str = s.open.v[i];
		one.of_pattern = true;
		if (resolve(r, &one))
			*ok = true;
		/* Of modules that have no such place, the first says why, where no other has it. */
		if (!i)
			first = diag_mark();
		else
			diag_rewind(first);
	}
	if (*ok)
		diag_rewind(start);
	if (s.fit.n > s.open.n && (*ok || !s.open.n))
		missing(k, m, &s);
	return true;
}

bool places_begin(struct place_search *s, struct resolver *r, const struct point_match *m)
{
	struct kernel *k = resolver_kernel(r);

	s->r = r;
	s->m = m;
	s->module = m->arg[0].kind == ARG_STRING ? m->arg[0].str : NULL;
	if (m->arg[1].kind == ARG_STRING && !pattern_parse(resolver_arena(r), &m->arg[1], &s->pattern))
		return false;
	if (!resolver_types(r))
		return false;
	if (s->module && !known_module(k, m))
		return false;
	s->file = s->module ? dwarf_open_module(k, s->module, m->arg[0].range) : dwarf_open_kernel(k, m->range);
	if (s->file && s->module)
		s->module = s->file->module;
	return s->file;
}

const char *places_of(const struct place_search *s)
{
	return s->program ? s->of : s->module ? intern_printf("module(\"%s\")", s->module) : "kernel";
}

/*
 * What $name means there. At the entry of a function, its parameters by the
 * calling convention, when its prototype is certain: the compiler may have
 * made a copy with other parameters, whose symbol is name.suffix.
 */
static void fill_target(struct place_search *s, struct place_request *q, const struct dwarf_place *place)
{
	unsigned count = 0;
	const struct type *proto;

	q->target.types = resolver_types(s->r);
	q->target.arch = resolver_arch(s->r);
	q->target.function = place->function;
	q->target.is_return = s->is_return;
	q->target.scope = dwarf_scope(place);
	q->target.module = s->module;
	if (!place->is_entry || s->module)
		return;
	proto = types_function(q->target.types, place->function, &count);
	if (count == 1 && (place->offset || !strchr(place->symbol, '.')))
		q->target.proto = proto;
}

void places_add(struct place_search *s, const struct dwarf_place *place, bool wildcard, const void *more, const char *pp, ...)
{
	struct place_request q = { .data = s->data, .concurrent = true, .wildcard = wildcard || s->m->of_pattern, .beside = s->beside };
	struct buf b;
	va_list ap;

	if (place->gone) {
		s->gone++;
		s->last_gone = *place;
		return;
	}
	if (!s->module && !s->program && place->is_entry && s->pattern.function && is_glob(s->pattern.function) &&
	    function_denied(place->function)) {
		resolver_deny(s->r, place->function);
		return;
	}
	buf_init(&b);
	va_start(ap, pp);
	buf_vprintf(&b, pp, ap);
	va_end(ap);
	q.place.pp = intern(b.s);
	buf_deinit(&b);
	if (s->program) {
		process_add(s, place, NULL, wildcard, more, q.place.pp);
		return;
	}
	q.place.function = place->function;
	q.place.symbol = strcmp(place->symbol, place->function) ? place->symbol : NULL;
	q.place.offset = place->offset;
	q.place.module = s->module;
	q.place.data = more;
	fill_target(s, &q, place);
	resolver_add(s->r, &q);
	s->found++;
}

bool places_has_lines(struct place_search *s, const struct dwarf_function *fn)
{
	const struct dwarf_lines *l = &s->pattern.lines;

	for (unsigned i = 0; i < l->n; i++) {
		unsigned base = l->kind == LINES_RELATIVE ? fn->line : 0;

		for (unsigned line = l->range[i].from; line <= l->range[i].to && line - l->range[i].from < 10000; line++)
			if (dwarf_has_line(s->file, fn, base + line))
				return true;
	}
	return !l->n;
}

struct each {
	struct place_search *s;
	bool (*f)(const struct dwarf_function *fn, void *data);
	void *data;
};

static bool each(const struct dwarf_function *fn, void *p)
{
	struct each *e = p;

	e->s->functions++;
	return e->f(fn, e->data);
}

void places_each(struct place_search *s, unsigned what, bool (*f)(const struct dwarf_function *fn, void *data), void *data)
{
	struct each e = { s, f, data };

	dwarf_each_function(s->file, s->pattern.function, s->pattern.source, what, each, &e);
}

/* ---- What was not found ------------------------------------------------------------------ */

static bool offer(const struct dwarf_function *fn, void *p)
{
	suggest_offer(p, fn->name);
	return true;
}

struct homes {
	struct buf b;
	const char *last;
	unsigned n, inlined;
};

static bool home(const struct dwarf_function *fn, void *p)
{
	struct homes *h = p;

	h->inlined += fn->is_inline;
	if (h->last && !strcmp(h->last, fn->source))
		return true;
	h->last = fn->source;
	if (h->n++ < 4)
		buf_printf(&h->b, "%s%s", h->n > 1 ? ", " : "", fn->source);
	return true;
}

static bool note_it(const struct dwarf_function *fn, void *any)
{
	(void)fn;
	*(bool *)any = true;
	return false;
}

/* Is there a function of that name in that file, of another kind than was wanted? */
static bool in_source(struct place_search *s)
{
	bool any = false;

	dwarf_each_function(s->file, s->pattern.function, s->pattern.source, DWARF_CALL | DWARF_INLINE, note_it, &any);
	return any;
}

void places_no_function(struct place_search *s)
{
	const struct point_pattern *p = &s->pattern;
	const char *where = s->program ? s->program->path : s->module ? intern_printf("module %s", s->module) : "the kernel";
	struct homes h = { 0 };
	struct suggest sg;
	struct diag *d;

	buf_init(&h.b);
	dwarf_each_function(s->file, p->function, NULL, DWARF_CALL | DWARF_INLINE, home, &h);
	if (!h.n || is_glob(p->function)) {
		d = diag(DIAG_FUNCTION_UNKNOWN, p->range, is_glob(p->function) ? "no function of %s matches '%s%s%s'" : "%s has no function '%s%s%s'",
			 where, p->function, p->source ? "@" : "", p->source ? p->source : "");
		suggest_init(&sg, p->function);
		if (!is_glob(p->function))
			dwarf_each_function(s->file, "*", NULL, DWARF_CALL | DWARF_INLINE, offer, &sg);
		if (!is_glob(p->function) && suggest_best(&sg))
			diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
		else
			diag_hint(d, "names are those of the sources; a file is matched from its end: \"*@read_write.c\", \"*@fs/*.c\"");
	} else if (p->source && !in_source(s)) {
		d = diag(DIAG_FUNCTION_UNKNOWN, p->range, "%s has no function '%s' in '%s'", where, p->function, p->source);
		diag_note(d, nowhere, "it is declared in %s%s", h.b.s, h.n > 4 ? ", and others" : "");
	} else {
		d = diag(DIAG_FUNCTION_UNKNOWN, p->range, "%s has no function '%s' of this kind", where, p->function);
	}
	if (h.n && !is_glob(p->function) && !(p->source && !in_source(s))) {
		if (h.inlined)
			diag_hint(d, "it is inlined, at %u place%s: .inline takes these", h.inlined, h.inlined == 1 ? "" : "s");
		else
			diag_hint(d, "it is nowhere inlined: leave .inline out");
	}
	buf_deinit(&h.b);
}

bool places_end(struct place_search *s)
{
	struct diag *d;

	if (s->found)
		return true;
	if (s->gone) {
		d = diag(DIAG_PLACE_GONE, s->pattern.range.hi ? s->pattern.range : s->m->range, "%s is initialisation code: it is run once, and freed",
			 s->last_gone.function);
		diag_hint(d, "nothing can be probed there after the %s has started", s->module ? "module" : "kernel");
		return false;
	}
	if (!s->functions)
		places_no_function(s);
	return false;
}

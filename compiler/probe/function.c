// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.function("name") and module("m").function("name"), at entry and at
 * return, from BTF alone. Parameters are where the calling convention puts
 * them; where the function starts is the kernel's own business, asked at load
 * time, of a module whenever it is loaded. A source file in the pattern takes
 * DWARF: inline.c.
 */
#include "probe/places.h"

#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/deny.h"

#define FORMS(root) root ".function(s)", root ".function(s).call", root ".function(s).exported", root ".function(s).return", \
	root ".function(s).return.maxactive(n)"

enum form { ENTRY, CALL, EXPORTED, RETURN, RETURN_MAXACTIVE, NFORMS };

/* Those of the kernel, then the same of modules. */
static const char *const forms[] = { FORMS("kernel"), FORMS("module(s)"), NULL };

static const char *const docs[] = {
	"entry of the kernel functions of that name", "the same, without inlined instances", "of those that modules may call",
	"return of the kernel functions of that name", "the same, with n calls in flight at most",
	"entry of the functions of that name in modules of that name", "the same, without inlined instances",
	"of those that other modules may call", "return of the functions of that name in modules of that name",
	"the same, with n calls in flight at most", NULL,
};

struct function {
	bool is_return, is_inline;
	int64_t maxactive;
};

struct search {
	struct resolver *r;
	const struct point_match *m;
	struct function *data;
	const struct point_arg *name; /* of the function */
	const char *module;           /* in hand; NULL: the kernel itself */
	const char *module_pattern;   /* NULL: the kernel itself */
	const char *last;             /* module looked into last */
	bool exported, inlinable;
	unsigned found, failed, hidden; /* hidden: there, but not exported */
	const char *denied;           /* why the last one was left out */
	const char *elsewhere;        /* a module that has the function */
};

static void add(const char *name, const struct type *proto, void *p)
{
	struct search *s = p;
	struct place_request q = { .data = s->data, .concurrent = true };
	const char *why;

	if (strstr(name, ".cold")) /* no function, but the unlikely part of one */
		return;
	if (s->exported && !kernel_exports(resolver_kernel(s->r), s->module, name)) {
		s->hidden++;
		return;
	}
	q.wildcard = is_glob(s->name->str) || (s->module_pattern && is_glob(s->module_pattern));
	why = s->module ? NULL : function_denied(name);
	if (why && q.wildcard) {
		s->denied = why;
		resolver_deny(s->r, name);
		return;
	}
	if (why)
		diag_hint(diag(DIAG_FUNCTION_DENIED, s->name->range, "a probe of '%s' may lose hits, or disturb the machine: %s", name, why),
			  "patterns leave it out; probe what calls it where that will do");
	q.place.function = name;
	q.place.module = s->module;
	q.place.pp = s->module ? intern_printf("module(\"%s\").function(\"%s\")%s", s->module, name, s->data->is_return ? ".return" : "") :
				 intern_printf("kernel.function(\"%s\")%s", name, s->data->is_return ? ".return" : "");
	q.target.types = proto->db;
	q.target.arch = resolver_arch(s->r);
	q.target.proto = proto;
	q.target.function = name;
	q.target.is_return = s->data->is_return;
	s->found++;
	if (!resolver_add(s->r, &q))
		s->failed++;
}

/* A function of a module, by the index; its types are the module's. */
static void add_of_module(const char *module, const char *name, void *p)
{
	struct search *s = p;
	unsigned mark = diag_mark();
	struct type_db *db = kernel_module_types(resolver_kernel(s->r), module);
	const struct type *proto = db ? types_function(db, name, NULL) : NULL;

	diag_rewind(mark); /* a module that cannot be read has no functions */
	s->module = module;
	if (proto)
		add(name, proto, s);
}

static void offer(const char *name, const struct type *proto, void *p)
{
	(void)proto;
	suggest_offer(p, name);
}

static void note_elsewhere(const char *module, const char *name, void *p)
{
	struct search *s = p;

	(void)name;
	if (!s->elsewhere)
		s->elsewhere = module;
}

static bool count_one(const struct dwarf_function *fn, void *p)
{
	(void)fn;
	++*(unsigned *)p;
	return true;
}

/* Where debugging information is there, it knows how often a function was inlined. */
static bool inlined(struct search *s, struct diag *d)
{
	const char *name = s->name->str, *module = s->module_pattern && !is_glob(s->module_pattern) ? s->module_pattern : NULL;
	struct dwarf_file *file = !s->module_pattern || module ? dwarf_open_quiet(resolver_kernel(s->r), module) : NULL;
	unsigned n = 0;

	if (file)
		dwarf_each_function(file, name, NULL, DWARF_INLINE, count_one, &n);
	if (n && module)
		diag_hint(d, "it is inlined at %u place%s: module(\"%s\").function(\"%s\").inline", n, n == 1 ? "" : "s", module, name);
	else if (n)
		diag_hint(d, "it is inlined at %u place%s: kernel.function(\"%s\").inline", n, n == 1 ? "" : "s", name);
	return n;
}

/*
 * BTF leaves out functions whose parameters the compiler has changed (f.isra.0, f.constprop.0); debugging information has them, by their
 * own name.
 */
static bool changed(struct search *s)
{
	const char *module = s->module_pattern ? s->module : NULL;
	struct dwarf_file *file = is_glob(s->name->str) || resolver_in_library(s->r) ? NULL : dwarf_open_quiet(resolver_kernel(s->r), module);
	unsigned n = 0;

	if (file)
		dwarf_each_function(file, s->name->str, NULL, DWARF_CALL, count_one, &n);
	return n;
}

static bool unknown(struct search *s, struct type_db *db)
{
	const char *name = s->name->str, *pattern = s->module_pattern;
	struct kernel *k = resolver_kernel(s->r);
	struct suggest sg;
	struct diag *d;

	if (s->hidden) {
		d = diag(DIAG_FUNCTION_UNKNOWN, s->name->range, "'%s' is not exported to modules", name);
		diag_hint(d, "leave out .exported");
		return false;
	}
	if (s->denied) {
		d = diag(DIAG_FUNCTION_UNKNOWN, s->name->range, "'%s' matches only functions that patterns leave out: %s", name, s->denied);
		diag_hint(d, "name one in full to probe it all the same");
		return false;
	}
	if (is_glob(name)) {
		d = diag(DIAG_FUNCTION_UNKNOWN, s->name->range, "no function of %s%s matches '%s'", pattern ? "module " : "the kernel",
			 pattern ? pattern : "", name);
		diag_hint(d, "the pattern knows *, ? and [..], and must match the whole name");
		return false;
	}
	d = diag(DIAG_FUNCTION_UNKNOWN, s->name->range, "%s%s has no function '%s'", pattern ? "module " : "the kernel", pattern ? pattern : "",
		 name);
	if (pattern && resolver_types(s->r) && types_function(resolver_types(s->r), name, NULL)) {
		diag_hint(d, "the kernel itself has: kernel.function(\"%s\")", name);
		return false;
	}
	if (s->m->optional) /* nobody reads it */
		return false;
	if (inlined(s, d))
		return false;
	kernel_each_module_function(k, "*", name, note_elsewhere, s);
	if (s->elsewhere) {
		diag_hint(d, "it is in module %s: module(\"%s\").function(\"%s\")", s->elsewhere, s->elsewhere, name);
		return false;
	}
	suggest_init(&sg, name);
	if (db)
		types_each_function(db, "*", offer, &sg);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	else
		diag_hint(d, "it may be inlined everywhere%s%s, or have another name in this kernel",
			  s->inlinable ? " (then .inline, with debugging information)" : "", pattern ? "" : ", be in a module");
	return false;
}

static bool knows_exports(const struct point_match *m, struct kernel *k)
{
	if (kernel_exports_known(k))
		return true;
	diag_hint(diag(DIAG_NO_EXPORTS, m->range, "what kernel %s exports is not known: its build tree has no Module.symvers", k->release),
		  "leave .exported out, or install linux-headers-%s", k->release);
	return false;
}

static void offer_module(const char *module, void *p)
{
	suggest_offer(p, module);
}

static bool no_module(const struct point_match *m, struct kernel *k, const char *name)
{
	struct diag *d = diag(DIAG_MODULE_UNKNOWN, m->arg[0].range, "kernel %s has no module %s%s", k->release,
			      is_glob(name) ? "that matches " : "", name);
	struct suggest sg;

	suggest_init(&sg, name);
	kernel_each_module(k, offer_module, &sg);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	else
		diag_hint(d, "a module is named as lsmod prints it, without folder and .ko");
	return false;
}

static void match_module(const char *module, void *p)
{
	struct search *s = p;

	if (glob_match(s->module_pattern, module))
		s->last = module;
}

/*
 * A name means the function and what was inlined of it, where debugging information tells; a pattern the functions alone, as each
 * instance takes a breakpoint. The library means functions, whether there is such information or not.
 */
static void add_inlined(struct search *s, void *inside)
{
	if (!inside || !s->found || s->failed || is_glob(s->name->str) || resolver_in_library(s->r))
		return;
	if (dwarf_open_quiet(resolver_kernel(s->r), s->module))
		function_inlined(s->r, s->m, inside, true);
	else
		resolver_no_inlined(s->r);
}

static bool in_modules(struct search *s, void *inside)
{
	struct kernel *k = resolver_kernel(s->r);
	struct type_db *db = NULL;

	if (is_glob(s->module_pattern)) {
		kernel_each_module(k, match_module, s);
		if (!s->last)
			return no_module(s->m, k, s->module_pattern);
		kernel_each_module_function(k, s->module_pattern, s->name->str, add_of_module, s);
	} else {
		if (!kernel_has_module(k, s->module_pattern))
			return no_module(s->m, k, s->module_pattern);
		s->module = kernel_module_name(s->module_pattern);
		db = kernel_module_types(k, s->module);
		if (!db)
			return false;
		types_each_function(db, s->name->str, add, s);
		if (!s->found && !s->failed && !s->hidden && changed(s))
			return function_by_source(s->r, s->m, s->data->is_return, s->exported, s->data, inside);
		add_inlined(s, inside);
	}
	return s->found ? !s->failed : unknown(s, db);
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	bool of_module = m->form >= NFORMS;
	unsigned form = m->form % NFORMS;
	struct type_db *db = resolver_types(r);
	struct search s = { .r = r, .m = m, .name = &m->arg[1], .exported = form == EXPORTED };
	struct function *inside = NULL;
	const char *name = s.name->str;
	bool ok;

	if (!db)
		return false;
	s.module_pattern = of_module ? m->arg[0].str : NULL;
	s.data = arena_new(resolver_arena(r), struct function);
	s.data->is_return = form >= RETURN;
	if (form == RETURN_MAXACTIVE) {
		s.data->maxactive = m->arg[3].num;
		if (s.data->maxactive < 1 || s.data->maxactive > 65536) {
			diag_hint(diag(DIAG_PROBE_ARGUMENT, m->arg[3].range, "maxactive(%lld) is out of range",
				       (long long)s.data->maxactive), "it lies between 1 and 65536");
			return false;
		}
	}
	if (form == EXPORTED && !knows_exports(m, resolver_kernel(r)))
		return false;
	if (form == ENTRY) {
		inside = arena_new(resolver_arena(r), struct function);
		inside->is_inline = true;
	}
	if (functions_listed(r, m, DWARF_CALL | (inside ? DWARF_INLINE : 0u), s.data->is_return, form == EXPORTED))
		return true;
	if (strpbrk(name, "@:+") && places_of_modules(r, m, resolve, &ok))
		return ok;
	/* A module that is not the kernel's own, by the path of its file, need not have BTF. */
	if (strpbrk(name, "@:+") || (of_module && strchr(m->arg[0].str, '/')))
		return function_by_source(r, m, s.data->is_return, form == EXPORTED, s.data, inside);
	s.inlinable = inside != NULL;
	if (of_module)
		return in_modules(&s, inside);
	types_each_function(db, name, add, &s);
	if (!s.found && !s.failed && !s.hidden && changed(&s))
		return function_by_source(r, m, s.data->is_return, form == EXPORTED, s.data, inside);
	if (!s.found)
		return (inside && !is_glob(name) && function_inlined(r, m, inside, false)) || unknown(&s, db);
	add_inlined(&s, inside);
	return !s.failed;
}

static const char *kind(const struct plan_probe *p)
{
	const struct function *f = p->data;

	return f->is_inline ? "sd_kind_statement" : f->is_return ? "sd_kind_return" : "sd_kind_function";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct function *f = p->data;

	if (!f->is_return)
		return false;
	buf_printf(out, "static const struct sd_return %s = { .maxactive = %lldU };\n", name, (long long)f->maxactive);
	return true;
}

const struct provider provider_function = {
	.name = "function", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

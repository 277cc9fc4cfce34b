// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions by their source file, exported ones, those that were inlined, and those
 * that an address belongs to. What has code of its own is probed like any
 * function; an instance that was inlined, where its code begins.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/places.h"

enum form { INLINE, MODULE_INLINE, ADDRESS, MODULE_ADDRESS };

static const char *const forms[] = {
	[INLINE] = "kernel.function(s).inline", [MODULE_INLINE] = "module(s).function(s).inline",
	[ADDRESS] = "kernel.function(n)", [MODULE_ADDRESS] = "module(s).function(n)", NULL,
};

static const char *const docs[] = {
	"inlined instances of the kernel functions of that name", "inlined instances of a module's functions",
	"entry of the kernel function that an address belongs to", "entry of the module's function that an address belongs to", NULL,
};

struct kind_data {
	bool is_inline;
};

struct functions {
	struct place_search s;
	void *data, *inline_data;
	const char *suffix;
	bool exported_only;
	unsigned instances;    /* inlined ones that were added */
};

/* Each instance takes a breakpoint of its own: a few thousand are attached in seconds, more in no time that anybody waits. */
enum { INSTANCES_MAX = 4096 };

static bool too_many(const struct functions *f)
{
	struct diag *d;

	if (f->instances <= INSTANCES_MAX || f->s.program)
		return false;
	d = diag(DIAG_INSTANCES_MANY, f->s.pattern.range, "these are inlined at %u places, and more than %u would take too long to attach", f->instances,
		 (unsigned)INSTANCES_MAX);
	diag_hint(d, f->s.beside ? "the function alone is .call" : "those in one function are kernel.function(\"CALLER\").callee(\"%s\")", f->s.pattern.function);
	return true;
}

static bool wanted(struct functions *f, const struct dwarf_function *fn)
{
	if (f->exported_only && !(f->s.module ? fn->exported : kernel_exports(resolver_kernel(f->s.r), NULL, fn->name)))
		return false;
	return places_has_lines(&f->s, fn);
}

static bool add(const struct dwarf_function *fn, void *p)
{
	struct functions *f = p;
	struct dwarf_place place;

	if (!wanted(f, fn) || !dwarf_place_entry(f->s.file, fn, &place))
		return true;
	f->s.data = fn->is_inline ? f->inline_data : f->data;
	f->instances += fn->is_inline;
	places_add(&f->s, &place, fn->is_inline || is_glob(f->s.pattern.function), NULL, "%s.function(\"%s@%s:%u\")%s", places_of(&f->s),
		   fn->name, fn->source, fn->line, fn->is_inline ? ".inline" : f->suffix);
	return true;
}

static bool search(struct functions *f, unsigned what)
{
	struct diag *d;

	places_each(&f->s, what, add, f);
	if (f->s.functions && !f->s.found && !f->s.gone) {
		if (f->exported_only) {
			d = diag(DIAG_PLACE_UNKNOWN, f->s.pattern.range, "'%s' is not exported", f->s.pattern.function);
			diag_hint(d, "exported are the functions that modules may call, as Module.symvers lists them; leave .exported out");
		} else {
			d = diag(DIAG_PLACE_UNKNOWN, f->s.pattern.range, "no function of that name has this line");
			diag_hint(d, "\"%s@%s\" without a line are all of that name", f->s.pattern.function, f->s.pattern.source);
		}
		return false;
	}
	return !too_many(f) && places_end(&f->s);
}

bool function_by_source(struct resolver *r, const struct point_match *m, bool is_return, bool exported, void *data, void *inline_data)
{
	struct functions f = {
		.data = data, .inline_data = inline_data, .exported_only = exported, .suffix = is_return ? ".return" : exported ? ".exported" : "",
	};

	f.s.is_return = is_return;
	return places_begin(&f.s, r, m) && search(&f, DWARF_CALL | (inline_data ? DWARF_INLINE : 0u));
}

bool function_inlined(struct resolver *r, const struct point_match *m, void *inline_data, bool beside)
{
	const char *module = m->arg[0].kind == ARG_STRING ? m->arg[0].str : NULL;
	struct functions f = { .inline_data = inline_data, .suffix = "" };

	if (!dwarf_open_quiet(resolver_kernel(r), module) || !places_begin(&f.s, r, m))
		return false;
	f.s.beside = beside;
	places_each(&f.s, DWARF_INLINE, add, &f);
	too_many(&f); /* which is an error, and what is there is there */
	return f.s.found;
}

static bool resolve_address(struct functions *f)
{
	uint64_t addr = (uint64_t)f->s.m->arg[1].num;
	struct dwarf_function fn;
	struct diag *d;

	addr = f->s.module ? dwarf_section_address(f->s.file, ".text", addr) : addr;
	if (dwarf_function_at(f->s.file, addr, &fn)) {
		add(&fn, f);
		return places_end(&f->s);
	}
	d = diag(DIAG_PLACE_UNKNOWN, f->s.m->arg[1].range, "0x%llx is in no function", (unsigned long long)f->s.m->arg[1].num);
	diag_hint(d, "addresses are those of the symbol table (nm on the file with debugging information), before they are relocated");
	return false;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct kind_data *entry = arena_new(resolver_arena(r), struct kind_data), *inside = arena_new(resolver_arena(r), struct kind_data);
	struct functions f = { .data = entry, .inline_data = inside, .suffix = "" };
	bool ok;

	if (places_of_modules(r, m, resolve, &ok))
		return ok;
	inside->is_inline = true;
	if ((m->form == INLINE || m->form == MODULE_INLINE) && functions_listed(r, m, DWARF_INLINE, false, false))
		return true;
	if (!places_begin(&f.s, r, m))
		return false;
	switch ((enum form)m->form) {
	case INLINE:
	case MODULE_INLINE:
		return search(&f, DWARF_INLINE);
	case ADDRESS:
	case MODULE_ADDRESS:
		return resolve_address(&f);
	}
	return false;
}

static const char *kind(const struct plan_probe *p)
{
	return ((const struct kind_data *)p->data)->is_inline ? "sd_kind_statement" : "sd_kind_function";
}

const struct provider provider_inline = {
	.name = "inline", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind,
};

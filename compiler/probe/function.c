// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.function("name") at entry and at return, from BTF alone. Parameters
 * are where the calling convention puts them; where the function starts is
 * the kernel's own business, asked at load time. A source file in the pattern
 * takes DWARF: inline.c.
 */
#include "probe/places.h"

#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"

enum form { ENTRY, CALL, EXPORTED, RETURN, RETURN_MAXACTIVE };

static const char *const forms[] = {
	[ENTRY] = "kernel.function(s)", [CALL] = "kernel.function(s).call",
	[EXPORTED] = "kernel.function(s).exported", [RETURN] = "kernel.function(s).return",
	[RETURN_MAXACTIVE] = "kernel.function(s).return.maxactive(n)", NULL,
};

static const char *const docs[] = {
	"entry of the kernel functions of that name", "the same, without inlined instances",
	"the same of those that modules may call",
	"return of the kernel functions of that name", "the same, with n calls in flight at most", NULL,
};

struct function {
	bool is_return, is_inline;
	int64_t maxactive;
};

struct search {
	struct resolver *r;
	const struct point_match *m;
	struct function *data;
	struct kernel *exports; /* only what it exports; NULL: all */
	unsigned found, failed, hidden;
};

static void add(const char *name, const struct type *proto, void *p)
{
	struct search *s = p;
	struct place_request q = { .data = s->data, .concurrent = true };

	if (strstr(name, ".cold")) /* no function, but the unlikely part of one */
		return;
	if (s->exports && !kernel_exports(s->exports, name)) {
		s->hidden++;
		return;
	}
	q.wildcard = is_glob(s->m->arg[1].str);
	q.place.function = name;
	q.place.pp = intern_printf("kernel.function(\"%s\")%s", name, s->data->is_return ? ".return" : "");
	q.target.types = resolver_types(s->r);
	q.target.arch = resolver_arch(s->r);
	q.target.proto = proto;
	q.target.function = name;
	q.target.is_return = s->data->is_return;
	s->found++;
	if (!resolver_add(s->r, &q))
		s->failed++;
}

static void offer(const char *name, const struct type *proto, void *p)
{
	(void)proto;
	suggest_offer(p, name);
}

static bool unknown(const struct point_match *m, struct type_db *db, const char *name)
{
	struct diag *d;
	struct suggest s;

	if (is_glob(name)) {
		d = diag(DIAG_FUNCTION_UNKNOWN, m->arg[1].range, "no function of the kernel matches '%s'", name);
		diag_hint(d, "the pattern knows *, ? and [..], and must match the whole name");
		return false;
	}
	d = diag(DIAG_FUNCTION_UNKNOWN, m->arg[1].range, "the kernel has no function '%s'", name);
	suggest_init(&s, name);
	types_each_function(db, "*", offer, &s);
	if (suggest_best(&s))
		diag_hint(d, "did you mean '%s'?", suggest_best(&s));
	else
		diag_hint(d, "it may be inlined everywhere (then .inline, with debugging information), be in a module, or have another name in this kernel");
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

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct type_db *db = resolver_types(r);
	struct search s = { .r = r, .m = m };
	struct function *inside = NULL;
	const char *name = m->arg[1].str;

	if (!db)
		return false;
	s.data = arena_new(resolver_arena(r), struct function);
	s.data->is_return = m->form >= RETURN;
	if (m->form == RETURN_MAXACTIVE) {
		s.data->maxactive = m->arg[3].num;
		if (s.data->maxactive < 1 || s.data->maxactive > 65536) {
			diag_hint(diag(DIAG_PROBE_ARGUMENT, m->arg[3].range, "maxactive(%lld) is out of range",
				       (long long)s.data->maxactive), "it lies between 1 and 65536");
			return false;
		}
	}
	if (m->form == EXPORTED && !knows_exports(m, s.exports = resolver_kernel(r)))
		return false;
	if (m->form == ENTRY) {
		inside = arena_new(resolver_arena(r), struct function);
		inside->is_inline = true;
	}
	if (strpbrk(name, "@:+"))
		return function_by_source(r, m, s.data->is_return, s.exports, s.data, inside);
	types_each_function(db, name, add, &s);
	if (!s.found && s.hidden) {
		diag_hint(diag(DIAG_PLACE_UNKNOWN, m->arg[1].range, "'%s' is not exported", name),
			  "exported are the functions that modules may call, as Module.symvers lists them; leave .exported out");
		return false;
	}
	if (!s.found)
		return (inside && !is_glob(name) && function_inlined(r, m, inside)) || unknown(m, db, name);
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

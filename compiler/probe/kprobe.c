// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kprobe.function("name"), kprobe.module("m").function("name") and
 * kprobe.statement(address).absolute: by symbol or address alone, with no
 * types, so nothing is known of parameters and nothing is looked up before the
 * script is loaded. The runtime's kinds are those of function.c.
 */
#include "probe/provider.h"

#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"

static const char *const forms[] = {
	"kprobe.function(s)", "kprobe.function(s).call", "kprobe.function(s).return", "kprobe.function(s).return.maxactive(n)",
	"kprobe.module(s).function(s)", "kprobe.module(s).function(s).call", "kprobe.module(s).function(s).return",
	"kprobe.module(s).function(s).return.maxactive(n)", "kprobe.statement(n).absolute", NULL,
};

static const char *const docs[] = {
	"entry of the function of that name, found when the script is loaded", "the same", "its return",
	"the same, with n calls in flight at most", "entry of a function of a module", "the same", "its return",
	"the same, with n calls in flight at most", "an instruction of the kernel, by address (guru mode)", NULL,
};

struct kprobe {
	bool is_return;
	int64_t maxactive;
};

/* A symbol's name: what the kernel has in its symbol table, parts that the compiler made among it. */
static bool symbol_ok(const struct point_arg *a)
{
	size_t n = strspn(a->str, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
	struct diag *d;

	if (n && !a->str[n])
		return true;
	d = diag(DIAG_PROBE_ARGUMENT, a->range, "'%s' is not the name of a symbol", a->str);
	if (is_glob(a->str))
		diag_hint(d, "a kprobe knows no patterns: use kernel.function or module().function");
	else
		diag_hint(d, "one function, by the name that /proc/kallsyms has");
	return false;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct kprobe *k = arena_new(resolver_arena(r), struct kprobe);
	struct place_request q = { .data = k, .concurrent = true };

	if (!strcmp(m->name[1], "statement")) {
		if (!resolver_guru(r)) {
			diag_hint(diag(DIAG_NEEDS_GURU, m->range, "%s needs guru mode", m->text),
				  "an address that is not the start of an instruction brings the machine down; -g allows it");
			return false;
		}
		q.place.offset = (uint64_t)m->arg[1].num;
		q.place.pp = m->text;
		return resolver_add(r, &q);
	}
	for (unsigned i = 1; i < m->n; i++) {
		if (m->arg[i].kind == ARG_STRING && !symbol_ok(&m->arg[i]))
			return false;
		if (!strcmp(m->name[i], "function"))
			q.place.function = m->arg[i].str;
		else if (!strcmp(m->name[i], "module"))
			q.place.module = kernel_module_name(m->arg[i].str);
		else if (!strcmp(m->name[i], "return"))
			k->is_return = true;
		else if (!strcmp(m->name[i], "maxactive"))
			k->maxactive = m->arg[i].num;
	}
	if (!strcmp(m->name[m->n - 1], "maxactive") && (k->maxactive < 1 || k->maxactive > 65536)) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, m->arg[m->n - 1].range, "maxactive(%lld) is out of range", (long long)k->maxactive),
			  "it lies between 1 and 65536");
		return false;
	}
	q.place.pp = m->text;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	return ((const struct kprobe *)p->data)->is_return ? "sd_kind_return" : "sd_kind_function";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct kprobe *k = p->data;

	if (!k->is_return)
		return false;
	buf_printf(out, "static const struct sd_return %s = { .maxactive = %lldU };\n", name, (long long)k->maxactive);
	return true;
}

const struct provider provider_kprobe = {
	.name = "kprobe", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

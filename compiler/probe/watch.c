// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.data("symbol") and kernel.data(address): a handler run when the
 * memory there is written to, or read, by means of the processor's debug
 * registers. Where a symbol is, and how long, is asked when the script starts.
 */
#include "probe/provider.h"

#include <string.h>

#include "base/diag.h"

static const char *const forms[] = {
	"kernel.data(a).write", "kernel.data(a).rw", "kernel.data(a).length(n).write", "kernel.data(a).length(n).rw", NULL,
};

static const char *const docs[] = {
	"a variable of the kernel, by its name or address, is written to", "it is written to or read",
	"the n bytes there (1, 2, 4, 8) are written to", "they are written to or read", NULL,
};

struct watch {
	const char *symbol;
	int64_t address, length;
	bool rw;
};

enum { REGISTERS = 4 }; /* x86 */

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct watch *w = arena_new(resolver_arena(r), struct watch);
	struct place_request q = { .data = w, .concurrent = true };
	const struct point_arg *what = &m->arg[1], *length = &m->arg[2];
	unsigned before;

	w->rw = m->form % 2;
	if (what->kind == ARG_STRING) {
		if (!*what->str || strpbrk(what->str, " *?[]:.@+")) {
			diag_hint(diag(DIAG_PROBE_ARGUMENT, what->range, "\"%s\" is not the name of a variable", what->str),
				  "it is a plain name, as in /proc/kallsyms, or an address: kernel.data(0xffffffff81234567)");
			return false;
		}
		w->symbol = what->str;
	} else {
		w->address = what->num;
	}
	if (m->form >= 2) {
		w->length = length->num;
		if (w->length < 1 || w->length > 8) {
			diag_hint(diag(DIAG_PROBE_ARGUMENT, length->range, "length(%lld) is out of range", (long long)w->length),
				  "a debug register watches 1, 2, 4 or 8 bytes");
			return false;
		}
		while (w->length & (w->length - 1)) /* the next that there is */
			w->length++;
	}
	before = resolver_count(r, m->provider);
	if (!m->optional && before >= REGISTERS)
		diag_hint(diag(DIAG_DATA_REGISTERS, m->range, "this is address number %u to watch, and a processor has registers for %d",
			       before + 1, REGISTERS), "split the script, or make some of the points optional with '?'");
	q.place.pp = m->text;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_watch";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct watch *w = p->data;

	buf_printf(out, "static const struct sd_watch %s = { .symbol = ", name);
	if (w->symbol)
		buf_quote(out, w->symbol, strlen(w->symbol));
	else
		buf_puts(out, "0");
	buf_printf(out, ", .address = 0x%llxULL, .length = %lld, .rw = %d };\n", (unsigned long long)w->address, (long long)w->length, w->rw);
	return true;
}

const struct provider provider_watch = {
	.name = "watch", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 3 as a list of what the generated file holds. */
#include "emit/emit.h"

#include <stdlib.h>

#include "emit/cfn.h"
#include "probe/provider.h"

static bool runs(const struct plan_probe *p)
{
	return p->provider->kind(p) != NULL;
}

/* Those that never run last; lowest priority first; otherwise in the order of the script. */
static int by_priority(const void *a, const void *b)
{
	const struct plan_probe *p = *(struct plan_probe *const *)a, *q = *(struct plan_probe *const *)b;

	if (runs(p) != runs(q))
		return runs(q) - runs(p);
	if (p->priority != q->priority)
		return p->priority < q->priority ? -1 : 1;
	return p->index < q->index ? -1 : p->index > q->index;
}

static void number_probes(struct plan *plan)
{
	if (plan->probes.n)
		qsort(plan->probes.v, plan->probes.n, sizeof(plan->probes.v[0]), by_priority);
	vec_each(i, &plan->probes)
		plan->probes.v[i]->index = i;
}

/* In the script's own object, which is linked first: the kernel takes the first of a name, so these override. */
static void emit_modinfo(const struct emit_options *o, struct buf *out)
{
	for (unsigned i = 0; i < o->nmodinfo; i++) {
		buf_printf(out, "static const char modinfo_%u[] __attribute__((used, section(\".modinfo\"), aligned(1))) = ", i);
		buf_quote(out, o->modinfo[i], strlen(o->modinfo[i]));
		buf_puts(out, ";\n");
	}
}

void emit_c(struct plan *plan, const struct emit_options *o, struct buf *out)
{
	struct emit e = { .plan = plan, .o = o, .arena = plan->arena };

	number_probes(plan);
	vec_each(i, &plan->probes)
		e.pages |= plan->probes.v[i]->target.user;
	map_init(&e.handlers, plan->arena);
	map_init(&e.shapes, plan->arena);
	buf_init(&e.functions);
	buf_init(&e.prototypes);
	buf_init(&e.frame_bytes);
	vec_each(i, &plan->funcs)
		emit_function(&e, plan->funcs.v[i]);
	vec_each(i, &plan->probes)
		emit_probe(&e, plan->probes.v[i]);
	emit_handlers(&e);
	buf_printf(out, "/* Made by sonde. */\n#include \"abi.h\"\n#include \"kind.h\"\n\n#define SD_CAP %lld\n\n",
		   (long long)o->limits.maxstringlen - 1);
	emit_modinfo(o, out);
	emit_globals(&e, out);
	emit_sites(&e, out);
	emit_lines_symbols(&e);
	emit_symbols(&e, out);
	emit_lines(&e, out);
	emit_objects(&e, out);
	emit_regexes(&e, out);
	emit_embedded_parts(&e, out);
	buf_puts(out, e.prototypes.s);
	buf_putc(out, '\n');
	buf_puts(out, e.functions.s);
	emit_meta(&e, out);
	emit_tables(&e, out);
	buf_deinit(&e.functions);
	buf_deinit(&e.prototypes);
	buf_deinit(&e.frame_bytes);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Source lines of the kernel's code, and of the modules that the script probes
 * or -d names: which addresses it will ask about cannot be known, so tables of all
 * of it go into the module, where the script asks at all.
 */
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/vec.h"
#include "sema/sema.h"
#include "types/dwarf_table.h"
#include "types/kernel.h"

struct lines {
	struct sema *s;
	struct VEC(const char *) modules, closed; /* interned; closed: those without debugging information */
	struct func *through; /* of the library, that asks */
	struct range asked;
};

/* The call that asks, in the script itself if that is where it can be seen: functions of the library ask for others. */
static bool asks(struct node *n, void *data)
{
	const struct builtin *b = n->kind == N_CALL && !n->sym ? n->info : NULL;
	struct func *f = n->kind == N_CALL ? n->sym : NULL;
	struct lines *l = data;

	if (!(b && (b->flags & B_KERNEL_LINES)) && !(f && f->library && f == l->through))
		return true;
	l->s->plan->kernel_lines = true;
	if (!l->asked.hi)
		l->asked = n->range;
	return true;
}

static bool is_asked(struct lines *l)
{
	struct plan *plan = l->s->plan;

	vec_each(i, &plan->funcs) {
		struct node *body = plan->funcs.v[i]->decl->kid[FUNCTION_BODY];
		bool before = plan->kernel_lines;

		if (!body)
			continue;
		node_walk(body, asks, l);
		if (plan->kernel_lines && !before && plan->funcs.v[i]->library) {
			l->through = plan->funcs.v[i];
			l->asked = (struct range){ 0, 0 };
		}
	}
	vec_each(i, &plan->probes)
		node_walk(plan->probes.v[i]->body, asks, l);
	for (unsigned i = 0; !l->asked.hi && i < plan->funcs.n; i++)
		if (plan->funcs.v[i]->decl->kid[FUNCTION_BODY])
			node_walk(plan->funcs.v[i]->decl->kid[FUNCTION_BODY], asks, l);
	return plan->kernel_lines;
}

static void add_module(const char *module, void *data)
{
	struct lines *l = data;

	module = intern(module);
	vec_each(i, &l->modules)
		if (l->modules.v[i] == module)
			return;
	vec_push(l->s->arena, &l->modules, module);
}

static void find_modules(struct lines *l)
{
	struct sema *s = l->s;

	vec_each(i, &s->plan->probes) {
		const struct plan_probe *p = s->plan->probes.v[i];

		vec_each(k, &p->places)
			if (p->places.v[k].module)
				add_module(p->places.v[k].module, l);
	}
	vec_each(i, &s->modules)
		if (kernel_has_module(s->kernel, s->modules.v[i]))
			add_module(s->modules.v[i], l);
	if (s->all_modules)
		dwarf_each_module(s->kernel, add_module, l);
}

/* False: nobody knows its lines. */
static bool add_table(struct sema *s, const char *module)
{
	struct dwarf_file *file = dwarf_open_quiet(s->kernel, module);
	struct line_table t;
	struct plan_part *parts;

	if (!file || !dwarf_line_table(file, &t))
		return false;
	parts = arena_array(s->arena, struct plan_part, t.nparts);
	for (unsigned i = 0; i < t.nparts; i++) {
		const struct line_part *p = &t.parts[i];

		parts[i] = (struct plan_part){ intern(t.names + p->symbol), p->distance, p->size, p->first, p->count };
	}
	vec_push(s->arena, &s->plan->lines,
		 ((struct plan_lines){ module ? intern(file->module) : NULL, t.data, t.size, t.path, parts, t.nparts }));
	return true;
}

static void warn_missing(struct lines *l, bool kernel)
{
	struct kernel *k = l->s->kernel;
	struct buf names;
	struct diag *d;

	buf_init(&names);
	if (!kernel)
		buf_printf(&names, "kernel %s", k->release);
	for (unsigned i = 0; i < l->closed.n && i < 4; i++)
		buf_printf(&names, "%s%s", names.n ? ", " : i ? "" : "module ", l->closed.v[i]);
	if (l->closed.n > 4)
		buf_puts(&names, ", …");
	d = diag(DIAG_LINES_MISSING, l->asked,
		 "source lines of addresses in %s are not known, without debugging information: the address stands in their place", names.s);
	if (*k->root)
		diag_hint(d, "on Debian and its derivatives, tools/kernels fetch --debug %s unpacks it from %s", k->release, dwarf_package(k));
	else
		diag_hint(d, "on Debian and its derivatives, install %s", dwarf_package(k));
	buf_deinit(&names);
}

void lines_find(struct sema *s)
{
	struct lines l = { .s = s };
	bool kernel;

	if (s->user || !is_asked(&l) || s->checking)
		return;
	kernel = add_table(s, NULL);
	find_modules(&l);
	vec_each(i, &l.modules)
		if (!add_table(s, l.modules.v[i]))
			vec_push(s->arena, &l.closed, l.modules.v[i]);
	if (!kernel || l.closed.n)
		warn_missing(&l, kernel);
}

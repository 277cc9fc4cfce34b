// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which probes call, themselves or through functions, an intrinsic that looks
 * at all registers: saving them makes a hit dearer, so a probe asks for it.
 */
#include "sema/builtin.h"
#include "sema/sema.h"

struct search {
	bool found;
	unsigned n, cap;
	struct func **seen;
	struct arena *arena;
};

static bool visit(struct node *n, void *data);

static void follow(struct search *w, struct func *f)
{
	for (unsigned i = 0; i < w->n; i++)
		if (w->seen[i] == f)
			return;
	if (w->n == w->cap) {
		struct func **more = arena_array(w->arena, struct func *, w->cap ? w->cap * 2 : 16);

		for (unsigned i = 0; i < w->n; i++)
			more[i] = w->seen[i];
		w->cap = w->cap ? w->cap * 2 : 16;
		w->seen = more;
	}
	w->seen[w->n++] = f;
	if (f->decl->kid[FUNCTION_BODY])
		node_walk(f->decl->kid[FUNCTION_BODY], visit, w);
}

static bool visit(struct node *n, void *data)
{
	struct search *w = data;
	const struct builtin *b;

	if (n->kind == N_CALL && !n->sym) {
		b = n->info;
		w->found |= b && (b->flags & B_REGS);
	} else if (n->kind == N_CALL) {
		for (struct func *f = n->sym; f && !w->found; f = f->next) /* with the overloads it may hand on to */
			follow(w, f);
	}
	return !w->found;
}

void regs_mark(struct sema *s)
{
	vec_each(i, &s->plan->probes) {
		struct plan_probe *p = s->plan->probes.v[i];
		struct search w = { .arena = s->arena };

		node_walk(p->body, visit, &w);
		vec_each(j, &p->entries)
			if (p->entries.v[j].expr)
				node_walk(p->entries.v[j].expr, visit, &w);
		p->uses_regs |= w.found;
	}
}

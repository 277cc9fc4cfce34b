// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions do nothing but to give a value, or to raise an error: what
 * is not read need not be computed. All are taken to be pure until something
 * in them, or in what they call, says otherwise. Then handlers are pruned once
 * more, and functions that nobody calls any longer leave the plan.
 */
#include "sema/sema.h"

#include <string.h>

#include "sema/embedded.h"

static bool writes(const struct node *left)
{
	const struct symbol *v = left && left->kind == N_IDENT ? left->sym : NULL;

	return left && (!v || v->global);
}

static bool foreach_writes(const struct node *n)
{
	bool found = writes(n->kid[FOREACH_VALUE]);

	vec_each(i, &n->list)
		found |= writes(n->list.v[i]);
	return found;
}

static bool call_is_impure(const struct node *n)
{
	const struct builtin *b = n->info;

	if (n->sym)
		return !((const struct func *)n->sym)->pure;
	return !b || (!(b->flags & B_PURE) && strcmp(b->name, "error"));
}

static bool impure_visit(struct node *n, void *data)
{
	bool *impure = data;

	switch (n->kind) {
	case N_ASSIGN:
		*impure |= writes(n->kid[ASSIGN_L]) || n->op == OP_AGGREGATE;
		break;
	case N_INCDEC:
		*impure |= writes(n->kid[INCDEC_X]);
		break;
	case N_DELETE:
		*impure = true;
		break;
	case N_FOREACH:
		*impure |= foreach_writes(n);
		break;
	case N_TRY:
		*impure |= writes(n->kid[TRY_VAR]);
		break;
	case N_EMBEDDED:
		*impure |= !embedded_has_mark(n, "pure");
		break;
	case N_REGEX: /* matched() may ask for it */
		*impure |= n->op == OP_MATCH;
		break;
	case N_PRINT:
		*impure |= n->name[0] != 's';
		break;
	case N_CALL:
		*impure |= call_is_impure(n);
		break;
	default:
		break;
	}
	return !*impure;
}

static bool is_impure(const struct func *f)
{
	bool impure = f->next && !f->next->pure; /* who is handed on to */

	if (f->decl->kid[FUNCTION_BODY])
		node_walk(f->decl->kid[FUNCTION_BODY], impure_visit, &impure);
	return impure;
}

static void find_pure(struct plan *p)
{
	bool changed = true;

	vec_each(i, &p->funcs)
		p->funcs.v[i]->pure = true;
	while (changed) {
		changed = false;
		vec_each(i, &p->funcs)
			if (p->funcs.v[i]->pure && is_impure(p->funcs.v[i])) {
				p->funcs.v[i]->pure = false;
				changed = true;
			}
	}
}

/* ---- Functions that are still called --------------------------------------------- */

static bool use_visit(struct node *n, void *data);

static void use(struct func *f)
{
	for (; f && !f->used; f = f->next) {
		f->used = true;
		if (f->decl->kid[FUNCTION_BODY])
			node_walk(f->decl->kid[FUNCTION_BODY], use_visit, NULL);
	}
}

static bool use_visit(struct node *n, void *data)
{
	(void)data;
	if (n->kind == N_CALL && n->sym)
		use(n->sym);
	return true;
}

static void use_entry(const struct entry_value *e)
{
	if (e->expr)
		node_walk(e->expr, use_visit, NULL);
	for (unsigned i = 0; e->fetch && i < e->fetch->steps.n; i++)
		if (e->fetch->steps.v[i].node)
			node_walk(e->fetch->steps.v[i].node, use_visit, NULL);
}

static void drop_unused(struct plan *p)
{
	unsigned kept = 0;

	vec_each(i, &p->funcs)
		p->funcs.v[i]->used = false;
	vec_each(i, &p->probes) {
		const struct plan_probe *pr = p->probes.v[i];

		node_walk(pr->body, use_visit, NULL);
		vec_each(j, &pr->entries)
			use_entry(&pr->entries.v[j]);
	}
	vec_each(i, &p->funcs)
		if (p->funcs.v[i]->used)
			p->funcs.v[kept++] = p->funcs.v[i];
	p->funcs.n = kept;
	kept = 0;
	vec_each(i, &p->embedded) {
		struct embedded *e = p->embedded.v[i];

		if (!e->func || e->func->used) {
			e->index = kept;
			p->embedded.v[kept++] = e;
		}
	}
	p->embedded.n = kept;
}

void prune_plan(struct sema *s)
{
	unsigned n = s->plan->funcs.n;

	find_pure(s->plan);
	vec_each(i, &s->plan->probes) {
		constants_spread(s->plan->probes.v[i]);
		prune_unread(s, s->plan->probes.v[i]);
	}
	if (n)
		drop_unused(s->plan);
}

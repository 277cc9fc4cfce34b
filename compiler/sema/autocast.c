// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Autocast: a variable, function or parameter that only ever gets pointers to
 * one type lends that type to '->'. Types flow from target variables through
 * assignments, returns, arguments and branches until nothing new is learnt.
 */
#include "base/diag.h"
#include "sema/sema.h"

static bool from_fetch(const struct fetch *f, struct ctype *c)
{
	const struct type *t = f->type ? type_strip(f->type) : NULL;

	if (!t || f->string || (t->kind != TYPE_POINTER && !f->address))
		return false;
	c->type = f->type;
	c->address = f->address;
	c->user = f->user;
	return true;
}

const struct ctype *autocast_of(const struct node *n)
{
	static struct ctype of_fetch;
	const struct symbol *v;
	const struct func *f;
	const struct ctype *c;

	switch (n->kind) {
	case N_IDENT:
		v = n->sym;
		return v && v->ctype.type && !v->ctype.conflict ? &v->ctype : NULL;
	case N_CALL:
		f = n->sym;
		return f && f->ctype.type && !f->ctype.conflict ? &f->ctype : NULL;
	case N_ENTRY:
		return autocast_of(n->kid[ENTRY_X]);
	case N_INDEX:
		return autocast_of(n->kid[INDEX_BASE]);
	case N_ASSIGN:
		return n->flags & F_COMPOUND ? NULL : autocast_of(n->kid[ASSIGN_R]);
	case N_TERNARY:
		c = autocast_of(n->kid[TERNARY_THEN]);
		return c ? c : autocast_of(n->kid[TERNARY_ELSE]);
	case N_TARGET: case N_ATVAR: case N_CAST: case N_DEREF: case N_ADDRESS:
		of_fetch = (struct ctype){ 0 };
		return n->info && from_fetch(n->info, &of_fetch) ? &of_fetch : NULL;
	default:
		return NULL;
	}
}

static bool same(const struct ctype *a, const struct ctype *b)
{
	const struct type *s = type_strip(a->type), *t = type_strip(b->type);

	if (a->user != b->user)
		return false;
	if (s->kind == TYPE_POINTER && !a->address)
		s = type_strip(type_target(s));
	if (t->kind == TYPE_POINTER && !b->address)
		t = type_strip(type_target(t));
	return s->db == t->db && s->id == t->id;
}

/* A value flows into something. true when that was news. */
static bool learn(struct ctype *into, const struct node *value)
{
	const struct ctype *c = autocast_of(value);

	if (!c || into->conflict)
		return false;
	if (!into->type) {
		*into = *c;
		return true;
	}
	if (same(into, c))
		return false;
	into->conflict = true;
	return true;
}

struct flow {
	struct func *func; /* NULL in a probe */
	bool changed;
};

static bool flow_visit(struct node *n, void *data)
{
	struct flow *w = data;
	struct node *left;
	struct func *f;

	switch (n->kind) {
	case N_ASSIGN:
		left = n->kid[ASSIGN_L]->kind == N_INDEX ? n->kid[ASSIGN_L]->kid[INDEX_BASE] : n->kid[ASSIGN_L];
		if (n->op == OP_ASSIGN && !(n->flags & F_COMPOUND) && left->kind == N_IDENT && left->sym)
			w->changed |= learn(&((struct symbol *)left->sym)->ctype, n->kid[ASSIGN_R]);
		break;
	case N_RETURN:
		if (w->func && n->kid[RETURN_VALUE])
			w->changed |= learn(&w->func->ctype, n->kid[RETURN_VALUE]);
		break;
	case N_CALL:
		f = n->sym;
		for (unsigned i = 0; f && i < n->list.n && i < f->scope.locals.n; i++)
			w->changed |= learn(&f->scope.locals.v[i]->ctype, n->list.v[i]);
		break;
	default:
		break;
	}
	return true;
}

static bool flow(struct sema *s)
{
	struct flow w = { 0 };

	vec_each(i, &s->plan->funcs) {
		w.func = s->plan->funcs.v[i];
		node_walk(w.func->decl->kid[FUNCTION_BODY], flow_visit, &w);
	}
	w.func = NULL;
	vec_each(i, &s->plan->probes)
		node_walk(s->plan->probes.v[i]->body, flow_visit, &w);
	return w.changed;
}

/* Those whose base is known by now; what is left stays pending. true when one was resolved. */
static bool resolve_known(struct sema *s, bool *ok)
{
	unsigned kept = 0, before = s->pending.n;

	vec_each(i, &s->pending) {
		struct pending p = s->pending.v[i];

		if (autocast_of(target_base(p.n)))
			*ok &= (p.store ? target_resolve_store : target_resolve)(s, p.n, p.probe);
		else
			s->pending.v[kept++] = p;
	}
	s->pending.n = kept;
	return kept < before;
}

bool autocast_run(struct sema *s)
{
	bool ok = true;

	if (!s->pending.n)
		return true;
	while (flow(s) | resolve_known(s, &ok))
		;
	vec_each(i, &s->pending) /* reports that nothing is known */
		ok &= target_resolve(s, s->pending.v[i].n, s->pending.v[i].probe);
	return ok;
}

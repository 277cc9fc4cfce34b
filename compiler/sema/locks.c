// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which globals need a lock. A handler is atomic over the globals it uses;
 * most handlers get that without a lock:
 *
 *  - what no concurrent handler writes needs none;
 *  - single updates (n++, a[k] += x, a[k] <<< x) whose value nobody looks at
 *    commute, so atomic operations are as good as any order;
 *  - a handler whose only shared global is accessed once is atomic as it is;
 *  - a scalar statistic has a part for each processor: samples are added
 *    without a lock unless a concurrent handler deletes it, for which those
 *    who add count as readers.
 *
 * Everything else takes a lock for each such global, in order of the globals'
 * numbers, for the whole handler. Where handlers of every kind look at it that
 * is a reader-writer lock. Where the frequent ones only update it, and one that
 * comes seldom (a timer) does more, it is one that updates share without
 * touching common memory (sd_share of runtime/abi.h), at the cost of who wants
 * it alone.
 *
 * On the way: whether the order of an array's elements matters to anybody.
 */
#include "base/diag.h"
#include "probe/provider.h"
#include "sema/embedded.h"
#include "sema/sema.h"

struct use {
	unsigned reads, updates, writes; /* updates: single atomic statements whose value is unused */
};

struct scan {
	struct sema *s;
	struct use *use; /* by global index - 1 */
	unsigned loops;  /* above 0: everything happens many times */
	unsigned mark;
};

static void scan(struct scan *w, struct node *n);

static void count(struct scan *w, unsigned *what)
{
	*what += w->loops ? 2 : 1;
}

static void scan_children(struct scan *w, struct node *n)
{
	for (unsigned i = 0; i < node_nchildren(n); i++)
		if (*node_child(n, i))
			scan(w, *node_child(n, i));
}

static struct symbol *global_of(const struct node *n)
{
	struct symbol *v = lvalue_symbol(n);

	return v && v->global ? v : NULL;
}

static void scan_keys(struct scan *w, struct node *left)
{
	if (left->kind == N_INDEX)
		vec_each(i, &left->list)
			scan(w, left->list.v[i]);
}

static void scan_write(struct scan *w, struct node *name)
{
	struct symbol *v = global_of(name);

	if (v)
		count(w, &w->use[v->index - 1].writes);
}

/* Can updates of it be atomic operations that commute? Not where an old element has to make room, nor for a variance. */
static bool commutes(const struct symbol *v)
{
	if (v->shape == SHAPE_ARRAY && (v->decl->flags & F_WRAP))
		return false;
	return v->type == VT_LONG || (v->type == VT_STATS && (v->shape != SHAPE_ARRAY || !v->stat.var));
}

/* n++ or n += x as a statement, on a number or an element that is one. */
static bool scan_update(struct scan *w, struct node *n)
{
	struct symbol *v;

	if (n->kind == N_INCDEC)
		v = global_of(n->kid[INCDEC_X]);
	else if (n->kind == N_ASSIGN && (n->flags & F_COMPOUND) && (n->op == OP_ADD || n->op == OP_SUB))
		v = global_of(n->kid[ASSIGN_L]);
	else
		return false;
	if (!v || v->type != VT_LONG || !commutes(v))
		return false;
	scan_keys(w, n->kid[0]);
	if (n->kind == N_ASSIGN)
		scan(w, n->kid[ASSIGN_R]);
	count(w, &w->use[v->index - 1].updates);
	return true;
}

/* A slice, or all: elements are gone through. */
static bool is_partial(const struct node_list *keys)
{
	vec_each(i, keys)
		if (keys->v[i]->kind == N_STAR)
			return true;
	return !keys->n;
}

static void scan(struct scan *w, struct node *n)
{
	struct symbol *v;
	struct func *f;

	switch (n->kind) {
	case N_EXPRSTMT:
		if (scan_update(w, n->kid[EXPRSTMT_EXPR]))
			return;
		break;
	case N_WHILE:
	case N_FOR:
		w->loops++;
		scan_children(w, n);
		w->loops--;
		return;
	case N_FOREACH:
		v = global_of(n->kid[FOREACH_ARRAY]);
		if (v)
			v->ordered = true;
		w->loops++;
		scan_children(w, n);
		for (unsigned i = 0; i < n->list.n; i++)
			scan_write(w, n->list.v[i]);
		if (n->kid[FOREACH_VALUE])
			scan_write(w, n->kid[FOREACH_VALUE]);
		if (v && n->info) /* sorting uses memory of the array */
			count(w, &w->use[v->index - 1].writes);
		w->loops--;
		return;
	case N_ASSIGN:
		v = global_of(n->kid[ASSIGN_L]);
		scan_keys(w, n->kid[ASSIGN_L]);
		scan(w, n->kid[ASSIGN_R]);
		if (!v)
			return;
		if (v->type == VT_STATS && commutes(v)) {
			count(w, &w->use[v->index - 1].updates);
			return;
		}
		count(w, &w->use[v->index - 1].writes);
		if (n->flags & F_COMPOUND)
			count(w, &w->use[v->index - 1].reads);
		return;
	case N_INCDEC:
	case N_DELETE:
		v = global_of(n->kid[0]);
		scan_keys(w, n->kid[0]);
		if (v) {
			count(w, &w->use[v->index - 1].writes);
			count(w, &w->use[v->index - 1].reads);
			v->ordered |= n->kind == N_DELETE && is_partial(&n->kid[0]->list);
		}
		return;
	case N_IN:
		v = global_of(n->kid[IN_ARRAY]);
		if (v)
			v->ordered |= is_partial(&n->list);
		break;
	case N_TRY:
		if (n->kid[TRY_VAR] && (v = global_of(n->kid[TRY_VAR])))
			count(w, &w->use[v->index - 1].writes);
		scan(w, n->kid[TRY_BODY]);
		if (n->kid[TRY_CATCH])
			scan(w, n->kid[TRY_CATCH]);
		return;
	case N_EMBEDDED: /* as often as it likes */
		w->loops++;
		vec_each(i, &((struct embedded *)n->info)->reads)
			count(w, &w->use[((struct embedded *)n->info)->reads.v[i]->index - 1].reads);
		vec_each(i, &((struct embedded *)n->info)->writes)
			count(w, &w->use[((struct embedded *)n->info)->writes.v[i]->index - 1].writes);
		w->loops--;
		return;
	case N_IDENT:
		v = global_of(n);
		if (v)
			count(w, &w->use[v->index - 1].reads);
		return;
	case N_CALL:
		scan_children(w, n);
		f = n->sym;
		for (; f && f->mark != w->mark; f = f->next) { /* with the overloads it may hand on to */
			f->mark = w->mark;
			w->loops++; /* a function may be called again elsewhere: counts as many */
			scan(w, f->decl->kid[FUNCTION_BODY]);
			w->loops--;
		}
		return;
	case N_TARGET: case N_ATVAR: case N_CAST: case N_DEREF: case N_ADDRESS:
		break;
	default:
		break;
	}
	scan_children(w, n);
}

static bool used(const struct use *u)
{
	return u->reads || u->updates || u->writes;
}

static bool single(const struct use *u)
{
	return u->reads + u->updates + u->writes == 1;
}

static bool own_parts(const struct symbol *v)
{
	return v->type == VT_STATS && v->shape != SHAPE_ARRAY;
}

/* May another processor see it change? Samples of a scalar statistic do not count: who looks takes each part as it is. */
static bool changes(const struct symbol *v, const struct use *u)
{
	return u->writes || (u->updates && !own_parts(v));
}

static bool only_updates(const struct use *u)
{
	return u->updates && !u->reads && !u->writes;
}

/* Handlers that only update it share a lock; the others, the first of which this gives, come seldom. NULL: it is not like that. */
static const struct plan_probe *group(const struct plan *p, const struct symbol *v, const struct use *uses)
{
	const struct plan_probe *other = NULL;
	bool updated = false;

	vec_each(i, &p->probes) {
		const struct plan_probe *pr = p->probes.v[i];
		const struct use *u = &uses[i * p->globals.n + v->index - 1];

		if (!pr->concurrent || !used(u))
			continue;
		if (only_updates(u))
			updated = true;
		else if (!pr->provider->seldom)
			return NULL;
		else if (!other)
			other = pr;
	}
	return updated && commutes(v) ? other : NULL;
}

void locks_assign(struct sema *s)
{
	struct plan *p = s->plan;
	unsigned ng = p->globals.n, ngroups = 0;
	struct use *uses = arena_array(s->arena, struct use, (ng ? ng : 1) * (p->probes.n + 1));
	static unsigned marks = 100;

	vec_each(i, &p->probes) {
		struct plan_probe *pr = p->probes.v[i];
		struct scan w = { .s = s, .use = uses + i * ng, .mark = ++marks };

		scan(&w, pr->body);
		for (unsigned g = 0; g < ng; g++) {
			const struct use *u = &w.use[g];
			unsigned flags = (u->reads ? USE_READ : 0) | (changes(p->globals.v[g], u) ? USE_WRITE : 0) |
					 (single(u) ? 0 : USE_MANY) | (only_updates(u) ? USE_UPDATES : 0);

			if (!used(u))
				continue;
			vec_push(s->arena, &pr->globals, p->globals.v[g]);
			vec_push(s->arena, &pr->global_use, flags);
		}
	}
	for (unsigned g = 0; g < ng; g++) {
		struct symbol *v = p->globals.v[g];
		const struct plan_probe *other = group(p, v, uses);
		bool written = false, updates = true, alone = true;

		vec_each(i, &p->probes) {
			const struct plan_probe *pr = p->probes.v[i];
			const struct use *u = &uses[i * ng + g];

			if (!pr->concurrent || !used(u))
				continue;
			written |= changes(v, u);
			updates &= only_updates(u);
			alone &= single(u) && pr->globals.n == 1 && v->type == VT_LONG && v->shape != SHAPE_ARRAY;
		}
		if (!written) {
			v->lock = SHARE_NONE;
			v->lock_why = own_parts(v) ? "each processor adds to a part of its own"
				: "no handler that runs beside others writes it";
		} else if (updates) {
			v->lock = SHARE_ATOMIC;
			v->lock_why = v->shape == SHAPE_ARRAY ? "every concurrent use updates an element by atomic operations, and only a new element takes a lock"
				: "every concurrent use is an update by one atomic operation";
		} else if (alone) {
			v->lock = SHARE_ATOMIC;
			v->lock_why = "each concurrent handler accesses it once and no other global";
		} else if (other && ngroups < GROUPS_MAX) {
			v->lock = SHARE_GROUP;
			v->group = ngroups++;
			v->lock_why = arena_printf(s->arena, "updates are atomic operations that go on side by side, and %s, which does more, keeps them out",
						   other->name);
		} else {
			v->lock = SHARE_LOCK;
			v->lock_why = v->shape == SHAPE_ARRAY ? "elements of an array are written by concurrent handlers"
				: v->type == VT_STRING ? "a string is written by concurrent handlers"
							   : "a handler accesses it more than once, or together with other globals";
		}
	}
}

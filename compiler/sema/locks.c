// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which globals need a lock. A handler is atomic over the globals it uses;
 * most handlers get that without a lock:
 *
 *  - what no concurrent handler writes needs none;
 *  - single updates (n++, n += x) whose value nobody looks at commute, so one
 *    atomic operation each is as good as any order;
 *  - a handler whose only shared global is accessed once is atomic as it is;
 *  - a scalar statistic has a part for each processor: samples are added
 *    without a lock unless a concurrent handler deletes it, for which those
 *    who add count as readers.
 *
 * Everything else takes a reader-writer lock for each such global, in order
 * of the globals' numbers, for the whole handler.
 */
#include "base/diag.h"
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

/* n++ or n += x as a statement, on a number. */
static bool scan_update(struct scan *w, struct node *n)
{
	struct symbol *v;

	if (n->kind == N_INCDEC)
		v = global_of(n->kid[INCDEC_X]);
	else if (n->kind == N_ASSIGN && (n->flags & F_COMPOUND) && (n->op == OP_ADD || n->op == OP_SUB))
		v = global_of(n->kid[ASSIGN_L]);
	else
		return false;
	if (!v || v->type != VT_LONG || v->shape == SHAPE_ARRAY)
		return false;
	count(w, &w->use[v->index - 1].updates);
	if (n->kind == N_ASSIGN)
		scan(w, n->kid[ASSIGN_R]);
	return true;
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
		if (v->type == VT_STATS && v->shape != SHAPE_ARRAY) { /* to this processor's part */
			count(w, &w->use[v->index - 1].reads);
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
		}
		return;
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

static bool single(const struct use *u)
{
	return u->reads + u->updates + u->writes == 1;
}

void locks_assign(struct sema *s)
{
	struct plan *p = s->plan;
	unsigned ng = p->globals.n;
	struct use *uses = arena_array(s->arena, struct use, (ng ? ng : 1) * (p->probes.n + 1));
	static unsigned marks = 100;

	vec_each(i, &p->probes) {
		struct plan_probe *pr = p->probes.v[i];
		struct scan w = { .s = s, .use = uses + i * ng, .mark = ++marks };

		scan(&w, pr->body);
		for (unsigned g = 0; g < ng; g++) {
			const struct use *u = &w.use[g];
			unsigned flags = (u->reads ? USE_READ : 0) | (u->updates || u->writes ? USE_WRITE : 0) |
					 (single(u) ? 0 : USE_MANY);

			if (!u->reads && !u->updates && !u->writes)
				continue;
			vec_push(s->arena, &pr->globals, p->globals.v[g]);
			vec_push(s->arena, &pr->global_use, flags);
		}
	}
	for (unsigned g = 0; g < ng; g++) {
		struct symbol *v = p->globals.v[g];
		bool written = false, only_updates = true, alone = true;

		vec_each(i, &p->probes) {
			const struct plan_probe *pr = p->probes.v[i];
			const struct use *u = &uses[i * ng + g];

			if (!pr->concurrent || (!u->reads && !u->updates && !u->writes))
				continue;
			written |= u->updates || u->writes;
			only_updates &= !u->reads && !u->writes;
			alone &= single(u) && pr->globals.n == 1 && v->type == VT_LONG && v->shape != SHAPE_ARRAY;
		}
		if (!written) {
			v->lock = SHARE_NONE;
			v->lock_why = v->type == VT_STATS && v->shape != SHAPE_ARRAY ? "each processor adds to a part of its own"
				: "no handler that runs beside others writes it";
		} else if (only_updates) {
			v->lock = SHARE_ATOMIC;
			v->lock_why = "every concurrent use is an update by one atomic operation";
		} else if (alone) {
			v->lock = SHARE_ATOMIC;
			v->lock_why = "each concurrent handler accesses it once and no other global";
		} else {
			v->lock = SHARE_LOCK;
			v->lock_why = v->shape == SHAPE_ARRAY ? "elements of an array are written by concurrent handlers"
				: v->type == VT_STRING ? "a string is written by concurrent handlers"
							   : "a handler accesses it more than once, or together with other globals";
		}
	}
}

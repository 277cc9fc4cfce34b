// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names: identifiers become locals or globals, calls find their functions,
 * target expressions their fetch programs. What later passes cannot translate
 * yet is refused here, by name.
 */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "sema/embedded.h"
#include "sema/library.h"
#include "sema/sema.h"

struct names {
	struct sema *s;
	struct scope *scope;
	unsigned loops;
	bool ok;
};

static void walk(struct names *w, struct node *n);

static struct symbol *new_local(struct names *w, struct node *n)
{
	struct symbol *v = arena_new(w->s->arena, struct symbol);

	v->name = n->name;
	v->cname = intern_printf("l_%s", n->name);
	v->decl = n;
	vec_push(w->s->arena, &w->scope->locals, v);
	map_put(&w->scope->by_name, n->name, v);
	return v;
}

/* A global is used: it gets its number in the plan. */
static struct symbol *use_global(struct sema *s, struct symbol *g)
{
	if (g->index)
		return g;
	vec_push(s->arena, &s->plan->globals, g);
	g->index = s->plan->globals.n; /* from 1: 0 is "not yet" */
	return g;
}

struct symbol *resolve_global(struct sema *s, const char *name, uint32_t from)
{
	struct symbol *v = map_get(&s->globals, name);

	if (v && (v->decl->flags & F_PRIVATE) && source_of(v->decl->range.lo) != source_of(from))
		v = NULL;
	return v ? use_global(s, v) : NULL;
}

static struct symbol *lookup(struct names *w, struct node *n)
{
	struct symbol *v = map_get(&w->scope->by_name, n->name);

	if (!v)
		v = resolve_global(w->s, n->name, n->range.lo);
	return v ? v : new_local(w, n);
}

static bool refuse(struct names *w, const struct node *n, const char *what, const char *hint)
{
	struct diag *d = diag(DIAG_NOT_YET, n->at.hi ? n->at : n->range, "%s not supported yet", what);

	if (hint)
		diag_hint(d, "%s", hint);
	w->ok = false;
	return false;
}

/* ---- Calls ------------------------------------------------------------------- */

static void offer_builtin(const struct builtin *b, void *data)
{
	suggest_offer(data, b->name);
}

static void unknown_function(struct names *w, struct node *n)
{
	struct diag *d = diag(DIAG_UNKNOWN_FUNCTION, n->at, "unknown function '%s'", n->name);
	struct suggest sg;

	w->ok = false;
	suggest_init(&sg, n->name);
	map_each(i, &w->s->functions)
		suggest_offer(&sg, w->s->functions.entries[i].key);
	builtin_each(offer_builtin, &sg);
	library_each_function(w->s->library, suggest_offer, &sg);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
}

static void note_call(struct names *w, struct func *f)
{
	if (!f->used) {
		f->used = true;
		f->cname = intern_printf("f_%s_%u", f->name, f->nparams);
		vec_push(w->s->arena, &w->s->plan->funcs, f);
		vec_push(w->s->arena, &w->s->queue, f);
	}
	if (w->scope->func)
		vec_push(w->s->arena, &w->scope->func->calls, f);
}

static void wrong_count(struct names *w, struct node *n, unsigned want, struct range decl)
{
	struct diag *d = diag(DIAG_ARGUMENT_COUNT, n->at, "'%s' takes %u argument%s, not %u", n->name, want,
			      want == 1 ? "" : "s", n->list.n);

	w->ok = false;
	if (decl.hi)
		diag_note(d, decl, "it is defined here");
}

static void call(struct names *w, struct node *n)
{
	struct func_set *set = map_get(&w->s->functions, n->name);
	const struct builtin *b;

	if (set) {
		vec_each(i, set) {
			struct func *f = set->v[i];

			if (f->nparams != n->list.n)
				continue;
			if ((f->decl->flags & F_PRIVATE) && source_of(f->decl->range.lo) != source_of(n->range.lo))
				continue;
			n->sym = f;
			w->ok &= embedded_may_call(w->s, n, f);
			note_call(w, f);
			return;
		}
		wrong_count(w, n, set->v[0]->nparams, set->v[0]->decl->at);
		return;
	}
	b = builtin_find(n->name);
	if (!b) {
		unknown_function(w, n);
		return;
	}
	if (strlen(b->params) != n->list.n) {
		wrong_count(w, n, (unsigned)strlen(b->params), (struct range){ 0, 0 });
		return;
	}
	n->info = (void *)b;
	w->s->plan->uses_match |= (b->flags & B_MATCH) != 0;
}

/* ---- The walk -------------------------------------------------------------------- */

static void children(struct names *w, struct node *n)
{
	for (unsigned i = 0; i < node_nchildren(n); i++)
		if (*node_child(n, i))
			walk(w, *node_child(n, i));
}

static void assign(struct names *w, struct node *n, struct node *left, bool reads)
{
	struct symbol *v;

	if (target_is(left)) {
		refuse(w, left, "writing to target variables is", NULL);
		return;
	}
	if (left->kind != N_IDENT) {
		if (left->kind == N_INDEX) {
			walk(w, left);
			return;
		}
		diag_hint(diag(DIAG_NOT_LVALUE, left->range, "'%s' needs a variable on its left", op_text(n->op)),
			  "a comparison is written '=='");
		w->ok = false;
		return;
	}
	v = lookup(w, left);
	left->sym = v;
	v->written = true;
	v->read |= reads;
}

/* The expressions inside a target expression (indexes, what is cast) are ordinary ones; the whole is a program. */
static void target(struct names *w, struct node *n)
{
	struct node *inner = n->kind == N_ADDRESS ? n->kid[ADDRESS_OF] : n;
	struct node *base = inner->kind == N_DEREF ? inner->kid[DEREF_BASE] : inner;

	if (base->kind == N_CAST)
		walk(w, base->kid[CAST_X]);
	if (inner->kind == N_DEREF)
		vec_each(i, &inner->list)
			if (inner->list.v[i]->kind == N_ELEMENT)
				walk(w, inner->list.v[i]->kid[ELEMENT_INDEX]);
	if (!target_resolve(w->s, n, w->scope->probe))
		w->ok = false;
}

static void foreign(struct names *w, const struct node *n)
{
	char what[96];

	snprintf(what, sizeof(what), "@%s is", n->name ? n->name : node_kind_text(n->kind));
	refuse(w, n, what, NULL);
}

static void walk(struct names *w, struct node *n)
{
	switch (n->kind) {
	case N_IDENT:
		n->sym = lookup(w, n);
		((struct symbol *)n->sym)->read = true;
		return;
	case N_ASSIGN:
		if (n->op == OP_AGGREGATE) {
			refuse(w, n, "statistics are", NULL);
			return;
		}
		walk(w, n->kid[ASSIGN_R]);
		assign(w, n, n->kid[ASSIGN_L], n->flags & F_COMPOUND);
		return;
	case N_INCDEC:
		assign(w, n, n->kid[INCDEC_X], true);
		return;
	case N_CALL:
		children(w, n);
		call(w, n);
		return;
	case N_TARGET:
	case N_ATVAR:
	case N_CAST:
	case N_DEREF:
	case N_ADDRESS:
		target(w, n);
		return;
	case N_WHILE:
	case N_FOR:
		w->loops++;
		children(w, n);
		w->loops--;
		return;
	case N_BREAK:
	case N_CONTINUE:
		if (!w->loops) {
			diag(DIAG_CONTROL_FLOW, n->range, "'%s' outside a loop", node_kind_text(n->kind));
			w->ok = false;
		}
		return;
	case N_NEXT:
		if (w->scope->func)
			refuse(w, n, "'next' in a function is", NULL);
		return;
	case N_RETURN:
		if (!w->scope->func) {
			diag_hint(diag(DIAG_CONTROL_FLOW, n->range, "'return' outside a function"),
				  "'next' ends a probe handler");
			w->ok = false;
		}
		children(w, n);
		return;
	case N_TRY:
		walk(w, n->kid[TRY_BODY]);
		if (n->kid[TRY_VAR]) {
			n->kid[TRY_VAR]->sym = lookup(w, n->kid[TRY_VAR]);
			((struct symbol *)n->kid[TRY_VAR]->sym)->written = true;
		}
		if (n->kid[TRY_CATCH])
			walk(w, n->kid[TRY_CATCH]);
		return;
	case N_INDEX:
	case N_IN:
	case N_FOREACH:
		refuse(w, n, "arrays are", NULL);
		return;
	case N_DELETE:
		if (n->kid[DELETE_WHAT]->kind == N_IDENT)
			assign(w, n, n->kid[DELETE_WHAT], false);
		else
			refuse(w, n, "arrays are", NULL);
		return;
	case N_STAT:
	case N_HIST:
		refuse(w, n, "statistics are", NULL);
		return;
	case N_REGEX:
		walk(w, n->kid[REGEX_X]); /* the pattern: regex.c */
		return;
	case N_EMBEDDED:
		w->ok &= embedded_resolve(w->s, n, w->scope->func && w->scope->func->decl->kid[FUNCTION_BODY] == n ? w->scope->func : NULL);
		return;
	case N_ENTRY:
	case N_ATCALL:
	case N_DEFINED:
		foreign(w, n);
		return;
	default:
		children(w, n);
		return;
	}
}

static bool check_globals(struct names *w)
{
	vec_each(i, &w->s->plan->globals) {
		struct symbol *g = w->s->plan->globals.v[i];

		if (g->decl->num || (g->decl->flags & (F_ARRAY_HINT | F_WRAP)))
			refuse(w, g->decl, "arrays are", NULL);
	}
	return w->ok;
}

bool resolve_probe(struct sema *s, struct plan_probe *p)
{
	struct names w = { .s = s, .scope = &p->scope, .ok = true };

	if (!target_fold(s, &p->body, p))
		return false;
	walk(&w, p->body);
	if (w.ok)
		prune_unread(s, p);
	return w.ok;
}

static bool resolve_function(struct sema *s, struct func *f)
{
	struct names w = { .s = s, .scope = &f->scope, .ok = true };

	vec_each(i, &f->decl->list) {
		struct node *param = f->decl->list.v[i];
		struct symbol *v = new_local(&w, param);

		v->param = true;
		v->written = true;
		v->type = param->vtype;
		v->typed_by = v->type != VT_UNKNOWN ? param : NULL;
	}
	if (f->decl->kid[FUNCTION_BODY])
		walk(&w, f->decl->kid[FUNCTION_BODY]);
	return w.ok;
}

/* Depth-first over calls: a function that is reached from itself is recursive. */
static void find_recursion(struct func *f)
{
	f->mark = 1;
	vec_each(i, &f->calls) {
		struct func *g = f->calls.v[i];

		if (g->mark == 1)
			g->recursive = true;
		else if (!g->mark)
			find_recursion(g);
	}
	f->mark = 2;
}

bool resolve_functions(struct sema *s)
{
	struct names w = { .s = s, .ok = true };
	bool ok = true;

	for (unsigned i = 0; i < s->queue.n; i++) /* the queue grows while it is walked */
		ok &= resolve_function(s, s->queue.v[i]);
	vec_each(i, &s->plan->funcs)
		if (!s->plan->funcs.v[i]->mark)
			find_recursion(s->plan->funcs.v[i]);
	return ok & check_globals(&w);
}

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
#include "sema/resolve.h"

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
	struct symbol *v = map_get(&s->globals, private_key(name, from));

	/* What is displayed is the user's own, private or not. */
	vec_each(i, &s->plan->globals)
		if (!v && s->displaying && !s->plan->globals.v[i]->library && s->plan->globals.v[i]->name == name)
			v = s->plan->globals.v[i];
	if (!v)
		v = map_get(&s->globals, name);
	return v ? use_global(s, v) : NULL;
}

/* A script's globals do not get hold of the locals of the library's functions. Of globals that the library declares, the script's takes the place. */
static bool is_hidden(const struct names *w, const struct node *n)
{
	const struct symbol *g = map_get(&w->s->globals, n->name);
	const struct source *from = w->scope->func ? source_of(w->scope->func->decl->range.lo) : NULL;

	return from && from->library && g && !g->library && !g->replaces && !map_get(&w->s->globals, private_key(n->name, n->range.lo));
}

static struct symbol *lookup(struct names *w, struct node *n)
{
	struct symbol *v = map_get(&w->scope->by_name, n->name);

	if (!v && !is_hidden(w, n))
		v = resolve_global(w->s, n->name, n->range.lo);
	return v ? v : new_local(w, n);
}

bool names_refuse(struct names *w, const struct node *n, const char *what, const char *hint)
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
	static const char *const prints[] = {
		"print", "println", "printd", "printdln", "printf", "sprint", "sprintln", "sprintd", "sprintdln", "sprintf",
	};
	struct diag *d = diag(DIAG_UNKNOWN_FUNCTION, n->at, "unknown function '%s'", n->name);
	const struct func_set *hidden = map_get(&w->s->functions, n->name);
	struct suggest sg;

	w->ok = false;
	if (hidden) {
		diag_note(d, hidden->v[0]->decl->at, "there is one, but it is private to its file");
		return;
	}
	suggest_init(&sg, n->name);
	for (unsigned i = 0; i < ARRAY_SIZE(prints); i++)
		suggest_offer(&sg, prints[i]);
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
		f->cname = intern_printf("f_%s_%u_%u", f->name, f->nparams, w->s->plan->funcs.n);
		vec_push(w->s->arena, &w->s->plan->funcs, f);
		vec_push(w->s->arena, &w->s->queue, f);
	}
	if (w->scope->func)
		vec_push(w->s->arena, &w->scope->func->calls, f);
}

/* want: "1", "1 or 2" */
static struct diag *wrong_count(struct names *w, struct node *n, const char *want)
{
	w->ok = false;
	return diag(DIAG_ARGUMENT_COUNT, n->at, "'%s' takes %s argument%s, not %u", n->name, want, strcmp(want, "1") ? "s" : "",
		    n->list.n);
}

static void wrong_count_set(struct names *w, struct node *n, const struct func_set *set, const struct builtin *builtin)
{
	struct diag *d;
	struct buf b;

	buf_init(&b);
	if (builtin)
		buf_printf(&b, "%zu", strlen(builtin->params));
	vec_each(i, set)
		buf_printf(&b, "%s%u", b.n ? " or " : "", set->v[i]->nparams);
	d = wrong_count(w, n, b.s);
	vec_each(i, set)
		diag_note(d, set->v[i]->decl->at, "it is defined here");
	buf_deinit(&b);
}

static void wrong_count_builtin(struct names *w, struct node *n, const struct builtin *b)
{
	struct diag *d = wrong_count(w, n, arena_printf(w->s->arena, "%zu", strlen(b->params)));
	struct buf text;

	buf_init(&text);
	for (unsigned i = 0; b->params[i]; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", vtype_text(builtin_type(b->params[i])));
	diag_hint(d, "it is %s(%s)", b->name, text.s);
	buf_deinit(&text);
}

/* 'next' in a function: the next overload with as many parameters takes the call. */
static void hand_on(struct names *w, struct func *f)
{
	const struct func_set *set = map_get(&w->s->functions, f->name);
	bool behind = false;

	f->hands_on = true;
	vec_each(i, set) {
		if (behind && !f->next && set->v[i]->nparams == f->nparams)
			f->next = set->v[i];
		behind |= set->v[i] == f;
	}
	if (f->next)
		note_call(w, f->next);
}

static void embedded(struct names *w, struct node *n)
{
	struct func *f = w->scope->func && w->scope->func->decl->kid[FUNCTION_BODY] == n ? w->scope->func : NULL;

	w->ok &= embedded_resolve(w->s, n, f);
	if (f && embedded_hands_on(n))
		hand_on(w, f);
}

static void call(struct names *w, struct node *n)
{
	struct func_set *set = map_get(&w->s->functions, n->name);
	const struct builtin *b;

	if (set) {
		struct source *here = source_of(n->range.lo);
		bool visible = false, own = false;

		vec_each(i, set)
			own |= (set->v[i]->decl->flags & F_PRIVATE) && source_of(set->v[i]->decl->range.lo) == here &&
			       set->v[i]->nparams == n->list.n;
		vec_each(i, set) {
			struct func *f = set->v[i];
			bool is_private = f->decl->flags & F_PRIVATE;

			if ((is_private && source_of(f->decl->range.lo) != here) || (own && !is_private))
				continue;
			visible = true;
			if (f->nparams != n->list.n)
				continue;
			n->sym = f;
			w->ok &= embedded_may_call(w->s, n, f);
			note_call(w, f);
			return;
		}
		b = builtin_find(n->name);
		if (!b || strlen(b->params) != n->list.n) {
			if (visible)
				wrong_count_set(w, n, set, b);
			else
				unknown_function(w, n);
			return;
		}
	}
	b = builtin_find(n->name);
	if (!b) {
		unknown_function(w, n);
		return;
	}
	if (strlen(b->params) != n->list.n) {
		wrong_count_builtin(w, n, b);
		return;
	}
	n->info = (void *)b;
	w->ok &= builtin_may_call(w->s, n, b);
	w->s->plan->uses_match |= (b->flags & B_MATCH) != 0;
}

/* ---- The walk -------------------------------------------------------------------- */

static void children(struct names *w, struct node *n)
{
	for (unsigned i = 0; i < node_nchildren(n); i++)
		if (*node_child(n, i))
			names_walk(w, *node_child(n, i));
}

/* A name that is used with keys: it has to be a declared array. */
static void array(struct names *w, struct node *name, unsigned nkeys, bool writes)
{
	struct symbol *v = lookup(w, name);

	name->sym = v;
	v->written |= writes;
	v->read |= !writes;
	w->ok &= array_use(w->s, v, name, nkeys);
}

static void element(struct names *w, struct node *n, bool writes)
{
	vec_each(i, &n->list)
		names_walk(w, n->list.v[i]);
	if (n->kid[INDEX_BASE]->kind == N_IDENT)
		array(w, n->kid[INDEX_BASE], n->list.n, writes);
	else
		names_walk(w, n->kid[INDEX_BASE]);
}

/* What @count and the like are asked of, and what a histogram is of. */
static void statistic(struct names *w, struct node *n)
{
	struct node *x = n->kid[STAT_X];

	if (x->kind == N_INDEX && x->kid[INDEX_BASE]->kind == N_IDENT) {
		element(w, x, false);
	} else if (x->kind == N_IDENT) {
		x->sym = lookup(w, x);
		((struct symbol *)x->sym)->read = true;
		if (!((struct symbol *)x->sym)->value_of)
			w->ok &= array_use(w->s, x->sym, x, 0);
	} else {
		diag_hint(diag(DIAG_STATISTIC, x->range, "'@%s' is asked of something that is no statistic", n->name),
			  "it takes the name of a global, or an element of an array, that '<<<' adds to");
		w->ok = false;
		return;
	}
	vec_each(i, &n->list)
		names_walk(w, n->list.v[i]);
	w->ok &= stat_use(n, stat_symbol(x));
}

/* Loops at one place of the script share a number: they are in different handlers, and no two of these go through the array at a time. */
static unsigned order_number(struct sema *s, struct symbol *v, uint32_t at)
{
	vec_each(i, &v->order_at)
		if (v->order_at.v[i] == at)
			return i;
	vec_push(s->arena, &v->order_at, at);
	return v->norders++;
}

static void foreach(struct names *w, struct node *n)
{
	struct node *over = n->kid[FOREACH_ARRAY];
	struct symbol *v = NULL;

	if (over->kind == N_HIST) {
		statistic(w, over);
		if (n->list.n != 1) {
			diag(DIAG_ARRAY_USE, n->list.v[1]->range, "the buckets of a histogram have one number each, not %u", n->list.n);
			w->ok = false;
		}
		if (n->op != OP_NONE)
			names_refuse(w, n, "sorting the buckets of a histogram is", NULL);
	} else {
		array(w, over, n->list.n, false);
		v = over->sym;
		if (n->list2.n && n->list2.n != n->list.n)
			w->ok &= array_use(w->s, v, over, n->list2.n);
		if (n->op != OP_NONE && !n->info) {
			struct loop_order *o = arena_new(w->s->arena, struct loop_order);

			o->number = order_number(w->s, v, n->range.lo);
			n->info = o;
		}
		if (n->name && strcmp(n->name, "count"))
			w->ok &= stat_use(n, v);
	}
	for (unsigned i = 0; i < n->list.n + 1; i++) {
		struct node *name = i < n->list.n ? n->list.v[i] : n->kid[FOREACH_VALUE];
		struct symbol *k;

		if (!name)
			continue;
		name->sym = k = lookup(w, name);
		k->written = true;
		if (i == n->list.n && !k->global)
			k->value_of = v;
		w->ok &= array_use(w->s, k, name, 0);
	}
	vec_each(i, &n->list2)
		names_walk(w, n->list2.v[i]);
	if (n->kid[FOREACH_LIMIT])
		names_walk(w, n->kid[FOREACH_LIMIT]);
	w->loops++;
	names_walk(w, n->kid[FOREACH_BODY]);
	w->loops--;
}

static void assign(struct names *w, struct node *n, struct node *left, bool reads)
{
	struct symbol *v;

	if (target_is(left)) {
		names_write(w, n, left);
		return;
	}
	if (left->kind != N_IDENT) {
		if (left->kind == N_INDEX && left->kid[INDEX_BASE]->kind == N_IDENT) {
			element(w, left, true);
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
	if (n->kind != N_DELETE)
		w->ok &= array_use(w->s, v, left, 0);
}

/* Whether the expression is there for what it does, and may have no value: "ready && exit()". */
static bool is_action(const struct node *n)
{
	switch (n->kind) {
	case N_CALL: case N_PRINT:
		return true;
	case N_ASSIGN:
		return n->op == OP_AGGREGATE;
	case N_BINARY:
		return (n->op == OP_ANDAND || n->op == OP_OROR) && is_action(n->kid[BINARY_R]);
	case N_TERNARY:
		return is_action(n->kid[TERNARY_THEN]) || is_action(n->kid[TERNARY_ELSE]);
	default:
		return false;
	}
}

static struct node *as_statement(struct names *w, struct node *x)
{
	struct node *n = node_new(w->s->arena, N_EXPRSTMT, x->range);

	n->kid[EXPRSTMT_EXPR] = x;
	return n;
}

/* "a && f()", "a || f()" and "a ? f() : g()" as statements are "if": then f() needs no value. */
static void condition_of(struct names *w, struct node *n)
{
	struct node *x = n->kid[EXPRSTMT_EXPR], *not;

	if ((x->kind != N_BINARY && x->kind != N_TERNARY) || !is_action(x))
		return;
	n->kind = N_IF;
	n->kid[IF_COND] = x->kid[0];
	n->kid[IF_THEN] = as_statement(w, x->kid[1]);
	n->kid[IF_ELSE] = x->kind == N_TERNARY ? as_statement(w, x->kid[TERNARY_ELSE]) : NULL;
	if (x->kind == N_BINARY && x->op == OP_OROR) {
		not = node_new(w->s->arena, N_UNARY, x->kid[0]->range);
		not->op = OP_NOT;
		not->kid[UNARY_X] = x->kid[0];
		n->kid[IF_COND] = not;
	}
}

void names_walk(struct names *w, struct node *n)
{
	switch (n->kind) {
	case N_EXPRSTMT:
		condition_of(w, n);
		children(w, n);
		return;
	case N_IDENT:
		n->sym = lookup(w, n);
		((struct symbol *)n->sym)->read = true;
		w->ok &= array_use(w->s, n->sym, n, 0);
		return;
	case N_ASSIGN:
		names_walk(w, n->kid[ASSIGN_R]);
		assign(w, n, n->kid[ASSIGN_L], n->flags & F_COMPOUND);
		return;
	case N_INCDEC:
		assign(w, n, n->kid[INCDEC_X], true);
		return;
	case N_CALL:
		children(w, n);
		if (!n->info) /* of target_value.c */
			call(w, n);
		return;
	case N_TARGET:
	case N_ATVAR:
	case N_CAST:
	case N_DEREF:
	case N_ADDRESS:
		names_target(w, n);
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
			hand_on(w, w->scope->func);
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
		names_walk(w, n->kid[TRY_BODY]);
		if (n->kid[TRY_VAR]) {
			n->kid[TRY_VAR]->sym = lookup(w, n->kid[TRY_VAR]);
			((struct symbol *)n->kid[TRY_VAR]->sym)->written = true;
		}
		if (n->kid[TRY_CATCH])
			names_walk(w, n->kid[TRY_CATCH]);
		return;
	case N_INDEX:
		element(w, n, false);
		return;
	case N_IN:
		vec_each(i, &n->list)
			names_walk(w, n->list.v[i]);
		array(w, n->kid[IN_ARRAY], n->list.n, false);
		return;
	case N_FOREACH:
		foreach(w, n);
		return;
	case N_DELETE:
		assign(w, n, n->kid[DELETE_WHAT], false);
		return;
	case N_STAT:
	case N_HIST:
		statistic(w, n);
		return;
	case N_REGEX:
		names_walk(w, n->kid[REGEX_X]); /* the pattern: regex.c */
		return;
	case N_EMBEDDED:
		embedded(w, n);
		return;
	case N_ENTRY:
		names_entry(w, n);
		return;
	case N_ATCALL:
		names_operator(w, n);
		return;
	case N_DEFINED:
		names_foreign(w, n);
		return;
	default:
		children(w, n);
		return;
	}
}

bool resolve_probe(struct sema *s, struct plan_probe *p)
{
	struct names w = { .s = s, .scope = &p->scope, .ok = true };

	s->folding = p;
	if (!target_fold(s, &p->body, &p->target))
		return false;
	names_walk(&w, p->body);
	if (w.ok) {
		warn_body(s, p->body, &p->scope);
		if (!s->unoptimized)
			prune_unread(s, p);
	}
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
	/* A function is at no probed place: @defined is decided by the types alone. */
	if (f->decl->kid[FUNCTION_BODY] && !target_fold(s, &f->decl->kid[FUNCTION_BODY], &(struct target_ctx){ 0 }))
		return false;
	if (f->decl->kid[FUNCTION_BODY])
		names_walk(&w, f->decl->kid[FUNCTION_BODY]);
	if (w.ok && f->decl->kid[FUNCTION_BODY])
		warn_body(s, f->decl->kid[FUNCTION_BODY], &f->scope);
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
	bool ok = true;

	for (unsigned i = 0; i < s->queue.n; i++) /* the queue grows while it is walked */
		ok &= resolve_function(s, s->queue.v[i]);
	vec_each(i, &s->plan->funcs)
		if (!s->plan->funcs.v[i]->mark)
			find_recursion(s->plan->funcs.v[i]);
	return ok;
}

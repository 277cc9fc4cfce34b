// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 2 as a list of steps, and the tables of definitions. */
#include "sema/sema.h"

#include "base/diag.h"
#include "base/intern.h"
#include "sema/embedded.h"
#include "sema/regex.h"

static bool check_params(const struct node *n)
{
	vec_each(i, &n->list)
		for (unsigned j = 0; j < i; j++)
			if (n->list.v[i]->name == n->list.v[j]->name) {
				diag_note(diag(DIAG_DUPLICATE, n->list.v[i]->range, "two parameters of '%s' are called '%s'", n->name,
					       n->list.v[i]->name), n->list.v[j]->range, "the first");
				return false;
			}
	return true;
}

static bool next_visit(struct node *n, void *data)
{
	*(bool *)data |= n->kind == N_NEXT || (n->kind == N_EMBEDDED && embedded_hands_on(n));
	return true;
}

/* One of several functions of a name: it has a priority, or hands on to the next by 'next'. */
static bool gives_way(const struct node *n)
{
	bool found = n->flags & F_PRIORITY;

	if (n->kid[FUNCTION_BODY])
		node_walk(n->kid[FUNCTION_BODY], next_visit, &found);
	return found;
}

/* Lower priorities first, then the order of declaration. */
static void insert_by_priority(struct sema *s, struct func_set *set, struct func *f)
{
	unsigned i;

	vec_push(s->arena, set, f);
	for (i = set->n - 1; i > 0 && set->v[i - 1]->priority > f->priority; i--)
		set->v[i] = set->v[i - 1];
	set->v[i] = f;
}

static void declare_function(struct sema *s, struct node *n, bool library)
{
	struct func_set *set = map_get(&s->functions, n->name);
	struct func *f = arena_new(s->arena, struct func);

	if (!check_params(n))
		return;
	f->name = n->name;
	f->decl = n;
	f->nparams = n->list.n;
	f->priority = n->flags & F_PRIORITY ? n->num : 1;
	f->ret = n->vtype;
	f->typed_by = n->vtype != VT_UNKNOWN ? n : NULL;
	f->library = library;
	f->scope.func = f;
	map_init(&f->scope.by_name, s->arena);
	if (!set) {
		set = arena_new(s->arena, struct func_set);
		map_put(&s->functions, n->name, set);
	}
	vec_each(i, set) {
		struct func *old = set->v[i];

		if (old->nparams != f->nparams)
			continue;
		/* What is private to one file is nothing to another. */
		if (((old->decl->flags | n->flags) & F_PRIVATE) && source_of(old->decl->range.lo) != source_of(n->range.lo))
			continue;
		if (library && !old->library) /* the user's own definition wins over the library's */
			return;
		if (!library && old->library) {
			set->v[i] = f;
			return;
		}
		if (gives_way(old->decl) || gives_way(n))
			continue;
		diag_note(diag(DIAG_DUPLICATE, n->at, "function '%s' with %u parameter%s is defined twice", n->name,
			       n->list.n, n->list.n == 1 ? "" : "s"), old->decl->at, "first defined here");
		return;
	}
	insert_by_priority(s, set, f);
}

/* "-5" is an operator and a number to the parser. */
static struct node *fold_sign(struct node *n)
{
	struct node *x;

	if (!n || n->kind != N_UNARY || n->op != OP_NEG || n->kid[UNARY_X]->kind != N_NUMBER)
		return n;
	x = n->kid[UNARY_X];
	x->num = (int64_t)(0 - (uint64_t)x->num);
	x->range = n->range;
	return x;
}

const char *private_key(const char *name, uint32_t at)
{
	return intern_printf("%p %s", (void *)source_of(at), name);
}

static void declare_global(struct sema *s, struct node *n, bool library)
{
	const char *key = n->flags & F_PRIVATE ? private_key(n->name, n->range.lo) : n->name;
	struct symbol *old = map_get(&s->globals, key), *g;
	struct node *init = fold_sign(n->kid[GLOBAL_INIT]);

	n->kid[GLOBAL_INIT] = init;
	if (!old) { /* one file does not have both, either */
		old = map_get(&s->globals, key == n->name ? private_key(n->name, n->range.lo) : n->name);
		if (old && source_of(old->decl->range.lo) != source_of(n->range.lo))
			old = NULL;
	}
	if (old && old->library == library) {
		diag_note(diag(DIAG_DUPLICATE, n->at, "global '%s' is declared twice", n->name), old->decl->at,
			  "first declared here");
		return;
	}
	if (old && library) {
		old->replaces = true;
		return;
	}
	g = arena_new(s->arena, struct symbol);
	g->name = n->name;
	g->cname = intern_printf("g_%s", n->name);
	g->decl = n;
	g->global = true;
	g->library = library;
	g->replaces = old;
	if (init) {
		if (init->kind != N_NUMBER && init->kind != N_STRING) {
			diag(DIAG_GLOBAL_INIT, init->range, "global '%s' needs a literal number or string", n->name);
			return;
		}
		g->type = init->kind == N_NUMBER ? VT_LONG : VT_STRING;
		g->typed_by = init;
		g->shape = SHAPE_SCALAR;
		g->shaped_by = init;
	}
	if (n->num || (n->flags & (F_ARRAY_HINT | F_WRAP))) {
		if (init) {
			diag_hint(diag(DIAG_GLOBAL_INIT, init->range, "the array '%s' cannot be given a value where it is declared", n->name),
				  "fill it in a begin probe");
			return;
		}
		g->shape = SHAPE_ARRAY;
		g->shaped_by = n;
	}
	if (key != n->name)
		g->cname = intern_printf("g_%s_%u", n->name, s->nprivate++);
	map_put(&s->globals, key, g);
}

static void declare_alias(struct sema *s, struct node *n)
{
	vec_each(i, &n->list2) {
		struct alias *a = arena_new(s->arena, struct alias);

		a->decl = n;
		a->point = n->list2.v[i];
		vec_push(s->arena, &s->aliases, a);
	}
}

static void declare_embedded(struct sema *s, struct node *n, bool library)
{
	vec_push(s->arena, &s->plan->embedded_top, n);
	s->plan->nembeds += !library;
}

void sema_declare(struct sema *s, struct node *file, bool library)
{
	vec_each(i, &file->list) {
		struct node *n = file->list.v[i];

		if (n->kind == N_FUNCTION)
			declare_function(s, n, library);
		else if (n->kind == N_GLOBAL)
			declare_global(s, n, library);
		else if (n->kind == N_ALIAS)
			declare_alias(s, n);
		else if (n->kind == N_EMBEDDED)
			declare_embedded(s, n, library);
		else if (n->kind == N_PROBE && library && (!s->probing.n || s->probing.v[s->probing.n - 1] != file))
			vec_push(s->arena, &s->probing, file);
	}
}

/* Probes of the library are there for its globals: not where the script has globals of its own by those names. */
static void expand_library(struct sema *s, struct node *file)
{
	vec_each(i, &file->list) {
		const struct node *n = file->list.v[i];
		const struct symbol *g = n->kind == N_GLOBAL ? map_get(&s->globals, n->name) : NULL;

		if (g && !g->library)
			return;
	}
	vec_each(i, &file->list)
		if (file->list.v[i]->kind == N_PROBE)
			expand_probe(s, file->list.v[i]);
}

/*
 * A wildcard makes a probe for each way its target variables can be had; where
 * they cannot, the first function is reported and the others are counted.
 */
static void resolve_probes(struct sema *s)
{
	const struct plan *p = s->plan;

	for (unsigned i = 0; i < p->probes.n;) {
		struct range point = p->probes.v[i]->where;
		unsigned ok = 0, bad = 0, places = 0;

		for (; i < p->probes.n && p->probes.v[i]->where.lo == point.lo; i++) {
			struct plan_probe *pr = p->probes.v[i];
			unsigned mark = diag_mark();

			if (resolve_probe(s, pr)) {
				ok += pr->places.n;
			} else {
				places += pr->places.n;
				if (bad++)
					diag_rewind(mark);
				else
					diag_note_since(mark, pr->declared, pr->where, "used by this probe point");
			}
		}
		if (bad > 1 || (bad && ok))
			diag_note(diag_last(), (struct range){ 0, 0 }, "so it is at %u of the %u functions that the probe point matches",
				  places, places + ok);
	}
}

/* -L: an alias that does not fit this kernel is listed without its locals. */
static void keep_resolved(struct sema *s)
{
	unsigned n = 0;

	vec_each(i, &s->plan->probes) {
		struct plan_probe *p = s->plan->probes.v[i];
		unsigned mark = diag_mark();

		p->unusable = !resolve_probe(s, p);
		if (p->unusable)
			diag_rewind(mark);
		else
			s->plan->probes.v[n++] = p;
	}
	s->plan->probes.n = n;
}

bool sema_run(struct sema *s, struct node *script)
{
	unsigned mark = diag_errors();
	const struct node *any = NULL;

	vec_each(i, &script->list)
		if (script->list.v[i]->kind == N_PROBE) {
			if (!any)
				any = script->list.v[i]->list.v[0];
			expand_probe(s, script->list.v[i]);
		}
	if (diag_errors() > mark)
		return false;
	if (!s->plan->probes.n && !s->listing) {
		struct diag *d = diag(DIAG_NO_PROBES, any ? any->range : (struct range){ 0, 0 }, "no probes found");

		diag_hint(d, any ? "every probe point was optional ('?') and none exists here"
				 : "a script needs at least one: probe begin { … }");
		return false;
	}
	vec_each(i, &s->probing)
		expand_library(s, s->probing.v[i]);
	if (s->listing)
		keep_resolved(s);
	else
		resolve_probes(s);
	resolve_functions(s);
	warn_finish(s);
	regex_run(s);
	if (diag_errors() > mark || !autocast_run(s))
		return false;
	if (!infer_run(s) || !array_check_loops(s))
		return false;
	if (s->listing)
		return true;
	if (!display_make(s))
		return false;
	if (!embedded_check(s))
		return false;
	if (!s->unoptimized) {
		prune_plan(s);
		fold_plan(s);
	}
	regs_mark(s);
	if (!objects_find(s))
		return false;
	lines_find(s);
	locks_assign(s);
	return diag_errors() == mark;
}

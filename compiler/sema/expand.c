// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a probe declaration to probes with places: braces, aliases, wildcards,
 * '?' and '!', then the providers. Places at which the target expressions of
 * the body mean the same share one handler.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/provider.h"
#include "sema/point.h"
#include "sema/sema.h"

#define MAX_DEPTH 32

/* A probe point on its way through the aliases. */
struct route {
	struct node_list comps;  /* COMPONENTs */
	struct node_list bodies; /* in the order they run */
	struct node_list conds;
	const struct node *user; /* the POINT in the user's script */
	const char *alias;       /* -l: the outermost alias, as it could be written; NULL: none */
	const char *from;        /* what aliases made of it so far; NULL: none */
	struct range declared;   /* the PROBE it stands in */
	bool optional;
	unsigned marks; /* ? and ! of the point whose components these are: its braces' alternatives have them as well */
	unsigned depth;
};

enum { DENIED_NAMES = 500 }; /* bytes; then the list ends */

struct resolver {
	struct sema *s;
	const struct route *route;
	struct VEC(struct place_request) places;
	struct VEC(const char *) denied;
};

void resolver_deny(struct resolver *r, const char *function)
{
	vec_push(r->s->arena, &r->denied, function);
}

bool resolver_add(struct resolver *r, const struct place_request *req)
{
	vec_push(r->s->arena, &r->places, *req);
	return true;
}

unsigned resolver_count(struct resolver *r, const struct provider *p)
{
	unsigned n = 0;

	vec_each(i, &r->s->plan->probes)
		n += r->s->plan->probes.v[i]->provider == p;
	return n;
}

struct arena *resolver_arena(struct resolver *r)
{
	return r->s->arena;
}

bool resolver_callee_matchall(struct resolver *r)
{
	return r->s->callee_matchall;
}

void resolver_user_callers(struct resolver *r)
{
	r->s->plan->user_callers = true;
}

bool resolver_counter(struct resolver *r, const char *name)
{
	vec_each(i, &r->s->counters)
		if (!strcmp(r->s->counters.v[i], name))
			return false;
	vec_push(r->s->arena, &r->s->counters, name);
	return true;
}

bool resolver_guru(struct resolver *r)
{
	return r->s->guru;
}

void resolver_no_inlined(struct resolver *r)
{
	r->s->plan->uninlined++;
}

bool resolver_in_library(struct resolver *r)
{
	const struct node_list *c = &r->route->comps;
	const struct source *source = c->n ? source_of(c->v[0]->range.lo) : NULL;

	return source && source->library;
}

bool resolver_lists(struct resolver *r)
{
	return r->s->listing && !r->route->alias;
}

bool resolver_lists_names(struct resolver *r)
{
	return resolver_lists(r) && !r->s->listing->variables;
}

const char *resolver_variables(struct resolver *r, const struct target_ctx *target)
{
	return r->s->listing->variables ? listing_variables(r->s->arena, target) : "";
}

void resolver_list(struct resolver *r, const char *text, const char *variables)
{
	struct listed l = { .text = text, .variables = variables };

	listing_add(r->s, &l);
}

void resolver_program(struct resolver *r, const char *file)
{
	vec_push(r->s->arena, &r->s->programs, file);
}

const char *resolver_command(struct resolver *r)
{
	return r->s->command;
}

const char *resolver_target_pid(struct resolver *r)
{
	return r->s->target_pid;
}

const char *resolver_sysroot(struct resolver *r)
{
	return r->s->sysroot;
}

struct type_db *resolver_types(struct resolver *r)
{
	return kernel_types(r->s->kernel);
}

struct kernel *resolver_kernel(struct resolver *r)
{
	return r->s->kernel;
}

const struct arch *resolver_arch(struct resolver *r)
{
	return arch_find(r->s->kernel->arch);
}

static struct node_list concat(struct sema *s, const struct node_list *a, const struct node_list *b, unsigned from)
{
	struct node_list l = { 0 };

	vec_each(i, a)
		vec_push(s->arena, &l, a->v[i]);
	for (unsigned i = from; i < b->n; i++)
		vec_push(s->arena, &l, b->v[i]);
	return l;
}

static void fill_match(struct sema *s, struct point_match *m, const struct route *r)
{
	struct node_list none = { 0 }, comps = concat(s, &r->comps, &none, 0); /* with no patterns for names */

	m->n = r->comps.n;
	for (unsigned i = 0; i < m->n; i++) {
		const struct node *c = r->comps.v[i], *a = c->kid[COMPONENT_ARG];

		m->name[i] = form_name(m->provider->forms[m->form], i);
		if (is_glob(c->name)) {
			struct node *named = node_clone(s->arena, r->comps.v[i]);

			named->name = m->name[i];
			comps.v[i] = named;
		}
		if (!a)
			continue;
		m->arg[i].kind = a->kind == N_NUMBER ? ARG_NUMBER : ARG_STRING;
		m->arg[i].num = a->num;
		m->arg[i].str = a->str;
		m->arg[i].range = a->range;
	}
	m->text = point_text(s, &comps);
	m->range = r->comps.n ? range_join(r->comps.v[0]->range, r->comps.v[r->comps.n - 1]->range) : r->user->range;
	m->optional = r->optional;
}

/* ---- Bodies and groups ----------------------------------------------------- */

/* The statements of all bodies as one block, with the conditions in front. Not cloned. */
static struct node *join_bodies(struct sema *s, const struct route *r)
{
	struct node *block = node_new(s->arena, N_BLOCK, r->user->range);

	vec_each(i, &r->conds) {
		struct node *c = r->conds.v[i];
		struct node *not = node_new(s->arena, N_UNARY, c->range), *iff = node_new(s->arena, N_IF, c->range);

		not->op = OP_NOT;
		not->kid[UNARY_X] = c;
		iff->kid[IF_COND] = not;
		iff->kid[IF_THEN] = node_new(s->arena, N_NEXT, c->range);
		iff->kid[IF_THEN]->flags = F_CONDITION;
		vec_push(s->arena, &block->list, iff);
	}
	vec_each(i, &r->bodies)
		if (r->bodies.v[i])
			vec_push(s->arena, &block->list, r->bodies.v[i]);
	return block;
}

static struct plan_probe *new_probe(struct sema *s, const struct route *r, const struct place_request *q,
				    const struct provider *provider, struct node *body, bool last)
{
	struct plan_probe *p = arena_new(s->arena, struct plan_probe);

	p->index = s->plan->probes.n;
	p->provider = provider;
	p->data = q->data;
	p->name = point_text(s, &r->user->list);
	p->from = r->from;
	p->where = r->user->at;
	p->declared = r->declared;
	p->body = last ? body : node_clone(s->arena, body);
	p->target = q->target;
	p->priority = q->priority;
	p->optional = r->optional;
	p->concurrent = q->concurrent;
	p->wildcard = q->wildcard;
	p->scope.probe = p;
	map_init(&p->scope.by_name, s->arena);
	vec_push(s->arena, &s->plan->probes, p);
	return p;
}

/* What the pattern left out, of the first probe that it made. */
static void note_denied(struct sema *s, struct plan_probe *p, const struct resolver *res)
{
	struct buf names;

	buf_init(&names);
	for (unsigned i = 0; i < res->denied.n && names.n < DENIED_NAMES; i++)
		buf_printf(&names, "%s%s", i ? " " : "", res->denied.v[i]);
	p->ndenied = res->denied.n;
	p->denied = arena_printf(s->arena, "%s", names.n ? names.s : "");
	buf_deinit(&names);
}

static void group_places(struct sema *s, const struct route *r, const struct provider *provider, struct resolver *res)
{
	struct node *body = join_bodies(s, r);
	struct map groups;
	struct buf key;
	unsigned left = 0;

	map_init(&groups, s->arena);
	buf_init(&key);
	vec_each(i, &res->places) {
		const struct place_request *q = &res->places.v[i];
		struct plan_probe *p;
		const char *k;

		key.n = 0;
		buf_printf(&key, "%p %lld\n", q->data, (long long)q->priority);
		if (!target_key(s, &key, body, &q->target) && q->beside) {
			left++;
			continue;
		}
		k = intern(key.s);
		p = map_get(&groups, k);
		if (!p) {
			p = new_probe(s, r, q, provider, body, false);
			map_put(&groups, k, p);
			if (!i)
				note_denied(s, p, res);
		}
		vec_push(s->arena, &p->places, q->place);
	}
	buf_deinit(&key);
	if (left)
		diag_hint(diag(DIAG_INSTANCES_LEFT, r->user->at, "%u inlined instance%s left out: the handler's variables cannot be had there", left,
			       left == 1 ? " is" : "s are"), ".call is the function alone; @defined($x) asks for a variable");
}

/* -l, -L: aliases by their names, all else by its places. */
static void list_places(struct sema *s, const struct route *r, const struct provider *provider, struct resolver *res)
{
	if (r->alias && !map_get(&s->listing->seen, r->alias) && res->places.n) {
		const struct place_request *q = &res->places.v[0];
		struct listed l = { .text = r->alias, .target = &q->target };

		map_put(&s->listing->seen, r->alias, (void *)r->alias);
		if (s->listing->variables) {
			l.probe = new_probe(s, r, q, provider, join_bodies(s, r), false);
			vec_push(s->arena, &l.probe->places, q->place);
		}
		listing_add(s, &l);
	}
	for (unsigned i = 0; i < res->places.n && !r->alias; i++) {
		const struct place_request *q = &res->places.v[i];
		struct listed l = { .text = q->place.pp, .target = &q->target };

		listing_add(s, &l);
	}
}

/* ---- Aliases -------------------------------------------------------------------- */

static bool expand_route(struct sema *s, struct route *r);

static bool alias_matches(const struct alias *a, const struct node_list *comps, unsigned n)
{
	const struct node_list *l = &a->point->list;

	if (l->n != n || n > comps->n)
		return false;
	for (unsigned i = 0; i < n; i++) {
		const struct node *c = comps->v[i], *arg = c->kid[COMPONENT_ARG], *want = l->v[i]->kid[COMPONENT_ARG];

		if (!glob_match(c->name, l->v[i]->name) || !arg != !want)
			return false;
		if (arg && (arg->kind != want->kind || arg->num != want->num ||
			    (arg->kind == N_STRING && strcmp(arg->str, want->str))))
			return false;
	}
	return true;
}

/* Braces: the first one is replaced by each alternative in turn. */
static bool expand_braces(struct sema *s, struct route *r, bool *any)
{
	vec_each(i, &r->comps) {
		struct node *brace = r->comps.v[i];

		if (brace->kind != N_BRACE)
			continue;
		*any = true;
		vec_each(j, &brace->list) {
			struct node_list before = { r->comps.v, i, i };
			struct route sub = *r;
			unsigned mark = diag_mark(), probes = s->plan->probes.n;
			unsigned flags = (brace->list.v[j]->flags | r->marks) & (F_OPTIONAL | F_SUFFICIENT);

			sub.comps = concat(s, &before, &brace->list.v[j]->list, 0);
			sub.comps = concat(s, &sub.comps, &r->comps, i + 1);
			sub.optional |= flags != 0;
			if (expand_route(s, &sub)) {
				if ((flags & F_SUFFICIENT) && s->plan->probes.n > probes)
					break;
			} else if (flags) {
				diag_rewind(mark);
			} else {
				return false;
			}
		}
		return true;
	}
	return true;
}

static bool expand_alias(struct sema *s, struct route *r, struct alias *a)
{
	struct node_list before = { 0 }, after = { 0 }, *targets = &a->decl->list;
	bool ok = true;

	if (a->busy || r->depth >= MAX_DEPTH) {
		diag(DIAG_ALIAS_RECURSION, a->decl->at, "probe alias %s is defined by itself", point_text(s, &a->point->list));
		return false;
	}
	if (a->decl->kid[ALIAS_BODY])
		vec_push(s->arena, a->decl->op == OP_EPILOGUE ? &after : &before, a->decl->kid[ALIAS_BODY]);
	if (a->decl->kid[ALIAS_EPILOGUE])
		vec_push(s->arena, &after, a->decl->kid[ALIAS_EPILOGUE]);
	a->busy = true;
	vec_each(i, targets) {
		struct node *t = targets->v[i];
		struct route sub = *r;
		unsigned mark = diag_mark(), probes = s->plan->probes.n;

		sub.depth++;
		sub.marks = t->flags;
		if (s->listing && !r->depth) {
			struct node_list name = concat(s, &a->point->list, &r->comps, a->point->list.n);

			sub.alias = intern(point_text(s, &name));
		}
		sub.comps = concat(s, &t->list, &r->comps, a->point->list.n);
		sub.from = r->from ? arena_printf(s->arena, "%s, %s", r->from, point_text(s, &sub.comps)) : point_text(s, &sub.comps);
		sub.bodies = concat(s, &before, &r->bodies, 0);
		sub.bodies = concat(s, &sub.bodies, &after, 0);
		if (t->kid[POINT_COND]) {
			sub.conds = concat(s, &r->conds, &sub.conds, sub.conds.n);
			vec_push(s->arena, &sub.conds, t->kid[POINT_COND]);
		}
		if (t->flags & (F_OPTIONAL | F_SUFFICIENT))
			sub.optional = true;
		if (!expand_route(s, &sub)) {
			if (t->flags & (F_OPTIONAL | F_SUFFICIENT))
				diag_rewind(mark);
			else
				ok = false;
		} else if ((t->flags & F_SUFFICIENT) && s->plan->probes.n > probes) {
			break;
		}
	}
	a->busy = false;
	return ok;
}

/* Whole alias names first; a shorter one, whose rest is a suffix for its targets, when no longer one fits. */
static bool expand_aliases(struct sema *s, struct route *r, bool *any)
{
	bool ok = true;

	for (unsigned n = r->comps.n; n && !*any; n--) {
		unsigned count = s->aliases.n;

		for (unsigned i = 0; i < count; i++) {
			if (!alias_matches(s->aliases.v[i], &r->comps, n))
				continue;
			*any = true;
			ok &= expand_alias(s, r, s->aliases.v[i]);
		}
	}
	return ok;
}

static void needs_kernel(const struct point_match *m)
{
	struct diag *d = diag(DIAG_NEEDS_KERNEL, m->range, "%s needs the kernel runtime", m->text);

	diag_hint(d, "leave out --runtime=user; that one has begin, end, error, timer and input probes");
}

static bool expand_providers(struct sema *s, struct route *r, bool *any)
{
	bool ok = true;

	for (unsigned p = 0; provider_get(p); p++) {
		const struct provider *prov = provider_get(p);

		for (unsigned f = 0; prov->forms[f]; f++) {
			struct point_match m = { .provider = prov, .form = f };
			struct resolver res = { .s = s, .route = r };
			bool whole;

			form_match(prov->forms[f], &r->comps, &whole);
			if (!whole)
				continue;
			*any = true;
			fill_match(s, &m, r);
			if (s->user && !prov->user) {
				needs_kernel(&m);
				return false;
			}
			if (!prov->resolve(&res, &m))
				ok = false;
			else if (s->listing)
				list_places(s, r, prov, &res);
			else
				group_places(s, r, prov, &res);
		}
	}
	return ok;
}

static bool expand_route(struct sema *s, struct route *r)
{
	bool any = false, ok;

	ok = expand_braces(s, r, &any);
	if (any)
		return ok;
	if (r->comps.n <= POINT_MAX) {
		ok = expand_providers(s, r, &any);
		ok &= expand_aliases(s, r, &any);
	}
	if (!any) {
		point_unknown(s, &r->comps);
		return false;
	}
	return ok;
}

bool expand_probe(struct sema *s, struct node *probe)
{
	bool ok = true;

	vec_each(i, &probe->list) {
		struct node *point = probe->list.v[i];
		unsigned mark = diag_mark(), probes = s->plan->probes.n;
		struct route r = { .user = point, .declared = probe->range, .comps = point->list, .marks = point->flags };

		r.optional = point->flags & (F_OPTIONAL | F_SUFFICIENT);
		vec_push(s->arena, &r.bodies, probe->kid[PROBE_BODY]);
		if (point->kid[POINT_COND])
			vec_push(s->arena, &r.conds, point->kid[POINT_COND]);
		if (!expand_route(s, &r)) {
			if (r.optional)
				diag_rewind(mark);
			else
				ok = false;
			diag_note_since(mark, probe->range, point->at, "used by this probe point");
		} else if ((point->flags & F_SUFFICIENT) && s->plan->probes.n > probes) {
			break;
		}
	}
	return ok;
}

void sema_each_alias(struct sema *s, void (*f)(const char *text, const struct alias *a, void *data), void *data)
{
	vec_each(i, &s->aliases)
		f(point_text(s, &s->aliases.v[i]->point->list), s->aliases.v[i], data);
}

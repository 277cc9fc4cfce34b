// SPDX-License-Identifier: GPL-2.0-or-later
/* Embedded C: marks, pragmas, and what is refused. */
#include "sema/embedded.h"

#include <ctype.h>
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "sema/builtin.h"
#include "sema/sema.h"

/* The next comment of the form "slash star word star slash" at or behind *pos; its word. */
static const char *next_mark(const struct node *n, unsigned *pos, unsigned *len)
{
	const char *s = n->str;

	for (unsigned i = *pos; i + 4 <= n->len; i++) {
		unsigned from, to;

		if (s[i] != '/' || s[i + 1] != '*')
			continue;
		for (from = i + 2; from < n->len && isspace((unsigned char)s[from]);)
			from++;
		for (to = from; to < n->len && !isspace((unsigned char)s[to]) && s[to] != '*';)
			to++;
		*len = to - from;
		for (i = to; i < n->len && isspace((unsigned char)s[i]);)
			i++;
		if (i + 1 < n->len && s[i] == '*' && s[i + 1] == '/') {
			*pos = i + 2;
			return s + from;
		}
		i--;
	}
	return NULL;
}

bool embedded_has_mark(const struct node *n, const char *mark)
{
	unsigned pos = 0, len;
	const char *word;

	while ((word = next_mark(n, &pos, &len)))
		if (strlen(mark) == len && !memcmp(word, mark, len))
			return true;
	return false;
}

static const char *mention(const struct node *n, const char *what)
{
	return memmem(n->str, n->len, what, strlen(what));
}

bool embedded_returns(const struct node *n)
{
	const char *s = n->str, *end = n->str + n->len;

	if (mention(n, "STAP_RETVALUE") || mention(n, "__retvalue"))
		return true;
	while ((s = memmem(s, (size_t)(end - s), "STAP_RETURN", 11))) {
		for (s += 11; s < end && (isspace((unsigned char)*s) || *s == '(');)
			s++;
		if (s < end && *s != ')')
			return true;
	}
	return false;
}

bool embedded_hands_on(const struct node *n)
{
	return mention(n, "STAP_NEXT");
}

bool embedded_writes(const struct node *n, const struct symbol *v)
{
	const struct embedded *e = n->info;

	vec_each(i, &e->writes)
		if (e->writes.v[i] == v)
			return true;
	return false;
}

static bool add_global(struct sema *s, const struct node *n, const char *name, bool write, struct embedded *e)
{
	struct symbol *g = resolve_global(s, name, n->range.lo);
	struct symbol_list *list = write ? &e->writes : &e->reads;

	if (!g) {
		diag_hint(diag(DIAG_EMBEDDED_GLOBAL, n->at, "embedded C asks for the global '%s', which is not there", name),
			  "declare it: global %s", name);
		return false;
	}
	if (write)
		g->written = true;
	else
		g->read = true;
	vec_each(i, list)
		if (list->v[i] == g)
			return true;
	vec_push(s->arena, list, g);
	return true;
}

static bool pragmas(struct sema *s, const struct node *n, struct embedded *e)
{
	unsigned pos = 0, len;
	const char *word;
	bool ok = true;

	while ((word = next_mark(n, &pos, &len))) {
		if (len > 12 && !memcmp(word, "pragma:read:", 12))
			ok &= add_global(s, n, intern_n(word + 12, len - 12), false, e);
		else if (len > 13 && !memcmp(word, "pragma:write:", 13))
			ok &= add_global(s, n, intern_n(word + 13, len - 13), true, e);
	}
	return ok;
}

/* An expression stands once in the script and in each handler that was made of it. */
static struct embedded *known(const struct sema *s, const struct node *n)
{
	vec_each(i, &s->plan->embedded)
		if (s->plan->embedded.v[i]->node->range.lo == n->range.lo)
			return s->plan->embedded.v[i];
	return NULL;
}

bool embedded_resolve(struct sema *s, struct node *n, struct func *func)
{
	struct embedded *e = func ? NULL : known(s, n);

	if (e) {
		n->info = e;
		return true;
	}
	e = arena_new(s->arena, struct embedded);
	e->node = n;
	e->func = func;
	e->string = embedded_has_mark(n, "string");
	e->unmangled = embedded_has_mark(n, "unmangled");
	e->hands_on = func && embedded_hands_on(n);
	if (!pragmas(s, n, e))
		return false;
	if (func)
		vec_each(i, &func->scope.locals)
			func->scope.locals.v[i]->written = false; /* C gets copies */
	e->index = s->plan->embedded.n;
	vec_push(s->arena, &s->plan->embedded, e);
	n->info = e;
	return true;
}

/* Does the body of a library function use what guru mode alone may? */
static bool guru_inside(struct node *n)
{
	const struct builtin *b = n->kind == N_CALL ? builtin_find(n->name) : NULL;

	if (b && b->flags & B_GURU)
		return true;
	for (unsigned i = 0; i < node_nchildren(n); i++)
		if (*node_child(n, i) && guru_inside(*node_child(n, i)))
			return true;
	return false;
}

static bool needs_guru(const struct node *call, const char *name)
{
	diag_hint(diag(DIAG_EMBEDDED_GURU, call->at, "'%s' may be called in guru mode only", name),
		  "run sonde with -g, if the script is to be trusted with it");
	return false;
}

bool builtin_may_call(struct sema *s, const struct node *call, const struct builtin *b)
{
	const struct source *from = source_of(call->range.lo);

	return s->guru || !(b->flags & B_GURU) || (from && from->library) || needs_guru(call, b->name);
}

bool embedded_may_call(struct sema *s, const struct node *call, const struct func *f)
{
	struct node *body = f->decl->kid[FUNCTION_BODY];
	const struct source *from = source_of(call->range.lo), *home = source_of(f->decl->range.lo);

	if (s->guru || !body || (from && from->library))
		return true;
	if (body->kind == N_EMBEDDED ? !embedded_has_mark(body, "guru") : !home || !home->library || !guru_inside(body))
		return true;
	return needs_guru(call, f->name);
}

static bool library_piece(const struct embedded *e)
{
	const struct source *src = source_of(e->node->range.lo);
	struct diag *d;

	if (!src || !src->library)
		return false;
	d = diag(DIAG_NEEDS_KERNEL, e->node->at, "%s%s%s written in C, needs the kernel runtime", e->func ? "'" : "this expression",
		 e->func ? e->func->name : "", e->func ? "'," : ",");
	diag_hint(d, "leave out --runtime=user");
	return true;
}

static bool can_reach(const struct embedded *e, const struct symbol *g)
{
	if (g->type == VT_STATS) {
		diag_hint(diag(DIAG_EMBEDDED_GLOBAL, e->node->at, "embedded C asks for '%s', which is a statistic", g->name),
			  "give what is needed to a function of embedded C as an argument: @sum(%s)", g->name);
		return false;
	}
	if (g->shape == SHAPE_ARRAY && !g->nkeys) {
		diag_hint(diag(DIAG_EMBEDDED_GLOBAL, e->node->at, "embedded C asks for '%s', and the script does not say which keys it has",
			       g->name), "assign to an element somewhere in the script");
		return false;
	}
	return true;
}

bool embedded_check(struct sema *s)
{
	bool ok = true;

	vec_each(i, &s->plan->embedded) {
		const struct embedded *e = s->plan->embedded.v[i];
		const struct symbol_list *lists[] = { &e->reads, &e->writes };

		if (s->user && library_piece(e))
			return false;
		for (unsigned k = 0; k < 2; k++)
			vec_each(j, lists[k])
				ok &= can_reach(e, lists[k]->v[j]);
	}
	return ok;
}

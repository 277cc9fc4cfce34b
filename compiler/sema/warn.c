// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Warnings of what is allowed and probably not meant, in the user's own
 * script: conditions that assign, statements without effect or never reached,
 * variables that nothing sets. Looks at resolved, not yet pruned trees. A
 * probe of the script may have become several; what is true of some only is
 * as it should be, so warn_finish() counts.
 */
#include "base/diag.h"
#include "sema/sema.h"

static bool of_user(const struct node *n)
{
	const struct source *s = source_of(n->range.lo);

	return s && !s->library;
}

static void condition(const struct node *n)
{
	struct diag *d;

	if (!n || n->kind != N_ASSIGN || (n->flags & (F_PARENS | F_COMPOUND)) || n->op != OP_ASSIGN)
		return;
	d = diag(DIAG_CONDITION_ASSIGNS, n->at, "this condition assigns; is a comparison meant?");
	diag_hint(d, "a comparison is '=='; to assign and test, put the assignment in parentheses of its own");
}

static void statement(const struct node *n)
{
	const struct node *e = n->kid[EXPRSTMT_EXPR];
	struct diag *d;

	if (node_has_effects(e) || e->kind == N_CALL || target_is(e))
		return;
	d = diag(DIAG_NO_EFFECT, e->range, "this statement has no effect");
	if (e->kind == N_BINARY && e->op == OP_EQ)
		diag_hint(d, "'==' compares; '=' assigns");
	else
		diag_hint(d, "print(…) shows a value");
}

/* ---- What is never reached ---------------------------------------------------------- */

/* The statement because of which nothing behind n runs; NULL: there is none. */
static const struct node *ended_by(const struct node *n)
{
	const struct node *e, *otherwise;

	if (!n)
		return NULL;
	switch (n->kind) {
	case N_NEXT: case N_RETURN: case N_BREAK: case N_CONTINUE:
		return n;
	case N_BLOCK:
		vec_each(i, &n->list)
			if ((e = ended_by(n->list.v[i])))
				return e;
		return NULL;
	case N_IF:
		e = ended_by(n->kid[IF_THEN]);
		otherwise = ended_by(n->kid[IF_ELSE]);
		return e && otherwise ? e : NULL;
	default:
		return NULL;
	}
}

struct walk {
	struct sema *s;
	const struct scope *scope;
};

static void maybe(const struct walk *w, enum diag_id id, uint32_t key, struct range at, struct range because, const char *name)
{
	struct maybe m = { .id = id, .key = key, .at = at, .because = because, .name = name };

	if (w->scope->probe)
		m.declared = w->scope->probe->declared.lo;
	vec_push(w->s->arena, &w->s->maybes, m);
}

/* Statements and the bodies of a handler alike: the first that cannot be reached. */
static void block(const struct walk *w, const struct node *n)
{
	const struct node *end = NULL, *next;

	vec_each(i, &n->list) {
		next = n->list.v[i];
		if (end && next->kind != N_NULLSTMT && of_user(next)) {
			uint32_t key = w->scope->probe && w->scope->probe->body == n ? next->range.lo : n->range.lo;

			maybe(w, end->flags & F_CONDITION ? DIAG_NEVER_FIRES : DIAG_UNREACHABLE, key, next->range, end->at, NULL);
			return;
		}
		if (!end)
			end = ended_by(next);
	}
}

static bool visit(struct node *n, void *data)
{
	const struct walk *w = data;

	if (n->kind == N_BLOCK)
		block(w, n);
	if (!of_user(n))
		return true;
	switch (n->kind) {
	case N_IF: condition(n->kid[IF_COND]); break;
	case N_WHILE: condition(n->kid[WHILE_COND]); break;
	case N_FOR: condition(n->kid[FOR_COND]); break;
	case N_TERNARY: condition(n->kid[TERNARY_COND]); break;
	case N_EXPRSTMT: statement(n); break;
	default: break;
	}
	return true;
}

void warn_body(struct sema *s, struct node *body, const struct scope *scope)
{
	struct walk w = { s, scope };

	node_walk(body, visit, &w);
	vec_each(i, &scope->locals) {
		const struct symbol *v = scope->locals.v[i];

		if (!v->written && !v->param && v->read && of_user(v->decl))
			maybe(&w, DIAG_UNASSIGNED, v->decl->at.lo, v->decl->at, v->decl->at, v->name);
	}
}

/* Is it so in all handlers that the probe became, the k-th of what was noticed being of the first of them? */
static bool everywhere(const struct sema *s, unsigned k)
{
	const struct maybe *m = &s->maybes.v[k];
	unsigned seen = 0, handlers = 0;

	vec_each(i, &s->maybes) {
		const struct maybe *o = &s->maybes.v[i];

		if (o->id != m->id || o->key != m->key || o->declared != m->declared)
			continue;
		if (i < k)
			return false;
		seen++;
	}
	vec_each(i, &s->plan->probes)
		handlers += s->plan->probes.v[i]->declared.lo == m->declared;
	return !m->declared || seen >= handlers;
}

void warn_finish(struct sema *s)
{
	struct diag *d;

	vec_each(i, &s->maybes) {
		const struct maybe *m = &s->maybes.v[i];

		if (!everywhere(s, i))
			continue;
		if (m->id == DIAG_UNASSIGNED) {
			diag_hint(diag(m->id, m->at, "'%s' is never given a value", m->name),
				  "it is 0 or empty all the time; a variable that probes share is declared 'global'");
		} else if (m->id == DIAG_NEVER_FIRES) {
			diag(m->id, m->because, "the condition of this probe is always false, so the probe never does anything");
		} else {
			d = diag(m->id, (struct range){ m->at.lo, m->at.lo + 1 }, "this is never reached");
			diag_note(d, m->because, "because of this");
		}
	}
}

/* -G NAME=VALUE */
static bool is_given(const struct sema *s, const char *name)
{
	size_t n = strlen(name);

	for (unsigned i = 0; i < s->ngiven; i++)
		if (!strncmp(s->given[i], name, n) && s->given[i][n] == '=')
			return true;
	return false;
}

void warn_global(const struct sema *s, const struct symbol *v, bool read, bool written)
{
	struct diag *d;

	if (v->library || !of_user(v->decl))
		return;
	if (read && !written && !v->decl->kid[GLOBAL_INIT] && !is_given(s, v->name)) {
		d = diag(DIAG_UNASSIGNED, v->decl->at, "nothing gives the global '%s' a value", v->name);
		diag_hint(d, "it is 0 or empty all the time");
	} else if (written && !read && s->no_display) {
		d = diag(DIAG_UNREAD, v->decl->at, "the global '%s' is written and nothing reads it", v->name);
		diag_hint(d, "without --no-global-var-display it would be shown at the end");
	}
}

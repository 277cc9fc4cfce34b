// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Macros: @define name(a, b) %( body %) and @name(x, y). Arguments are expanded
 * where they stand, before they go into the body, where they are '@a' and '@b'.
 * A file's own macros hide public ones.
 */
#include <string.h>

#include "base/intern.h"
#include "syntax/atop.h"
#include "syntax/pp.h"

#include "gram.h"

enum { MACRO_DEPTH = 100 };

/* What no macro can be called. */
static bool is_operator(const char *name)
{
	const struct atop *op = atop_find(name);

	return op && !op->soft;
}

static const struct macro *find(const struct parse *p, const char *name)
{
	const struct macro *m = map_get(&p->macros, name);

	if (!m)
		m = map_get(&p->syntax->macros, name);
	if (m || !p->syntax->load_macro || is_operator(name) || map_has(&p->syntax->absent, name))
		return m;
	p->syntax->load_macro(p->syntax->library, name);
	m = map_get(&p->syntax->macros, name);
	if (!m)
		map_put(&p->syntax->absent, name, NULL);
	return m;
}

/* "(a, b)" of a definition. False: malformed. */
static bool take_params(struct parse *p, struct stretch *s, struct macro *m)
{
	m->takes_args = true;
	s->t++;
	if (s->t < s->end && s->t->kind == T_RPAREN) {
		s->t++;
		return true;
	}
	while (s->t + 1 < s->end && s->t->kind == T_IDENT) {
		vec_push(p->syntax->arena, &m->params, s->t->name);
		if (s->t[1].kind == T_RPAREN) {
			s->t += 2;
			return true;
		}
		if (s->t[1].kind != T_COMMA)
			break;
		s->t += 2;
	}
	return false;
}

static void remember(struct parse *p, struct macro *m)
{
	struct map *map = p->kind == SYNTAX_MACROS ? &p->syntax->macros : &p->macros;
	const struct macro *old = map_get(map, m->name);

	if (is_operator(m->name)) {
		syntax_error(p, DIAG_MACRO_NAME, m->range, "'@%s' is part of the language and cannot be defined", m->name);
	} else if (old) {
		diag_note(syntax_error(p, DIAG_MACRO_TWICE, m->range, "macro '@%s' is defined twice", m->name), old->range, "first here");
	} else {
		map_put(map, m->name, m);
	}
}

void macro_define(struct parse *p, struct stretch *s, const struct token *at)
{
	struct macro *m = arena_new(p->syntax->arena, struct macro);
	const struct token *close;
	bool ok = s->t < s->end && s->t->kind == T_IDENT;

	if (ok) {
		m->name = s->t->name;
		m->range = pp_moved(s->frame, s->t).range;
		s->t++;
		if (s->t < s->end && s->t->kind == T_LPAREN)
			ok = take_params(p, s, m);
	}
	ok = ok && s->t < s->end && s->t->kind == T_COND_OPEN;
	close = ok ? pp_skip(s->t + 1, s->end, true) : NULL;
	if (!close) {
		diag_hint(syntax_error(p, DIAG_MACRO_FORM, pp_moved(s->frame, at).range, "this macro definition is not complete"),
			  "its form is @define name(a, b) %%( tokens %%), where (a, b) may be missing");
		if (ok)
			s->t = s->end;
		return;
	}
	m->body = s->t + 1;
	m->n = (unsigned)(close - m->body);
	s->t = close + 1;
	remember(p, m);
}

static int bracket(int kind)
{
	switch (kind) {
	case T_LPAREN: case T_LBRACKET: case T_LBRACE: case T_COND_OPEN:
		return 1;
	case T_RPAREN: case T_RBRACKET: case T_RBRACE: case T_COND_CLOSE:
		return -1;
	default:
		return 0;
	}
}

/* The raw arguments of a call; s->t stands at the '('. False: no ')'. */
static bool take_args(struct parse *p, struct stretch *s, struct tokens **args, unsigned *nargs)
{
	struct VEC(struct tokens) list = { NULL, 0, 0 };
	const struct token *start = s->t + 1, *t;
	struct tokens one;
	int depth = 0;

	for (t = start; t < s->end; t++) {
		depth += bracket(t->kind);
		if (depth > 0 || (t->kind != T_COMMA && depth == 0))
			continue;
		if (depth < 0 && t->kind != T_RPAREN)
			return false;
		memset(&one, 0, sizeof(one));
		pp_stretch(p, (struct stretch){ start, t, s->frame, s->depth + 1 }, &one);
		if (depth == 0 || list.n || t > start)
			vec_push(p->arena, &list, one);
		start = t + 1;
		if (depth < 0) {
			s->t = t + 1;
			*args = list.v;
			*nargs = list.n;
			return true;
		}
	}
	return false;
}

/* Reported, and a name put in its place with its arguments left out, so that it is reported once only. */
static void unknown(struct parse *p, struct stretch *s, const struct token *at, struct tokens *out)
{
	struct token name = pp_moved(s->frame, at);
	int depth = 0;
	struct suggest sg;
	struct diag *d;
	const char *best;

	d = syntax_error(p, DIAG_UNKNOWN_MACRO, pp_moved(s->frame, at).range, "unknown macro or operator '@%s'", at->name);
	suggest_init(&sg, at->name);
	atop_suggest(&sg);
	map_each(i, &p->macros)
		suggest_offer(&sg, p->macros.entries[i].key);
	map_each(i, &p->syntax->macros)
		suggest_offer(&sg, p->syntax->macros.entries[i].key);
	if (p->syntax->offer_macros)
		p->syntax->offer_macros(p->syntax->library, &sg);
	best = suggest_best(&sg);
	if (best)
		diag_hint(d, "did you mean '@%s'?", best);
	name.kind = T_IDENT;
	vec_push(p->arena, out, name);
	if (s->t == s->end || s->t->kind != T_LPAREN)
		return;
	do {
		depth += bracket(s->t->kind);
		s->t++;
	} while (depth > 0 && s->t < s->end);
}

static bool may_call(struct parse *p, const struct stretch *s, const struct token *at, const struct macro *m)
{
	struct range where = pp_moved(s->frame, at).range;
	struct diag *d;

	for (const struct frame *f = s->frame; f; f = f->up) {
		if (f->macro != m)
			continue;
		d = syntax_error(p, DIAG_MACRO_RECURSION, where, "macro '@%s' calls itself", m->name);
		diag_note(d, m->range, "defined here");
		return false;
	}
	if (s->depth >= MACRO_DEPTH || (s->frame && s->frame->depth >= MACRO_DEPTH)) {
		syntax_error(p, DIAG_NESTING, where, "macros are nested too deeply");
		return false;
	}
	return true;
}

/* The text the macro stands in, once more, up to the end of the line its body ends on. */
static struct source *expansion_source(struct parse *p, const struct macro *m, struct range call)
{
	const struct source *from = source_of(m->range.lo);
	uint32_t len = m->body[m->n].range.hi - from->lo; /* the '%)' */
	struct source *src;

	if (!pp_may_expand(p, call, len))
		return NULL;
	src = source_add(from->name, from->text, len);
	src->parent = call;
	src->library = from->library;
	src->guru = from->guru;
	return src;
}

/* '@a' in a body where a is a parameter. */
static bool paste_param(struct parse *p, const struct stretch *s, const struct token *at, struct tokens *out)
{
	const struct macro *m = s->frame ? s->frame->macro : NULL;

	for (unsigned i = 0; m && i < m->params.n; i++) {
		if (m->params.v[i] != at->name)
			continue;
		vec_each(j, &s->frame->args[i])
			vec_push(p->arena, out, s->frame->args[i].v[j]);
		return true;
	}
	return false;
}

void macro_call(struct parse *p, struct stretch *s, const struct token *at, struct tokens *out)
{
	const struct macro *m;
	struct frame f = { .up = s->frame, .depth = s->frame ? s->frame->depth + 1 : 1 };
	struct range call = pp_moved(s->frame, at).range;
	unsigned nargs = 0;

	if (paste_param(p, s, at, out))
		return;
	m = find(p, at->name);
	if (m && !may_call(p, s, at, m)) {
		p->stop = true;
		return;
	}
	if (!m) {
		if (atop_find(at->name))
			vec_push(p->arena, out, pp_moved(s->frame, at));
		else
			unknown(p, s, at, out);
		return;
	}
	if (m->takes_args && s->t < s->end && s->t->kind == T_LPAREN && !take_args(p, s, &f.args, &nargs)) {
		diag_hint(syntax_error(p, DIAG_MACRO_ARGUMENTS, call, "the arguments of '@%s' have no ')'", m->name),
			  "brackets inside arguments must be balanced");
		s->t = s->end;
		return;
	}
	if (nargs != m->params.n && !(m->params.n == 1 && !nargs)) {
		diag_note(syntax_error(p, DIAG_MACRO_ARGUMENTS, call, "macro '@%s' needs %u argument%s, and has %u", m->name, m->params.n,
				       m->params.n == 1 ? "" : "s", nargs), m->range, "defined here");
		return;
	}
	if (!nargs && m->params.n) /* "@name()" of a macro with one parameter: an empty argument */
		f.args = arena_new(p->arena, struct tokens);
	f.macro = m;
	f.source = expansion_source(p, m, call);
	if (f.source)
		f.shift = f.source->lo - source_of(m->body->range.lo)->lo;
	if (f.source)
		pp_stretch(p, (struct stretch){ m->body, m->body + m->n, &f, s->depth }, out);
}

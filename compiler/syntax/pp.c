// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The token filter: %( cond %? a %: b %), @define and calls of macros, script
 * arguments. It works in one pass on raw tokens, so a branch that is not taken
 * is never looked into, and a definition inside one does not exist.
 */
#include "syntax/pp.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/util.h"
#include "syntax/atop.h"

#include "gram.h"

enum { COND_DEPTH = 200, EXPANSIONS = 100000, EXPANDED = 1u << 30 };

bool pp_may_expand(struct parse *p, struct range where, uint64_t bytes)
{
	p->expansions++;
	p->expanded += bytes;
	if (p->expansions <= EXPANSIONS && p->expanded <= EXPANDED)
		return true;
	if (!p->stop)
		diag_hint(syntax_error(p, DIAG_EXPANSION_SIZE, where, "macros expand to too much text"),
			  "look for macros that call each other several times over");
	p->stop = true;
	return false;
}

struct token pp_moved(const struct frame *f, const struct token *t)
{
	struct token m = *t;

	if (f && f->source) {
		m.range.lo += f->shift;
		m.range.hi += f->shift;
	}
	return m;
}

const struct token *pp_skip(const struct token *t, const struct token *end, bool to_close)
{
	unsigned depth = 0;

	for (; t < end; t++) {
		if (t->kind == T_COND_OPEN)
			depth++;
		else if (!depth && (t->kind == T_COND_CLOSE || (!to_close && (t->kind == T_COND_THEN || t->kind == T_COND_ELSE))))
			return t;
		else if (t->kind == T_COND_CLOSE)
			depth--;
	}
	return NULL;
}

static void all_args(struct parse *p, const struct token *t, struct token m, struct tokens *out)
{
	const struct syntax_env *env = p->syntax->env;
	struct token comma = m, one = m;

	comma.kind = T_COMMA;
	one.kind = t->kind;
	for (unsigned i = 0; i < env->nargs; i++) {
		if (i)
			vec_push(p->arena, out, comma);
		one.num = i + 1;
		pp_arg(p, &one, NULL, out);
	}
}

static void count_args(struct parse *p, const struct token *t, struct token m, struct tokens *out)
{
	m.num = p->syntax->env->nargs;
	m.name = m.str = intern_printf("%u", p->syntax->env->nargs);
	m.len = (uint32_t)strlen(m.str);
	m.kind = t->kind == T_ARG ? T_NUMBER : T_STRING;
	vec_push(p->arena, out, m);
}

/* "@sum" may be an argument, a macro not. */
static bool may_paste(const struct token *t)
{
	switch (t->kind) {
	case T_BAD: case T_ARG: case T_ARGSTR: case T_COND_OPEN: case T_COND_THEN: case T_COND_ELSE: case T_COND_CLOSE:
		return false;
	case T_AT:
		return atop_find(t->name);
	default:
		return true;
	}
}

static void paste_arg(struct parse *p, struct token m, const char *text, struct tokens *out)
{
	struct source *src;
	unsigned first = out->n;

	if (!pp_may_expand(p, m.range, strlen(text)))
		return;
	src = source_add(intern_printf("<argument %u>", (unsigned)m.num), text, strlen(text));
	src->parent = m.range;
	src->guru = p->source->guru;
	lex_source(p, src, out);
	for (unsigned i = first; i < out->n; i++) {
		if (!may_paste(&out->v[i])) {
			diag_hint(syntax_error(p, DIAG_BAD_ARGUMENT, out->v[i].range, "this argument cannot be pasted as tokens"),
				  "write @%u in the script for the argument as a string", (unsigned)m.num);
			m.kind = T_NUMBER;
			m.name = "0";
			out->n = first;
			vec_push(p->arena, out, m);
			return;
		}
	}
}

void pp_arg(struct parse *p, const struct token *t, const struct frame *f, struct tokens *out)
{
	const struct syntax_env *env = p->syntax->env;
	struct token m = pp_moved(f, t);
	char mark = t->kind == T_ARG ? '$' : '@';
	struct diag *d;

	if (t->num == ARG_COUNT) {
		count_args(p, t, m, out);
	} else if (t->num == ARG_ALL) {
		all_args(p, t, m, out);
	} else if (!t->num || t->num > env->nargs) {
		d = syntax_error(p, DIAG_NO_ARGUMENT, m.range, "there is no argument %c%u", mark, (unsigned)t->num);
		if (!env->nargs)
			diag_hint(d, "the script was given no arguments; they stand behind its name on the command line");
		else
			diag_hint(d, "the script was given %u argument%s", env->nargs, env->nargs == 1 ? "" : "s");
		m.kind = t->kind == T_ARG ? T_NUMBER : T_STRING;
		m.name = m.str = "";
		m.num = 0;
		vec_push(p->arena, out, m);
	} else {
		if (env->arg_used)
			env->arg_used[t->num - 1] = true;
		if (t->kind == T_ARG) {
			paste_arg(p, m, env->args[t->num - 1], out);
			return;
		}
		m.kind = T_STRING;
		m.str = env->args[t->num - 1];
		m.len = (uint32_t)strlen(m.str);
		vec_push(p->arena, out, m);
	}
}

static void conditional(struct parse *p, struct stretch *s, const struct token *open, struct tokens *out)
{
	const struct token *then = pp_skip(s->t, s->end, false);
	const struct token *mark = then && then->kind == T_COND_THEN ? pp_skip(then + 1, s->end, false) : NULL;
	const struct token *close = mark && mark->kind == T_COND_ELSE ? pp_skip(mark + 1, s->end, true) : mark;
	struct range where = pp_moved(s->frame, open).range;
	struct tokens cond = { NULL, 0, 0 };
	struct stretch part = { s->t, then, s->frame, s->depth + 1 };
	bool yes;

	if (!close || close->kind != T_COND_CLOSE) {
		diag_hint(syntax_error(p, DIAG_CONDITIONAL_FORM, where, "this '%%(' has no %s", !then || then->kind != T_COND_THEN ? "'%?'" : "'%)'"),
			  "its form is %%( condition %%? tokens %%: tokens %%), where '%%:' and what follows it may be missing");
		p->stop = true; /* what belongs to what is anyone's guess */
		return;
	}
	s->t = close + 1;
	if (part.depth > COND_DEPTH) {
		syntax_error(p, DIAG_NESTING, where, "conditionals are nested too deeply");
		p->stop = true;
		return;
	}
	pp_stretch(p, part, &cond);
	if (p->stop || !cond_eval(p, &cond, where, &yes))
		return;
	part.t = (yes ? then : mark) + 1;
	part.end = yes ? mark : close;
	if (part.t < part.end)
		pp_stretch(p, part, out);
}

static void stray_mark(struct parse *p, const struct stretch *s, const struct token *t)
{
	struct token m = pp_moved(s->frame, t);

	syntax_error(p, DIAG_CONDITIONAL_FORM, m.range, "'%s' without a '%%(' before it",
		     t->kind == T_COND_THEN ? "%?" : t->kind == T_COND_ELSE ? "%:" : "%)");
}

/* Does it mean something here? All others go through as they are. */
static inline bool is_ours(int kind)
{
	switch (kind) {
	case T_COND_OPEN: case T_COND_THEN: case T_COND_ELSE: case T_COND_CLOSE: case T_ARG: case T_ARGSTR: case T_AT:
		return true;
	default:
		return false;
	}
}

/* The tokens up to the first that is ours. */
static void pass_on(struct parse *p, struct stretch *s, struct tokens *out)
{
	const struct token *from = s->t;
	unsigned n = 0;

	while (from + n < s->end && !is_ours(from[n].kind))
		n++;
	s->t += n;
	vec_append(p->arena, out, from, n);
	if (s->frame)
		for (unsigned i = out->n - n; i < out->n; i++)
			out->v[i] = pp_moved(s->frame, &out->v[i]);
}

void pp_stretch(struct parse *p, struct stretch s, struct tokens *out)
{
	while (s.t < s.end && !p->stop) {
		const struct token *t = s.t++;

		switch (t->kind) {
		case T_COND_OPEN:
			conditional(p, &s, t, out);
			break;
		case T_COND_THEN: case T_COND_ELSE: case T_COND_CLOSE:
			stray_mark(p, &s, t);
			break;
		case T_ARG: case T_ARGSTR:
			pp_arg(p, t, s.frame, out);
			break;
		case T_AT:
			if (!strcmp(t->name, "define"))
				macro_define(p, &s, t);
			else
				macro_call(p, &s, t, out);
			break;
		default:
			s.t = t;
			pass_on(p, &s, out);
			break;
		}
	}
}

void pp_filter(struct parse *p, const struct tokens *raw, struct tokens *out)
{
	struct stretch s = { raw->v, raw->v + raw->n, NULL, 0 };

	pp_stretch(p, s, out);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The door: one source through scanner, filter, parser and the checks of the finished tree. */
#include "syntax/syntax.h"

#include <string.h>

#include "base/util.h"
#include "syntax/check.h"
#include "syntax/token.h"

#include "gram.h" /* after token.h */

enum { MOST_ERRORS = 20 };

struct diag *syntax_error(struct parse *p, enum diag_id id, struct range where, const char *fmt, ...)
{
	unsigned mark = diag_mark();
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = diag(id, where, "%s", arena_vprintf(p->arena, fmt, ap));
	va_end(ap);
	if (p->errors++ >= MOST_ERRORS) {
		diag_rewind(mark); /* enough is enough */
		p->stop = true;
	}
	return d;
}

struct range range_span(struct range a, struct range b)
{
	const struct source *sa, *sb;

	if (!a.hi || !b.hi)
		return a.hi ? a : b;
	sa = source_of(a.lo);
	sb = source_of(b.lo);
	while (sa != sb) {
		/* an expansion stands behind its call in the text space, so the later one is the inner one */
		if (sa->lo > sb->lo) {
			a = sa->parent;
			sa = source_of(a.lo);
		} else {
			b = sb->parent;
			sb = source_of(b.lo);
		}
		if (!sa || !sb)
			return sa ? a : b;
	}
	return range_join(a, b);
}

void syntax_init(struct syntax *s, struct arena *a, const struct syntax_env *env)
{
	s->arena = a;
	s->env = env;
	map_init(&s->macros, a);
	map_init(&s->absent, a);
	s->room = arena_array(a, struct tokens, 2);
}

static void push_end(struct parse *p)
{
	struct token end = { .kind = T_END };

	end.range.lo = end.range.hi = p->source->lo + p->source->len;
	vec_push(p->arena, &p->tokens, end);
}

/* Nothing but definitions of macros may have been in a macro file. */
static void check_macro_file(struct parse *p)
{
	if (p->tokens.n)
		diag_hint(syntax_error(p, DIAG_MACRO_FILE, p->tokens.v[0].range, "a macro file may hold @define only"),
			  "functions and aliases belong in a .stp file");
}

struct node *syntax_parse(struct syntax *s, struct source *src, enum syntax_kind kind)
{
	struct parse p = { .syntax = s, .arena = s->arena, .source = src, .kind = kind };
	struct tokens raw = { NULL, 0, 0 };

	map_init(&p.macros, s->arena);
	if (kind != SYNTAX_MACROS) {
		/* Room that the source before had. A macro's body stays where it is, and the file of one may be read amid another. */
		raw = s->room[0];
		p.tokens = s->room[1];
		memset(s->room, 0, 2 * sizeof(s->room[0]));
		raw.n = p.tokens.n = 0;
	}
	lex_source(&p, src, &raw);
	pp_filter(&p, &raw, &p.tokens);
	if (kind == SYNTAX_MACROS) {
		check_macro_file(&p);
		p.tokens.n = 0;
	}
	push_end(&p);
	if (!p.stop)
		gram_parse(&p);
	if (!p.errors && p.file)
		check_tree(&p, p.file);
	if (kind != SYNTAX_MACROS) {
		s->room[0] = raw;
		s->room[1] = p.tokens;
	}
	return p.errors ? NULL : p.file;
}

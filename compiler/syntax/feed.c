// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Between the filtered tokens and the parser: keywords are told from names,
 * adjacent strings joined, the pieces of a probe point's name put together
 * ("sys*call", where '*' and '?' would be operators), brackets followed so
 * that an error can say which one is open and where to go on.
 */
#include <string.h>

#include "base/intern.h"
#include "base/util.h"
#include "syntax/lexer.h"
#include "syntax/errors.h"

#include "gram.h"

enum { NESTING = 400 }; /* open brackets; sema and emit recurse */

static struct {
	const char *name;
	int kind;
} keywords[] = {
	{ "probe", T_PROBE }, { "function", T_FUNCTION }, { "global", T_GLOBAL }, { "private", T_PRIVATE },
	{ "if", T_IF }, { "else", T_ELSE }, { "while", T_WHILE }, { "for", T_FOR }, { "foreach", T_FOREACH },
	{ "in", T_IN }, { "limit", T_LIMIT }, { "return", T_RETURN }, { "next", T_NEXT }, { "break", T_BREAK },
	{ "continue", T_CONTINUE }, { "delete", T_DELETE }, { "try", T_TRY }, { "catch", T_CATCH },
};

static int keyword(const char *name)
{
	static const char *first = NULL, *last;

	if (!first) {
		for (unsigned i = 0; i < ARRAY_SIZE(keywords); i++) {
			const char *s = keywords[i].name = intern(keywords[i].name);

			first = !i || s < first ? s : first;
			last = !i || s > last ? s : last;
		}
	}
	if (name < first || name > last) /* interned one after the other, they stand together */
		return T_IDENT;
	for (unsigned i = 0; i < ARRAY_SIZE(keywords); i++)
		if (keywords[i].name == name)
			return keywords[i].kind;
	return T_IDENT;
}

static struct token *peek(struct parse *p)
{
	return &p->tokens.v[p->next];
}

static void join_strings(struct parse *p, struct token *t)
{
	struct buf b;

	if (peek(p)->kind != T_STRING)
		return;
	buf_init(&b);
	buf_put(&b, t->str, t->len);
	for (; peek(p)->kind == T_STRING; p->next++) {
		buf_put(&b, peek(p)->str, peek(p)->len);
		t->range = range_span(t->range, peek(p)->range);
	}
	t->len = (uint32_t)b.n;
	t->str = memcpy(arena_alloc(p->arena, b.n + 1), b.n ? b.s : "", b.n);
	buf_deinit(&b);
}

/* May t go on with a name that ended right before it? */
static bool in_name(const struct parse *p, const struct token *t, bool brackets)
{
	const struct token *after = t + 1;

	(void)p;
	switch (t->kind) {
	case T_IDENT: case T_NUMBER: case T_STAR: case T_LBRACKET:
		return true;
	case T_BAD: /* "2fast" */
		return t->num == LEX_NUMBER;
	case T_QUESTION: /* 'a?b' has a wildcard, 'a?' is optional */
		return after->range.lo == t->range.hi &&
		       (after->kind == T_IDENT || after->kind == T_NUMBER || after->kind == T_STAR);
	case T_RBRACKET: case T_MINUS: case T_NOT: case T_XOR:
		return brackets;
	default:
		return false;
	}
}

static void glue_name(struct parse *p, struct token *t)
{
	const struct source *src = source_of(t->range.lo);
	bool brackets = t->kind == T_LBRACKET;

	while (peek(p)->range.lo == t->range.hi && in_name(p, peek(p), brackets)) {
		if (peek(p)->kind == T_LBRACKET)
			brackets = true;
		else if (peek(p)->kind == T_RBRACKET)
			brackets = false;
		t->range.hi = peek(p)->range.hi;
		p->next++;
	}
	t->kind = T_COMPONENT;
	t->name = intern_n(src->text + (t->range.lo - src->lo), t->range.hi - t->range.lo);
}

static bool wants_component(const struct parse *p)
{
	switch (p->last) {
	case T_PROBE: case T_DOT: case T_COMMA: case T_POINT_LBRACE: case T_SET: case T_ADD_SET:
		return true;
	default:
		return false;
	}
}

static void enter_point(struct parse *p)
{
	p->in_point = true;
	p->point_parens = 0;
}

static void plain_token(struct parse *p, struct token *t)
{
	if (t->kind == T_STRING)
		join_strings(p, t);
	if (t->kind == T_IDENT && p->last != T_ARROW)
		t->kind = keyword(t->name);
	if (t->kind == T_PROBE)
		enter_point(p);
}

static void point_token(struct parse *p, struct token *t)
{
	if (p->point_parens) {
		if (t->kind == T_LPAREN)
			p->point_parens++;
		else if (t->kind == T_RPAREN)
			p->point_parens--;
		else
			plain_token(p, t);
		return;
	}
	switch (t->kind) {
	case T_LPAREN:
		p->point_parens = 1;
		return;
	case T_LBRACE:
		if (wants_component(p))
			t->kind = T_POINT_LBRACE;
		else
			p->in_point = false;
		return;
	case T_IDENT:
		if (!wants_component(p) && keyword(t->name) != T_IDENT) {
			t->kind = keyword(t->name);
			if (t->kind != T_IF)
				p->in_point = t->kind == T_PROBE;
			return;
		}
		glue_name(p, t);
		return;
	case T_NUMBER: case T_STAR: case T_LBRACKET: case T_BAD:
		if (wants_component(p) && (t->kind != T_BAD || t->num == LEX_NUMBER))
			glue_name(p, t);
		return;
	default:
		return;
	}
}

static void follow_brackets(struct parse *p, const struct token *t)
{
	struct block b = { t->range, t->kind };

	p->blocks_before = p->blocks.n;
	switch (t->kind) {
	case T_LPAREN: case T_LBRACKET: case T_LBRACE: case T_POINT_LBRACE:
		if (p->blocks.n >= NESTING)
			report_too_deep(p, t->range);
		else
			vec_push(p->arena, &p->blocks, b);
		return;
	case T_RPAREN: case T_RBRACKET: case T_RBRACE:
		if (p->blocks.n)
			p->blocks.n--;
		return;
	default:
		return;
	}
}

/* What the scanner could not make sense of is reported and something harmless taken instead. */
static void mend(struct parse *p, struct token *t)
{
	uint64_t what = t->num;

	lexer_report(p, t);
	if (what == LEX_STRING)
		p->stop = true; /* it took the brackets of its line with it */
	t->num = 0;
	t->str = "";
	t->kind = what == LEX_NUMBER ? T_NUMBER : what == LEX_STRAY ? T_BAD : T_STRING;
	if (!t->name)
		t->name = intern("0");
}

static bool is_step(int kind)
{
	return kind == T_INC || kind == T_DEC;
}

/*
 * "i++" and then "++j", with nothing between them: what follows a postfix
 * operator can only begin another statement, which the grammar, greedy as
 * it is, would not see.
 */
static bool ends_statement(const struct parse *p, const struct token *t)
{
	if (!is_step(t->kind) || !is_step(p->last) || p->next < 2 || !p->blocks.n || p->blocks.v[p->blocks.n - 1].kind != T_LBRACE)
		return false;
	switch (t[-2].kind) {
	case T_IDENT: case T_TARGET: case T_RBRACKET: case T_RPAREN:
		return true;
	default:
		return false;
	}
}

static struct token *hand_out(struct parse *p, struct token *t)
{
	p->token = t;
	return t;
}

static void push_pending(struct parse *p, int kind)
{
	struct token t = { .kind = kind, .range = p->token->range };

	vec_push(p->arena, &p->pending, t);
}

struct token *feed_next(struct parse *p)
{
	struct token *t;

	if (p->token)
		p->last = p->token->kind;
	if (p->pending_next < p->pending.n)
		return hand_out(p, &p->pending.v[p->pending_next++]);
	for (;;) {
		if (p->stop)
			p->next = p->tokens.n - 1;
		p->current = p->next;
		t = peek(p);
		if (t->kind == T_END)
			break;
		if (ends_statement(p, t)) {
			p->pending.n = 0;
			push_pending(p, T_SEMI);
			p->pending_next = 1;
			return hand_out(p, &p->pending.v[0]);
		}
		p->next++;
		p->in_point_before = p->in_point;
		if (p->in_point)
			point_token(p, t);
		else
			plain_token(p, t);
		if (t->kind == T_BAD)
			mend(p, t);
		if (t->kind != T_BAD)
			break;
	}
	follow_brackets(p, t);
	return hand_out(p, t);
}

/* Recovery -------------------------------------------------------------------- */

static bool first_on_line(const struct parse *p, unsigned i)
{
	const struct source *src;
	const char *s;

	if (!i)
		return true;
	src = source_of(p->tokens.v[i].range.lo);
	s = src->text + (p->tokens.v[i].range.lo - src->lo);
	while (s > src->text && (s[-1] == ' ' || s[-1] == '\t'))
		s--;
	return s == src->text || s[-1] == '\n';
}

/* Kind of token i as a keyword; the feed changes kinds only as it goes along. */
static int kind_at(const struct parse *p, unsigned i)
{
	const struct token *t = &p->tokens.v[i];

	if (t->kind != T_IDENT && t->kind != T_COMPONENT)
		return t->kind;
	return i && (t[-1].kind == T_DOT || t[-1].kind == T_ARROW) ? T_IDENT : keyword(t->name);
}

static bool begins_item(int kind)
{
	return kind == T_PROBE || kind == T_FUNCTION || kind == T_GLOBAL || kind == T_PRIVATE;
}

static bool begins_stmt(int kind)
{
	switch (kind) {
	case T_IF: case T_WHILE: case T_FOR: case T_FOREACH: case T_RETURN: case T_NEXT: case T_BREAK:
	case T_CONTINUE: case T_DELETE: case T_TRY:
		return true;
	default:
		return false;
	}
}

static unsigned next_item(const struct parse *p, unsigned i)
{
	unsigned depth = 0;

	for (; p->tokens.v[i].kind != T_END; i++) {
		int kind = kind_at(p, i);

		if (begins_item(kind) && (!depth || first_on_line(p, i)))
			break;
		if (kind == T_LBRACE || kind == T_POINT_LBRACE)
			depth++;
		else if (kind == T_RBRACE && depth)
			depth--;
	}
	return i;
}

/* Where the next statement of the same block begins, or the block's '}', or the end of it all. */
static unsigned next_stmt(const struct parse *p, unsigned i, unsigned parens)
{
	unsigned depth = 0, start = i;

	for (; p->tokens.v[i].kind != T_END; i++) {
		int kind = kind_at(p, i);

		if (begins_item(kind) && first_on_line(p, i))
			break;
		if (kind == T_LPAREN || kind == T_LBRACKET)
			parens++;
		else if ((kind == T_RPAREN || kind == T_RBRACKET) && parens)
			parens--;
		else if (kind == T_LBRACE)
			depth++;
		else if (kind == T_RBRACE && !depth)
			break;
		else if (kind == T_RBRACE && !--depth && kind_at(p, i + 1) != T_ELSE && kind_at(p, i + 1) != T_CATCH)
			return i + 1;
		else if (kind == T_SEMI && !depth && !parens && kind_at(p, i + 1) != T_ELSE)
			return i + 1;
		else if (begins_stmt(kind) && !depth && i > start && first_on_line(p, i))
			break;
	}
	return i;
}

void feed_resync(struct parse *p)
{
	unsigned from = p->current, braces = 0, parens = 0;

	if (p->token->kind == T_END || p->stop)
		return;
	if (p->gave_up == from + 1)
		from = p->next;
	p->gave_up = p->current + 1;
	p->pending.n = p->pending_next = 0;
	push_pending(p, T_RESYNC);
	p->blocks.n = p->blocks_before;
	while (p->blocks.n && p->blocks.v[p->blocks.n - 1].kind != T_LBRACE) {
		p->blocks.n--;
		parens++;
	}
	for (unsigned i = 0; i < p->blocks.n; i++)
		braces += p->blocks.v[i].kind == T_LBRACE;
	if (p->in_point_before || !braces) {
		p->next = next_item(p, from);
	} else {
		p->next = next_stmt(p, from, parens);
		if (begins_item(kind_at(p, p->next)) || p->tokens.v[p->next].kind == T_END)
			while (braces--)
				push_pending(p, T_RBRACE);
		else
			goto out;
	}
	p->blocks.n = 0;
out:
	p->in_point = false;
	/* what the feed had made of the tokens ahead it makes again */
	if (begins_item(kind_at(p, p->next)))
		p->tokens.v[p->next].kind = T_IDENT;
}

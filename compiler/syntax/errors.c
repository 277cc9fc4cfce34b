// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is said about a token that does not fit: first what is usually wrong at
 * such a place, and if none of that applies, what the grammar expected.
 */
#include "syntax/errors.h"

#include <string.h>

#include "base/buf.h"
#include "base/util.h"
#include "syntax/build.h"

#include "gram.h"

void report_too_deep(struct parse *p, struct range where)
{
	if (!p->stop)
		diag_hint(syntax_error(p, DIAG_NESTING, where, "this is nested too deeply"),
			  "move inner parts into functions, or look for brackets that were never closed");
	p->stop = true;
}

static bool wanted(const char **names, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool drop(const char **names, unsigned *n, const char *name)
{
	for (unsigned i = 0; i < *n; i++) {
		if (strcmp(names[i], name))
			continue;
		memmove(names + i, names + i + 1, (--*n - i) * sizeof(*names));
		return true;
	}
	return false;
}

static void drop_all(const char **names, unsigned *n, const char *const *what)
{
	for (; *what; what++)
		drop(names, n, *what);
}

/* What stands for many: a statement, an expression, an operator. */
static void summarize(const char **names, unsigned *n)
{
	static const char *const expr[] = { "number", "string", "identifier", "'$' variable", "'@' operator", "embedded C", "'('", "'['",
					    "'!'", "'~'", "'++'", "'--'", "'-'", "'+'", "'&'", NULL };
	static const char *const stmt[] = { "'if'", "'while'", "'for'", "'foreach'", "'return'", "'next'", "'break'", "'continue'",
					    "'delete'", "'try'", "'{'", "';'", "'else'", NULL };
	static const char *const oper[] = { "'='", "'+='", "'-='", "'*='", "'/='", "'%='", "'&='", "'|='", "'^='", "'<<='", "'>>='", "'.='",
					    "'<<<'", "'?'", "'||'", "'&&'", "'|'", "'^'", "'&'", "'in'", "'<'", "'<='", "'>'", "'>='",
					    "'=='", "'!='", "'=~'", "'!~'", "'<<'", "'>>'", "'>>>'", "'.'", "'+'", "'-'", "'*'", "'/'", "'%'",
					    "'++'", "'--'", "'->'", "'['", "'$'", "'$$'", "'('", NULL };
	static const char *const item[] = { "'probe'", "'function'", "'global'", "'private'", "embedded C", "';'", "end of file", NULL };
	bool stmts = wanted(names, *n, "'while'"), items = wanted(names, *n, "'probe'");
	bool exprs = wanted(names, *n, "number") && wanted(names, *n, "string") && wanted(names, *n, "'~'");
	bool opers = wanted(names, *n, "'*'") && wanted(names, *n, "'/'");

	drop(names, n, "resync");
	if (opers)
		drop_all(names, n, oper);
	if (stmts)
		drop_all(names, n, stmt);
	if (exprs || stmts)
		drop_all(names, n, expr);
	if (items)
		drop_all(names, n, item);
	if (stmts)
		names[(*n)++] = "a statement";
	else if (exprs)
		names[(*n)++] = "an expression";
	if (opers && (!*n || (!stmts && *n < 3)))
		names[(*n)++] = "an operator";
	if (items)
		names[(*n)++] = "'probe', 'function', 'global' or '%{'";
}

static void put_saw(struct buf *b, const struct token *t)
{
	switch (t->kind) {
	case T_END:
		buf_puts(b, "the end of the file");
		return;
	case T_IDENT:
		buf_printf(b, "identifier '%s'", t->name);
		return;
	case T_COMPONENT:
	case T_TARGET:
		buf_printf(b, "'%s'", t->name);
		return;
	case T_NUMBER:
		buf_printf(b, "number %s", t->name);
		return;
	case T_AT:
		buf_printf(b, "'@%s'", t->name);
		return;
	case T_STRING:
		buf_puts(b, "a string");
		return;
	case T_EMBEDDED:
		buf_puts(b, "embedded C");
		return;
	default:
		break;
	}
	if (t->range.hi > t->range.lo) {
		const struct source *s = source_of(t->range.lo);

		buf_printf(b, "'%.*s'", (int)(t->range.hi - t->range.lo), s->text + (t->range.lo - s->lo));
	}
}

static struct diag *expected(struct parse *p, struct range where, const char **names, unsigned n)
{
	struct buf b;
	struct diag *d;
	bool no_handler = p->token->kind == T_END && wanted(names, n, "'{'") && wanted(names, n, "','");

	summarize(names, &n);
	if (n >= 8)
		n = 0; /* too long a list helps nobody */
	buf_init(&b);
	buf_puts(&b, n ? "expected " : "unexpected ");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", names[i]);
	if (n)
		buf_puts(&b, ", saw ");
	if (!n && p->token->kind == T_END)
		buf_puts(&b, "end of the file");
	else
		put_saw(&b, p->token);
	d = syntax_error(p, DIAG_SYNTAX, where, "%s", b.s);
	if (no_handler)
		diag_hint(d, "what a probe does stands behind its points: probe begin { … }");
	buf_deinit(&b);
	return d;
}

static const char *closing(int kind)
{
	return kind == T_LPAREN ? "')'" : kind == T_LBRACKET ? "']'" : "'}'";
}

/* The innermost bracket that was open when the token came. */
static const struct block *open_block(const struct parse *p)
{
	return p->blocks_before ? &p->blocks.v[p->blocks_before - 1] : NULL;
}

static bool begins_item(int kind)
{
	return kind == T_PROBE || kind == T_FUNCTION || kind == T_GLOBAL || kind == T_PRIVATE;
}

static bool report_unclosed(struct parse *p, struct range where, const char **names, unsigned n)
{
	const struct block *b = open_block(p);
	int kind = p->token->kind;
	bool end = kind == T_END || begins_item(kind);
	bool wrong = (kind == T_RBRACE || kind == T_RPAREN || kind == T_RBRACKET || kind == T_LBRACE || kind == T_SEMI);
	struct diag *d;
	struct buf saw;

	if (!b || !(end || (wrong && b->kind != T_LBRACE && wanted(names, n, closing(b->kind)))))
		return false;
	buf_init(&saw);
	put_saw(&saw, p->token);
	d = syntax_error(p, DIAG_UNBALANCED, where, "missing %s before %s", closing(b->kind), saw.s);
	buf_deinit(&saw);
	diag_note(d, b->open, "opened here");
	return true;
}

static bool report_unopened(struct parse *p, struct range where)
{
	int kind = p->token->kind;

	if (p->blocks_before || (kind != T_RBRACE && kind != T_RPAREN && kind != T_RBRACKET))
		return false;
	diag_hint(syntax_error(p, DIAG_UNBALANCED, where, "'%s' closes nothing", kind == T_RBRACE ? "}" : kind == T_RPAREN ? ")" : "]"),
		  "a bracket before it was closed once too often");
	return true;
}

static bool report_top_level(struct parse *p, struct range where, const char **names, unsigned n)
{
	static const char *const words[] = { "probe", "function", "global", "private" };
	struct suggest s;
	struct diag *d;

	if (p->token->kind != T_IDENT || p->blocks_before || !wanted(names, n, "'probe'"))
		return false;
	suggest_init(&s, p->token->name);
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		suggest_offer(&s, words[i]);
	if (wanted(names, n, "','"))
		return false;
	d = expected(p, where, names, n);
	if (suggest_best(&s))
		diag_hint(d, "did you mean '%s'?", suggest_best(&s));
	else
		diag_hint(d, "statements stand in a probe or a function: probe begin { %s … }", p->token->name);
	return true;
}

static void add_hints(struct parse *p, struct diag *d, const char **names, unsigned n)
{
	int kind = p->token->kind;

	if (kind == T_ELSE && p->last == T_SEMI)
		diag_hint(d, "the ';' before 'else' ends the whole 'if'; take it away");
	else if (kind == T_ELSE)
		diag_hint(d, "more than one statement between 'if' and 'else' needs { }");
	else if ((kind == T_LPAREN || kind == T_IDENT) && p->last == T_IDENT && wanted(names, n, "'('") && wanted(names, n, "':'"))
		diag_hint(d, "the type of a function stands behind its name: function name:long (a:string)");
	else if (kind == T_IDENT && p->last == T_IDENT && wanted(names, n, "','") && wanted(names, n, "')'"))
		diag_hint(d, "a parameter is written name or name:type");
	else if (kind == T_SEMI && wanted(names, n, "')'"))
		diag_hint(d, "a ')' may be missing");
	else if (kind == T_IDENT && wanted(names, n, "','") && wanted(names, n, "'probe'"))
		diag_hint(d, "several globals are separated by ','");
	else if (kind == T_SET && p->last == T_SET)
		diag_hint(d, "write '==' in one piece");
	else if (begins_item(kind) && p->last == T_DOT)
		diag_hint(d, "a name must follow the '.'");
}

void report_unexpected(struct parse *p, struct range where, const char **names, unsigned n)
{
	if (p->stop)
		return;
	if (report_unclosed(p, where, names, n) || report_unopened(p, where) || report_top_level(p, where, names, n))
		return;
	add_hints(p, expected(p, where, names, n), names, n);
}

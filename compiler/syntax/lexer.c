// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making tokens. What is wrong with a token is not reported here but when the
 * token is used, since the untaken branch of a %( %) may hold anything; only
 * what swallows the rest of the file is reported at once.
 */
#include "syntax/lexer.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"

#include "gram.h"

static struct range here(const struct lexer *l)
{
	return (struct range){ l->source->lo + l->at, l->source->lo + l->pos };
}

static struct token *add(struct lexer *l, int kind)
{
	struct token t = { .kind = kind, .range = here(l) };

	vec_push(l->parse->arena, l->out, t);
	return &l->out->v[l->out->n - 1];
}

void lexer_unterminated(struct lexer *l, enum lex_problem what)
{
	struct diag *d;

	if (what == LEX_COMMENT) {
		d = syntax_error(l->parse, DIAG_UNTERMINATED_COMMENT, here(l), "comment has no end");
		diag_hint(d, "a comment ends with '*/', and '/*/' only begins one");
	} else {
		d = syntax_error(l->parse, DIAG_UNTERMINATED_EMBEDDED, here(l), "embedded C has no end");
		diag_hint(d, "embedded C ends with '%%}'");
	}
	l->parse->stop = true;
}

int lexer_op(struct lexer *l, int kind)
{
	return add(l, kind)->kind;
}

int lexer_name(struct lexer *l, int kind, const char *text, size_t len)
{
	add(l, kind)->name = intern_n(text, len);
	return kind;
}

int lexer_arg(struct lexer *l, int kind, const char *text)
{
	struct token *t = add(l, kind);

	if (*text == '#')
		t->num = ARG_COUNT;
	else if (*text == '*')
		t->num = ARG_ALL;
	else
		t->num = strlen(text) > 9 ? 999999999 : strtoull(text, NULL, 10);
	return kind;
}

int lexer_number(struct lexer *l, const char *text, size_t len)
{
	struct token *t = add(l, T_NUMBER);

	t->name = intern_n(text, len);
	t->kind = literal_number(t) ? T_NUMBER : T_BAD;
	if (t->kind == T_BAD)
		t->num = LEX_NUMBER;
	return T_NUMBER;
}

int lexer_string(struct lexer *l, const char *text, size_t len)
{
	struct token *t = add(l, T_STRING);

	literal_string(l->parse->arena, t, text + 1, len - 2);
	return T_STRING;
}

int lexer_embedded(struct lexer *l, const char *text, size_t len)
{
	struct token *t = add(l, T_EMBEDDED);

	t->str = arena_strndup(l->parse->arena, text + 2, len - 4);
	t->len = (uint32_t)len - 4;
	return T_EMBEDDED;
}

int lexer_bad(struct lexer *l, enum lex_problem what)
{
	add(l, T_BAD)->num = what;
	return T_BAD;
}

static void report_stray(struct parse *p, const struct token *t, unsigned char c)
{
	struct diag *d;

	if (c >= 0x20 && c < 0x7f)
		d = syntax_error(p, DIAG_STRAY_CHARACTER, t->range, "stray character '%c'", c);
	else
		d = syntax_error(p, DIAG_STRAY_CHARACTER, t->range, "stray byte \\x%02x", c);
	if (c >= 0x80)
		diag_hint(d, "only comments, strings and embedded C may hold anything but ASCII; quotes and dashes pasted from a document are a usual cause");
	else if (c == '@')
		diag_hint(d, "'@' begins a macro or an operator such as @count, with no space behind it");
	else if (c == '\\')
		diag_hint(d, "lines need no backslash to go on: the end of a line means nothing");
}

static void report_number(struct parse *p, const struct token *t)
{
	const char *s = t->name;
	bool hex = s[0] == '0' && (s[1] | 32) == 'x';
	struct diag *d;

	if (s[strspn(s, hex ? "xX0123456789abcdefABCDEF" : "0123456789")] || (hex && !s[2])) {
		d = syntax_error(p, DIAG_BAD_NUMBER, t->range, "'%s' is not a number", s);
		diag_hint(d, "numbers are written in decimal, 0x… in hexadecimal or 0… in octal, without suffixes");
	} else if (s[0] == '0' && !hex && s[strspn(s, "01234567")]) {
		d = syntax_error(p, DIAG_BAD_NUMBER, t->range, "'%s' is not an octal number", s);
		diag_hint(d, "a leading 0 means octal; write %s for the decimal number", s + strspn(s, "0"));
	} else {
		d = syntax_error(p, DIAG_NUMBER_RANGE, t->range, "number does not fit in 64 bits");
		diag_hint(d, "the largest is 18446744073709551615, which is -1");
	}
}

void lexer_report(struct parse *p, const struct token *t)
{
	const struct source *src = source_of(t->range.lo);
	const char *text = src->text + (t->range.lo - src->lo);
	struct diag *d;

	switch ((enum lex_problem)t->num) {
	case LEX_STRING:
		d = syntax_error(p, DIAG_UNTERMINATED_STRING, t->range, "string has no end");
		diag_hint(d, "a string ends on the line it begins on; write \\n for a new line, and close each piece with '\"'");
		return;
	case LEX_QUOTE:
		d = syntax_error(p, DIAG_SINGLE_QUOTES, t->range, "strings are written with double quotes");
		diag_hint(d, "write \"%.*s\"", (int)(t->range.hi - t->range.lo - 2), text + 1);
		return;
	case LEX_STRAY:
		report_stray(p, t, (unsigned char)*text);
		return;
	case LEX_NUMBER:
		report_number(p, t);
		return;
	case LEX_COMMENT:
	case LEX_EMBEDDED:
		return;
	}
}

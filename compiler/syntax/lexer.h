/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the scanner's rules call: turning matched text into tokens. Private to lex.l and lexer.c. */
#ifndef SONDE_SYNTAX_LEXER_H
#define SONDE_SYNTAX_LEXER_H

#include "syntax/token.h"

struct lexer {
	struct parse *parse;
	const struct source *source;
	struct tokens *out;
	uint32_t at, pos;    /* of the matched text, and behind it; from the start of the source */
};

enum lex_problem { LEX_COMMENT, LEX_EMBEDDED, LEX_STRING, LEX_QUOTE, LEX_STRAY, LEX_NUMBER };

void lexer_unterminated(struct lexer *l, enum lex_problem what);

/* All return the kind of the token they appended. */
int lexer_op(struct lexer *l, int kind);
int lexer_name(struct lexer *l, int kind, const char *text, size_t len);
int lexer_arg(struct lexer *l, int kind, const char *text);
int lexer_number(struct lexer *l, const char *text, size_t len);
int lexer_string(struct lexer *l, const char *text, size_t len);
int lexer_embedded(struct lexer *l, const char *text, size_t len);
int lexer_bad(struct lexer *l, enum lex_problem what);

/* Reports what lexer_bad and a malformed number left in the stream, once the token turns out to be used. */
void lexer_report(struct parse *p, const struct token *t);

#endif

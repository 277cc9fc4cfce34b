/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens, and the state of parsing one source. The scanner makes an array of
 * raw tokens, pp.c filters it (conditionals, macros, arguments), feed.c hands
 * it to the parser, gluing probe point names together on the way. Token kinds
 * are the grammar's terminals (gram.h), some of which only pp.c ever sees.
 */
#ifndef SONDE_SYNTAX_TOKEN_H
#define SONDE_SYNTAX_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/source.h"
#include "base/vec.h"
#include "syntax/ast.h"
#include "syntax/syntax.h"

struct token {
	int kind;            /* T_… of gram.h */
	uint32_t len;        /* of str */
	struct range range;
	const char *name;    /* interned: identifiers, $x with its dollars, the name behind '@', numbers as written */
	const char *str;     /* strings after escapes, embedded C between its marks; may hold NUL bytes */
	uint64_t num;        /* T_NUMBER; which argument for T_ARG, T_ARGSTR (ARG_COUNT, ARG_ALL) */
};

#define ARG_COUNT UINT64_MAX       /* $# and @# */
#define ARG_ALL (UINT64_MAX - 1)   /* $* and @* */

struct tokens VEC(struct token);

struct block {
	struct range open;
	int kind; /* of the opening bracket */
};

/* All there is to know while one source is parsed. */
struct parse {
	struct syntax *syntax;
	struct arena *arena;
	struct source *source;
	enum syntax_kind kind;
	unsigned errors;
	struct map macros;        /* of this file only */
	unsigned expansions;      /* how many sources were added for macros and arguments */
	uint64_t expanded;        /* and their bytes: the text space is finite */

	struct tokens tokens;     /* filtered, with an end mark */
	unsigned next;            /* what feed.c looks at next */
	unsigned current;         /* where the token handed out last begins */
	struct token *token;      /* that token */
	int last;                 /* the kind of the one before it */
	struct VEC(struct block) blocks; /* brackets that are open, and how many were before the token */
	unsigned blocks_before;
	bool in_point;            /* between 'probe' and the body */
	bool in_point_before;
	unsigned point_parens;    /* '(' that are open in there */
	struct tokens pending;    /* what error recovery hands out first */
	unsigned pending_next;
	unsigned gave_up;         /* 1 + the token of the latest error */
	bool stop;                /* nested too deeply: nothing more is read or reported */

	struct node *file;
};

/* Queues an error and counts it. */
struct diag *syntax_error(struct parse *p, enum diag_id id, struct range where, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* lex.l: appends the raw tokens of a source, without an end mark. */
void lex_source(struct parse *p, const struct source *src, struct tokens *out);

/*
 * literal.c: what a literal stands for. The string is given without its
 * quotes; the number is t->name, and false means that it is malformed or too
 * large.
 */
void literal_string(struct arena *a, struct token *t, const char *s, size_t len);
bool literal_number(struct token *t);

/* pp.c: conditionals, macros and arguments done away with, from raw tokens into out. */
void pp_filter(struct parse *p, const struct tokens *raw, struct tokens *out);

/* feed.c */
struct token *feed_next(struct parse *p);
void feed_resync(struct parse *p); /* chooses where to go on after a syntax error at the last token */

/* The smallest range that holds both, seen from the outermost text that they share. */
struct range range_span(struct range a, struct range b);

/* The same, quickly when both stand in the file itself, as they mostly do. */
static inline struct range parse_span(const struct parse *p, struct range a, struct range b)
{
	uint32_t lo = p->source->lo, len = p->source->len;

	return a.lo - lo <= len && b.lo - lo <= len ? range_join(a, b) : range_span(a, b);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The token filter's own parts: pp.c (the walk), pp_cond.c (conditions), macro.c (@define and calls). */
#ifndef SONDE_SYNTAX_PP_H
#define SONDE_SYNTAX_PP_H

#include "syntax/token.h"

struct macro {
	const char *name;
	struct range range;           /* of the name in the definition */
	bool takes_args;              /* was written with ( ) */
	struct VEC(const char *) params;
	const struct token *body;     /* raw */
	unsigned n;
};

/* One expansion that is going on. */
struct frame {
	const struct macro *macro;
	struct tokens *args;    /* expanded, one for each parameter */
	struct source *source;  /* the macro's text once more, with the call as parent */
	uint32_t shift;         /* from a place in the macro's text to the same place there; may wrap */
	const struct frame *up;
	unsigned depth;
};

/* A stretch of raw tokens, and whose parameters '@a' means in it. */
struct stretch {
	const struct token *t, *end;
	const struct frame *frame;
	unsigned depth; /* of %( %) */
};

/* Filters s into out. */
void pp_stretch(struct parse *p, struct stretch s, struct tokens *out);

/* t points behind a '%('. Returns the mark that ends the part ('%?', '%:' or '%)'), or NULL. */
const struct token *pp_skip(const struct token *t, const struct token *end, bool to_close);

/* A token with its range moved into the text of the expansion it comes from. */
struct token pp_moved(const struct frame *f, const struct token *t);

/* Appends what a script argument stands for. */
void pp_arg(struct parse *p, const struct token *t, const struct frame *f, struct tokens *out);

/* False: an error was queued. */
bool cond_eval(struct parse *p, const struct tokens *cond, struct range where, bool *result);

/* s->t stands behind the '@define'; both leave it behind what they took. */
void macro_define(struct parse *p, struct stretch *s, const struct token *at);
void macro_call(struct parse *p, struct stretch *s, const struct token *at, struct tokens *out);

/* False when the text space would run out: an error was queued. */
bool pp_may_expand(struct parse *p, struct range where, uint64_t bytes);

#endif

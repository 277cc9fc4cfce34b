/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Embedded C: what its marks say, and which globals it asks for. The text is
 * not looked into beyond that; it goes, as it is, into a second C file
 * (emit/embedded.c) that is compiled with the kernel's headers.
 */
#ifndef SONDE_SEMA_EMBEDDED_H
#define SONDE_SEMA_EMBEDDED_H

#include "sema/plan.h"

struct sema;

/* "File name" of the generated lines behind a piece of embedded C, followed by the offset of the piece. */
#define EMBEDDED_END "<sonde>:"

struct embedded {
	unsigned index;            /* in the plan: sd_embed_<index> */
	struct node *node;
	struct func *func;         /* whose body it is; NULL: an expression */
	bool string;               /* an expression's type */
	bool unmangled;            /* THIS->x has the parameters' own names */
	bool hands_on;             /* a function with STAP_NEXT */
	struct symbol_list reads, writes; /* globals, by pragma */
};

/* Has the text this mark, as in "pure"? */
bool embedded_has_mark(const struct node *n, const char *mark);

/* Does the text mention a value to return? */
bool embedded_returns(const struct node *n);

/* Does it hand the call on to the next overload? */
bool embedded_hands_on(const struct node *n);

/* May a piece that was resolved write to v? */
bool embedded_writes(const struct node *n, const struct symbol *v);

/* A piece that is used: takes it into the plan, as n->info. func as above. false: reported. */
bool embedded_resolve(struct sema *s, struct node *n, struct func *func);

struct builtin;

/* A call, from this place, of a function that only guru mode may call? Reports it then. */
bool builtin_may_call(struct sema *s, const struct node *call, const struct builtin *b);
bool embedded_may_call(struct sema *s, const struct node *call, const struct func *f);

/* When all types are known. false: reported. */
bool embedded_check(struct sema *s);

#endif

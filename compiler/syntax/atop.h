/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operators written @name(…), from atop.def. */
#ifndef SONDE_SYNTAX_ATOP_H
#define SONDE_SYNTAX_ATOP_H

#include <stdbool.h>

#include "base/diag.h"
#include "syntax/ast.h"

struct atop {
	const char *name;
	unsigned least, most; /* arguments */
	enum node_kind kind;
	const char *form;     /* for messages */
	bool soft;            /* a macro of the same name wins */
};

const struct atop *atop_find(const char *name); /* interned; NULL when there is none */
void atop_suggest(struct suggest *s);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parser says when a token does not fit. */
#ifndef SONDE_SYNTAX_ERRORS_H
#define SONDE_SYNTAX_ERRORS_H

#include "syntax/token.h"

/* names: what the grammar would have taken instead, in its own words */
void report_unexpected(struct parse *p, struct range where, const char **names, unsigned n);
void report_too_deep(struct parse *p, struct range where);

#endif

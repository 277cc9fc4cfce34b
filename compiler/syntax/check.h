/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be told from the finished tree alone, without knowing any name. */
#ifndef SONDE_SYNTAX_CHECK_H
#define SONDE_SYNTAX_CHECK_H

#include "syntax/token.h"

/*
 * return outside functions, break and continue outside loops, '*' as a key
 * where there is no slice, trees too deep for the passes, which recurse.
 */
void check_tree(struct parse *p, struct node *file);

#endif

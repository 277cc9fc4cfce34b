/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by dump.c (top level, statements) and dump_expr.c. */
#ifndef SONDE_SYNTAX_DUMP_H
#define SONDE_SYNTAX_DUMP_H

#include "syntax/ast.h"

void dump_expr(struct buf *out, const struct node *n);
void dump_list(struct buf *out, const struct node_list *list, unsigned from);
void dump_quoted(struct buf *out, const char *s, uint32_t len);

#endif

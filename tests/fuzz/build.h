/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by build.c (statements, functions, programs) and build_expr.c. */
#ifndef FUZZ_BUILD_H
#define FUZZ_BUILD_H

#include "program.h"

struct build {
	struct program *p;
	struct unit *unit;
	uint64_t random;
	const struct drop *drop;
	unsigned ndrop, loops, tries, depth, walks; /* walks: in a foreach, where no array may change */
};

unsigned below(struct build *b, unsigned n);
bool once_in(struct build *b, unsigned n);

/* One of what --drop says about a node; NULL when nothing does. */
const struct drop *dropped(const struct build *b, unsigned id);

struct expr *new_expr(struct build *b, enum expr_kind kind, enum type t);
struct expr *read_var(struct build *b, struct var *v);
struct expr *expr_of(struct build *b, enum type t, unsigned depth);
struct expr *literal(struct build *b, enum type t);
struct expr *assignment(struct build *b, enum type t); /* of whatever kind; a variable or a literal when nothing can be assigned to */
struct expr *call(struct build *b, enum type t);       /* NULL when there is nothing to call */
struct expr *print(struct build *b, enum type t);      /* STR: sprint and so on */

/* build_array.c */
void arrays_declare(struct build *b);
struct expr *array_value(struct build *b, enum type t); /* NULL when there is nothing of the type */
struct expr *array_change(struct build *b, enum type t); /* an expression of the type; VOID: a sample */
struct stmt *array_stmt(struct build *b, unsigned depth); /* foreach, or delete */
struct expr *match(struct build *b, enum type t);
struct stmt *new_stmt(struct build *b, enum stmt_kind kind, struct expr *e);
struct var *new_var(struct unit *u, enum type t, const char *prefix);
struct stmt *stmts(struct build *b, unsigned depth, unsigned n);

/* A variable of the unit or a global; NULL when there is none of the type. */
struct var *variable(struct build *b, enum type t, bool writable);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that make fetch programs share: a program on its way, with
 * the type of what it yields so far. Private to target*.c and pretty.c.
 */
#ifndef SONDE_SEMA_TARGET_H
#define SONDE_SEMA_TARGET_H

#include "sema/sema.h"

struct work {
	struct sema *s;
	const struct target_ctx *t;
	struct fetch *f;
	const struct type *type; /* of what the program yields so far */
	bool lvalue;             /* the program's value is the address of an object of that type */
	uint32_t bit_size, bit_offset; /* a pending bit-field of the object */
	/* A variable that is in no memory, or not in one place: no program yet, and the object starts at this bit of it. */
	const struct variable *var;
	uint64_t at;
	bool retval;             /* $return itself: what an assignment changes */
	int reg;                 /* the value is just this register (offset in pt_regs), or -1 */
	unsigned aside;          /* values put aside by now */
};

void work_step(struct work *w, enum fetch_step_kind kind, int64_t a, int64_t b);
const char *work_type_text(struct work *w, const struct type *t);
bool type_is_aggregate(const struct type *t);

/* Turns the address of a scalar, or the pieces of a variable, into a value. */
bool work_load(struct work *w, struct range where);

/* target_var.c: what a program begins with */
bool work_start(struct work *w, struct node *n);
/* Gives a variable in pieces its address, if what is wanted of it has one. */
void work_settle(struct work *w, uint64_t bits);
bool work_gather(struct work *w, struct range where, uint64_t bits);

/*
 * target_type.c: a type by name, as @cast has it: from a list of modules,
 * programs and headers with ':' between them, or from the module (NULL: the
 * kernel) that is probed. *user: it is a program's. NULL: reported.
 */
const struct type *target_type(struct sema *s, const struct node *type, const struct node *modules, const char *module, bool *user);
/* A program that a script names by its path, with its debugging information; NULL: reported. */
struct dwarf_file *target_program(struct sema *s, const char *path, struct range where);

/* pretty.c: ends a program as text. levels: 1 '$', 2 '$$' */
bool work_pretty(struct work *w, const struct node *at, int64_t levels);

#endif

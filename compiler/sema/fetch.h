/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetch programs: what "$a->b[3].c" means, worked out once from the types. A
 * program is a straight line of steps over one 64-bit value. emit prints it,
 * unit tests interpret it, and its text is the key by which places that need
 * the same handler are grouped.
 */
#ifndef SONDE_SEMA_FETCH_H
#define SONDE_SEMA_FETCH_H

#include "base/buf.h"
#include "syntax/ast.h"
#include "types/type.h"

enum fetch_step_kind {
	FETCH_REGISTER, /* value = register at byte offset a of pt_regs */
	FETCH_STACK,    /* value = 8 bytes at stack pointer (register offset b) + a */
	FETCH_RETVAL,   /* value = what the function returns */
	FETCH_ENTRY,    /* value = saved value number a */
	FETCH_EXPR,     /* value = the script's expression in node */
	FETCH_EXTEND,   /* cut to a bytes; b: sign-extend */
	FETCH_ADD,      /* value += a */
	FETCH_INDEX,    /* value += node * a */
	FETCH_LOAD,     /* value = a bytes at value; b: sign-extend; user: in user space */
	FETCH_BITS,     /* value = a bits from bit b up; sign: sign-extend */
	FETCH_STRING,   /* string: at most a bytes at value */
};

struct fetch_step {
	enum fetch_step_kind kind;
	int64_t a, b;
	bool sign;
	struct node *node;
};

struct fetch {
	struct VEC(struct fetch_step) steps;
	const struct type *type; /* what it yields, stripped of nothing */
	bool address;            /* the value is the address of an object of that type (struct, array) */
	bool dual;               /* a char array: a string, or its address where a number is wanted */
	bool user;               /* dereferences are of user memory */
	bool uses_regs;
};

/* The program's text: equal programs have equal text. */
void fetch_print(struct buf *out, const struct fetch *f);

/*
 * Runs a program without FETCH_EXPR, FETCH_INDEX and FETCH_STRING over
 * given registers and memory. For tests. false: a read failed.
 */
struct fetch_machine {
	const uint64_t *regs; /* as struct pt_regs */
	uint64_t retval;
	const uint64_t *entry;
	bool (*read)(void *data, uint64_t addr, unsigned size, uint64_t *value);
	void *data;
};
bool fetch_run(const struct fetch *f, const struct fetch_machine *m, uint64_t *value);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables at a place, neutrally: what is in scope there, of which type, and
 * where its value is. Debuginfo fills this (dwarf_scope.c); nobody above knows
 * of DWARF. A location is a list of pieces, each an expression over registers,
 * memory and addresses of symbols.
 */
#ifndef SONDE_TYPES_SCOPE_H
#define SONDE_TYPES_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "types/type.h"

/* Operators on 64-bit values. DIV is signed, MOD unsigned, comparisons signed, as DWARF has them. */
enum loc_op {
	LOC_ADD, LOC_SUB, LOC_MUL, LOC_DIV, LOC_MOD, LOC_AND, LOC_OR, LOC_XOR, LOC_SHL, LOC_SHR, LOC_SHRA,
	LOC_EQ, LOC_NE, LOC_LT, LOC_LE, LOC_GT, LOC_GE, LOC_NEG, LOC_NOT, LOC_ABS, LOC_OP_COUNT,
};

const char *loc_op_text(enum loc_op op); /* "add" */
/* r is not looked at for LOC_NEG, LOC_NOT and LOC_ABS, which are of l. Division by 0 gives 0. */
uint64_t loc_compute(enum loc_op op, uint64_t l, uint64_t r);

/* An expression. Nodes are shared and never change. */
struct loc {
	enum { LOC_REGISTER, LOC_CONST, LOC_SYMBOL, LOC_LOAD, LOC_EXTEND, LOC_BINARY, LOC_UNARY } kind;
	enum loc_op op;             /* BINARY, UNARY */
	int64_t a;                  /* REGISTER: offset in pt_regs; CONST; SYMBOL: added; LOAD, EXTEND: bytes */
	bool sign;                  /* EXTEND */
	bool percpu;                /* SYMBOL: this processor's instance */
	const char *symbol, *module; /* SYMBOL; module NULL: the kernel */
	const struct loc *l, *r;
};

struct loc_piece {
	enum { PIECE_GONE, PIECE_ADDRESS, PIECE_VALUE } kind;
	uint32_t bits;              /* of the variable that it holds; 0: all there are */
	uint32_t shift;             /* from this bit of the value, or of what is at the address, up */
	int reg;                    /* VALUE: it is just this register (offset in pt_regs), which can be written; or -1 */
	const struct loc *loc;
};

struct variable {
	const char *name;           /* interned */
	const struct type *type;
	bool param;
	unsigned npieces;           /* 0: there is no value here */
	const struct loc_piece *pieces;
	const char *why;            /* then: a phrase that says why */
	const char *elsewhere;      /* and where there is one: "f@fs/x.c:120-134", or NULL */
};

/* The variables at one place. */
struct var_scope;

/* The innermost variable of that name, or NULL. */
const struct variable *scope_find(const struct var_scope *s, const char *name);
/* Parameters in their order, then locals, inner ones last; each name once, as scope_find() would have it. */
void scope_each(const struct var_scope *s, void (*f)(const struct variable *v, void *data), void *data);
/* What the function returns; of kind TYPE_VOID when nothing. */
const struct type *scope_return_type(const struct var_scope *s);

#endif

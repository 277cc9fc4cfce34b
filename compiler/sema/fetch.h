/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetch programs: what "$a->b[3].c" means, worked out once from the types. A
 * program is a straight line of steps over one 64-bit value and a stack of
 * values put aside. emit prints it, unit tests interpret it, and its text is
 * the key by which places that need the same handler are grouped.
 */
#ifndef SONDE_SEMA_FETCH_H
#define SONDE_SEMA_FETCH_H

#include "base/buf.h"
#include "syntax/ast.h"
#include "types/scope.h"
#include "types/type.h"

enum fetch_step_kind {
	FETCH_REGISTER, /* value = register at byte offset a of pt_regs */
	FETCH_RETVAL,   /* value = what the function returns */
	FETCH_ENTRY,    /* value = saved value number a */
	FETCH_EXPR,     /* value = the script's expression in node */
	FETCH_EXTEND,   /* cut to a bytes; b: sign-extend */
	FETCH_ADD,      /* value += a */
	FETCH_INDEX,    /* value += node * a */
	FETCH_LOAD,     /* value = a bytes at value; b: sign-extend; user: in user space */
	FETCH_BITS,     /* value = a bits from bit b up; sign: sign-extend */
	FETCH_STRING,   /* string: at most a bytes at value */
	FETCH_CONST,    /* value = a */
	FETCH_SYMBOL,   /* value = address of symbol (in module, or NULL: the kernel) + a; b: of this processor's instance */
	FETCH_MOVED,    /* value = where what is at address a of the probed program's file is now */
	FETCH_BASE,     /* value = address of the object that is being printed */
	FETCH_PUSH,     /* the value is put aside; the next step begins another */
	FETCH_BINARY,   /* value = what was put aside last, operator a (enum loc_op), value */
	FETCH_UNARY,    /* value = operator a of value */
};

struct fetch_step {
	enum fetch_step_kind kind;
	int64_t a, b;
	bool sign;
	struct node *node;
	const char *symbol, *module;
};

/* Where an assignment goes. bits 0: all of bytes; else that many from bit shift up of them. */
struct fetch_store {
	enum { STORE_MEMORY, STORE_REGISTER, STORE_RETVAL } kind;
	uint32_t bytes, shift, bits;
	int64_t reg;             /* REGISTER: offset in pt_regs */
	bool sign;               /* of the value that is read back */
	bool user;
};

struct pretty;

struct fetch {
	struct VEC(struct fetch_step) steps;
	const struct type *type; /* what it yields, stripped of nothing */
	bool address;            /* the value is the address of an object of that type (struct, array) */
	bool dual;               /* a char array: a string, or its address where a number is wanted */
	bool user;               /* dereferences are of user memory */
	bool uses_regs;
	bool uses_record;        /* it is about a field of an event's record */
	bool string;             /* the value is a string in any case: a saved one, an enumerator's name, pretty printing */
	const struct type *names; /* an enumeration: the value's name is wanted */
	struct fetch_store *store; /* of what is assigned to: the program yields its address (nothing for registers) */
	struct pretty *pretty;   /* the program yields the object, and this its text */
};

/* An object as text: literal parts, and values that are fetched from it (their programs begin with FETCH_BASE). */
struct pretty_item {
	const char *text;        /* literal in front of the value */
	struct fetch *value;     /* NULL: only text */
	char how;                /* 'i' 'u' 'p' 'c' (of a number), 's' text between quotes, 'b' bool, 'e' name of an enumerator */
};

struct pretty {
	struct VEC(struct pretty_item) items;
	bool of_value;           /* the program's value is the number to print, not an address */
};

/* The program's text: equal programs have equal text. */
void fetch_print(struct buf *out, const struct fetch *f);

/*
 * Runs a program without FETCH_EXPR, FETCH_INDEX and FETCH_STRING over
 * given registers and memory. For tests. false: a read failed.
 */
enum { FETCH_DEPTH = 32 }; /* values put aside at a time */

struct fetch_machine {
	const uint64_t *regs; /* as struct pt_regs */
	uint64_t retval;
	const uint64_t *entry;
	uint64_t base, bias;
	bool (*symbol)(void *data, const char *name, const char *module, uint64_t *addr);
	bool (*read)(void *data, uint64_t addr, unsigned size, uint64_t *value);
	void *data;
};
bool fetch_run(const struct fetch *f, const struct fetch_machine *m, uint64_t *value);

#endif

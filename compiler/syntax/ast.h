/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of a script: made by the parser, annotated by sema, read by emit.
 * What the slots of each kind hold is said in ast.def.
 */
#ifndef SONDE_SYNTAX_AST_H
#define SONDE_SYNTAX_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/source.h"
#include "base/vec.h"

enum node_kind {
#define NODE(kind, text) N_##kind,
#define KID(name, index)
#include "syntax/ast.def"
#undef NODE
#undef KID
	N_COUNT
};

enum node_slot {
#define NODE(kind, text)
#define KID(slot, index) slot = index,
#include "syntax/ast.def"
#undef NODE
#undef KID
};

enum op {
	OP_NONE,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
	OP_BITAND, OP_BITOR, OP_BITXOR, OP_SHL, OP_SHR, OP_USHR, /* >>> is the logical shift */
	OP_CONCAT,
	OP_LT, OP_LE, OP_GT, OP_GE, OP_EQ, OP_NE,
	OP_ANDAND, OP_OROR,
	OP_NEG, OP_PLUS, OP_NOT, OP_BITNOT,
	OP_ASSIGN, OP_AGGREGATE,
	OP_MATCH, OP_NOMATCH,
	OP_SORT_UP, OP_SORT_DOWN,
	OP_PROLOGUE, OP_EPILOGUE,
	OP_COUNT
};

/* The type of a value in the language. */
enum vtype { VT_UNKNOWN, VT_LONG, VT_STRING, VT_STATS, VT_VOID };

enum node_flag {
	F_OPTIONAL = 1 << 0,
	F_SUFFICIENT = 1 << 1,
	F_PRIVATE = 1 << 2,
	F_WRAP = 1 << 3,
	F_ARRAY_HINT = 1 << 4,
	F_COMPOUND = 1 << 5,
	F_PREFIX = 1 << 6,
	F_DOLLAR = 1 << 7,
	F_EMPTY_ARGS = 1 << 8,
	F_PARENS = 1 << 9, /* was written in parentheses: for "assignment in a condition" */
	F_PRIORITY = 1 << 10, /* function f():3 { } */
	F_CONDITION = 1 << 11, /* a NEXT that sema made of a probe point's condition */
};

struct node_list VEC(struct node *);

struct node {
	enum node_kind kind : 7;
	enum op op : 6;
	enum vtype vtype : 3; /* declared (parser) or inferred (sema) */
	unsigned flags : 16;  /* enum node_flag */
	uint32_t len;         /* of str */
	struct range range;   /* the whole construct */
	struct range at;      /* where a caret belongs: the operator, the name, the keyword */
	const char *name;     /* interned */
	const char *str;      /* string or embedded text; may hold NUL bytes */
	int64_t num;
	struct node *kid[4];
	struct node_list list, list2;
	void *sym;            /* sema: struct symbol, struct func …, by kind */
	void *info;           /* sema: by kind */
};

_Static_assert(N_COUNT <= 1 << 7 && OP_COUNT <= 1 << 6 && sizeof(struct node) == 128, "a node is two lines of the cache: a script has many");

/* Allocates with kind, range and at (= range) set. */
struct node *node_new(struct arena *a, enum node_kind kind, struct range r);
struct node *node_clone(struct arena *a, const struct node *n); /* deep; keeps ranges, drops sym and info */

/*
 * Calls visit for n and everything below it, parents first. visit returns
 * false to skip what is below.
 */
void node_walk(struct node *n, bool (*visit)(struct node *n, void *data), void *data);

/* Every child pointer, in order of evaluation: kid[], then list, then list2. */
unsigned node_nchildren(const struct node *n);
struct node **node_child(struct node *n, unsigned i); /* may point at NULL */

const char *node_kind_text(enum node_kind kind);
const char *op_text(enum op op); /* "+", "<<<", … */
const char *vtype_text(enum vtype t); /* "unknown", "long", "string", "stats", "void" */

/* Prints the tree as a script that parses to the same tree (golden tests hold it). Parentheses are explicit. */
void ast_dump(struct buf *out, const struct node *file);
/* One probe point, expression or statement in the same form, without newline. */
void ast_dump_node(struct buf *out, const struct node *n);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by evaluate.c (the language) and evaluate_array.c (arrays, statistics, matches). */
#ifndef FUZZ_EVALUATE_H
#define FUZZ_EVALUATE_H

#include "program.h"

enum way { ON, BREAK, CONTINUE, NEXT, RETURN, ERROR, TOO_LONG };

struct elem {
	struct value key[KEYS_MAX], v;
	uint64_t count, sum;
	int64_t min, max;
};

/* Elements in the order in which they were made. */
struct elems {
	unsigned n;
	struct elem v[256];
};

struct run {
	struct program *p;
	struct text *out;
	struct value global[VARS_MAX];
	struct elems *array[ARRAYS_MAX];
	enum way way;
	struct value result; /* of a return; the text of an error */
	unsigned steps, printed_from;
};

struct frame {
	struct unit *unit;
	struct value *var;
};

struct value eval(struct run *r, struct frame *f, const struct expr *e);
void run_stmts(struct run *r, struct frame *f, const struct stmt *s);
bool goes_on(struct run *r); /* whether a loop goes on after its body */
void raise_error(struct run *r, const char *fmt, long long arg);
struct value arithmetic(struct run *r, unsigned op, int64_t x, int64_t y);
struct value join(struct value a, struct value b);
struct value *place(struct run *r, struct frame *f, const struct var *v);
struct value number(int64_t i);
struct value string(const char *s, size_t n);

struct value eval_array(struct run *r, struct frame *f, const struct expr *e);
struct value eval_match(struct run *r, struct frame *f, const struct expr *e);
void run_foreach(struct run *r, struct frame *f, const struct stmt *s);
void run_clear(struct run *r, struct frame *f, const struct stmt *s);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A random program: its tree, which is written as a script (write.c) and
 * carried out (evaluate.c). Nothing here comes from the compiler, so that
 * what it does is compared with a second opinion.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { STRING_MAX = 511, ERROR_MAX = 255, KIDS_MAX = 16, VARS_MAX = 128, KEYS_MAX = 3, ARRAYS_MAX = 5 };

enum type { VOID, LONG, STR };

struct value {
	int64_t i;
	const char *s;
	unsigned n; /* bytes of s */
};

struct var {
	char name[16];
	enum type type;
	bool global, fixed; /* fixed: only the loop it counts for changes it */
	unsigned slot;      /* in the frame or among the globals */
	struct value init;  /* of a global */
};

/* An array, or with STATS a statistic: no keys, a scalar. */
enum { STATS = STR + 1 };
struct array {
	char name[16];
	unsigned nkeys, slot;
	enum type key[KEYS_MAX];
	unsigned value;     /* enum type, or STATS */
	unsigned size;      /* as declared; 0: none */
	bool wrap;
};

enum expr_kind {
	E_NUMBER, E_STRING, E_VAR, E_UNARY, E_BINARY, E_ASSIGN, E_UPDATE, E_STEP, E_COND, E_CALL, E_LIBRARY, E_PRINT, E_FORMAT,
	/* the keys come first; of the next three, the last operand is the value */
	E_ELEM, E_ELEM_ASSIGN, E_ELEM_UPDATE, E_ELEM_ADD, E_ELEM_STEP, E_IN, E_STAT,
	E_MATCH, E_MATCHED, /* op: number of the pattern; of the second, kid 1 is what is taken without a match */
};

enum stat { STAT_COUNT, STAT_SUM, STAT_MIN, STAT_MAX, STAT_AVG };

enum op {
	OP_MUL, OP_DIV, OP_MOD, OP_ADD, OP_SUB, OP_JOIN, OP_SHL, OP_SHR, OP_USHR, OP_LT, OP_LE, OP_GT, OP_GE, OP_EQ, OP_NE,
	OP_AND, OP_XOR, OP_OR, OP_ANDAND, OP_OROR,
	OP_NEG, OP_PLUS, OP_NOT, OP_COMPLEMENT,
};

enum library { F_STRLEN, F_SUBSTR, F_STRINGAT, F_ISINSTR, F_STRPOS, F_STRTOL, F_REPLACE, F_TEXT };

/* One directive of a format, and the text before it. */
struct directive {
	char before[12], flags[8], letter; /* letter 0: only text */
	int width, precision;              /* NONE, STAR or a number */
};
enum { NONE = -1, STAR = -2 };

struct unit;

struct expr {
	enum expr_kind kind;
	enum type type;         /* VOID for what prints */
	unsigned id;            /* for --drop; 0: stays */
	unsigned op;            /* enum op, enum library */
	bool prefix;            /* E_STEP: ++x; of E_STEP, op is OP_ADD or OP_SUB */
	bool line, delimited;   /* E_PRINT: println, printd */
	bool parens;            /* written with a pair too many */
	unsigned char style;    /* of a number: how it is written */
	struct value value;     /* literals; the delimiter of E_PRINT */
	struct var *var;
	struct array *array;
	unsigned stars;         /* bit i: key i may be anything */
	unsigned group;         /* E_MATCHED */
	struct unit *callee;
	unsigned n;
	struct expr *kid[KIDS_MAX];
	unsigned ndirectives;
	struct directive directive[4];
};

enum stmt_kind {
	S_EXPR, S_IF, S_WHILE, S_FOR, S_BREAK, S_CONTINUE, S_NEXT, S_RETURN, S_TRY, S_BLOCK, S_DELETE, S_ERROR,
	S_FOREACH, S_CLEAR, /* expr: an E_ELEM (of S_FOREACH: the slice), or NULL: all of the array */
};

struct stmt {
	enum stmt_kind kind;
	unsigned id;
	struct expr *expr;        /* condition, value, text of an error; may be NULL */
	struct var *var;          /* counter, of catch (may be NULL), of delete */
	int limit;                /* rounds of a loop */
	struct array *array;
	struct var *key[KEYS_MAX]; /* of S_FOREACH; var: its value, or NULL */
	int by;                    /* sorted by key number, KEYS_MAX: by the value, above: by a statistic's enum stat; -1: not */
	bool down;
	struct expr *most;         /* limit; or NULL */
	struct stmt *body, *other; /* other: else, catch */
	struct stmt *next;        /* behind it in the same list */
};

/* A function or the body of a probe. */
struct unit {
	char name[24];
	bool probe, typed, used; /* typed: types are written */
	enum type ret;
	unsigned nparams, nvars;   /* parameters are the first variables */
	struct var var[VARS_MAX];
	struct stmt *body;
	struct unit *over;         /* what 'next' hands on to; same parameters */
};

struct program {
	unsigned number;           /* in the script */
	uint64_t seed;
	bool timers;               /* bodies run in timer probes, which share their globals */
	bool shared;               /* and a timer that is never due changes those globals too */
	unsigned nglobals, nfuncs, nprobes, nids, narrays;
	struct var global[VARS_MAX];
	struct array array[ARRAYS_MAX];
	struct unit func[8], probe[4];
};

struct text {
	char *s;
	size_t n, cap;
};

extern const char *const patterns[];  /* of E_MATCH */
extern const unsigned npatterns;

/* text.c */
void text_put(struct text *t, const void *s, size_t n);
void text_print(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void *fuzz_alloc(size_t n); /* zeroed; all of it is freed by */
void fuzz_free(void);

/* build.c, build_expr.c: the program of a seed. What `drop` names is simplified: pairs of an id and a way to do it. */
struct drop {
	unsigned id, way;
};
void program_build(struct program *p, uint64_t seed, const struct drop *drop, unsigned ndrop);

/* write.c */
void program_write(struct text *out, struct program *p);

/* evaluate.c: false when it takes too long or prints too much. */
bool program_run(struct text *out, struct program *p);

/* format.c */
void format_value(struct text *out, const struct directive *d, int width, int precision, struct value v);

#endif

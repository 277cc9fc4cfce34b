/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regular expressions: POSIX extended syntax over bytes, compiled to the
 * tables that runtime/core/regex.c runs. Three steps, a file each: the tree
 * (regex_parse.c), the automaton with choices (regex_nfa.c), the one without
 * (regex_dfa.c). regex.c joins them to the script. Knows no text of the user
 * but the pattern.
 */
#ifndef SONDE_SEMA_REGEX_H
#define SONDE_SEMA_REGEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"

enum { REGEX_GROUPS_MAX = 16, REGEX_REPEAT_MAX = 255, REGEX_NFA_MAX = 4000, REGEX_DFA_MAX = 4000, REGEX_REGS_MAX = 64 };

struct regex_set {
	uint64_t bits[4]; /* one a byte */
};

static inline bool regex_set_has(const struct regex_set *s, unsigned c)
{
	return s->bits[c >> 6] >> (c & 63) & 1;
}

static inline void regex_set_add(struct regex_set *s, unsigned c)
{
	s->bits[c >> 6] |= 1ULL << (c & 63);
}

/* ---- The tree -------------------------------------------------------------------- */

enum regex_kind { RX_EMPTY, RX_SET, RX_BOL, RX_EOL, RX_CAT, RX_ALT, RX_REPEAT, RX_GROUP };

struct regex_node {
	enum regex_kind kind;
	struct regex_set set;                  /* RX_SET */
	int min, max;                          /* RX_REPEAT; max -1: no limit */
	unsigned group;                        /* RX_GROUP, from 1 */
	struct VEC(struct regex_node *) child; /* the others that have some */
};

struct regex_error {
	unsigned at, n;         /* byte of the pattern, and how many */
	const char *text, *hint; /* hint may be NULL */
	bool size;              /* nothing is wrong but the size */
};

/*
 * Bytes of a pattern. soft[i]: a backslash that the script's own escapes left
 * over ("\." in a string literal); within brackets it is not there. soft may
 * be NULL.
 */
struct regex_text {
	const char *s;
	const bool *soft;
	unsigned len;
};

struct regex_node *regex_parse(struct arena *a, const struct regex_text *text, unsigned *ngroups, struct regex_error *err);

/* ---- The automaton with choices ------------------------------------------------------ */

enum regex_state_kind {
	RS_SET,     /* one byte of a set */
	RS_SPLIT,   /* out[0] is preferred where POSIX has no opinion */
	RS_JOIN,    /* nothing */
	RS_TAG,     /* remembers the position in tag n */
	RS_CLEAR,   /* forgets tag n */
	RS_LEVEL,   /* an edge of a part of the pattern, at depth n */
	RS_ROUND,   /* a round of repetition n begins; again: not the first, must not be empty */
	RS_ROUND_END,
	RS_BOL, RS_EOL, RS_ACCEPT,
};

struct regex_state {
	enum regex_state_kind kind;
	struct regex_set set;
	int n;
	bool again;
	int out[2];
};

/* With groups, tag 0 is the start of the match, 2g - 1 and 2g are those of group g. */
struct regex_nfa {
	struct arena *arena;
	struct VEC(struct regex_state) state;
	int start;
	bool groups;
	unsigned rounds;
};

/* false: too large. */
bool regex_nfa(struct regex_nfa *nfa, struct regex_node *tree);

/* ---- The tables ---------------------------------------------------------------------- */

enum { REGEX_NIL = 254, REGEX_POS = 255 }; /* as in abi.h */

struct regex {
	const char *pattern;
	unsigned len;
	bool groups;
	unsigned ngroups;      /* with the whole match; 0: it is only asked whether there is one */
	unsigned nclasses, nstates, nregs;
	unsigned char classes[256];
	struct VEC(uint16_t) next, op; /* nstates * nclasses; state 0 is dead. op: offset into ops, 0: none */
	struct VEC(uint16_t) final, final_end; /* a state: offset into ops, 0: not a match here, or not at the end */
	struct VEC(uint8_t) ops;       /* (register, source)…, 255; or the sources of the tags of a match */
	unsigned index;                /* in the plan */
};

/* NULL with *err. */
struct regex *regex_compile(struct arena *a, const struct regex_text *text, bool groups, struct regex_error *err);

/* regex_dfa.c. false: too large. */
bool regex_tables(struct regex *re, const struct regex_nfa *nfa);

/* ---- The script (regex.c) ---------------------------------------------------------------- */

struct sema;
struct plan;
struct node;

/* Compiles the patterns of all matches that were met. */
bool regex_run(struct sema *s);

/* Does this code, or a function it calls, need to remember a match? */
bool regex_remembers(struct node *body);

#endif

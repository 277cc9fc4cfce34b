/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diagnostics. An error is queued where it is found, with the range of text
 * it is about; the caller only passes failure on. The driver prints the queue.
 *
 *	struct diag *d = diag(DIAG_UNKNOWN_FUNCTION, n->range, "unknown function '%s'", name);
 *	diag_note(d, decl->range, "declared here");
 *	diag_hint(d, "did you mean '%s'?", near);
 *
 * Printed form:
 *	semantic error: unknown function 'foo': identifier 'foo' at t.stp:1:15
 *	        source: probe begin { foo() }
 *	                              ^
 *	        note: ... / hint: ...
 */
#ifndef SONDE_BASE_DIAG_H
#define SONDE_BASE_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "base/source.h"

enum diag_level { DIAG_PARSE, DIAG_SEMANTIC, DIAG_WARNING, DIAG_ERROR };

enum diag_id {
#define DIAG(id, level, name, explain) DIAG_##id,
#include "base/diag.def"
#undef DIAG
	DIAG_COUNT
};

struct diag;

struct diag *diag(enum diag_id id, struct range where, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
struct diag *diag_note(struct diag *d, struct range where, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
struct diag *diag_hint(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same note on everything queued since a mark that has a place, outside of `inside`. */
void diag_note_since(unsigned mark, struct range inside, struct range where, const char *text);
/* What was queued last; NULL when nothing is. */
struct diag *diag_last(void);
bool diag_is(const struct diag *d, enum diag_id id);

/* How many errors (not warnings) have been queued so far. */
unsigned diag_errors(void);

/* A mark in the queue, and dropping all that came after it: for optional probe points and @defined. */
unsigned diag_mark(void);
void diag_rewind(unsigned mark);

/* Prints and empties the queue. Returns the number of errors that were in it. */
unsigned diag_flush(FILE *out);

struct diag_options {
	bool color;
	bool no_warnings;     /* -w */
	bool warnings_fatal;  /* -W */
	bool script_only;     /* reserved: warnings of library files only with -v */
};
extern struct diag_options diag_options;

/* "--explain NAME": prints the paragraph; false when there is no such id. Names are kebab-case. */
bool diag_explain(const char *name, FILE *out);
const char *diag_name(enum diag_id id);

/* Did you mean: feed candidates, then ask. NULL when none is near enough. */
struct suggest {
	const char *want;
	const char *best;
	unsigned distance;
};
void suggest_init(struct suggest *s, const char *want);
void suggest_offer(struct suggest *s, const char *candidate);
const char *suggest_best(const struct suggest *s);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to process*.c: a place of a program on its way into the plan. */
#ifndef SONDE_PROBE_PROCESS_PLACE_H
#define SONDE_PROBE_PROCESS_PLACE_H

#include "probe/places.h"
#include "types/program.h"

/* Of a place. */
struct user_place {
	const struct program *program;
	uint64_t offset, counter;
	const void *more;          /* callee.c's */
	bool past_entry;           /* a function's entry that was moved behind its prologue */
};

/* Words in registers and on the stack, by the calling convention: $arg1 and so on. */
enum { PROCESS_WORDS = 12 };

/* process_mark.c: the markers that patterns mean; provider may be NULL. False: there are none, which was reported. */
bool process_marks(struct place_search *s, const struct point_arg *provider, const struct point_arg *name, bool wildcard);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which processes a probe point means that begins with process, process(PID)
 * or process("PATH"): what the kinds of probes in user space share. It knows
 * nothing of what is probed in them.
 */
#ifndef SONDE_PROBE_PROCESS_TARGET_H
#define SONDE_PROBE_PROCESS_TARGET_H

#include "base/vec.h"
#include "probe/provider.h"

/* The three forms of a point, in a list of forms and in one of what they are. */
#define PROCESS_FORMS(rest) "process" rest, "process(n)" rest, "process(s)" rest
#define PROCESS_DOCS(what) what, "the same, of the process of that number", "the same, of processes that run that program"

struct process_target {
	enum { PROCESS_ALL, PROCESS_PID, PROCESS_PATH } kind; /* ALL: with -c or -x, the target and its descendants */
	int64_t pid;
	const char *path;    /* the program as the running system knows it, absolute; NULL: not asked for, or any */
	const char *file;    /* the same where it can be opened now: below the sysroot */
	const char *name;    /* the component as it is in pp(): process("/bin/ls") */
	bool wildcard;       /* one of many that a pattern matched */
};

struct process_targets VEC(struct process_target);

/*
 * What the first component of the point means: one target, or one for each program that a pattern matches. need_file: the
 * program has to be known now, so a plain process is that of -c or -x. Programs that are scripts stand for their
 * interpreters. False: reported.
 */
bool process_targets(struct resolver *r, const struct point_match *m, bool need_file, struct process_targets *out);

/* The point as pp() has it: the first component is that of the target, its end what the script says. */
const char *process_pp(struct resolver *r, const struct point_match *m, const struct process_target *t);

/* Where a file of the running system is now: below the sysroot. */
const char *process_file(struct resolver *r, const char *path);

/* process_build.c: hexadecimal, as readelf -n shows it; and the path of a program that has it, dirs being folders with ':' between, or NULL. */
bool process_is_build_id(const char *s);
const char *process_find_build(struct resolver *r, const char *id, const char *dirs);

/* The initialiser of a struct sd_process. */
void process_emit(struct buf *out, const struct process_target *t);

#endif

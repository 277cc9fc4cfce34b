/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of a loaded module: start, drain, stop, account. */
#ifndef SONDE_RUN_SESSION_H
#define SONDE_RUN_SESSION_H

#include <stdbool.h>

struct module;
struct target;
struct rotate;

struct session_options {
	int out_fd;
	int wake_fd; /* of signals_init() */
	bool json;
	struct rotate *rotate;  /* -S, or 0 */
	const char *bulk;       /* -b: the base of the files' names, or 0 */
	unsigned int timeout_s; /* 0: none */
	bool attach;            /* -A: the script runs already */
	bool detach;            /* -L: leave it when it runs */
	int ready_fd;           /* -D: gets a byte when it runs; -1: none */
};

/*
 * Runs the script of a loaded module to its end; does not unload it. True: it ran and nothing went wrong. *gave_up
 * is set when the user did not want to wait for the end: the module is then still in use, or that it was left running (true). *lost: something was.
 */
bool session_run(struct module *m, struct target *t, const struct session_options *opt, bool *gave_up, bool *lost);

#endif

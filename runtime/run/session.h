/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of a loaded module: start, drain, stop, account. */
#ifndef SONDE_RUN_SESSION_H
#define SONDE_RUN_SESSION_H

#include <stdbool.h>

struct module;
struct target;

struct session_options {
	int out_fd;
	int wake_fd; /* of signals_init() */
	bool json;
};

/*
 * Runs the script of a loaded module to its end; does not unload it. True: it ran and nothing went wrong. *gave_up
 * is set when the user did not want to wait for the end: the module is then still in use.
 */
bool session_run(struct module *m, struct target *t, const struct session_options *opt, bool *gave_up);

#endif

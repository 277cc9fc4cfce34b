/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running commands: no shell, a clean environment, output to a log, and no
 * child left behind when the user gives up.
 */
#ifndef SONDE_DRIVER_PROC_H
#define SONDE_DRIVER_PROC_H

#include <stddef.h>
#include <sys/types.h>

struct proc {
	const char *const *argv;  /* argv[0] is looked up in PATH when it has no '/' */
	const char *cwd;          /* NULL: as we are */
	const char *const *env;   /* "NAME=value" beyond the clean environment, NULL-ended; or NULL */
	const char *log;          /* stdout and stderr are appended to it; NULL: /dev/null */
	/* set by proc_start() */
	pid_t pid;
};

/*
 * The environment of a child is PATH, HOME, TMPDIR and LC_ALL=C: nothing of
 * make's or the compiler's that may stand in ours changes what is built.
 * The child leads a process group of its own. 0 or -errno.
 */
int proc_start(struct proc *p);

/*
 * Waits. Returns the exit status, 128 + signal when a signal ended it. When
 * SIGINT, SIGTERM or SIGHUP comes for us meanwhile, the child's whole group is
 * killed, the signal is raised again under its former handler, and if that
 * returns, -EINTR is returned. One child at a time may be waited for.
 */
int proc_wait(struct proc *p);

/* Both. 0…255, or a negative errno (not started, or interrupted). */
int proc_run(struct proc *p);

/* Runs argv and returns what it printed on stdout (at most 64 kB), or NULL when it failed. Permanent memory. */
char *proc_output(const char *const *argv, const char *cwd);

/* The file that a command name means, by PATH; NULL when there is none. Permanent memory. */
const char *proc_find(const char *name);

#endif

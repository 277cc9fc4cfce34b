/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The target command (-c): a child that waits until the probes are running. */
#ifndef SONDE_RUN_TARGET_H
#define SONDE_RUN_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

struct target {
	pid_t pid; /* of the child or of -x; 0: none */
	int gate;  /* write end of the pipe that holds the child; -1: released, or none */
	bool child, released, ended;
	bool own_group; /* the command leads a process group of its own */
	int status; /* of waitpid(), when ended */
};

/* command may be NULL, then pid (0: none) is the target. False: reported. */
bool target_init(struct target *t, const char *command, pid_t pid);
void target_release(struct target *t); /* lets the command run */
void target_reap(struct target *t);    /* after SIGCHLD */

/* A stop signal for the command; forwarded says that it was sent to this process alone, not by the terminal. */
void target_signal(struct target *t, int sig, bool forwarded);

/* A command that was never released ends here without having run; one that still runs is left alone. */
void target_deinit(struct target *t);

#endif

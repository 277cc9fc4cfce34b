/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard input, for scripts that want it. A terminal gives each character at once while one is wanted. */
#ifndef SONDE_RUN_INPUT_H
#define SONDE_RUN_INPUT_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

struct input {
	bool wanted, ended, raw;
	struct termios saved;
};

/* What is wanted from now on: SD_INPUT_*, or 0. */
void input_want(struct input *in, unsigned int what);

/* For poll(): -1 while nothing can or should be read. */
int input_fd(const struct input *in);

/* After poll() said so. 0: it has ended, which is said once; -1: nothing now. */
ssize_t input_read(struct input *in, char *buf, size_t cap);

void input_deinit(struct input *in); /* the terminal as it was */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's log said since a moment. Best effort: it may not be readable. */
#ifndef SONDE_RUN_KMSG_H
#define SONDE_RUN_KMSG_H

#include <stdbool.h>
#include <stddef.h>

int kmsg_open(void); /* at the end of the log; -1: not to be had */
/* The text behind "ERROR: NAME: " of the first such line. Closes fd. False: there is none. */
bool kmsg_error(int fd, const char *name, char *buf, size_t cap);

#endif

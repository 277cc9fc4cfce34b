/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals as counters and a descriptor that poll() can wait for. The handlers do nothing else. */
#ifndef SONDE_RUN_SIGNALS_H
#define SONDE_RUN_SIGNALS_H

#include <stdbool.h>

/* Returns a descriptor that is readable when something came in; -1 on failure (errno). */
int signals_init(void);

/* For a child between fork and exec: everything as a fresh program expects it. */
void signals_reset(void);

/* Makes the descriptor unreadable until the next signal. */
void signals_drain(void);

unsigned int signals_stops(void); /* SIGINT, SIGTERM and SIGHUP so far */
bool signals_take_child(void);    /* a SIGCHLD since the last call */
int signals_take_stop(bool *sent); /* a stop signal that came since the last call, 0: none; sent: not by the terminal */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files about the command line share. */
#ifndef SONDE_DRIVER_OPTIONS_H
#define SONDE_DRIVER_OPTIONS_H

#include "driver/session.h"

/* The message says the remedy itself; the second adds that --help lists the options. */
void plain_error(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void usage_error(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* limits.c: -D NAME=VALUE */
void limits_define(struct session *s, const char *arg);
extern const struct limits limits_default;

#endif

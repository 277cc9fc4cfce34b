/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the runner itself says, on stderr. The text of scripts goes through out.h. */
#ifndef SONDE_RUN_MSG_H
#define SONDE_RUN_MSG_H

#include <stdbool.h>

extern int msg_verbose;      /* number of -v */
extern bool msg_no_warnings; /* -w */
extern unsigned int msg_errors; /* msg_error() calls so far */

void msg_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));   /* "ERROR: " */
void msg_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* "WARNING: ", not with -w */
void msg_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));  /* "WARNING: ", even with -w: losses are never silent */
void msg_info(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* with level or more -v */

#endif

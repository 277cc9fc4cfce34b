/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files about the command line share. */
#ifndef SONDE_DRIVER_OPTIONS_H
#define SONDE_DRIVER_OPTIONS_H

#include "driver/session.h"

/* The message says the remedy itself; the second adds that --help lists the options. */
void plain_error(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void usage_error(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* option_values.c: what is given is checked; reported when it is wrong. */
void option_buffer(struct session *s, const char *arg);
void option_module_name(struct session *s, const char *arg);
void option_listing(struct session *s, const char *arg, bool variables);
void option_arch(struct session *s, const char *arg);
void option_make(struct session *s, const char *arg);
void option_global(struct session *s, const char *arg);
void option_sysenv(struct session *s, const char *arg);
void option_rlimit(struct session *s, const char *name, int resource, const char *arg);
void option_modinfo(struct session *s, const char *arg);
void option_passes(struct session *s, const char *arg);
void option_vp(struct session *s, const char *arg);
void option_color(struct session *s, const char *arg);
void option_dump(struct session *s, const char *arg);
void option_object(struct session *s, const char *arg);
void option_sysroot(struct session *s, const char *arg);
const char *option_folder(struct session *s, const char *arg);

/* limits.c: -D NAME=VALUE */
void limits_define(struct session *s, const char *arg);
extern const struct limits limits_default;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 4 for --runtime=user: the same C file as for a module, compiled and
 * linked with runtime/user to an ordinary program. Needs a C compiler, and
 * neither root nor anything of a kernel.
 */
#ifndef SONDE_DRIVER_USER_H
#define SONDE_DRIVER_USER_H

#include <stdbool.h>

struct session;

/*
 * Sets s->build.runtime_hash: what the runtime's object and, with it, every
 * program is made from: all sources, flags, the compiler. 0, or -1 with a diagnostic.
 * SONDE_USER_CFLAGS in the environment adds flags: -fsanitize=address,undefined.
 */
int user_identify(struct session *s);

/* Compiles c_file to the program file; the runtime's object is made first when the cache has none. 0 or -1. */
int user_build(struct session *s, const char *c_file, const char *file);

#endif

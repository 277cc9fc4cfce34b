/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small things every layer needs: dying, array sizes, file reading. */
#ifndef SONDE_BASE_UTIL_H
#define SONDE_BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* For what cannot happen in a working program (out of memory, a broken invariant): prints and exits with 1. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Reads a whole file into malloc'ed memory, with a NUL behind it.
 * Returns 0, or a negative errno. *len (bytes) may be NULL.
 */
int file_read(const char *path, char **text, size_t *len);

/*
 * Writes a file by way of a temporary beside it and rename(2), so that a
 * reader sees the old content or the new, never a part. Returns 0 or -errno.
 */
int file_write_atomic(const char *path, const void *data, size_t len, unsigned mode);

/* mkdir -p with the given mode for what is made. Returns 0 or -errno. */
int dir_make(const char *path, unsigned mode);

bool path_exists(const char *path);

/* PATH and LD_LIBRARY_PATH as --sysenv gives them, else the environment's; NULL: it has none. */
const char *sysenv(const char *name);
bool sysenv_is_set(const char *name);
bool sysenv_set(const char *name, const char *value); /* false: it is neither. value stays the caller's */

/* strchr-style glob match of sonde's probe points: '*', '?', '[..]'. */
bool glob_match(const char *pattern, const char *text);
bool is_glob(const char *s);

#endif

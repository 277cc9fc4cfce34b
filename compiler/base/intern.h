/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interned strings: equal text has one address, so names are compared by pointer. They live for ever. */
#ifndef SONDE_BASE_INTERN_H
#define SONDE_BASE_INTERN_H

#include <stddef.h>

const char *intern(const char *s);
const char *intern_n(const char *s, size_t n);
const char *intern_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: the system calls that a kernel's image describes. Reports nothing. */
#ifndef SONDE_TYPES_SYSCALLS_H
#define SONDE_TYPES_SYSCALLS_H

#include "types/db.h"
#include "types/image.h"

/* Calls f for each that has arguments; strings are valid during the call. false: nothing can be said. */
bool syscalls_scan(const struct image *im, struct type_db *db, void (*f)(const struct syscall *c, void *data), void *data);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runtime/core needs of its surroundings, in user space: the memory
 * functions of the C library and nothing else.
 */
#ifndef SONDE_USER_OS_H
#define SONDE_USER_OS_H

#include <stddef.h>
#include <string.h>

#endif

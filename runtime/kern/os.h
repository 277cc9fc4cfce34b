/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runtime/core needs of its surroundings, in the kernel: the memory
 * functions and nothing else.
 */
#ifndef SONDE_KERN_OS_H
#define SONDE_KERN_OS_H

#include <linux/stddef.h>
#include <linux/string.h>

#endif

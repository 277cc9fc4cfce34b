/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: a new machine adds its line here and in arch.c. */
#ifndef SONDE_TYPES_ARCH_LIST_H
#define SONDE_TYPES_ARCH_LIST_H

#include "types/arch.h"

extern const struct arch arch_arm64;
extern const struct arch arch_x86_64;

#endif

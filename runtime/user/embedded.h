/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a script's embedded C finds in the user runtime, where there is the C library and no kernel. */
#ifndef SONDE_USER_EMBEDDED_H
#define SONDE_USER_EMBEDDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "abi.h"
#include "embedded_macros.h"

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/regex.c"
#include "../core/stat.c"
#include "data.c"
#include "lock.c"
#include "return.c"
#include "watch.c"

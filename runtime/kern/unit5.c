// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/fn_ask.c"
#include "../core/format.c"
#include "../core/map.c"
#include "../core/text.c"
#include "load.c"
#include "memory.c"
#include "netfilter.c"
#include "places.c"

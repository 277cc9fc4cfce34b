// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/fn_memory.c"
#include "../core/fp.c"
#include "../core/fp_text.c"
#include "../core/hist.c"
#include "filter.c"
#include "fn_time.c"
#include "modules.c"
#include "procfs.c"
#include "refused.c"
#include "timer.c"

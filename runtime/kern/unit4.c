// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/fn_text.c"
#include "../core/map_iter.c"
#include "../core/names.c"
#include "address.c"
#include "fn_regs.c"
#include "fn_signal.c"
#include "fn_task.c"
#include "input.c"

// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/error.c"
#include "../core/string.c"
#include "begin.c"
#include "clock.c"
#include "embedded.c"
#include "fn_stack.c"
#include "function.c"
#include "perf.c"
#include "perf_task.c"
#include "process_watch.c"

// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/unwind_expr.c"
#include "task.c"
#include "task_filter.c"
#include "task_syscall.c"
#include "user_symbols.c"

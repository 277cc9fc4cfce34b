// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/fn_syscall.c"
#include "../core/syscall_memory.c"
#include "record.c"
#include "uprobe.c"

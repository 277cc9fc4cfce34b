// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/lines.c"
#include "../core/unwind.c"
#include "lines.c"
#include "user_callers.c"
#include "user_mappings.c"
#include "user_objects.c"
#include "user_stack.c"

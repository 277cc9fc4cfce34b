// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/hit.c"
#include "../core/settings.c"
#include "callers.c"
#include "control.c"
#include "events.c"
#include "module.c"
#include "points.c"
#include "statement.c"
#include "symbols.c"

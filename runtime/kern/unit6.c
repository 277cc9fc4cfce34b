// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled as one: see Kbuild. */
#include "../core/embedded.c"
#include "context.c"
#include "cpus.c"
#include "error.c"
#include "profile.c"
#include "ring.c"
#include "stage.c"
#include "tracepoint.c"

// SPDX-License-Identifier: GPL-2.0-or-later
/* begin, end, error: nothing to attach; control.c runs them at the right step. */
#include "user.h"

const struct sd_kind sd_kind_begin = { .name = "begin" };
const struct sd_kind sd_kind_end = { .name = "end" };
const struct sd_kind sd_kind_error = { .name = "error" };

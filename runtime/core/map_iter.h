/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two halves of the arrays' code share. */
#ifndef SONDE_CORE_MAP_ITER_H
#define SONDE_CORE_MAP_ITER_H

#include "abi.h"

/* Whether the element has these keys; those whose bit is set in any are not compared. */
int sd_map_like(const struct sd_map_type *t, const struct sd_elem *e, const struct sd_value *keys, unsigned int any);

#endif

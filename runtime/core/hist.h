/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a histogram looks. Pure: the module's sprint and the runner's print link the same code. */
#ifndef SONDE_CORE_HIST_H
#define SONDE_CORE_HIST_H

#include "abi.h"

struct sd_hist_shape {
	int linear;
	unsigned int n;          /* buckets */
	sd_int low, high, width; /* of a linear one */
};

/*
 * Writes the table into dst (cap bytes, what does not fit is left out).
 * Returns the bytes of the whole text, which may be more than cap.
 */
sd_uint sd_hist_text(char *dst, sd_uint cap, const struct sd_hist_shape *s, sd_int (*bucket)(const void *data, unsigned int i),
		     const void *data);

#endif

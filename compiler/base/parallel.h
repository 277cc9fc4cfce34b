/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work in several pieces, done by copies of this process: as many at a time as
 * there are processors, and what a piece takes of memory is gone with its
 * copy. Libraries need not know of threads for it.
 */
#ifndef SONDE_BASE_PARALLEL_H
#define SONDE_BASE_PARALLEL_H

#include "base/buf.h"

struct parallel {
	unsigned n;                                           /* pieces */
	void (*work)(unsigned i, struct buf *out, void *data); /* in the copy; reports nothing, and leaves nothing but out */
	void (*take)(unsigned i, const void *out, size_t size, void *data); /* here, in order; out is aligned, and gone afterwards */
	void *data;
};

void parallel_run(const struct parallel *p);

#endif

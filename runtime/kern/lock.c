// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slow way to a lock of abi.h: MAXTRYLOCK attempts, TRYLOCKDELAY
 * microseconds apart, then the handler is skipped and the loss counted.
 * A handler spins with interrupts off, and so does the holder, unless it is a
 * begin or end probe, which runs when nothing else does: no deadlock.
 */
#include <linux/delay.h>
#include <linux/processor.h>
#include "kern.h"

static bool try_lock(struct sd_lock *l, int write)
{
	int n = READ_ONCE(l->v);

	if (write ? n != 0 : n < 0)
		return false;
	return __atomic_compare_exchange_n(&l->v, &n, write ? -1 : n + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

int sd_lock_slow(struct sd_ctx *c, struct sd_lock *l, int write)
{
	int i, k;

	for (i = 0; i <= sd_script.limits.maxtrylock; i++) {
		/* Most holders are done within a few hundred cycles: look often at first. */
		for (k = 0; k < 64; k++) {
			if (try_lock(l, write))
				return 0;
			cpu_relax();
		}
		udelay(sd_script.limits.trylockdelay);
	}
	sd_skip(c->probe, SD_LOSS_LOCK);
	return 1;
}

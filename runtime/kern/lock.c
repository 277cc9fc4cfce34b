// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slow ways to the locks of abi.h: MAXTRYLOCK attempts, TRYLOCKDELAY
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

static bool is_free(const struct sd_lock *l)
{
	return !__atomic_load_n(&l->v, __ATOMIC_ACQUIRE);
}

/* The mark goes while we wait: whoever has the lock waits for it. */
int sd_share_slow(struct sd_ctx *c, struct sd_lock *l, sd_uint bit)
{
	int i, k;

	sd_unshare(c, bit);
	for (i = 0; i <= sd_script.limits.maxtrylock; i++) {
		for (k = 0; k < 64; k++) {
			if (is_free(l)) {
				__atomic_store_n(&c->sharing, c->sharing | bit, __ATOMIC_RELAXED);
				__atomic_thread_fence(__ATOMIC_SEQ_CST);
				if (is_free(l))
					return 0;
				sd_unshare(c, bit);
			}
			cpu_relax();
		}
		udelay(sd_script.limits.trylockdelay);
	}
	sd_skip(c->probe, SD_LOSS_LOCK);
	return 1;
}

static bool nobody_shares(sd_uint bit)
{
	unsigned int i;

	for (i = 0; i <= sd_ncpus; i++)
		if (__atomic_load_n(&sd_cpus[i]->ctx.sharing, __ATOMIC_ACQUIRE) & bit)
			return false;
	return true;
}

int sd_lock_alone(struct sd_ctx *c, struct sd_lock *l, sd_uint bit)
{
	int i, k;

	if (sd_lock_write(c, l))
		return 1;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (i = 0; i <= sd_script.limits.maxtrylock; i++) {
		for (k = 0; k < 64; k++) {
			if (nobody_shares(bit))
				return 0;
			cpu_relax();
		}
		udelay(sd_script.limits.trylockdelay);
	}
	sd_unlock_write(l);
	sd_skip(c->probe, SD_LOSS_LOCK);
	return 1;
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

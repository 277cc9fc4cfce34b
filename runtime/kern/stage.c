// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A start in steps: few places are attached first, and then several times as
 * many, with a look at the machine in between. When the handlers take more of
 * a processor's time than STP_OVERLOAD_THRESHOLD of STP_OVERLOAD_INTERVAL, or
 * this start itself, which is work of ordinary priority, does not get its turn,
 * no more are attached, and those that were are let go. What happens within a
 * step is the affair of clock.c, which ends the script too: then the steps end.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "kern.h"

enum {
	FIRST = 512, TIMES = 4, /* places of the first step; how many times as many with the next */
	LOOK_MS = 10,           /* how long to look at least, */
	LONG_MS = 200,          /* and before handlers are found to take too much: a burst is nothing to worry about */
	LATE_MS = 250,          /* this start did not get its turn: much, and so much that nothing else need be wrong */
	STARVED_MS = 2000,
};

static struct task_struct *starter; /* a module that comes meanwhile is attached by another, as a whole */
static unsigned int step, room; /* places of this step, and how many of them are still to be attached */
static unsigned int done;
static u64 *before;             /* [sd_ncpus]: cycles in handlers when the look began */
static u64 since;

/* Both ratios in floating points of sorts: cycles of an interval may be many, their product more than fits. */
static u64 share(u64 cycles, u64 took)
{
	u64 limit = sd_script.overload_threshold, interval = sd_script.overload_interval;

	while ((limit | interval) >> 20) {
		limit >>= 1;
		interval >>= 1;
	}
	while ((cycles | took) >> 35) {
		cycles >>= 1;
		took >>= 1;
	}
	return div64_u64(256 * cycles * max(interval, 1ULL), max(took, 1ULL) * max(limit, 1ULL));
}

static void look_again(void)
{
	unsigned int i;

	for (i = 0; i < sd_ncpus; i++)
		before[i] = READ_ONCE(sd_cpus[i]->clock.total);
	since = get_cycles();
}

int sd_stage_start(void)
{
	step = room = FIRST;
	done = 0;
	if (!sd_script.overload_threshold)
		return 0;
	before = sd_may_fail(kvcalloc(sd_ncpus, sizeof(*before), GFP_KERNEL));
	if (!before)
		return -ENOMEM;
	look_again();
	starter = current;
	return 0;
}

void sd_stage_end(void)
{
	WRITE_ONCE(starter, NULL);
	kvfree(before);
	before = NULL;
}

/* Time in handlers, of the processor that has most of it and of all together, as multiples of what one may have. In 1/256. */
static void measure(u64 *most, u64 *all)
{
	u64 took = get_cycles() - since, max = 0, sum = 0, n;
	unsigned int i;

	for (i = 0; i < sd_ncpus; i++) {
		n = READ_ONCE(sd_cpus[i]->clock.total) - before[i];
		sum += n;
		max = n > max ? n : max;
	}
	*most = share(max, took);
	*all = share(sum, took);
}

/* The probe that was hit most often: most likely it is the one that does it. */
static const struct sd_probe *most_hit(u64 *hits)
{
	const struct sd_probe *found = NULL;
	unsigned int i, k;

	*hits = 0;
	for (i = 0; i < sd_script.nprobes; i++) {
		u64 n = 0;

		for (k = 0; k < sd_ncpus; k++)
			n += READ_ONCE(sd_cpus[k]->count[i].hits);
		if (n > *hits || !found) {
			*hits = n;
			found = sd_script.probes[i];
		}
	}
	return found;
}

static int give_up(void)
{
	struct sd_ctx *c = &sd_process->ctx;
	u64 hits;

	if (!READ_ONCE(sd_live))
		return -ECANCELED;
	c->probe = most_hit(&hits);
	sd_raise(c, SD_ERR_STORM, NULL, done);
	sd_report_fatal(c);
	sd_out_close(&sd_process->out);
	return -ECANCELED;
}

/*
 * A processor that takes more than it may is one sign. Another, where processors are not always there for us (an
 * emulator, a busy host), is that this work waits long for its turn while handlers take as much as that on all together.
 */
static int look(void)
{
	unsigned long began = jiffies;
	unsigned int ms = LOOK_MS, late;
	u64 most, all;

	for (;;) {
		unsigned long asked = jiffies;

		msleep(ms);
		if (!READ_ONCE(sd_live))
			return -ECANCELED;
		late = jiffies_to_msecs(jiffies - asked) - ms;
		measure(&most, &all);
		if (late >= STARVED_MS || (late >= LATE_MS && all > 256))
			return give_up();
		if (most <= 256)
			return 0;
		if (jiffies_to_msecs(jiffies - began) >= LONG_MS)
			return give_up();
		ms = LONG_MS / 4;
	}
}

unsigned int sd_stage_room(void)
{
	return READ_ONCE(starter) == current ? room : UINT_MAX;
}

int sd_stage_took(unsigned int n)
{
	int err;

	if (!READ_ONCE(sd_live))
		return -ECANCELED; /* the script has ended meanwhile: it needs no more */
	if (READ_ONCE(starter) != current)
		return 0;
	done += n;
	room -= min(room, n);
	if (room)
		return 0;
	err = look();
	step *= TIMES;
	room = step;
	look_again();
	return err;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * timer: a list of points in time. control.c sleeps until the first of them.
 * Handlers whose times have come run in the order of these times; a time that
 * went by while other handlers ran is skipped, as the kernel's timers do.
 */
#include "user.h"

#include <stdlib.h>
#include <unistd.h>

enum { SHORTEST_NS = 10000 }; /* as in the kernel: a shorter period would leave no time for anything else */

struct timer {
	const struct sd_probe *probe;
	sd_uint period, spread; /* ns */
	sd_uint next;
};

static struct timer *timers;
static unsigned int ntimers;

/* 0 … n - 1; a linear congruential generator (Knuth's MMIX) is enough. */
static sd_uint chance(sd_uint n)
{
	static sd_uint x;

	x = (x ? x : sd_user.random) * 6364136223846793005ULL + 1442695040888963407ULL;
	return (sd_uint)(((unsigned __int128)x * n) >> 64);
}

static sd_uint interval(const struct timer *t)
{
	sd_uint v = t->period;

	if (t->spread) {
		v += chance(2 * t->spread + 1);
		v = v > t->spread ? v - t->spread : 0;
	}
	return v < SHORTEST_NS ? SHORTEST_NS : v;
}

static bool timer_attach(const struct sd_probe *const *probes, unsigned int n)
{
	sd_uint now = sd_now(), jiffy = 1000000000U / (sd_uint)sysconf(_SC_CLK_TCK);

	timers = calloc(n, sizeof(*timers));
	if (!timers)
		return false;
	for (ntimers = 0; ntimers < n; ntimers++) {
		struct timer *t = &timers[ntimers];
		const struct sd_timer *d = probes[ntimers]->data;

		t->probe = probes[ntimers];
		t->period = d->jiffies ? d->jiffies * jiffy : d->period_ns;
		t->spread = d->jiffies ? d->random_jiffies * jiffy : d->random_ns;
		if (t->period < SHORTEST_NS)
			sd_warn("the period of %llu ns is taken as %u ns", t->period, SHORTEST_NS);
		t->next = now + interval(t);
	}
	return true;
}

static struct timer *first(void)
{
	struct timer *f = NULL;

	for (unsigned int i = 0; i < ntimers; i++)
		if (!f || timers[i].next < f->next)
			f = &timers[i];
	return f;
}

static sd_uint timer_due(void)
{
	struct timer *f = first();

	return f ? f->next : SD_NEVER;
}

static void timer_run(void)
{
	struct timer *f = first();
	sd_uint now, step;

	sd_run(f->probe, false);
	now = sd_now();
	step = interval(f);
	f->next += step;
	if (f->next <= now)
		f->next += ((now - f->next) / step + 1) * step;
}

static void timer_detach(void)
{
	free(timers);
	timers = NULL;
	ntimers = 0;
}

const struct sd_kind sd_kind_timer = {
	.name = "timer", .attach = timer_attach, .due = timer_due, .run = timer_run, .detach = timer_detach,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * timer: a high-resolution timer for periods in time, a timer of the wheel for
 * periods in jiffies. One timer each, on the processor where it was started.
 * The first expire in the interrupt itself also under PREEMPT_RT, where others
 * wait for a thread: on time, and with the process that was interrupted.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/math64.h>
#include "kern.h"
#include "compat/hrtimer.h"
#include "compat/timer.h"

enum { SHORTEST_NS = 10000 }; /* a shorter period would leave no time for anything else */

struct timer {
	const struct sd_probe *probe;
	const struct sd_timer *data;
	u64 random;
	union {
		struct hrtimer hr;
		struct timer_list wheel;
	};
};

static struct timer *timers;
static unsigned int ntimers; /* that were started */

static void hit(const struct sd_probe *p)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return;
	sd_count_hit(c, p);
	c->regs = NULL;
	c->ip = 0;
	c->site = 0;
	p->handler(c);
	sd_leave(c, flags);
}

/* base ± spread, evenly; a linear congruential generator (Knuth's MMIX) is enough. */
static u64 vary(struct timer *t, u64 base, u64 spread, u64 least)
{
	u64 v = base;

	if (spread) {
		t->random = t->random * 6364136223846793005ULL + 1442695040888963407ULL;
		v += mul_u64_u64_shr(t->random, 2 * spread + 1, 64);
		v = v > spread + least ? v - spread : least;
	}
	return max(v, least);
}

static u64 next_ns(struct timer *t)
{
	return vary(t, t->data->period_ns, t->data->random_ns, SHORTEST_NS);
}

static unsigned long next_jiffies(struct timer *t)
{
	return vary(t, t->data->jiffies, t->data->random_jiffies, 1);
}

static enum hrtimer_restart hr_expired(struct hrtimer *hr)
{
	struct timer *t = container_of(hr, struct timer, hr);

	hit(t->probe);
	if (!READ_ONCE(sd_live))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(hr, ns_to_ktime(next_ns(t)));
	return HRTIMER_RESTART;
}

static void wheel_expired(struct timer_list *wheel)
{
	struct timer *t = container_of(wheel, struct timer, wheel);
	unsigned long next = wheel->expires + next_jiffies(t);

	hit(t->probe);
	if (READ_ONCE(sd_live))
		mod_timer(wheel, time_after(next, jiffies) ? next : jiffies + 1);
}

static int timer_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i;

	timers = sd_may_fail(kvcalloc(n, sizeof(*timers), GFP_KERNEL));
	if (!timers) {
		sd_complain(probes[0], "out of memory for %u timers", n);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		struct timer *t = &timers[i];

		t->probe = probes[i];
		t->data = probes[i]->data;
		t->random = sd_process->random + i;
		if (t->data->jiffies) {
			timer_setup(&t->wheel, wheel_expired, 0);
			mod_timer(&t->wheel, jiffies + next_jiffies(t));
		} else {
			if (t->data->period_ns < SHORTEST_NS)
				sd_warn(t->probe, "the period of %llu ns is taken as %u ns", t->data->period_ns, SHORTEST_NS);
			sd_hrtimer_setup(&t->hr, hr_expired, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
			hrtimer_start(&t->hr, ns_to_ktime(next_ns(t)), HRTIMER_MODE_REL_HARD);
		}
		ntimers++;
	}
	return 0;
}

static void timer_detach(void)
{
	unsigned int i;

	for (i = 0; i < ntimers; i++)
		if (timers[i].data->jiffies)
			sd_timer_stop(&timers[i].wheel);
		else
			hrtimer_cancel(&timers[i].hr);
	ntimers = 0;
}

static void timer_finish(void)
{
	kvfree(timers);
	timers = NULL;
}

const struct sd_kind sd_kind_timer = {
	.name = "timer",
	.attach = timer_attach,
	.detach = timer_detach,
	.finish = timer_finish,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * profile: timer.profile and its kin, a high-resolution timer on each
 * processor. The handler's registers are those of what the timer interrupted.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/jiffies.h>
#include <asm/irq_regs.h>
#include "kern.h"
#include "compat/hrtimer.h"

struct profile;

struct profile_cpu {
	struct hrtimer timer;
	struct profile *owner;
};

struct profile {
	struct sd_each_cpu each;
	const struct sd_probe *probe;
	u64 period;
	struct profile_cpu __percpu *cpu;
	bool added;
};

static struct profile *profiles;
static unsigned int nprofiles;

static enum hrtimer_restart expired(struct hrtimer *timer)
{
	struct profile_cpu *at = container_of(timer, struct profile_cpu, timer);
	const struct sd_probe *p = at->owner->probe;
	struct pt_regs *regs = get_irq_regs();
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (c) {
		sd_count_hit(c, p);
		c->regs = regs;
		c->ip = regs ? instruction_pointer(regs) : 0;
		c->site = 0;
		p->handler(c);
		sd_leave(c, flags);
	}
	if (!READ_ONCE(sd_live))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(at->owner->period));
	return HRTIMER_RESTART;
}

static int start(struct sd_each_cpu *each, unsigned int cpu)
{
	struct profile *f = container_of(each, struct profile, each);
	struct profile_cpu *at = per_cpu_ptr(f->cpu, cpu);

	at->owner = f;
	sd_hrtimer_setup(&at->timer, expired, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	hrtimer_start(&at->timer, ns_to_ktime(f->period), HRTIMER_MODE_REL_PINNED_HARD);
	return 0;
}

static void stop(struct sd_each_cpu *each, unsigned int cpu)
{
	hrtimer_cancel(&per_cpu_ptr(container_of(each, struct profile, each)->cpu, cpu)->timer);
}

static int add(struct profile *f, const struct sd_probe *p)
{
	const struct sd_profile *d = p->data;
	int err;

	f->probe = p;
	f->period = d->hz ? NSEC_PER_SEC / d->hz : TICK_NSEC;
	f->each.start = start;
	f->each.stop = stop;
	f->cpu = sd_may_fail(alloc_percpu(struct profile_cpu));
	if (!f->cpu)
		return -ENOMEM;
	err = sd_each_cpu_add(&f->each);
	f->added = !err;
	return err;
}

static int profile_attach(const struct sd_probe *const *probes, unsigned int n)
{
	int err = -ENOMEM;

	profiles = sd_may_fail(kvcalloc(n, sizeof(*profiles), GFP_KERNEL));
	for (nprofiles = 0; profiles && nprofiles < n;) {
		err = add(&profiles[nprofiles], probes[nprofiles]);
		nprofiles++;
		if (err)
			break;
	}
	if (err)
		sd_complain(probes[0], "cannot start timers on all processors: error %d", err);
	return err;
}

static void profile_detach(void)
{
	unsigned int i;

	for (i = 0; i < nprofiles; i++)
		if (profiles[i].added)
			sd_each_cpu_remove(&profiles[i].each);
}

static void profile_finish(void)
{
	unsigned int i;

	for (i = 0; i < nprofiles; i++)
		free_percpu(profiles[i].cpu);
	nprofiles = 0;
	kvfree(profiles);
	profiles = NULL;
}

const struct sd_kind sd_kind_profile = {
	.name = "profile",
	.attach = profile_attach,
	.detach = profile_detach,
	.finish = profile_finish,
};

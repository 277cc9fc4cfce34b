// SPDX-License-Identifier: GPL-2.0-or-later
/* perf: sampling by the kernel's performance events, on all processors. */
#include <linux/slab.h>
#include <linux/mm.h>
#include "kern.h"
#include "events.h"

static struct sd_events events;

static bool is_clock(const struct sd_perf *d)
{
	return d->type == PERF_TYPE_SOFTWARE && (d->config == PERF_COUNT_SW_CPU_CLOCK || d->config == PERF_COUNT_SW_TASK_CLOCK);
}

static bool in_hardware(const struct sd_perf *d)
{
	return d->type == PERF_TYPE_HARDWARE || d->type == PERF_TYPE_HW_CACHE || d->type == PERF_TYPE_RAW;
}

static void complain(const struct sd_probe *p, const struct sd_perf *d, int err)
{
	if (err == -ENOSYS)
		sd_complain(p, "this kernel was built without performance events (CONFIG_PERF_EVENTS)");
	else if ((err == -ENOENT || err == -EOPNOTSUPP || err == -ENODEV || err == -ENXIO) && in_hardware(d))
		sd_complain(p, "this machine has no hardware counter for type %u, config 0x%llx (virtual machines often have none)",
			    d->type, d->config);
	else if (err == -ENOENT || err == -EINVAL || err == -EOPNOTSUPP)
		sd_complain(p, "the kernel has no performance event of type %u, config 0x%llx, that can be sampled", d->type, d->config);
	else if (err == -ENOSPC || err == -EBUSY)
		sd_complain(p, "the hardware counters of this machine are all in use");
	else
		sd_complain(p, "the kernel refused the performance event of type %u, config 0x%llx: error %d", d->type, d->config, err);
}

static int perf_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i;
	int err;

	if (sd_events_init(&events, n)) {
		sd_complain(probes[0], "out of memory for %u performance events", n);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		const struct sd_probe *p = probes[i];
		const struct sd_perf *d = p->data;
		struct sd_event *e = sd_events_new(&events);

		e->probe = p;
		e->attr.type = d->type;
		e->attr.config = d->config;
		if (d->period) {
			e->attr.sample_period = d->period;
			/* A clock is looked at now and then, and events at a frequency have no fixed number for a hit. */
			e->exact = is_clock(d) ? 0 : d->period;
		} else {
			e->attr.freq = 1;
			e->attr.sample_freq = d->freq;
		}
		err = sd_event_add(e);
		if (!err || (p->flags & SD_PROBE_OPTIONAL))
			continue;
		complain(p, d, err);
		return err;
	}
	return 0;
}

static void perf_detach(void)
{
	sd_events_remove(&events);
}

static void perf_finish(void)
{
	sd_events_free(&events);
}

const struct sd_kind sd_kind_perf = {
	.name = "perf",
	.attach = perf_attach,
	.detach = perf_detach,
	.finish = perf_finish,
};

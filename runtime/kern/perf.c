// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf: sampling by the kernel's performance events, on all processors or of
 * the tasks of some processes; and counters by name, which run no handler and
 * are read by those of others.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include "kern.h"
#include "events.h"
#include "perf_task.h"

static struct sd_events events;
static struct sd_perf_tasks tasks;

/* For counters. */
static const struct sd_probe *const *all;
static unsigned int nall;

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
	if (err == -ENOLINK)
		return; /* it was said what is wrong with the process */
	if (err == -ENOSYS)
		sd_complain(p, "this kernel was built without performance events (CONFIG_PERF_EVENTS)");
	else if ((err == -ENOENT || err == -EOPNOTSUPP || err == -ENODEV || err == -ENXIO) && in_hardware(d))
		sd_complain(p, "this machine has no hardware counter for type %u, config 0x%llx (virtual machines often have none)",
			    d->type, d->config);
	else if (err == -ENOENT || err == -EINVAL || err == -EOPNOTSUPP)
		sd_complain(p, "the kernel has no performance event of type %u, config 0x%llx, that can be %s%s", d->type, d->config,
			    d->counter ? "counted" : "sampled", d->processes ? " for a process" : "");
	else if (err == -ENOSPC || err == -EBUSY)
		sd_complain(p, "the hardware counters of this machine are all in use");
	else
		sd_complain(p, "the kernel refused the performance event of type %u, config 0x%llx: error %d", d->type, d->config, err);
}

static void fill(const struct sd_perf *d, struct perf_event_attr *attr)
{
	attr->type = d->type;
	attr->config = d->config;
	if (d->counter)
		return;
	if (d->period) {
		attr->sample_period = d->period;
	} else {
		attr->freq = 1;
		attr->sample_freq = d->freq;
	}
}

static int add_everywhere(const struct sd_probe *p, const struct sd_perf *d)
{
	struct sd_event *e = sd_events_new(&events);

	e->probe = p;
	fill(d, &e->attr);
	/* A clock is looked at now and then, and events at a frequency have no fixed number for a hit. */
	e->exact = is_clock(d) || d->counter ? 0 : d->period;
	return sd_event_add(e);
}

static int add_processes(const struct sd_probe *p, const struct sd_perf *d)
{
	struct perf_event_attr attr = {};
	unsigned int i;
	int err = 0;

	fill(d, &attr);
	for (i = 0; i < p->nplaces && !err; i++) {
		if (!d->processes[i].pid && !d->processes[i].path && !sd_target()) {
			sd_complain(p, "nothing says which process is meant: sonderun's -c or -x does, or process(\"PATH\")");
			return -ENOLINK;
		}
		err = sd_perf_task_add(&tasks, p, i, &attr, &d->processes[i]);
	}
	return err;
}

static int perf_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, places = 0;
	int err;

	for (i = 0; i < n; i++)
		places += probes[i]->nplaces;
	if (sd_events_init(&events, n) || sd_perf_tasks_init(&tasks, places)) {
		sd_complain(probes[0], "out of memory for %u performance events", n);
		return -ENOMEM;
	}
	all = probes;
	nall = n;
	for (i = 0; i < n; i++) {
		const struct sd_probe *p = probes[i];
		const struct sd_perf *d = p->data;

		err = d->processes ? add_processes(p, d) : add_everywhere(p, d);
		if (!err || (p->flags & SD_PROBE_OPTIONAL))
			continue;
		complain(p, d, err);
		return err;
	}
	err = sd_perf_tasks_start(&tasks);
	if (err)
		sd_complain(probes[0], "the processes to be counted cannot be followed: error %d", err);
	return err;
}

static void perf_detach(void)
{
	sd_events_remove(&events);
	sd_perf_tasks_detach(&tasks);
}

static void perf_finish(void)
{
	nall = 0;
	sd_events_free(&events);
	sd_perf_tasks_finish(&tasks);
}

const struct sd_kind sd_kind_perf = {
	.name = "perf",
	.attach = perf_attach,
	.detach = perf_detach,
	.finish = perf_finish,
};

/* ---- @perf("name") ------------------------------------------------------------------ */

static bool is_named(const struct sd_probe *p, struct sd_str name)
{
	const struct sd_perf *d = p->data;

	return d->counter && strlen(d->counter) == name.n && !memcmp(d->counter, name.s, name.n);
}

static bool read_everywhere(const struct sd_probe *p, u64 *value)
{
	unsigned int i;

	for (i = 0; i < events.n; i++)
		if (events.v[i].probe == p)
			return sd_event_read(&events.v[i], value);
	return false;
}

sd_int sd_fn_perf_counter(SD_FN, struct sd_str name)
{
	unsigned int i;
	u64 value;

	for (i = 0; i < nall; i++) {
		const struct sd_perf *d = all[i]->data;

		if (is_named(all[i], name) && (d->processes ? sd_perf_task_read(&tasks, all[i], &value) : read_everywhere(all[i], &value)))
			return value;
	}
	sd_fn_error(c, s, SD_STR("this task has no such performance counter: its process is not one of those that are counted"));
	return 0;
}

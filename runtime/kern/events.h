/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A performance event on every processor that sets off a probe: events.c, for perf.c and watch.c. */
#ifndef SONDE_KERN_EVENTS_H
#define SONDE_KERN_EVENTS_H

#include <linux/perf_event.h>
#include "kern.h"

struct sd_event_cpu;

struct sd_event {
	struct sd_each_cpu each;
	const struct sd_probe *probe;
	unsigned int place;
	struct perf_event_attr attr;
	u64 exact;   /* events that make a hit, where they are countable; else 0: what was missed is not known */
	/* events.c's own */
	struct sd_event_cpu __percpu *cpu;
	u64 counted; /* on processors that were stopped: one at a time */
	bool added;
};

int sd_event_add(struct sd_event *e);     /* or -errno; -ENOSYS: the kernel has no such thing */
void sd_event_remove(struct sd_event *e); /* also of one that could not be added */
void sd_event_free(struct sd_event *e);   /* when no handler runs any more */

#endif

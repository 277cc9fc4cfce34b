/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A performance event on every processor that sets off a probe: events.c, for perf.c and watch.c. */
#ifndef SONDE_KERN_EVENTS_H
#define SONDE_KERN_EVENTS_H

#include <linux/perf_event.h>
#include "kern.h"

struct sd_event_cpu;

struct sd_event {
	struct sd_each_cpu_later each;
	const struct sd_probe *probe;
	unsigned int place;
	struct perf_event_attr attr;
	u64 exact;   /* events that make a hit, where they are countable; else 0: what was missed is not known */
	/* events.c's own */
	struct sd_event_cpu __percpu *cpu;
	u64 counted; /* of events that are no more */
	bool added;
};

/* The events of one kind of probe. Begins as zeroes. */
struct sd_events {
	struct sd_event *v;
	unsigned int n, max;
};

int sd_events_init(struct sd_events *s, unsigned int max); /* or -ENOMEM */
struct sd_event *sd_events_new(struct sd_events *s);       /* zeroed; NULL: there are max of them */
void sd_events_remove(struct sd_events *s);                /* also those that could not be added */
void sd_events_free(struct sd_events *s);                  /* when no handler runs any more */

int sd_event_add(struct sd_event *e); /* or -errno; -ENOSYS: the kernel has no such thing */

/* What an event's overflow sets off. bias: of code and data of a program, how far it was moved. */
void sd_event_hit(const struct sd_probe *p, unsigned int place, struct pt_regs *regs, u64 bias);

/* What it has counted by now on this processor. Interrupts are off. false: it is stopped there. */
bool sd_event_read(const struct sd_event *e, u64 *value);

#endif

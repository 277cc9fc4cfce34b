/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The performance events of a task. "perf: Rewrite core context handling" (6.2) made one context of two, which
 * were an array. Which of them is a script's, and what it has counted, no exported function tells: perf_event_read_local()
 * is for the kernel's own.
 */
#ifndef SONDE_COMPAT_PERF_CONTEXT_H
#define SONDE_COMPAT_PERF_CONTEXT_H

#include <linux/perf_event.h>
#include <linux/sched.h>

#define SD_PERF_CONTEXTS (sizeof_field(struct task_struct, perf_event_ctxp) / sizeof(struct perf_event_context *))

/* The event of a task that was made with that context; NULL: none. Under RCU. */
static inline struct perf_event *sd_perf_event_of(const struct task_struct *t, const void *context)
{
	struct perf_event_context *const *ctx = (struct perf_event_context *const *)&t->perf_event_ctxp;
	struct perf_event *event;
	unsigned int i;

	for (i = 0; i < SD_PERF_CONTEXTS; i++) {
		struct perf_event_context *c = READ_ONCE(ctx[i]);

		if (!c)
			continue;
		list_for_each_entry_rcu(event, &c->event_list, event_entry)
			if (READ_ONCE(event->overflow_handler_context) == context)
				return event;
	}
	return NULL;
}

/* What it has counted by now. Interrupts are off; it counts on this processor, or not at all. */
static inline u64 sd_perf_event_value(struct perf_event *event)
{
	if (READ_ONCE(event->oncpu) == smp_processor_id())
		event->pmu->read(event);
	return local64_read(&event->count);
}

#endif

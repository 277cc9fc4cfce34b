// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Performance events of the kernel, one on each processor for each probe: what
 * perf and watch have in common. The kernel counts every event, but of hardware
 * counters reports only so many in a tick; the difference is counted as missed.
 * Making and releasing one may take the lock under which processors come and go: never in their callbacks.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/err.h>
#include "kern.h"
#include "events.h"

#ifdef CONFIG_PERF_EVENTS
#include "compat/perf_context.h"

struct sd_event_cpu {
	struct perf_event *event;
	u64 calls;
};

void sd_event_hit(const struct sd_probe *p, unsigned int place, struct pt_regs *regs, u64 bias)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return;
	sd_count_hit(c, p);
	c->regs = regs;
	c->ip = instruction_pointer(regs);
	c->site = place;
	c->bias = bias;
	p->handler(c);
	sd_leave(c, flags);
}

static void overflow(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
	struct sd_event *e = event->overflow_handler_context;

	this_cpu_inc(e->cpu->calls);
	sd_event_hit(e->probe, e->place, regs, 0);
}

static int start(struct sd_each_cpu_later *each, unsigned int cpu)
{
	struct sd_event *e = container_of(each, struct sd_event, each);
	struct perf_event *event = sd_may_fail(perf_event_create_kernel_counter(&e->attr, cpu, NULL, overflow, e)) ?: ERR_PTR(-ENOMEM);

	if (IS_ERR(event))
		return PTR_ERR(event);
	WRITE_ONCE(per_cpu_ptr(e->cpu, cpu)->event, event);
	return 0;
}

static void stop(struct sd_each_cpu_later *each, unsigned int cpu)
{
	struct sd_event *e = container_of(each, struct sd_event, each);
	struct sd_event_cpu *at = per_cpu_ptr(e->cpu, cpu);
	struct perf_event *event = at->event;
	u64 enabled, running;

	if (!event)
		return;
	WRITE_ONCE(at->event, NULL); /* who reads it has interrupts off: the memory stays until RCU has seen that */
	perf_event_disable(event);
	if (e->exact)
		e->counted += perf_event_read_value(event, &enabled, &running);
	perf_event_release_kernel(event);
}

bool sd_event_read(const struct sd_event *e, u64 *value)
{
	struct perf_event *event = e->cpu ? READ_ONCE(this_cpu_ptr(e->cpu)->event) : NULL;

	if (!event)
		return false;
	*value = sd_perf_event_value(event);
	return true;
}

int sd_event_add(struct sd_event *e)
{
	int err;

	e->attr.size = sizeof(e->attr);
	e->each.start = start;
	e->each.stop = stop;
	e->cpu = sd_may_fail(alloc_percpu(struct sd_event_cpu));
	if (!e->cpu)
		return -ENOMEM;
	err = sd_each_cpu_add_later(&e->each);
	if (err)
		sd_each_cpu_remove_later(&e->each);
	e->added = !err;
	return err;
}

static void remove_event(struct sd_event *e)
{
	u64 calls = 0;
	int cpu;

	if (!e->added)
		return;
	e->added = false;
	sd_each_cpu_remove_later(&e->each);
	for_each_possible_cpu(cpu)
		calls += per_cpu_ptr(e->cpu, cpu)->calls;
	if (e->exact && e->counted / e->exact > calls)
		sd_count_missed(e->probe, e->counted / e->exact - calls);
}

static void free_event(struct sd_event *e)
{
	free_percpu(e->cpu);
}

#else

int sd_event_add(struct sd_event *e)
{
	return -ENOSYS;
}

bool sd_event_read(const struct sd_event *e, u64 *value)
{
	return false;
}

static void remove_event(struct sd_event *e) { }
static void free_event(struct sd_event *e) { }

#endif

int sd_events_init(struct sd_events *s, unsigned int max)
{
	s->v = sd_may_fail(kvcalloc(max, sizeof(*s->v), GFP_KERNEL));
	s->max = s->v ? max : 0;
	return s->v ? 0 : -ENOMEM;
}

struct sd_event *sd_events_new(struct sd_events *s)
{
	return s->n < s->max ? &s->v[s->n++] : NULL;
}

void sd_events_remove(struct sd_events *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		remove_event(&s->v[i]);
}

void sd_events_free(struct sd_events *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		free_event(&s->v[i]);
	kvfree(s->v);
	memset(s, 0, sizeof(*s));
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records of trace events. The kernel makes one of a tracepoint's arguments
 * for each reader: tracefs, and performance events. So a point has a
 * performance event on each processor, whose overflow hands us the record and
 * runs the handler; and a probe of ours in front of perf's own, which keeps the
 * arguments of the hit. What was kept and never fetched is what perf has
 * dropped, and counts as missed: so nothing is lost in silence.
 *
 * perf holds a reference to a module whose event it watches: it stays.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/module.h>
#include <linux/cpumask.h>
#include <linux/tracepoint.h>
#include <linux/trace_events.h>
#include <linux/perf_event.h>
#include "kern.h"
#include "record.h"

#if defined(CONFIG_PERF_EVENTS) && defined(CONFIG_EVENT_TRACING)

/* A hit comes on top of another only from softirq over task, interrupt over both, NMI over all. */
enum { LEVELS = 4 };

struct kept {
	sd_uint args[SD_TRACE_ARGS];
	bool held;
};

struct record_cpu {
	struct perf_event *event;
	u64 missed;
	struct kept kept[LEVELS];
};

struct sd_trace_record {
	struct sd_each_cpu_later each;
	const struct sd_probe *probe;
	unsigned int place;
	unsigned int id;   /* the event's number */
	bool on;
	struct record_cpu __percpu *cpu;
};

/* ---- hits -------------------------------------------------------------------------- */

static __always_inline unsigned int level(void)
{
	return in_nmi() ? 3 : in_hardirq() ? 2 : in_serving_softirq() ? 1 : 0;
}

void sd_record_keep(struct sd_trace_record *r, const sd_uint *args, unsigned int n)
{
	struct record_cpu *at = raw_cpu_ptr(r->cpu);
	struct kept *k = &at->kept[level()];
	struct sd_cpu *cpu;
	unsigned long flags;

	if (!READ_ONCE(r->on))
		return;
	raw_local_irq_save(flags);
	cpu = this_cpu_read(sd_cpu_state);
	if (READ_ONCE(cpu->shut)) { /* perf would drop it too, and not tell */
		sd_skip_enter(cpu, r->probe);
	} else {
		at->missed += k->held;
		memcpy(k->args, args, n * sizeof(*args));
		k->held = true;
	}
	raw_local_irq_restore(flags);
}

static void overflow(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
	struct sd_trace_record *r = event->overflow_handler_context;
	struct kept *k = &raw_cpu_ptr(r->cpu)->kept[level()];
	sd_uint entry[SD_TRACE_ARGS + 1];
	unsigned long flags;
	struct sd_ctx *c;

	if (!k->held || !data->raw)
		return;
	/* Not in place: the handler's own doings may come by here. */
	memcpy(entry, k->args, sizeof(k->args));
	entry[SD_TRACE_RECORD] = (unsigned long)data->raw->frag.data;
	k->held = false;
	c = sd_enter(r->probe, &flags);
	if (!c)
		return;
	sd_count_hit(c, r->probe);
	c->regs = NULL;
	c->ip = 0;
	c->site = r->place;
	c->entry = entry;
	r->probe->handler(c);
	sd_leave(c, flags);
}

/* ---- events on processors ---------------------------------------------------------- */

/*
 * A processor that goes takes its events with it, and they are made anew when it is back: until then hits are missed, and counted. The kernel's lock
 * of trace events must not be asked for while that of processors is held.
 */
static int make(struct sd_each_cpu_later *each, unsigned int cpu)
{
	struct sd_trace_record *r = container_of(each, struct sd_trace_record, each);
	/* A period of its own for each event: one call for each hit, whatever the event is worth. Pinned: it stays when others take turns. */
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = r->id,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW | PERF_SAMPLE_PERIOD,
		.pinned = 1,
	};
	struct perf_event *event = sd_may_fail(perf_event_create_kernel_counter(&attr, cpu, NULL, overflow, r)) ?: ERR_PTR(-ENOMEM);

	if (IS_ERR(event))
		return PTR_ERR(event);
	per_cpu_ptr(r->cpu, cpu)->event = event;
	return 0;
}

static void unmake(struct sd_each_cpu_later *each, unsigned int cpu)
{
	struct sd_trace_record *r = container_of(each, struct sd_trace_record, each);
	struct record_cpu *at = per_cpu_ptr(r->cpu, cpu);

	if (at->event)
		perf_event_release_kernel(at->event);
	at->event = NULL;
}

/* ---- making and removing ------------------------------------------------------------ */

static bool is_of(const struct trace_event_call *call, const struct tracepoint *tp)
{
	return (call->flags & TRACE_EVENT_FL_TRACEPOINT) && call->tp == tp;
}

/* The number of a tracepoint's event; 0: it has none, or that cannot be found. */
static unsigned int event_id(const struct tracepoint *tp, const struct module *module)
{
	struct mutex *events_lock = module ? NULL : sd_lookup("event_mutex");
	struct list_head *events = module ? NULL : sd_lookup("ftrace_events");
	struct trace_event_call *call;
	unsigned int i, id = 0;

	for (i = 0; module && i < module->num_trace_events && !id; i++)
		if (is_of(module->trace_events[i], tp))
			id = module->trace_events[i]->event.type;
	if (!events_lock || !events)
		return id;
	mutex_lock(events_lock);
	list_for_each_entry(call, events, list)
		if (!id && is_of(call, tp))
			id = call->event.type;
	mutex_unlock(events_lock);
	return id;
}

int sd_record_add(const struct sd_probe *p, unsigned int place, struct tracepoint *tp, const struct module *module, struct sd_trace_record **out)
{
	struct sd_trace_record *r = sd_may_fail(kzalloc(sizeof(*r), GFP_KERNEL));
	int err;

	if (!r)
		return -ENOMEM;
	r->each.start = make;
	r->each.stop = unmake;
	r->probe = p;
	r->place = place;
	r->id = event_id(tp, module);
	if (!r->id) {
		kfree(r);
		if (!(p->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD)))
			sd_complain(p, "the record of %s cannot be had: the kernel does not say which event it is of", tp->name);
		return -ENOLINK;
	}
	r->cpu = sd_may_fail(alloc_percpu(struct record_cpu));
	err = r->cpu ? sd_each_cpu_add_later(&r->each) : -ENOMEM;
	if (err) {
		sd_record_remove(r);
		if (err == -ENOMEM)
			return err;
		sd_complain(p, "the record of %s cannot be had: the kernel refuses a performance event for it, error %d", tp->name, err);
		return -ENOLINK;
	}
	*out = r;
	return 0;
}

void sd_record_on(struct sd_trace_record *r)
{
	WRITE_ONCE(r->on, true);
}

void sd_record_remove(struct sd_trace_record *r)
{
	u64 missed = 0;
	int cpu, i;

	if (!r->cpu) {
		kfree(r);
		return;
	}
	sd_each_cpu_remove_later(&r->each);
	for_each_possible_cpu(cpu) {
		const struct record_cpu *at = per_cpu_ptr(r->cpu, cpu);

		missed += at->missed;
		for (i = 0; i < LEVELS; i++)
			missed += at->kept[i].held;
	}
	if (missed)
		sd_count_missed(r->probe, missed);
	free_percpu(r->cpu);
	kfree(r);
}

#else

int sd_record_add(const struct sd_probe *p, unsigned int place, struct tracepoint *tp, const struct module *module, struct sd_trace_record **out)
{
	sd_complain(p, "the record of %s cannot be had: this kernel was built without performance events of tracepoints", tp->name);
	return -ENOLINK;
}

void sd_record_keep(struct sd_trace_record *r, const sd_uint *args, unsigned int n) { }
void sd_record_on(struct sd_trace_record *r) { }
void sd_record_remove(struct sd_trace_record *r) { }

#endif

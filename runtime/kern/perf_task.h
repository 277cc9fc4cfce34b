/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Performance events of the tasks of processes: perf_task.c, for perf.c and process_watch.c. */
#ifndef SONDE_KERN_PERF_TASK_H
#define SONDE_KERN_PERF_TASK_H

#include <linux/perf_event.h>
#include "kern.h"

struct sd_perf_target;
struct sd_perf_comer;
struct tracepoint;

/* Those of one kind of probe. */
struct sd_perf_tasks {
	struct sd_perf_target *v;
	unsigned int n;
	/* perf_task.c's own */
	struct sd_perf_comer *comers;
	raw_spinlock_t lock;         /* of the comers */
	atomic_t ncomers;            /* that are used */
	wait_queue_head_t done;
	struct tracepoint *exec_point, *made_point;
};

int sd_perf_tasks_init(struct sd_perf_tasks *set, unsigned int max);
/* One process of a probe: attr with sample_period 0 only counts. -ENOLINK: there is no such program, which was said. */
int sd_perf_task_add(struct sd_perf_tasks *set, const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr,
		     const struct sd_process *of);
/* One address, attr.bp_addr: of a program's file, whose lowest address of code that is, or, code being NULL, of the process. */
int sd_perf_task_watch(struct sd_perf_tasks *set, const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr,
		       const struct sd_process *of, const u64 *code);
/* Whether a task can have all of its events at a time; else -errno, and the probe that is too much. What is optional is left out. */
int sd_perf_tasks_together(struct sd_perf_tasks *set, const struct sd_probe **refused);
int sd_perf_tasks_start(struct sd_perf_tasks *set);  /* when all were added */
void sd_perf_tasks_detach(struct sd_perf_tasks *set);
void sd_perf_tasks_finish(struct sd_perf_tasks *set);
/* What has been counted of the current task for a probe. Interrupts are off. false: it has no such event. */
bool sd_perf_task_read(const struct sd_perf_tasks *set, const struct sd_probe *p, u64 *value);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Performance events of the tasks of processes: perf_task.c, for perf.c. */
#ifndef SONDE_KERN_PERF_TASK_H
#define SONDE_KERN_PERF_TASK_H

#include <linux/perf_event.h>
#include "kern.h"

int sd_perf_tasks_init(unsigned int max);
/* One process of a probe: attr with sample_period 0 only counts. -ENOLINK: there is no such program, which was said. */
int sd_perf_task_add(const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr, const struct sd_process *of);
int sd_perf_tasks_start(void);  /* when all were added */
void sd_perf_tasks_detach(void);
void sd_perf_tasks_finish(void);
/* What has been counted of the current task for a probe. Interrupts are off. false: it has no such event. */
bool sd_perf_task_read(const struct sd_probe *p, u64 *value);

#endif

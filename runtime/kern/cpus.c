// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is to run on every processor: started on each that is up, and on those
 * that come up later; stopped on each that goes. The kernel serialises start
 * and stop with the coming and going, and calls both on the processor itself.
 */
#include <linux/cpuhotplug.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include "kern.h"

static int state;           /* ours, of the kernel's list; 0: none yet */
static unsigned int users;
static char name[sizeof("sonde/:online") + MODULE_NAME_LEN]; /* shown in /sys/devices/system/cpu/hotplug/states */

static int came(unsigned int cpu, struct hlist_node *node)
{
	struct sd_each_cpu *e = hlist_entry(node, struct sd_each_cpu, node);

	return e->start(e, cpu);
}

static int goes(unsigned int cpu, struct hlist_node *node)
{
	struct sd_each_cpu *e = hlist_entry(node, struct sd_each_cpu, node);

	e->stop(e, cpu);
	return 0;
}

int sd_each_cpu_add(struct sd_each_cpu *e)
{
	int err;

	if (!users) {
		snprintf(name, sizeof(name), "sonde/%s:online", THIS_MODULE->name);
		err = sd_may_refuse(cpuhp_setup_state_multi(CPUHP_AP_ONLINE_DYN, name, came, goes));
		if (err < 0)
			return err;
		state = err;
	}
	err = sd_may_refuse(cpuhp_state_add_instance(state, &e->node));
	if (!err) {
		users++;
		return 0;
	}
	if (!users)
		cpuhp_remove_multi_state(state);
	return err;
}

void sd_each_cpu_remove(struct sd_each_cpu *e)
{
	cpuhp_state_remove_instance(state, &e->node);
	if (!--users)
		cpuhp_remove_multi_state(state);
}

/* ---- later ------------------------------------------------------------------------- */

static LIST_HEAD(late);
static DEFINE_MUTEX(late_lock);
static cpumask_t gone;      /* or not there yet */
static bool looking;        /* for those that are there */

static void start_again(struct work_struct *work)
{
	struct sd_each_cpu_later *e;
	unsigned int cpu;

	mutex_lock(&late_lock);
	for_each_cpu_and(cpu, &gone, cpu_online_mask) {
		cpumask_clear_cpu(cpu, &gone);
		list_for_each_entry(e, &late, list) {
			e->stop(e, cpu);
			if (e->start(e, cpu))
				cpumask_set_cpu(cpu, &gone);
		}
	}
	mutex_unlock(&late_lock);
}

static DECLARE_WORK(again, start_again);

static int came_back(struct sd_each_cpu *each, unsigned int cpu)
{
	if (READ_ONCE(looking))
		cpumask_clear_cpu(cpu, &gone);
	else if (cpumask_test_cpu(cpu, &gone))
		schedule_work(&again);
	return 0;
}

static void goes_away(struct sd_each_cpu *each, unsigned int cpu)
{
	cpumask_set_cpu(cpu, &gone);
}

static struct sd_each_cpu watcher = { .start = came_back, .stop = goes_away };

static int watch_processors(void)
{
	int err;

	cpumask_copy(&gone, cpu_possible_mask);
	WRITE_ONCE(looking, true);
	err = sd_each_cpu_add(&watcher);
	WRITE_ONCE(looking, false);
	return err;
}

int sd_each_cpu_add_later(struct sd_each_cpu_later *e)
{
	unsigned int cpu;
	int err;

	INIT_LIST_HEAD(&e->list);
	mutex_lock(&late_lock);
	err = list_empty(&late) ? watch_processors() : 0;
	if (!err)
		list_add_tail(&e->list, &late);
	for_each_possible_cpu(cpu) {
		if (err || cpumask_test_cpu(cpu, &gone))
			continue;
		err = e->start(e, cpu);
		if (err == -ENODEV && cpumask_test_cpu(cpu, &gone))
			err = 0;
	}
	mutex_unlock(&late_lock);
	return err;
}

void sd_each_cpu_remove_later(struct sd_each_cpu_later *e)
{
	unsigned int cpu;
	bool last;

	mutex_lock(&late_lock);
	last = !list_empty(&e->list);
	list_del_init(&e->list);
	last = last && list_empty(&late);
	mutex_unlock(&late_lock);
	if (last) { /* not under the lock, which the work takes */
		sd_each_cpu_remove(&watcher);
		cancel_work_sync(&again);
	}
	for_each_possible_cpu(cpu)
		e->stop(e, cpu);
}

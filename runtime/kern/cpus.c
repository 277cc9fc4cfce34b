// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is to run on every processor: started on each that is up, and on those
 * that come up later; stopped on each that goes. The kernel serialises start
 * and stop with the coming and going, and calls both on the processor itself.
 */
#include <linux/cpuhotplug.h>
#include <linux/module.h>
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

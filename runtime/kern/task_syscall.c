// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process.syscall: the kernel's two tracepoints around every system call. The
 * kernel makes tasks go that way only while somebody is registered with one,
 * so an unused one costs nothing.
 */
#include <linux/tracepoint.h>
#include <asm/syscall.h>
#include "kern.h"

static struct sd_task_places entries, returns;
static struct tracepoint *at_entry, *at_return; /* NULL: not registered */

static __always_inline void hit(const struct sd_task_place *w, struct pt_regs *regs, sd_uint *values)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(w->probe, &flags);

	if (!c)
		return;
	sd_count_hit(c, w->probe);
	c->regs = regs;
	c->ip = 0;
	c->site = w->place;
	c->entry = values;
	w->probe->handler(c);
	sd_leave(c, flags);
}

static void on_entry(void *data, struct pt_regs *regs, long id)
{
	sd_uint values[SD_SYSCALL_SLOTS];
	unsigned int i;

	BUILD_BUG_ON(sizeof(sd_uint) != sizeof(unsigned long) || SD_SYSCALL_SLOTS != SD_SYSCALL_ARGS + 6);
	for (i = 0; i < entries.n; i++) {
		if (!sd_task_belongs(&entries.v[i].filter))
			continue;
		values[SD_SYSCALL_NUMBER] = id;
		syscall_get_arguments(current, regs, (unsigned long *)&values[SD_SYSCALL_ARGS]);
		hit(&entries.v[i], regs, values);
	}
}

static void on_return(void *data, struct pt_regs *regs, long ret)
{
	sd_uint values[SD_SYSCALL_SLOTS];
	unsigned int i;

	for (i = 0; i < returns.n; i++) {
		if (!sd_task_belongs(&returns.v[i].filter))
			continue;
		values[SD_SYSCALL_NUMBER] = syscall_get_nr(current, regs);
		values[SD_SYSCALL_RETURN] = ret;
		hit(&returns.v[i], regs, values);
	}
}

static int attach_one(struct tracepoint **at, const struct sd_probe *p, const char *name, void *function)
{
	struct tracepoint *tp = sd_tracepoint(name);
	int err = tp ? sd_may_refuse(tracepoint_probe_register(tp, function, NULL)) : -ENOENT;

	if (!err)
		*at = tp;
	else if (tp)
		sd_complain(p, "cannot register with tracepoint %s: error %d", name, err);
	else
		sd_complain(p, "this kernel has no tracepoint %s (CONFIG_FTRACE_SYSCALLS)", name);
	return err;
}

static int task_syscall_attach(const struct sd_probe *const *probes, unsigned int n)
{
	int err;

	err = sd_task_places_init(&entries, probes, n, SD_TASK_SYSCALL);
	if (!err)
		err = sd_task_places_init(&returns, probes, n, SD_TASK_SYSCALL_RETURN);
	if (!err && returns.n)
		err = attach_one(&at_return, probes[0], "sys_exit", (void *)on_return);
	if (!err && entries.n)
		err = attach_one(&at_entry, probes[0], "sys_enter", (void *)on_entry);
	return err;
}

static void task_syscall_detach(void)
{
	if (at_entry)
		tracepoint_probe_unregister(at_entry, (void *)on_entry, NULL);
	if (at_return)
		tracepoint_probe_unregister(at_return, (void *)on_return, NULL);
	at_entry = at_return = NULL;
	tracepoint_synchronize_unregister();
}

static void task_syscall_finish(void)
{
	sd_task_places_free(&entries);
	sd_task_places_free(&returns);
}

const struct sd_kind sd_kind_task_syscall = {
	.name = "process.syscall",
	.attach = task_syscall_attach,
	.detach = task_syscall_detach,
	.finish = task_syscall_finish,
};

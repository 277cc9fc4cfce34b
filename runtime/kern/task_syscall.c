// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process.syscall: the kernel's two tracepoints around every system call. The
 * kernel makes tasks go that way only while somebody is registered with one,
 * so an unused one costs nothing.
 */
#include <linux/mm.h>
#include <linux/tracepoint.h>
#include <asm/syscall.h>
#include "kern.h"

/* A program or process of a probe. */
struct caller {
	const struct sd_probe *probe;
	unsigned int place;
	struct sd_task_filter filter;
};

/* The probes of one of the tracepoints. */
static struct way {
	struct caller *v;
	unsigned int n;
	struct tracepoint *at;
} entries, returns;

static __always_inline void hit(const struct caller *w, struct pt_regs *regs, sd_uint *values)
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
		if (!sd_task_belongs(&entries.v[i].filter, current))
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
		if (!sd_task_belongs(&returns.v[i].filter, current))
			continue;
		values[SD_SYSCALL_NUMBER] = syscall_get_nr(current, regs);
		values[SD_SYSCALL_RETURN] = ret;
		hit(&returns.v[i], regs, values);
	}
}

/* Whom the probes of one way are about. */
static int prepare(struct way *w, const struct sd_probe *const *probes, unsigned int n, int is_return)
{
	unsigned int i, k, total = 0;
	int err;

	for (i = 0; i < n; i++)
		total += probes[i]->nplaces;
	w->v = kvcalloc(total, sizeof(*w->v), GFP_KERNEL);
	if (!w->v) {
		sd_complain(probes[0], "out of memory for %u probes of system calls", total);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		const struct sd_task *d = probes[i]->data;

		for (k = 0; k < probes[i]->nplaces && d->is_return == is_return; k++) {
			err = sd_task_filter_init(&w->v[w->n].filter, probes[i], &d->processes[k]);
			if (err && (probes[i]->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD)) && err != -ENOMEM)
				continue;
			if (err)
				return err;
			w->v[w->n].probe = probes[i];
			w->v[w->n++].place = k;
		}
	}
	return 0;
}

static int attach_way(struct way *w, const struct sd_probe *p, const char *name, void *function)
{
	int err;

	if (!w->n)
		return 0;
	w->at = sd_tracepoint(name);
	err = w->at ? tracepoint_probe_register(w->at, function, NULL) : -ENOENT;
	if (!err)
		return 0;
	w->at = NULL;
	sd_complain(p, err == -ENOENT ? "this kernel has no tracepoint %s (CONFIG_HAVE_SYSCALL_TRACEPOINTS)" : "cannot register with tracepoint %s: error %d",
		    name, err);
	return err;
}

static int task_syscall_attach(const struct sd_probe *const *probes, unsigned int n)
{
	int err;

	err = prepare(&entries, probes, n, 0);
	if (!err)
		err = prepare(&returns, probes, n, 1);
	if (!err)
		err = attach_way(&returns, probes[0], "sys_exit", (void *)on_return);
	if (!err)
		err = attach_way(&entries, probes[0], "sys_enter", (void *)on_entry);
	return err;
}

static void detach_way(struct way *w, void *function)
{
	if (w->at)
		tracepoint_probe_unregister(w->at, function, NULL);
	w->at = NULL;
}

static void task_syscall_detach(void)
{
	detach_way(&entries, (void *)on_entry);
	detach_way(&returns, (void *)on_return);
	tracepoint_synchronize_unregister();
}

static void free_way(struct way *w)
{
	while (w->n)
		sd_task_filter_free(&w->v[--w->n].filter);
	kvfree(w->v);
	w->v = NULL;
}

static void task_syscall_finish(void)
{
	free_way(&entries);
	free_way(&returns);
}

const struct sd_kind sd_kind_task_syscall = {
	.name = "process.syscall",
	.attach = task_syscall_attach,
	.detach = task_syscall_detach,
	.finish = task_syscall_finish,
};

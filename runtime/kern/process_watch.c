// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process_watch: process(…).data(…), by debug registers, in the tasks of the
 * processes: so others of the machine are not slowed. The handler runs in the
 * debug exception, behind the instruction that touched the data, which may be
 * one of the kernel's (a system call that writes there).
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hw_breakpoint.h>
#include <linux/mm.h>
#include "kern.h"
#include "perf_task.h"

static struct sd_perf_tasks watched_tasks;

static void complain_of(const struct sd_probe *p, int err)
{
	switch (err) {
	case -ENOLINK:
	case -ESTALE:
		return; /* it was said what is wrong with the process */
	case -ENOSPC:
	case -EBUSY:
		sd_complain(p, "the debug registers of this machine do not suffice: x86 has 4 of them, each watches one address, and all of the kernel's are among them");
		return;
	case -EINVAL:
		sd_complain(p, "the processor cannot watch this address: it must be one of the process's, and a multiple of the length");
		return;
	case -ENOSYS:
	case -ENOENT:
	case -EOPNOTSUPP:
		sd_complain(p, "this kernel or machine has no debug registers for watching data");
		return;
	case -ENOMEM:
		sd_complain(p, "out of memory for watched addresses");
		return;
	}
	sd_complain(p, "the kernel refused to watch it: error %d", err);
}

static int check_program(const struct sd_probe *p, const struct sd_process_watch *d)
{
	struct file *f = filp_open(d->program->path, O_RDONLY | O_LARGEFILE, 0);
	int err;

	if (IS_ERR(f)) {
		if (!(p->flags & SD_PROBE_OPTIONAL))
			sd_complain(p, PTR_ERR(f) == -ENOENT ? "%s does not exist here" : "%s cannot be opened (error %ld)", d->program->path, PTR_ERR(f));
		return -ENOLINK;
	}
	err = sd_program_check(p, f, d->program);
	filp_close(f, NULL);
	return err;
}

static int add_watch(const struct sd_probe *p)
{
	const struct sd_process_watch *d = p->data;
	unsigned int i;
	int err = d->program ? check_program(p, d) : 0;

	for (i = 0; i < p->nplaces && !err; i++) {
		struct perf_event_attr attr;

		hw_breakpoint_init(&attr);
		attr.bp_addr = d->places[i].address;
		attr.bp_len = d->places[i].length;
		attr.bp_type = d->rw ? HW_BREAKPOINT_RW : HW_BREAKPOINT_W;
		err = sd_perf_task_watch(&watched_tasks, p, i, &attr, &d->who, d->program ? (const u64 *)&d->code : NULL);
	}
	return err;
}

static int process_watch_attach(const struct sd_probe *const *probes, unsigned int n)
{
	const struct sd_probe *refused;
	unsigned int i, places = 0;
	int err;

	for (i = 0; i < n; i++)
		places += probes[i]->nplaces;
	if (sd_perf_tasks_init(&watched_tasks, places)) {
		complain_of(probes[0], -ENOMEM);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		err = add_watch(probes[i]);
		if (!err || (probes[i]->flags & SD_PROBE_OPTIONAL))
			continue;
		complain_of(probes[i], err);
		return err;
	}
	err = sd_perf_tasks_together(&watched_tasks, &refused);
	if (err) {
		complain_of(refused, err);
		return err;
	}
	err = sd_perf_tasks_start(&watched_tasks);
	if (err)
		complain_of(probes[0], err);
	return err;
}

static void process_watch_detach(void)
{
	sd_perf_tasks_detach(&watched_tasks);
}

static void process_watch_finish(void)
{
	sd_perf_tasks_finish(&watched_tasks);
}

const struct sd_kind sd_kind_process_watch = {
	.name = "process_watch",
	.attach = process_watch_attach,
	.detach = process_watch_detach,
	.finish = process_watch_finish,
};

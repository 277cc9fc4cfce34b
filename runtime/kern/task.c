// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process.begin, .end, .thread.begin, .thread.end: the lives of processes. A
 * handler runs in the context of the task that it is about, which the kernel's
 * tracepoints do not offer: that of fork runs in the parent, that of exit when
 * the program is forgotten, that of exec behind the old one. So
 *
 *	fork    is seen when the child starts, at schedule_tail()
 *	exec    begin_new_exec(): from here the old program goes or the process is killed (only what security modules say
 *	        so late may still keep it); tracepoint sched_process_exec: the new one is there
 *	exit    exit_mm_release(): the memory is still there, and it is known whether this is the last thread
 *
 * Each runs once for a task, so their costs do not matter. A bit for each
 * process number says that it began, so every end has a beginning, and the
 * processes that were there before are begun once.
 */
#include <linux/bitmap.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/threads.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include "kern.h"

enum { LIVES = SD_TASK_THREAD_END + 1 };

static struct sd_task_places lives[LIVES];
static unsigned long *begun; /* [PID_MAX_LIMIT] bits */
static const struct sd_probe *first; /* whose complaints the hooks' are */

/* ---- hits -------------------------------------------------------------------------- */

/* Of the current task, or of another one, in whose memory we are. */
static void run(enum sd_task_event event, struct task_struct *t, const struct inode *program, bool exec)
{
	const struct sd_task_places *all = &lives[event];
	struct pt_regs *regs = t == current ? task_pt_regs(t) : NULL;
	unsigned int i;

	for (i = 0; i < all->n; i++) {
		const struct sd_task_place *p = &all->v[i];
		unsigned long flags;
		struct sd_ctx *c;

		if (!sd_task_is(&p->filter, t) || (p->filter.inode && p->filter.inode != program))
			continue;
		if (exec && p->filter.pid) /* the process of a number lives on */
			continue;
		c = sd_enter(p->probe, &flags);
		if (!c)
			continue;
		sd_count_hit(c, p->probe);
		c->regs = regs;
		c->ip = 0;
		c->site = p->place;
		if (t != current) {
			sd_cpu_of(c)->task = t;
			c->flags |= SD_CTX_OTHER;
		}
		p->probe->handler(c);
		c->flags &= ~SD_CTX_OTHER;
		sd_leave(c, flags);
	}
}

static bool is_user(const struct task_struct *t)
{
	return t->mm && sd_task_is_user(t);
}

/* In the parent. The number may be one that was used before; the child has not run yet. */
static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	if (child->pid == child->tgid)
		clear_bit(child->tgid, begun);
}

static int on_start(struct kprobe *kp, struct pt_regs *regs)
{
	struct task_struct *t = current;

	if (!is_user(t))
		return 0;
	if (t->pid != t->tgid)
		run(SD_TASK_THREAD_BEGIN, t, sd_task_program(t), false);
	else if (!test_and_set_bit(t->tgid, begun))
		run(SD_TASK_BEGIN, t, sd_task_program(t), false);
	return 0;
}

static int on_release(struct kprobe *kp, struct pt_regs *regs)
{
	struct task_struct *t = current;
	const struct inode *program;

	if (!is_user(t))
		return 0;
	program = sd_task_program(t);
	if (t->pid != t->tgid)
		run(SD_TASK_THREAD_END, t, program, false);
	/* Two threads may both see that none is left: the first one has it. */
	if (!atomic_read(&t->signal->live) && test_and_clear_bit(t->tgid, begun))
		run(SD_TASK_END, t, program, false);
	return 0;
}

/* Whatever thread it is, it will be the first, and the only one. */
static int on_exec_begins(struct kprobe *kp, struct pt_regs *regs)
{
	struct task_struct *t = current;
	const struct inode *program;

	if (!is_user(t) || !test_bit(t->tgid, begun))
		return 0;
	program = sd_task_program(t);
	if (t->pid != t->tgid)
		run(SD_TASK_THREAD_END, t, program, false);
	run(SD_TASK_END, t, program, true);
	return 0;
}

static void on_exec(void *data, struct task_struct *t, pid_t old_pid, struct linux_binprm *bprm)
{
	bool new = is_user(t) && !test_and_set_bit(t->tgid, begun);

	if (is_user(t))
		run(SD_TASK_BEGIN, t, sd_task_program(t), !new);
}

/* ---- the hooks --------------------------------------------------------------------- */

static struct kprobe starts = { .symbol_name = "schedule_tail", .pre_handler = on_start };
static struct kprobe releases = { .symbol_name = "exit_mm_release", .pre_handler = on_release };
static struct kprobe execs = { .symbol_name = "begin_new_exec", .pre_handler = on_exec_begins };
static struct {
	const char *name;
	void *function;
	struct tracepoint *at; /* NULL: not registered */
} points[] = {
	{ "sched_process_fork", (void *)on_fork }, { "sched_process_exec", (void *)on_exec },
};
static bool on_starts, on_releases, on_execs;

static int refuse(const char *what, int err)
{
	sd_complain(first, "cannot follow the lives of processes: %s: error %d", what, err);
	return err;
}

static int add_kprobe(struct kprobe *kp, bool *on)
{
	int err;

	kp->addr = NULL; /* left from the last time */
	kp->flags = 0;
	err = sd_may_refuse(register_kprobe(kp));
	*on = !err;
	return err ? refuse(kp->symbol_name, err) : 0;
}

static int add_hooks(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		struct tracepoint *at = sd_tracepoint(points[i].name);

		err = at ? sd_may_refuse(tracepoint_probe_register(at, points[i].function, NULL)) : -ENOENT;
		if (err)
			return refuse(points[i].name, err);
		points[i].at = at;
	}
	/* Those that end, before those that begin: a beginning that is seen has its end seen. */
	err = add_kprobe(&releases, &on_releases);
	if (!err && lives[SD_TASK_END].n + lives[SD_TASK_THREAD_END].n)
		err = add_kprobe(&execs, &on_execs);
	return err ? err : add_kprobe(&starts, &on_starts);
}

/* The command of -c, while it still is the runner, which made it. */
static bool waits_for_us(struct task_struct *t)
{
	bool ours;

	if (t->tgid != sd_target() || !(t->flags & PF_FORKNOEXEC))
		return false;
	rcu_read_lock();
	ours = rcu_dereference(t->real_parent)->tgid == sd_reader();
	rcu_read_unlock();
	return ours;
}

/* A process that was there before. It may be ending at this moment, on another processor. */
static void begin_old(struct task_struct *t, void *data)
{
	struct mm_struct *mm = get_task_mm(t);
	struct file *exe;
	const struct inode *program;

	if (!mm)
		return;
	if (!READ_ONCE(sd_live) || !sd_task_is_user(t) || waits_for_us(t) || test_and_set_bit(t->tgid, begun))
		goto out;
	if (!atomic_read(&t->signal->live) && test_and_clear_bit(t->tgid, begun))
		goto out; /* its end was not told, nor is its beginning */
	rcu_read_lock();
	exe = rcu_dereference(mm->exe_file);
	program = exe ? file_inode(exe) : NULL;
	rcu_read_unlock();
	kthread_use_mm(mm); /* $variables and functions that read user memory read its */
	run(SD_TASK_BEGIN, t, program, false);
	kthread_unuse_mm(mm);
out:
	mmput(mm);
}

static int task_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i;
	int err;

	first = probes[0];
	begun = sd_may_fail(vzalloc(BITS_TO_LONGS(PID_MAX_LIMIT) * sizeof(long)));
	if (!begun)
		goto no_memory;
	for (i = 0; i < LIVES; i++) {
		err = sd_task_places_init(&lives[i], probes, n, i);
		if (err)
			return err;
	}
	err = add_hooks();
	if (!err && sd_each_process(begin_old, NULL))
		goto no_memory;
	return err;
no_memory:
	sd_complain(first, "out of memory for the lives of processes");
	return -ENOMEM;
}

static void remove_kprobe(struct kprobe *kp, bool on)
{
	if (!on)
		return;
	unregister_kprobe(kp);
	sd_count_missed(first, kp->nmissed);
}

static void task_detach(void)
{
	unsigned int i;

	remove_kprobe(&starts, on_starts);
	remove_kprobe(&execs, on_execs);
	remove_kprobe(&releases, on_releases);
	on_starts = on_execs = on_releases = false;
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (points[i].at)
			tracepoint_probe_unregister(points[i].at, points[i].function, NULL);
		points[i].at = NULL;
	}
	tracepoint_synchronize_unregister();
}

static void task_finish(void)
{
	unsigned int i;

	for (i = 0; i < LIVES; i++)
		sd_task_places_free(&lives[i]);
	vfree(begun);
	begun = NULL;
}

const struct sd_kind sd_kind_task = {
	.name = "process",
	.attach = task_attach,
	.detach = task_detach,
	.finish = task_finish,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which tasks a probe in user space is about: those of a number, those that
 * run a program (by the inode of their executable, so by whatever path and in
 * whatever namespace), all; and, when there is a target, only it and its
 * descendants. Descent is a bit for each process number, which a new process
 * has from the one that made it: so it stays a descendant when those between
 * end. Kernel threads belong to nobody.
 */
#include <linux/bitmap.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/threads.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include "kern.h"

/* Threads of the kernel that work for a process and share its memory: later kernels have a flag for those of others than io_uring. */
#ifdef PF_USER_WORKER
#define SD_PF_WORKER (PF_IO_WORKER | PF_USER_WORKER)
#else
#define SD_PF_WORKER PF_IO_WORKER
#endif

static DEFINE_MUTEX(lock);             /* of what follows, for those who come and go */
static unsigned int users;
static unsigned long *family;          /* [PID_MAX_LIMIT] bits; NULL: there is no target */
static struct tracepoint *fork_point;

/* A process number may be used again: what it said is overwritten. */
static void follow_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	unsigned long *f = READ_ONCE(family);

	if (!f || child->pid != child->tgid)
		return;
	if (test_bit(parent->tgid, f))
		set_bit(child->tgid, f);
	else
		clear_bit(child->tgid, f);
}

/* Those that descend from the target already. New ones of theirs are seen by follow_fork(), or found here, or both. */
static void find_family(void)
{
	pid_t target = sd_target();
	struct task_struct *t, *up;

	if (target <= 0 || target >= PID_MAX_LIMIT)
		return;
	set_bit(target, family);
	rcu_read_lock();
	for_each_process(t) {
		for (up = t; up->tgid > 1 && up->tgid != target; up = rcu_dereference(up->real_parent))
			;
		if (up->tgid == target)
			set_bit(t->tgid, family);
	}
	rcu_read_unlock();
}

static int descent_get(const struct sd_probe *p)
{
	int err = 0;

	mutex_lock(&lock);
	if (!users++ && sd_target()) {
		family = sd_may_fail(vzalloc(BITS_TO_LONGS(PID_MAX_LIMIT) * sizeof(long)));
		fork_point = family ? sd_tracepoint("sched_process_fork") : NULL;
		if (!family)
			err = -ENOMEM;
		else
			err = fork_point ? sd_may_refuse(tracepoint_probe_register(fork_point, (void *)follow_fork, NULL)) : -ENOENT;
		if (err) {
			sd_complain(p, err == -ENOMEM ? "out of memory for the target's descendants"
						      : "cannot follow the target's descendants (tracepoint sched_process_fork): error %d", err);
			fork_point = NULL;
			vfree(family);
			family = NULL;
			users--;
		} else {
			find_family();
		}
	}
	mutex_unlock(&lock);
	return err;
}

static void descent_put(void)
{
	unsigned long *f = NULL;

	mutex_lock(&lock);
	if (users && !--users) {
		if (fork_point) {
			tracepoint_probe_unregister(fork_point, (void *)follow_fork, NULL);
			tracepoint_synchronize_unregister();
		}
		fork_point = NULL;
		f = family;
		WRITE_ONCE(family, NULL);
	}
	mutex_unlock(&lock);
	vfree(f);
}

static bool may_fail(const struct sd_probe *p)
{
	return p->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD);
}

int sd_task_filter_init(struct sd_task_filter *f, const struct sd_probe *p, const struct sd_process *want)
{
	int err;

	f->pid = want->pid;
	f->inode = NULL;
	f->used = false;
	if (want->path) {
		err = kern_path(want->path, LOOKUP_FOLLOW, &f->path);
		if (err) {
			if (!may_fail(p))
				sd_complain(p, err == -ENOENT ? "there is no program %s here" : "cannot look at program %s: error %d", want->path, err);
			return err;
		}
		f->inode = d_backing_inode(f->path.dentry);
	}
	err = descent_get(p);
	if (err && f->inode) {
		path_put(&f->path);
		f->inode = NULL;
	}
	f->used = !err;
	return err;
}

void sd_task_filter_free(struct sd_task_filter *f)
{
	if (!f->used)
		return;
	if (f->inode)
		path_put(&f->path);
	descent_put();
	*f = (struct sd_task_filter){};
}

bool sd_task_is_user(const struct task_struct *t)
{
	return !(t->flags & (PF_KTHREAD | SD_PF_WORKER));
}

const struct inode *sd_task_program(const struct task_struct *t)
{
	const struct inode *inode = NULL;
	struct file *exe;

	rcu_read_lock();
	exe = t->mm ? rcu_dereference(t->mm->exe_file) : NULL;
	if (exe)
		inode = file_inode(exe);
	rcu_read_unlock();
	return inode;
}

bool sd_task_is(const struct sd_task_filter *f, const struct task_struct *t)
{
	const unsigned long *fam = READ_ONCE(family);

	if (!sd_task_is_user(t) || (f->pid && f->pid != t->tgid))
		return false;
	return !fam || test_bit(t->tgid, fam);
}

bool sd_task_belongs(const struct sd_task_filter *f)
{
	return sd_task_is(f, current) && (!f->inode || f->inode == sd_task_program(current));
}

static const struct sd_task *about(const struct sd_probe *p, enum sd_task_event event)
{
	const struct sd_task *d = p->data;

	return d->event == event ? d : NULL;
}

int sd_task_places_init(struct sd_task_places *t, const struct sd_probe *const *probes, unsigned int n, enum sd_task_event event)
{
	unsigned int i, k, total = 0;
	int err;

	for (i = 0; i < n; i++)
		total += about(probes[i], event) ? probes[i]->nplaces : 0;
	if (!total)
		return 0;
	t->v = sd_may_fail(kvcalloc(total, sizeof(*t->v), GFP_KERNEL));
	if (!t->v) {
		sd_complain(probes[0], "out of memory for %u probes of processes", total);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		const struct sd_task *d = about(probes[i], event);

		for (k = 0; d && k < probes[i]->nplaces; k++) {
			struct sd_task_place *p = &t->v[t->n];

			err = sd_task_filter_init(&p->filter, probes[i], &d->processes[k]);
			if (err && may_fail(probes[i]) && err != -ENOMEM)
				continue;
			if (err)
				return err;
			p->probe = probes[i];
			p->place = k;
			t->n++;
		}
	}
	return 0;
}

void sd_task_places_free(struct sd_task_places *t)
{
	while (t->n)
		sd_task_filter_free(&t->v[--t->n].filter);
	kvfree(t->v);
	t->v = NULL;
}

int sd_each_process(void (*f)(struct task_struct *t, void *data), void *data)
{
	struct task_struct *t, **all = NULL;
	unsigned int n, cap, i;

	/* More may come while memory is had; those are seen as they start. */
	do {
		cap = 64;
		rcu_read_lock();
		for_each_process(t)
			cap++;
		rcu_read_unlock();
		kvfree(all);
		all = sd_may_fail(kvcalloc(cap, sizeof(*all), GFP_KERNEL));
		if (!all)
			return -ENOMEM;
		n = 0;
		rcu_read_lock();
		for_each_process(t) {
			if (n < cap) {
				get_task_struct(t);
				all[n] = t;
			}
			n++;
		}
		rcu_read_unlock();
		for (i = n > cap ? cap : 0; i; i--)
			put_task_struct(all[i - 1]);
	} while (n > cap);
	for (i = 0; i < n; i++) {
		f(all[i], data);
		put_task_struct(all[i]);
		cond_resched();
	}
	kvfree(all);
	return 0;
}

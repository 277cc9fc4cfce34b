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
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/threads.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include "kern.h"

static DEFINE_MUTEX(lock);             /* of what follows, for those who come and go */
static unsigned int users;
static unsigned long *family;          /* [PID_MAX_LIMIT] bits; NULL: there is no target */
static struct tracepoint *fork_point;

/* A process number may be used again: what it said is overwritten. */
static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	unsigned long *f = READ_ONCE(family);

	if (!f || child->pid != child->tgid)
		return;
	if (test_bit(parent->tgid, f))
		set_bit(child->tgid, f);
	else
		clear_bit(child->tgid, f);
}

/* Those that descend from the target already. New ones of theirs are seen by on_fork(), or found here, or both. */
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
		family = vzalloc(BITS_TO_LONGS(PID_MAX_LIMIT) * sizeof(long));
		fork_point = family ? sd_tracepoint("sched_process_fork") : NULL;
		if (!family)
			err = -ENOMEM;
		else
			err = fork_point ? tracepoint_probe_register(fork_point, (void *)on_fork, NULL) : -ENOENT;
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
			tracepoint_probe_unregister(fork_point, (void *)on_fork, NULL);
			tracepoint_synchronize_unregister();
		}
		fork_point = NULL;
		f = family;
		WRITE_ONCE(family, NULL);
	}
	mutex_unlock(&lock);
	vfree(f);
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
			if (!(p->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD)))
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

bool sd_task_has_program(const struct task_struct *t, const struct inode *inode)
{
	struct mm_struct *mm;
	struct file *exe;
	bool same = false;

	rcu_read_lock();
	/* A task's memory goes away only by itself (current) or when somebody has its lock (the others, by sd_task_belongs()'s rule). */
	mm = READ_ONCE(t->mm);
	exe = mm ? rcu_dereference(mm->exe_file) : NULL;
	if (exe)
		same = file_inode(exe) == inode; /* an address to compare, never followed */
	rcu_read_unlock();
	return same;
}

bool sd_task_belongs(const struct sd_task_filter *f, const struct task_struct *t)
{
	const unsigned long *fam = READ_ONCE(family);

	if (t->flags & PF_KTHREAD)
		return false;
	if (f->pid && f->pid != t->tgid)
		return false;
	if (fam && !test_bit(t->tgid, fam))
		return false;
	return !f->inode || sd_task_has_program(t, f->inode);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of a script: the proc file that the runner holds, and the steps
 * from loaded to stopped. All steps run one after the other in one ordered
 * work queue, so that none of them needs a lock against another; a command
 * returns at once. Knows kinds of probes only by struct sd_kind.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/poll.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/umh.h>
#include <linux/delay.h>
#include "kern.h"

enum {
	WAIT_PROGRESS_MS = 5000, /* a full process ring, and no progress: the reader is taken for dead */
	ORPHAN_MS = 2000,        /* from the reader's end to our own, */
	ABSENT_MS = 10000,       /* from our beginning to that, when a reader was to come */
};

static struct proc_dir_entry *entry;
static struct workqueue_struct *queue;
static DECLARE_WAIT_QUEUE_HEAD(waiters);
static unsigned long opened;    /* bit 0: one process has the file */
static atomic_t events = ATOMIC_INIT(0); /* what poll reports beside the rings; counts up */
static int events_seen;         /* the reader's: only one has the file */
static int state = SD_STATE_LOADED;      /* the one that counts; the page has a copy */
static int failed;              /* too many errors */
static bool attached;
static bool unread;             /* between "detach" and "attach": nobody reads, and that is well */
static bool closing;            /* the queue goes */
static long long target;
static pid_t reader;
static uid_t reader_uid;

/* The probes of each kind that attaches, in the order of the script. */
struct group {
	const struct sd_kind *kind;
	const struct sd_probe **probes;
	unsigned int n;
};

static struct group *groups;
static unsigned int ngroups;
static const struct sd_probe **sorted; /* memory of all groups' probes */

/* ---- telling the reader ------------------------------------------------------ */

void sd_wake_reader(void)
{
	wake_up_all(&waiters);
}

static void wake_irq(struct irq_work *w);

static DEFINE_IRQ_WORK(exit_wake, wake_irq);

static void set_state(int s)
{
	WRITE_ONCE(state, s);
	smp_store_release(&sd_control->state, s); /* what led here is visible first */
	atomic_inc(&events);
	sd_wake_reader();
}

void sd_request_exit(void)
{
	sd_set_live(0);
	WRITE_ONCE(sd_control->exit_requested, 1);
	atomic_inc(&events);
	irq_work_queue(&exit_wake);
}

void sd_error_state(void)
{
	WRITE_ONCE(failed, 1);
}

bool sd_wait_reader(const struct sd_ring *ring)
{
	static unsigned long long dead_tail = ~0ULL; /* where a reader that was given up stood */
	unsigned long long tail = READ_ONCE(ring->tail);
	unsigned long until = jiffies + msecs_to_jiffies(WAIT_PROGRESS_MS);

	if (tail == dead_tail)
		return false;
	while (time_before(jiffies, until) && test_bit(0, &opened)) {
		sd_wake_reader();
		usleep_range(200, 500);
		if (READ_ONCE(ring->tail) != tail)
			return true;
	}
	dead_tail = tail;
	return false;
}

sd_int sd_target(void)
{
	return READ_ONCE(target);
}

sd_int sd_runner_id(bool user)
{
	return user ? (sd_int)READ_ONCE(reader_uid) : READ_ONCE(reader);
}

pid_t sd_reader(void)
{
	return READ_ONCE(reader);
}

/* ---- steps, in the work queue -------------------------------------------------- */

static bool runs_here(const struct sd_kind *k)
{
	return k == &sd_kind_begin || k == &sd_kind_end || k == &sd_kind_error;
}

static void run_all(const struct sd_kind *kind, const int *go_on, int wanted)
{
	unsigned int i;

	for (i = 0; i < sd_script.nprobes && READ_ONCE(*go_on) == wanted; i++)
		if (sd_script.probes[i]->kind == kind)
			sd_run_process(sd_script.probes[i]);
}

static void detach_all(void)
{
	u64 began = ktime_get_ns();
	unsigned int i;

	sd_set_live(0);
	if (!attached)
		return;
	attached = false;
	for (i = ngroups; i-- > 0;)
		groups[i].kind->detach();
	sd_contexts_quiesce();
	sd_control->detach_ns = ktime_get_ns() - began;
	for (i = ngroups; i-- > 0;)
		groups[i].kind->finish();
	sd_watch_stop();
}

static bool attaching, told_to_stop;

static int attach_all(void)
{
	u64 began = ktime_get_ns();
	unsigned int i;
	int err;

	attached = true;
	WRITE_ONCE(attaching, true);
	smp_mb(); /* with stop_soon() */
	if (READ_ONCE(told_to_stop))
		sd_set_live(0);
	sd_watch_start();
	err = sd_stage_start();
	for (i = 0; i < ngroups && !err; i++)
		err = groups[i].kind->attach(groups[i].probes, groups[i].n);
	sd_stage_end();
	WRITE_ONCE(attaching, false);
	sd_control->attach_ns = ktime_get_ns() - began;
	return err;
}

static void put_count(unsigned int type, unsigned int id, const struct sd_probe *p, u64 n)
{
	char *r;

	if (!n)
		return;
	sd_process->ctx.probe = NULL; /* a loss of these is no loss of the probe's */
	r = sd_rec_begin(&sd_process->ctx, type, id, 16);
	if (!r)
		return;
	r = sd_put_int(r, p->index);
	sd_put_int(r, n);
	sd_rec_end(&sd_process->ctx);
}

static void add_counts(struct sd_count *sum, const struct sd_cpu *cpu, unsigned int i)
{
	unsigned int k;

	sum->hits += READ_ONCE(cpu->count[i].hits);
	for (k = 0; k < SD_LOSS_COUNT; k++)
		sum->loss[k] += READ_ONCE(cpu->count[i].loss[k]);
}

static void put_time(const struct sd_probe *p)
{
	struct sd_time sum = { .min = ~0ULL };
	unsigned int i;
	char *r;

	for (i = 0; i <= sd_ncpus; i++) {
		const struct sd_time *t = &sd_cpus[i]->clock.time[p->index];

		if (!t->n)
			continue;
		sum.n += t->n;
		sum.sum += t->sum;
		sum.min = min(sum.min, t->min);
		sum.max = max(sum.max, t->max);
	}
	sd_process->ctx.probe = NULL;
	r = sum.n ? sd_rec_begin(&sd_process->ctx, SD_REC_TIME, 0, 40) : NULL;
	if (!r)
		return;
	r = sd_put_int(r, p->index);
	r = sd_put_int(r, sum.n);
	r = sd_put_int(r, sum.sum);
	r = sd_put_int(r, sum.min);
	sd_put_int(r, sum.max);
	sd_rec_end(&sd_process->ctx);
}

static void put_ledger(void)
{
	u64 hits = 0, skipped = 0;
	unsigned int i, k;

	for (i = 0; i < sd_script.nprobes; i++) {
		const struct sd_probe *p = sd_script.probes[i];
		struct sd_count sum = {};

		for (k = 0; k <= sd_ncpus; k++)
			add_counts(&sum, sd_cpus[k], p->index);
		hits += sum.hits;
		skipped += sum.loss[SD_LOSS_REENTRANT] + sum.loss[SD_LOSS_LOCK] + sum.loss[SD_LOSS_MISSED] +
			   sum.loss[SD_LOSS_STACK] + sum.loss[SD_LOSS_OFFLINE] + sum.loss[SD_LOSS_CALLERS];
		put_count(SD_REC_HITS, 0, p, sum.hits);
		for (k = 0; k < SD_LOSS_COUNT; k++)
			put_count(SD_REC_LOSS, k, p, sum.loss[k]);
		if (sd_script.flags & SD_SCRIPT_TIMED)
			put_time(p);
	}
	if (sd_process->out.stamped)
		sd_out_close(&sd_process->out);
	sd_control->hits = hits;
	sd_control->skipped = skipped;
}

static void do_start(struct work_struct *w)
{
	int err;

	if (state != SD_STATE_LOADED)
		return;
	set_state(SD_STATE_STARTING);
	sd_set_live(1);
	sd_user_mappings_init();
	err = sd_addresses_find();
	if (!err)
		run_all(&sd_kind_begin, &sd_live, 1);
	if (err || READ_ONCE(sd_live)) {
		err = err ? err : attach_all();
		if (err == -ECANCELED) {
			/* The script has ended by itself, or has been disarmed. The rest is as when that happens later. */
			sd_control->cut_short = 1;
			detach_all();
		} else if (err) {
			detach_all();
			sd_control->start_failed = -err;
			sd_request_exit();
			put_ledger();
			set_state(SD_STATE_STOPPED);
			return;
		}
	}
	set_state(SD_STATE_RUNNING);
}

static void do_stop(struct work_struct *w)
{
	if (state == SD_STATE_STOPPED)
		return;
	if (state == SD_STATE_RUNNING) {
		set_state(SD_STATE_STOPPING);
		detach_all();
		if (sd_skipped_many())
			sd_complain(NULL, "more than %d hits were skipped for want of a lock or of stack: check MAXSKIPPED",
				    sd_script.limits.maxskipped);
		run_all(&sd_kind_end, &failed, 0);
		run_all(&sd_kind_error, &failed, 1);
		put_ledger();
	}
	set_state(SD_STATE_STOPPED);
}

static void do_hangup(struct work_struct *w)
{
	if (state == SD_STATE_STOPPED)
		return;
	detach_all();
	set_state(SD_STATE_STOPPED);
}

/* The runner says so as it loads us: it may be killed before it opens the file. By hand, nobody need come. */
static bool reader_comes;
module_param_named(sd_reader_comes, reader_comes, bool, 0);
MODULE_PARM_DESC(sd_reader_comes, "the module is to go when nobody reads it soon");

/* Nobody came, or came back: ask user space to unload us. Without a /sbin/rmmod the module stays, doing nothing. */
static void do_orphan(struct work_struct *w)
{
	char *argv[] = { "/sbin/rmmod", THIS_MODULE->name, NULL };
	char *envp[] = { "HOME=/", "PATH=/sbin:/usr/sbin:/bin:/usr/bin", NULL };

	/* Until the program has its arguments, which are here; not until it ends, which waits for us. */
	if (!test_bit(0, &opened))
		call_usermodehelper(argv[0], argv, envp, UMH_WAIT_EXEC);
}

/* In the queue, so that no end probe is printing; handlers are waited for. */
static void do_attach(struct work_struct *w)
{
	WRITE_ONCE(unread, false);
	sd_rings_overwrite(false);
	sd_contexts_quiesce();
}

static void do_detach(struct work_struct *w)
{
	WRITE_ONCE(unread, true);
	sd_rings_overwrite(true);
	if (READ_ONCE(sd_control->exit_requested)) /* too late for irq_work to see it */
		do_stop(w);
}

static DECLARE_WORK(attach_work, do_attach);
static DECLARE_WORK(detach_work, do_detach);
static DECLARE_WORK(start_work, do_start);
static DECLARE_WORK(stop_work, do_stop);
static DECLARE_WORK(hangup_work, do_hangup);
static DECLARE_DELAYED_WORK(orphan_work, do_orphan);

/* No handler runs any more; what calls them goes too, however long the reader takes to say that the script is to stop. */
static void do_disarm(struct work_struct *w)
{
	detach_all();
}

static DECLARE_WORK(disarm_work, do_disarm);

/* exit() was called: the reader stops the script, and where there is none we do. */
static void wake_irq(struct irq_work *w)
{
	sd_wake_reader();
	if (!READ_ONCE(closing))
		queue_work(queue, READ_ONCE(unread) ? &stop_work : &disarm_work);
}

/* ---- the file -------------------------------------------------------------------- */

static int file_open(struct inode *inode, struct file *file)
{
	if (test_and_set_bit(0, &opened))
		return -EBUSY;
	if (!try_module_get(THIS_MODULE)) {
		clear_bit(0, &opened);
		return -ENODEV;
	}
	WRITE_ONCE(reader, current->tgid);
	WRITE_ONCE(reader_uid, __kuid_val(current_cred()->uid));
	cancel_delayed_work(&orphan_work);
	events_seen = atomic_read(&events) - 1; /* the first poll reports */
	return 0;
}

static int file_release(struct inode *inode, struct file *file)
{
	if (READ_ONCE(unread)) {
		clear_bit(0, &opened);
		module_put(THIS_MODULE);
		return 0;
	}
	if (READ_ONCE(state) != SD_STATE_STOPPED) {
		sd_set_live(0);
		queue_work(queue, &hangup_work);
	}
	queue_delayed_work(queue, &orphan_work, msecs_to_jiffies(ORPHAN_MS));
	clear_bit(0, &opened);
	module_put(THIS_MODULE);
	return 0;
}

static ssize_t file_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return simple_read_from_buffer(buf, n, pos, sd_script.meta, sd_script.meta_len);
}

/* "input " and bytes: only while the probes are there. */
static ssize_t write_input(const char __user *buf, size_t n)
{
	size_t len = n - strlen("input ");
	char *s;

	if (len > SD_INPUT_MAX)
		return -EINVAL;
	if (READ_ONCE(state) != SD_STATE_RUNNING)
		return -EAGAIN;
	s = sd_may_fail(kmalloc(len + 1, GFP_KERNEL));
	if (!s)
		return -ENOMEM;
	if (copy_from_user(s, buf + strlen("input "), len)) {
		kfree(s);
		return -EFAULT;
	}
	sd_input(s, len);
	kfree(s);
	return n;
}

/* Attaching many places may take long: it is not waited for, and ends as if the script had called exit(). */
static void stop_soon(void)
{
	WRITE_ONCE(told_to_stop, true);
	smp_mb();
	if (READ_ONCE(attaching))
		sd_set_live(0);
	queue_work(queue, &stop_work);
}

static ssize_t file_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	char cmd[64];
	size_t len = min(n, sizeof(cmd) - 1);

	if (copy_from_user(cmd, buf, len))
		return -EFAULT;
	cmd[len] = '\0';
	if (!strncmp(cmd, "input ", 6))
		return write_input(buf, n);
	strim(cmd);
	if (!strcmp(cmd, "detach") || !strcmp(cmd, "attach")) {
		struct work_struct *work = cmd[0] == 'd' ? &detach_work : &attach_work;

		if (work == &detach_work && READ_ONCE(state) != SD_STATE_RUNNING)
			return -EAGAIN;
		queue_work(queue, work);
		flush_work(work);
		return n;
	}
	if (!strcmp(cmd, "stop")) {
		stop_soon();
		return n;
	}
	if (!strncmp(cmd, "zone ", 5))
		return sd_zone_set(cmd + 5) ? -EINVAL : n;
	if (!strncmp(cmd, "start target=", 13)) {
		long long pid;

		if (kstrtoll(cmd + 13, 10, &pid))
			return -EINVAL;
		WRITE_ONCE(target, pid);
	} else if (strcmp(cmd, "start")) {
		return -EINVAL;
	}
	queue_work(queue, &start_work);
	return n;
}

static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, sd_rings_area(), vma->vm_pgoff);
}

static __poll_t file_poll(struct file *file, poll_table *wait)
{
	int now;

	poll_wait(file, &waiters, wait);
	now = atomic_read(&events);
	if (now != events_seen) {
		events_seen = now;
		return EPOLLIN | EPOLLRDNORM;
	}
	return sd_rings_ready() ? EPOLLIN | EPOLLRDNORM : 0;
}

static const struct proc_ops file_ops = {
	.proc_open = file_open,
	.proc_release = file_release,
	.proc_read = file_read,
	.proc_write = file_write,
	.proc_mmap = file_mmap,
	.proc_poll = file_poll,
	.proc_lseek = default_llseek,
};

/* ---- loading and unloading ------------------------------------------------------- */

static struct group *group_of(const struct sd_kind *kind)
{
	unsigned int i;

	if (kind->by)
		kind = kind->by;
	for (i = 0; i < ngroups; i++)
		if (groups[i].kind == kind)
			return &groups[i];
	groups[ngroups].kind = kind;
	return &groups[ngroups++];
}

static int make_groups(void)
{
	unsigned int i, n = max(sd_script.nprobes, 1u), next = 0;
	struct group *g;

	groups = sd_may_fail(kvcalloc(n, sizeof(*groups), GFP_KERNEL));
	sorted = sd_may_fail(kvcalloc(n, sizeof(*sorted), GFP_KERNEL));
	if (!groups || !sorted)
		return -ENOMEM;
	for (i = 0; i < sd_script.nprobes; i++)
		if (!runs_here(sd_script.probes[i]->kind))
			group_of(sd_script.probes[i]->kind)->n++;
	for (i = 0; i < ngroups; i++) {
		groups[i].probes = sorted + next;
		next += groups[i].n;
		groups[i].n = 0;
	}
	for (i = 0; i < sd_script.nprobes; i++)
		if (!runs_here(sd_script.probes[i]->kind)) {
			g = group_of(sd_script.probes[i]->kind);
			g->probes[g->n++] = sd_script.probes[i];
		}
	return 0;
}

static void free_groups(void)
{
	kvfree(groups);
	kvfree(sorted);
}

int sd_control_init(void)
{
	int err;

	err = make_groups();
	if (err)
		goto fail_groups;
	err = -ENOMEM;
	queue = sd_may_fail(alloc_ordered_workqueue("%s", 0, THIS_MODULE->name));
	if (!queue)
		goto fail_groups;
	entry = sd_may_fail(proc_create(THIS_MODULE->name, 0600, NULL, &file_ops));
	if (!entry)
		goto fail_entry;
	if (reader_comes)
		queue_delayed_work(queue, &orphan_work, msecs_to_jiffies(ABSENT_MS));
	return 0;
fail_entry:
	destroy_workqueue(queue);
fail_groups:
	free_groups();
	return err;
}

void sd_control_exit(void)
{
	proc_remove(entry);
	WRITE_ONCE(closing, true);
	irq_work_sync(&exit_wake); /* from here on it leaves the queue alone */
	cancel_delayed_work_sync(&orphan_work);
	destroy_workqueue(queue);
	detach_all();
	sd_addresses_forget();
	sd_user_symbols_exit();
	sd_user_mappings_exit();
	sd_raised_exit();
	irq_work_sync(&exit_wake);
	free_groups();
}

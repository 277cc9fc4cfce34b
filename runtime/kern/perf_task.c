// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Performance events of the tasks of some processes, for perf.c: those that
 * sample, and those that only count. A task that is there gets its event when
 * the script starts; one that is made, or begins to run the program, before its
 * first instruction, on its way out of fork or exec: only there, in its own
 * context, can an event be made. Inherited events would need none of this, but
 * the kernel exchanges those of a parent and its child when it switches between
 * them, and what they have counted, where it says it would not.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/err.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/task_work.h>
#include <linux/tracepoint.h>
#include <linux/wait.h>
#include "kern.h"
#include "events.h"
#include "perf_task.h"

#ifdef CONFIG_PERF_EVENTS
#include "compat/perf_context.h"

enum {
	COMERS_MAX = 512, /* that are on their way at a time */
	SCANS_MAX = 10,   /* while new tasks keep appearing */
	BATCH = 128,      /* tasks of a scan at a time */
};

/* A process that a probe is about. */
struct target {
	const struct sd_probe *probe;
	unsigned int place;
	struct perf_event_attr attr;
	struct sd_task_filter filter;
	struct mutex lock;       /* of events */
	struct list_head events; /* of struct held */
};

struct held {
	struct list_head link;
	struct perf_event *event;
};

/* A task that has been made, or has called exec. */
struct comer {
	struct callback_head work;
	struct target *target;
	struct task_struct *task;
	bool used;
};

static struct target *targets;
static unsigned int ntargets;
static struct tracepoint *exec_point, *made_point;
static struct comer *comers;              /* [COMERS_MAX] */
static DEFINE_RAW_SPINLOCK(comers_lock);
static atomic_t ncomers = ATOMIC_INIT(0); /* that are used */
static DECLARE_WAIT_QUEUE_HEAD(comers_done);

/* Also of events that only count, to be known by what they were made with. */
static void overflow(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
	const struct target *t = event->overflow_handler_context;

	/* The event stays with a task that goes on to run another program. */
	if (sd_task_belongs(&t->filter))
		sd_event_hit(t->probe, t->place, regs);
}

/* image: whose program it is, current or one whose task_lock() is held. A task that is being made has that of its parent. */
static bool is_of(const struct target *t, const struct task_struct *task, const struct task_struct *image)
{
	return sd_task_is(&t->filter, task) && (!t->filter.inode || t->filter.inode == sd_task_program(image));
}

static bool has_event(const struct target *t, const struct task_struct *task)
{
	bool has;

	rcu_read_lock();
	has = sd_perf_event_of(task, t);
	rcu_read_unlock();
	return has;
}

/* May sleep. -ESRCH: the task is gone. */
static int give_event(struct target *t, struct task_struct *task)
{
	struct held *h = sd_may_fail(kmalloc(sizeof(*h), GFP_KERNEL));

	if (!h)
		return -ENOMEM;
	h->event = perf_event_create_kernel_counter(&t->attr, -1, task, overflow, t);
	if (IS_ERR(h->event)) {
		int err = PTR_ERR(h->event);

		kfree(h);
		return err;
	}
	mutex_lock(&t->lock);
	list_add(&h->link, &t->events);
	mutex_unlock(&t->lock);
	return 0;
}

/* ---- tasks that are there ---------------------------------------------------------- */

/* Tasks that belong and have no event yet; each is to be put. */
static unsigned int find_tasks(struct target *t, struct task_struct **v)
{
	struct task_struct *process, *task;
	unsigned int n = 0;
	bool belongs;

	rcu_read_lock();
	for_each_process_thread(process, task) {
		if (n == BATCH)
			break;
		if (task->flags & PF_EXITING)
			continue;
		task_lock(task);
		belongs = is_of(t, task, task);
		task_unlock(task);
		if (belongs && !has_event(t, task)) {
			get_task_struct(task);
			v[n++] = task;
		}
	}
	rcu_read_unlock();
	return n;
}

/* Again, until there are no new ones. */
static int scan(struct target *t)
{
	struct task_struct **v = sd_may_fail(kmalloc_array(BATCH, sizeof(*v), GFP_KERNEL));
	unsigned int i, k, n = 1;
	int err = v ? 0 : -ENOMEM;

	for (i = 0; i < SCANS_MAX && n && !err; i++) {
		n = find_tasks(t, v);
		for (k = 0; k < n; k++) {
			if (!err)
				err = give_event(t, v[k]);
			if (err == -ESRCH)
				err = 0;
			put_task_struct(v[k]);
		}
		if (n == BATCH)
			i--;
	}
	kfree(v);
	return err;
}

/* ---- tasks that come ---------------------------------------------------------------------- */

static struct comer *take_comer(void)
{
	struct comer *e = NULL;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&comers_lock, flags);
	for (i = 0; i < COMERS_MAX && !e; i++)
		if (!comers[i].used)
			e = &comers[i];
	if (e) {
		e->used = true;
		atomic_inc(&ncomers);
	}
	raw_spin_unlock_irqrestore(&comers_lock, flags);
	return e;
}

static void leave_comer(struct comer *e)
{
	struct task_struct *task = e->task;
	unsigned long flags;

	raw_spin_lock_irqsave(&comers_lock, flags);
	e->used = false;
	raw_spin_unlock_irqrestore(&comers_lock, flags);
	put_task_struct(task);
	if (atomic_dec_and_test(&ncomers))
		wake_up_all(&comers_done);
}

static void on_way_out(struct callback_head *work)
{
	struct comer *e = container_of(work, struct comer, work);

	if (READ_ONCE(sd_live) && !has_event(e->target, current) && give_event(e->target, current))
		sd_count_missed(e->target->probe, 1);
	leave_comer(e);
}

static void comes(struct task_struct *task)
{
	unsigned int i;

	for (i = 0; i < ntargets; i++) {
		struct target *t = &targets[i];
		struct comer *e;

		if (!is_of(t, task, current) || has_event(t, task))
			continue;
		e = take_comer();
		if (!e) {
			sd_count_missed(t->probe, 1);
			continue;
		}
		e->target = t;
		e->task = get_task_struct(task);
		init_task_work(&e->work, on_way_out);
		if (task_work_add(task, &e->work, TWA_RESUME)) {
			sd_count_missed(t->probe, 1);
			leave_comer(e);
		}
	}
}

static void on_exec(void *data, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	comes(task);
}

/* The child does not run yet. */
static void on_made(void *data, struct task_struct *parent, struct task_struct *child)
{
	comes(child);
}

static bool is_work(struct callback_head *work, void *data)
{
	return work == data;
}

/* A task may be held up on its way out, by a debugger: it is let go. */
static void cancel_comers(void)
{
	struct callback_head *(*cancel)(struct task_struct *task, bool (*match)(struct callback_head *, void *), void *data);
	unsigned int i;

	cancel = sd_lookup("task_work_cancel_match");
	for (i = 0; i < COMERS_MAX && cancel; i++) {
		struct task_struct *task = NULL;

		raw_spin_lock_irq(&comers_lock);
		if (comers[i].used)
			task = get_task_struct(comers[i].task);
		raw_spin_unlock_irq(&comers_lock);
		if (!task)
			continue;
		if (cancel(task, is_work, &comers[i].work))
			leave_comer(&comers[i]);
		put_task_struct(task);
	}
	wait_event(comers_done, !atomic_read(&ncomers));
	synchronize_rcu_tasks(); /* until the last one is out of on_way_out() */
}

/* ---- for perf.c --------------------------------------------------------------------------- */

int sd_perf_tasks_init(unsigned int max)
{
	targets = sd_may_fail(kvcalloc(max, sizeof(*targets), GFP_KERNEL));
	comers = sd_may_fail(kvcalloc(COMERS_MAX, sizeof(*comers), GFP_KERNEL));
	return targets && comers ? 0 : -ENOMEM;
}

/* Can there be such an event at all? No task may be there to try it on. */
static int try_event(const struct perf_event_attr *attr)
{
	struct perf_event_attr off = *attr;
	struct perf_event *event;

	off.disabled = 1;
	event = perf_event_create_kernel_counter(&off, -1, current, overflow, NULL);
	if (IS_ERR(event))
		return PTR_ERR(event);
	perf_event_release_kernel(event);
	return 0;
}

int sd_perf_task_add(const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr, const struct sd_process *of)
{
	struct target *t = &targets[ntargets];
	int err;

	t->probe = p;
	t->place = place;
	t->attr = *attr;
	t->attr.size = sizeof(t->attr);
	mutex_init(&t->lock);
	INIT_LIST_HEAD(&t->events);
	err = try_event(&t->attr);
	if (err)
		return err;
	err = sd_task_filter_init(&t->filter, p, of);
	if (err)
		return -ENOLINK; /* said */
	ntargets++;
	return 0;
}

static int attach_to(const char *name, void *f, struct tracepoint **at)
{
	struct tracepoint *tp = sd_tracepoint(name);
	int err = tp ? tracepoint_probe_register(tp, f, NULL) : -ENOENT;

	*at = err ? NULL : tp;
	return err;
}

int sd_perf_tasks_start(void)
{
	unsigned int i;
	int err;

	if (!ntargets)
		return 0;
	err = attach_to("sched_process_exec", on_exec, &exec_point);
	if (!err)
		err = attach_to("sched_process_fork", on_made, &made_point);
	for (i = 0; i < ntargets && !err; i++)
		err = scan(&targets[i]);
	return err;
}

void sd_perf_tasks_detach(void)
{
	struct held *h, *next;
	unsigned int i;

	if (exec_point)
		tracepoint_probe_unregister(exec_point, (void *)on_exec, NULL);
	if (made_point)
		tracepoint_probe_unregister(made_point, (void *)on_made, NULL);
	if (exec_point || made_point) {
		tracepoint_synchronize_unregister();
		cancel_comers();
	}
	exec_point = made_point = NULL;
	for (i = 0; i < ntargets; i++)
		list_for_each_entry_safe(h, next, &targets[i].events, link) {
			perf_event_release_kernel(h->event);
			kfree(h);
			cond_resched();
		}
}

void sd_perf_tasks_finish(void)
{
	unsigned int i;

	for (i = 0; i < ntargets; i++)
		sd_task_filter_free(&targets[i].filter);
	kvfree(targets);
	kvfree(comers);
	targets = NULL;
	comers = NULL;
	ntargets = 0;
}

bool sd_perf_task_read(const struct sd_probe *p, u64 *value)
{
	struct perf_event *event;
	unsigned int i;
	bool found = false;

	rcu_read_lock();
	for (i = 0; i < ntargets && !found; i++) {
		if (targets[i].probe != p)
			continue;
		event = sd_perf_event_of(current, &targets[i]);
		found = event;
		if (found)
			*value = sd_perf_event_value(event);
	}
	rcu_read_unlock();
	return found;
}

#else

int sd_perf_tasks_init(unsigned int max) { return 0; }
int sd_perf_task_add(const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr, const struct sd_process *of) { return -ENOSYS; }
int sd_perf_tasks_start(void) { return 0; }
void sd_perf_tasks_detach(void) { }
void sd_perf_tasks_finish(void) { }
bool sd_perf_task_read(const struct sd_probe *p, u64 *value) { return false; }

#endif

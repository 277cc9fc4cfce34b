// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Performance events of the tasks of some processes, for perf.c: those that
 * sample, and those that only count; and for process_watch.c, of addresses. A task that is there gets its event when
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
struct sd_perf_target {
	struct sd_perf_tasks *set;
	const struct sd_probe *probe;
	unsigned int place;
	bool off;                /* it may be missing, and cannot be had */
	bool is_address;         /* attr has one, of a process's memory: it means another thing after exec */
	bool in_file;            /* the address is one of the program's file */
	u64 code;                /* in which its code begins here */
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
struct sd_perf_comer {
	struct callback_head work;
	struct sd_perf_target *target;
	struct task_struct *task;
	bool used, exec;
};

/* How far the program of a task was moved, whose mm is held or its own; 0, too, where that is not asked. */
static u64 bias_of(const struct sd_perf_target *t, const struct mm_struct *mm)
{
	return t->in_file && mm ? READ_ONCE(mm->start_code) - t->code : 0;
}

/* Also of events that only count, to be known by what they were made with. */
static void overflow(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
	const struct sd_perf_target *t = event->overflow_handler_context;
	const struct mm_struct *mm = current->mm;

	/* exec fills new memory, while the event is still about the old. */
	if (t->is_address && (!mm || !READ_ONCE(mm->start_code) || event->attr.bp_addr != t->attr.bp_addr + bias_of(t, mm)))
		return;
	/* The event stays with a task that goes on to run another program. */
	if (sd_task_belongs(&t->filter))
		sd_event_hit(t->probe, t->place, regs, bias_of(t, mm));
}

/* image: whose program it is, current or one whose task_lock() is held. A task that is being made has that of its parent. */
static bool is_of(const struct sd_perf_target *t, const struct task_struct *task, const struct task_struct *image)
{
	return sd_task_is(&t->filter, task) && (!t->filter.inode || t->filter.inode == sd_task_program(image));
}

static bool has_event(const struct sd_perf_target *t, const struct task_struct *task)
{
	bool has;

	rcu_read_lock();
	has = sd_perf_event_of(task, t);
	rcu_read_unlock();
	return has;
}

/* The eldest, if its task has ended; else it is the youngest now. t->lock is held. */
static struct held *dead_one(struct sd_perf_target *t)
{
	struct held *h = list_last_entry(&t->events, struct held, link);

	if (READ_ONCE(h->event->state) > PERF_EVENT_STATE_EXIT) {
		list_move(&h->link, &t->events);
		return NULL;
	}
	list_del(&h->link);
	return h;
}

static void put_held(struct held *h)
{
	if (!h)
		return;
	perf_event_release_kernel(h->event);
	kfree(h);
}

/* May sleep. -ESRCH: the task is gone. */
static int give_event(struct sd_perf_target *t, struct task_struct *task)
{
	struct held *h = sd_may_fail(kmalloc(sizeof(*h), GFP_KERNEL)), *dead[2];
	struct perf_event_attr attr = t->attr;

	if (!h)
		return -ENOMEM;
	if (t->in_file) {
		u64 bias;

		task_lock(task);
		bias = bias_of(t, task->mm);
		task_unlock(task);
		attr.bp_addr += bias;
	}
	h->event = sd_may_fail(perf_event_create_kernel_counter(&attr, -1, task, overflow, t)) ?: ERR_PTR(-ENOMEM);
	if (IS_ERR(h->event)) {
		int err = PTR_ERR(h->event);

		kfree(h);
		return err;
	}
	mutex_lock(&t->lock);
	list_add(&h->link, &t->events);
	dead[0] = dead_one(t); /* two for one that comes: so there are never many */
	dead[1] = list_empty(&t->events) ? NULL : dead_one(t);
	mutex_unlock(&t->lock);
	put_held(dead[0]);
	put_held(dead[1]);
	return 0;
}

/* That of the current task. */
static void drop_event(struct sd_perf_target *t)
{
	const struct perf_event *event;
	struct held *h, *found = NULL;

	rcu_read_lock();
	event = sd_perf_event_of(current, t);
	rcu_read_unlock();
	mutex_lock(&t->lock);
	list_for_each_entry(h, &t->events, link)
		if (event && h->event == event) {
			found = h;
			list_del(&h->link);
			break;
		}
	mutex_unlock(&t->lock);
	put_held(found);
}

/* ---- tasks that are there ---------------------------------------------------------- */

/* Tasks that belong and have no event yet; each is to be put. */
static unsigned int find_tasks(struct sd_perf_target *t, struct task_struct **v)
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
static int scan(struct sd_perf_target *t)
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

static struct sd_perf_comer *take_comer(struct sd_perf_tasks *set)
{
	struct sd_perf_comer *e = NULL;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&set->lock, flags);
	for (i = 0; i < COMERS_MAX && !e; i++)
		if (!set->comers[i].used)
			e = &set->comers[i];
	if (e) {
		e->used = true;
		atomic_inc(&set->ncomers);
	}
	raw_spin_unlock_irqrestore(&set->lock, flags);
	return e;
}

static void leave_comer(struct sd_perf_comer *e)
{
	struct sd_perf_tasks *set = e->target->set;
	struct task_struct *task = e->task;
	unsigned long flags;

	raw_spin_lock_irqsave(&set->lock, flags);
	e->used = false;
	raw_spin_unlock_irqrestore(&set->lock, flags);
	put_task_struct(task);
	if (atomic_dec_and_test(&set->ncomers))
		wake_up_all(&set->done);
}

static void on_way_out(struct callback_head *work)
{
	struct sd_perf_comer *e = container_of(work, struct sd_perf_comer, work);
	struct sd_perf_target *t = e->target;

	if (e->exec && t->is_address)
		drop_event(t);
	/* What a number of a process and an address mean ends with exec, unless the program is known. */
	if (READ_ONCE(sd_live) && !(e->exec && t->is_address && (!t->filter.inode || !is_of(t, current, current))) && !has_event(t, current) &&
	    give_event(t, current))
		sd_count_missed(t->probe, 1);
	leave_comer(e);
}

/* exec: task is current and has got another program. */
static void comes(struct sd_perf_tasks *set, struct task_struct *task, bool exec)
{
	unsigned int i;

	for (i = 0; i < set->n; i++) {
		struct sd_perf_target *t = &set->v[i];
		bool has = has_event(t, task), wanted = !t->off && is_of(t, task, current);
		struct sd_perf_comer *e;

		if (exec && t->is_address ? !has && !wanted : has || !wanted)
			continue;
		e = take_comer(set);
		if (!e) {
			sd_count_missed(t->probe, 1);
			continue;
		}
		e->target = t;
		e->exec = exec;
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
	comes(data, task, true);
}

/* The child does not run yet. */
static void on_made(void *data, struct task_struct *parent, struct task_struct *child)
{
	comes(data, child, false);
}

static bool is_work(struct callback_head *work, void *data)
{
	return work == data;
}

/* A task may be held up on its way out, by a debugger: it is let go. */
static void cancel_comers(struct sd_perf_tasks *set)
{
	struct callback_head *(*cancel)(struct task_struct *task, bool (*match)(struct callback_head *, void *), void *data);
	unsigned int i;

	cancel = sd_lookup("task_work_cancel_match");
	for (i = 0; i < COMERS_MAX && cancel; i++) {
		struct task_struct *task = NULL;

		raw_spin_lock_irq(&set->lock);
		if (set->comers[i].used)
			task = get_task_struct(set->comers[i].task);
		raw_spin_unlock_irq(&set->lock);
		if (!task)
			continue;
		if (cancel(task, is_work, &set->comers[i].work))
			leave_comer(&set->comers[i]);
		put_task_struct(task);
	}
	wait_event(set->done, !atomic_read(&set->ncomers));
	synchronize_rcu_tasks(); /* until the last one is out of on_way_out() */
}

/* ---- for perf.c and process_watch.c ------------------------------------------------------ */

int sd_perf_tasks_init(struct sd_perf_tasks *set, unsigned int max)
{
	raw_spin_lock_init(&set->lock);
	init_waitqueue_head(&set->done);
	atomic_set(&set->ncomers, 0);
	set->n = 0;
	set->v = sd_may_fail(kvcalloc(max, sizeof(*set->v), GFP_KERNEL));
	set->comers = sd_may_fail(kvcalloc(COMERS_MAX, sizeof(*set->comers), GFP_KERNEL));
	return set->v && set->comers ? 0 : -ENOMEM;
}

/* Can there be such an event at all? No task may be there to try it on, so it is this one. NULL or an error, or the event, which stands still. */
static struct perf_event *try_event(const struct perf_event_attr *attr)
{
	struct perf_event_attr off = *attr;

	off.disabled = 1;
	return sd_may_fail(perf_event_create_kernel_counter(&off, -1, current, overflow, NULL)) ?: ERR_PTR(-ENOMEM);
}

int sd_perf_task_add(struct sd_perf_tasks *set, const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr,
		     const struct sd_process *of)
{
	struct sd_perf_target *t = &set->v[set->n];
	struct perf_event *event;
	int err;

	t->set = set;
	t->probe = p;
	t->place = place;
	t->attr = *attr;
	t->attr.size = sizeof(t->attr);
	mutex_init(&t->lock);
	INIT_LIST_HEAD(&t->events);
	event = try_event(&t->attr);
	if (IS_ERR(event))
		return PTR_ERR(event);
	perf_event_release_kernel(event);
	err = sd_task_filter_init(&t->filter, p, of);
	if (err)
		return -ENOLINK; /* said */
	set->n++;
	return 0;
}

int sd_perf_task_watch(struct sd_perf_tasks *set, const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr,
		       const struct sd_process *of, const u64 *code)
{
	struct sd_perf_target *t = &set->v[set->n];
	int err = sd_perf_task_add(set, p, place, attr, of);

	t->is_address = true;
	t->in_file = code;
	t->code = code ? *code : 0;
	return err;
}

static bool same_tasks(const struct sd_perf_target *a, const struct sd_perf_target *b)
{
	return a->filter.pid == b->filter.pid && a->filter.inode == b->filter.inode;
}

int sd_perf_tasks_together(struct sd_perf_tasks *set, const struct sd_probe **refused)
{
	struct perf_event **tried = sd_may_fail(kvcalloc(set->n + 1, sizeof(*tried), GFP_KERNEL));
	unsigned int i, k, n;
	int err = tried ? 0 : -ENOMEM;

	*refused = set->n ? set->v[0].probe : NULL;
	for (i = 0; i < set->n && !err; i++) {
		for (k = 0; k < i && !same_tasks(&set->v[k], &set->v[i]); k++)
			;
		for (n = 0; k == i && i + n < set->n; n++) {
			struct sd_perf_target *t = &set->v[i + n];

			if (!same_tasks(t, &set->v[i]) || err)
				continue;
			tried[n] = try_event(&t->attr);
			if (!IS_ERR(tried[n]))
				continue;
			t->off = t->probe->flags & SD_PROBE_OPTIONAL;
			if (!t->off) {
				err = PTR_ERR(tried[n]);
				*refused = t->probe;
			}
		}
		while (n--) {
			if (!IS_ERR_OR_NULL(tried[n]))
				perf_event_release_kernel(tried[n]);
			tried[n] = NULL;
		}
	}
	kvfree(tried);
	return err;
}

static int attach_to(const char *name, void *f, void *data, struct tracepoint **at)
{
	struct tracepoint *tp = sd_tracepoint(name);
	int err = tp ? sd_may_refuse(tracepoint_probe_register(tp, f, data)) : -ENOENT;

	*at = err ? NULL : tp;
	return err;
}

int sd_perf_tasks_start(struct sd_perf_tasks *set)
{
	unsigned int i;
	int err;

	if (!set->n)
		return 0;
	err = attach_to("sched_process_exec", on_exec, set, &set->exec_point);
	if (!err)
		err = attach_to("sched_process_fork", on_made, set, &set->made_point);
	for (i = 0; i < set->n && !err; i++)
		err = set->v[i].off ? 0 : scan(&set->v[i]);
	return err;
}

void sd_perf_tasks_detach(struct sd_perf_tasks *set)
{
	struct held *h, *next;
	unsigned int i;

	if (set->exec_point)
		tracepoint_probe_unregister(set->exec_point, (void *)on_exec, set);
	if (set->made_point)
		tracepoint_probe_unregister(set->made_point, (void *)on_made, set);
	if (set->exec_point || set->made_point) {
		tracepoint_synchronize_unregister();
		cancel_comers(set);
	}
	set->exec_point = set->made_point = NULL;
	for (i = 0; i < set->n; i++) {
		list_for_each_entry_safe(h, next, &set->v[i].events, link) {
			put_held(h);
			cond_resched();
		}
		INIT_LIST_HEAD(&set->v[i].events);
	}
}

void sd_perf_tasks_finish(struct sd_perf_tasks *set)
{
	unsigned int i;

	for (i = 0; i < set->n; i++)
		sd_task_filter_free(&set->v[i].filter);
	kvfree(set->v);
	kvfree(set->comers);
	set->v = NULL;
	set->comers = NULL;
	set->n = 0;
}

bool sd_perf_task_read(const struct sd_perf_tasks *set, const struct sd_probe *p, u64 *value)
{
	struct perf_event *event;
	unsigned int i;
	bool found = false;

	rcu_read_lock();
	for (i = 0; i < set->n && !found; i++) {
		if (set->v[i].probe != p)
			continue;
		event = sd_perf_event_of(current, &set->v[i]);
		found = event;
		if (found)
			*value = sd_perf_event_value(event);
	}
	rcu_read_unlock();
	return found;
}

#else

int sd_perf_tasks_init(struct sd_perf_tasks *set, unsigned int max) { return 0; }
int sd_perf_task_add(struct sd_perf_tasks *set, const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr,
		     const struct sd_process *of)
{
	return -ENOSYS;
}
int sd_perf_task_watch(struct sd_perf_tasks *set, const struct sd_probe *p, unsigned int place, const struct perf_event_attr *attr,
		       const struct sd_process *of, const u64 *code)
{
	return -ENOSYS;
}
int sd_perf_tasks_together(struct sd_perf_tasks *set, const struct sd_probe **refused) { return 0; }
int sd_perf_tasks_start(struct sd_perf_tasks *set) { return 0; }
void sd_perf_tasks_detach(struct sd_perf_tasks *set) { }
void sd_perf_tasks_finish(struct sd_perf_tasks *set) { }
bool sd_perf_task_read(const struct sd_perf_tasks *set, const struct sd_probe *p, u64 *value) { return false; }

#endif

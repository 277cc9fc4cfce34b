// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What processes map, for user_objects.c to read. What is there when the script
 * starts is read then; what comes later, by the process itself on its way back
 * from mmap or exec, so that its tables are there before its first instruction
 * runs. And a list of what was mapped where, the last few thousand times, for
 * addresses of processes that are gone.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "user_objects.h"

enum { COMING_MAX = 256, PAST_MAX = 8192, BATCH = 32 };

enum state { FREE, TAKEN, WANTED /* by a handler that met it: a worker reads it */ };

/* A mapping of a file that has to be read first. */
struct coming {
	struct callback_head work;
	struct task_struct *task;     /* that reads it; NULL: a worker */
	struct file *file;
	unsigned long start, end;
	u64 offset;
	enum state state;
};

/* Something that was mapped; written under past_lock, read by anybody. */
struct past {
	unsigned int seq; /* odd: it is being written */
	unsigned long start, end;
	u64 offset;
	const struct sd_object *object;
};

static struct coming *coming;                 /* [COMING_MAX] */
static DEFINE_RAW_SPINLOCK(coming_lock);
static atomic_t ncoming = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(coming_done);
static bool came;                             /* some task ever read one */

static struct past *past;                     /* [PAST_MAX], a ring */
static atomic_t npast = ATOMIC_INIT(0);       /* that were ever written */
static DEFINE_RAW_SPINLOCK(past_lock);

/* ---- what was mapped ------------------------------------------------------------------------- */

static void note_past(unsigned long start, unsigned long end, u64 offset, const struct sd_object *o)
{
	unsigned long flags;
	struct past *p;

	if (!past || !o)
		return;
	raw_spin_lock_irqsave(&past_lock, flags);
	p = &past[(unsigned int)atomic_read(&npast) % PAST_MAX];
	WRITE_ONCE(p->seq, p->seq + 1);
	smp_wmb();
	p->start = start;
	p->end = end;
	p->offset = offset;
	p->object = o;
	smp_wmb();
	WRITE_ONCE(p->seq, p->seq + 1);
	atomic_inc(&npast);
	raw_spin_unlock_irqrestore(&past_lock, flags);
}

bool sd_mapping_past(unsigned long addr, struct sd_mapping *m)
{
	unsigned int i, last = atomic_read(&npast), n = min_t(unsigned int, last, PAST_MAX);

	for (i = 1; past && i <= n; i++) {
		const struct past *p = &past[(last - i) % PAST_MAX];
		unsigned int seq = READ_ONCE(p->seq);

		smp_rmb();
		m->start = READ_ONCE(p->start);
		m->end = READ_ONCE(p->end);
		m->offset = READ_ONCE(p->offset);
		m->object = READ_ONCE(p->object);
		smp_rmb();
		if (addr < m->start || addr >= m->end || seq & 1 || READ_ONCE(p->seq) != seq)
			continue;
		m->is_file = m->is_code = true;
		strscpy(m->name, m->object->name, sizeof(m->name));
		return true;
	}
	return false;
}

/* ---- what comes ------------------------------------------------------------------------------ */

static struct coming *take_coming(struct file *f)
{
	struct coming *e = NULL;
	unsigned long flags;
	unsigned int i;

	if (!coming)
		return NULL;
	if (!in_nmi())
		raw_spin_lock_irqsave(&coming_lock, flags);
	else if (!raw_spin_trylock_irqsave(&coming_lock, flags))
		return NULL;
	for (i = 0; i < COMING_MAX && !e; i++)
		if (!coming[i].state)
			e = &coming[i];
	if (e) {
		e->state = TAKEN;
		atomic_inc(&ncoming);
	}
	raw_spin_unlock_irqrestore(&coming_lock, flags);
	if (e) {
		e->task = NULL;
		e->file = get_file(f);
	}
	return e;
}

/* May sleep. */
static void leave_coming(struct coming *e)
{
	struct task_struct *task = e->task;
	unsigned long flags;

	fput(e->file);
	raw_spin_lock_irqsave(&coming_lock, flags);
	e->state = FREE;
	raw_spin_unlock_irqrestore(&coming_lock, flags);
	if (task)
		put_task_struct(task);
	if (atomic_dec_and_test(&ncoming))
		wake_up_all(&coming_done);
}

static void read_coming(struct coming *e)
{
	const struct sd_object *o = sd_object_add(e->file);

	if (e->task)
		note_past(e->start, e->end, e->offset, o);
	leave_coming(e);
}

static void on_way_out(struct callback_head *work)
{
	WRITE_ONCE(came, true);
	read_coming(container_of(work, struct coming, work));
}

/* A mapping was made, under the lock of all mappings. */
static int on_mapping(struct kprobe *kp, struct pt_regs *regs)
{
	const struct vm_area_struct *vma = (const void *)regs_get_kernel_argument(regs, 0);
	const struct sd_object *o;
	struct coming *e;

	if (!vma->vm_file || !(vma->vm_flags & VM_EXEC) || vma->vm_mm != current->mm || !sd_task_is_user(current))
		return 0;
	o = sd_object_of(file_inode(vma->vm_file));
	if (o) {
		note_past(vma->vm_start, vma->vm_end, (u64)vma->vm_pgoff << PAGE_SHIFT, o);
		return 0;
	}
	e = take_coming(vma->vm_file);
	if (!e)
		return 0;
	e->start = vma->vm_start;
	e->end = vma->vm_end;
	e->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	e->task = get_task_struct(current);
	init_task_work(&e->work, on_way_out);
	if (task_work_add(current, &e->work, TWA_RESUME))
		leave_coming(e);
	return 0;
}

static struct kprobe mappings = { .symbol_name = "perf_event_mmap", .pre_handler = on_mapping };
static bool on_mappings;

static void read_wanted(struct work_struct *w)
{
	unsigned int i;

	for (i = 0; i < COMING_MAX; i++)
		if (smp_load_acquire(&coming[i].state) == WANTED)
			read_coming(&coming[i]);
}

static DECLARE_WORK(reader, read_wanted);

static void wake_reader(struct irq_work *w)
{
	schedule_work(&reader);
}

static struct irq_work wake = { .func = wake_reader };

void sd_object_want(struct file *f)
{
	struct coming *e;
	unsigned int i;

	for (i = 0; coming && i < COMING_MAX; i++)
		if (READ_ONCE(coming[i].state) == WANTED && READ_ONCE(coming[i].file) == f)
			return;
	e = take_coming(f);
	if (!e)
		return;
	smp_store_release(&e->state, WANTED);
	irq_work_queue(&wake);
}

/* ---- what is there --------------------------------------------------------------------------- */

/* A few mappings of code, from an address on; where to go on, or 0. */
static unsigned long take_batch(struct mm_struct *mm, unsigned long from, struct coming *v, unsigned int *n)
{
	struct vm_area_struct *vma;

	*n = 0;
	if (mmap_read_lock_killable(mm))
		return 0;
	for (vma = find_vma(mm, from); vma && *n < BATCH; vma = find_vma(mm, from)) {
		from = vma->vm_end;
		if (vma->vm_file && vma->vm_flags & VM_EXEC)
			v[(*n)++] = (struct coming){ .file = get_file(vma->vm_file), .start = vma->vm_start, .end = vma->vm_end,
						     .offset = (u64)vma->vm_pgoff << PAGE_SHIFT };
	}
	mmap_read_unlock(mm);
	return vma ? from : 0;
}

static void read_process(struct task_struct *t, void *data)
{
	struct coming *v = data;
	struct mm_struct *mm = get_task_mm(t);
	unsigned long from = 0;
	unsigned int i, n;

	if (!mm)
		return;
	do {
		from = take_batch(mm, from, v, &n);
		for (i = 0; i < n; i++) {
			note_past(v[i].start, v[i].end, v[i].offset, sd_object_add(v[i].file));
			fput(v[i].file);
		}
		cond_resched();
	} while (from && READ_ONCE(sd_live));
	mmput(mm);
}

static bool needed(void)
{
	return sd_script.flags & (SD_SCRIPT_USER_NAMES | SD_SCRIPT_USER_STACKS);
}

void sd_user_mappings_init(void)
{
	struct coming *v;

	if (!needed() || past)
		return;
	sd_user_objects_init();
	v = sd_may_fail(kcalloc(BATCH, sizeof(*v), GFP_KERNEL));
	coming = sd_may_fail(kvcalloc(COMING_MAX, sizeof(*coming), GFP_KERNEL));
	past = sd_may_fail(kvcalloc(PAST_MAX, sizeof(*past), GFP_KERNEL));
	if (v && coming && past) {
		mappings.addr = NULL;
		mappings.flags = 0;
		on_mappings = !sd_may_refuse(register_kprobe(&mappings));
		if (!on_mappings)
			sd_warn(NULL, "cannot see what processes map: their stacks may end early at first");
		sd_each_process(read_process, v);
	}
	kfree(v);
}

static bool is_work(struct callback_head *work, void *data)
{
	return work == data;
}

/* A task may be held up on its way out, by a debugger: it is let go. */
static void cancel_coming(void)
{
	struct callback_head *(*cancel)(struct task_struct *task, bool (*match)(struct callback_head *, void *), void *data);
	unsigned int i;

	cancel = sd_lookup("task_work_cancel_match");
	for (i = 0; i < COMING_MAX && cancel; i++) {
		struct task_struct *task = NULL;

		raw_spin_lock_irq(&coming_lock);
		if (coming[i].state == TAKEN && coming[i].task)
			task = get_task_struct(coming[i].task);
		raw_spin_unlock_irq(&coming_lock);
		if (!task)
			continue;
		if (cancel(task, is_work, &coming[i].work))
			leave_coming(&coming[i]);
		put_task_struct(task);
	}
	wait_event(coming_done, !atomic_read(&ncoming));
	if (came)
		synchronize_rcu_tasks(); /* until the last one is out of on_way_out() */
}

void sd_user_mappings_exit(void)
{
	if (on_mappings)
		unregister_kprobe(&mappings);
	on_mappings = false;
	irq_work_sync(&wake);
	flush_work(&reader);
	if (coming)
		cancel_coming();
	kvfree(coming);
	kvfree(past);
	coming = NULL;
	past = NULL;
	sd_user_objects_exit();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raise(): sending a signal takes locks that whoever was interrupted may hold, so an interrupt does it, which comes as soon as
 * they are enabled again. The task is the current one, and so is there; it is held until then all the same.
 */
#include <linux/irq_work.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/signal.h>
#include "kern.h"

static void send_now(struct irq_work *w)
{
	struct sd_raised *r = container_of(w, struct sd_raised, work);
	struct task_struct *task = r->task;

	send_sig(r->signo, task, 1);
	smp_store_release(&r->task, NULL);
	put_task_struct(task);
}

void sd_fn___raise(SD_FN, sd_int signo)
{
	struct sd_cpu *cpu = sd_cpu_of(c);
	struct sd_raised *r = cpu->raised;

	if (signo < 1 || signo > _NSIG) {
		sd_raise(c, SD_ERR_RANGE, s, signo);
		return;
	}
	if (!sd_now(c)->mm || sd_now(c)->flags & PF_KTHREAD) {
		sd_fn_error(c, s, SD_STR("signals are for processes: this is a task of the kernel"));
		return;
	}
	while (r < cpu->raised + ARRAY_SIZE(cpu->raised) && smp_load_acquire(&r->task))
		r++;
	if (r == cpu->raised + ARRAY_SIZE(cpu->raised)) {
		sd_fn_error(c, s, SD_STR("too many signals at a time"));
		return;
	}
	get_task_struct(sd_now(c));
	r->task = sd_now(c);
	r->signo = signo;
	init_irq_work(&r->work, send_now);
	irq_work_queue(&r->work);
}

/* No handler runs any longer: what is under way arrives. */
void sd_raised_exit(void)
{
	unsigned int i, k;

	for (i = 0; i <= sd_ncpus; i++)
		for (k = 0; k < ARRAY_SIZE(sd_cpus[i]->raised); k++)
			irq_work_sync(&sd_cpus[i]->raised[k].work);
}

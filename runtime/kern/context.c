// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The contexts handlers run with: one per CPU and one of process context.
 * Owns their memory, the unusual ways into and out of a handler (the usual
 * one is inline in kern.h), and the ledger of hits and losses.
 */
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/random.h>
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/cpu.h>
#include "kern.h"

DEFINE_PER_CPU(struct sd_cpu *, sd_cpu_state);
struct sd_cpu **sd_cpus;
unsigned int sd_ncpus;
struct sd_cpu *sd_process;
int sd_live __read_mostly;

static struct sd_cpu absent = { .busy = 1 }; /* of CPUs that were not online */
static atomic_t skipped = ATOMIC_INIT(0); /* hits lost to locks and stack, for MAXSKIPPED */

static size_t frame_bytes(void)
{
	return ALIGN(sd_script.frame_bytes, 16) + 16;
}

static size_t count_bytes(void)
{
	return max(sd_script.nprobes, 1u) * sizeof(struct sd_count);
}

static size_t time_bytes(void)
{
	return sd_script.flags & SD_SCRIPT_TIMED ? max(sd_script.nprobes, 1u) * sizeof(struct sd_time) : 0;
}

static size_t unwind_bytes(void)
{
	return sd_script.flags & (SD_SCRIPT_USER_STACKS | SD_SCRIPT_USER_CALLERS) ? sizeof(struct sd_unwind) : 0;
}

u64 sd_contexts_bytes(void)
{
	return (u64)((sd_ncpus ?: num_online_cpus()) + 1) * (sizeof(struct sd_cpu) + frame_bytes() + count_bytes() + time_bytes() + unwind_bytes());
}

static void destroy(struct sd_cpu *cpu)
{
	if (!cpu)
		return;
	kvfree(cpu->ctx.stack);
	kvfree(cpu->count);
	kvfree(cpu->clock.time);
	kvfree(cpu->unwind);
	kvfree(cpu);
}

static struct sd_cpu *create(int index, int node)
{
	struct sd_cpu *cpu;

	cpu = sd_may_fail(kvzalloc_node(sizeof(*cpu), GFP_KERNEL, node));
	if (!cpu)
		return NULL;
	cpu->count = sd_may_fail(kvzalloc_node(count_bytes(), GFP_KERNEL, node));
	cpu->ctx.stack = sd_may_fail(kvzalloc_node(frame_bytes(), GFP_KERNEL, node));
	if (time_bytes())
		cpu->clock.time = sd_may_fail(kvzalloc_node(time_bytes(), GFP_KERNEL, node));
	if (unwind_bytes())
		cpu->unwind = sd_may_fail(kvzalloc_node(unwind_bytes(), GFP_KERNEL, node));
	if (!cpu->count || !cpu->ctx.stack || (time_bytes() && !cpu->clock.time) || (unwind_bytes() && !cpu->unwind)) {
		destroy(cpu);
		return NULL;
	}
	cpu->ctx.sp = cpu->ctx.stack;
	cpu->ctx.stack_end = cpu->ctx.stack + frame_bytes();
	cpu->ctx.cpu = index;
	cpu->closed = 1;
	get_random_bytes(&cpu->random, sizeof(cpu->random));
	cpu->random |= 1;
	sd_clock_init(cpu);
	return cpu;
}

/* No CPU comes or goes meanwhile: the caller sees to that. */
static int create_all(void)
{
	int cpu;

	sd_cpus = sd_may_fail(kvcalloc(num_online_cpus() + 1, sizeof(*sd_cpus), GFP_KERNEL));
	if (!sd_cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		per_cpu(sd_cpu_state, cpu) = &absent;
	for_each_online_cpu(cpu) {
		sd_cpus[sd_ncpus] = create(sd_ncpus, cpu_to_node(cpu));
		if (!sd_cpus[sd_ncpus])
			return -ENOMEM;
		per_cpu(sd_cpu_state, cpu) = sd_cpus[sd_ncpus++];
	}
	sd_process = sd_cpus[sd_ncpus] = create(sd_ncpus, NUMA_NO_NODE);
	if (!sd_process)
		return -ENOMEM;
	sd_process->ctx.flags = SD_CTX_INTERRUPTIBLE;
	absent.count = sd_process->count;
	return 0;
}

int sd_contexts_init(void)
{
	int err;

	cpus_read_lock();
	err = create_all();
	cpus_read_unlock();
	if (err)
		sd_contexts_exit();
	return err;
}

void sd_contexts_exit(void)
{
	unsigned int i;

	for (i = 0; sd_cpus && i <= sd_ncpus; i++)
		destroy(sd_cpus[i]);
	kvfree(sd_cpus);
	sd_cpus = NULL;
	sd_process = NULL;
	sd_ncpus = 0;
}

/*
 * A handler runs with interrupts off, so a grace period ends after all that
 * had begun; the look at busy is for hits taken where RCU does not watch.
 */
void sd_contexts_quiesce(void)
{
	unsigned int i;

	synchronize_rcu_expedited();
	for (i = 0; i < sd_ncpus; i++)
		while (READ_ONCE(sd_cpus[i]->busy))
			usleep_range(100, 200);
}

void sd_set_live(int live)
{
	unsigned int i;

	WRITE_ONCE(sd_live, live);
	for (i = 0; sd_cpus && i < sd_ncpus; i++)
		WRITE_ONCE(sd_cpus[i]->closed, !READ_ONCE(sd_live)); /* whoever came last */
}

/* Counts a hit that was not run, with interrupts off. */
void sd_skip_enter(struct sd_cpu *cpu, const struct sd_probe *p)
{
	if (!READ_ONCE(sd_live))
		return; /* stopping: not a loss */
	if (cpu == &absent)
		__atomic_fetch_add(&cpu->count[p->index].loss[SD_LOSS_OFFLINE], 1, __ATOMIC_RELAXED);
	else if (READ_ONCE(cpu->busy))
		cpu->count[p->index].loss[SD_LOSS_REENTRANT]++;
	else if (!READ_ONCE(cpu->closed))
		sd_skip(p, SD_LOSS_STACK);
}

/* A hit that was lost to a lock or the stack: at most MAXSKIPPED of them. */
void sd_skip(const struct sd_probe *p, enum sd_loss why)
{
	this_cpu_read(sd_cpu_state)->count[p->index].loss[why]++;
	if (!(sd_script.flags & SD_SCRIPT_QUIET_ERRORS) && atomic_inc_return(&skipped) > sd_script.limits.maxskipped &&
	    READ_ONCE(sd_live)) {
		sd_error_state();
		sd_request_exit();
	}
}

bool sd_skipped_many(void)
{
	return !(sd_script.flags & SD_SCRIPT_QUIET_ERRORS) && atomic_read(&skipped) > sd_script.limits.maxskipped;
}

void sd_leave_slow(struct sd_cpu *cpu)
{
	if (cpu->out.timed)
		sd_clock_stop(cpu, cpu->ctx.probe);
	if (cpu->ctx.error)
		sd_report(&cpu->ctx);
	cpu->out.failed = false;
	if (cpu->out.stamped)
		sd_out_close(&cpu->out);
}

/* begin, end, error: from the control work only, so one at a time. */
void sd_run_process(const struct sd_probe *p)
{
	struct sd_ctx *c = &sd_process->ctx;

	c->probe = p;
	c->regs = NULL;
	c->ip = 0;
	c->site = 0;
	if (sd_script.flags & SD_SCRIPT_TIMED)
		sd_clock_start(sd_process, p);
	sd_count_hit(c, p);
	p->handler(c);
	if (sd_process->out.open)
		sd_leave_slow(sd_process);
}

void sd_count_missed(const struct sd_probe *p, u64 n)
{
	__atomic_fetch_add(&sd_process->count[p->index].loss[SD_LOSS_MISSED], n, __ATOMIC_RELAXED);
}

void sd_lose(struct sd_ctx *c, enum sd_loss why)
{
	if (c->probe)
		sd_cpu_of(c)->count[c->probe->index].loss[why]++;
}

void sd_raised(struct sd_ctx *c)
{
	sd_cpu_of(c)->out.failed = true;
}

void sd_truncated(struct sd_ctx *c)
{
	sd_lose(c, SD_LOSS_TRUNCATED);
}

void sd_faulted(struct sd_ctx *c)
{
	sd_lose(c, SD_LOSS_FAULT);
}

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
#include "kern.h"

DEFINE_PER_CPU(struct sd_cpu *, sd_cpu_state);
struct sd_cpu *sd_process;
int sd_live __read_mostly;

static atomic_t skipped = ATOMIC_INIT(0); /* hits lost to locks and stack, for MAXSKIPPED */

static struct sd_cpu *create(int index, int node)
{
	size_t frame = ALIGN(sd_script.frame_bytes, 16) + 16;
	size_t counts = max(sd_script.nprobes, 1u) * sizeof(struct sd_count);
	struct sd_cpu *cpu;

	cpu = kvzalloc_node(sizeof(*cpu), GFP_KERNEL, node);
	if (!cpu)
		return NULL;
	cpu->count = kvzalloc_node(counts, GFP_KERNEL, node);
	cpu->ctx.stack = kvzalloc_node(frame, GFP_KERNEL, node);
	if (!cpu->count || !cpu->ctx.stack) {
		kvfree(cpu->count);
		kvfree(cpu->ctx.stack);
		kvfree(cpu);
		return NULL;
	}
	cpu->ctx.sp = cpu->ctx.stack;
	cpu->ctx.stack_end = cpu->ctx.stack + frame;
	cpu->ctx.cpu = index;
	get_random_bytes(&cpu->random, sizeof(cpu->random));
	cpu->random |= 1;
	return cpu;
}

static void destroy(struct sd_cpu *cpu)
{
	if (!cpu)
		return;
	kvfree(cpu->ctx.stack);
	kvfree(cpu->count);
	kvfree(cpu);
}

int sd_contexts_init(void)
{
	int cpu, index = 0;

	for_each_possible_cpu(cpu) {
		per_cpu(sd_cpu_state, cpu) = create(index++, cpu_to_node(cpu));
		if (!per_cpu(sd_cpu_state, cpu))
			goto fail;
	}
	sd_process = create(index, NUMA_NO_NODE);
	if (sd_process) {
		sd_process->ctx.flags = SD_CTX_INTERRUPTIBLE;
		return 0;
	}
fail:
	sd_contexts_exit();
	return -ENOMEM;
}

void sd_contexts_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		destroy(per_cpu(sd_cpu_state, cpu));
		per_cpu(sd_cpu_state, cpu) = NULL;
	}
	destroy(sd_process);
	sd_process = NULL;
}

/*
 * A handler runs with interrupts off, so a grace period ends after all that
 * had begun; the look at busy is for hits taken where RCU does not watch.
 */
void sd_contexts_quiesce(void)
{
	int cpu;

	synchronize_rcu();
	for_each_possible_cpu(cpu)
		while (READ_ONCE(per_cpu(sd_cpu_state, cpu)->busy))
			usleep_range(100, 200);
}

/* Counts a hit that was not run, with interrupts off. */
void sd_skip_enter(struct sd_cpu *cpu, const struct sd_probe *p)
{
	if (!READ_ONCE(sd_live))
		return; /* stopping: not a loss */
	if (READ_ONCE(cpu->busy))
		cpu->count[p->index].loss[SD_LOSS_REENTRANT]++;
	else
		sd_skip(p, SD_LOSS_STACK);
}

/* A hit that was lost to a lock or the stack: at most MAXSKIPPED of them. */
void sd_skip(const struct sd_probe *p, enum sd_loss why)
{
	this_cpu_read(sd_cpu_state)->count[p->index].loss[why]++;
	if (atomic_inc_return(&skipped) > sd_script.limits.maxskipped && READ_ONCE(sd_live)) {
		sd_error_state();
		sd_request_exit();
	}
}

void sd_leave_slow(struct sd_cpu *cpu)
{
	if (cpu->ctx.error)
		sd_report(&cpu->ctx);
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
	c->actions = sd_script.limits.maxaction_interruptible;
	c->nesting = 0;
	c->sp = c->stack;
	sd_count_hit(c, p);
	p->handler(c);
	if (c->error || sd_process->out.stamped)
		sd_leave_slow(sd_process);
}

void sd_count_missed(const struct sd_probe *p, u64 n)
{
	sd_process->count[p->index].loss[SD_LOSS_MISSED] += n;
}

void sd_truncated(struct sd_ctx *c)
{
	if (c->probe)
		sd_cpu_of(c)->count[c->probe->index].loss[SD_LOSS_TRUNCATED]++;
}

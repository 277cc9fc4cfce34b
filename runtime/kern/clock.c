// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time that handlers take. Two want to know it: overload control, which
 * ends a script whose handlers take more than STP_OVERLOAD_THRESHOLD cycles of
 * one CPU within STP_OVERLOAD_INTERVAL, and -t, which reports the cycles of
 * every probe. For overload control alone, one hit of about thirty is timed
 * and stands for those before it, which leaves two instructions in the others.
 */
#include <linux/limits.h>
#include "kern.h"

enum {
	SAMPLE_MIN = 24, SAMPLE_MASK = 15, /* hits that are not timed: irregular, so that no pattern of hits keeps out of sight */
	LONG = 1 << 20, /* cycles of a handler that stands for none but itself (it may have waited for a hypervisor) … */
	EXACT = 32,     /* … and after which so many are timed one by one */
};

static bool timed(void)
{
	return sd_script.flags & SD_SCRIPT_TIMED;
}

/* How many hits are left untimed. */
static void rest(struct sd_cpu *cpu)
{
	if (timed()) {
		cpu->untimed = 0;
	} else if (!sd_script.overload_threshold) {
		cpu->untimed = INT_MAX;
	} else if (cpu->clock.exact) {
		cpu->clock.exact--;
		cpu->untimed = 0;
	} else {
		cpu->clock.seed = cpu->clock.seed * 6364136223846793005ULL + 1442695040888963407ULL;
		cpu->untimed = SAMPLE_MIN + (cpu->clock.seed >> 40 & SAMPLE_MASK);
	}
	cpu->clock.weight = cpu->untimed + 1;
}

void sd_clock_init(struct sd_cpu *cpu)
{
	cpu->clock.seed = cpu->random;
	cpu->clock.interval = get_cycles();
	rest(cpu);
}

static void overloaded(struct sd_cpu *cpu)
{
	struct sd_ctx *c = &cpu->ctx;

	if (!READ_ONCE(sd_live))
		return;
	if (c->error)
		sd_report(c);
	sd_raise(c, SD_ERR_OVERLOAD, NULL, cpu->clock.spent);
	sd_report_fatal(c);
}

static void spend(struct sd_cpu *cpu, u64 now, u64 cycles)
{
	if (now - cpu->clock.interval > sd_script.overload_interval) {
		cpu->clock.interval = now;
		cpu->clock.spent = 0;
	}
	if (cycles > LONG)
		cpu->clock.exact = EXACT;
	else
		cycles *= cpu->clock.weight;
	cpu->clock.spent += cycles;
	if (unlikely(cpu->clock.spent > sd_script.overload_threshold))
		overloaded(cpu);
}

/* A part that runs at entry, for a return probe, adds to the time and is no run of its own. */
static void account(struct sd_cpu *cpu, const struct sd_probe *p, u64 cycles)
{
	struct sd_time *t = &cpu->clock.time[p->index];

	t->sum += cycles;
	if (cpu->count[p->index].hits == cpu->clock.hits)
		return;
	if (!t->n++ || cycles < t->min)
		t->min = cycles;
	if (cycles > t->max)
		t->max = cycles;
}

void sd_clock_stop(struct sd_cpu *cpu, const struct sd_probe *p)
{
	u64 now = get_cycles(), cycles = now - cpu->clock.from;

	cpu->out.timed = false;
	if (timed())
		account(cpu, p, cycles);
	if (sd_script.overload_threshold && !cpu->out.process)
		spend(cpu, now, cycles);
	rest(cpu);
}

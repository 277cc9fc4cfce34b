// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time that handlers take. Two want to know it: overload control, which
 * ends a script whose handlers take more than STP_OVERLOAD_THRESHOLD cycles of
 * one CPU within STP_OVERLOAD_INTERVAL, and -t, which reports the cycles of
 * every probe. For overload control alone, one hit of about thirty is timed
 * and stands for those before it, which leaves two instructions in the others.
 *
 * The time of a handler is not all that a hit costs. So there is a watch as
 * well: work of ordinary priority, on whatever CPU, counts its beats, and handlers that see none
 * for STARVED_MS, although they run all the time, disarm the script: then the
 * machine has no time for anything else.
 */
#include <linux/limits.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>
#include "kern.h"

enum {
	SAMPLE_MIN = 24, SAMPLE_MASK = 15, /* hits that are not timed: irregular, so that no pattern of hits keeps out of sight */
	LONG = 1 << 20, /* cycles of a handler that stands for none but itself (it may have waited for a hypervisor) … */
	BEAT_MS = 200, STARVED_MS = 2000,
	JUMP = 25, /* jiffies counted at most from one look to the next: the whole machine may have been stopped */
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

static void give_up(struct sd_cpu *cpu, int error, u64 arg)
{
	struct sd_ctx *c = &cpu->ctx;

	if (!READ_ONCE(sd_live))
		return;
	if (c->error)
		sd_report(c);
	sd_raise(c, error, NULL, arg);
	sd_report_fatal(c);
}

/* ---- the watch ------------------------------------------------------------------- */

static unsigned int beats;

static void beat(struct work_struct *w);
static DECLARE_DELAYED_WORK(beat_work, beat);

static void beat(struct work_struct *w)
{
	WRITE_ONCE(beats, beats + 1);
	queue_delayed_work(system_unbound_wq, &beat_work, msecs_to_jiffies(BEAT_MS));
}

void sd_watch_start(void)
{
	if (sd_script.overload_threshold)
		queue_delayed_work(system_unbound_wq, &beat_work, 0);
}

void sd_watch_stop(void)
{
	cancel_delayed_work_sync(&beat_work);
}

/* A jiffy has passed since this CPU last looked. */
static void look(struct sd_cpu *cpu, unsigned long now)
{
	struct sd_clock *k = &cpu->clock;
	unsigned int seen = READ_ONCE(beats);

	if (seen != k->beat)
		k->stale = 0;
	else
		k->stale += min(now - k->jiffy, (unsigned long)JUMP);
	k->beat = seen;
	k->jiffy = now;
	if (unlikely(k->stale > msecs_to_jiffies(STARVED_MS)))
		give_up(cpu, SD_ERR_STARVED, jiffies_to_msecs(k->stale));
}

/* ---- handlers --------------------------------------------------------------------- */

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
	cpu->clock.total += cycles;
	if (unlikely(cpu->clock.spent > sd_script.overload_threshold))
		give_up(cpu, SD_ERR_OVERLOAD, cpu->clock.spent);
	if (cpu->clock.jiffy != jiffies)
		look(cpu, jiffies);
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

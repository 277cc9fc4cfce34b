// SPDX-License-Identifier: GPL-2.0-or-later
/* timer.<unit>(n) and timer.<unit>(n).randomize(m): a handler run again and again. */
#include "probe/provider.h"

#include <string.h>

#include "base/diag.h"
#include "base/util.h"

/* Two forms for each unit: without and with .randomize. The order is that of units[]. */
#define UNIT(u) "timer." u "(n)", "timer." u "(n).randomize(n)"
static const char *const forms[] = {
	UNIT("jiffies"), UNIT("hz"), UNIT("ns"), UNIT("nsec"), UNIT("us"), UNIT("usec"), UNIT("ms"),
	UNIT("msec"), UNIT("s"), UNIT("sec"), NULL,
};

#define DOC(u) "every n " u, "every n " u ", give or take a random part of m"
static const char *const docs[] = {
	DOC("jiffies"), "n times a second", "n times a second", DOC("nanoseconds"), DOC("nanoseconds"),
	DOC("microseconds"), DOC("microseconds"), DOC("milliseconds"), DOC("milliseconds"), DOC("seconds"),
	DOC("seconds"), NULL,
};

/* Nanoseconds of a unit; 0: jiffies; 1 of hz is worked out. */
static const struct unit {
	const char *name;
	int64_t ns;
} units[] = {
	{ "jiffies", 0 }, { "hz", -1 }, { "ns", 1 }, { "nsec", 1 }, { "us", 1000 }, { "usec", 1000 },
	{ "ms", 1000000 }, { "msec", 1000000 }, { "s", 1000000000 }, { "sec", 1000000000 },
};

struct timer {
	int64_t period_ns, random_ns, jiffies, random_jiffies;
};

#define MAX_PERIOD_NS 1000000000000000 /* over eleven days: a slip of the pen, and far from overflow */

static bool resolve(struct resolver *r, const struct point_match *m)
{
	const struct unit *u = &units[m->form / 2];
	bool random = m->form % 2;
	int64_t n = m->arg[1].num, rnd = random ? m->arg[2].num : 0;
	struct timer *t = arena_new(resolver_arena(r), struct timer);
	struct place_request q = { .data = t, .concurrent = true };

	if (n <= 0 || (u->ns > 0 && n > MAX_PERIOD_NS / u->ns) || (!u->ns && n > 1000000000)) {
		struct diag *d = diag(DIAG_PROBE_ARGUMENT, m->arg[1].range, "timer interval %lld %s is out of range",
				      (long long)n, u->name);
		diag_hint(d, "the interval is a whole number above zero, of at most eleven days");
		return false;
	}
	if (rnd < 0 || rnd > n) {
		struct diag *d = diag(DIAG_PROBE_ARGUMENT, m->arg[2].range, "randomize(%lld) is out of range", (long long)rnd);
		diag_hint(d, "the random part lies between 0 and the interval, %lld", (long long)n);
		return false;
	}
	if (!u->ns) {
		t->jiffies = n;
		t->random_jiffies = rnd;
	} else if (u->ns < 0) {
		t->period_ns = 1000000000 / n;
	} else {
		t->period_ns = n * u->ns;
		t->random_ns = rnd * u->ns;
	}
	q.place.pp = m->text;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_timer";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct timer *t = p->data;

	buf_printf(out, "static const struct sd_timer %s = { .period_ns = %lldULL, .random_ns = %lldULL, .jiffies = %lldULL, "
		   ".random_jiffies = %lldULL };\n", name, (long long)t->period_ns, (long long)t->random_ns,
		   (long long)t->jiffies, (long long)t->random_jiffies);
	return true;
}

const struct provider provider_timer = {
	.name = "timer", .user = true, .seldom = true, .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

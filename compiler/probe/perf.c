// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf.type(n).config(m): a handler run at every so many events of one of the
 * kernel's performance counters, on every processor. What the numbers mean is
 * the kernel's affair. The names are aliases: tapset/linux/perf.stp.
 */
#include "probe/provider.h"

#include <limits.h>
#include <string.h>

#include "base/diag.h"

enum form { PLAIN, SAMPLE, HZ, PROCESS, PROCESS_PATH, COUNTER, PROCESS_COUNTER, PROCESS_PATH_COUNTER };

static const char *const forms[] = {
	[PLAIN] = "perf.type(n).config(n)", [SAMPLE] = "perf.type(n).config(n).sample(n)", [HZ] = "perf.type(n).config(n).hz(n)",
	[PROCESS] = "perf.type(n).config(n).process", [PROCESS_PATH] = "perf.type(n).config(n).process(s)",
	[COUNTER] = "perf.type(n).config(n).counter(s)", [PROCESS_COUNTER] = "perf.type(n).config(n).process.counter(s)",
	[PROCESS_PATH_COUNTER] = "perf.type(n).config(n).process(s).counter(s)", NULL,
};

static const char *const docs[] = {
	"every 1000000 events of a performance counter", "every so many events", "so many times a second", "of one process (not yet)",
	"of one process (not yet)", "a counter to be read by @perf (not yet)", "likewise (not yet)", "likewise (not yet)", NULL,
};

struct perf {
	int64_t type, config, period, freq;
};

enum { PERIOD_DEFAULT = 1000000, HZ_MAX = 100000 };

static bool bad(const struct point_arg *a, const char *what, const char *hint)
{
	diag_hint(diag(DIAG_PROBE_ARGUMENT, a->range, "%s(%lld) is out of range", what, (long long)a->num), "%s", hint);
	return false;
}

/* Counters of processes come with process probes, which read them. */
static bool not_yet(const struct point_match *m)
{
	const char *what = m->form == PROCESS || m->form == PROCESS_PATH ? "process" : "counter";
	struct diag *d = diag(DIAG_NOT_YET, m->range, "performance counters with '.%s' are not supported yet", what);

	diag_hint(d, m->form == COUNTER ? "without it the handler runs at every so many events: .sample(n)"
					: "without it all processes are counted; 'if (pid() == target())' picks one");
	return false;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct perf *f = arena_new(resolver_arena(r), struct perf);
	struct place_request q = { .data = f, .concurrent = true };

	f->type = m->arg[1].num;
	f->config = m->arg[2].num;
	f->period = PERIOD_DEFAULT;
	if (f->type < 0 || f->type > UINT_MAX)
		return bad(&m->arg[1], "type", "it is a number of perf_event_open(2), from 0: hardware 0, software 1, cache 3, raw 4");
	if (m->form >= PROCESS)
		return not_yet(m);
	if (m->form == SAMPLE) {
		f->period = m->arg[3].num;
		if (f->period < 1)
			return bad(&m->arg[3], "sample", "it is a number of events, 1 or more");
	}
	if (m->form == HZ) {
		f->period = 0;
		f->freq = m->arg[3].num;
		if (f->freq < 1 || f->freq > HZ_MAX)
			return bad(&m->arg[3], "hz", "it lies between 1 and 100000");
	}
	q.place.pp = m->text;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_perf";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct perf *f = p->data;

	buf_printf(out, "static const struct sd_perf %s = { .type = %lldU, .config = 0x%llxULL, .period = %lldULL, .freq = %lldU };\n", name,
		   (long long)f->type, (unsigned long long)f->config, (long long)f->period, (long long)f->freq);
	return true;
}

const struct provider provider_perf = {
	.name = "perf", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf.type(n).config(m): a handler run at every so many events of one of the
 * kernel's performance counters, on every processor, or of some processes; or,
 * with a name, a counter that others read. What the numbers mean is
 * the kernel's affair. The names are aliases: tapset/linux/perf.stp.
 */
#include "probe/process_target.h"

#include <limits.h>
#include <string.h>

#include "base/diag.h"

enum form { PLAIN, SAMPLE, HZ, OF_TARGET, OF_PROGRAM, COUNTER, OF_TARGET_COUNTER, OF_PROGRAM_COUNTER };

static const char *const forms[] = {
	[PLAIN] = "perf.type(n).config(n)", [SAMPLE] = "perf.type(n).config(n).sample(n)", [HZ] = "perf.type(n).config(n).hz(n)",
	[OF_TARGET] = "perf.type(n).config(n).process", [OF_PROGRAM] = "perf.type(n).config(n).process(s)",
	[COUNTER] = "perf.type(n).config(n).counter(s)", [OF_TARGET_COUNTER] = "perf.type(n).config(n).process.counter(s)",
	[OF_PROGRAM_COUNTER] = "perf.type(n).config(n).process(s).counter(s)", NULL,
};

static const char *const docs[] = {
	"every 1000000 events of a performance counter", "every so many events", "so many times a second", "of the process of -c or -x",
	"of processes that run that program", "a counter to be read by @perf, which runs no handler", "the same, of the process of -c or -x",
	"the same, of processes that run that program", NULL,
};

struct perf {
	int64_t type, config, period, freq;
	const char *counter; /* NULL: a handler runs */
	bool of_processes;   /* the data of places: struct process_target */
};

enum { PERIOD_DEFAULT = 1000000, HZ_MAX = 100000 };

static bool bad(const struct point_arg *a, const char *what, const char *hint)
{
	diag_hint(diag(DIAG_PROBE_ARGUMENT, a->range, "%s(%lld) is out of range", what, (long long)a->num), "%s", hint);
	return false;
}

static bool add_processes(struct resolver *r, const struct point_match *m, struct perf *f)
{
	struct process_targets targets = { 0 };
	struct point_match process = *m; /* its first component is the process */

	process.arg[0] = m->arg[3];
	f->of_processes = true;
	if (!process_targets(r, &process, false, &targets))
		return false;
	vec_each(i, &targets) {
		struct process_target *t = arena_new(resolver_arena(r), struct process_target);
		struct place_request q = { .data = f, .concurrent = true, .wildcard = targets.v[i].wildcard };

		*t = targets.v[i];
		q.place.data = t;
		q.place.pp = m->text;
		if (!resolver_add(r, &q))
			return false;
	}
	return true;
}

static bool add_counter(struct resolver *r, const struct point_arg *name, struct perf *f)
{
	f->counter = name->str;
	f->period = 0;
	if (*f->counter && resolver_counter(r, f->counter))
		return true;
	diag_hint(diag(DIAG_PROBE_ARGUMENT, name->range, *f->counter ? "there is a counter '%s' already" : "a counter needs a name", f->counter),
		  "handlers read it by its name: @perf(\"name\")");
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
	if (m->form >= COUNTER && !add_counter(r, &m->arg[m->form == COUNTER ? 3 : 4], f))
		return false;
	if (m->form >= OF_TARGET && m->form != COUNTER)
		return add_processes(r, m, f);
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

	if (f->of_processes) {
		buf_printf(out, "static const struct sd_process %s_of[] = {", name);
		vec_each(i, &p->places) {
			buf_puts(out, i ? ", " : " ");
			process_emit(out, p->places.v[i].data);
		}
		buf_puts(out, " };\n");
	}
	buf_printf(out, "static const struct sd_perf %s = { .type = %lldU, .config = 0x%llxULL, .period = %lldULL, .freq = %lldU", name,
		   (long long)f->type, (unsigned long long)f->config, (long long)f->period, (long long)f->freq);
	if (f->of_processes)
		buf_printf(out, ", .processes = %s_of", name);
	if (f->counter) {
		buf_puts(out, ", .counter = ");
		buf_quote(out, f->counter, strlen(f->counter));
	}
	buf_puts(out, " };\n");
	return true;
}

const struct provider provider_perf = {
	.name = "perf", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

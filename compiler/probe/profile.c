// SPDX-License-Identifier: GPL-2.0-or-later
/* timer.profile and its kin: a handler run again and again on every processor. */
#include "probe/provider.h"

#include "base/diag.h"

enum form { PROFILE, TICK, FREQ };

static const char *const forms[] = {
	[PROFILE] = "timer.profile", [TICK] = "timer.profile.tick", [FREQ] = "timer.profile.freq.hz(n)", NULL,
};

static const char *const docs[] = {
	"on every processor, at the rate of the system's tick", "the same", "on every processor, n times a second", NULL,
};

struct profile {
	int64_t hz;
};

enum { HZ_MAX = 100000 };

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct profile *f = arena_new(resolver_arena(r), struct profile);
	struct place_request q = { .data = f, .concurrent = true };

	if (m->form == FREQ) {
		f->hz = m->arg[3].num;
		if (f->hz < 1 || f->hz > HZ_MAX) {
			diag_hint(diag(DIAG_PROBE_ARGUMENT, m->arg[3].range, "hz(%lld) is out of range", (long long)f->hz),
				  "it lies between 1 and %d", HZ_MAX);
			return false;
		}
	}
	q.place.pp = m->text;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_profile";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	buf_printf(out, "static const struct sd_profile %s = { .hz = %lldULL };\n", name, (long long)((const struct profile *)p->data)->hz);
	return true;
}

const struct provider provider_profile = {
	.name = "profile", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/* begin, end, error and never: probes of the script's own life. */
#include "probe/provider.h"

#include <limits.h>
#include <string.h>

#include "base/diag.h"

static const char *const forms[] = {
	"begin", "begin(n)", "end", "end(n)", "error", "error(n)", "never", NULL,
};

static const char *const docs[] = {
	"when the script starts", "in order of the number, lowest first; begin alone counts as 0",
	"when the script ends", "in order of the number, lowest first; end alone counts as 0",
	"when the script ends by an error", "in order of the number, lowest first", "compiled and never run", NULL,
};

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct place_request q = { .priority = m->arg[0].num };

	if (q.priority < INT_MIN || q.priority > INT_MAX) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, m->arg[0].range, "priority %lld is out of range", (long long)q.priority),
			  "it lies between %d and %d", INT_MIN, INT_MAX);
		return false;
	}
	q.data = (void *)m->name[0]; /* keeps the kinds apart */
	q.place.pp = m->text;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	const char *name = p->data;

	if (!strcmp(name, "never"))
		return NULL;
	return !strcmp(name, "begin") ? "sd_kind_begin" : !strcmp(name, "end") ? "sd_kind_end" : "sd_kind_error";
}

const struct provider provider_begin = {
	.name = "begin", .user = true, .forms = forms, .docs = docs, .resolve = resolve, .kind = kind,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * statement: places inside of functions, by kprobes, which the kernel turns
 * into jumps where the code around allows it. Also the entries that count only
 * when the right functions have called (callee).
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include "kern.h"

static int attach_scope(struct sd_scope *s)
{
	struct sd_points *p;
	unsigned int i;
	int err;

	s->data = p = sd_may_fail(kvzalloc(sizeof(*p), GFP_KERNEL));
	if (!p)
		return -ENOMEM;
	sd_spots_sort(&s->spots);
	err = sd_points_init(p, s->spots.n);
	/* The kernel calls the newest of an address first: the last one registered is the first of the script. */
	for (i = s->spots.n; i-- > 0 && err != -ENOMEM;) {
		err = sd_points_add(p, &s->spots.v[i]);
		if (err)
			s->why = err;
		else if (sd_stage_took(1))
			return -ECANCELED;
	}
	return err == -ENOMEM ? err : 0;
}

static void detach_scope(struct sd_scope *s)
{
	if (s->data)
		sd_points_detach(s->data);
}

static void finish_scope(struct sd_scope *s)
{
	if (s->data)
		sd_points_finish(s->data);
	kvfree(s->data);
	s->data = NULL;
}

static const struct sd_scope_ops scope_ops = {
	.attach = attach_scope,
	.detach = detach_scope,
	.finish = finish_scope,
};

static struct sd_scopes scopes;

static int statement_attach(const struct sd_probe *const *probes, unsigned int n)
{
	int err = sd_scopes_attach(&scopes, probes, n, &scope_ops);

	if (err == -ENOMEM)
		sd_complain(probes[0], "out of memory for statement probes");
	return err;
}

static void statement_detach(void)
{
	sd_scopes_detach(&scopes);
}

static void statement_finish(void)
{
	sd_scopes_finish(&scopes);
}

const struct sd_kind sd_kind_statement = {
	.name = "statement",
	.attach = statement_attach,
	.detach = statement_detach,
	.finish = statement_finish,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions ftrace takes. It refuses a filter of many addresses because
 * of one, and each change of a filter copies all that is in it: so it is first
 * found out which it takes, and these are set at once. It is asked through the
 * function that the filter itself asks; where that cannot be called, through a
 * filter of its own that starts anew each time, by halves.
 */
#include <linux/ftrace.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "kern.h"

struct filter {
	struct ftrace_ops trial; /* never registered */
	unsigned long (*location)(unsigned long ip);
	struct sd_spot *v;
	unsigned long *ips;
};

/* Recursion is bounded by the logarithm of n. */
static int try(struct filter *f, unsigned int lo, unsigned int n)
{
	unsigned int i;
	int err;

	err = n == 1 ? ftrace_set_filter_ip(&f->trial, f->ips[lo], 0, 1) : ftrace_set_filter_ips(&f->trial, f->ips + lo, n, 0, 1);
	cond_resched();
	if (err == -ENOMEM)
		return err;
	if (err && n > 1) {
		err = try(f, lo, n / 2);
		return err ? err : try(f, lo + n / 2, n - n / 2);
	}
	if (err)
		return 0; /* refused: left as it is */
	for (i = lo; i < lo + n; i++)
		f->v[i].state = SD_SPOT_FTRACE;
	return 0;
}

static int ask(struct filter *f, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (f->location(f->ips[i]))
			f->v[i].state = SD_SPOT_FTRACE;
		if (!(i % 256))
			cond_resched();
	}
	return 0;
}

static int gather(struct filter *f, struct sd_spot *v, unsigned int n)
{
	static void *location;
	unsigned int i;

	if (!location)
		location = sd_lookup("ftrace_location");
	memset(f, 0, sizeof(*f));
	f->v = v;
	f->location = location;
	f->ips = sd_may_fail(kvmalloc_array(n, sizeof(*f->ips), GFP_KERNEL));
	if (!f->ips)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		f->ips[i] = v[i].ip;
	return 0;
}

static unsigned int count_taken(const struct sd_spot *v, unsigned int n)
{
	unsigned int i, taken = 0;

	for (i = 0; i < n; i++)
		taken += v[i].state == SD_SPOT_FTRACE;
	return taken;
}

int sd_filter_ask(struct sd_spot *v, unsigned int n)
{
	struct filter *f;
	int err;

	if (!n)
		return 0;
	f = sd_may_fail(kzalloc(sizeof(*f), GFP_KERNEL));
	if (!f)
		return -ENOMEM;
	err = gather(f, v, n);
	if (!err)
		err = f->location ? ask(f, n) : try(f, 0, n);
	ftrace_free_filter(&f->trial);
	kvfree(f->ips);
	kfree(f);
	return err ? err : count_taken(v, n);
}

/* A module's function may have become one that is none: the filter itself decides. */
static int add_again(struct filter *f, struct ftrace_ops *ops, unsigned int n)
{
	unsigned int i, taken = 0;
	int err;

	for (i = 0; i < n; i++)
		f->v[i].state = SD_SPOT_NEW;
	err = try(f, 0, n);
	if (err)
		return err;
	for (i = 0; i < n; i++)
		if (f->v[i].state == SD_SPOT_FTRACE)
			f->ips[taken++] = f->v[i].ip;
	return taken ? ftrace_set_filter_ips(ops, f->ips, taken, 0, 0) : 0;
}

int sd_filter_add(struct ftrace_ops *ops, struct sd_spot *v, unsigned int n)
{
	struct filter *f = sd_may_fail(kzalloc(sizeof(*f), GFP_KERNEL));
	int err;

	if (!f)
		return -ENOMEM;
	err = gather(f, v, n);
	if (!err)
		err = sd_may_refuse(ftrace_set_filter_ips(ops, f->ips, n, 0, 0));
	if (err && err != -ENOMEM)
		err = add_again(f, ops, n);
	ftrace_free_filter(&f->trial);
	kvfree(f->ips);
	kfree(f);
	return err ? err : count_taken(v, n);
}

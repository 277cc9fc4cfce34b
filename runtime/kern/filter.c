// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions ftrace takes. A filter of many addresses is set at once;
 * when the kernel refuses, which it does for all because of one, by halves.
 */
#include <linux/ftrace.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "kern.h"

struct filter {
	struct ftrace_ops *ops;
	struct sd_spot *v;
	unsigned long *ips;
	int taken;
};

/* Recursion is bounded by the logarithm of n. */
static int take(struct filter *f, unsigned int lo, unsigned int n)
{
	unsigned int i;
	int err;

	err = n == 1 ? ftrace_set_filter_ip(f->ops, f->ips[lo], 0, 0) : ftrace_set_filter_ips(f->ops, f->ips + lo, n, 0, 0);
	if (err == -ENOMEM)
		return err;
	if (err && n > 1) {
		err = take(f, lo, n / 2);
		return err ? err : take(f, lo + n / 2, n - n / 2);
	}
	if (err)
		return 0; /* refused: left as it is */
	for (i = lo; i < lo + n; i++)
		f->v[i].state = SD_SPOT_FTRACE;
	f->taken += n;
	return 0;
}

int sd_filter_spots(struct ftrace_ops *ops, struct sd_spot *v, unsigned int n)
{
	struct filter f = { .ops = ops, .v = v };
	unsigned int i;
	int err;

	if (!n)
		return 0;
	f.ips = kvmalloc_array(n, sizeof(*f.ips), GFP_KERNEL);
	if (!f.ips)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		f.ips[i] = v[i].ip;
	err = take(&f, 0, n);
	kvfree(f.ips);
	return err ? err : f.taken;
}

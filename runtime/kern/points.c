// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kprobes that run a handler: what function.c and statement.c have in common.
 * They are registered one by one, and given back together, which waits once.
 */
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include "kern.h"

struct sd_point {
	struct kprobe kp;
	struct sd_spot *spot;
};

static int hit_point(struct kprobe *kp, struct pt_regs *r)
{
	const struct sd_spot *s = container_of(kp, struct sd_point, kp)->spot;
	unsigned long flags;
	struct sd_ctx *c;

	if (s->callers && !sd_callers_fit(s, r))
		return 0;
	c = sd_enter(s->probe, &flags);
	if (!c)
		return 0;
	sd_run_spot(c, s->probe, s, (unsigned long)kp->addr, r);
	sd_leave(c, flags);
	return 0;
}

int sd_points_init(struct sd_points *p, unsigned int max)
{
	p->v = max ? sd_may_fail(kvcalloc(max, sizeof(*p->v), GFP_KERNEL)) : NULL;
	return p->v || !max ? 0 : -ENOMEM;
}

int sd_points_add(struct sd_points *p, struct sd_spot *s)
{
	struct sd_point *point = &p->v[p->n];
	int err = sd_callers_find(s);

	point->spot = s;
	point->kp.addr = (kprobe_opcode_t *)s->ip;
	point->kp.pre_handler = hit_point;
	if (!err)
		err = sd_may_refuse(register_kprobe(&point->kp));
	if (err) {
		memset(point, 0, sizeof(*point));
		s->state = SD_SPOT_REFUSED;
		return err;
	}
	s->state = SD_SPOT_KPROBE;
	p->n++;
	cond_resched();
	return 0;
}

void sd_points_detach(struct sd_points *p)
{
	struct kprobe **list;
	unsigned int i;

	if (!p->n)
		return;
	list = sd_may_fail(kvmalloc_array(p->n, sizeof(*list), GFP_KERNEL));
	for (i = 0; i < p->n; i++)
		if (list)
			list[i] = &p->v[i].kp;
		else
			unregister_kprobe(&p->v[i].kp); /* slow, but needs no memory */
	if (list)
		unregister_kprobes(list, p->n);
	kvfree(list);
}

void sd_points_finish(struct sd_points *p)
{
	unsigned int i;

	for (i = 0; i < p->n; i++)
		sd_count_missed(p->v[i].spot->probe, p->v[i].kp.nmissed);
	kvfree(p->v);
	p->v = NULL;
	p->n = 0;
}

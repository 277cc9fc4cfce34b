// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * function: entry of kernel functions, by ftrace. A few probes get a
 * registration each, which makes a hit cheapest; many share one, because each
 * registration costs a pass over the kernel's text and each release a grace
 * period of all tasks. What ftrace does not take, and places inside of a
 * function, get a kprobe.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include "kern.h"
#include "compat/ftrace_regs.h"

enum {
	OWN_MAX = 8,      /* probes up to which each has its own registration */
	ENTRY_BYTES = 16, /* the call of ftrace lies within these bytes from the start of a function */
};

/* One registration: spots sorted by address; several spots of one address are several probes. */
struct reg {
	struct ftrace_ops ops;
	const struct sd_spot *v;
	unsigned int n;
	struct sd_spots spots;
	bool registered;
};

struct point {
	struct kprobe kp;
	const struct sd_spot *spot;
};

static struct reg *regs;
static unsigned int nregs;
static struct point *points;
static unsigned int npoints;

/* ---- hits ---------------------------------------------------------------------- */

static __always_inline void hit(const struct sd_spot *s, unsigned long ip, struct pt_regs *r)
{
	const struct sd_probe *p = s->probe;
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return;
	sd_count_hit(c, p);
	c->regs = r;
	c->ip = ip;
	c->site = s->place;
	p->handler(c);
	sd_leave(c, flags);
}

/*
 * Recursion through ftrace is stopped by sd_enter, which calls nothing before
 * it has marked the context busy; so the registration asks for no other guard.
 */
static void hit_one(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	struct sd_ftrace_room room;

	hit(container_of(op, struct reg, ops)->v, ip, sd_ftrace_regs(fregs, &room));
}

static void hit_many(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	const struct reg *g = container_of(op, struct reg, ops);
	const struct sd_spot *v = g->v, *end = v + g->n;
	unsigned int lo = 0, n = g->n;
	struct sd_ftrace_room room;
	unsigned long at;

	/* the last spot at or before ip */
	while (n > 1) {
		unsigned int half = n / 2;

		if (v[lo + half].ip <= ip)
			lo += half, n -= half;
		else
			n = half;
	}
	at = v[lo].ip;
	if (unlikely(ip - at >= ENTRY_BYTES))
		return;
	while (lo > 0 && v[lo - 1].ip == at)
		lo--;
	for (v += lo; v < end && v->ip == at; v++)
		hit(v, ip, sd_ftrace_regs(fregs, &room));
}

static int hit_point(struct kprobe *kp, struct pt_regs *r)
{
	const struct point *p = container_of(kp, struct point, kp);

	hit(p->spot, (unsigned long)kp->addr, r);
	return 0;
}

/* ---- attaching ------------------------------------------------------------------ */

/* Moves the spots that ftrace took to the front, in order; returns their number. */
static unsigned int keep_taken(struct sd_spots *s)
{
	unsigned int i, n = 0;

	for (i = 0; i < s->n; i++)
		if (s->v[i].state == SD_SPOT_FTRACE) {
			swap(s->v[n], s->v[i]);
			n++;
		}
	return n;
}

static int register_reg(struct reg *g, bool all_registers)
{
	unsigned int i, n;
	int taken, err;

	sd_spots_sort(&g->spots);
	if (all_registers && !SD_FTRACE_ALL_REGISTERS)
		return 0; /* kprobes */
	/* Places inside a function are not ftrace's: kept out of the filter by sorting them away. */
	for (i = 0, n = 0; i < g->spots.n; i++) {
		const struct sd_spot *s = &g->spots.v[i];

		if (!s->probe->places[s->place].offset) {
			swap(g->spots.v[n], g->spots.v[i]);
			n++;
		}
	}
	taken = sd_filter_spots(&g->ops, g->spots.v, n);
	if (taken < 0)
		return taken;
	g->v = g->spots.v;
	g->n = keep_taken(&g->spots);
	if (!g->n)
		return 0;
	g->ops.func = g->n == 1 ? hit_one : hit_many;
	g->ops.flags |= all_registers ? FTRACE_OPS_FL_SAVE_REGS : 0;
	err = register_ftrace_function(&g->ops);
	if (err) {
		sd_complain(g->v[0].probe, "cannot register with ftrace: error %d%s", err,
			    err == -EBUSY ? ", is kernel.ftrace_enabled off?" : "");
		return err;
	}
	g->registered = true;
	return 0;
}

/* The spots that ftrace left. */
static int register_points(int *why)
{
	unsigned int i, k, n = 0;

	for (i = 0; i < nregs; i++)
		n += regs[i].spots.n - regs[i].n;
	if (!n)
		return 0;
	points = kvcalloc(n, sizeof(*points), GFP_KERNEL);
	if (!points)
		return -ENOMEM;
	for (i = 0; i < nregs; i++)
		for (k = regs[i].n; k < regs[i].spots.n; k++) {
			struct sd_spot *s = &regs[i].spots.v[k];
			struct point *p = &points[npoints];
			int err;

			p->spot = s;
			p->kp.addr = (kprobe_opcode_t *)s->ip;
			p->kp.pre_handler = hit_point;
			err = register_kprobe(&p->kp);
			if (err) {
				memset(p, 0, sizeof(*p));
				s->state = SD_SPOT_REFUSED;
				*why = err;
			} else {
				s->state = SD_SPOT_KPROBE;
				npoints++;
			}
			cond_resched();
		}
	return 0;
}

static struct reg *reg_of(const struct sd_probe *p, unsigned int i, bool own)
{
	return &regs[own ? i : !(p->flags & SD_PROBE_REGS)];
}

static const struct sd_spots *own_spots(unsigned int i)
{
	return &regs[i].spots;
}

static const struct sd_probe *const *all_probes;

static const struct sd_spots *shared_spots(unsigned int i)
{
	return &reg_of(all_probes[i], i, false)->spots;
}

static int attach_all(const struct sd_probe *const *probes, unsigned int n, bool own)
{
	unsigned int i;
	int err, why = -EINVAL, bad = 0;

	for (i = 0; i < n; i++) {
		err = sd_resolve(probes[i], &reg_of(probes[i], i, own)->spots);
		if (err)
			return err;
	}
	/* ftrace calls the newest registration first: the last one registered is the first of the script. */
	for (i = nregs; i-- > 0;) {
		err = register_reg(&regs[i], own ? probes[i]->flags & SD_PROBE_REGS : !i);
		if (err)
			return err;
	}
	err = register_points(&why);
	if (err)
		return err;
	for (i = 0; i < n; i++) {
		err = sd_check_places(probes[i], &reg_of(probes[i], i, own)->spots, why);
		if (err)
			bad = err;
	}
	all_probes = probes;
	err = sd_check_wildcards(probes, n, own ? own_spots : shared_spots);
	return err ? err : bad;
}

static int function_attach(const struct sd_probe *const *probes, unsigned int n)
{
	bool own = n <= OWN_MAX;
	int err = -ENOMEM;

	regs = kvcalloc(own ? n : 2, sizeof(*regs), GFP_KERNEL);
	if (regs) {
		nregs = own ? n : 2;
		err = attach_all(probes, n, own);
	}
	if (err == -ENOMEM)
		sd_complain(probes[0], "out of memory for function probes");
	return err;
}

static void function_detach(void)
{
	struct kprobe **list = NULL;
	unsigned int i;

	for (i = 0; i < nregs; i++)
		if (regs[i].registered)
			unregister_ftrace_function(&regs[i].ops);
	if (npoints)
		list = kvmalloc_array(npoints, sizeof(*list), GFP_KERNEL);
	for (i = 0; i < npoints; i++)
		if (list)
			list[i] = &points[i].kp;
		else
			unregister_kprobe(&points[i].kp); /* slow, but needs no memory */
	if (list)
		unregister_kprobes(list, npoints);
	kvfree(list);
}

static void function_finish(void)
{
	unsigned int i;

	for (i = 0; i < npoints; i++)
		sd_count_missed(points[i].spot->probe, points[i].kp.nmissed);
	kvfree(points);
	points = NULL;
	npoints = 0;
	for (i = 0; i < nregs; i++) {
		ftrace_free_filter(&regs[i].ops);
		sd_spots_free(&regs[i].spots);
	}
	kvfree(regs);
	regs = NULL;
	nregs = 0;
}

const struct sd_kind sd_kind_function = {
	.name = "function",
	.attach = function_attach,
	.detach = function_detach,
	.finish = function_finish,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * return: return of kernel functions, by an fprobe per probe where the kernel
 * has them, by a kretprobe per place where not, or where ftrace does not take
 * the function. Values that probe->entry saves at entry travel in the
 * instance's own memory.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/log2.h>
#include "kern.h"
#include "compat/fprobe.h"

enum {
	ACTIVE_ONE = 512,     /* instances of a place of its own, when the script does not say */
	ACTIVE_ALL = 1 << 14, /* and of all places of a probe together */
	ACTIVE_MAX = 4096,
};

struct point {
	struct kretprobe rp;
	const struct sd_spot *spot;
};

struct ret {
	const struct sd_probe *probe;
	struct sd_spots spots;
	unsigned int ntaken;   /* by the fprobe: the first of the spots, sorted */
#ifdef SONDE_HAVE_FPROBE
	struct fprobe fp;
	bool registered;
#endif
};

static struct ret *rets;
static unsigned int nrets;
static struct point *points;
static unsigned int npoints;

/* ---- hits ------------------------------------------------------------------------ */

/* At entry. Not counted as a hit. Returns non-zero when the return is not wanted. */
static __always_inline int enter(const struct sd_probe *p, unsigned int place, unsigned long ip, struct pt_regs *r, void *data)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);
	int failed;

	if (!c)
		return 1;
	c->regs = r;
	c->ip = ip;
	c->site = place;
	c->entry = data;
	p->entry(c);
	failed = c->error;
	sd_leave(c, flags);
	return failed;
}

static __always_inline void leave(const struct sd_probe *p, unsigned int place, unsigned long ip, struct pt_regs *r, void *data)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return;
	sd_count_hit(c, p);
	c->regs = r;
	c->ip = ip;
	c->site = place;
	c->entry = data;
	c->retval = regs_return_value(r);
	p->handler(c);
	sd_leave(c, flags);
}

static int point_entry(struct kretprobe_instance *ri, struct pt_regs *r)
{
	const struct point *p = container_of(get_kretprobe(ri), struct point, rp);

	return enter(p->spot->probe, p->spot->place, p->spot->ip, r, ri->data);
}

static int point_return(struct kretprobe_instance *ri, struct pt_regs *r)
{
	const struct kretprobe *rp = get_kretprobe(ri);
	const struct point *p;

	if (!rp)
		return 0; /* being unregistered */
	p = container_of(rp, struct point, rp);
	leave(p->spot->probe, p->spot->place, p->spot->ip, r, ri->data);
	return 0;
}

#ifdef SONDE_HAVE_FPROBE
/* ip is that of ftrace's call, a few bytes after the address of the spot: the last one at or before it. */
static unsigned int place_at(const struct ret *t, unsigned long ip)
{
	const struct sd_spot *v = t->spots.v;
	unsigned int lo = 0, n = t->ntaken;

	while (n > 1) {
		unsigned int half = n / 2;

		if (v[lo + half].ip <= ip)
			lo += half, n -= half;
		else
			n = half;
	}
	return v[lo].place;
}

SD_FPROBE_ENTRY(fprobe_entry)
{
	const struct ret *t = container_of(fp, struct ret, fp);

	return enter(t->probe, place_at(t, ip), ip, regs, data);
}

SD_FPROBE_EXIT(fprobe_exit)
{
	const struct ret *t = container_of(fp, struct ret, fp);

	leave(t->probe, place_at(t, ip), ip, regs, data);
}
#endif

/* ---- attaching ------------------------------------------------------------------- */

static int active(const struct sd_probe *p, unsigned int nspots)
{
	const struct sd_return *d = p->data;
	unsigned int least = 2 * num_possible_cpus(), n;

	if (d && d->maxactive)
		return min_t(unsigned int, d->maxactive, ACTIVE_MAX);
	n = min_t(unsigned int, ACTIVE_ONE, ACTIVE_ALL / max(nspots, 1u));
	return clamp(n, min_t(unsigned int, least, ACTIVE_MAX), (unsigned int)ACTIVE_MAX);
}

#ifdef SONDE_HAVE_FPROBE
/* All spots of a probe that ftrace takes, in one registration. */
static int register_fprobe_of(struct ret *t)
{
	struct ftrace_ops trial = {}; /* never registered: tells what ftrace takes */
	unsigned long *ips;
	unsigned int i, n = 0;
	int err;

	err = sd_filter_spots(&trial, t->spots.v, t->spots.n);
	ftrace_free_filter(&trial);
	if (err <= 0)
		return err;
	ips = kvmalloc_array(t->spots.n, sizeof(*ips), GFP_KERNEL);
	if (!ips)
		return -ENOMEM;
	for (i = 0; i < t->spots.n; i++)
		if (t->spots.v[i].state == SD_SPOT_FTRACE) {
			swap(t->spots.v[n], t->spots.v[i]);
			ips[n] = t->spots.v[n].ip;
			n++;
		}
	t->ntaken = n;
	t->fp.entry_handler = t->probe->entry ? fprobe_entry : NULL;
	t->fp.exit_handler = fprobe_exit;
	t->fp.entry_data_size = t->probe->nentry * sizeof(sd_uint);
	t->fp.nr_maxactive = min_t(u64, (u64)active(t->probe, n) * n, ACTIVE_ALL);
	err = register_fprobe_ips(&t->fp, ips, n);
	kvfree(ips);
	if (err) {
		/* Its own reasons (a function may be traceable but not hookable): kretprobes are asked next. */
		for (i = 0; i < n; i++)
			t->spots.v[i].state = SD_SPOT_NEW;
		t->ntaken = 0;
		return err == -ENOMEM ? err : 0;
	}
	t->registered = true;
	return 0;
}
#else
static int register_fprobe_of(struct ret *t)
{
	return 0;
}
#endif

static int register_point(const struct ret *t, struct sd_spot *s)
{
	struct point *p = &points[npoints];
	int err;

	p->spot = s;
	p->rp.kp.addr = (kprobe_opcode_t *)s->ip;
	p->rp.handler = point_return;
	p->rp.entry_handler = t->probe->entry ? point_entry : NULL;
	p->rp.data_size = t->probe->nentry * sizeof(sd_uint);
	p->rp.maxactive = active(t->probe, t->spots.n);
	err = register_kretprobe(&p->rp);
	if (err) {
		memset(p, 0, sizeof(*p));
		s->state = SD_SPOT_REFUSED;
		return err;
	}
	s->state = SD_SPOT_KPROBE;
	npoints++;
	return 0;
}

static const struct sd_spots *spots_of(unsigned int i)
{
	return &rets[i].spots;
}

static int attach_all(const struct sd_probe *const *probes, unsigned int n)
{
	int err, why = -EINVAL, bad = 0;
	unsigned int i, k, left = 0;

	for (i = 0; i < n; i++) {
		struct ret *t = &rets[i];

		t->probe = probes[i];
		err = sd_resolve(t->probe, &t->spots);
		if (err)
			return err;
		sd_spots_sort(&t->spots);
		err = register_fprobe_of(t);
		if (err)
			return err;
		left += t->spots.n - t->ntaken;
	}
	if (left) {
		points = kvcalloc(left, sizeof(*points), GFP_KERNEL);
		if (!points)
			return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		for (k = rets[i].ntaken; k < rets[i].spots.n; k++) {
			err = register_point(&rets[i], &rets[i].spots.v[k]);
			if (err)
				why = err;
			cond_resched();
		}
		err = sd_check_places(probes[i], &rets[i].spots, why);
		if (err)
			bad = err;
	}
	err = sd_check_wildcards(probes, n, spots_of);
	return err ? err : bad;
}

static int return_attach(const struct sd_probe *const *probes, unsigned int n)
{
	int err = -ENOMEM;

	rets = kvcalloc(n, sizeof(*rets), GFP_KERNEL);
	if (rets) {
		nrets = n;
		err = attach_all(probes, n);
	}
	if (err == -ENOMEM)
		sd_complain(probes[0], "out of memory for return probes");
	return err;
}

static void return_detach(void)
{
	struct kretprobe **list = NULL;
	unsigned int i;

#ifdef SONDE_HAVE_FPROBE
	for (i = 0; i < nrets; i++)
		if (rets[i].registered) {
			/* Before: while it is being taken away, hits count as missed that are not wanted any more. */
			sd_count_missed(rets[i].probe, READ_ONCE(rets[i].fp.nmissed));
			unregister_fprobe(&rets[i].fp);
		}
#endif
	if (npoints)
		list = kvmalloc_array(npoints, sizeof(*list), GFP_KERNEL);
	for (i = 0; i < npoints; i++)
		if (list)
			list[i] = &points[i].rp;
		else
			unregister_kretprobe(&points[i].rp);
	if (list)
		unregister_kretprobes(list, npoints);
	kvfree(list);
}

static void return_finish(void)
{
	unsigned int i;

	for (i = 0; i < npoints; i++)
		sd_count_missed(points[i].spot->probe, points[i].rp.nmissed + points[i].rp.kp.nmissed);
	kvfree(points);
	points = NULL;
	npoints = 0;
	for (i = 0; i < nrets; i++) {
		sd_spots_free(&rets[i].spots);
	}
	kvfree(rets);
	rets = NULL;
	nrets = 0;
}

const struct sd_kind sd_kind_return = {
	.name = "return",
	.attach = return_attach,
	.detach = return_detach,
	.finish = return_finish,
};

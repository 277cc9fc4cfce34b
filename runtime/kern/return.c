// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * return: return of functions. Entered through function.c's registration with
 * ftrace, a call's return address is replaced by the kernel's own return hook,
 * the one kretprobes are made of. Where that is not to be had: an fprobe for
 * each probe where the kernel has them, or a kretprobe for each place; the
 * latter also where ftrace does not take the function. Values that
 * probe->entry saves at entry travel in the instance's own memory.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/err.h>
#include "kern.h"
#include "compat/fprobe.h"
#include "compat/rethook.h"
#include "compat/ftrace_regs.h"

enum {
	ACTIVE_ONE = 512,     /* instances of a place of its own, when the script does not say */
	ACTIVE_ALL = 1 << 14, /* and of all places of a probe together */
	ACTIVE_MAX = 4096,
};

struct point {
	struct kretprobe rp;
	const struct sd_spot *spot;
};

/* A return probe in a scope. */
struct hook {
	const struct sd_probe *probe;
	unsigned int n;        /* places */
#ifdef SD_RETHOOK
	struct rethook *rh;
#endif
#ifdef SONDE_HAVE_FPROBE
	struct fprobe fp;
	bool registered;
	const struct sd_spot **taken; /* by the fprobe, sorted by address */
	unsigned int ntaken;
#endif
};

struct sd_returns {
	struct hook *hooks;
	unsigned int nhooks;
	struct point *points;
	unsigned int npoints;
};

/* ---- hits ------------------------------------------------------------------------ */

/* The values of the entry. Returns non-zero when the return is not wanted. */
static __always_inline int save(struct sd_ctx *c, unsigned int place, unsigned long ip, struct pt_regs *r, void *data)
{
	c->regs = r;
	c->ip = ip;
	c->site = place;
	c->entry = data;
	c->flags |= SD_CTX_ENTRY;
	c->probe->entry(c);
	c->flags &= ~SD_CTX_ENTRY;
	return c->error;
}

/* At entry. Not counted as a hit. Returns non-zero when the return is not wanted. */
static __always_inline int enter(const struct sd_spot *s, struct pt_regs *r, void *data)
{
	unsigned long flags;
	struct sd_ctx *c;
	int failed;

	if (s->callers && !sd_callers_fit(s, r))
		return 1;
	if (!s->probe->entry)
		return 0;
	c = sd_enter(s->probe, &flags);
	if (!c)
		return 1;
	failed = save(c, s->place, s->ip, r, data);
	sd_leave(c, flags);
	return failed;
}

static __always_inline void leave(const struct sd_spot *s, struct pt_regs *r, void *data)
{
	const struct sd_probe *p = s->probe;
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return;
	sd_count_hit(c, p);
	c->regs = r;
	c->ip = s->ip;
	c->site = s->place;
	c->entry = data;
	c->retval = regs_return_value(r);
	p->handler(c);
	sd_leave(c, flags);
}

static int point_entry(struct kretprobe_instance *ri, struct pt_regs *r)
{
	return enter(container_of(get_kretprobe(ri), struct point, rp)->spot, r, ri->data);
}

static int point_return(struct kretprobe_instance *ri, struct pt_regs *r)
{
	const struct kretprobe *rp = get_kretprobe(ri);

	if (rp) /* else it is being unregistered */
		leave(container_of(rp, struct point, rp)->spot, r, ri->data);
	return 0;
}

#ifdef SONDE_HAVE_FPROBE
/* ip is that of ftrace's call, a few bytes after the address of the spot: the last one at or before it. */
static const struct sd_spot *spot_at(const struct hook *h, unsigned long ip)
{
	unsigned int lo = 0, n = h->ntaken;

	while (n > 1) {
		unsigned int half = n / 2;

		if (h->taken[lo + half]->ip <= ip)
			lo += half, n -= half;
		else
			n = half;
	}
	return h->taken[lo];
}

SD_FPROBE_ENTRY(fprobe_entry)
{
	return enter(spot_at(container_of(fp, struct hook, fp), ip), regs, data);
}

SD_FPROBE_EXIT(fprobe_exit)
{
	leave(spot_at(container_of(fp, struct hook, fp), ip), regs, data);
}
#endif

/* ---- through ftrace's callback and the return hook ------------------------------------ */

/* Instances of each place: what .maxactive(n) or KRETACTIVE says, which is kept, or a choice. */
static unsigned int asked(const struct sd_probe *p)
{
	const struct sd_return *d = p->data;

	return d && d->maxactive ? d->maxactive : sd_script.limits.kretactive;
}

static unsigned int active(const struct sd_probe *p, unsigned int nspots)
{
	unsigned int least = 2 * num_possible_cpus(), n = asked(p);

	if (n)
		return n;
	n = min_t(unsigned int, ACTIVE_ONE, ACTIVE_ALL / max(nspots, 1u));
	return clamp(n, min_t(unsigned int, least, ACTIVE_MAX), (unsigned int)ACTIVE_MAX);
}

/* Places that share their instances have no more than ACTIVE_ALL, or than one of them asked for. */
static unsigned int active_all(const struct hook *h)
{
	return min_t(u64, (u64)active(h->probe, h->n) * h->n, max_t(unsigned int, ACTIVE_ALL, asked(h->probe)));
}

#ifdef SD_RETHOOK
/* A call in flight. */
struct call {
	struct rethook_node node;
	const struct sd_spot *spot;
	sd_uint entry[];
};

SD_RETHOOK_HANDLER(call_returns)
{
	struct call *call = container_of(node, struct call, node);

	leave(call->spot, regs, call->entry);
}

static __always_inline struct call *get_call(const struct sd_spot *s)
{
	struct rethook_node *node = sd_rethook.try_get(s->hook);
	struct call *call;

	if (unlikely(!node)) {
		if (READ_ONCE(sd_live)) /* else it is being given back */
			this_cpu_read(sd_cpu_state)->count[s->probe->index].loss[SD_LOSS_MISSED]++;
		return NULL;
	}
	call = container_of(node, struct call, node);
	call->spot = s;
	return call;
}

/* With values to save: a handler runs. Not inline: the other way has few registers to keep. */
static noinline void enter_saving(const struct sd_spot *s, struct pt_regs *r)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(s->probe, &flags);
	struct call *call;

	if (!c)
		return;
	call = get_call(s);
	if (likely(call)) {
		if (unlikely(save(c, s->place, s->ip, r, call->entry)))
			sd_rethook.recycle(&call->node);
		else
			sd_rethook_hook(&call->node, r);
	}
	sd_leave(c, flags);
}

/*
 * Without, only the return is hooked. That calls nothing that ftrace could
 * call us from, so the context need not be busy; and it may be: whether the
 * handler can run is asked when the function returns.
 */
void sd_return_enter(const struct sd_spot *s, struct pt_regs *r)
{
	struct call *call;

	if (unlikely(s->callers) && !sd_callers_fit(s, r))
		return;
	if (s->probe->entry) {
		enter_saving(s, r);
		return;
	}
	if (unlikely(!READ_ONCE(sd_live)))
		return;
	preempt_disable_notrace();
	call = get_call(s);
	if (likely(call))
		sd_rethook_hook(&call->node, r);
	preempt_enable_notrace();
}

/* An entry and a return of one function: what measures how long a call takes. The return is hooked with interrupts still off. */
static __always_inline void hit_both(const struct sd_spot *entry, const struct sd_spot *s, unsigned long ip, struct pt_regs *r)
{
	const struct sd_probe *p = entry->probe;
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);
	struct call *call;

	if (unlikely(!c)) {
		sd_return_enter(s, r);
		return;
	}
	sd_run_spot(c, p, entry, ip, r);
	call = get_call(s);
	if (likely(call))
		sd_rethook_hook_known(&call->node, r);
	sd_leave(c, flags);
}

static void hit_in_order(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	const struct sd_spot *v = op->private;
	struct sd_ftrace_room room;

	hit_both(&v[0], &v[1], ip, sd_ftrace_regs(fregs, &room));
}

static void hit_turned(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	const struct sd_spot *v = op->private;
	struct sd_ftrace_room room;

	hit_both(&v[1], &v[0], ip, sd_ftrace_regs(fregs, &room));
}

bool sd_return_both(struct ftrace_ops *ops, struct sd_spot *v)
{
	const struct sd_spot *s = v[1].hook ? &v[1] : &v[0];

	if (!v[0].hook == !v[1].hook || s->callers || s->probe->entry || !sd_rethook.trampoline)
		return false;
	ops->private = v;
	ops->func = v[0].hook ? hit_turned : hit_in_order;
	return true;
}

static int create_hook(struct hook *h)
{
	h->rh = sd_rethook_create(h, call_returns, sizeof(struct call) + h->probe->nentry * sizeof(sd_uint), active_all(h));
	if (!h->rh)
		return -ENOMEM;
	if (!sd_rethook.trampoline && !sd_without("inline"))
		sd_rethook_learn(h->rh);
	return 0;
}

static void *hangs_on(const struct hook *h)
{
	return h->rh;
}

static bool can_hook(void)
{
	static int known = -1;

	if (known < 0)
		known = !sd_without("hook") && sd_rethook_find();
	return known;
}
#else
void sd_return_enter(const struct sd_spot *s, struct pt_regs *r) { }
bool sd_return_both(struct ftrace_ops *ops, struct sd_spot *v) { return false; }
static int create_hook(struct hook *h) { return 0; }
static void *hangs_on(const struct hook *h) { return NULL; }
static bool can_hook(void) { return false; }
#endif

static struct hook *hook_of(struct sd_returns *rs, const struct sd_probe *p)
{
	unsigned int lo = 0, n = rs->nhooks;

	while (n > 1) {
		unsigned int half = n / 2;

		if (rs->hooks[lo + half].probe->index <= p->index)
			lo += half, n -= half;
		else
			n = half;
	}
	return &rs->hooks[lo];
}

int sd_returns_create(struct sd_returns **out, struct sd_spot *v, unsigned int n)
{
	unsigned int i, k, highest = 0, distinct = 0;
	struct sd_returns *rs;
	unsigned int *counts;
	const struct sd_probe **probes;
	int err = 0;

	*out = NULL;
	for (i = 0, k = 0; i < n; i++)
		if (v[i].probe->kind == &sd_kind_return) {
			highest = max(highest, v[i].probe->index);
			k++;
		}
	if (!k)
		return 0;
	*out = rs = sd_may_fail(kvzalloc(sizeof(*rs), GFP_KERNEL));
	counts = sd_may_fail(kvcalloc(highest + 1, sizeof(*counts), GFP_KERNEL));
	probes = sd_may_fail(kvcalloc(highest + 1, sizeof(*probes), GFP_KERNEL));
	if (!rs || !counts || !probes) {
		err = -ENOMEM;
		goto out;
	}
	for (i = 0; i < n; i++)
		if (v[i].probe->kind == &sd_kind_return) {
			distinct += !counts[v[i].probe->index]++;
			probes[v[i].probe->index] = v[i].probe;
		}
	rs->hooks = sd_may_fail(kvcalloc(distinct, sizeof(*rs->hooks), GFP_KERNEL));
	if (!rs->hooks) {
		err = -ENOMEM;
		goto out;
	}
	for (i = 0; i <= highest && !err; i++)
		if (counts[i]) {
			struct hook *h = &rs->hooks[rs->nhooks++];

			h->probe = probes[i];
			h->n = counts[i];
			if (can_hook())
				err = create_hook(h);
		}
	for (i = 0; i < n && can_hook(); i++)
		if (v[i].probe->kind == &sd_kind_return)
			v[i].hook = hangs_on(hook_of(rs, v[i].probe));
out:
	kvfree(counts);
	kvfree(probes);
	return err;
}

/* ---- by other means --------------------------------------------------------------------- */

/* Something is to be done when the function is entered. */
static bool has_entry(const struct sd_probe *p)
{
	const struct sd_return *d = p->data;

	return p->entry || (d && d->chains);
}

static bool is_left(const struct sd_spot *s)
{
	return s->state == SD_SPOT_NEW && s->probe->kind == &sd_kind_return;
}

#ifdef SONDE_HAVE_FPROBE
/* All spots of a probe that ftrace takes, in one registration. v is sorted by address, as there are no sets without hooks. */
static int register_fprobe_of(struct hook *h, struct sd_spot *v, unsigned int n)
{
	unsigned long *ips;
	unsigned int i;
	int err = 0;

	if (sd_without("fprobe"))
		return 0;
	h->taken = sd_may_fail(kvmalloc_array(h->n, sizeof(*h->taken), GFP_KERNEL));
	ips = sd_may_fail(kvmalloc_array(h->n, sizeof(*ips), GFP_KERNEL));
	if (!h->taken || !ips) {
		kvfree(ips);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++)
		if (is_left(&v[i]) && v[i].probe == h->probe) {
			err = sd_filter_ask(&v[i], 1);
			if (err < 0)
				break;
			if (!err)
				continue;
			ips[h->ntaken] = v[i].ip;
			h->taken[h->ntaken++] = &v[i];
		}
	if (err >= 0 && h->ntaken) {
		h->fp.entry_handler = has_entry(h->probe) ? fprobe_entry : NULL;
		h->fp.exit_handler = fprobe_exit;
		h->fp.entry_data_size = h->probe->nentry * sizeof(sd_uint);
		h->fp.nr_maxactive = active_all(h);
		err = sd_may_refuse(register_fprobe_ips(&h->fp, ips, h->ntaken));
		h->registered = !err;
	}
	kvfree(ips);
	if (!h->registered) {
		/* Its own reasons (a function may be traceable but not hookable): kretprobes are asked next. */
		for (i = 0; i < h->ntaken; i++)
			((struct sd_spot *)h->taken[i])->state = SD_SPOT_NEW;
		h->ntaken = 0;
	}
	return err == -ENOMEM ? err : 0;
}
#else
static int register_fprobe_of(struct hook *h, struct sd_spot *v, unsigned int n) { return 0; }
#endif

static int register_point(struct sd_returns *rs, struct sd_spot *s)
{
	const struct hook *h = hook_of(rs, s->probe);
	struct point *p = &rs->points[rs->npoints];
	int err;

	p->spot = s;
	p->rp.kp.addr = (kprobe_opcode_t *)s->ip;
	p->rp.handler = point_return;
	p->rp.entry_handler = has_entry(s->probe) ? point_entry : NULL;
	p->rp.data_size = s->probe->nentry * sizeof(sd_uint);
	p->rp.maxactive = active(s->probe, h->n);
	err = sd_may_refuse(register_kretprobe(&p->rp));
	if (err) {
		memset(p, 0, sizeof(*p));
		s->state = SD_SPOT_REFUSED;
		return err;
	}
	s->state = SD_SPOT_KPROBE;
	rs->npoints++;
	return 0;
}

int sd_returns_attach(struct sd_returns *rs, struct sd_spot *v, unsigned int n, int *why)
{
	unsigned int i, left = 0;
	int err;

	if (!rs)
		return 0;
	for (i = 0; i < rs->nhooks && !can_hook(); i++) {
		err = register_fprobe_of(&rs->hooks[i], v, n);
		if (err)
			return err;
	}
	for (i = 0; i < n; i++)
		left += is_left(&v[i]);
	if (left > SD_LEFT_MAX)
		left = sd_spots_give_up(v, n, true);
	if (!left)
		return 0;
	rs->points = sd_may_fail(kvcalloc(left, sizeof(*rs->points), GFP_KERNEL));
	if (!rs->points)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		if (is_left(&v[i])) {
			err = register_point(rs, &v[i]);
			if (err)
				*why = err;
			else if (sd_stage_took(1))
				return -ECANCELED;
			cond_resched();
		}
	return 0;
}

void sd_returns_detach(struct sd_returns *rs)
{
	struct kretprobe **list = NULL;
	unsigned int i;

	if (!rs)
		return;
	for (i = 0; i < rs->nhooks; i++) {
#ifdef SD_RETHOOK
		if (rs->hooks[i].rh) /* calls that are still in flight are let go, and free it when they return */
			sd_rethook.free(rs->hooks[i].rh);
#endif
#ifdef SONDE_HAVE_FPROBE
		if (rs->hooks[i].registered) {
			/* Before: while it is being taken away, hits count as missed that are not wanted any more. */
			sd_count_missed(rs->hooks[i].probe, READ_ONCE(rs->hooks[i].fp.nmissed));
			unregister_fprobe(&rs->hooks[i].fp);
		}
#endif
	}
	if (rs->npoints)
		list = sd_may_fail(kvmalloc_array(rs->npoints, sizeof(*list), GFP_KERNEL));
	for (i = 0; i < rs->npoints; i++)
		if (list)
			list[i] = &rs->points[i].rp;
		else
			unregister_kretprobe(&rs->points[i].rp);
	if (list)
		unregister_kretprobes(list, rs->npoints);
	kvfree(list);
}

void sd_returns_finish(struct sd_returns *rs)
{
	unsigned int i;

	if (!rs)
		return;
	for (i = 0; i < rs->npoints; i++)
		sd_count_missed(rs->points[i].spot->probe, rs->points[i].rp.nmissed + rs->points[i].rp.kp.nmissed);
	kvfree(rs->points);
#ifdef SONDE_HAVE_FPROBE
	for (i = 0; i < rs->nhooks; i++)
		kvfree(rs->hooks[i].taken);
#endif
	kvfree(rs->hooks);
	kvfree(rs);
}

/* Attached by function.c, with the entries: both come through the same registrations. */
const struct sd_kind sd_kind_return = {
	.name = "return",
	.by = &sd_kind_function,
};

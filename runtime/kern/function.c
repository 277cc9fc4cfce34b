// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * function: entry of functions of the kernel and of modules, by ftrace, and
 * for return.c the same hook. An address is never in two registrations, as
 * ftrace would have to walk over them at each hit: the addresses that the same
 * probes are at share one. A few such sets get a registration each, which makes
 * a hit cheapest; many share two, because each costs a pass over the kernel's
 * text and each release a grace period of all tasks. What ftrace does not take,
 * and places inside of a function, get a kprobe.
 */
#include <linux/ftrace.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include "kern.h"
#include "compat/ftrace_regs.h"

enum {
	OWN_MAX = 8,      /* sets up to which each has its own registration; of a module, where attaching holds up its loading: */
	OWN_MODULE_MAX = 2,
	ENTRY_BYTES = 16, /* the call of ftrace lies within these bytes from the start of a function */
	INSIDE = ~0u,     /* "set" of what is no function's start */
};

/* One registration: spots sorted by address, those of one address in the order of the script. */
struct reg {
	struct ftrace_ops ops;
	const struct sd_spot *v;
	unsigned int n;
	bool registered;
};

/* What a scope has. */
struct attached {
	struct reg regs[OWN_MAX];
	unsigned int nregs;
	struct sd_points points;
	struct sd_returns *returns;
};

/* ---- hits ---------------------------------------------------------------------- */

static __always_inline void hit(const struct sd_spot *s, unsigned long ip, struct pt_regs *r)
{
	const struct sd_probe *p = s->probe;
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return;
	sd_run_spot(c, p, s, ip, r);
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

static void hit_return(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	struct sd_ftrace_room room;

	sd_return_enter(container_of(op, struct reg, ops)->v, sd_ftrace_regs(fregs, &room));
}

/* The spots of one address: handlers in order; then returns are hooked, the last one first, so that they run in order too. */
static __always_inline void hit_spots(const struct sd_spot *v, unsigned int n, unsigned long ip, struct pt_regs *r)
{
	unsigned int i, hooks = 0;

	for (i = 0; i < n; i++)
		if (v[i].hook)
			hooks++;
		else
			hit(&v[i], ip, r);
	for (i = n; hooks && i-- > 0;)
		if (v[i].hook)
			sd_return_enter(&v[i], r);
}

static void hit_several(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	const struct reg *g = container_of(op, struct reg, ops);
	struct sd_ftrace_room room;

	hit_spots(g->v, g->n, ip, sd_ftrace_regs(fregs, &room));
}

static void hit_many(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	const struct reg *g = container_of(op, struct reg, ops);
	const struct sd_spot *v = g->v;
	unsigned int lo = 0, n = g->n, end;
	struct sd_ftrace_room room;

	/* the last spot at or before ip */
	while (n > 1) {
		unsigned int half = n / 2;

		if (v[lo + half].ip <= ip)
			lo += half, n -= half;
		else
			n = half;
	}
	if (unlikely(ip - v[lo].ip >= ENTRY_BYTES))
		return;
	end = lo + 1;
	while (lo > 0 && v[lo - 1].ip == v[end - 1].ip)
		lo--;
	hit_spots(v + lo, end - lo, ip, sd_ftrace_regs(fregs, &room));
}

/* ---- sets ------------------------------------------------------------------------ */

static bool is_return(const struct sd_spot *s)
{
	return s->probe->kind == &sd_kind_return;
}

/* Is it for ftrace? Not what is inside of a function, nor a return without a hook. */
static bool at_start(const struct sd_spot *s)
{
	const struct sd_place *p = &s->probe->places[s->place];

	return p->function && !p->offset && (!is_return(s) || s->hook);
}

static unsigned int same_address(const struct sd_spot *v, unsigned int n)
{
	unsigned int i = 1;

	while (i < n && v[i].ip == v->ip)
		i++;
	return i;
}

static bool same_probes(const struct sd_spot *a, unsigned int na, const struct sd_spot *b, unsigned int nb)
{
	unsigned int i;

	if (na != nb)
		return false;
	for (i = 0; i < na; i++)
		if (a[i].probe != b[i].probe)
			return false;
	return true;
}

static bool wants_registers(const struct sd_spot *v, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (v[i].probe->flags & SD_PROBE_REGS || v[i].callers)
			return true;
	return false;
}

/* Gives each spot its set: those that have the same probes, or if there are too many, those that want all registers or not. */
static unsigned int make_sets(struct sd_spot *v, unsigned int n, unsigned int max)
{
	struct { const struct sd_spot *v; unsigned int n; } sets[OWN_MAX];
	unsigned int i, k, len, nsets = 0;

	for (i = 0; i < n; i += len) {
		len = same_address(v + i, n - i);
		for (k = 0; k < nsets && !same_probes(sets[k].v, sets[k].n, v + i, len); k++)
			;
		if (k == nsets && k == max)
			break;
		if (k == nsets) {
			sets[nsets].v = v + i;
			sets[nsets].n = len;
			nsets++;
		}
		for (unsigned int j = i; j < i + len; j++)
			v[j].set = k;
	}
	if (i >= n)
		return nsets;
	for (i = 0; i < n; i += len) {
		len = same_address(v + i, n - i);
		for (unsigned int j = i; j < i + len; j++)
			v[j].set = wants_registers(v + i, len) ? 0 : 1;
	}
	return 2;
}

/* ---- attaching -------------------------------------------------------------------- */

/* Moves the spots that ftrace took to the front, in order; returns their number. */
static unsigned int keep_taken(struct sd_spot *v, unsigned int n)
{
	unsigned int i, taken = 0;

	for (i = 0; i < n; i++)
		if (v[i].state == SD_SPOT_FTRACE) {
			swap(v[taken], v[i]);
			taken++;
		}
	return taken;
}

/* The spots that ftrace took, step by step: the first step registers, and the others add to the filter of what is registered. */
static int register_steps(struct reg *g, struct sd_spot *v, unsigned int n)
{
	unsigned int i = 0, len;
	int err = 0;

	while (i < n && !err) {
		len = min(n - i, sd_stage_room());
		err = sd_filter_add(&g->ops, v + i, len);
		if (err > 0 && !g->registered) {
			err = sd_may_refuse(register_ftrace_function(&g->ops));
			g->registered = !err;
		}
		if (err < 0)
			break;
		i += len;
		err = sd_stage_took(len);
	}
	for (; i < n; i++)
		v[i].state = SD_SPOT_LEFT;
	return err;
}

static int register_reg(struct reg *g, struct sd_spot *v, unsigned int n)
{
	int taken;

	if ((wants_registers(v, n) && !SD_FTRACE_ALL_REGISTERS) || sd_without("ftrace"))
		return 0; /* kprobes */
	taken = sd_filter_ask(v, n);
	if (taken < 0)
		return taken;
	g->v = v;
	g->n = keep_taken(v, n);
	if (!g->n)
		return 0;
	if (g->n == 1)
		g->ops.func = v->hook ? hit_return : hit_one;
	else if (g->n != 2 || v[1].ip != v->ip || !sd_return_both(&g->ops, v))
		g->ops.func = v[g->n - 1].ip == v->ip ? hit_several : hit_many;
	g->ops.flags |= wants_registers(v, g->n) ? FTRACE_OPS_FL_SAVE_REGS : 0;
	return register_steps(g, v, g->n);
}

/* The entries that ftrace left. */
static int register_points(struct attached *a, struct sd_spot *v, unsigned int n, int *why)
{
	unsigned int i, left = 0;
	int err;

	for (i = 0; i < n; i++)
		left += v[i].state == SD_SPOT_NEW && !is_return(&v[i]);
	if (!left)
		return 0;
	if (left > SD_LEFT_MAX)
		left = sd_spots_give_up(v, n, false);
	if (!left)
		return 0;
	err = sd_points_init(&a->points, left);
	for (i = 0; i < n && err != -ENOMEM; i++) {
		if (v[i].state != SD_SPOT_NEW || is_return(&v[i]))
			continue;
		err = sd_points_add(&a->points, &v[i]);
		if (err)
			*why = err;
		else if (sd_stage_took(1))
			return -ECANCELED;
	}
	return err == -ENOMEM ? err : 0;
}

static int attach_scope(struct sd_scope *s)
{
	struct sd_spot *v;
	struct attached *a;
	unsigned int i, n, starts = 0;
	int err;

	s->data = a = sd_may_fail(kvzalloc(sizeof(*a), GFP_KERNEL));
	if (!a)
		return -ENOMEM;
	v = s->spots.v;
	n = s->spots.n;
	err = sd_returns_create(&a->returns, v, n);
	if (err)
		return err;
	for (i = 0; i < n; i++) {
		err = sd_callers_find(&v[i]);
		if (err == -ENOMEM)
			return err;
		if (err) {
			v[i].state = SD_SPOT_REFUSED;
			s->why = err;
		}
		v[i].set = v[i].state == SD_SPOT_NEW && at_start(&v[i]) ? 0 : INSIDE;
		starts += !v[i].set;
	}
	sd_spots_sort(&s->spots);
	a->nregs = make_sets(v, starts, s->module ? OWN_MODULE_MAX : OWN_MAX);
	sd_spots_sort(&s->spots);
	for (i = 0, err = 0; i < starts && !err;) {
		unsigned int set = v[i].set, len = 1;

		while (i + len < starts && v[i + len].set == set)
			len++;
		err = register_reg(&a->regs[set], v + i, len);
		i += len;
	}
	if (!err)
		err = register_points(a, v, n, &s->why);
	if (!err)
		err = sd_returns_attach(a->returns, v, n, &s->why);
	return err;
}

static void detach_scope(struct sd_scope *s)
{
	struct attached *a = s->data;
	unsigned int i;

	if (!a)
		return;
	for (i = 0; i < a->nregs; i++)
		if (a->regs[i].registered)
			unregister_ftrace_function(&a->regs[i].ops);
	sd_returns_detach(a->returns);
	sd_points_detach(&a->points);
}

static void finish_scope(struct sd_scope *s)
{
	struct attached *a = s->data;
	unsigned int i;

	if (!a)
		return;
	sd_points_finish(&a->points);
	sd_returns_finish(a->returns);
	for (i = 0; i < a->nregs; i++)
		ftrace_free_filter(&a->regs[i].ops);
	kvfree(a);
	s->data = NULL;
}

static const struct sd_scope_ops scope_ops = {
	.attach = attach_scope,
	.detach = detach_scope,
	.finish = finish_scope,
};

static struct sd_scopes scopes;

static int function_attach(const struct sd_probe *const *probes, unsigned int n)
{
	int err = sd_scopes_attach(&scopes, probes, n, &scope_ops);

	if (err == -ENOMEM)
		sd_complain(probes[0], "out of memory for function probes");
	else if (err && err != -ENOENT && err != -ECANCELED)
		sd_complain(probes[0], "cannot register with ftrace: error %d%s", err,
			    err == -EBUSY ? ", is kernel.ftrace_enabled off?" : "");
	return err;
}

static void function_detach(void)
{
	sd_scopes_detach(&scopes);
}

static void function_finish(void)
{
	sd_scopes_finish(&scopes);
}

const struct sd_kind sd_kind_function = {
	.name = "function",
	.attach = function_attach,
	.detach = function_detach,
	.finish = function_finish,
};

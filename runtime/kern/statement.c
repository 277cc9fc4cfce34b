// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * statement: places inside of functions, by kprobes, which the kernel turns
 * into jumps where the code around allows it. Also the entries that count only
 * when the right functions have called (callee): the stack tells.
 */
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <asm/unwind.h>
#include "kern.h"

struct point {
	struct kprobe kp;
	const struct sd_spot *spot;
	const struct chain *chain; /* NULL: every hit counts */
};

/* The addresses that calls return to, for each caller from the innermost: of levels that lie one behind the other. */
struct chain {
	unsigned int depth;
	bool inside;             /* the place is no function's entry */
	unsigned int *n;         /* [depth] */
	unsigned long *returns;
};

static struct sd_spots spots;
static struct point *points;
static unsigned int npoints;

/* ---- hits -------------------------------------------------------------------------- */

static bool one_of(unsigned long addr, const unsigned long *v, unsigned int n)
{
	while (n--)
		if (*v++ == addr)
			return true;
	return false;
}

static bool called_by(const struct chain *ch, unsigned long ip, struct pt_regs *r)
{
	const unsigned long *v = ch->returns;
	struct unwind_state state;
	struct pt_regs at;
	unsigned int i;

	/* At entry, the return address is what the stack pointer points at. */
	if (!ch->inside && !one_of(*(unsigned long *)r->sp, v, ch->n[0]))
		return false;
	if (!ch->inside && ch->depth == 1)
		return true;
	at = *r;
	at.ip = ip; /* a breakpoint's is one byte on */
	/* Starting from registers, it is in the caller already. */
	unwind_start(&state, current, &at, NULL);
	for (i = 0; i < ch->depth; v += ch->n[i++]) {
		unsigned long addr;

		if (i && !unwind_next_frame(&state))
			return false;
		addr = unwind_get_return_address(&state);
		if (!addr || !one_of(addr, v, ch->n[i]))
			return false;
	}
	return true;
}

static int hit(struct kprobe *kp, struct pt_regs *r)
{
	const struct point *p = container_of(kp, struct point, kp);
	const struct sd_spot *s = p->spot;
	unsigned long flags;
	struct sd_ctx *c;

	if (p->chain && !called_by(p->chain, (unsigned long)kp->addr, r))
		return 0;
	c = sd_enter(s->probe, &flags);
	if (!c)
		return 0;
	sd_count_hit(c, s->probe);
	c->regs = r;
	c->ip = (unsigned long)kp->addr;
	c->site = s->place;
	s->probe->handler(c);
	sd_leave(c, flags);
	return 0;
}

/* ---- attaching --------------------------------------------------------------------- */

static void free_chain(const struct chain *ch)
{
	if (!ch || IS_ERR(ch))
		return;
	kfree(ch->n);
	kfree(ch->returns);
	kfree(ch);
}

/* The chain of a place, its addresses resolved. NULL: none is wanted; ERR_PTR: out of memory, or a symbol is missing. */
static const struct chain *make_chain(const struct sd_spot *s)
{
	const struct sd_callee *d = s->probe->data;
	const struct sd_chain *from;
	struct chain *ch;
	unsigned int i, n = 0;

	if (!d)
		return NULL;
	from = &d->chains[s->place];
	if (!from->depth)
		return NULL;
	for (i = 0; i < from->depth; i++)
		n += from->n[i];
	ch = kzalloc(sizeof(*ch), GFP_KERNEL);
	if (!ch)
		return ERR_PTR(-ENOMEM);
	ch->depth = from->depth;
	ch->inside = from->inside;
	ch->n = kmemdup(from->n, from->depth * sizeof(*from->n), GFP_KERNEL);
	ch->returns = kcalloc(n, sizeof(*ch->returns), GFP_KERNEL);
	if (!ch->n || !ch->returns) {
		free_chain(ch);
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < n; i++) {
		ch->returns[i] = sd_address(s->probe->places[s->place].module, from->returns[i].symbol);
		if (ch->returns[i])
			ch->returns[i] += from->returns[i].offset;
	}
	return ch;
}

static int register_point(struct sd_spot *s)
{
	struct point *p = &points[npoints];
	int err;

	p->chain = make_chain(s);
	if (IS_ERR(p->chain)) {
		err = PTR_ERR(p->chain);
		p->chain = NULL;
		return err;
	}
	p->spot = s;
	p->kp.addr = (kprobe_opcode_t *)s->ip;
	p->kp.pre_handler = hit;
	err = register_kprobe(&p->kp);
	if (err) {
		free_chain(p->chain);
		memset(p, 0, sizeof(*p));
		s->state = SD_SPOT_REFUSED;
		return err;
	}
	s->state = SD_SPOT_KPROBE;
	npoints++;
	return 0;
}

static const struct sd_spots *all_spots(unsigned int i)
{
	return &spots;
}

static int attach_all(const struct sd_probe *const *probes, unsigned int n)
{
	int err, why = -EINVAL, bad = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		err = sd_resolve(probes[i], &spots);
		if (err)
			return err;
	}
	sd_spots_sort(&spots);
	if (spots.n) {
		points = kvcalloc(spots.n, sizeof(*points), GFP_KERNEL);
		if (!points)
			return -ENOMEM;
	}
	/* The kernel calls the newest of an address first: the last one registered is the first of the script. */
	for (i = spots.n; i-- > 0;) {
		err = register_point(&spots.v[i]);
		if (err == -ENOMEM)
			return err;
		if (err)
			why = err;
		cond_resched();
	}
	for (i = 0; i < n; i++) {
		err = sd_check_places(probes[i], &spots, why);
		if (err)
			bad = err;
	}
	err = sd_check_wildcards(probes, n, all_spots);
	return err ? err : bad;
}

static int statement_attach(const struct sd_probe *const *probes, unsigned int n)
{
	int err = attach_all(probes, n);

	if (err == -ENOMEM)
		sd_complain(probes[0], "out of memory for statement probes");
	return err;
}

static void statement_detach(void)
{
	struct kprobe **list = NULL;
	unsigned int i;

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

static void statement_finish(void)
{
	unsigned int i;

	for (i = 0; i < npoints; i++) {
		sd_count_missed(points[i].spot->probe, points[i].kp.nmissed);
		free_chain(points[i].chain);
	}
	kvfree(points);
	points = NULL;
	npoints = 0;
	sd_spots_free(&spots);
}

const struct sd_kind sd_kind_statement = {
	.name = "statement",
	.attach = statement_attach,
	.detach = statement_detach,
	.finish = statement_finish,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * statement: places inside of functions, by kprobes, which the kernel turns
 * into jumps where the code around allows it. Also the entries that count only
 * when the right functions have called (callee): the stack tells.
 */
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include "kern.h"
#include "compat/unwind.h"

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

/* What is attached of the kernel, or of a module. */
struct attached {
	struct point *points;
	unsigned int n;
};

/* ---- hits -------------------------------------------------------------------------- */

static bool one_of(unsigned long addr, const unsigned long *v, unsigned int n)
{
	while (n--)
		if (*v++ == addr)
			return true;
	return false;
}

/* Only the caller of a function at its entry is known without walking the stack. */
static bool needs_walk(const struct chain *ch)
{
	return ch->inside || ch->depth > 1;
}

#if SD_UNWIND
static bool walk(const struct chain *ch, unsigned long ip, struct pt_regs *r)
{
	const unsigned long *v = ch->returns;
	struct unwind_state state;
	struct pt_regs at = *r;
	unsigned int i;

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
#else
static bool walk(const struct chain *ch, unsigned long ip, struct pt_regs *r)
{
	return false; /* refused when it was to be attached */
}
#endif

static bool called_by(const struct chain *ch, unsigned long ip, struct pt_regs *r)
{
	if (!ch->inside && !one_of(sd_return_address(r), ch->returns, ch->n[0]))
		return false;
	return !needs_walk(ch) || walk(ch, ip, r);
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

static int register_point(struct attached *a, struct sd_spot *s)
{
	struct point *p = &a->points[a->n];
	int err;

	p->chain = make_chain(s);
	if (IS_ERR(p->chain)) {
		err = PTR_ERR(p->chain);
		p->chain = NULL;
		return err;
	}
	if (p->chain && needs_walk(p->chain) && !SD_UNWIND) {
		free_chain(p->chain);
		memset(p, 0, sizeof(*p));
		s->state = SD_SPOT_REFUSED;
		return -EOPNOTSUPP;
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
	a->n++;
	return 0;
}

static int attach_scope(struct sd_scope *s)
{
	struct attached *a;
	unsigned int i;
	int err;

	s->data = a = kvzalloc(sizeof(*a), GFP_KERNEL);
	if (!a)
		return -ENOMEM;
	sd_spots_sort(&s->spots);
	if (s->spots.n) {
		a->points = kvcalloc(s->spots.n, sizeof(*a->points), GFP_KERNEL);
		if (!a->points)
			return -ENOMEM;
	}
	/* The kernel calls the newest of an address first: the last one registered is the first of the script. */
	for (i = s->spots.n; i-- > 0;) {
		err = register_point(a, &s->spots.v[i]);
		if (err == -ENOMEM)
			return err;
		if (err)
			s->why = err;
		cond_resched();
	}
	return 0;
}

static void detach_scope(struct sd_scope *s)
{
	struct attached *a = s->data;
	struct kprobe **list = NULL;
	unsigned int i;

	if (!a || !a->n)
		return;
	list = kvmalloc_array(a->n, sizeof(*list), GFP_KERNEL);
	for (i = 0; i < a->n; i++)
		if (list)
			list[i] = &a->points[i].kp;
		else
			unregister_kprobe(&a->points[i].kp); /* slow, but needs no memory */
	if (list)
		unregister_kprobes(list, a->n);
	kvfree(list);
}

static void finish_scope(struct sd_scope *s)
{
	struct attached *a = s->data;
	unsigned int i;

	s->data = NULL;
	for (i = 0; a && i < a->n; i++) {
		sd_count_missed(a->points[i].spot->probe, a->points[i].kp.nmissed);
		free_chain(a->points[i].chain);
	}
	if (a)
		kvfree(a->points);
	kvfree(a);
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

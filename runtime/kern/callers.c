// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that count only when the right functions have called (callee): their
 * calls return to addresses that the compiler knows. Where a function is
 * entered its return address is at hand, unless a return hook has replaced it;
 * for that, for callers of callers and for what was inlined, the stack is walked.
 */
#include <linux/slab.h>
#include <linux/err.h>
#include "kern.h"
#include "compat/unwind.h"

/* The addresses that calls return to, for each caller from the innermost: of levels that lie one behind the other. */
struct sd_callers {
	unsigned int depth;
	bool inside;             /* the place is no function's entry */
	unsigned int *n;         /* [depth] */
	unsigned long *returns;
};

static bool one_of(unsigned long addr, const unsigned long *v, unsigned int n)
{
	while (n--)
		if (*v++ == addr)
			return true;
	return false;
}

/* What a hooked call returns to, of kretprobes and of the graph tracer. */
static unsigned long hooks[3];

static void find_hooks(void)
{
	static const char *const names[] = { "arch_rethook_trampoline", "__kretprobe_trampoline", "return_to_handler" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks) && !hooks[0]; i++)
		hooks[i] = sd_address(NULL, names[i]);
}

#if SD_UNWIND
static bool walk(const struct sd_callers *ch, unsigned long ip, struct pt_regs *r)
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
static bool walk(const struct sd_callers *ch, unsigned long ip, struct pt_regs *r)
{
	return false; /* refused when it was to be attached */
}
#endif

bool sd_callers_fit(const struct sd_spot *s, struct pt_regs *r)
{
	const struct sd_callers *ch = s->callers;
	unsigned long flags, addr;
	struct sd_ctx *c;
	bool fit;

	if (!ch->inside) {
		addr = sd_return_address(r);
		if (!addr || !one_of(addr, hooks, ARRAY_SIZE(hooks))) {
			if (!one_of(addr, ch->returns, ch->n[0]))
				return false;
			if (ch->depth == 1)
				return true;
		}
	}
	/* What walking calls may be probed itself: it is skipped, as what a handler calls. */
	c = sd_enter(s->probe, &flags);
	if (!c)
		return false;
	fit = walk(ch, s->ip, r);
	sd_leave(c, flags);
	return fit;
}

static const struct sd_chain *wanted(const struct sd_spot *s)
{
	const struct sd_chain *chains = NULL;

	if (s->probe->kind == &sd_kind_return)
		chains = s->probe->data ? ((const struct sd_return *)s->probe->data)->chains : NULL;
	else if (s->probe->kind == &sd_kind_statement)
		chains = s->probe->data ? ((const struct sd_callee *)s->probe->data)->chains : NULL;
	return chains && chains[s->place].depth ? &chains[s->place] : NULL;
}

int sd_callers_find(struct sd_spot *s)
{
	const struct sd_chain *from = wanted(s);
	struct sd_callers *ch;
	unsigned int i, n = 0;

	if (!from || s->callers)
		return 0;
	if (!SD_UNWIND && (from->inside || from->depth > 1))
		return -EOPNOTSUPP;
	find_hooks();
	for (i = 0; i < from->depth; i++)
		n += from->n[i];
	s->callers = ch = sd_may_fail(kzalloc(sizeof(*ch), GFP_KERNEL));
	if (!ch)
		return -ENOMEM;
	ch->depth = from->depth;
	ch->inside = from->inside;
	ch->n = sd_may_fail(kmemdup(from->n, from->depth * sizeof(*from->n), GFP_KERNEL));
	ch->returns = sd_may_fail(kcalloc(n, sizeof(*ch->returns), GFP_KERNEL));
	if (!ch->n || !ch->returns)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		ch->returns[i] = sd_address(s->probe->places[s->place].module, from->returns[i].symbol);
		if (ch->returns[i])
			ch->returns[i] += from->returns[i].offset;
	}
	return 0;
}

void sd_callers_free(struct sd_callers *ch)
{
	if (!ch)
		return;
	kfree(ch->n);
	kfree(ch->returns);
	kfree(ch);
}

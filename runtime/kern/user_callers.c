// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls in programs that count only when the right functions have called
 * (callee). All functions of a chain are in one file, so its table of frames is
 * all that is needed: a frame that returns elsewhere is none of the chain. What
 * a frame pointer says is believed when it fits; when it does not, nothing is known.
 */
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/uaccess.h>
#include "user_callers.h"

enum { PAGES_MAX = 16 }; /* of the stack that a hit may wait for */

enum fit { OTHERS, THEY, UNKNOWN };

bool sd_user_callers_walk(const struct sd_user_chain *ch)
{
	return ch->inside || ch->depth > 1;
}

static bool is_there(sd_uint addr, const sd_uint *v, unsigned int n)
{
	while (n--)
		if (*v++ == addr)
			return true;
	return false;
}

/* Where the call of a function returns to that has just been entered. */
static bool entered_from(const struct pt_regs *r, unsigned long *from)
{
#ifdef CONFIG_X86_64
	return !get_user(*from, (const unsigned long __user *)user_stack_pointer((struct pt_regs *)r));
#else
	*from = r->regs[30];
	return true;
#endif
}

/* Is it that one, or what a return probe has put there (of the linkage table's entry; one of the function itself comes later)? */
static bool returns_to(sd_uint *pc, unsigned long at, sd_uint bias, const sd_uint *v, unsigned int n)
{
	return is_there(*pc - bias, v, n) || (sd_real_return(at, pc) && is_there(*pc - bias, v, n));
}

static int read_noting(struct sd_unwind *u, sd_uint addr, void *to, unsigned int bytes)
{
	if (!copy_from_user_nofault(to, (const void __user *)(unsigned long)addr, bytes))
		return 0;
	u->missing = addr;
	return -1;
}

static enum fit walk(struct sd_unwind *u, const struct sd_user_chain *ch, const struct sd_frames *frames, sd_uint bias, unsigned int level)
{
	const sd_uint *v = ch->returns;
	enum fit otherwise = OTHERS;
	unsigned int i;

	for (i = 0; i < level; i++)
		v += ch->n[i];
	for (; i < ch->depth; v += ch->n[i++]) {
		enum sd_unwind_end end = sd_frames_step(u, frames, bias);

		if (end == SD_UNWIND_NONE) {
			otherwise = UNKNOWN;
			end = sd_unwind_by_pointer(u);
		}
		if (end != SD_UNWIND_OK)
			return end == SD_UNWIND_LAST ? otherwise : UNKNOWN;
		if (!returns_to(&u->pc, u->reg[SD_UNWIND_SP] - SD_PUSHED, bias, v, ch->n[i]))
			return otherwise;
	}
	return THEY;
}

bool sd_user_callers_fit(const struct sd_probe *p, const struct sd_user_chain *ch, const struct sd_frames *frames, struct pt_regs *r, unsigned long bias)
{
	unsigned int pages;
	unsigned long top;
	sd_uint from = 0;

	if (!ch->inside) {
		if (!entered_from(r, &top))
			return false;
		from = top;
		if (!returns_to(&from, user_stack_pointer(r), bias, ch->returns, ch->n[0]))
			return false;
	}
	if (!sd_user_callers_walk(ch))
		return true;
	for (pages = 0;; pages++) {
		unsigned long flags, missing;
		struct sd_unwind *u;
		struct sd_ctx *c;
		enum fit fit;
		char byte;

		c = sd_enter(p, &flags);
		if (!c)
			return false;
		u = sd_cpu_of(c)->unwind;
		sd_unwind_from(u, r);
		u->exact = ch->inside;
		u->read = read_noting;
		u->missing = 0;
		if (!ch->inside) {
			u->pc = from;
			u->reg[SD_UNWIND_SP] += SD_PUSHED;
		}
		fit = walk(u, ch, frames, bias, !ch->inside);
		missing = fit == UNKNOWN && pages < PAGES_MAX ? u->missing : 0;
		if (fit == UNKNOWN && !missing)
			sd_lose(c, SD_LOSS_CALLERS);
		sd_leave(c, flags);
		if (!missing)
			return fit == THEY;
		if (get_user(byte, (const char __user *)missing))
			pages = PAGES_MAX - 1; /* there is none: that is it */
	}
}

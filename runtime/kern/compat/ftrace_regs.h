/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers in an ftrace callback. "ftrace: Make ftrace_regs abstract from
 * direct use" (6.13, also in stable kernels) hid the structure behind
 * arch_ftrace_regs(). Without FTRACE_OPS_FL_SAVE_REGS only those that carry
 * arguments, and the stack pointer, are valid; ftrace_get_regs() then says
 * null, so the member is used itself.
 *
 * arm64 saves only those ("ftrace: arm64: move from REGS to ARGS", 6.2), in a
 * structure of its own: they are copied to where struct pt_regs has them, into
 * room. There, and wherever SD_FTRACE_ALL_REGISTERS is 0, ftrace cannot serve
 * a probe that looks at others.
 */
#ifndef SONDE_COMPAT_FTRACE_REGS_H
#define SONDE_COMPAT_FTRACE_REGS_H

#include <linux/ftrace.h>

#ifdef SONDE_HAVE_ARCH_FTRACE_REGS
#define sd_arch_ftrace_regs(fregs) arch_ftrace_regs(fregs)
#else
#define sd_arch_ftrace_regs(fregs) (fregs)
#endif

#define SD_FTRACE_ALL_REGISTERS IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_REGS)

#if defined(CONFIG_ARM64) && defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)

struct sd_ftrace_room {
	struct pt_regs regs;
};

static __always_inline struct pt_regs *sd_ftrace_regs(struct ftrace_regs *fregs, struct sd_ftrace_room *room)
{
	struct pt_regs *r = &room->regs;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sd_arch_ftrace_regs(fregs)->regs); i++)
		r->regs[i] = sd_arch_ftrace_regs(fregs)->regs[i];
	for (; i < 29; i++)
		r->regs[i] = 0; /* nobody knows */
	r->regs[29] = sd_arch_ftrace_regs(fregs)->fp;
	r->regs[30] = sd_arch_ftrace_regs(fregs)->lr;
	r->sp = sd_arch_ftrace_regs(fregs)->sp;
	r->pc = sd_arch_ftrace_regs(fregs)->pc;
	r->pstate = PSR_MODE_EL1h;
	return r;
}

#else

struct sd_ftrace_room {
};

static __always_inline struct pt_regs *sd_ftrace_regs(struct ftrace_regs *fregs, struct sd_ftrace_room *room)
{
	return &sd_arch_ftrace_regs(fregs)->regs;
}

#endif

#endif

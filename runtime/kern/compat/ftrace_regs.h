/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers in an ftrace callback. "ftrace: Make ftrace_regs abstract from
 * direct use" (6.13, also in stable kernels) hid the structure behind
 * arch_ftrace_regs(). Without FTRACE_OPS_FL_SAVE_REGS only those that carry
 * arguments, and the stack pointer, are valid; ftrace_get_regs() then says
 * null, so the member is used itself.
 */
#ifndef SONDE_COMPAT_FTRACE_REGS_H
#define SONDE_COMPAT_FTRACE_REGS_H

#include <linux/ftrace.h>

static __always_inline struct pt_regs *sd_ftrace_regs(struct ftrace_regs *fregs)
{
#ifdef SONDE_HAVE_ARCH_FTRACE_REGS
	return &arch_ftrace_regs(fregs)->regs;
#else
	return &fregs->regs;
#endif
}

#endif

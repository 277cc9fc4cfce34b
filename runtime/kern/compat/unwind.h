/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking the stack from given registers. x86 has unwind_start() and its kin
 * ("x86/unwind: Add new unwind interface and implementations", 4.9), exported
 * to modules; other machines have nothing of the kind, and only know who
 * called a function at its entry.
 */
#ifndef SONDE_COMPAT_UNWIND_H
#define SONDE_COMPAT_UNWIND_H

#include <asm/ptrace.h>

#ifdef CONFIG_X86
#include <asm/unwind.h>
#define SD_UNWIND 1
#define sd_return_address(r) (*(unsigned long *)(r)->sp) /* at a function's entry */
#else
#define SD_UNWIND 0
#define sd_return_address(r) ((r)->regs[30])
#endif

#endif

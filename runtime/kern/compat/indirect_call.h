/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a kernel function may be called through a pointer although nothing
 * in the kernel does so: not where the processor checks the targets of
 * indirect calls, because the kernel has removed the mark of functions that
 * nobody calls that way ("x86/ibt,ftrace: Search for __fentry__ location" and
 * "x86/alternative: Use .ibt_endbr_seal to seal indirect calls", 5.18).
 */
#ifndef SONDE_COMPAT_INDIRECT_CALL_H
#define SONDE_COMPAT_INDIRECT_CALL_H

#include <linux/kconfig.h>
#include <asm/cpufeature.h>

static inline bool sd_may_call_any_address(void)
{
	if (IS_ENABLED(CONFIG_CFI_CLANG) || IS_ENABLED(CONFIG_CFI))
		return false;
#ifdef X86_FEATURE_IBT
	return !(IS_ENABLED(CONFIG_X86_KERNEL_IBT) && boot_cpu_has(X86_FEATURE_IBT));
#else
	return true;
#endif
}

#endif

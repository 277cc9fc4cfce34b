/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls in programs that count only when the right functions have called (callee): user_callers.c. */
#ifndef SONDE_KERN_USER_CALLERS_H
#define SONDE_KERN_USER_CALLERS_H

#include "user_objects.h"

/* Does a chain take walking the stack? Otherwise the return address, which is at hand, tells it. */
bool sd_user_callers_walk(const struct sd_user_chain *ch);
/*
 * Have they called? Registers are those of the hit; bias: how far the file was moved. Where a probe of
 * a program may sleep. What cannot be told is no hit, and counted as lost.
 */
bool sd_user_callers_fit(const struct sd_probe *p, const struct sd_user_chain *ch, const struct sd_frames *frames, struct pt_regs *r, unsigned long bias);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Setting up a high-resolution timer: "hrtimers: Introduce hrtimer_setup() to
 * replace hrtimer_init()" (6.13); the old form went with "hrtimers: Delete
 * hrtimer_init()" (6.15).
 */
#ifndef SONDE_COMPAT_HRTIMER_H
#define SONDE_COMPAT_HRTIMER_H

#include <linux/hrtimer.h>

static inline void sd_hrtimer_setup(struct hrtimer *t, enum hrtimer_restart (*fn)(struct hrtimer *), clockid_t clock,
				    enum hrtimer_mode mode)
{
#ifdef SONDE_HAVE_HRTIMER_SETUP
	hrtimer_setup(t, fn, clock, mode);
#else
	hrtimer_init(t, clock, mode);
	t->function = fn;
#endif
}

#endif

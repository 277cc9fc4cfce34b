/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stopping a timer and waiting for its function: "timers: Rename
 * del_timer_sync() to timer_delete_sync()" (6.2, also in stable kernels).
 */
#ifndef SONDE_COMPAT_TIMER_H
#define SONDE_COMPAT_TIMER_H

#include <linux/timer.h>

static inline void sd_timer_stop(struct timer_list *t)
{
#ifdef SONDE_HAVE_TIMER_DELETE_SYNC
	timer_delete_sync(t);
#else
	del_timer_sync(t);
#endif
}

#endif

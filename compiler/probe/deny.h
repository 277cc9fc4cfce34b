/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of the kernel that patterns leave out. */
#ifndef PROBE_DENY_H
#define PROBE_DENY_H

/* Why a function of the kernel itself had better not be probed; NULL: it may be. */
const char *function_denied(const char *name);

#endif

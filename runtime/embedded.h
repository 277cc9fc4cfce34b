/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a script's embedded C finds in the kernel: its common headers, and the
 * macros of embedded_macros.h. Included by the second C file of a script only;
 * that of a script for the user runtime finds user/embedded.h instead.
 */
#ifndef SONDE_EMBEDDED_H
#define SONDE_EMBEDDED_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/key.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include "abi.h"

#include "embedded_macros.h"

#endif

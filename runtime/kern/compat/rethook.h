/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Return hooks, which kretprobes are made of where CONFIG_RETHOOK is set ("rethook:
 * Add a generic return hook", 5.18). None of it is exported. "fprobe: Pass
 * return address to the handlers" (6.5) gave the callback a parameter; "kprobes:
 * kretprobe scalability improvement" (6.7) made the pool one of a fixed number of
 * objects. Only where an ftrace callback has the stack pointer without asking
 * for all registers, so that a call can be hooked there.
 */
#ifndef SONDE_COMPAT_RETHOOK_H
#define SONDE_COMPAT_RETHOOK_H

#if defined(CONFIG_RETHOOK) && defined(CONFIG_X86_64) && defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define SD_RETHOOK 1

#include <linux/rethook.h>

/* Defines a callback whose body knows node, data and regs. */
#ifdef SONDE_HAVE_RETHOOK_RET_ADDR
#define SD_RETHOOK_HANDLER(name) \
	static void name(struct rethook_node *node, void *data, unsigned long ret_addr, struct pt_regs *regs)
#else
#define SD_RETHOOK_HANDLER(name) static void name(struct rethook_node *node, void *data, struct pt_regs *regs)
#endif

struct sd_rethook_calls {
#ifdef SONDE_HAVE_RETHOOK_POOL
	struct rethook *(*alloc)(void *data, rethook_handler_t handler, int size, int num);
#else
	struct rethook *(*alloc)(void *data, rethook_handler_t handler);
	void (*add_node)(struct rethook *rh, struct rethook_node *node);
#endif
	void (*free)(struct rethook *rh);
	struct rethook_node *(*try_get)(struct rethook *rh);
	void (*recycle)(struct rethook_node *node);
	void (*hook)(struct rethook_node *node, struct pt_regs *regs, bool mcount);
};

static struct sd_rethook_calls sd_rethook __read_mostly;

static inline bool sd_rethook_find(void)
{
	sd_rethook.alloc = sd_lookup("rethook_alloc");
	sd_rethook.free = sd_lookup("rethook_free");
	sd_rethook.try_get = sd_lookup("rethook_try_get");
	sd_rethook.recycle = sd_lookup("rethook_recycle");
	sd_rethook.hook = sd_lookup("rethook_hook");
#ifndef SONDE_HAVE_RETHOOK_POOL
	sd_rethook.add_node = sd_lookup("rethook_add_node");
	if (!sd_rethook.add_node)
		return false;
#endif
	return sd_rethook.alloc && sd_rethook.free && sd_rethook.try_get && sd_rethook.recycle && sd_rethook.hook;
}

/* With num nodes of size bytes, which begin with a struct rethook_node. NULL: out of memory. */
static inline struct rethook *sd_rethook_create(void *data, rethook_handler_t handler, unsigned int size, unsigned int num)
{
	struct rethook *rh;

#ifdef SONDE_HAVE_RETHOOK_POOL
	rh = sd_rethook.alloc(data, handler, size, num);
	return IS_ERR(rh) ? NULL : rh;
#else
	rh = sd_rethook.alloc(data, handler);
	if (!rh)
		return NULL;
	while (num--) {
		struct rethook_node *node = sd_may_fail(kzalloc(size, GFP_KERNEL)); /* the kernel frees it */

		if (!node) {
			sd_rethook.free(rh);
			return NULL;
		}
		sd_rethook.add_node(rh, node);
	}
	return rh;
#endif
}

#endif
#endif

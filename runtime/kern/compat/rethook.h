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
#include <linux/llist.h>

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
	unsigned long trampoline; /* which the calls return to; 0: hook does something that we do not know */
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

/*
 * rethook_hook() has little to do, and a hit pays for two calls: so the kernel's is tried once, with a call that is none, and done
 * without where it did what sd_rethook_hook_known() does.
 */
static inline void sd_rethook_learn(struct rethook *rh)
{
	struct { unsigned long address, beyond; } stack = { 1, 2 };
	struct pt_regs regs = {}, before;
	struct rethook_node *node;
	unsigned long flags;
	bool last;

	regs.sp = (unsigned long)&stack;
	before = regs;
	raw_local_irq_save(flags); /* an interrupt may enter a function with a hook */
	node = sd_rethook.try_get(rh);
	if (!node) {
		raw_local_irq_restore(flags);
		return;
	}
	sd_rethook.hook(node, &regs, true);
	last = current->rethooks.first == &node->llist;
	if (last)
		current->rethooks.first = node->llist.next;
	if (last && node->ret_addr == 1 && node->frame == before.sp && stack.beyond == 2 && !memcmp(&regs, &before, sizeof(regs)))
		sd_rethook.trampoline = stack.address;
	sd_rethook.recycle(node);
	raw_local_irq_restore(flags);
}

/* What it does. */
static __always_inline void sd_rethook_hook_known(struct rethook_node *node, struct pt_regs *regs)
{
	unsigned long *stack = (unsigned long *)regs->sp;

	node->ret_addr = *stack;
	node->frame = (unsigned long)stack;
	*stack = sd_rethook.trampoline;
	__llist_add(&node->llist, &current->rethooks);
}

/* A call of the function that is being entered. Interrupts are off, or preemption. */
static __always_inline void sd_rethook_hook(struct rethook_node *node, struct pt_regs *regs)
{
	if (likely(sd_rethook.trampoline))
		sd_rethook_hook_known(node, regs);
	else
		sd_rethook.hook(node, regs, true);
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

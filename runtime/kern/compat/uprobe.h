/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes in user code. "uprobes: revamp uprobe refcounting and lifetime management"
 * (6.12) made registering return a handle, took the counter's offset (a
 * semaphore) into the one function, and parted unregistering from waiting;
 * "uprobes: get rid of enum uprobe_filter_ctx in uprobe filter callbacks" (6.12)
 * is what its name says; "uprobe: Add data pointer to consumer handlers" (6.13)
 * gave handlers another parameter.
 */
#ifndef SONDE_COMPAT_UPROBE_H
#define SONDE_COMPAT_UPROBE_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/uprobes.h>

/* Each defines a callback whose body knows self and what stands in its comment. */
#ifdef SONDE_HAVE_UPROBE_DATA
#define SD_UPROBE_ENTRY(name) static int name(struct uprobe_consumer *self, struct pt_regs *regs, __u64 *data) /* regs */
#define SD_UPROBE_RETURN(name) \
	static int name(struct uprobe_consumer *self, unsigned long func, struct pt_regs *regs, __u64 *data) /* func, regs */
#else
#define SD_UPROBE_ENTRY(name) static int name(struct uprobe_consumer *self, struct pt_regs *regs)
#define SD_UPROBE_RETURN(name) static int name(struct uprobe_consumer *self, unsigned long func, struct pt_regs *regs)
#endif

#ifdef SONDE_HAVE_UPROBE_FILTER_CTX
#define SD_UPROBE_FILTER(name) static bool name(struct uprobe_consumer *self, enum uprobe_filter_ctx ctx, struct mm_struct *mm) /* mm */
#else
#define SD_UPROBE_FILTER(name) static bool name(struct uprobe_consumer *self, struct mm_struct *mm)
#endif

#ifdef SONDE_HAVE_UPROBE_HANDLE
typedef struct uprobe *sd_uprobe_handle;

static inline int sd_uprobe_register(sd_uprobe_handle *h, struct inode *inode, loff_t offset, loff_t counter, struct uprobe_consumer *uc)
{
	*h = uprobe_register(inode, offset, counter, uc);
	return PTR_ERR_OR_ZERO(*h);
}

static inline void sd_uprobe_unregister(sd_uprobe_handle h, struct inode *inode, loff_t offset, struct uprobe_consumer *uc)
{
	uprobe_unregister_nosync(h, uc);
}

static inline void sd_uprobe_sync(void)
{
	uprobe_unregister_sync();
}
#else
typedef int sd_uprobe_handle;

static inline int sd_uprobe_register(sd_uprobe_handle *h, struct inode *inode, loff_t offset, loff_t counter, struct uprobe_consumer *uc)
{
	return counter ? uprobe_register_refctr(inode, offset, counter, uc) : uprobe_register(inode, offset, uc);
}

/* Waits for running handlers by itself. */
static inline void sd_uprobe_unregister(sd_uprobe_handle h, struct inode *inode, loff_t offset, struct uprobe_consumer *uc)
{
	uprobe_unregister(inode, offset, uc);
}

static inline void sd_uprobe_sync(void)
{
}
#endif

#endif

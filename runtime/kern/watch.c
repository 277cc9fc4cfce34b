// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * watch: kernel.data, by the debug registers of each processor. The handler
 * runs in the debug exception, behind the instruction that touched the data.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/kallsyms.h>
#include <linux/hw_breakpoint.h>
#include "kern.h"
#include "events.h"

static struct sd_events events;

/* The bytes from one symbol to the next, as "name+0x0/0x4" says. */
static unsigned long symbol_size(unsigned long addr)
{
	char text[KSYM_SYMBOL_LEN];
	const char *slash;
	unsigned long size;

	sprint_symbol(text, addr);
	slash = strrchr(text, '/');
	if (!slash || kstrtoul(strim((char *)slash + 1), 16, &size))
		return 1;
	return size;
}

/* As much as one register can watch of a variable: a power of two, at an address that is a multiple of it. */
static unsigned int fitting(unsigned long addr)
{
	unsigned long size = symbol_size(addr);
	unsigned int len = 8;

	while (len > 1 && (len > size || addr % len))
		len /= 2;
	return len;
}

static void complain(const struct sd_probe *p, const struct sd_event *e, int err)
{
	switch (err) {
	case -ENOSPC:
	case -EBUSY:
		sd_complain(p, "the debug registers of this machine are all in use: x86 has 4 of them, each watches one variable");
		return;
	case -EINVAL:
		sd_complain(p, "the processor cannot watch %llu bytes at 0x%llx: the address must be one of the kernel's, and a multiple of the length",
			    e->attr.bp_len, e->attr.bp_addr);
		return;
	case -ENOSYS:
	case -ENOENT:
	case -EOPNOTSUPP:
		sd_complain(p, "this kernel or machine has no debug registers for watching data");
		return;
	}
	sd_complain(p, "the kernel refused to watch 0x%llx: error %d", e->attr.bp_addr, err);
}

static int watch(const struct sd_probe *p, unsigned long addr)
{
	const struct sd_watch *d = p->data;
	struct sd_event *e = sd_events_new(&events);
	int err;

	if (!e)
		return -ENOSPC;
	e->probe = p;
	e->exact = 1;
	hw_breakpoint_init(&e->attr);
	e->attr.bp_addr = addr;
	e->attr.bp_len = d->length ? d->length : d->symbol ? fitting(addr) : 1;
	e->attr.bp_type = d->rw ? HW_BREAKPOINT_RW : HW_BREAKPOINT_W;
	err = addr < TASK_SIZE_MAX || addr % e->attr.bp_len ? -EINVAL : sd_event_add(e);
	if (err && !(p->flags & SD_PROBE_OPTIONAL)) {
		if (addr < TASK_SIZE_MAX && d->symbol)
			sd_complain(p, "cannot watch %s: each processor has one of its own", d->symbol);
		else
			complain(p, e, err);
	}
	return err;
}

/* The symbol is asked for as if it were a place, which it is not: probefunc() is who touches it. */
static int watch_symbol(const struct sd_probe *p)
{
	const struct sd_watch *d = p->data;
	const struct sd_place place = { .function = d->symbol };
	const struct sd_probe ask = { .nplaces = 1, .places = &place };
	struct sd_spots spots = {};
	unsigned int i;
	int err = sd_resolve(&ask, 0, 0, &spots);

	if (!err && !spots.n) {
		err = -ENOENT;
		if (!(p->flags & SD_PROBE_OPTIONAL))
			sd_complain(p, "cannot watch %s: the kernel has no such symbol", d->symbol);
	}
	for (i = 0; !err && i < spots.n; i++) /* static variables of one name */
		err = watch(p, spots.v[i].ip);
	sd_spots_free(&spots);
	return err;
}

static int watch_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i;
	int err;

	if (sd_events_init(&events, n + 16)) { /* there are four registers */
		sd_complain(probes[0], "out of memory for %u watched addresses", n);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		const struct sd_watch *d = probes[i]->data;

		err = d->symbol ? watch_symbol(probes[i]) : watch(probes[i], d->address);
		if (err && !(probes[i]->flags & SD_PROBE_OPTIONAL))
			return err;
	}
	return 0;
}

static void watch_detach(void)
{
	sd_events_remove(&events);
}

static void watch_finish(void)
{
	sd_events_free(&events);
}

const struct sd_kind sd_kind_watch = {
	.name = "watch",
	.attach = watch_attach,
	.detach = watch_detach,
	.finish = watch_finish,
};

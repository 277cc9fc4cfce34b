// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why the kernel does not take a probe at an address: register_kprobe() says
 * no more than that. The kernel's own marks and lists are asked, which it does
 * not export; where they cannot be had, the reason stays general.
 */
#include "kern.h"

struct text_range {
	const char *from, *to, *why;
};

static const struct text_range ranges[] = {
	{ "__noinstr_text_start", "__noinstr_text_end", "it is marked noinstr: it runs where the kernel cannot bear being probed" },
	{ "__entry_text_start", "__entry_text_end", "it is code by which the processor enters and leaves the kernel (.entry.text)" },
	{ "__kprobes_text_start", "__kprobes_text_end", "probes themselves are made of it (__kprobes)" },
	{ "_sinittext", "_einittext", "it was there only while the kernel started (__init)" },
};

static bool lies_in(const struct text_range *r, unsigned long ip)
{
	unsigned long from = sd_address(NULL, r->from), to = sd_address(NULL, r->to);

	return from && from <= ip && ip < to;
}

/* What the kernel changes in its code while it runs: it does that itself. */
static bool is_reserved(const char *asks, unsigned long ip)
{
	int (*reserved)(void *start, void *end) = sd_lookup(asks);

	return reserved && reserved((void *)ip, (void *)ip);
}

/* Prefixes that the kernel takes out where there is one processor: a list under a lock of its own. */
static bool is_alternative(unsigned long ip)
{
	struct mutex *lock = (struct mutex *)sd_address(NULL, "text_mutex");
	bool found;

	if (!lock)
		return false;
	mutex_lock(lock);
	found = is_reserved("alternatives_text_reserved", ip);
	mutex_unlock(lock);
	return found;
}

const char *sd_refused_why(unsigned long ip)
{
	bool (*listed)(unsigned long addr) = sd_lookup("within_kprobe_blacklist");
	unsigned long (*location)(unsigned long ip) = sd_lookup("ftrace_location");
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (lies_in(&ranges[i], ip))
			return ranges[i].why;
	if (listed && listed(ip))
		return "it is on the kernel's list of functions that nobody may probe (NOKPROBE_SYMBOL)";
	if (is_reserved("jump_label_text_reserved", ip) || is_reserved("static_call_text_reserved", ip) || is_alternative(ip))
		return "the kernel rewrites that place itself (a static branch or call)";
	if (location && !location(ip))
		return "it is not traceable (notrace), and the kernel does not take a breakpoint there either";
	return "the kernel lets nobody probe it";
}

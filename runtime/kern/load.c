// SPDX-License-Identifier: GPL-2.0-or-later
/* The memory of a script, which is known before any of it is allocated, and its limit; what fails, or is done without, on purpose. */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "kern.h"
#include "compat/module_memory.h"

static unsigned int fail_alloc;
static atomic_t allocations = ATOMIC_INIT(0);

module_param_named(sd_fail_alloc, fail_alloc, uint, 0);
MODULE_PARM_DESC(sd_fail_alloc, "for tests: the allocation that fails, counted from 1");

/* sd_set=NAME=VALUE, as often as need be: how sonderun hands on what it was given. */
static int set_global(const char *text, const struct kernel_param *param)
{
	const char *why = sd_set(text);

	if (why)
		pr_err("ERROR: %s: %s: %s\n", THIS_MODULE->name, text, why);
	return why ? -EINVAL : 0;
}

static const struct kernel_param_ops set_global_ops = { .set = set_global };
module_param_cb(sd_set, &set_global_ops, NULL, 0);
MODULE_PARM_DESC(sd_set, "NAME=VALUE: the value of a global variable of the script");

bool sd_alloc_fails(void)
{
	if (likely(!fail_alloc) || (unsigned int)atomic_inc_return(&allocations) != fail_alloc)
		return false;
	pr_info("%s: allocation %u is made to fail\n", THIS_MODULE->name, fail_alloc);
	return true;
}

static unsigned int fail_register;
static atomic_t registrations = ATOMIC_INIT(0);

module_param_named(sd_fail_register, fail_register, uint, 0);
MODULE_PARM_DESC(sd_fail_register, "for tests: the registration with the kernel that is refused, counted from 1");

bool sd_register_fails(void)
{
	if (likely(!fail_register) || (unsigned int)atomic_inc_return(&registrations) != fail_register)
		return false;
	pr_info("%s: registration %u is made to fail\n", THIS_MODULE->name, fail_register);
	return true;
}

static char *without;

module_param_named(sd_without, without, charp, 0);
MODULE_PARM_DESC(sd_without, "for tests: what not to use, though the kernel has it: hook, inline, fprobe, ftrace, lookup");

bool sd_without(const char *way)
{
	size_t len = strlen(way);
	const char *s;

	for (s = without; s; s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL)
		if (!strncmp(s, way, len) && (!s[len] || s[len] == ','))
			return true;
	return false;
}

static void measure(u64 *bytes)
{
	bytes[SD_MEMORY_MODULE] = sd_module_bytes(THIS_MODULE);
	bytes[SD_MEMORY_CONTEXTS] = sd_contexts_bytes();
	bytes[SD_MEMORY_ARRAYS] = sd_maps_bytes();
	bytes[SD_MEMORY_STATS] = sd_stats_bytes();
	bytes[SD_MEMORY_RINGS] = sd_rings_bytes();
	bytes[SD_MEMORY_FRAMES] = 0; /* those that come are told by user_objects.c */
}

static unsigned long long kb(u64 bytes)
{
	return (bytes + 1023) / 1024;
}

int sd_memory_check(void)
{
	u64 bytes[SD_MEMORY_COUNT], all = 0, there = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;
	bool asked = sd_script.max_memory && sd_script.max_memory <= there;
	u64 limit = asked ? sd_script.max_memory : there;
	unsigned int i;

	measure(bytes);
	for (i = 0; i < SD_MEMORY_COUNT; i++)
		all += bytes[i];
	if (all <= limit)
		return 0;
	pr_err("ERROR: %s: needs %llu kB (module %llu, contexts %llu, arrays %llu, statistics %llu, buffers %llu), and %s %llu kB%s\n",
	       THIS_MODULE->name, kb(all), kb(bytes[SD_MEMORY_MODULE]), kb(bytes[SD_MEMORY_CONTEXTS]), kb(bytes[SD_MEMORY_ARRAYS]),
	       kb(bytes[SD_MEMORY_STATS]), kb(bytes[SD_MEMORY_RINGS]),
	       asked ? "STP_MAXMEMORY allows" : "the machine has", kb(limit), asked ? "" : " to spare");
	return -EDQUOT;
}

void sd_memory_tell(void)
{
	u64 bytes[SD_MEMORY_COUNT];
	unsigned int i;

	measure(bytes);
	for (i = 0; i < SD_MEMORY_COUNT; i++)
		sd_control->memory[i] = bytes[i];
}

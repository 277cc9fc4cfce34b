// SPDX-License-Identifier: GPL-2.0-or-later
/* The machines there is a description of: one arch_<name>.c each. */
#include "types/arch.h"

#include <string.h>

#include "base/util.h"
#include "types/arch_list.h"

const struct arch *arch_find(const char *name)
{
	static const struct arch *const all[] = { &arch_arm64, &arch_x86_64 };

	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

const char *arch_name(const char *machine)
{
	static const char *const names[][2] = { { "aarch64", "arm64" }, { "amd64", "x86_64" } };

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(machine, names[i][0]))
			return names[i][1];
	return machine;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The machines there is a description of: one arch_<name>.c each. */
#include "types/arch.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "types/arch_list.h"

static const struct arch *const all[] = { &arch_arm64, &arch_x86_64 };

const struct arch *arch_find(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

const char *arch_names(void)
{
	static char text[64];
	size_t n = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? ", " : "", all[i]->name);
	return text;
}

const char *arch_name(const char *machine)
{
	static const char *const names[][2] = { { "aarch64", "arm64" }, { "amd64", "x86_64" } };

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(machine, names[i][0]))
			return names[i][1];
	return machine;
}

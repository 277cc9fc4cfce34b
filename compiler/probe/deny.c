// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that are not to be probed for being matched by a pattern: the way
 * into and out of handlers, and of the kernel. Which, and why: deny.def.
 */
#include "probe/deny.h"

#include <stddef.h>

#include "base/util.h"

static const struct {
	const char *pattern, *why;
} table[] = {
#define DENY(pattern, why) { pattern, why },
#include "probe/deny.def"
#undef DENY
};

const char *function_denied(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (table[i].pattern[0] == name[0] && glob_match(table[i].pattern, name))
			return table[i].why;
	return NULL;
}

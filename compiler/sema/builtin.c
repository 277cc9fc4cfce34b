// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of intrinsic functions. */
#include "sema/builtin.h"

#include <string.h>

#include "base/util.h"

static const struct builtin builtins[] = {
#define BUILTIN(name, ret, params, flags) { #name, ret, params, flags },
#include "sema/builtin.def"
#undef BUILTIN
};

const struct builtin *builtin_find(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(builtins); i++)
		if (!strcmp(builtins[i].name, name))
			return &builtins[i];
	return NULL;
}

void builtin_each(void (*f)(const struct builtin *b, void *data), void *data)
{
	for (unsigned i = 0; i < ARRAY_SIZE(builtins); i++)
		f(&builtins[i], data);
}

enum vtype builtin_type(char letter)
{
	return letter == 'l' ? VT_LONG : letter == 's' ? VT_STRING : VT_VOID;
}

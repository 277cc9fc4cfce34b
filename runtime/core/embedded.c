// SPDX-License-Identifier: GPL-2.0-or-later
/* Between the language's strings and those of C, for embedded C code. */
#include "os.h"
#include "abi.h"

void sd_cstr_put(char *to, sd_uint size, struct sd_str v)
{
	if (v.n >= size)
		v.n = size - 1;
	memcpy(to, v.s, v.n);
	to[v.n] = '\0';
}

struct sd_str sd_cstr_get(const char *s, sd_uint max)
{
	sd_uint n = 0;

	while (n < max && s[n])
		n++;
	return (struct sd_str){ s, n };
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Global variables that are given another value before the script starts. */
#include "os.h"
#include "abi.h"

struct string_var {
	unsigned int n;
	char s[];
};

/* As C writes it: decimal, 0x…, 0…, with a sign. 0: it is none, or too large. */
static int number(const char *s, sd_int *v)
{
	int minus = *s == '-';
	unsigned int base = 10, digit;
	sd_uint u = 0;

	s += *s == '-' || *s == '+';
	if (s[0] == '0' && s[1]) {
		base = s[1] == 'x' || s[1] == 'X' ? 16 : 8;
		s += base == 16 ? 2 : 1;
	}
	if (!*s)
		return 0;
	for (; *s; s++) {
		digit = *s >= '0' && *s <= '9' ? (unsigned int)(*s - '0') : *s >= 'a' && *s <= 'f' ? (unsigned int)(*s - 'a' + 10) :
			*s >= 'A' && *s <= 'F' ? (unsigned int)(*s - 'A' + 10) : base;
		if (digit >= base || u > (~(sd_uint)0 - digit) / base)
			return 0;
		u = u * base + digit;
	}
	*v = (sd_int)(minus ? 0 - u : u);
	return 1;
}

const char *sd_set(const char *text)
{
	const char *value = text;

	while (*value && *value != '=')
		value++;
	if (!*value)
		return "not of the form name=value";
	for (unsigned int i = 0; i < sd_script.nsettings; i++) {
		const struct sd_setting *g = &sd_script.settings[i];
		struct string_var *s = g->value;
		sd_uint n = strlen(value + 1);

		if (strlen(g->name) != (sd_uint)(value - text) || memcmp(g->name, text, (sd_uint)(value - text)))
			continue;
		if (!g->cap)
			return number(value + 1, g->value) ? NULL : "the variable is a number, and the value is none of 64 bits";
		if (n > g->cap)
			return "the value is longer than a string of the script";
		memcpy(s->s, value + 1, n);
		s->n = (unsigned int)n;
		return NULL;
	}
	return "the script has no global variable of that name that can be set";
}

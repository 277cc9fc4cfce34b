// SPDX-License-Identifier: GPL-2.0-or-later
/* What literals stand for: escapes of strings, and numbers in three bases. */
#include <ctype.h>
#include <string.h>

#include "syntax/token.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape, s behind the backslash. Returns how many bytes of s it took. */
static size_t escape(const char *s, size_t len, char *out)
{
	static const char from[] = "ntrbavf", to[] = "\n\t\r\b\a\v\f";
	const char *simple = memchr(from, *s, sizeof(from) - 1);
	unsigned v = 0;
	size_t n = 0;

	if (simple) {
		*out = to[simple - from];
		return 1;
	}
	if (*s == 'x' && len > 1 && hex_digit(s[1]) >= 0) {
		for (n = 1; n < len && n < 3 && hex_digit(s[n]) >= 0; n++)
			v = v * 16 + (unsigned)hex_digit(s[n]);
		*out = (char)v;
		return n;
	}
	if (*s >= '0' && *s <= '7') {
		for (; n < len && n < 3 && s[n] >= '0' && s[n] <= '7'; n++)
			v = v * 8 + (unsigned)(s[n] - '0');
		*out = (char)v;
		return n;
	}
	*out = *s; /* as in C, any other character stands for itself */
	return 1;
}

void literal_string(struct arena *a, struct token *t, const char *s, size_t len)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		if (s[i] != '\\' || i + 1 == len) {
			out[n++] = s[i++];
		} else if (s[i + 1] == '\n') {
			i += 2; /* a line that goes on */
		} else {
			i++;
			i += escape(s + i, len - i, out + n);
			n++;
		}
	}
	t->str = out;
	t->len = (uint32_t)n;
}

bool literal_number(struct token *t)
{
	const char *s = t->name;
	unsigned base = 10;
	uint64_t v = 0;

	if (s[0] == '0' && (s[1] | 32) == 'x') {
		base = 16;
		s += 2;
	} else if (s[0] == '0') {
		base = 8;
	}
	if (!*s)
		return false;
	for (; *s; s++) {
		int d = hex_digit(*s);

		if (d < 0 || (unsigned)d >= base || v > (UINT64_MAX - (unsigned)d) / base)
			return false;
		v = v * base + (unsigned)d;
	}
	t->num = v;
	return true;
}

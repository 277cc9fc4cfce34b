/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program whose visit() the examples in doc comments are about: "Example in a program". */
#include <uchar.h>

static char text[] = "h\303\251llo \"you\"\n"; /* that guru mode writes to */
static long numbers[] = { 1, -2, 3, 0x1122334455667788 };

__attribute__((noinline)) static long visit(const char *text, long *values, int n, const char16_t *utf16, const char32_t *utf32)
{
	long sum = utf16[0] - (long)utf32[0];

	for (int i = 0; i < n; i++)
		sum += values[i];
	if (text[0] != sum)
		goto again;
	return values[n];
again:
	return text[0] + sum;
}

int main(void)
{
	static const char16_t utf16[] = u"z\u00f6";
	static const char32_t utf32[] = U"z\u00f6";
	volatile int n = 3 + 0 * ((volatile char16_t *)utf16)[0]; /* the pages are there */

	return visit(text, numbers, n, utf16, utf32) != 106;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program with markers as <sys/sdt.h> makes them, written out, for tests/vm/cases/process-marks.sh. */
#include <stdio.h>

#define NOTE(provider, name, args, counter, ...) \
	__asm__ volatile("990:	nop\n" \
		"	.pushsection .note.stapsdt,\"\",\"note\"\n" \
		"	.balign 4\n" \
		"	.4byte 992f-991f, 994f-993f, 3\n" \
		"991:	.asciz \"stapsdt\"\n" \
		"992:	.balign 4\n" \
		"993:	.8byte 990b, _.stapsdt.base, " counter "\n" \
		"	.asciz \"" provider "\"\n" \
		"	.asciz \"" name "\"\n" \
		"	.asciz \"" args "\"\n" \
		"994:	.balign 4\n" \
		"	.popsection\n" \
		"	.ifndef _.stapsdt.base\n" \
		"	.pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n" \
		"	.weak _.stapsdt.base\n" \
		"	.hidden _.stapsdt.base\n" \
		"_.stapsdt.base: .space 1\n" \
		"	.size _.stapsdt.base, 1\n" \
		"	.popsection\n" \
		"	.endif\n" : : __VA_ARGS__)

__attribute__((section(".probes"))) unsigned short watched_counter;
static long counted = 77;

__attribute__((noinline)) static void mark(int a, const char *text, long b, unsigned char c)
{
	static int table[4] = { 10, 20, 30, 40 };
	long i = 2;
	int *t = table;

	NOTE("own", "plain", "", "0", "i"(0));
	NOTE("own", "values", "-4@%0 8@%1 -8@%2 1@%b3", "0", "r"(a), "r"(text), "r"(b), "q"(c));
	NOTE("own", "memory", "-8@%0 -4@$-5 -4@%1", "0", "m"(counted), "m"(t[i]));
	NOTE("other", "two__words", "-4@(%0,%1,4) -4@%k1", "0", "r"(t), "r"(i));
	if (watched_counter)
		NOTE("own", "watched", "2@%0", "watched_counter", "m"(watched_counter));
}

int main(void)
{
	for (int i = 0; i < 3; i++)
		mark(i - 1, i ? "more" : "text", -1000000000000L - i, (unsigned char)(250 + i));
	printf("watched %d\n", watched_counter);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of C and of C++ with markers by our own <sys/sdt.h>, which prints what a probe of them is to print: their names, and
 * arguments as $$parms has them. For tests/vm/cases/process-sdt.sh, and compiled for other machines by tests/lint/sdt.sh.
 */
#define SDT_USE_SEMAPHORES
#include <sys/sdt.h>

#ifndef FREESTANDING
#include <stdarg.h>
#include <stdio.h>
#endif

struct opaque;
enum colour { RED, GREEN = 7 };

SDT_SEMAPHORE(sdt, none);
SDT_SEMAPHORE(sdt, types);
SDT_SEMAPHORE(sdt, others);
SDT_SEMAPHORE(sdt, arrays);
SDT_SEMAPHORE(sdt, one);
SDT_SEMAPHORE(sdt, three);
SDT_SEMAPHORE(sdt, watched);
SDT_SEMAPHORE(sdt, inlined);
SDT_SEMAPHORE(sdt, by__hand);

static int global = 5;
int table[4] = { 10, 20, 30, -40 };

/* Each argument as a word; those that are no integers are asked for as "?". */
static void truth(const char *name, int n, ...)
{
#ifndef FREESTANDING
	va_list ap;

	printf("%s ", name);
	va_start(ap, n);
	for (int i = 1; i <= n; i++)
		printf("%sarg%d=%#lx", i > 1 ? " " : "", i, va_arg(ap, long));
	va_end(ap);
	printf("\n");
#else
	(void)name;
	(void)n;
#endif
}

static inline __attribute__((always_inline)) void inlined(long x)
{
	DTRACE_PROBE1(sdt, inlined, x);
	truth("inlined", 1, x);
}

__attribute__((noinline)) static void marks(signed char c, unsigned char uc, short s, unsigned short us, int i, unsigned u, long l, unsigned long ul,
					    const char *p, struct opaque *o, double d, float f)
{
	char text[16] = "text";
	const char fixed[] = "fixed";
	volatile enum colour colour = GREEN;
	volatile int kept = -9;
	struct { int low : 3, high : 8; } bits = { 2, i };

	STAP_PROBE(sdt, none);
	truth("none", 0);
	STAP_PROBE10(sdt, types, c, uc, s, us, i, u, l, ul, p, o);
	truth("types", 10, (long)c, (long)uc, (long)s, (long)us, (long)i, (long)u, l, ul, (long)p, (long)o);
	STAP_PROBE12(sdt, others, 1, -2, 3L, 0xfffffffffUL, &global, global, table[i & 3], colour, kept, marks, +bits.high, uc == us);
	truth("others", 12, 1L, -2L, 3L, 0xfffffffffL, (long)&global, (long)global, (long)table[i & 3], 7L, -9L, (long)marks, (long)bits.high, (long)(uc == us));
	DTRACE_PROBE4(sdt, arrays, text, fixed, table, (void *)0);
	truth("arrays", 4, (long)text, (long)fixed, (long)table, 0L);
	STAP_PROBEV(sdt, one, ul + 1);
	truth("one", 1, ul + 1);
	STAP_PROBEV(sdt, three, d, l, f);
	truth("three", 1, l);
	inlined(i);
	inlined(l);
	__asm__ volatile(STAP_PROBE_ASM(sdt, by__hand, STAP_PROBE_ASM_TEMPLATE(2)) : : STAP_PROBE_ASM_OPERANDS(2, i, p));
	truth("by__hand", 2, (long)i, (long)p);
	if (SDT_WATCHED(sdt, watched)) {
		STAP_PROBE1(sdt, watched, sdt_watched_semaphore);
		truth("watched", 1, (long)sdt_watched_semaphore);
	}
}

int main(int argc, char **argv)
{
	for (int i = argc - 3; i < argc + 2; i++)
		marks((signed char)(i - 100), (unsigned char)(i + 200), (short)(i - 30000), (unsigned short)(i + 60000), i, (unsigned)i, i * 10000000000L,
		      (unsigned long)i << 60, argv[0], (struct opaque *)argv, i + 0.5, (float)i);
	return 0;
}

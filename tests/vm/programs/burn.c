/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Burns processor time in two known chains of calls, by turns, for tests/vm/cases/perf-stacks.sh. */
#include <stdlib.h>
#include <time.h>

#define APART __attribute__((noipa))

static volatile long sum;

APART static long burn(long n)
{
	long x = n;

	for (long i = 0; i < n; i++)
		x = x * 6364136223846793005 + 1442695040888963407;
	return x;
}

/* Frames that are not alike: registers that are kept, an array, a size that only the run knows. */
APART static long third(long n, long a, long b)
{
	long x = burn(n), y = burn(n + 1);

	return x * a + y * b + n;
}

APART static long second(long n)
{
	volatile long v[40];

	v[n % 40] = n;
	v[0] += third(n, v[n % 40], 3);
	return v[0];
}

APART static long first(long n)
{
	volatile char *p = __builtin_alloca((size_t)(n % 7) * 16 + 8);

	p[0] = 1;
	return second(n) + p[0];
}

APART static long other(long n)
{
	long x = third(n, 1, 2);

	return x + burn(n) + n;
}

/* So many milliseconds of its own time. */
int main(int argc, char **argv)
{
	long until = atol(argv[argc - 1]) * (CLOCKS_PER_SEC / 1000);

	while (clock() < until) {
		sum += first(100000);
		sum += other(100000);
	}
	return sum == 0;
}

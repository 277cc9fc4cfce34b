// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways to umask() whose frames are not alike: for stacks of programs. */
#include <alloca.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile long sum;

__attribute__((noipa)) static long leaf(long n)
{
	sum += n + (long)umask(022);
	return sum;
}

/* A frame of a size that only its run knows. */
__attribute__((noipa)) static long stretched(long n)
{
	volatile char *p = alloca((size_t)n * 24 + 8);

	p[0] = 1;
	return leaf(n) + p[0];
}

/* All registers that are kept are in use. */
__attribute__((noipa)) static long busy(long a, long b, long c, long d, long e, long f)
{
	long r = stretched(a);

	r += a * b + c * d + e * f;
	r += stretched(b);
	return r + a + b + c + d + e + f;
}

static int compare(const void *a, const void *b)
{
	busy(*(const int *)a, *(const int *)b, 3, 4, 5, 6);
	return *(const int *)a - *(const int *)b;
}

__attribute__((noipa)) static long recursive(long n)
{
	return n ? recursive(n - 1) + leaf(n) : 0;
}

static void on_signal(int sig)
{
	sum += stretched(sig);
}

__attribute__((noipa)) static void interrupted(int sig)
{
	raise(sig);
	sum++;
}

/* Until so many milliseconds of its own time are over. */
__attribute__((noipa)) static void spin(long ms)
{
	long until = ms * (CLOCKS_PER_SEC / 1000);

	while (clock() < until)
		for (int i = 0; i < 10000; i++)
			sum += i;
}

int main(int argc, char **argv)
{
	static char other[1 << 16];
	stack_t stack = { .ss_sp = other, .ss_size = sizeof(other) };
	struct sigaction here = { .sa_handler = on_signal }, there = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };
	int v[] = { 5, 2, 4, 1, 3 };

	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &here, NULL);
	sigaction(SIGUSR2, &there, NULL);
	if (argc > 1 && !strcmp(argv[1], "spin")) {
		spin(1500);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "wait"))
		getchar();
	qsort(v, 5, sizeof(v[0]), compare);
	recursive(12);
	interrupted(SIGUSR1);
	interrupted(SIGUSR2);
	return sum == 0;
}

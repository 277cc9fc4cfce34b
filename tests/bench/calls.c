// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * calls FILE ROUNDS COUNT - ROUNDS times COUNT calls of called(), which does next to nothing, after one round that is not counted.
 *
 * Appends a line per round to FILE: nanoseconds per call by the clock on the wall, and of this task alone. Where nanoseconds count
 * instructions, those are instructions.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

long called(long x);

__attribute__((noinline)) long called(long x)
{
	__asm__ volatile("" : "+r"(x));
	return x + 1;
}

static double clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	int rounds = argc > 3 ? atoi(argv[2]) : 0, count = argc > 3 ? atoi(argv[3]) : 0;
	FILE *f = rounds > 0 && count > 0 ? fopen(argv[1], "a") : NULL;
	long x = 0;

	if (!f) {
		fprintf(stderr, "usage: calls FILE ROUNDS COUNT\n");
		return 2;
	}
	for (int i = 0; i <= rounds; i++) {
		double wall = clock_ns(CLOCK_MONOTONIC), task = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

		for (int k = 0; k < count; k++)
			x = called(x);
		task = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - task;
		wall = clock_ns(CLOCK_MONOTONIC) - wall;
		if (i)
			fprintf(f, "%.1f %.1f\n", wall / count, task / count);
	}
	return fclose(f) != 0 || x != (long)(rounds + 1) * count;
}

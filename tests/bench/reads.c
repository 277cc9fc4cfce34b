// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reads FILE ROUNDS COUNT - ROUNDS times COUNT reads of one byte of /dev/zero, after one round that is not counted.
 *
 * Appends a line per round to FILE: nanoseconds per read by the clock on the
 * wall, and of this task alone. Where nanoseconds count instructions, those
 * are instructions; the two differ by what else ran on the processor, such as the reader of a probe's output.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	int fd = open("/dev/zero", O_RDONLY), rounds, count, i, k;
	char c;
	FILE *f;

	if (argc != 4 || fd < 0)
		return 2;
	rounds = atoi(argv[2]);
	count = atoi(argv[3]);
	f = fopen(argv[1], "a");
	if (!f || count < 1)
		return 2;
	for (k = 0; k <= rounds; k++) {
		double cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID), wall = clock_ns(CLOCK_MONOTONIC);

		for (i = 0; i < count; i++)
			if (read(fd, &c, 1) != 1)
				return 1;
		wall = clock_ns(CLOCK_MONOTONIC) - wall;
		cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
		if (k)
			fprintf(f, "%.1f %.1f\n", wall / count, cpu / count);
	}
	return fclose(f) != 0;
}

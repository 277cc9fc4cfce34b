// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spawn N PROGRAM [THREADS]: runs the program N times, so many at the same time, and says how many microseconds it took.
 * spawn: ends at once, which makes it such a program.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[1]) : 0, at_once = argc > 3 ? atoi(argv[3]) : 1, running = 0;
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < n; i++) {
		char *args[] = { argv[2], NULL };
		pid_t pid;

		if (running == at_once) {
			wait(NULL);
			running--;
		}
		if (posix_spawn(&pid, argv[2], NULL, NULL, args, NULL))
			return 1;
		running++;
	}
	while (running--)
		wait(NULL);
	clock_gettime(CLOCK_MONOTONIC, &to);
	if (n)
		printf("%lld\n", (to.tv_sec - from.tv_sec) * 1000000LL + (to.tv_nsec - from.tv_nsec) / 1000);
	return 0;
}

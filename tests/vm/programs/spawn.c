// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spawn N PROGRAM [AT-ONCE]: runs the program N times, so many at the same time, and says how many microseconds it took.
 * spawn: ends at once, which makes it such a program; nothing.c is a smaller one.
 *
 * By vfork() and execve() alone: a library's spawn adds a dozen calls to each, of which only the kernel's part is wanted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A function of its own, as what is in registers here is not to be trusted when vfork() returns again. */
static __attribute__((noinline)) int run(char *program)
{
	char *const args[] = { program, NULL }, *const none[] = { NULL };
	pid_t pid = vfork();

	if (pid)
		return pid < 0;
	execve(program, args, none);
	_exit(127);
}

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[1]) : 0, at_once = argc > 3 ? atoi(argv[3]) : 1, running = 0, status;
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < n || running; i++) {
		if (running == at_once || i >= n) {
			if (wait(&status) < 0 || status)
				return 1;
			running--;
		}
		if (i < n && run(argv[2]))
			return 1;
		running += i < n;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	if (n)
		printf("%lld\n", (to.tv_sec - from.tv_sec) * 1000000LL + (to.tv_nsec - from.tv_nsec) / 1000);
	return 0;
}

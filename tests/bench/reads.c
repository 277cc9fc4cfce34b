// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reads FILE ROUNDS COUNT [TASKS] - ROUNDS times COUNT reads of one byte of /dev/zero, after one round that is not counted.
 *
 * Appends a line per round to FILE: nanoseconds per read by the clock on the
 * wall, and of this task alone. Where nanoseconds count instructions, those
 * are instructions; the two differ by what else ran on the processor, such as the reader of a probe's output.
 *
 * READS_DEPTH=N in the environment makes the stack N calls deeper.
 *
 * With TASKS, so many children do COUNT reads each, on processors 0, 1, …; the
 * lines "B" and "E" on standard output say when they begin and have ended, with
 * nothing going on for half a second before, so that who reads the lines can
 * look how much processor time the emulator has taken.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int reads(int fd, int count)
{
	char c;

	for (int i = 0; i < count; i++)
		if (read(fd, &c, 1) != 1)
			return 1;
	return 0;
}

/* The same, so many calls further down. */
__attribute__((noipa)) static int deeper(int depth, int fd, int count)
{
	int r = depth > 0 ? deeper(depth - 1, fd, count) : reads(fd, count);

	__asm__ volatile("" : "+r"(r)); /* no tail call */
	return r;
}

/* A child on that processor, which waits for the other end of the pipe to be closed. */
static pid_t start(int cpu, int count, int gate[2])
{
	pid_t pid = fork();
	cpu_set_t set;
	char c;
	int fd;

	if (pid)
		return pid;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	fd = open("/dev/zero", O_RDONLY);
	close(gate[1]);
	if (fd < 0 || sched_setaffinity(0, sizeof(set), &set) || read(gate[0], &c, 1) < 0)
		_exit(2);
	_exit(reads(fd, count));
}

/* Whether it went well. */
static int round_of(int tasks, int count)
{
	int gate[2], status, failed = 0;

	if (pipe(gate))
		return 0;
	for (int i = 0; i < tasks; i++)
		failed |= start(i, count, gate) < 0;
	close(gate[0]);
	usleep(100000); /* all wait at the gate */
	puts("B");
	fflush(stdout);
	usleep(500000);
	close(gate[1]);
	for (int i = 0; i < tasks; i++)
		failed |= wait(&status) < 0 || status;
	puts("E");
	fflush(stdout);
	usleep(200000);
	return !failed;
}

int main(int argc, char **argv)
{
	int fd = open("/dev/zero", O_RDONLY), rounds, count, tasks, k;
	const char *more = getenv("READS_DEPTH");
	int depth = more ? atoi(more) : 0;
	FILE *f;

	if ((argc != 4 && argc != 5) || fd < 0)
		return 2;
	rounds = atoi(argv[2]);
	count = atoi(argv[3]);
	tasks = argc > 4 ? atoi(argv[4]) : 0;
	f = fopen(argv[1], "a");
	if (!f || count < 1)
		return 2;
	for (k = 0; k <= rounds; k++) {
		double cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID), wall = clock_ns(CLOCK_MONOTONIC);

		if (tasks > 0 ? !round_of(tasks, count) : deeper(depth, fd, count))
			return 1;
		wall = clock_ns(CLOCK_MONOTONIC) - wall;
		cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
		if (k)
			fprintf(f, "%.1f %.1f\n", wall / count, cpu / count);
	}
	return fclose(f) != 0;
}

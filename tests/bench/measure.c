// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * measure - what a command costs.
 *
 *   measure [-n RUNS] [-o FILE] COMMAND [ARG]...   a line per run: wall, user and system time in milliseconds, status
 *   measure -p [-o FILE] COMMAND [ARG]...          a line per process it ran: peak resident KiB and program
 *
 * Times include the children that the command waited for. What the command
 * prints goes to FILE (default: nowhere). The peak of each process is read from /proc as
 * it exits: wait4 tells only the largest of a whole family. The exit status
 * is that of the last run, or 125.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	exit(125);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double ms(struct timeval t) { return t.tv_sec * 1e3 + t.tv_usec / 1e3; }

static pid_t start(char **argv, const char *output, int traced)
{
	pid_t pid = fork();
	int in, out;

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	in = open("/dev/null", O_RDONLY);
	out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (in < 0 || out < 0)
		die(output);
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	if (traced) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
	}
	execvp(argv[0], argv);
	_exit(127);
}

static int code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

static int run_timed(char **argv, const char *output)
{
	double began = now(), wall;
	pid_t pid = start(argv, output, 0);
	struct rusage u;
	int status;

	while (wait4(pid, &status, 0, &u) < 0)
		if (errno != EINTR)
			die("wait4");
	wall = now() - began;
	printf("%.2f %.2f %.2f %d\n", wall, ms(u.ru_utime), ms(u.ru_stime), code(status));
	return code(status);
}

static void print_peak(pid_t pid)
{
	char path[64], line[256], name[64] = "?";
	unsigned long peak = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		sscanf(line, "Name: %63[^\n]", name);
		sscanf(line, "VmHWM: %lu", &peak);
	}
	if (f)
		fclose(f);
	printf("%lu %s\n", peak, name);
}

static int run_traced(char **argv, const char *output)
{
	const long options = PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t first = start(argv, output, 1), pid;
	int status, result = 125;

	if (waitpid(first, &status, 0) != first || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, first, 0, options) || ptrace(PTRACE_CONT, first, 0, 0))
		die("ptrace");
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		int event = status >> 16, sig;

		if (!WIFSTOPPED(status)) {
			if (pid == first)
				result = code(status);
			continue;
		}
		if (event == PTRACE_EVENT_EXIT)
			print_peak(pid);
		/* Events, and the stop that a new process begins with, are ours; other signals are its own. */
		sig = event || WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status);
		ptrace(PTRACE_CONT, pid, 0, sig);
	}
	return result;
}

int main(int argc, char **argv)
{
	const char *output = "/dev/null";
	int runs = 1, peaks = 0, opt, status = 0;

	while ((opt = getopt(argc, argv, "+n:o:p")) != -1)
		switch (opt) {
		case 'n': runs = atoi(optarg); break;
		case 'o': output = optarg; break;
		case 'p': peaks = 1; break;
		default: return 125;
		}
	if (optind == argc)
		return 125;
	if (peaks)
		return run_traced(argv + optind, output);
	while (runs-- > 0)
		status = run_timed(argv + optind, output);
	return status;
}

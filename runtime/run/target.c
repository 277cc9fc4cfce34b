// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The target command. The child exists before the module is loaded, so that target() is known to the begin probes; it
 * reads one byte from a pipe before it becomes the shell. When the runner dies, however it dies, the pipe ends and so
 * does a child that still waits.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2 */
#endif
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "msg.h"
#include "signals.h"

enum { NOT_RUN = 127 };

/* Is the command's first word a program, rather than something only the shell knows ("exit", "cd")? */
static bool is_program(const char *command)
{
	size_t n = strcspn(command, " \t");
	const char *path = getenv("PATH");
	char file[4096];

	if (memchr(command, '/', n))
		return true;
	while (path && *path) {
		size_t dir = strcspn(path, ":");

		if (snprintf(file, sizeof(file), "%.*s/%.*s", (int)dir, path, (int)n, command) < (int)sizeof(file) &&
		    access(file, X_OK) == 0)
			return true;
		path += dir;
		path += *path == ':';
	}
	return false;
}

/*
 * A plain command replaces the shell, so that target() is the command itself;
 * what needs the shell (pipes, lists, variables, built-ins that are quoted …)
 * stays below it.
 */
static const char *as_shell_text(const char *command)
{
	static char text[64 * 1024];

	if (strpbrk(command, "|&;<>()$`\\\"'*?[]#~=%!{}\n") ||
	    !is_program(command) || snprintf(text, sizeof(text), "exec %s", command) >= (int)sizeof(text))
		return command;
	return text;
}

static void __attribute__((noreturn)) wait_and_exec(int gate, const char *command)
{
	static const char trouble[] = "ERROR: sonderun: cannot run /bin/sh\n";
	ssize_t n;
	char go;

	signals_reset();
	while ((n = read(gate, &go, 1)) < 0 && errno == EINTR)
		;
	if (n != 1)
		_exit(NOT_RUN);
	execl("/bin/sh", "sh", "-c", as_shell_text(command), (char *)NULL);
	if (write(STDERR_FILENO, trouble, sizeof(trouble) - 1) < 0)
		_exit(NOT_RUN);
	_exit(NOT_RUN);
}

/*
 * In the foreground of a terminal the command stays in our process group, so that it may read from the terminal and
 * that ^C reaches all of it. Elsewhere it gets a group, so that a signal to us can be passed on to all of it.
 */
static bool in_foreground(void)
{
	int tty = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool yes;

	if (tty < 0)
		return false;
	yes = tcgetpgrp(tty) == getpgrp();
	close(tty);
	return yes;
}

bool target_init(struct target *t, const char *command, pid_t pid)
{
	int ends[2];

	memset(t, 0, sizeof(*t));
	t->gate = -1;
	t->pid = pid;
	if (!command)
		return true;
	if (pipe2(ends, O_CLOEXEC)) {
		msg_error("sonderun: cannot make a pipe: %s", strerror(errno));
		return false;
	}
	t->own_group = !in_foreground();
	t->pid = fork();
	if (t->pid < 0) {
		msg_error("sonderun: cannot make a process for the command: %s", strerror(errno));
		close(ends[0]);
		close(ends[1]);
		t->pid = 0;
		return false;
	}
	if (t->pid == 0) {
		close(ends[1]);
		if (t->own_group)
			setpgid(0, 0);
		wait_and_exec(ends[0], command);
	}
	if (t->own_group)
		setpgid(t->pid, t->pid); /* whoever is first */
	close(ends[0]);
	t->gate = ends[1];
	t->child = true;
	return true;
}

void target_release(struct target *t)
{
	if (t->gate < 0)
		return;
	while (write(t->gate, "", 1) < 0 && errno == EINTR)
		;
	close(t->gate);
	t->gate = -1;
	t->released = true;
}

static void wait_for(struct target *t, int flags)
{
	pid_t r;

	if (!t->child || t->ended)
		return;
	while ((r = waitpid(t->pid, &t->status, flags)) < 0 && errno == EINTR)
		;
	t->ended = r == t->pid || (r < 0 && errno == ECHILD);
}

void target_reap(struct target *t)
{
	wait_for(t, WNOHANG);
	if (!t->ended || msg_verbose < 1)
		return;
	if (WIFSIGNALED(t->status))
		msg_info(1, "the command was ended by signal %d (%s)", WTERMSIG(t->status), strsignal(WTERMSIG(t->status)));
	else
		msg_info(1, "the command ended with status %d", WEXITSTATUS(t->status));
}

void target_signal(struct target *t, int sig, bool forwarded)
{
	if (!t->child || !t->released || t->ended || !sig)
		return;
	if (t->own_group)
		kill(-t->pid, sig);
	else if (forwarded)
		kill(t->pid, sig);
}

void target_deinit(struct target *t)
{
	if (t->gate >= 0) {
		close(t->gate);
		t->gate = -1;
		wait_for(t, 0);
	}
	wait_for(t, WNOHANG);
	if (t->child && !t->ended)
		msg_info(1, "the command still runs, as process %d", (int)t->pid);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Signal handlers. No SA_RESTART: a write that blocks on a slow terminal has to come back. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int event_fd = -1;
static bool ignore_hup; /* under nohup */
static volatile sig_atomic_t stops, child, stop_signal, stop_sent;

static void wake(void)
{
	uint64_t one = 1;
	int saved = errno;
	/* It fails only when the counter is at its limit, and then it is readable, as it should be. */
	ssize_t r = write(event_fd, &one, sizeof(one));

	(void)r;
	errno = saved;
}

static void on_stop(int sig, siginfo_t *info, void *context)
{
	(void)context;
	stops++;
	/* The terminal's ^C goes to the whole process group, the command included; kill's does not. */
	stop_sent = info->si_code != SI_KERNEL;
	stop_signal = sig;
	wake();
}

static void on_child(int sig)
{
	(void)sig;
	child = 1;
	wake();
}

int signals_init(void)
{
	struct sigaction sa, old;

	event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (event_fd < 0)
		return -1;
	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sa.sa_handler = on_child;
	sa.sa_flags = SA_NOCLDSTOP;
	sigaction(SIGCHLD, &sa, NULL);
	sa.sa_sigaction = on_stop;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	ignore_hup = sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
	if (!ignore_hup)
		sigaction(SIGHUP, &sa, NULL);
	/* Whatever our parent had blocked: a runner that cannot be stopped is no good. */
	sigemptyset(&sa.sa_mask);
	sigprocmask(SIG_SETMASK, &sa.sa_mask, NULL);
	return event_fd;
}

void signals_reset(void)
{
	static const int caught[] = { SIGPIPE, SIGCHLD, SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_DFL;
	for (unsigned int i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		if (caught[i] != SIGHUP || !ignore_hup)
			sigaction(caught[i], &sa, NULL);
}

void signals_drain(void)
{
	uint64_t n;

	while (read(event_fd, &n, sizeof(n)) < 0 && errno == EINTR)
		;
}

unsigned int signals_stops(void)
{
	return (unsigned int)stops;
}

bool signals_take_child(void)
{
	bool was = child;

	child = 0;
	return was;
}

int signals_take_stop(bool *sent)
{
	int sig = stop_signal;

	*sent = stop_sent;
	stop_signal = 0;
	return sig;
}

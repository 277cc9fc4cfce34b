// SPDX-License-Identifier: GPL-2.0-or-later
/* Work done by copies of this process. A piece whose copy fails, or cannot be had, is done here. */
#include "base/parallel.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"

enum { WORKERS_MAX = 8 };

struct worker {
	pid_t pid; /* 0: it could not be started */
	int fd;    /* where it writes to */
};

static bool put(int fd, const struct buf *b)
{
	for (size_t at = 0; at < b->n;) {
		ssize_t n = write(fd, b->s + at, b->n - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static void start(const struct parallel *p, unsigned i, struct worker *w)
{
	pid_t parent = getpid();
	struct buf out;
	bool ok;

	w->fd = memfd_create("sonde", MFD_CLOEXEC);
	w->pid = w->fd < 0 ? 0 : fork();
	if (w->pid < 0)
		w->pid = 0;
	if (w->fd < 0 || w->pid || getpid() == parent)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	buf_init(&out);
	p->work(i, &out, p->data);
	ok = put(w->fd, &out);
	_exit(!ok);
}

static bool finished(struct worker *w)
{
	int status;
	pid_t got;

	if (!w->pid)
		return false;
	do
		got = waitpid(w->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	return got == w->pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

static void here(const struct parallel *p, unsigned i)
{
	struct buf out;

	buf_init(&out);
	p->work(i, &out, p->data);
	p->take(i, out.s, out.n, p->data);
	buf_deinit(&out);
}

static void finish(const struct parallel *p, unsigned i, struct worker *w)
{
	off_t size = finished(w) ? lseek(w->fd, 0, SEEK_END) : -1;
	void *out = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, w->fd, 0) : NULL;

	if (size < 0 || out == MAP_FAILED) {
		here(p, i);
	} else {
		p->take(i, out, (size_t)size, p->data);
		if (out)
			munmap(out, (size_t)size);
	}
	if (w->fd >= 0)
		close(w->fd);
}

void parallel_run(const struct parallel *p)
{
	struct worker workers[WORKERS_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned max = cpus < 1 ? 1 : MIN((unsigned)cpus, WORKERS_MAX), started = 0;

	for (unsigned i = 0; i < p->n; i++) {
		for (; started < p->n && started < i + max; started++)
			start(p, started, &workers[started % WORKERS_MAX]);
		finish(p, i, &workers[i % WORKERS_MAX]);
	}
}

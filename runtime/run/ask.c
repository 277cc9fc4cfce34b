// SPDX-License-Identifier: GPL-2.0-or-later
/* Speculations are kept here, not in the module: what it sends is in order already. */
#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "msg.h"
#include "print.h"
#include "rotate.h"
#include "signals.h"

static const size_t kept_max = 64 << 20;

static void drop(struct ask *a, unsigned int i)
{
	a->bytes -= a->v[i].cap;
	free(a->v[i].s);
	memmove(&a->v[i], &a->v[i + 1], (a->n - i - 1) * sizeof(*a->v));
	a->n--;
}

void ask_deinit(struct ask *a)
{
	while (a->n)
		drop(a, a->n - 1);
	free(a->v);
	a->v = NULL;
}

static unsigned int find(const struct ask *a, sd_int id)
{
	unsigned int i = a->n;

	while (i && a->v[i - 1].id != id)
		i--;
	return i ? i - 1 : a->n;
}

/* Room for n more bytes of speculation i; false: there is none. */
static bool grow(struct ask *a, struct speculation *v, size_t n)
{
	size_t cap = v->cap ? v->cap : 256;
	char *s;

	while (cap - v->n < n)
		cap *= 2;
	if (cap == v->cap)
		return true;
	s = realloc(v->s, cap);
	if (!s)
		return false;
	a->bytes += cap - v->cap;
	v->s = s;
	v->cap = cap;
	return true;
}

static void keep(struct ask *a, sd_int id, struct sd_str text)
{
	unsigned int i = find(a, id);

	if (i == a->n) {
		if (a->n == a->cap) {
			unsigned int cap = a->cap ? 2 * a->cap : 16;
			struct speculation *v = realloc(a->v, cap * sizeof(*v));

			if (!v)
				return;
			a->v = v;
			a->cap = cap;
		}
		a->v[a->n++] = (struct speculation){ .id = id };
	}
	if (!grow(a, &a->v[i], text.n)) {
		msg_warning("sonderun: no memory for a speculation: it is cut");
		return;
	}
	memcpy(a->v[i].s + a->v[i].n, text.s, text.n);
	a->v[i].n += text.n;
	/* One of them always fits. */
	while (a->bytes > kept_max && a->n > 1) {
		if (!a->full)
			msg_warning("speculations of more than 64 MB are neither committed nor discarded: the oldest are dropped");
		a->full = true;
		drop(a, 0);
	}
}

static void commit(struct print *p, sd_int id, unsigned long long time)
{
	struct ask *a = &p->ask;
	unsigned int i = find(a, id);

	if (i == a->n)
		return;
	if (p->json)
		json_text(p->out, "printf", (struct sd_str){ a->v[i].s, a->v[i].n }, time);
	else
		out_put(p->out, a->v[i].s, a->v[i].n);
	drop(a, i);
}

/* As a grandchild: nobody waits for it. */
static void start(struct print *p, struct sd_str text)
{
	char *command = strndup(text.s, text.n);
	pid_t child;
	int fd;

	if (!command)
		return;
	out_flush(p->out);
	child = fork();
	if (!child) {
		if (fork())
			_exit(0);
		signals_reset();
		setsid();
		fd = open("/dev/null", O_RDONLY);
		if (fd >= 0)
			dup2(fd, STDIN_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (child < 0)
		msg_warning("sonderun: cannot run '%s': %s", command, strerror(errno));
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	free(command);
}

static void next_file(struct print *p)
{
	if (!p->out->rotate) {
		if (!p->ask.no_files)
			msg_warning("switch_file(): the output is in no row of files (-o FILE -S MB)");
		p->ask.no_files = true;
		return;
	}
	out_flush(p->out);
	if (rotate_open(p->out->rotate)) {
		p->out->fd = p->out->rotate->fd;
		p->out->rotate->written = 0;
	}
}

void ask_do(struct print *p, unsigned int what, sd_int number, struct sd_str text, unsigned long long time)
{
	switch (what) {
	case SD_ASK_SYSTEM: start(p, text); break;
	case SD_ASK_SWITCH_FILE: next_file(p); break;
	case SD_ASK_SPECULATE: keep(&p->ask, number, text); break;
	case SD_ASK_COMMIT: commit(p, number, time); break;
	case SD_ASK_DISCARD:
		if (find(&p->ask, number) < p->ask.n)
			drop(&p->ask, find(&p->ask, number));
		break;
	}
}

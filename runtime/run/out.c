// SPDX-License-Identifier: GPL-2.0-or-later
/* The output buffer and its writes. */
#include "out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msg.h"
#include "rotate.h"

enum {
	OUT_BYTES = 1 << 18,
	OUT_WAIT_MS = 50,
};

bool out_init(struct out *o, int fd)
{
	struct stat st;

	memset(o, 0, sizeof(*o));
	o->fd = fd;
	o->wake_fd = -1;
	o->cap = OUT_BYTES;
	o->buf = malloc(o->cap);
	/* poll() promises room for one page of a pipe; a write of more could block for as long as the reader likes. */
	o->chunk = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)INT_MAX : PIPE_BUF;
	return o->buf;
}

void out_deinit(struct out *o)
{
	free(o->buf);
	o->buf = NULL;
	o->n = o->cap = 0;
}

static void give_up(struct out *o, int error)
{
	if (o->gone || o->failed)
		return;
	if (error == EPIPE || error == 0) {
		o->gone = true;
		return;
	}
	o->failed = true;
	msg_error("sonderun: cannot write the output: %s", strerror(error));
}

/* Returns when a write of one chunk will not block. False: given up. */
static bool await(struct out *o)
{
	for (;;) {
		struct pollfd p[2] = { { o->fd, POLLOUT, 0 }, { o->wake_fd, POLLIN, 0 } };
		int n = poll(p, o->wake_fd >= 0 ? 2 : 1, OUT_WAIT_MS);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return true; /* let write() find out */
		if (n > 0 && p[0].revents)
			return true;
		if (o->woken && !o->woken(o->arg)) {
			give_up(o, 0);
			return false;
		}
	}
}

void out_flush(struct out *o)
{
	size_t done = 0;

	while (done < o->n && !o->gone && !o->failed) {
		size_t part = o->n - done < o->chunk ? o->n - done : o->chunk;
		ssize_t w;

		if (o->chunk <= PIPE_BUF && !await(o))
			break;
		if (o->rotate) {
			part = rotate_part(o->rotate, o->buf + done, o->n - done);
			o->fd = o->rotate->fd;
			if (!part) { /* said */
				o->failed = true;
				break;
			}
		}
		w = write(o->fd, o->buf + done, part);
		if (w >= 0) {
			done += (size_t)w;
			if (o->rotate)
				o->rotate->written += (size_t)w;
		} else if (errno != EINTR && errno != EAGAIN) {
			give_up(o, errno);
		}
	}
	o->n = 0;
}

char *out_room(struct out *o, size_t n)
{
	if (n > o->cap - o->n)
		out_flush(o);
	if (n > o->cap) {
		char *b = realloc(o->buf, n);

		if (!b)
			return NULL;
		o->buf = b;
		o->cap = n;
	}
	return o->buf + o->n;
}

void out_put(struct out *o, const void *data, size_t n)
{
	char *to = out_room(o, n);

	if (!to)
		return;
	memcpy(to, data, n);
	o->n += n;
}

void out_puts(struct out *o, const char *s)
{
	out_put(o, s, strlen(s));
}

bool out_check(struct out *o, short revents)
{
	if (revents & (POLLERR | POLLHUP | POLLNVAL))
		give_up(o, 0);
	return o->gone || o->failed;
}

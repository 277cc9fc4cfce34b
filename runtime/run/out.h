/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The output: one large buffer in front of a descriptor. Knows how to wait for a slow reader without going deaf to
 * signals, and how to notice that the reader has gone.
 */
#ifndef SONDE_RUN_OUT_H
#define SONDE_RUN_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct rotate;

struct out {
	int fd;
	char *buf;
	size_t n, cap;
	size_t chunk; /* bytes a write may have when it must not block */
	struct rotate *rotate; /* where a file ends, and the next; 0: one file */
	bool gone;    /* the reader has closed; what comes is thrown away */
	bool failed;  /* a write failed for another cause; reported, and likewise thrown away */
	int wake_fd;  /* readable: call woken(); -1: none */
	bool (*woken)(void *arg); /* also called every 50 ms while waiting; false: give up the output */
	void *arg;
};

bool out_init(struct out *o, int fd); /* false: out of memory */
void out_deinit(struct out *o);       /* does not flush, does not close */

/* Room for n more bytes behind buf + n; flushes or grows. Returns where to write; NULL when out of memory. */
char *out_room(struct out *o, size_t n);
void out_put(struct out *o, const void *data, size_t n);
void out_puts(struct out *o, const char *s);
void out_flush(struct out *o);

/* For an idle loop's poll(): true when the reader has gone. */
bool out_check(struct out *o, short revents);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output in files of a limited size, FILE.0, FILE.1, ...: the oldest goes when there are too many. */
#ifndef SONDE_RUN_ROTATE_H
#define SONDE_RUN_ROTATE_H

#include <stdbool.h>
#include <stddef.h>

struct rotate {
	const char *base;
	unsigned long long max, written; /* bytes of a file; of the one being written */
	unsigned int keep, next;         /* files to keep, 0: all; number of the next one */
	int fd;
};

/* "MB" or "MB,FILES". False: it is neither. */
bool rotate_parse(struct rotate *r, const char *text);

/* Opens the next file and removes the one that is too many. False: said why. */
bool rotate_open(struct rotate *r);

/*
 * How many of the n bytes at p go to r->fd now; at the end of a file that is full, opens the next. Lines stay whole. 0: no
 * file could be opened.
 */
size_t rotate_part(struct rotate *r, const char *p, size_t n);

#endif

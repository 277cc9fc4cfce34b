/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk mode: the rings' records as they are, a file for each ring, to be merged and formatted later, by
 * "sonderun --merge". FILE_0, FILE_1, ... are records of wire.h one after the other, FILE_meta is the meta text.
 */
#ifndef SONDE_RUN_BULK_H
#define SONDE_RUN_BULK_H

#include <stdbool.h>
#include <stddef.h>

struct merge;
struct print;

struct bulk {
	int *fds;            /* one per ring of the merge */
	struct merge *merge; /* only its rings are used */
	struct print *print; /* errors, warnings and counts are shown at once as well */
	bool failed;         /* a write failed; said */
};

/* Makes the files. False: said why. */
bool bulk_init(struct bulk *b, const char *base, struct merge *m, struct print *p);
void bulk_deinit(struct bulk *b);
bool bulk_meta(const char *base, const char *text, size_t n); /* writes FILE_meta */

/* Moves what the rings hold to the files. Returns the number of records. */
unsigned long long bulk_pass(struct bulk *b);

/* Prints the files of a run in bulk mode to fd, in the order of time. False: something was wrong, and said. */
bool bulk_merge(const char *base, int fd, bool json);

#endif

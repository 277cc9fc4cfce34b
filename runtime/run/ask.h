/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a script asks the runner for, beside printing: speculations, the next file, commands. */
#ifndef SONDE_RUN_ASK_H
#define SONDE_RUN_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"

struct print;

struct speculation {
	sd_int id;
	char *s;
	size_t n, cap;
};

struct ask {
	struct speculation *v;  /* in the order they were begun in */
	unsigned int n, cap;
	size_t bytes;           /* of all */
	bool full, no_files;    /* said so */
};

void ask_deinit(struct ask *a);

/* A record, when its turn has come; time in ns. */
void ask_do(struct print *p, unsigned int what, sd_int number, struct sd_str text, unsigned long long time);

#endif

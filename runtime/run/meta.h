/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The meta text of a script (wire.h): formats, sites and probes by number. Tolerates anything. */
#ifndef SONDE_RUN_META_H
#define SONDE_RUN_META_H

#include <stdbool.h>
#include <stddef.h>

struct meta_str {
	const char *s; /* NUL-terminated besides */
	size_t n;
};

struct meta_format {
	struct meta_str text;
	const char *types; /* one of 'l' 's' 'c' per argument; NULL: no such format */
	unsigned int nargs;
	struct meta_str *literals; /* of the 'c' */
};

struct meta_place {
	struct meta_str what; /* a probe's name, a site's "where"; what.s is NULL where there is none */
	struct meta_str file, source;
	unsigned int line, col;
};

struct meta {
	char *text; /* all strings point into it */
	struct meta_format *formats;
	struct meta_place *sites, *probes;
	unsigned int nformats, nsites, nprobes; /* highest number + 1 */
	unsigned int abi;                       /* 0: the text does not say */
	const char *script;                     /* never NULL */
	unsigned int bad_lines;                 /* known lines that could not be read */
};

enum {
	META_MAX_ID = 1 << 20, /* greater numbers are taken for damage */
	META_MAX_ARGS = 64,
};

/* Copies text. False when out of memory. */
bool meta_parse(struct meta *m, const char *text, size_t n);
void meta_deinit(struct meta *m);

/* NULL when there is none of that number. */
const struct meta_format *meta_format(const struct meta *m, unsigned long long id);
const struct meta_place *meta_site(const struct meta *m, unsigned long long id);
const struct meta_place *meta_probe(const struct meta *m, unsigned long long index);

#endif

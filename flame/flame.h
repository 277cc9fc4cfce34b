/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sonde-flame: stacks with counts as a picture. stacks.c reads them into a tree
 * of calls, svg.c draws that, heat.c reads and draws counts over two axes, text.c
 * is what both need of SVG. Nothing here knows of probes.
 */
#ifndef SONDE_FLAME_H
#define SONDE_FLAME_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/vec.h"

struct call {
	const char *name;        /* interned */
	bool kernel;
	uint64_t total, self;    /* counts of all stacks through it, and of those that end here */
	struct call *first, *next; /* what it called, sorted by name when all was read; its neighbour */
	struct call *last_found; /* stacks come sorted, mostly */
};

struct stacks {
	struct call root;
	unsigned depth;          /* frames of the deepest */
	unsigned long lines, strange; /* lines read; those that mean nothing */
	char first_strange[80];
	unsigned long strange_at;
	bool offsets, leaf_first;
};

/* Reads folded stacks or blocks of frames, in any mixture. */
void stacks_init(struct stacks *s);
void stacks_read(struct stacks *s, FILE *in);
/* Sorts, and adds up; after the last file. */
void stacks_finish(struct stacks *s);
void stacks_fold(const struct stacks *s, struct buf *out);

enum { DEPTH_MAX = 2048 };

struct look {
	const char *title, *subtitle, *unit; /* unit: "samples" */
	unsigned width, height;  /* height of a frame */
	double least;            /* pixels: what is narrower is left out */
	bool hanging;            /* the root at the top */
	bool cold;               /* blues: of waiting */
};

void flame_draw(const struct stacks *s, const struct look *l, struct buf *out);

struct cell {
	int64_t time, low;
	uint64_t count;
};

struct heat {
	struct VEC(struct cell) cells;
	unsigned long lines, strange;
	char first_strange[80];
	unsigned long strange_at;
};

/* Lines "TIME LOW COUNT". */
void heat_read(struct heat *h, FILE *in);
/* NULL, or why it cannot be drawn. */
const char *heat_draw(struct heat *h, const struct look *l, struct buf *out);

/* text.c */
void svg_begin(struct buf *out, unsigned width, unsigned height, const char *title, const char *subtitle);
void svg_escape(struct buf *out, const char *s, size_t n); /* also what is no UTF-8, and what XML cannot have */
size_t svg_fit(const char *s, size_t columns, size_t *used); /* bytes of s that are so many characters at most */
void svg_number(struct buf *out, uint64_t n);                /* 12,345 */
void note_strange(const char *line, unsigned long at, unsigned long *n, char first[80], unsigned long *first_at);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merges the rings of wire.h in the order of their time stamps. Knows the layout of rings and records and nothing
 * of what they say; makes no system call. One reader per mapping.
 */
#ifndef SONDE_RUN_MERGE_H
#define SONDE_RUN_MERGE_H

#include <stdbool.h>
#include <stddef.h>

struct sd_ring;
struct sd_record_header;

/* One record: its header (copied) and its body, h->size - sizeof(*h) bytes inside the ring. */
typedef void merge_emit(void *arg, const struct sd_record_header *h, const char *body);

struct merge_ring {
	struct sd_ring *ring;
	const char *data;
	unsigned long long tail, head;   /* our position; the head seen in this pass */
	unsigned long long safe;         /* every record with a stamp below this one has been seen */
	unsigned long long ts;           /* of the record at tail, when there is one */
	unsigned long long last;         /* stamp of the newest record taken */
	unsigned long long odd_since;    /* when seq was first seen at the odd value odd_seq */
	unsigned int odd_seq;            /* 0: not waiting */
};

struct merge {
	struct merge_ring *rings;
	unsigned int *active; /* work space of a pass: rings with a record */
	unsigned int nrings;
	unsigned long long ring_bytes, progress;
	merge_emit *emit;
	void *arg;
	unsigned long long records; /* handed out */
	unsigned long long damaged; /* times a ring's contents made no sense and was thrown away */
	unsigned long long forced;  /* passes that no longer waited for a late producer */
	bool pending;               /* the last pass left records that are too young */
};

#define MERGE_ALL (~0ULL)
/* How long a producer may sit on an open record before the others' output goes ahead of it. */
#define MERGE_PATIENCE_NS 500000000ULL

/*
 * rings: address of the first struct sd_ring; each is followed, page bytes after its start, by ring_bytes of data,
 * and the next begins stride bytes after it. ring_bytes is a power of two. False when out of memory.
 */
bool merge_init(struct merge *m, void *rings, unsigned int nrings, size_t stride, size_t page, size_t ring_bytes);
void merge_deinit(struct merge *m);

/*
 * Hands out, in order, every record with a stamp below now that no late producer can still overtake. now is a
 * CLOCK_MONOTONIC time in ns that was read before the call; MERGE_ALL takes everything, for when no producer is
 * left. Returns the number of records.
 */
unsigned long long merge_pass(struct merge *m, unsigned long long now);

/* Records the producers dropped on full rings, so far. */
unsigned long long merge_dropped(const struct merge *m);
/* And those that were overwritten while nobody read. */
unsigned long long merge_overwritten(const struct merge *m);

#endif

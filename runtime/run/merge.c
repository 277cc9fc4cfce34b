// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Merging the rings. Each ring is in order by itself, so the record at its tail bounds everything behind it. An empty
 * ring is bounded by its seq: when that was even after the time T was read, all stamps it will still bring are T or
 * later. A record goes out when its stamp is the least of all and below the bound of every empty ring.
 *
 * What the kernel wrote is checked nevertheless: a ring whose contents make no sense is emptied and counted.
 */
#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "wire.h"

bool merge_init(struct merge *m, void *rings, unsigned int nrings, size_t stride, size_t page, size_t ring_bytes)
{
	memset(m, 0, sizeof(*m));
	m->rings = calloc(nrings ? nrings : 1, sizeof(*m->rings));
	m->active = calloc(nrings ? nrings : 1, sizeof(*m->active));
	if (!m->rings || !m->active) {
		merge_deinit(m);
		return false;
	}
	m->nrings = nrings;
	m->ring_bytes = ring_bytes;
	for (unsigned int i = 0; i < nrings; i++) {
		struct merge_ring *r = &m->rings[i];

		r->ring = (struct sd_ring *)((char *)rings + i * stride);
		r->data = (char *)r->ring + page;
		r->tail = r->head = __atomic_load_n(&r->ring->tail, __ATOMIC_RELAXED);
	}
	return true;
}

void merge_deinit(struct merge *m)
{
	free(m->rings);
	free(m->active);
	m->rings = NULL;
	m->active = NULL;
	m->nrings = 0;
}

static void give_back(struct merge_ring *r)
{
	/* Release: the producer may overwrite the records only after we have read them. */
	__atomic_store_n(&r->ring->tail, r->tail, __ATOMIC_RELEASE);
}

static void throw_away(struct merge *m, struct merge_ring *r)
{
	m->damaged++;
	r->tail = r->head; /* a head is always the end of a record */
	give_back(r);
}

/*
 * Takes a ring's seq and head. The caller has read the clock and put a full barrier behind that, so an even seq says
 * that no record with an older stamp is in the making; head is loaded after it and thus covers all of them.
 */
static void look(struct merge *m, struct merge_ring *r, unsigned long long now)
{
	unsigned int seq = __atomic_load_n(&r->ring->seq, __ATOMIC_ACQUIRE);

	if (now == MERGE_ALL || !(seq & 1)) {
		r->safe = now;
		r->odd_seq = 0;
	} else if (r->odd_seq != seq) {
		/* It moved on since we last waited: what was in the making then is in the ring by now. */
		if (r->odd_seq && r->odd_since > r->safe)
			r->safe = r->odd_since;
		r->odd_seq = seq;
		r->odd_since = now;
	}
	r->head = __atomic_load_n(&r->ring->head, __ATOMIC_ACQUIRE);
	if (r->head - r->tail > m->ring_bytes || (r->head & 7))
		throw_away(m, r);
}

/* Skips padding and checks the record at the tail. False when the ring is empty. */
static bool peek(struct merge *m, struct merge_ring *r)
{
	struct sd_record_header h;

	while (r->tail != r->head) {
		unsigned long long used = r->head - r->tail, at = r->tail & (m->ring_bytes - 1);
		unsigned long long room = m->ring_bytes - at; /* to the end of the data */

		if (room >= sizeof(h)) {
			memcpy(&h, r->data + at, sizeof(h));
		} else { /* too little even for a header: padding without one */
			h.type = SD_REC_PAD;
		}
		if (h.type == SD_REC_PAD) {
			if (room > used)
				break;
			r->tail += room;
			continue;
		}
		if (h.size < sizeof(h) || (h.size & 7) || h.size > used || h.size > room)
			break;
		/* A stamp below the one before it would break the order for all others. */
		r->ts = h.ts < r->last ? r->last : h.ts < MERGE_ALL ? h.ts : MERGE_ALL - 1;
		return true;
	}
	if (r->tail != r->head)
		throw_away(m, r);
	return false;
}

/* Hands out records of one ring while their stamps are below stop (the first one in any case). True: more is there. */
static bool take_run(struct merge *m, struct merge_ring *r, unsigned long long stop)
{
	unsigned long long published = __atomic_load_n(&r->ring->tail, __ATOMIC_RELAXED);
	bool more;

	do {
		struct sd_record_header h;
		const char *at = r->data + (r->tail & (m->ring_bytes - 1));
		unsigned long long size;

		memcpy(&h, at, sizeof(h));
		size = h.size;
		/* peek() judged another copy; hold this one to it, lest a broken writer gets between the two. */
		if (size < sizeof(h) || (size & 7) || size > r->head - r->tail ||
		    size > m->ring_bytes - (r->tail & (m->ring_bytes - 1))) {
			throw_away(m, r);
			return false;
		}
		h.ts = r->last = r->ts;
		m->emit(m->arg, &h, at + sizeof(h));
		m->records++;
		r->tail += size;
		/* Not after each record: the line is the producer's to read. */
		if (r->tail - published >= m->ring_bytes / 16) {
			give_back(r);
			published = r->tail;
		}
		more = peek(m, r);
	} while (more && r->ts < stop);
	return more;
}

static unsigned long long bound_of(const struct merge_ring *r)
{
	return r->safe > r->last ? r->safe : r->last;
}

/* The ring to take from next, as an index into active, and the least stamp of the others. Equal stamps: lowest ring. */
static unsigned int least(const struct merge *m, unsigned int n, unsigned long long *others)
{
	unsigned int best = 0;

	*others = MERGE_ALL;
	for (unsigned int i = 1; i < n; i++) {
		const struct merge_ring *r = &m->rings[m->active[i]], *b = &m->rings[m->active[best]];

		if (r->ts < b->ts || (r->ts == b->ts && m->active[i] < m->active[best])) {
			*others = b->ts;
			best = i;
		} else if (r->ts < *others) {
			*others = r->ts;
		}
	}
	return best;
}

unsigned long long merge_pass(struct merge *m, unsigned long long now)
{
	unsigned long long before = m->records, bound = MERGE_ALL, others;
	unsigned int n = 0;
	bool forced = now != MERGE_ALL && m->progress && now > m->progress && now - m->progress > MERGE_PATIENCE_NS;

	/* Full barrier: the loads of seq must not be done before the caller's reading of the clock. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < m->nrings; i++) {
		struct merge_ring *r = &m->rings[i];

		look(m, r, now);
		if (peek(m, r))
			m->active[n++] = i;
		else if (bound_of(r) < bound)
			bound = bound_of(r);
	}
	if (forced) {
		bound = MERGE_ALL;
		m->forced += n != 0;
	}
	while (n) {
		unsigned int best = least(m, n, &others);
		struct merge_ring *r = &m->rings[m->active[best]];

		if (r->ts >= bound)
			break;
		if (!take_run(m, r, others < bound ? others : bound)) {
			m->active[best] = m->active[--n];
			if (!forced && bound_of(r) < bound)
				bound = bound_of(r);
		}
	}
	for (unsigned int i = 0; i < m->nrings; i++)
		if (m->rings[i].tail != __atomic_load_n(&m->rings[i].ring->tail, __ATOMIC_RELAXED))
			give_back(&m->rings[i]);
	m->pending = n != 0;
	if (now != MERGE_ALL && (!m->pending || (!forced && m->records != before)))
		m->progress = now;
	return m->records - before;
}

unsigned long long merge_dropped(const struct merge *m)
{
	unsigned long long n = 0;

	for (unsigned int i = 0; i < m->nrings; i++)
		n += __atomic_load_n(&m->rings[i].ring->dropped, __ATOMIC_RELAXED);
	return n;
}

unsigned long long merge_overwritten(const struct merge *m)
{
	unsigned long long n = 0;

	for (unsigned int i = 0; i < m->nrings; i++)
		n += __atomic_load_n(&m->rings[i].ring->overwritten, __ATOMIC_RELAXED);
	return n;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* runtime/run/merge.c on rings in plain memory, with real producers in threads. Links merge.c and pthread. */
#include "merge.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "abi.h"
#include "run-check.h"
#include "wire.h"

enum {
	PAGE = 4096,
	BYTES = 4096, /* of a ring: small, so that it wraps all the time */
	STRIDE = PAGE + BYTES,
	NRINGS = 4,
	HITS = 200000, /* per producer */
};

static char area[NRINGS * STRIDE] __attribute__((aligned(4096)));

static struct sd_ring *ring(unsigned int i)
{
	return (struct sd_ring *)(area + i * STRIDE);
}

/* A record of size bytes at the head; its body says ring and number. align 8 leaves 8-byte gaps at the end now and then. */
static void put(unsigned int i, unsigned long long ts, unsigned long long number, unsigned int size)
{
	struct sd_ring *r = ring(i);
	char *data = (char *)r + PAGE;
	unsigned long long head = r->head, at = head & (BYTES - 1);
	struct sd_record_header h = { size, SD_REC_TEXT, (unsigned short)i, ts };

	if (size > BYTES - at) {
		struct sd_record_header pad = { (unsigned int)(BYTES - at), SD_REC_PAD, 0, ts };

		memcpy(data + at, &pad, BYTES - at < sizeof(pad) ? BYTES - at : sizeof(pad));
		head += BYTES - at;
		at = 0;
	}
	memcpy(data + at, &h, sizeof(h));
	if (size >= sizeof(h) + 8)
		memcpy(data + at + sizeof(h), &number, 8);
	__atomic_store_n(&r->head, head + size, __ATOMIC_RELEASE);
}

struct seen {
	unsigned long long n, last_ts, next[NRINGS];
	unsigned int last_ring;
	bool order, numbers, together;
	char text[256]; /* ring numbers, for the small tests */
};

static void see(void *arg, const struct sd_record_header *h, const char *body)
{
	struct seen *s = arg;
	unsigned long long number = 0;

	if (h->size >= sizeof(*h) + 8)
		memcpy(&number, body, 8);
	if (h->ts < s->last_ts)
		s->order = false;
	if (h->id < NRINGS && number != s->next[h->id]++)
		s->numbers = false;
	/* Records of one hit have one stamp and one ring: another ring's must not come between. */
	if (h->ts == s->last_ts && h->id != s->last_ring && number % 3)
		s->together = false;
	s->last_ts = h->ts;
	s->last_ring = h->id;
	if (s->n < sizeof(s->text) - 1)
		s->text[s->n] = (char)('0' + h->id);
	s->n++;
}

static struct seen fresh(struct merge *m, struct seen *s)
{
	memset(area, 0, sizeof(area));
	*s = (struct seen){ .order = true, .numbers = true, .together = true };
	if (!merge_init(m, area, NRINGS, STRIDE, PAGE, BYTES))
		abort();
	m->emit = see;
	m->arg = s;
	return *s;
}

static void stamps_decide(void)
{
	struct merge m;
	struct seen s;

	fresh(&m, &s);
	put(0, 10, 0, 24);
	put(0, 40, 1, 24);
	put(1, 20, 0, 24);
	put(2, 5, 0, 24);
	put(2, 40, 1, 24);
	put(3, 30, 0, 24);
	CHECK(merge_pass(&m, 100) == 6 && !m.pending, "%llu records", s.n);
	CHECK(!strcmp(s.text, "201302"), "order %s", s.text);
	CHECK(ring(0)->tail == ring(0)->head && ring(2)->tail == 48, "tails");
	merge_deinit(&m);
}

static void young_records_wait(void)
{
	struct merge m;
	struct seen s;

	fresh(&m, &s);
	put(0, 10, 0, 24);
	put(0, 50, 1, 24);
	CHECK(merge_pass(&m, 40) == 1 && m.pending, "%llu records", s.n);
	CHECK(merge_pass(&m, 50) == 0 && m.pending, "stamp equal to now");
	CHECK(merge_pass(&m, 51) == 1 && !m.pending, "later");
	merge_deinit(&m);
}

static void an_open_record_holds_the_others(void)
{
	struct merge m;
	struct seen s;

	fresh(&m, &s);
	CHECK(merge_pass(&m, 5) == 0, "empty");
	ring(1)->seq = 1; /* has stamp 10 in hand */
	put(0, 20, 0, 24);
	put(0, 4, 1, 24); /* a stamp that goes backwards is taken as the one before */
	CHECK(merge_pass(&m, 100) == 0 && m.pending, "did not wait");
	CHECK(merge_pass(&m, 110) == 0, "did not wait again");
	put(1, 10, 0, 24);
	ring(1)->seq = 3; /* that one is done, the next is in hand, with a stamp of at least 100 */
	CHECK(merge_pass(&m, 120) == 3, "%llu records", s.n);
	CHECK(!strcmp(s.text, "100") && s.order, "order %s", s.text);
	put(0, 105, 2, 24);
	CHECK(merge_pass(&m, 130) == 0, "105 may still be overtaken");
	CHECK(merge_pass(&m, MERGE_ALL) == 1, "the end takes all");
	merge_deinit(&m);
}

static void a_long_handler_prints_on_its_own(void)
{
	struct merge m;
	struct seen s;

	fresh(&m, &s);
	ring(3)->seq = 1; /* prints much under one stamp and is not done */
	put(3, 10, 0, 24);
	put(3, 10, 1, 24);
	put(0, 12, 0, 24);
	CHECK(merge_pass(&m, 100) == 2 && m.pending, "%llu records", s.n);
	CHECK(merge_pass(&m, 100 + MERGE_PATIENCE_NS / 2) == 0, "patience");
	CHECK(merge_pass(&m, 200 + MERGE_PATIENCE_NS) == 1 && m.forced == 1, "no end of patience");
	merge_deinit(&m);
}

static void damage_is_contained(void)
{
	static const unsigned int sizes[] = { 0, 8, 15, 17, 20, 4096, 4104, 0x80000000u, 0xffffffffu, 0xfffffff8u };
	struct merge m;
	struct seen s;

	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fresh(&m, &s);
		put(0, 10, 0, 24);
		put(0, 11, 1, 24);
		memcpy(area + PAGE + 24, &sizes[i], 4);
		put(1, 12, 0, 24);
		CHECK(merge_pass(&m, 100) == 2 && m.damaged == 1, "size %u: %llu records, %llu damaged", sizes[i], s.n, m.damaged);
		put(0, 110, 1, 24);
		CHECK(merge_pass(&m, 200) == 1 && m.damaged == 1, "size %u: does not recover", sizes[i]);
		merge_deinit(&m);
	}
	fresh(&m, &s);
	ring(0)->head = 1ULL << 40; /* more than a ring holds */
	ring(1)->head = 12;         /* no multiple of 8 */
	put(2, 1, 0, 24);
	CHECK(merge_pass(&m, 100) == 1 && m.damaged == 2, "%llu damaged", m.damaged);
	merge_deinit(&m);

	fresh(&m, &s);
	put(0, 1, 0, 24);
	area[PAGE + 4] = SD_REC_PAD; /* padding that reaches beyond the head */
	CHECK(merge_pass(&m, 100) == 0 && m.damaged == 1, "%llu damaged", m.damaged);
	merge_deinit(&m);
}

/* Whole rings of noise: any result will do, but it must end and stay inside (run under a sanitizer). */
static void noise_is_survived(void)
{
	struct merge m;
	struct seen s;

	srand(2);
	fresh(&m, &s);
	for (int round = 0; round < 3000; round++) {
		for (unsigned int i = 0; i < NRINGS; i++) {
			unsigned int *w = (unsigned int *)(area + i * STRIDE + PAGE);

			for (unsigned int k = 0; k < BYTES / 4; k++)
				w[k] = rand() % 3 ? (unsigned int)(rand() % 64) & (rand() % 2 ? ~7u : ~0u) : (unsigned int)rand();
			ring(i)->head = ring(i)->tail + (unsigned long long)(rand() % (BYTES + 64));
			ring(i)->seq = (unsigned int)rand();
		}
		merge_pass(&m, (unsigned long long)round * 1000000000ULL);
	}
	CHECK(m.damaged, "nothing was noticed");
	merge_deinit(&m);
}

struct producer {
	pthread_t thread;
	unsigned int ring;
	unsigned long long hits;
};

static unsigned long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000000ULL + (unsigned long long)t.tv_nsec;
}

/* As the module does it: seq odd, barrier, stamp, records, seq even. Hits of three records of varying size. */
static void *produce(void *arg)
{
	struct producer *p = arg;
	struct sd_ring *r = ring(p->ring);
	unsigned int rnd = p->ring + 1;
	unsigned long long number = 0;

	for (unsigned long long i = 0; i < p->hits; i++) {
		unsigned long long ts;

		while (r->head + 1024 - __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) > BYTES)
			sched_yield();
		__atomic_store_n(&r->seq, r->seq + 1, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		ts = now_ns() & ~0x3fULL; /* coarse, so that rings often have the same stamp */
		for (unsigned int k = 0; k < 3; k++) {
			rnd = rnd * 1103515245 + 12345;
			put(p->ring, ts, number++, 24 + (rnd >> 16) % 16 * 8);
		}
		__atomic_store_n(&r->seq, r->seq + 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void threads_hammer_four_rings(void)
{
	struct producer p[NRINGS];
	struct merge m;
	struct seen s;

	fresh(&m, &s);
	for (unsigned int i = 0; i < NRINGS; i++) {
		p[i] = (struct producer){ .ring = i, .hits = HITS };
		if (pthread_create(&p[i].thread, NULL, produce, &p[i]))
			abort();
	}
	while (s.n < 3ULL * NRINGS * HITS && m.damaged == 0) {
		/* The stamps are rounded down by up to 63 ns. */
		if (!merge_pass(&m, now_ns() - 64))
			sched_yield();
	}
	for (unsigned int i = 0; i < NRINGS; i++)
		pthread_join(p[i].thread, NULL);
	CHECK(s.n == 3ULL * NRINGS * HITS, "%llu records", s.n);
	CHECK(s.numbers, "a record is missing or twice");
	CHECK(m.forced || s.order, "out of order");
	CHECK(m.forced || s.together, "a hit was torn apart");
	CHECK(!m.damaged, "%llu damaged", m.damaged);
	merge_deinit(&m);
}

int main(void)
{
	alarm(300);
	RUN(stamps_decide);
	RUN(young_records_wait);
	RUN(an_open_record_holds_the_others);
	RUN(a_long_handler_prints_on_its_own);
	RUN(damage_is_contained);
	RUN(noise_is_survived);
	RUN(threads_hammer_four_rings);
	return check_status;
}

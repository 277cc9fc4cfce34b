// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The output rings of wire.h: one per CPU and one of process context, in one
 * area that the reader maps. Single producer each: whoever holds the context.
 * The area is writable by the reader, so nothing read from it is trusted: the
 * producer keeps its own head, and a tail that makes no sense is a full ring.
 */
#include <linux/vmalloc.h>
#include <linux/mm.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include "kern.h"

enum {
	RING_DEFAULT = 1 << 20,
	RING_MIN = 1 << 12,
	RING_MAX = 1 << 28,
	RINGS_TOTAL = 1 << 27, /* default rings are made smaller to stay below, where there are many CPUs */
	ALIGN_RECORD = 16,     /* so that a header always fits before the end of a ring */
};

struct sd_control *sd_control;

static void *area;
static unsigned int ring_bytes, nrings;
static bool overwrite;

static void wake_reader_irq(struct irq_work *w)
{
	sd_wake_reader();
}

static void bind_ring(struct sd_cpu *cpu, unsigned int index)
{
	struct sd_out *o = &cpu->out;

	o->ring = area + sd_control->ring_offset + index * sd_control->ring_stride;
	o->data = (char *)o->ring + PAGE_SIZE;
	o->limit = ring_bytes;
	o->wake_at = ring_bytes / 4;
	init_irq_work(&cpu->wake, wake_reader_irq);
}

/* Sets ring_bytes and nrings. */
static void choose_size(void)
{
	nrings = (sd_ncpus ?: num_online_cpus()) + 1;
	ring_bytes = sd_script.ring_bytes;
	if (!ring_bytes) {
		ring_bytes = RING_DEFAULT;
		while (ring_bytes > RING_MIN && (u64)ring_bytes * nrings > RINGS_TOTAL)
			ring_bytes /= 2;
	}
	ring_bytes = roundup_pow_of_two(clamp(ring_bytes, (unsigned int)max_t(long, RING_MIN, PAGE_SIZE),
					      (unsigned int)RING_MAX));
}

u64 sd_rings_bytes(void)
{
	choose_size();
	return PAGE_SIZE + nrings * ((u64)ring_bytes + PAGE_SIZE);
}

int sd_rings_init(void)
{
	unsigned int i;

	BUILD_BUG_ON(sizeof(struct sd_ring) > PAGE_SIZE || sizeof(struct sd_control) > PAGE_SIZE);
	BUILD_BUG_ON(sizeof(struct sd_record_header) != ALIGN_RECORD);
	area = sd_may_fail(vmalloc_user(sd_rings_bytes()));
	if (!area)
		return -ENOMEM;
	sd_control = area;
	sd_control->magic = SD_MAGIC;
	sd_control->abi = SD_ABI;
	sd_control->state = SD_STATE_LOADED;
	sd_control->nrings = nrings;
	sd_control->ring_bytes = ring_bytes;
	sd_control->ring_offset = PAGE_SIZE;
	sd_control->ring_stride = ring_bytes + PAGE_SIZE;
	for (i = 0; i < nrings; i++)
		bind_ring(sd_cpus[i], i);
	sd_process->out.process = true;
	return 0;
}

void sd_rings_exit(void)
{
	unsigned int i;

	for (i = 0; i < nrings; i++)
		irq_work_sync(&sd_cpus[i]->wake);
	vfree(area);
	area = NULL;
	sd_control = NULL;
}

void *sd_rings_area(void)
{
	return area;
}

static u64 ring_used(const struct sd_out *o)
{
	return READ_ONCE(o->head) - READ_ONCE(o->ring->tail);
}

bool sd_rings_ready(void)
{
	unsigned int i;

	for (i = 0; i < nrings; i++)
		if (ring_used(&sd_cpus[i]->out) >= ring_bytes / 4)
			return true;
	return false;
}

/*
 * seq becomes odd before the clock is read and even after the hit's last
 * record is published. The barrier makes the odd value visible before the
 * stamp is taken: a reader that saw an even one knows that the stamp is later
 * than its own time.
 */
static void out_open(struct sd_out *o)
{
	o->stamped = true;
	WRITE_ONCE(o->ring->seq, ++o->seq);
	smp_mb();
	o->ts = ktime_get_mono_fast_ns();
}

void sd_out_close(struct sd_out *o)
{
	o->stamped = false;
	smp_store_release(&o->ring->seq, ++o->seq);
}

void sd_rings_overwrite(bool on)
{
	WRITE_ONCE(overwrite, on);
}

/*
 * Nobody reads, so the tail is the producer's. What it says and what the records' headers say is still not trusted: when it
 * makes no sense, all of it goes.
 */
static bool drop_oldest(struct sd_out *o, u64 need)
{
	u64 tail = READ_ONCE(o->ring->tail), used = o->head - tail;

	while (used <= ring_bytes && need > ring_bytes - used) {
		u64 at = tail & (ring_bytes - 1);
		const struct sd_record_header *h = (const struct sd_record_header *)(o->data + at);
		u64 size = READ_ONCE(h->size);

		if (size < ALIGN_RECORD || size % ALIGN_RECORD || size > used || size > ring_bytes - at)
			break;
		if (h->type != SD_REC_PAD)
			WRITE_ONCE(o->ring->overwritten, o->ring->overwritten + 1);
		tail += size;
		used -= size;
	}
	if (used > ring_bytes || need > ring_bytes - used)
		tail = o->head;
	WRITE_ONCE(o->ring->tail, tail);
	o->limit = tail + ring_bytes;
	return true;
}

/* Whether need bytes are free. In process context, after waiting for the reader. */
static bool have_room(struct sd_out *o, u64 need)
{
	for (;;) {
		/* Acquire: the reader has read what we are about to overwrite. */
		u64 used = o->head - smp_load_acquire(&o->ring->tail);

		if (likely(used <= ring_bytes)) {
			o->limit = o->head - used + ring_bytes;
			if (need <= ring_bytes - used)
				return true;
		}
		if (READ_ONCE(overwrite))
			return drop_oldest(o, need);
		if (!o->process || used > ring_bytes)
			return false;
		/*
		 * Nothing else prints before begin probes end or after end probes start,
		 * so this hit's records may go on with a later stamp.
		 */
		sd_out_close(o);
		if (!sd_wait_reader(o->ring)) {
			out_open(o);
			return false;
		}
		out_open(o);
	}
}

static __always_inline char *put_header(struct sd_out *o, u64 at, u64 size, unsigned int type, unsigned int id)
{
	struct sd_record_header *h = (struct sd_record_header *)(o->data + at);

	*h = (struct sd_record_header){ .size = size, .type = type, .id = id, .ts = o->ts };
	return (char *)(h + 1);
}

/* Not enough room as it seems, or none before the end of the ring. */
static noinline char *begin_slowly(struct sd_ctx *c, unsigned int type, unsigned int id, u64 size)
{
	struct sd_cpu *cpu = sd_cpu_of(c);
	struct sd_out *o = &cpu->out;
	u64 offset = o->head & (ring_bytes - 1), pad = 0;

	if (size > ring_bytes - offset)
		pad = ring_bytes - offset;
	if (size > ring_bytes / 2 || !have_room(o, pad + size)) {
		WRITE_ONCE(o->ring->dropped, ++o->dropped);
		sd_lose(c, SD_LOSS_RING);
		return NULL;
	}
	if (pad) {
		put_header(o, offset, pad, SD_REC_PAD, 0);
		offset = 0;
	}
	o->next = o->head + pad + size;
	return put_header(o, offset, size, type, id);
}

/* The limit is where the ring was full when last looked at: the reader's page is left alone until then. */
char *sd_rec_begin(struct sd_ctx *c, unsigned int type, unsigned int id, sd_uint bytes)
{
	struct sd_out *o = &sd_cpu_of(c)->out;
	u64 size = ALIGN(sizeof(struct sd_record_header) + bytes, ALIGN_RECORD), offset;

	if (!o->stamped)
		out_open(o);
	offset = o->head & (ring_bytes - 1);
	if (unlikely(offset + size > ring_bytes || o->head + size > o->limit))
		return begin_slowly(c, type, id, size);
	o->next = o->head + size;
	return put_header(o, offset, size, type, id);
}

/* The reader is told when a quarter is used; if it does not come, again at each further sixteenth. */
static noinline void wake(struct sd_cpu *cpu)
{
	struct sd_out *o = &cpu->out;
	u64 used = ring_used(o), quarter = ring_bytes / 4;

	if (used < quarter) {
		o->wake_at = o->head - used + quarter;
		return;
	}
	o->wake_at = o->head + quarter / 4;
	if (o->process)
		sd_wake_reader();
	else
		irq_work_queue(&cpu->wake);
}

void sd_rec_end(struct sd_ctx *c)
{
	struct sd_cpu *cpu = sd_cpu_of(c);
	struct sd_out *o = &cpu->out;

	WRITE_ONCE(o->head, o->next);
	smp_store_release(&o->ring->head, o->next);
	if (unlikely(o->next >= o->wake_at))
		wake(cpu);
}

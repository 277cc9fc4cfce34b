// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics: merging the parts of a scalar, extracting numbers, and handing
 * histograms on. Pure C over os.h; how a histogram looks is in hist.c.
 */
#include "os.h"
#include "abi.h"
#include "hist.h"

enum { RETRIES = 1000 }; /* a sample takes a few dozen instructions with interrupts off */

/* What extractors need, of one set of cells or of all. */
struct total {
	sd_uint n, sum;
	sd_int min, max;
};

unsigned int sd_stat_slot_bytes(const struct sd_stat_type *t)
{
	return SD_STAT_SLOT_BYTES(t->cells);
}

void sd_stat_init(struct sd_stat *s, void *memory, unsigned int nslots)
{
	s->slots = memory;
	s->slot_bytes = sd_stat_slot_bytes(s->type);
	s->nslots = nslots;
}

void sd_stat_clear(struct sd_stat *s)
{
	unsigned int i;

	for (i = 0; i < s->nslots; i++)
		memset(s->slots + i * s->slot_bytes + 8, 0, s->type->cells * sizeof(sd_int));
}

static void add_cells(struct total *to, const struct sd_stat_type *t, const sd_int *cell)
{
	if (!cell[0])
		return;
	if (t->min && (!to->n || cell[t->min] < to->min))
		to->min = cell[t->min];
	if (t->max && (!to->n || cell[t->max] > to->max))
		to->max = cell[t->max];
	if (t->sum)
		to->sum += (sd_uint)cell[t->sum];
	to->n += (sd_uint)cell[0];
}

static sd_uint begin_read(const char *slot)
{
	return __atomic_load_n((const sd_uint *)slot, __ATOMIC_ACQUIRE);
}

static int changed(const char *slot, sd_uint seq)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return (seq & 1) || __atomic_load_n((const sd_uint *)slot, __ATOMIC_RELAXED) != seq;
}

/* One part, whole: the reader goes again when a sample came in between. */
static void add_slot(struct total *to, const struct sd_stat *s, unsigned int i)
{
	const char *slot = s->slots + i * s->slot_bytes;
	struct total t;
	unsigned int tries;

	for (tries = 0; tries < RETRIES; tries++) {
		sd_uint seq = begin_read(slot);

		t = *to;
		add_cells(&t, s->type, (const sd_int *)(slot + 8));
		if (!changed(slot, seq))
			break;
	}
	*to = t;
}

/*
 * The variance of all parts by that of each (law of total variance): squared
 * differences inside, and between each part's mean and the mean of all.
 */
static sd_int part_squares(const struct sd_stat_type *t, const sd_int *cell, sd_int mean)
{
	sd_uint d = (sd_uint)cell[t->var] - (sd_uint)mean;

	return (sd_int)((sd_uint)cell[t->var + 1] + (sd_uint)cell[0] * d * d);
}

static sd_int mean_of(const struct sd_stat_type *t, const struct total *all)
{
	return (sd_int)(all->sum << t->shift) / (sd_int)all->n;
}

static sd_int variance(const struct sd_stat_type *t, const struct total *all, sd_uint squares)
{
	if (all->n < 2)
		return 0;
	return ((sd_int)squares / (sd_int)(all->n - 1)) >> (t->shift < 32 ? 2 * t->shift : 63);
}

static sd_int extract(struct sd_ctx *c, const struct total *t, int op, const struct sd_site *site)
{
	if (op == SD_STAT_COUNT)
		return (sd_int)t->n;
	if (op == SD_STAT_SUM)
		return (sd_int)t->sum;
	if (!t->n) {
		sd_raise(c, SD_ERR_EMPTY_STATS, site, 0);
		return 0;
	}
	switch (op) {
	case SD_STAT_MIN:
		return t->min;
	case SD_STAT_MAX:
		return t->max;
	default:
		return (sd_int)t->sum / (sd_int)t->n;
	}
}

sd_int sd_stat_all(struct sd_ctx *c, const struct sd_stat *s, int op, const struct sd_site *site)
{
	struct total t = { 0 };
	sd_uint squares = 0;
	sd_int mean;
	unsigned int i;

	for (i = 0; i < s->nslots; i++)
		add_slot(&t, s, i);
	if (op != SD_STAT_VARIANCE || !t.n)
		return extract(c, &t, op, site);
	mean = mean_of(s->type, &t);
	for (i = 0; i < s->nslots; i++)
		squares += (sd_uint)part_squares(s->type, (const sd_int *)(s->slots + i * s->slot_bytes + 8), mean);
	return variance(s->type, &t, squares);
}

sd_int sd_stat_cells(struct sd_ctx *c, const struct sd_stat_type *t, const sd_int *cell, int op, const struct sd_site *site)
{
	struct total all = { 0 };

	if (cell)
		add_cells(&all, t, cell);
	if (op != SD_STAT_VARIANCE || !all.n)
		return extract(c, &all, op, site);
	return variance(t, &all, (sd_uint)part_squares(t, cell, mean_of(t, &all)));
}

/* ---- histograms ------------------------------------------------------------------ */

unsigned int sd_hist_buckets(const struct sd_hist *h)
{
	return h->linear ? h->type->nlinear : SD_HIST_LOG_BUCKETS;
}

static sd_int bucket(const struct sd_hist *h, unsigned int i)
{
	unsigned int at = (h->linear ? h->type->linear : h->type->log) + i, k;
	sd_int n = 0;

	if (!h->all)
		return h->cell ? h->cell[at] : 0;
	for (k = 0; k < h->all->nslots; k++)
		n += __atomic_load_n((const sd_int *)(h->all->slots + k * h->all->slot_bytes + 8) + at, __ATOMIC_RELAXED);
	return n;
}

sd_int sd_hist_bucket(struct sd_ctx *c, const struct sd_hist *h, sd_int i, const struct sd_site *site)
{
	if (i < 0 || i >= sd_hist_buckets(h)) {
		sd_raise(c, SD_ERR_BUCKET, site, i);
		return 0;
	}
	return bucket(h, (unsigned int)i);
}

static int empty(struct sd_ctx *c, const struct sd_hist *h, const struct sd_site *site)
{
	sd_int n = h->all ? sd_stat_all(c, h->all, SD_STAT_COUNT, site) : h->cell ? h->cell[0] : 0;

	if (!n)
		sd_raise(c, SD_ERR_EMPTY_STATS, site, 0);
	return !n;
}

void sd_hist_print(struct sd_ctx *c, const struct sd_hist *h, int newline, const struct sd_site *site)
{
	unsigned int n = sd_hist_buckets(h), i;
	char *p;

	if (empty(c, h, site))
		return;
	p = sd_rec_begin(c, SD_REC_HIST, (h->linear ? SD_HIST_LINEAR : 0) | (newline ? SD_HIST_NEWLINE : 0), (4 + (sd_uint)n) * 8);
	if (!p)
		return;
	p = sd_put_int(p, h->linear ? h->type->low : 0);
	p = sd_put_int(p, h->linear ? h->type->high : 0);
	p = sd_put_int(p, h->linear ? h->type->width : 0);
	p = sd_put_int(p, n);
	for (i = 0; i < n; i++)
		p = sd_put_int(p, bucket(h, i));
	sd_rec_end(c);
}

static sd_int bucket_of(const void *data, unsigned int i)
{
	return bucket(data, i);
}

struct sd_str sd_hist_sprint(struct sd_ctx *c, char *dst, sd_uint cap, const struct sd_hist *h, int newline,
			     const struct sd_site *site)
{
	struct sd_hist_shape shape = { .linear = h->linear, .n = sd_hist_buckets(h) };
	sd_uint n;

	if (empty(c, h, site))
		return (struct sd_str){ "", 0 };
	if (h->linear) {
		shape.low = h->type->low;
		shape.high = h->type->high;
		shape.width = h->type->width;
	}
	n = sd_hist_text(dst, cap, &shape, bucket_of, h);
	if (newline && n < cap)
		dst[n] = '\n';
	n += newline ? 1 : 0;
	if (n > cap) {
		sd_truncated(c);
		n = cap;
	}
	return (struct sd_str){ dst, n };
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of the language: included by abi.h. What is stored of one is
 * cells of sd_int: the number of samples, then what the script asks for. A
 * struct sd_stat_type says where; the generated C has it as a constant, so
 * that adding a sample compiles to just the needed instructions.
 *
 * A scalar statistic has one set of cells for each context (processors, and
 * the one of process context), to which only its owner adds, without a lock.
 * Whoever reads merges them. seq is odd while a sample is being added, so a
 * reader never takes half a sample.
 */
#ifndef SONDE_STAT_H
#define SONDE_STAT_H

enum { SD_HIST_LOG_BUCKETS = 128, SD_HIST_LOG_ZERO = 64 };

/* Cell numbers; 0, which is the count's own, means not stored. */
struct sd_stat_type {
	unsigned int cells;   /* number of cells, at least 1 */
	unsigned int sum, min, max;
	unsigned int var;     /* 2 cells: Welford's running mean and sum of squared differences, scaled by shift */
	unsigned int shift;   /* bits */
	unsigned int log;     /* SD_HIST_LOG_BUCKETS cells */
	unsigned int linear;  /* nlinear cells */
	unsigned int nlinear; /* with those below low and above high */
	sd_int low, high, width;
};

struct sd_stat {
	const struct sd_stat_type *type;
	char *slots;          /* nslots of slot_bytes: seq in 8 bytes, then cells */
	unsigned int slot_bytes, nslots;
};

void sd_stat_init(struct sd_stat *s, void *memory, unsigned int nslots); /* memory: zeroed, nslots * sd_stat_slot_bytes() */
unsigned int sd_stat_slot_bytes(const struct sd_stat_type *t);
#define SD_STAT_SLOT_BYTES(cells) ((8 + (cells) * (unsigned int)sizeof(sd_int) + 63) & ~63u)

/* Bucket of a base-2 logarithmic histogram: …, -2, -1, 0, 1, 2, 4, …; 0 has number SD_HIST_LOG_ZERO. */
static inline unsigned int sd_hist_log_bucket(sd_int v)
{
	if (v == 0)
		return SD_HIST_LOG_ZERO;
	if (v > 0)
		return SD_HIST_LOG_ZERO + 64 - (unsigned int)__builtin_clzll((sd_uint)v);
	return SD_HIST_LOG_ZERO - 64 + (unsigned int)__builtin_clzll(0 - (sd_uint)v);
}

/* Bucket 0 is below low, the last one above high. */
static inline unsigned int sd_hist_linear_bucket(const struct sd_stat_type *t, sd_int v)
{
	if (v < t->low)
		return 0;
	if (v > t->high)
		return t->nlinear - 1;
	return 1 + (unsigned int)(((sd_uint)v - (sd_uint)t->low) / (sd_uint)t->width);
}

static inline __attribute__((always_inline)) void sd_stat_add(sd_int *cell, const struct sd_stat_type *t, sd_int v)
{
	sd_int n = ++cell[0];

	if (t->sum)
		cell[t->sum] = (sd_int)((sd_uint)cell[t->sum] + (sd_uint)v);
	if (t->min && (n == 1 || v < cell[t->min]))
		cell[t->min] = v;
	if (t->max && (n == 1 || v > cell[t->max]))
		cell[t->max] = v;
	if (t->var) {
		sd_uint x = (sd_uint)v << t->shift, delta = x - (sd_uint)cell[t->var];
		sd_uint mean = (sd_uint)cell[t->var] + (sd_uint)((sd_int)delta / n);

		cell[t->var] = (sd_int)mean;
		cell[t->var + 1] = (sd_int)((sd_uint)cell[t->var + 1] + delta * (x - mean));
	}
	if (t->log)
		cell[t->log + sd_hist_log_bucket(v)]++;
	if (t->linear)
		cell[t->linear + sd_hist_linear_bucket(t, v)]++;
}

/* No samples. Whoever adds by sd_stat_add_shared finds the largest minimum and the smallest maximum. */
static inline __attribute__((always_inline)) void sd_stat_reset(sd_int *cell, const struct sd_stat_type *t)
{
	__builtin_memset(cell, 0, t->cells * sizeof(*cell));
	if (t->min)
		cell[t->min] = 0x7fffffffffffffffLL;
	if (t->max)
		cell[t->max] = -0x7fffffffffffffffLL - 1;
}

/*
 * To cells that others add to at the same time; nobody reads them meanwhile, and there is no variance among them.
 * Each cell is right when all are done, whatever the order.
 */
static inline __attribute__((always_inline)) void sd_stat_add_shared(sd_int *cell, const struct sd_stat_type *t, sd_int v)
{
	sd_int old;

	__atomic_fetch_add(&cell[0], 1, __ATOMIC_RELAXED);
	if (t->sum)
		__atomic_fetch_add(&cell[t->sum], v, __ATOMIC_RELAXED);
	if (t->min) {
		old = __atomic_load_n(&cell[t->min], __ATOMIC_RELAXED);
		while (sd_unlikely(v < old) &&
		       !__atomic_compare_exchange_n(&cell[t->min], &old, v, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			;
	}
	if (t->max) {
		old = __atomic_load_n(&cell[t->max], __ATOMIC_RELAXED);
		while (sd_unlikely(v > old) &&
		       !__atomic_compare_exchange_n(&cell[t->max], &old, v, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			;
	}
	if (t->log)
		__atomic_fetch_add(&cell[t->log + sd_hist_log_bucket(v)], 1, __ATOMIC_RELAXED);
	if (t->linear)
		__atomic_fetch_add(&cell[t->linear + sd_hist_linear_bucket(t, v)], 1, __ATOMIC_RELAXED);
}

/* Adds to the part of the running context: nobody else writes it. t: a constant, that of s. */
static inline __attribute__((always_inline)) void sd_stat_add_here(struct sd_ctx *c, const struct sd_stat *s,
								   const struct sd_stat_type *t, sd_int v)
{
	char *slot = s->slots + (sd_uint)(unsigned int)c->cpu * SD_STAT_SLOT_BYTES(t->cells);
	sd_uint seq = *(sd_uint *)slot;

	if (t->cells == 1) { /* one store: never half done */
		__atomic_store_n((sd_int *)(slot + 8), *(sd_int *)(slot + 8) + 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_store_n((sd_uint *)slot, seq + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE); /* the odd number is seen before any change */
	sd_stat_add((sd_int *)(slot + 8), t, v);
	__atomic_store_n((sd_uint *)slot, seq + 2, __ATOMIC_RELEASE);
}

void sd_stat_clear(struct sd_stat *s); /* only when nobody adds */

/* What can be asked. SD_STAT_COUNT and SD_STAT_SUM of no samples are 0, the others raise SD_ERR_EMPTY_STATS. */
enum sd_stat_op { SD_STAT_COUNT, SD_STAT_SUM, SD_STAT_MIN, SD_STAT_MAX, SD_STAT_AVG, SD_STAT_VARIANCE };

sd_int sd_stat_all(struct sd_ctx *c, const struct sd_stat *s, int op, const struct sd_site *site);
/* The same of one set of cells; cell 0: no samples. */
sd_int sd_stat_cells(struct sd_ctx *c, const struct sd_stat_type *t, const sd_int *cell, int op, const struct sd_site *site);

/* ---- Histograms ------------------------------------------------------------------ */

/* What is looked at: the cells of an element, or the parts of a scalar. One of the two is set. */
struct sd_hist {
	const struct sd_stat_type *type;
	const struct sd_stat *all;
	const sd_int *cell;      /* 0 with all == 0: an absent element, all buckets 0 */
	int linear;
};

unsigned int sd_hist_buckets(const struct sd_hist *h);
/* Count of one bucket; a number outside raises SD_ERR_BUCKET. */
sd_int sd_hist_bucket(struct sd_ctx *c, const struct sd_hist *h, sd_int bucket, const struct sd_site *site);
/* print(): a record with the buckets; newline: println(). Nothing but an error (raised) when there are no samples. */
void sd_hist_print(struct sd_ctx *c, const struct sd_hist *h, int newline, const struct sd_site *site);
struct sd_str sd_hist_sprint(struct sd_ctx *c, char *dst, sd_uint cap, const struct sd_hist *h, int newline,
			     const struct sd_site *site);

#endif

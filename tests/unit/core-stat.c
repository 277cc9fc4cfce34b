// SPDX-License-Identifier: GPL-2.0-or-later
/* Statistics and histograms against what the samples themselves say. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/hist.h"
#include "run-check.h"

const struct sd_script sd_script = { .abi = SD_ABI };

void sd_truncated(struct sd_ctx *c)
{
	(void)c;
}

void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg)
{
	c->error = error;
	c->error_site = site;
	c->error_arg = arg;
}

char *sd_rec_begin(struct sd_ctx *c, unsigned int type, unsigned int id, sd_uint bytes)
{
	(void)c, (void)type, (void)id, (void)bytes;
	return NULL;
}

void sd_rec_end(struct sd_ctx *c)
{
	(void)c;
}

static struct sd_ctx ctx;
static unsigned int seed = 7;

static unsigned int roll(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return seed / 65536 % n;
}

enum { SLOTS = 3, BUCKETS = 13 };

/* All there is, in the compiler's order. */
static const struct sd_stat_type all = {
	.cells = 6 + SD_HIST_LOG_BUCKETS + BUCKETS, .sum = 1, .min = 2, .max = 3, .var = 4, .shift = 8, .log = 6,
	.linear = 6 + SD_HIST_LOG_BUCKETS, .nlinear = BUCKETS, .low = -50, .high = 50, .width = 10,
};

static void stat_make(struct sd_stat *s, const struct sd_stat_type *t)
{
	size_t n = SLOTS * sd_stat_slot_bytes(t);
	void *mem = malloc(n);

	if (!mem)
		abort();
	memset(mem, 0, n);
	*s = (struct sd_stat){ .type = t };
	sd_stat_init(s, mem, SLOTS);
}

static void samples(void)
{
	struct sd_stat s;

	stat_make(&s, &all);
	for (int round = 0; round < 200; round++) {
		sd_int n = roll(500), sum = 0, min = 0, max = 0, v[500], linear[BUCKETS] = { 0 }, logs[SD_HIST_LOG_BUCKETS] = { 0 };
		struct sd_hist h = { .type = &all, .all = &s, .linear = 1 }, g = { .type = &all, .all = &s };
		double mean, squares = 0;

		for (sd_int i = 0; i < n; i++) {
			unsigned int b = SD_HIST_LOG_ZERO;

			v[i] = (sd_int)roll(141) - 70;
			sum += v[i];
			min = !i || v[i] < min ? v[i] : min;
			max = !i || v[i] > max ? v[i] : max;
			linear[v[i] < -50 ? 0 : v[i] > 50 ? BUCKETS - 1 : (v[i] + 50) / 10 + 1]++;
			for (sd_int a = llabs(v[i]); a; a >>= 1)
				b += v[i] > 0 ? 1u : -1u;
			logs[b]++;
			ctx.cpu = (int)roll(SLOTS);
			sd_stat_add_here(&ctx, &s, &all, v[i]);
		}
		ctx.error = 0;
		CHECK(sd_stat_all(&ctx, &s, SD_STAT_COUNT, NULL) == n && sd_stat_all(&ctx, &s, SD_STAT_SUM, NULL) == sum, "count or sum");
		CHECK(!ctx.error, "an error");
		if (n) {
			CHECK(sd_stat_all(&ctx, &s, SD_STAT_MIN, NULL) == min && sd_stat_all(&ctx, &s, SD_STAT_MAX, NULL) == max, "min or max");
			CHECK(sd_stat_all(&ctx, &s, SD_STAT_AVG, NULL) == sum / n, "avg");
		}
		if (n > 50) {
			sd_int got = sd_stat_all(&ctx, &s, SD_STAT_VARIANCE, NULL);

			mean = (double)sum / (double)n;
			for (sd_int i = 0; i < n; i++)
				squares += ((double)v[i] - mean) * ((double)v[i] - mean);
			CHECK(llabs(got - (sd_int)(squares / (double)(n - 1))) <= 2 + got / 100, "variance %lld, not %g", got,
			      squares / (double)(n - 1));
		}
		for (int b = 0; b < BUCKETS; b++)
			CHECK(sd_hist_bucket(&ctx, &h, b, NULL) == linear[b], "linear bucket %d", b);
		for (int b = 0; b < SD_HIST_LOG_BUCKETS; b++)
			CHECK(sd_hist_bucket(&ctx, &g, b, NULL) == logs[b], "log bucket %d", b);
		sd_stat_clear(&s);
	}
	free(s.slots);
}

static void empty(void)
{
	static const int ops[] = { SD_STAT_MIN, SD_STAT_MAX, SD_STAT_AVG, SD_STAT_VARIANCE };
	struct sd_hist h = { .type = &all };
	struct sd_stat s;
	char text[64];

	stat_make(&s, &all);
	for (int i = 0; i < 4; i++) {
		ctx.error = 0;
		sd_stat_all(&ctx, &s, ops[i], NULL);
		CHECK(ctx.error == SD_ERR_EMPTY_STATS, "scalar, op %d: error %d", ops[i], ctx.error);
		ctx.error = 0;
		sd_stat_cells(&ctx, &all, NULL, ops[i], NULL);
		CHECK(ctx.error == SD_ERR_EMPTY_STATS, "element, op %d: error %d", ops[i], ctx.error);
	}
	ctx.error = 0;
	CHECK(!sd_stat_cells(&ctx, &all, NULL, SD_STAT_COUNT, NULL) && !sd_stat_cells(&ctx, &all, NULL, SD_STAT_SUM, NULL) && !ctx.error,
	      "count or sum");
	CHECK(!sd_hist_bucket(&ctx, &h, 3, NULL) && !ctx.error, "bucket of nothing");
	sd_hist_bucket(&ctx, &h, SD_HIST_LOG_BUCKETS, NULL);
	CHECK(ctx.error == SD_ERR_BUCKET, "bucket outside");
	ctx.error = 0;
	sd_hist_bucket(&ctx, &h, -1, NULL);
	CHECK(ctx.error == SD_ERR_BUCKET, "bucket below");
	ctx.error = 0;
	CHECK(!sd_hist_sprint(&ctx, text, sizeof(text), &h, 0, NULL).n && ctx.error == SD_ERR_EMPTY_STATS, "text of nothing");
	free(s.slots);
}

/* The examples of the manual page of the language: 1 … 5 without and with a shift. */
static void variance(void)
{
	static const struct sd_stat_type plain = { .cells = 4, .sum = 1, .var = 2 }, shifted = { .cells = 4, .sum = 1, .var = 2, .shift = 1 };
	sd_int a[4] = { 0 }, b[4] = { 0 };

	for (sd_int i = 1; i <= 5; i++) {
		sd_stat_add(a, &plain, i);
		sd_stat_add(b, &shifted, i);
	}
	CHECK(sd_stat_cells(&ctx, &plain, a, SD_STAT_VARIANCE, NULL) == 12, "plain");
	CHECK(sd_stat_cells(&ctx, &shifted, b, SD_STAT_VARIANCE, NULL) == 2, "shifted");
}

/* Nothing a sample can be leads out of the cells. */
static void extremes(void)
{
	static const struct sd_stat_type wide = {
		.cells = 1 + SD_HIST_LOG_BUCKETS + 4, .log = 1, .linear = 1 + SD_HIST_LOG_BUCKETS, .nlinear = 4, .low = INT64_MIN,
		.high = INT64_MAX, .width = INT64_MAX,
	};
	static const sd_int v[] = { 0, 1, -1, INT64_MAX, INT64_MIN, INT64_MIN + 1, 1LL << 62, -(1LL << 62) };
	sd_int *cell = calloc(wide.cells, sizeof(*cell));

	for (unsigned int i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		CHECK(sd_hist_linear_bucket(&wide, v[i]) < 4, "bucket %u", sd_hist_linear_bucket(&wide, v[i]));
		sd_stat_add(cell, &wide, v[i]);
	}
	CHECK(sd_hist_log_bucket(INT64_MIN) == 0 && sd_hist_log_bucket(INT64_MAX) == 127 && sd_hist_log_bucket(0) == 64 &&
	      sd_hist_log_bucket(-1) == 63 && sd_hist_log_bucket(1) == 65 && sd_hist_log_bucket(3) == 66 && sd_hist_log_bucket(4) == 67,
	      "buckets");
	free(cell);
}

static sd_int count_of(const void *data, unsigned int i)
{
	return ((const sd_int *)data)[i];
}

static void looks(void)
{
	static const char want[] =
		"value |-------------------------------------------------- count\n"
		"   <0 |                                                     1\n"
		"    0 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 100\n"
		"   10 |                                                     0\n"
		"   20 |                                                     0\n"
		"      ~\n"
		"   60 |                                                     0\n"
		"   70 |                                                     0\n"
		"   80 |@                                                    2\n"
		"   90 |                                                     0\n"
		"  100 |                                                     0\n\n";
	struct sd_hist_shape s = { .linear = 1, .n = 33, .low = 0, .high = 300, .width = 10 };
	sd_int count[SD_HIST_LOG_BUCKETS] = { [0] = 1, [1] = 100, [9] = 2 };
	char text[16384];
	sd_uint n = sd_hist_text(text, sizeof(text), &s, count_of, count), m;

	CHECK(n == strlen(want) && !memcmp(text, want, n), "\n%.*s", (int)n, text);
	for (sd_uint cap = 0; cap < n; cap++) {
		char *p = malloc(cap ? cap : 1);

		m = sd_hist_text(p, cap, &s, count_of, count);
		CHECK(m == n && !memcmp(p, want, cap), "cut at %llu", cap);
		free(p);
	}
	memset(count, 0, sizeof(count));
	CHECK(sd_hist_text(text, sizeof(text), &s, count_of, count) == 0, "empty");
	for (int i = 0; i < SD_HIST_LOG_BUCKETS; i++)
		count[i] = INT64_MAX;
	s = (struct sd_hist_shape){ .n = SD_HIST_LOG_BUCKETS };
	n = sd_hist_text(text, sizeof(text), &s, count_of, count);
	CHECK(n < sizeof(text) && !memcmp(text + n - 2, "\n\n", 2), "full: %llu", n);
}

int main(void)
{
	RUN(samples);
	RUN(empty);
	RUN(variance);
	RUN(extremes);
	RUN(looks);
	return check_status;
}

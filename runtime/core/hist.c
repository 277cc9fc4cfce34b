// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a histogram, in the form the language reference shows: a row
 * for each bucket from two before the first that has samples to two behind
 * the last; of a longer run of empty ones inside only two at each end, with a
 * '~' between. A bar is at most 50 wide.
 */
#include "os.h"
#include "hist.h"

enum { WIDTH = 50, KEEP = 2, LABEL = 24 };

struct table {
	char *p, *end;
	sd_uint n;  /* bytes of the whole */
	const struct sd_hist_shape *shape;
	sd_int (*bucket)(const void *data, unsigned int i);
	const void *data;
	unsigned int first, last;  /* rows shown */
	unsigned int label, count; /* widths of the columns */
	sd_int scale;
};

static void put(struct table *t, char c)
{
	if (t->p < t->end)
		*t->p++ = c;
	t->n++;
}

static void fill(struct table *t, char c, sd_int n)
{
	for (; n > 0; n--)
		put(t, c);
}

static void puts_right(struct table *t, const char *s, unsigned int n, unsigned int width)
{
	unsigned int i;

	fill(t, ' ', (sd_int)width - (sd_int)n);
	for (i = 0; i < n; i++)
		put(t, s[i]);
}

/* Decimal digits of v into buf (LABEL bytes). */
static unsigned int decimal(char *buf, sd_int v)
{
	char tmp[LABEL];
	sd_uint u = v < 0 ? 0 - (sd_uint)v : (sd_uint)v;
	unsigned int n = 0, len = 0;

	do {
		tmp[n++] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (v < 0)
		buf[len++] = '-';
	while (n)
		buf[len++] = tmp[--n];
	return len;
}

static sd_int log_value(unsigned int i)
{
	if (i == SD_HIST_LOG_ZERO)
		return 0;
	if (i > SD_HIST_LOG_ZERO)
		return (sd_int)((sd_uint)1 << (i - SD_HIST_LOG_ZERO - 1));
	return (sd_int)(0 - ((sd_uint)1 << (SD_HIST_LOG_ZERO - 1 - i)));
}

static unsigned int label(const struct sd_hist_shape *s, unsigned int i, char *buf)
{
	if (!s->linear)
		return decimal(buf, log_value(i));
	if (i == 0) {
		buf[0] = '<';
		return 1 + decimal(buf + 1, s->low);
	}
	if (i == s->n - 1) {
		buf[0] = '>';
		return 1 + decimal(buf + 1, s->high);
	}
	return decimal(buf, (sd_int)((sd_uint)s->low + (sd_uint)(i - 1) * (sd_uint)s->width));
}

/* Rows to show. The buckets for what lies outside of a linear one, and below 0, show up when they are needed. */
static int bounds(struct table *t)
{
	const struct sd_hist_shape *s = t->shape;
	unsigned int i, first = s->n, last = 0, floor, top;

	for (i = 0; i < s->n; i++)
		if (t->bucket(t->data, i)) {
			first = first < i ? first : i;
			last = i;
		}
	if (first == s->n)
		return 0;
	floor = s->linear ? 1 : first >= SD_HIST_LOG_ZERO ? SD_HIST_LOG_ZERO : 0;
	top = s->linear ? s->n - 2 : s->n - 1;
	t->first = first > floor + KEEP ? first - KEEP : first < floor ? first : floor;
	t->last = last + KEEP < top ? last + KEEP : last > top ? last : top;
	return 1;
}

static void columns(struct table *t)
{
	char buf[LABEL];
	unsigned int i, n;
	sd_int most = 0, v;

	t->label = 5; /* "value" */
	for (i = t->first; i <= t->last; i++) {
		n = label(t->shape, i, buf);
		t->label = n > t->label ? n : t->label;
		v = t->bucket(t->data, i);
		most = v > most ? v : most;
	}
	t->count = decimal(buf, most);
	t->scale = most <= WIDTH ? 1 : (most - 1) / WIDTH + 1;
}

static void row(struct table *t, unsigned int i)
{
	char buf[LABEL];
	sd_int v = t->bucket(t->data, i), bar = v / t->scale;

	puts_right(t, buf, label(t->shape, i, buf), t->label);
	put(t, ' ');
	put(t, '|');
	bar = bar < WIDTH ? bar : WIDTH; /* it grew since the columns were measured */
	fill(t, '@', bar);
	fill(t, ' ', WIDTH - bar + 1);
	puts_right(t, buf, decimal(buf, v), t->count);
	put(t, '\n');
}

static void head(struct table *t)
{
	puts_right(t, "value", 5, t->label);
	put(t, ' ');
	put(t, '|');
	fill(t, '-', WIDTH);
	puts_right(t, " count\n", 7, 7);
}

/* The empty rows from i on: all, or those at the ends. Returns the row behind them. */
static unsigned int gap(struct table *t, unsigned int i)
{
	unsigned int end = i;

	while (end <= t->last && !t->bucket(t->data, end))
		end++;
	if (end > t->last || end - i <= 2 * KEEP) {
		for (; i < end; i++)
			row(t, i);
		return end;
	}
	row(t, i);
	row(t, i + 1);
	puts_right(t, "~", 1, t->label + 2); /* under the bars' left edge */
	put(t, '\n');
	row(t, end - 2);
	row(t, end - 1);
	return end;
}

sd_uint sd_hist_text(char *dst, sd_uint cap, const struct sd_hist_shape *s, sd_int (*bucket)(const void *data, unsigned int i),
		     const void *data)
{
	struct table t = { .p = dst, .end = dst + cap, .shape = s, .bucket = bucket, .data = data };
	unsigned int i;

	if (!bounds(&t))
		return 0;
	columns(&t);
	head(&t);
	for (i = t.first; i <= t.last;) {
		if (!bucket(data, i)) {
			i = gap(&t, i);
			continue;
		}
		row(&t, i++);
	}
	put(&t, '\n');
	return t.n;
}

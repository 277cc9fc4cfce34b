// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A heat map of a histogram over time. Each line of the input is a column's
 * time, the lower end of a bucket, and a count: "12 1024 37". Buckets
 * are the rows: powers of two are spaced evenly, others by the least distance that occurs.
 */
#include "flame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT = 90, RIGHT = 30, TOP = 52, BOTTOM = 62, ROW = 16, ROWS_MAX = 400, COLUMNS_MAX = 4000 };

static bool number(char **s, int64_t *v)
{
	char *end;

	errno = 0;
	*v = strtoll(*s, &end, 10);
	if (end == *s || errno || (*end && !strchr(" \t,\r\n", *end)))
		return false;
	*s = end + strspn(end, " \t,\r\n");
	return true;
}

void heat_read(struct heat *h, FILE *in)
{
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, in) >= 0) {
		struct cell c;
		int64_t count;
		char *p = line + strspn(line, " \t\r\n");

		h->lines++;
		if (!*p || *p == '#')
			continue;
		if (!number(&p, &c.time) || !number(&p, &c.low) || !number(&p, &count) || *p || count < 0) {
			note_strange(line, h->lines, &h->strange, h->first_strange, &h->strange_at);
			continue;
		}
		c.count = (uint64_t)count;
		vec_push(arena_permanent(), &h->cells, c);
	}
	free(line);
}

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct axis {
	struct VEC(int64_t) at;  /* different values, sorted */
	bool powers;             /* 0, 1, 2, 4, 8...: rows are those */
	int64_t first, step;
	uint64_t n;              /* rows or columns */
};

static bool is_power(int64_t v)
{
	return v >= 0 && !(v & (v - 1));
}

static unsigned log_of(int64_t v)
{
	unsigned n = 0;

	while (v > 0) {
		n++;
		v >>= 1;
	}
	return n;
}

static void axis_init(struct axis *a, const struct heat *h, bool time)
{
	int64_t step = 0;

	memset(a, 0, sizeof(*a));
	vec_each(i, &h->cells)
		vec_push(arena_permanent(), &a->at, time ? h->cells.v[i].time : h->cells.v[i].low);
	qsort(a->at.v, a->at.n, sizeof(*a->at.v), by_value);
	a->powers = !time && a->at.n > 1 && a->at.v[0] != a->at.v[a->at.n - 1];
	for (unsigned i = 0; i < a->at.n; i++) {
		uint64_t d = i ? (uint64_t)a->at.v[i] - (uint64_t)a->at.v[i - 1] : 0;

		a->powers &= is_power(a->at.v[i]);
		if (d && d < INT64_MAX && (!step || (int64_t)d < step))
			step = (int64_t)d;
	}
	a->first = a->at.v[0];
	a->step = step ? step : 1;
	if (a->powers)
		a->n = log_of(a->at.v[a->at.n - 1]) - log_of(a->first) + 1;
	else
		a->n = ((uint64_t)a->at.v[a->at.n - 1] - (uint64_t)a->first) / (uint64_t)a->step + 1;
}

static uint64_t place(const struct axis *a, int64_t v)
{
	return a->powers ? log_of(v) - log_of(a->first) : ((uint64_t)v - (uint64_t)a->first) / (uint64_t)a->step;
}

static int64_t value(const struct axis *a, uint64_t i)
{
	if (!a->powers)
		return (int64_t)((uint64_t)a->first + i * (uint64_t)a->step);
	i += log_of(a->first);
	return i ? (int64_t)(1ULL << (i - 1)) : 0;
}

/* 1536 as "1.5K"; exact numbers stand in the boxes' titles. */
static void short_number(struct buf *out, int64_t v, bool binary)
{
	static const char unit[] = " KMGTPE";
	double d = (double)v, base = binary ? 1024 : 1000;
	unsigned u = 0;

	while ((d >= base || d <= -base) && u < sizeof(unit) - 2) {
		d /= base;
		u++;
	}
	if (u)
		buf_printf(out, "%.3g%c", d, unit[u]);
	else
		buf_printf(out, "%lld", (long long)v);
}

static void axes(const struct axis *time, const struct axis *low, const struct look *l, double width, double row, struct buf *out)
{
	unsigned bottom = TOP + (unsigned)((double)low->n * row);
	uint64_t every_row = row < 14 ? (uint64_t)(14 / row) + 1 : 1, every = (uint64_t)(70 / width) + 1;

	for (uint64_t i = 0; i < low->n; i += every_row) {
		buf_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 8, bottom - (double)i * row - 3);
		short_number(out, value(low, i), low->powers);
		buf_puts(out, "</text>\n");
	}
	for (uint64_t i = 0; i < time->n; i += every) {
		buf_printf(out, "<text x=\"%.1f\" y=\"%u\">", LEFT + (double)i * width, bottom + 16);
		buf_printf(out, "%lld</text>\n", (long long)value(time, i));
	}
	buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%u\" fill=\"none\" stroke=\"#909090\"/>\n", LEFT, TOP, (double)time->n * width, bottom - TOP);
	buf_printf(out, "<text class=\"s\" x=\"%u\" y=\"%u\">time</text>\n", l->width / 2, bottom + 36);
}

const char *heat_draw(struct heat *h, const struct look *l, struct buf *out)
{
	struct axis time, low;
	uint64_t most = 0, total = 0, *sum;
	double width, row;

	if (!h->cells.n)
		return "there are no counts in the input";
	axis_init(&time, h, true);
	axis_init(&low, h, false);
	if (time.n > COLUMNS_MAX)
		return "the times lie too far apart: more than 4000 columns of the least distance between two";
	if (low.n > ROWS_MAX)
		return "the buckets lie too far apart: more than 400 rows of the least distance between two";
	sum = arena_alloc(arena_permanent(), time.n * low.n * sizeof(*sum));
	memset(sum, 0, time.n * low.n * sizeof(*sum));
	vec_each(i, &h->cells) {
		uint64_t *s = &sum[place(&time, h->cells.v[i].time) * low.n + place(&low, h->cells.v[i].low)];

		*s += h->cells.v[i].count;
		total += h->cells.v[i].count;
		most = *s > most ? *s : most;
	}
	width = (double)(l->width - LEFT - RIGHT) / (double)time.n;
	row = low.n > 40 ? 640.0 / (double)low.n : ROW;
	svg_begin(out, l->width, (unsigned)(TOP + (double)low.n * row + BOTTOM), l->title, l->subtitle);
	for (uint64_t t = 0; t < time.n; t++)
		for (uint64_t k = 0; k < low.n; k++) {
			uint64_t n = sum[t * low.n + k];
			double heat = most ? (double)n / (double)most : 0;

			if (!n)
				continue;
			heat = heat * (2 - heat); /* draws out the low end: a few are to be seen beside thousands */
			buf_puts(out, "<g><title>");
			buf_printf(out, "time %lld, %lld", (long long)value(&time, t), (long long)value(&low, k));
			if (k + 1 < low.n || low.powers)
				buf_printf(out, " to %lld", (long long)value(&low, k + 1) - 1);
			buf_puts(out, ": ");
			svg_number(out, n);
			buf_putc(out, ' ');
			svg_escape(out, l->unit, strlen(l->unit));
			buf_printf(out, "</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"hsl(%.0f,%.0f%%,%.0f%%)\"/></g>\n",
				   LEFT + (double)t * width, TOP + (double)(low.n - 1 - k) * row, width > 2 ? width - 0.5 : width, row > 2 ? row - 0.5 : row,
				   l->cold ? 205 + 25 * heat : 48 - 44 * heat, 75 + 15 * heat, 86 - 50 * heat);
		}
	axes(&time, &low, l, width, row, out);
	buf_printf(out, "<text class=\"s\" x=\"%u\" y=\"%.0f\">", l->width / 2, TOP + (double)low.n * row + BOTTOM - 8);
	svg_number(out, total);
	buf_putc(out, ' ');
	svg_escape(out, l->unit, strlen(l->unit));
	buf_puts(out, ", at most ");
	svg_number(out, most);
	buf_puts(out, " in one box</text>\n</svg>\n");
	return NULL;
}

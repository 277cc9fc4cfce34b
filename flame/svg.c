// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A flame graph: a box for each call, as wide as its share of the counts, on top
 * of the one that called it. Colours depend on the names alone, so a function looks the same
 * in every picture; those of the kernel are redder.
 */
#include "flame.h"

#include <string.h>

enum { MARGIN = 10, HEAD = 48, FOOT = 24 };

static const double letter = 7.3; /* of the font, in pixels: a little more than it takes */

struct drawing {
	const struct look *l;
	struct buf *out;
	double per_count;
	uint64_t total;
	unsigned rows;
	unsigned long boxes, left_out;
};

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h ^ h >> 15;
}

static void colour(const struct drawing *d, const struct call *c, unsigned depth, struct buf *out)
{
	uint32_t h = hash(c->name);
	unsigned a = h % 24, b = h / 24 % 12, hue;

	if (!depth) {
		buf_puts(out, "#d8d8d0");
		return;
	}
	if (d->l->cold)
		hue = c->kernel ? 205 + a : 165 + a;
	else
		hue = c->kernel ? 4 + a * 3 / 4 : 32 + a;
	buf_printf(out, "hsl(%u,%u%%,%u%%)", hue, 68 + b, 66 + (h / 288) % 10);
}

static unsigned rows_of(const struct drawing *d, const struct call *c, unsigned depth)
{
	unsigned most = depth + 1;

	for (const struct call *k = c->first; k; k = k->next)
		if ((double)k->total * d->per_count >= d->l->least) {
			unsigned n = rows_of(d, k, depth + 1);

			most = n > most ? n : most;
		}
	return most;
}

static void box(struct drawing *d, const struct call *c, unsigned depth, double x)
{
	const struct look *l = d->l;
	double w = (double)c->total * d->per_count, y;
	size_t columns = w > 6 ? (size_t)((w - 4) / letter) : 0, used, n;
	struct buf *o = d->out;

	if (w < l->least) {
		d->left_out++;
		return;
	}
	d->boxes++;
	y = HEAD + (l->hanging ? (double)depth : (double)(d->rows - 1 - depth)) * l->height;
	buf_puts(o, "<g><title>");
	svg_escape(o, c->name, strlen(c->name));
	if (c->kernel)
		buf_puts(o, " [kernel]");
	buf_puts(o, ": ");
	svg_number(o, c->total);
	buf_putc(o, ' ');
	svg_escape(o, l->unit, strlen(l->unit));
	buf_printf(o, ", %.2f%%", d->total ? 100.0 * (double)c->total / (double)d->total : 100.0);
	if (c->self && c->first) {
		buf_puts(o, "; in itself ");
		svg_number(o, c->self);
	}
	buf_printf(o, "</title><rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%u\" rx=\"1\" fill=\"", x, y, w > 0.6 ? w - 0.4 : w, l->height - 1);
	colour(d, c, depth, o);
	buf_puts(o, "\"/>");
	n = svg_fit(c->name, columns, &used);
	if (n < strlen(c->name))
		n = columns > 3 ? svg_fit(c->name, columns - 2, &used) : 0;
	if (n) {
		buf_printf(o, "<text x=\"%.1f\" y=\"%.1f\">", x + 3, y + l->height / 2.0 + 4);
		svg_escape(o, c->name, n);
		buf_printf(o, "%s</text>", n < strlen(c->name) ? ".." : "");
	}
	buf_puts(o, "</g>\n");
	for (const struct call *k = c->first; k; k = k->next) {
		box(d, k, depth + 1, x);
		x += (double)k->total * d->per_count;
	}
}

void flame_draw(const struct stacks *s, const struct look *l, struct buf *out)
{
	struct drawing d = { .l = l, .out = out, .total = s->root.total };
	unsigned height;

	d.per_count = s->root.total ? (double)(l->width - 2 * MARGIN) / (double)s->root.total : 0;
	d.rows = rows_of(&d, &s->root, 0);
	height = HEAD + d.rows * l->height + FOOT;
	svg_begin(out, l->width, height, l->title, l->subtitle);
	box(&d, &s->root, 0, MARGIN);
	buf_printf(out, "<text class=\"s\" x=\"%u\" y=\"%u\">", l->width / 2, height - 8);
	svg_number(out, d.total);
	buf_putc(out, ' ');
	svg_escape(out, l->unit, strlen(l->unit));
	if (d.left_out)
		buf_printf(out, "; %lu narrower than %.3g pixels left out", d.left_out, l->least);
	buf_puts(out, "</text>\n</svg>\n");
}

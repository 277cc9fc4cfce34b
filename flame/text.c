// SPDX-License-Identifier: GPL-2.0-or-later
/* What all pictures need: the frame of an SVG file, and text in it. */
#include "flame.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at s, or 0: it is none, or one that XML cannot have. */
static size_t character(const char *s, size_t n)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t len = u[0] < 0x80 ? 1 : (u[0] & 0xe0) == 0xc0 ? 2 : (u[0] & 0xf0) == 0xe0 ? 3 : (u[0] & 0xf8) == 0xf0 ? 4 : 0;
	unsigned v;

	if (!len || len > n)
		return 0;
	if (len == 1)
		return u[0] >= 0x20 && u[0] != 0x7f ? 1 : u[0] == '\t';
	v = u[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (u[i] & 0x3f);
	}
	return v < least[len] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000) || v >= 0xfffe || (v >= 0x80 && v < 0xa0) ? 0 : len;
}

void svg_escape(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		len = character(s + i, n - i);
		if (!len) {
			buf_puts(out, "\xef\xbf\xbd"); /* U+FFFD */
			len = 1;
			continue;
		}
		switch (s[i]) {
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		case '\'':
			buf_puts(out, "&#39;");
			break;
		default:
			buf_put(out, s + i, len);
		}
	}
}

size_t svg_fit(const char *s, size_t columns, size_t *used)
{
	size_t n = strlen(s), i = 0, len;

	for (*used = 0; i < n && *used < columns; ++*used) {
		len = character(s + i, n - i);
		i += len ? len : 1;
	}
	return i;
}

void svg_number(struct buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_putc(out, ',');
		buf_putc(out, digits[i]);
	}
}

void svg_begin(struct buf *out, unsigned width, unsigned height, const char *title, const char *subtitle)
{
	buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\">\n", width,
		   height, width, height);
	buf_puts(out, "<title>");
	svg_escape(out, title, strlen(title));
	buf_puts(out, "</title>\n<style>text { font: 12px \"DejaVu Sans Mono\", Menlo, Consolas, monospace; fill: #202020 } "
		      ".h { font: bold 16px sans-serif; text-anchor: middle } .s { font: 12px sans-serif; text-anchor: middle; fill: #606060 } "
		      "g:hover > rect { stroke: #000; stroke-width: 1 } g > text { pointer-events: none }</style>\n");
	buf_printf(out, "<rect width=\"%u\" height=\"%u\" fill=\"#fcfcf8\"/>\n<text class=\"h\" x=\"%u\" y=\"22\">", width, height, width / 2);
	svg_escape(out, title, strlen(title));
	buf_puts(out, "</text>\n");
	if (subtitle && *subtitle) {
		buf_printf(out, "<text class=\"s\" x=\"%u\" y=\"39\">", width / 2);
		svg_escape(out, subtitle, strlen(subtitle));
		buf_puts(out, "</text>\n");
	}
}

void note_strange(const char *line, unsigned long at, unsigned long *n, char first[80], unsigned long *first_at)
{
	if (!(*n)++) {
		snprintf(first, 80, "%s", line);
		first[strcspn(first, "\r\n")] = '\0';
		*first_at = at;
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* One directive of a format. Numbers are left to the C library's printf; the language's own ones are made here. */
#include "program.h"

#include <string.h>

static void pad(struct text *o, int n)
{
	while (n-- > 0)
		text_put(o, " ", 1);
}

static void put_padded(struct text *o, const struct directive *d, int width, const char *s, unsigned n)
{
	bool left = strchr(d->flags, '-') || width < 0;
	int size = width == NONE && d->width == NONE ? 0 : width < 0 ? -width : width;

	if (!left)
		pad(o, size - (int)n);
	text_put(o, s, n);
	if (left)
		pad(o, size - (int)n);
}

static unsigned put_escaped(char *to, unsigned char c)
{
	static const char from[] = "\a\b\t\n\v\f\r", names[] = "abtnvfr";
	const char *at = c ? strchr(from, c) : NULL;

	if (c >= 32 && c < 127) {
		to[0] = (char)c;
		return 1;
	}
	if (at)
		return (unsigned)sprintf(to, "\\%c", names[at - from]);
	return (unsigned)sprintf(to, "\\%03o", c);
}

static void put_by_c(struct text *o, const struct directive *d, int width, int precision, int64_t v)
{
	char fmt[32], buf[512];
	int n = 0, letter = d->letter;

	if (letter == 'p' && !v) { /* "%#x" has no prefix for 0 */
		put_padded(o, d, width, "0x0", 3);
		return;
	}
	n += sprintf(fmt + n, "%%%s%s", d->flags, letter == 'p' ? "#" : "");
	n += sprintf(fmt + n, "%s", d->width == NONE ? "" : "*");
	n += sprintf(fmt + n, "%s", d->precision == NONE ? "" : ".*");
	sprintf(fmt + n, "ll%c", letter == 'p' ? 'x' : letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (d->width == NONE && d->precision == NONE)
		n = snprintf(buf, sizeof(buf), fmt, (long long)v);
	else if (d->width == NONE)
		n = snprintf(buf, sizeof(buf), fmt, precision, (long long)v);
	else if (d->precision == NONE)
		n = snprintf(buf, sizeof(buf), fmt, width, (long long)v);
	else
		n = snprintf(buf, sizeof(buf), fmt, width, precision, (long long)v);
#pragma GCC diagnostic pop
	text_put(o, buf, (size_t)n);
}

void format_value(struct text *o, const struct directive *d, int width, int precision, struct value v)
{
	char c[8];
	unsigned n;

	switch (d->letter) {
	case 's':
		n = v.n;
		if (d->precision != NONE && precision >= 0 && n > (unsigned)precision)
			n = (unsigned)precision;
		put_padded(o, d, width, v.s, n);
		break;
	case 'c':
		c[0] = (char)v.i;
		n = strchr(d->flags, '#') ? put_escaped(c, (unsigned char)v.i) : 1;
		put_padded(o, d, width, c, n);
		break;
	case 'b':
		text_put(o, &v.i, d->width == NONE ? 8 : (size_t)d->width);
		break;
	default:
		put_by_c(o, d, width, precision, v.i);
		break;
	}
}

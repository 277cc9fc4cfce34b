// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The formatter of the language: %d %i %u %x %X %o %p %s %c %b %%, flags
 * - + space 0 #, width and precision, also by '*'. As printf of C (C11
 * 7.21.6.1) with these differences: every number has 64 bits and length
 * modifiers are accepted and mean nothing; %p is %#x with 0x even for 0;
 * %b writes the bytes of the value as they lie in memory, the width being
 * their number (1, 2, 4, 8); %#c escapes what is not printable; %M takes a
 * string and writes its bytes in hexadecimal (the compiler makes %s of %m,
 * and reads the memory of both before).
 * Bounded by the capacity of the output; no recursion; knows no kernel.
 */
#include "os.h"
#include "format.h"

enum { FL_LEFT = 1, FL_PLUS = 2, FL_SPACE = 4, FL_ZERO = 8, FL_ALT = 16 };

struct out {
	char *p, *end;
	int cut;
};

struct spec {
	unsigned int flags;
	int width;     /* -1: none */
	int precision; /* -1: none */
	char conv;
};

struct input {
	const char *p, *end;         /* of the format */
	const struct sd_value *args;
	unsigned int nargs, next;
};

static void put(struct out *o, const char *s, sd_uint n)
{
	sd_uint room = (sd_uint)(o->end - o->p);

	if (n > room) {
		n = room;
		o->cut = 1;
	}
	if (n)
		memcpy(o->p, s, n);
	o->p += n;
}

static void fill(struct out *o, char c, sd_int n)
{
	sd_int room = o->end - o->p;

	if (n <= 0)
		return;
	if (n > room) {
		n = room;
		o->cut = 1;
	}
	if (n)
		memset(o->p, c, (sd_uint)n);
	o->p += n;
}

static void put_padded(struct out *o, const struct spec *sp, const char *s, sd_uint n)
{
	sd_int pad = sp->width - (sd_int)n;

	if (!(sp->flags & FL_LEFT))
		fill(o, ' ', pad);
	put(o, s, n);
	if (sp->flags & FL_LEFT)
		fill(o, ' ', pad);
}

/* Digits of v, most significant first, into the end of buf; returns where they start. */
static char *digits(char *end, sd_uint v, unsigned int base, int upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	while (v) {
		*--end = set[v % base];
		v /= base;
	}
	return end;
}

static void put_number(struct out *o, const struct spec *sp, sd_int value)
{
	char buf[24], *end = buf + sizeof(buf), *s;
	const char *prefix = "";
	sd_uint v = (sd_uint)value;
	sd_int ndigits, nprefix, zeros, pad;
	unsigned int base = 10;

	switch (sp->conv) {
	case 'd':
	case 'i':
		if (value < 0) {
			prefix = "-";
			v = 0 - v;
		} else if (sp->flags & FL_PLUS) {
			prefix = "+";
		} else if (sp->flags & FL_SPACE) {
			prefix = " ";
		}
		break;
	case 'o':
		base = 8;
		break;
	case 'x':
	case 'X':
		base = 16;
		if (v && (sp->flags & FL_ALT))
			prefix = sp->conv == 'x' ? "0x" : "0X";
		break;
	case 'p':
		base = 16;
		prefix = "0x";
		break;
	}
	s = digits(end, v, base, sp->conv == 'X');
	ndigits = end - s;
	nprefix = (sd_int)strlen(prefix);
	zeros = (sp->precision < 0 ? 1 : sp->precision) - ndigits;
	if (zeros < 0)
		zeros = 0;
	if (base == 8 && (sp->flags & FL_ALT) && !zeros)
		zeros = 1;
	pad = sp->width - nprefix - zeros - ndigits;
	if (pad > 0 && (sp->flags & FL_ZERO) && !(sp->flags & FL_LEFT) && sp->precision < 0) {
		zeros += pad;
		pad = 0;
	}
	if (!(sp->flags & FL_LEFT))
		fill(o, ' ', pad);
	put(o, prefix, (sd_uint)nprefix);
	fill(o, '0', zeros);
	put(o, s, (sd_uint)ndigits);
	if (sp->flags & FL_LEFT)
		fill(o, ' ', pad);
}

static void put_char(struct out *o, const struct spec *sp, sd_int value)
{
	static const char names[] = "\aa\bb\tt\nn\vv\ff\rr";
	unsigned char c = (unsigned char)value;
	char buf[4];
	sd_uint i, n = 0;

	if (!(sp->flags & FL_ALT) || (c >= 0x20 && c < 0x7f)) {
		buf[n++] = (char)c;
	} else {
		buf[n++] = '\\';
		for (i = 0; i + 1 < sizeof(names) && n == 1; i += 2)
			if ((unsigned char)names[i] == c)
				buf[n++] = names[i + 1];
		if (n == 1) {
			buf[n++] = (char)('0' + (c >> 6));
			buf[n++] = (char)('0' + (c >> 3 & 7));
			buf[n++] = (char)('0' + (c & 7));
		}
	}
	put_padded(o, sp, buf, n);
}

static int put_binary(struct out *o, const struct spec *sp, sd_int value)
{
	unsigned char u1 = (unsigned char)value;
	unsigned short u2 = (unsigned short)value;
	unsigned int u4 = (unsigned int)value;

	switch (sp->width) {
	case 1:
		put(o, (const char *)&u1, 1);
		return 0;
	case 2:
		put(o, (const char *)&u2, 2);
		return 0;
	case 4:
		put(o, (const char *)&u4, 4);
		return 0;
	case -1:
	case 8:
		put(o, (const char *)&value, 8);
		return 0;
	}
	return -1;
}

/* Two digits a byte, in the order of the bytes. */
static void put_hex(struct out *o, const struct spec *sp, struct sd_str v)
{
	static const char set[] = "0123456789abcdef";
	sd_int pad = sp->width - 2 * (sd_int)v.n;
	char digit[2];

	if (!(sp->flags & FL_LEFT))
		fill(o, ' ', pad);
	for (sd_uint i = 0; i < v.n && !o->cut; i++) {
		digit[0] = set[(unsigned char)v.s[i] >> 4];
		digit[1] = set[(unsigned char)v.s[i] & 15];
		put(o, digit, 2);
	}
	if (sp->flags & FL_LEFT)
		fill(o, ' ', pad);
}

/* The next argument, when it is of the wanted type. */
static const struct sd_value *take_arg(struct input *in, int is_string)
{
	if (in->next >= in->nargs || !in->args[in->next].is_string != !is_string)
		return 0;
	return &in->args[in->next++];
}

static unsigned int flag_of(char c)
{
	switch (c) {
	case '-':
		return FL_LEFT;
	case '+':
		return FL_PLUS;
	case ' ':
		return FL_SPACE;
	case '0':
		return FL_ZERO;
	case '#':
		return FL_ALT;
	}
	return 0;
}

#define NO_COUNT (-SD_FORMAT_WIDTH - 1)

/* A number or '*'; NO_COUNT in *n when there is neither. Otherwise negative only by '*'. */
static enum sd_format_result parse_count(struct input *in, int *n)
{
	const struct sd_value *v;
	sd_int r = 0;

	*n = NO_COUNT;
	if (in->p < in->end && *in->p == '*') {
		in->p++;
		v = take_arg(in, 0);
		if (!v)
			return SD_FORMAT_MISSING;
		r = v->i;
	} else {
		if (in->p == in->end || *in->p < '0' || *in->p > '9')
			return SD_FORMAT_OK;
		for (; in->p < in->end && *in->p >= '0' && *in->p <= '9'; in->p++)
			if (r <= SD_FORMAT_WIDTH)
				r = r * 10 + (*in->p - '0');
	}
	if (r > SD_FORMAT_WIDTH)
		r = SD_FORMAT_WIDTH;
	if (r < -SD_FORMAT_WIDTH)
		r = -SD_FORMAT_WIDTH;
	*n = (int)r;
	return SD_FORMAT_OK;
}

/* From behind the '%' to behind the conversion. */
static enum sd_format_result parse_spec(struct input *in, struct spec *sp)
{
	unsigned int f;

	*sp = (struct spec){ .width = -1, .precision = -1 };
	for (; in->p < in->end && (f = flag_of(*in->p)) != 0; in->p++)
		sp->flags |= f;
	if (parse_count(in, &sp->width))
		return SD_FORMAT_MISSING;
	if (sp->width == NO_COUNT) {
		sp->width = -1;
	} else if (sp->width < 0) {
		sp->width = -sp->width;
		sp->flags |= FL_LEFT;
	}
	if (in->p < in->end && *in->p == '.') {
		in->p++;
		if (in->p < in->end && *in->p == '*') {
			if (parse_count(in, &sp->precision))
				return SD_FORMAT_MISSING;
			if (sp->precision < 0)
				sp->precision = -1;
		} else {
			parse_count(in, &sp->precision);
			if (sp->precision < 0)
				sp->precision = 0;
		}
	}
	while (in->p < in->end && (*in->p == 'l' || *in->p == 'h' || *in->p == 'j' || *in->p == 'z' || *in->p == 't'))
		in->p++;
	if (in->p == in->end)
		return SD_FORMAT_BAD;
	sp->conv = *in->p++;
	return SD_FORMAT_OK;
}

static enum sd_format_result put_spec(struct out *o, struct input *in, const struct spec *sp)
{
	const struct sd_value *v;
	sd_uint n;

	switch (sp->conv) {
	case '%':
		put(o, "%", 1);
		return SD_FORMAT_OK;
	case 's':
		v = take_arg(in, 1);
		if (!v)
			return SD_FORMAT_MISSING;
		n = v->s.n;
		if (sp->precision >= 0 && n > (sd_uint)sp->precision)
			n = (sd_uint)sp->precision;
		put_padded(o, sp, v->s.s, n);
		return SD_FORMAT_OK;
	case 'M':
		v = take_arg(in, 1);
		if (!v)
			return SD_FORMAT_MISSING;
		put_hex(o, sp, v->s);
		return SD_FORMAT_OK;
	case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': case 'p': case 'c': case 'b':
		v = take_arg(in, 0);
		if (!v)
			return SD_FORMAT_MISSING;
		if (sp->conv == 'c')
			put_char(o, sp, v->i);
		else if (sp->conv != 'b')
			put_number(o, sp, v->i);
		else if (put_binary(o, sp, v->i))
			return SD_FORMAT_BAD;
		return SD_FORMAT_OK;
	}
	return SD_FORMAT_BAD;
}

enum sd_format_result sd_format(char *dst, sd_uint cap, struct sd_str fmt, const struct sd_value *args,
				unsigned int nargs, sd_uint *used)
{
	struct out o = { .p = dst, .end = dst + cap };
	struct input in = { .p = fmt.s, .end = fmt.s + fmt.n, .args = args, .nargs = nargs };
	enum sd_format_result r = SD_FORMAT_OK;
	struct spec sp;

	while (in.p < in.end && !o.cut) {
		const char *from = in.p;

		while (in.p < in.end && *in.p != '%')
			in.p++;
		put(&o, from, (sd_uint)(in.p - from));
		if (in.p == in.end)
			break;
		in.p++;
		r = parse_spec(&in, &sp);
		if (r == SD_FORMAT_OK)
			r = put_spec(&o, &in, &sp);
		if (r != SD_FORMAT_OK)
			break;
	}
	*used = (sd_uint)(o.p - dst);
	if (r == SD_FORMAT_OK && o.cut)
		r = SD_FORMAT_CUT;
	return r;
}

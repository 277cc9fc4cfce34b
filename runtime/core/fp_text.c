// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Floating point as decimal text and back, both rounded as exactly as the number is: what lies between is done in as many
 * digits as it takes. A finite number is m * 2^e; its digits come out one by one, first those before the point. Text is
 * read by a guess, whose halves to its neighbours are then compared with the text, digit by digit.
 */
#include "os.h"
#include "abi.h"
#include "fp.h"

enum {
	WORDS = 35,      /* of 32 bits: 1075 behind the point, or 1025 before it */
	CHUNKS = 35,     /* of nine digits: 309 before the point */
	CHUNK = 1000000000,
	MAX_PRECISION = 1074
};

struct digits {
	unsigned int word[WORDS];   /* e < 0: behind the point, the highest first, word[nwords] */
	unsigned int chunk[CHUNKS]; /* before the point, the lowest first */
	int nwords, nchunks;
};

/* m * 2^e; m below 2^54, e from -1075 to 971. */
static void digits_of(struct digits *d, sd_uint m, int e)
{
	sd_uint before = m;
	int i, top = 0;

	memset(d, 0, sizeof(*d));
	if (e >= 0) { /* a large number: words, the lowest first, that are divided until nothing is left */
		d->word[e / 32] = (unsigned int)(m << e % 32);
		d->word[e / 32 + 1] = (unsigned int)(m >> (32 - e % 32));
		if (e % 32)
			d->word[e / 32 + 2] = (unsigned int)(m >> 32 >> (32 - e % 32));
		for (top = e / 32 + 2; top >= 0;) {
			sd_uint rest = 0;

			for (i = top; i >= 0; i--) {
				rest = rest << 32 | d->word[i];
				d->word[i] = (unsigned int)(rest / CHUNK);
				rest %= CHUNK;
			}
			d->chunk[d->nchunks++] = (unsigned int)rest;
			while (top >= 0 && !d->word[top])
				top--;
		}
		return;
	}
	before = e <= -64 ? 0 : m >> -e;
	for (; before; before /= CHUNK)
		d->chunk[d->nchunks++] = (unsigned int)(before % CHUNK);
	d->nwords = (31 - e) / 32;
	for (i = 0; i < 64; i++) { /* bit i of m is bit -e - i behind the point */
		int at = -e - i;

		if (m >> i & 1 && at > 0)
			d->word[(at - 1) / 32] |= 1U << (31 - (at - 1) % 32);
	}
}

/* The next digit behind the point. */
static unsigned int next_digit(struct digits *d)
{
	sd_uint carry = 0;
	int i;

	for (i = d->nwords; i-- > 0;) {
		carry += (sd_uint)d->word[i] * 10;
		d->word[i] = (unsigned int)carry;
		carry >>= 32;
	}
	while (d->nwords && !d->word[d->nwords - 1])
		d->nwords--;
	return (unsigned int)carry;
}

static unsigned int chunk_digit(const struct digits *d, int i)
{
	unsigned int v = d->chunk[i / 9], k;

	for (k = (unsigned int)(i % 9); k; k--)
		v /= 10;
	return v % 10;
}

/* How many digits there are before the point, without zeros in front. */
static int before_point(const struct digits *d)
{
	int n = d->nchunks * 9;

	while (n && !chunk_digit(d, n - 1))
		n--;
	return n;
}

static sd_uint take_apart(sd_uint x, int *e)
{
	int exp = (int)(x >> 52 & 0x7ff);
	sd_uint m = x & ((1ULL << 52) - 1);

	*e = (exp ? exp : 1) - 1075;
	return exp ? m | 1ULL << 52 : m;
}

/* ---- To text -------------------------------------------------------------------------- */

static sd_uint put_char(char *dst, sd_uint n, sd_uint cap, int *cut, char ch)
{
	if (n == cap) {
		*cut = 1;
		return n;
	}
	dst[n] = ch;
	return n + 1;
}

/* As %.*f of C. */
struct sd_str sd_fn___fp_to_string(SD_FN_STR, sd_int fp, sd_int precision)
{
	sd_uint x = (sd_uint)fp, m, n = 0, i;
	struct digits d;
	int e, k, cut = 0, up;
	char last = '0';

	if (precision < 0 || precision > MAX_PRECISION) {
		sd_raise(c, SD_ERR_RANGE, s, precision);
		return (struct sd_str){ "", 0 };
	}
	if ((x >> 52 & 0x7ff) == 0x7ff)
		return x << 12 ? SD_STR("nan") : x >> 63 ? SD_STR("-inf") : SD_STR("inf");
	m = take_apart(x, &e);
	digits_of(&d, m, e);
	if (x >> 63)
		n = put_char(dst, n, cap, &cut, '-');
	k = before_point(&d);
	if (!k)
		n = put_char(dst, n, cap, &cut, '0');
	while (k)
		n = put_char(dst, n, cap, &cut, last = (char)('0' + chunk_digit(&d, --k)));
	if (precision)
		n = put_char(dst, n, cap, &cut, '.');
	for (; precision && !cut; precision--)
		n = put_char(dst, n, cap, &cut, last = (char)('0' + next_digit(&d)));
	if (cut) {
		sd_truncated(c);
		return (struct sd_str){ dst, n };
	}
	k = (int)next_digit(&d);
	up = k > 5 || (k == 5 && (d.nwords || last & 1)); /* '1' is odd, too */
	for (i = n; up && i > (x >> 63);) {
		i--;
		if (dst[i] == '.')
			continue;
		up = dst[i] == '9';
		dst[i] = up ? '0' : (char)(dst[i] + 1);
	}
	if (up) { /* another digit in front */
		if (n == cap) {
			sd_truncated(c);
			n--;
		}
		memmove(dst + (x >> 63) + 1, dst + (x >> 63), n - (x >> 63));
		dst[x >> 63] = '1';
		n++;
	}
	return (struct sd_str){ dst, n };
}

/* ---- From text ------------------------------------------------------------------------ */

/* A decimal number: digits with a point somewhere, which scale moves: the first digit that counts is that of 10^(scale - 1). */
struct decimal {
	const char *s, *end; /* from the first digit that is not 0, to behind the last */
	int scale;
};

static int is_digit(char ch) { return ch >= '0' && ch <= '9'; }

static unsigned int decimal_next(struct decimal *t)
{
	if (t->s < t->end && *t->s == '.')
		t->s++;
	return t->s < t->end ? (unsigned int)(*t->s++ - '0') : 0;
}

static int decimal_left(struct decimal *t)
{
	while (t->s < t->end && (*t->s == '.' || *t->s == '0'))
		t->s++;
	return t->s < t->end;
}

/* The text against the middle between x, not negative, and its neighbour above: -1, 0, 1. */
static int against_middle(struct decimal t, sd_uint x)
{
	struct digits d;
	sd_uint m;
	int e, k, scale = t.scale;

	m = take_apart(x, &e);
	digits_of(&d, 2 * m + 1, e - 1);
	k = before_point(&d);
	if (k || scale > 0) {
		if (k != scale)
			return k > scale ? -1 : 1;
		while (k) {
			unsigned int a = decimal_next(&t), b = chunk_digit(&d, --k);

			if (a != b)
				return a < b ? -1 : 1;
		}
	}
	for (; scale < 0 && d.nwords; scale++) /* zeros behind the point */
		if (next_digit(&d))
			return -1;
	while (d.nwords) {
		unsigned int a = decimal_next(&t), b = next_digit(&d);

		if (a != b)
			return a < b ? -1 : 1;
	}
	return decimal_left(&t);
}

/* Near enough: a step or two off. */
static sd_uint guess(struct sd_ctx *c, struct decimal t)
{
	int i, scale = t.scale, power;
	sd_int v = 0, ten, x;

	for (i = 0; i < 18; i++, scale--)
		v = v * 10 + (sd_int)decimal_next(&t);
	x = (sd_int)sd_fp_from_long(v);
	ten = (sd_int)sd_fp_from_long(10);
	for (power = scale < 0 ? -scale : scale; power; power >>= 1) {
		if (power & 1)
			x = sd_fn___fp(c, 0, scale < 0 ? SD_FP_DIV : SD_FP_MUL, x, ten);
		ten = sd_fn___fp(c, 0, SD_FP_MUL, ten, ten);
	}
	return (sd_uint)x;
}

/* Blanks, a sign, digits with a point among them, an exponent; inf, nan. What follows does not count; where nothing is, 0. */
sd_int sd_fn___string_to_fp(SD_FN, struct sd_str v)
{
	const char *p = v.s, *end = v.s + v.n, *point = 0;
	struct decimal t = { 0, 0, 0 };
	sd_uint sign = 0, x;
	int exp = 0, minus = 0, first_scale = 0;

	(void)s;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p < end && (*p == '-' || *p == '+'))
		sign = (sd_uint)(*p++ == '-') << 63;
	if (end - p >= 3 && (p[0] | 32) == 'i' && (p[1] | 32) == 'n' && (p[2] | 32) == 'f')
		return (sd_int)(sign | 0x7ffULL << 52);
	if (end - p >= 3 && (p[0] | 32) == 'n' && (p[1] | 32) == 'a' && (p[2] | 32) == 'n')
		return (sd_int)(sign | 0xfffULL << 51);
	for (; p < end && (is_digit(*p) || (*p == '.' && !point)); p++) {
		if (*p == '.') {
			point = p;
			continue;
		}
		if (!t.s && *p != '0')
			t.s = p;
		if (t.s && !point)
			first_scale++;
		else if (!t.s && point)
			first_scale--;
		t.end = p + 1;
	}
	if (!t.s)
		return (sd_int)sign;
	if (end - p >= 2 && (*p | 32) == 'e') {
		const char *q = p + 1;

		if (end - q >= 2 && (*q == '-' || *q == '+'))
			minus = *q++ == '-';
		for (; q < end && is_digit(*q); q++)
			exp = exp < 100000000 ? exp * 10 + (*q - '0') : exp;
	}
	exp = (minus ? -exp : exp) + first_scale;
	if (exp < -400 || exp > 400)
		return (sd_int)(sign | (exp < 0 ? 0 : 0x7ffULL << 52));
	t.scale = exp;
	x = guess(c, t);
	/* Up while the text is above the middle to the next, down while it is below the one to that before; a tie is for the even one. */
	for (;;) {
		int how;

		if (x < 0x7ffULL << 52) {
			how = against_middle(t, x);
			if (how > 0 || (!how && x & 1)) {
				x++;
				continue;
			}
		}
		if (x) {
			how = against_middle(t, x - 1);
			if (how < 0 || (!how && x & 1)) {
				x--;
				continue;
			}
		}
		return (sd_int)(sign | x);
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to unwind*.c: reading a table within its bounds. */
#ifndef SONDE_UNWIND_READ_H
#define SONDE_UNWIND_READ_H

#include "os.h"
#include "unwind.h"

struct bytes {
	const unsigned char *at, *end;
	int bad; /* more was wanted than there is: what was read since is 0 */
};

static inline sd_uint get_fixed(struct bytes *b, unsigned int n)
{
	sd_uint v = 0; /* little endian */

	if ((unsigned long)(b->end - b->at) < n) {
		b->bad = 1;
		b->at = b->end;
		return 0;
	}
	if (n == 4)
		memcpy(&v, b->at, 4); /* one instruction each, where the number is constant */
	else if (n == 8)
		memcpy(&v, b->at, 8);
	else
		memcpy(&v, b->at, n);
	b->at += n;
	return v;
}

static inline unsigned int get_u8(struct bytes *b)
{
	if (b->at == b->end) {
		b->bad = 1;
		return 0;
	}
	return *b->at++;
}

static inline sd_int get_signed(struct bytes *b, unsigned int n)
{
	unsigned int unused = 64 - 8 * n;

	return (sd_int)(get_fixed(b, n) << unused) >> unused;
}

enum { MAX_SHIFT = 140 }; /* of numbers with needless zeroes in front */

static inline sd_uint get_uleb(struct bytes *b)
{
	unsigned int shift = 0, c;
	sd_uint v = 0;

	do {
		c = get_u8(b);
		if (shift < 64)
			v |= (sd_uint)(c & 0x7f) << shift;
		shift += 7;
		if (shift > MAX_SHIFT)
			b->bad = 1;
	} while (c & 0x80 && !b->bad);
	return v;
}

static inline sd_int get_sleb(struct bytes *b)
{
	unsigned int shift = 0, c;
	sd_uint v = 0;

	do {
		c = get_u8(b);
		if (shift < 64)
			v |= (sd_uint)(c & 0x7f) << shift;
		shift += 7;
		if (shift > MAX_SHIFT)
			b->bad = 1;
	} while (c & 0x80 && !b->bad);
	if (shift < 64 && c & 0x40)
		v |= ~0ull << shift;
	return (sd_int)v;
}

/* Takes the next n bytes off. */
static inline struct bytes get_bytes(struct bytes *b, sd_uint n)
{
	struct bytes part = *b;

	if (n > (sd_uint)(b->end - b->at)) {
		b->bad = part.bad = 1;
		n = 0;
	}
	b->at = part.end = part.at + n;
	return part;
}

/* unwind_expr.c: what an expression gives; false: nothing. push: on the stack at its begin. */
int sd_unwind_expression(struct sd_unwind *u, struct bytes code, const sd_uint *push, sd_uint *value);

#endif

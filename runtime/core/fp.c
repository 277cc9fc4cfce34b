// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Floating point of 64 bits in integers, as a kernel may not use the processor's: IEEE 754 binary64, rounded to the nearest,
 * ties to even, without flags. A number of the language holds the bits of a double. Scripts call it by tapset/floatingpoint.stp.
 *
 * A finite number other than 0 is taken apart to sig * 2^exp, where bit 62 of sig is the highest. What is lost at its lower
 * end leaves a mark in bit 0 (jam), which rounds as all of it would: 10 bits are rounded away, so it never is the half.
 */
#include "os.h"
#include "abi.h"
#include "fp.h"

typedef unsigned __int128 wide;

enum { EXP_MAX = 0x7ff, BIAS = 1023, DROPPED = 10 };

#define SIGN (1ULL << 63)
#define FRACTION ((1ULL << 52) - 1)
#define INFINITE ((sd_uint)EXP_MAX << 52)
#define QUIET (1ULL << 51)
#define NOT_A_NUMBER (INFINITE | QUIET)

static int is_nan(sd_uint x) { return (x & ~SIGN) > INFINITE; }
static int is_inf(sd_uint x) { return (x & ~SIGN) == INFINITE; }
static int is_zero(sd_uint x) { return !(x & ~SIGN); }

static sd_uint jam(sd_uint sig, unsigned int by)
{
	if (by >= 64)
		return sig != 0;
	return by ? sig >> by | ((sig & ((1ULL << by) - 1)) != 0) : sig;
}

struct parts {
	sd_uint sig;
	int exp;
};

static struct parts normal(sd_uint sig, int exp)
{
	int up = __builtin_clzll(sig) - 1;

	if (up < 0)
		return (struct parts){ jam(sig, 1), exp + 1 };
	return (struct parts){ sig << up, exp - up };
}

static struct parts apart(sd_uint x)
{
	int exp = (int)(x >> 52 & EXP_MAX);

	return exp ? normal((x & FRACTION) | 1ULL << 52, exp - BIAS - 52) : normal(x & FRACTION, 1 - BIAS - 52);
}

static sd_uint together(sd_uint sign, struct parts p)
{
	int exp = p.exp + 62 + BIAS;
	sd_uint rest;

	if (exp >= EXP_MAX)
		return sign | INFINITE;
	if (exp < 1) {
		p.sig = jam(p.sig, (unsigned int)(1 - exp));
		exp = 0;
	}
	rest = p.sig & ((1ULL << DROPPED) - 1);
	p.sig >>= DROPPED;
	if (rest > 1ULL << (DROPPED - 1) || (rest == 1ULL << (DROPPED - 1) && p.sig & 1))
		p.sig++;
	/* The highest bit adds itself to the exponent; a carry out of all bits makes the next power of two of it, or infinity. */
	return sign | ((exp ? (sd_uint)(exp - 1) << 52 : 0) + p.sig);
}

static sd_uint nan_of(sd_uint a, sd_uint b)
{
	return is_nan(a) ? a | QUIET : is_nan(b) ? b | QUIET : NOT_A_NUMBER;
}

static sd_uint sum_of(sd_uint a, sd_uint b)
{
	sd_uint sign = a & SIGN;
	struct parts p, q;

	if (is_nan(a) || is_nan(b))
		return nan_of(a, b);
	if (is_inf(a))
		return is_inf(b) && (a ^ b) ? NOT_A_NUMBER : a;
	if (is_inf(b))
		return b;
	if (is_zero(a))
		return is_zero(b) ? a & b : b;
	if (is_zero(b))
		return a;
	p = apart(a);
	q = apart(b);
	if (p.exp < q.exp || (p.exp == q.exp && p.sig < q.sig)) {
		struct parts other = p;

		p = q;
		q = other;
		sign = b & SIGN;
	}
	q.sig = jam(q.sig, (unsigned int)(p.exp - q.exp));
	p.sig += (a ^ b) & SIGN ? 0 - q.sig : q.sig;
	return p.sig ? together(sign, normal(p.sig, p.exp)) : 0;
}

static sd_uint mul(sd_uint a, sd_uint b)
{
	sd_uint sign = (a ^ b) & SIGN;
	struct parts p, q;
	wide product;

	if (is_nan(a) || is_nan(b) || (is_inf(a) && is_zero(b)) || (is_zero(a) && is_inf(b)))
		return nan_of(a, b);
	if (is_inf(a) || is_inf(b))
		return sign | INFINITE;
	if (is_zero(a) || is_zero(b))
		return sign;
	p = apart(a);
	q = apart(b);
	product = (wide)p.sig * q.sig;
	return together(sign, normal((sd_uint)(product >> 62) | ((sd_uint)product << 2 != 0), p.exp + q.exp + 62));
}

static sd_uint divide(sd_uint a, sd_uint b)
{
	sd_uint sign = (a ^ b) & SIGN, quotient = 0;
	struct parts p, q;
	int i;

	if (is_nan(a) || is_nan(b) || (is_inf(a) && is_inf(b)) || (is_zero(a) && is_zero(b)))
		return nan_of(a, b);
	if (is_inf(a) || is_zero(b))
		return sign | INFINITE;
	if (is_zero(a) || is_inf(b))
		return sign;
	p = apart(a);
	q = apart(b);
	if (p.sig < q.sig) {
		p.sig <<= 1;
		p.exp--;
	}
	for (i = 0; i < 63; i++) {
		quotient <<= 1;
		if (p.sig >= q.sig) {
			p.sig -= q.sig;
			quotient |= 1;
		}
		p.sig <<= 1;
	}
	return together(sign, (struct parts){ quotient | (p.sig != 0), p.exp - q.exp - 62 });
}

/* a less the multiple of b that is nearest to it, of two the even one: exact. */
static sd_uint rem(sd_uint a, sd_uint b)
{
	sd_uint sign = a & SIGN, odd = 0;
	struct parts p, q;

	if (is_nan(a) || is_nan(b) || is_inf(a) || is_zero(b))
		return nan_of(a, b);
	if (is_zero(a) || is_inf(b))
		return a;
	p = apart(a);
	q = apart(b);
	if (p.exp < q.exp - 1)
		return a;
	/* At most two thousand steps, for the largest by the smallest. */
	for (; p.exp >= q.exp; p.exp--) {
		odd = p.sig >= q.sig;
		if (odd)
			p.sig -= q.sig;
		if (p.exp > q.exp)
			p.sig <<= 1;
		else
			break;
	}
	if (p.exp < q.exp) { /* by one: less than b; in units of half of b's */
		q.exp--;
		if (p.sig > q.sig || (p.sig == q.sig && odd)) {
			p.sig = 2 * q.sig - p.sig;
			sign ^= SIGN;
		}
	} else if (p.sig > q.sig - p.sig || (p.sig == q.sig - p.sig && odd)) {
		p.sig = q.sig - p.sig;
		sign ^= SIGN;
	}
	return p.sig ? together(sign, normal(p.sig, q.exp)) : sign;
}

static sd_uint root(sd_uint a)
{
	struct parts p;
	sd_uint r = 0;
	wide rest = 0, s;
	int i;

	if (is_nan(a))
		return a | QUIET;
	if (is_zero(a))
		return a;
	if (a & SIGN)
		return NOT_A_NUMBER;
	if (is_inf(a))
		return a;
	p = apart(a);
	if (p.exp & 1) {
		p.sig <<= 1;
		p.exp--;
	}
	/* The root of sig * 2^62, a bit for each two of these. */
	s = (wide)p.sig << 62;
	for (i = 62; i >= 0; i--) {
		rest = rest << 2 | (s >> 2 * i & 3);
		r <<= 1;
		if (rest > (wide)r << 1) {
			rest -= (wide)r << 1 | 1;
			r |= 1;
		}
	}
	return together(0, (struct parts){ r | (rest != 0), (p.exp - 62) / 2 });
}

sd_uint sd_fp_from_long(sd_int v)
{
	sd_uint sign = v < 0 ? SIGN : 0, n = v < 0 ? 0 - (sd_uint)v : (sd_uint)v;

	return n ? together(sign, normal(n, 0)) : 0;
}

static sd_uint from_single(unsigned int v)
{
	sd_uint sign = (sd_uint)(v >> 31) << 63, fraction = v & 0x7fffff;
	int exp = (int)(v >> 23 & 0xff);

	if (exp == 0xff)
		return sign | INFINITE | fraction << 29 | (fraction ? QUIET : 0);
	if (!exp)
		return fraction ? together(sign, normal(fraction, 1 - 127 - 23)) : sign;
	return together(sign, normal(fraction | 1ULL << 23, exp - 127 - 23));
}

static int less(sd_uint a, sd_uint b)
{
	if (is_zero(a) && is_zero(b))
		return 0;
	if ((a ^ b) & SIGN)
		return (a & SIGN) != 0;
	return a != b && (a < b) == !(a & SIGN);
}

sd_int sd_fn___fp(SD_FN, sd_int what, sd_int x, sd_int y)
{
	sd_uint a = (sd_uint)x, b = (sd_uint)y;

	(void)c, (void)s;
	switch (what) {
	case SD_FP_ADD: return (sd_int)sum_of(a, b);
	case SD_FP_SUB: return (sd_int)sum_of(a, is_nan(b) ? b : b ^ SIGN);
	case SD_FP_MUL: return (sd_int)mul(a, b);
	case SD_FP_DIV: return (sd_int)divide(a, b);
	case SD_FP_REM: return (sd_int)rem(a, b);
	case SD_FP_SQRT: return (sd_int)root(a);
	case SD_FP_EQ: return !is_nan(a) && !is_nan(b) && (a == b || (is_zero(a) && is_zero(b)));
	case SD_FP_LT: return !is_nan(a) && !is_nan(b) && less(a, b);
	case SD_FP_LE: return !is_nan(a) && !is_nan(b) && !less(b, a);
	case SD_FP_FROM_LONG: return (sd_int)sd_fp_from_long(x);
	case SD_FP_FROM_SINGLE: return (sd_int)from_single((unsigned int)x);
	}
	return 0;
}

/* What is no number, or too large for one of the language, is its smallest, as the processor has it. */
#define INDEFINITE (-0x7fffffffffffffffLL - 1)

sd_int sd_fn___fp_to_long(SD_FN, sd_int fp, sd_int mode, sd_int exact)
{
	sd_uint n = 0, rest = 0 /* what is behind the point: 2 for a half, 1 and 3 for less and more */, x = (sd_uint)fp;
	int negative = (x & SIGN) != 0, up = 0;

	if (mode < 0 || mode > 6 || mode == 5) {
		sd_raise(c, SD_ERR_RANGE, s, mode);
		return 0;
	}
	if (is_nan(x) || is_inf(x))
		return INDEFINITE;
	if (!is_zero(x)) {
		struct parts p = apart(x);

		if (p.exp > 1)
			return INDEFINITE;
		if (p.exp >= 0) {
			n = p.sig << p.exp;
		} else if (p.exp <= -64) {
			rest = 1;
		} else {
			sd_uint half = 1ULL << (-p.exp - 1), behind = p.sig & (2 * half - 1);

			n = p.sig >> -p.exp;
			rest = !behind ? 0 : behind < half ? 1 : behind == half ? 2 : 3;
		}
	}
	switch (mode) {
	case SD_FP_NEAR_EVEN: up = rest > 2 || (rest == 2 && n & 1); break;
	case SD_FP_NEAR_AWAY: up = rest >= 2; break;
	case SD_FP_DOWN: up = rest && negative; break;
	case SD_FP_UP: up = rest && !negative; break;
	case SD_FP_ODD: up = rest && !(n & 1); break;
	}
	if (exact && rest) {
		sd_fn_error(c, s, SD_STR("the number has a part behind the point"));
		return 0;
	}
	n += (sd_uint)up;
	if (n > SIGN - !negative)
		return INDEFINITE;
	return (sd_int)(negative ? 0 - n : n);
}

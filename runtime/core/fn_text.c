// SPDX-License-Identifier: GPL-2.0-or-later
/* The language's functions that turn bytes into text: quoting, UTF, addresses, dates; and what tokenize() is made of. */
#include "os.h"
#include "abi.h"
#include "escape.h"

/* A destination that fills up. */
struct out {
	char *s;
	sd_uint n, cap;
	int cut;
};

static void put(struct out *o, const char *s, sd_uint n)
{
	if (n > o->cap - o->n) {
		o->cut = 1;
		return;
	}
	memcpy(o->s + o->n, s, n);
	o->n += n;
}

static struct sd_str taken(struct sd_ctx *c, const struct out *o)
{
	if (o->cut)
		sd_truncated(c);
	return (struct sd_str){ o->s, o->n };
}

/* n in base 10 with at least width digits. */
static void put_number(struct out *o, sd_uint n, unsigned int width)
{
	char digits[24];
	unsigned int k = sizeof(digits);

	do {
		digits[--k] = (char)('0' + n % 10);
		n /= 10;
	} while (k && (n || sizeof(digits) - k < width));
	put(o, digits + k, sizeof(digits) - k);
}

/* ---- Quoting ---------------------------------------------------------------------- */

/*
 * Text of at most len characters between its quotes; what is longer ends in
 * "..." behind the second quote, as far as there is room for it.
 */
static struct sd_str quoted(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str v, sd_uint len, int quote)
{
	struct out o = { dst, 0, len && len < cap ? len : cap, 0 };
	sd_uint end = quote ? 4 : 3, i;
	char buf[4];

	if (o.cap < end + quote)
		end = 0;
	if (quote)
		put(&o, "\"", 1);
	for (i = 0; i < v.n; i++) {
		sd_uint k = sd_escape((unsigned char)v.s[i], buf), left = o.cap - o.n;
		/* The last one needs room for the closing quote only. */
		sd_uint keep = i + 1 == v.n ? (sd_uint)quote : end;

		if (k + keep > left)
			break;
		put(&o, buf, k);
	}
	if (quote)
		put(&o, "\"", 1);
	if (i < v.n) {
		put(&o, "...", end >= 3 ? 3 : 0);
		if (!len || len >= cap)
			sd_truncated(c);
	}
	return (struct sd_str){ dst, o.n };
}

struct sd_str sd_fn_string_quoted(SD_FN_STR, struct sd_str v)
{
	(void)s;
	return quoted(c, dst, cap, v, 0, 1);
}

struct sd_str sd_fn_text_strn(SD_FN_STR, struct sd_str v, sd_int len, sd_int quote)
{
	(void)s;
	return quoted(c, dst, cap, v, len < 0 ? 0 : (sd_uint)len, quote != 0);
}

/* Bytes as they are in memory, so a 0 among them does not end them. */
static struct sd_str buffer(struct sd_ctx *c, const struct sd_site *s, char *dst, sd_uint cap, sd_uint addr, sd_int inlen,
			    sd_int outlen, int user)
{
	struct out o = { dst, 0, outlen > 0 && (sd_uint)outlen < cap ? (sd_uint)outlen : cap, 0 };
	char buf[4];
	sd_int i;

	if (o.cap < 5)
		return (struct sd_str){ "", 0 };
	put(&o, "\"", 1);
	for (i = 0; i < inlen; i++) {
		sd_uint ch = user ? sd_uread(c, addr + (sd_uint)i, 1, s) : sd_kread(c, addr + (sd_uint)i, 1, s), k;

		if (c->error)
			return (struct sd_str){ "", 0 };
		k = sd_escape((unsigned char)ch, buf);
		if (k + (i + 1 == inlen ? 1 : 4) > o.cap - o.n)
			break;
		put(&o, buf, k);
	}
	put(&o, "\"", 1);
	if (i < inlen)
		put(&o, "...", 3);
	return taken(c, &o);
}

struct sd_str sd_fn___kernel_buffer(SD_FN_STR, sd_int addr, sd_int inlen, sd_int outlen)
{
	return buffer(c, s, dst, cap, (sd_uint)addr, inlen, outlen, 0);
}

struct sd_str sd_fn___user_buffer(SD_FN_STR, sd_int addr, sd_int inlen, sd_int outlen)
{
	return buffer(c, s, dst, cap, (sd_uint)addr, inlen, outlen, 1);
}

/* ---- UTF -------------------------------------------------------------------------- */

static unsigned int utf8(sd_uint ch, char *buf)
{
	unsigned int n = ch < 0x80 ? 1 : ch < 0x800 ? 2 : ch < 0x10000 ? 3 : 4, i;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (i = n; --i;) {
		buf[i] = (char)(0x80 | (ch & 0x3f));
		ch >>= 6;
	}
	buf[0] = (char)(first[n] | ch);
	return n;
}

/* A string of 16- or 32-bit units, ended by a 0, as UTF-8. What is no character is an error. */
static struct sd_str wide(struct sd_ctx *c, const struct sd_site *s, char *dst, sd_uint cap, sd_uint addr, unsigned int unit,
			  int user)
{
	struct out o = { dst, 0, cap, 0 };
	sd_uint ch, low;
	char buf[4];

#define UNIT() (user ? sd_uread(c, addr, unit, s) : sd_kread(c, addr, unit, s))
	while (!o.cut) {
		ch = UNIT();
		addr += unit;
		if (c->error)
			return (struct sd_str){ "", 0 };
		if (!ch)
			break;
		if (unit == 2 && ch >= 0xd800 && ch < 0xdc00) {
			low = UNIT();
			addr += unit;
			if (c->error)
				return (struct sd_str){ "", 0 };
			ch = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((ch - 0xd800) << 10) + (low - 0xdc00) : 0xd800;
		}
		if ((ch >= 0xd800 && ch < 0xe000) || ch > 0x10ffff) {
			sd_raise(c, SD_ERR_RANGE, s, (sd_int)ch);
			return (struct sd_str){ "", 0 };
		}
		put(&o, buf, utf8(ch, buf));
	}
#undef UNIT
	return taken(c, &o);
}

struct sd_str sd_fn___wide_string(SD_FN_STR, sd_int addr, sd_int unit, sd_int user)
{
	return wide(c, s, dst, cap, (sd_uint)addr, unit == 2 ? 2 : 4, user != 0);
}

/* ---- Tokens ------------------------------------------------------------------------ */

/* How many bytes from `from` on are (in = 1) or are not (in = 0) among those of set. */
sd_int sd_fn___span(SD_FN, struct sd_str v, struct sd_str set, sd_int from, sd_int in)
{
	sd_uint i, k;

	(void)c, (void)s;
	for (i = from < 0 ? 0 : (sd_uint)from; i < v.n; i++) {
		for (k = 0; k < set.n && set.s[k] != v.s[i]; k++)
			;
		if ((k < set.n) != (in != 0))
			break;
	}
	return (sd_int)i - (from < 0 ? 0 : from);
}

sd_int sd_fn_isdigit(SD_FN, struct sd_str v)
{
	(void)c, (void)s;
	return v.n && v.s[0] >= '0' && v.s[0] <= '9';
}

/* ---- Dates ------------------------------------------------------------------------- */

/* Days since 1970-01-01 to a date of the Gregorian calendar; 400 years have 146097 days, counted from March. */
static void civil(sd_int days, sd_int *year, unsigned int *month, unsigned int *day)
{
	sd_int z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned int doe = (unsigned int)(z - era * 146097);
	unsigned int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 2 : mp - 10; /* from 0 */
	*year = (sd_int)yoe + era * 400 + (*month < 2);
}

/* "Wed Jun 30 21:49:08 1993" */
struct sd_str sd_fn_ctime(SD_FN_STR, sd_int seconds)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct out o = { dst, 0, cap, 0 };
	sd_int day, year;
	unsigned int rest, month, mday, wday;

	if (seconds < -2147483648LL || seconds > 253402300799LL) {
		sd_raise(c, SD_ERR_RANGE, s, seconds);
		return (struct sd_str){ "", 0 };
	}
	day = seconds / 86400 - (seconds % 86400 < 0);
	rest = (unsigned int)(seconds - day * 86400);
	wday = (unsigned int)(((day + 4) % 7 + 7) % 7);
	civil(day, &year, &month, &mday);
	put(&o, days + 3 * wday, 3);
	put(&o, " ", 1);
	put(&o, months + 3 * month, 3);
	put(&o, mday < 10 ? "  " : " ", mday < 10 ? 2 : 1);
	put_number(&o, mday, 1);
	put(&o, " ", 1);
	put_number(&o, rest / 3600, 2);
	put(&o, ":", 1);
	put_number(&o, rest / 60 % 60, 2);
	put(&o, ":", 1);
	put_number(&o, rest % 60, 2);
	put(&o, " ", 1);
	put_number(&o, (sd_uint)year, 4);
	return taken(c, &o);
}

/* ---- Network addresses -------------------------------------------------------------- */

/* The longest run of two or more zero groups becomes "::", as RFC 5952 has it. */
static void put_ip6(struct out *o, const unsigned int *group)
{
	static const char hex[] = "0123456789abcdef";
	unsigned int i, k, best = 8, longest = 1;

	for (i = 0; i < 8; i++) {
		for (k = i; k < 8 && !group[k]; k++)
			;
		if (k - i > longest) {
			longest = k - i;
			best = i;
		}
	}
	for (i = 0; i < 8; i++) {
		int shift = 12;

		if (i == best) {
			put(o, "::", 2);
			i += longest - 1;
			continue;
		}
		if (i && i != best + longest)
			put(o, ":", 1);
		while (shift && !(group[i] >> shift))
			shift -= 4;
		for (; shift >= 0; shift -= 4)
			put(o, &hex[group[i] >> shift & 15], 1);
	}
}

static void put_ip4(struct out *o, const unsigned char *a)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i)
			put(o, ".", 1);
		put_number(o, a[i], 1);
	}
}

/* addr: the four bytes as they lie in memory. */
struct sd_str sd_fn_ip_ntop(SD_FN_STR, sd_int addr)
{
	struct out o = { dst, 0, cap, 0 };
	unsigned int word = (unsigned int)addr;
	unsigned char a[4];

	(void)s;
	memcpy(a, &word, 4);
	put_ip4(&o, a);
	return taken(c, &o);
}

/* family: AF_INET, where addr is as for ip_ntop; AF_INET6, where it is the address of sixteen bytes of the kernel. */
struct sd_str sd_fn_format_ipaddr(SD_FN_STR, sd_int addr, sd_int family)
{
	struct out o = { dst, 0, cap, 0 };
	unsigned int group[8], i;

	if (family == 2)
		return sd_fn_ip_ntop(c, s, dst, cap, addr);
	if (family != 10)
		return (struct sd_str){ "", 0 };
	for (i = 0; i < 8; i++) {
		sd_uint hi = sd_kread(c, (sd_uint)addr + 2 * i, 1, s), lo = sd_kread(c, (sd_uint)addr + 2 * i + 1, 1, s);

		if (c->error)
			return (struct sd_str){ "", 0 };
		group[i] = (unsigned int)(hi << 8 | lo);
	}
	put_ip6(&o, group);
	return taken(c, &o);
}

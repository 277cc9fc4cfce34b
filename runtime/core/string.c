// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * String values: copying, joining, comparing, and the language's string
 * functions. A value is bytes and a length; a destination has a capacity, and
 * what does not fit is cut and counted. Pure C over os.h; knows no kernel.
 */
#include "os.h"
#include "abi.h"
#include "format.h"
#include "escape.h"

struct sd_str sd_str_copy(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str v)
{
	if (sd_unlikely(v.n > cap)) {
		v.n = cap;
		sd_truncated(c);
	}
	if (v.n && v.s != dst)
		memmove(dst, v.s, v.n);
	return (struct sd_str){ dst, v.n };
}

struct sd_str sd_concat(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str a, struct sd_str b)
{
	int cut = 0;

	if (a.n > cap) {
		a.n = cap;
		cut = 1;
	}
	if (b.n > cap - a.n) {
		b.n = cap - a.n;
		cut = 1;
	}
	/* b may be dst too (s = t . s): move it before a is written over it. */
	if (b.n && b.s != dst + a.n)
		memmove(dst + a.n, b.s, b.n);
	if (a.n && a.s != dst)
		memmove(dst, a.s, a.n);
	if (sd_unlikely(cut))
		sd_truncated(c);
	return (struct sd_str){ dst, a.n + b.n };
}

int sd_str_cmp(struct sd_str a, struct sd_str b)
{
	sd_uint n = a.n < b.n ? a.n : b.n;
	int r = n ? memcmp(a.s, b.s, n) : 0;

	if (r)
		return r;
	return a.n < b.n ? -1 : a.n > b.n;
}

char *sd_put_str(char *p, struct sd_str v)
{
	sd_uint padded = (v.n + 7) & ~(sd_uint)7;

	*(sd_uint *)p = v.n;
	p += 8;
	if (v.n) {
		*(sd_uint *)(p + padded - 8) = 0;
		memcpy(p, v.s, v.n);
	}
	return p + padded;
}

struct sd_str sd_sprintf(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str fmt, const struct sd_value *args,
			 unsigned int nargs, const struct sd_site *site)
{
	sd_uint used;

	switch (sd_format(dst, cap, fmt, args, nargs, &used)) {
	case SD_FORMAT_OK:
		break;
	case SD_FORMAT_CUT:
		sd_truncated(c);
		break;
	case SD_FORMAT_BAD:
	case SD_FORMAT_MISSING:
		sd_raise(c, SD_ERR_FORMAT, site, (sd_int)used);
		break;
	}
	return (struct sd_str){ dst, used };
}

/* ---- the language's functions ------------------------------------------------ */

/* Offset of the first occurrence of needle at or after from, -1 when there is none. */
static sd_int find(struct sd_str v, struct sd_str needle, sd_uint from)
{
	sd_uint i;

	if (needle.n > v.n)
		return -1;
	for (i = from; i <= v.n - needle.n; i++)
		if (!needle.n || (v.s[i] == needle.s[0] && !memcmp(v.s + i, needle.s, needle.n)))
			return (sd_int)i;
	return -1;
}

sd_int sd_fn_strlen(SD_FN, struct sd_str v)
{
	(void)c, (void)s;
	return (sd_int)v.n;
}

/* Out of range is an empty string; a length beyond the end means up to the end. */
struct sd_str sd_fn_substr(SD_FN_STR, struct sd_str v, sd_int start, sd_int length)
{
	(void)s;
	if (start < 0 || length <= 0 || (sd_uint)start >= v.n)
		return (struct sd_str){ "", 0 };
	v.s += start;
	v.n -= (sd_uint)start;
	if (v.n > (sd_uint)length)
		v.n = (sd_uint)length;
	return sd_str_copy(c, dst, cap, v);
}

/* 0 past the end; an error where no string can have a character. */
sd_int sd_fn_stringat(SD_FN, struct sd_str v, sd_int pos)
{
	if (pos < 0 || pos >= sd_script.limits.maxstringlen) {
		sd_raise(c, SD_ERR_RANGE, s, pos);
		return 0;
	}
	return (sd_uint)pos < v.n ? (unsigned char)v.s[pos] : 0;
}

sd_int sd_fn_isinstr(SD_FN, struct sd_str v, struct sd_str needle)
{
	(void)c, (void)s;
	return find(v, needle, 0) >= 0;
}

sd_int sd_fn_strpos(SD_FN, struct sd_str v, struct sd_str needle)
{
	(void)c, (void)s;
	return find(v, needle, 0);
}

static unsigned int digit_of(char ch)
{
	if (ch >= '0' && ch <= '9')
		return (unsigned int)(ch - '0');
	if (ch >= 'a' && ch <= 'z')
		return (unsigned int)(ch - 'a') + 10;
	if (ch >= 'A' && ch <= 'Z')
		return (unsigned int)(ch - 'A') + 10;
	return 99;
}

/* As strtol of C for base 0 and 2…36; too large wraps, no number at all is 0. */
sd_int sd_fn_strtol(SD_FN, struct sd_str v, sd_int base)
{
	sd_uint i = 0, r = 0;
	int negative = 0;

	if (base < 0 || base == 1 || base > 36) {
		sd_raise(c, SD_ERR_RANGE, s, base);
		return 0;
	}
	while (i < v.n && (v.s[i] == ' ' || (v.s[i] >= '\t' && v.s[i] <= '\r')))
		i++;
	if (i < v.n && (v.s[i] == '-' || v.s[i] == '+'))
		negative = v.s[i++] == '-';
	if ((base == 0 || base == 16) && i + 2 < v.n && v.s[i] == '0' && (v.s[i + 1] | 0x20) == 'x' &&
	    digit_of(v.s[i + 2]) < 16) {
		i += 2;
		base = 16;
	} else if (base == 0) {
		base = i < v.n && v.s[i] == '0' ? 8 : 10;
	}
	for (; i < v.n && digit_of(v.s[i]) < (unsigned int)base; i++)
		r = r * (sd_uint)base + digit_of(v.s[i]);
	return (sd_int)(negative ? 0 - r : r);
}

struct sd_str sd_fn_str_replace(SD_FN_STR, struct sd_str v, struct sd_str from, struct sd_str to)
{
	sd_uint at = 0, n = 0, i;
	struct sd_str part[2];
	sd_int hit;

	(void)s;
	if (!from.n)
		return sd_str_copy(c, dst, cap, v);
	for (;;) {
		hit = find(v, from, at);
		part[0] = (struct sd_str){ v.s + at, (hit < 0 ? v.n : (sd_uint)hit) - at };
		part[1] = hit < 0 ? (struct sd_str){ "", 0 } : to;
		for (i = 0; i < 2; i++) {
			sd_uint take = part[i].n > cap - n ? cap - n : part[i].n;

			if (take)
				memcpy(dst + n, part[i].s, take);
			n += take;
			if (take < part[i].n) {
				sd_truncated(c);
				return (struct sd_str){ dst, n };
			}
		}
		if (hit < 0)
			return (struct sd_str){ dst, n };
		at = (sd_uint)hit + from.n;
	}
}

/* One character as C would write it between quotes; returns its length, at most 4. */
sd_uint sd_escape(unsigned char ch, char *buf)
{
	static const char names[] = "\aa\bb\tt\nn\vv\ff\rr\"\"\\\\";
	sd_uint i;

	buf[0] = '\\';
	for (i = 0; i + 1 < sizeof(names); i += 2)
		if ((unsigned char)names[i] == ch) {
			buf[1] = names[i + 1];
			return 2;
		}
	if (ch >= 0x20 && ch < 0x7f) {
		buf[0] = (char)ch;
		return 1;
	}
	buf[1] = (char)('0' + (ch >> 6));
	buf[2] = (char)('0' + (ch >> 3 & 7));
	buf[3] = (char)('0' + (ch & 7));
	return 4;
}

struct sd_str sd_fn_text_str(SD_FN_STR, struct sd_str v)
{
	sd_uint i, k, n = 0;
	char buf[4];

	(void)s;
	for (i = 0; i < v.n; i++) {
		k = sd_escape((unsigned char)v.s[i], buf);
		if (k > cap - n) {
			sd_truncated(c);
			break;
		}
		memcpy(dst + n, buf, k);
		n += k;
	}
	return (struct sd_str){ dst, n };
}

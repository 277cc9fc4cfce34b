// SPDX-License-Identifier: GPL-2.0-or-later
/* Arguments of system calls that are addresses, as text: strings, times, sets of signals, addresses of sockets. */
#include "os.h"
#include "abi.h"
#include "syscall.h"

enum { SHOWN_BYTES = 32, ARGV_MAX = 16 };

void sd_args_put(struct sd_args *o, struct sd_str v) { sd_text_put(o->c, &o->t, v); }

void sd_args_number(struct sd_args *o, sd_uint v, unsigned int base, unsigned int width)
{
	char digits[24];
	unsigned int k = sizeof(digits);

	do {
		digits[--k] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v || sizeof(digits) - k < width);
	sd_args_put(o, (struct sd_str){ digits + k, sizeof(digits) - k });
}

void sd_args_decimal(struct sd_args *o, sd_int v)
{
	if (v < 0)
		sd_args_put(o, SD_STR("-"));
	sd_args_number(o, v < 0 ? 0 - (sd_uint)v : (sd_uint)v, 10, 1);
}

void sd_args_hex(struct sd_args *o, sd_uint v)
{
	sd_args_put(o, SD_STR("0x"));
	sd_args_number(o, v, 16, 1);
}

void sd_args_pointer(struct sd_args *o, sd_uint v)
{
	if (v)
		sd_args_hex(o, v);
	else
		sd_args_put(o, SD_STR("NULL"));
}

/* A number of a program. Memory that cannot be read is no error here: false, and nothing raised. */
int sd_args_get(struct sd_args *o, sd_uint addr, unsigned int size, sd_uint *v)
{
	*v = sd_uread(o->c, addr, size, o->site);
	if (o->c->error != SD_ERR_FAULT)
		return !o->c->error;
	sd_error_clear(o->c);
	return 0;
}

/* Shorter than in sd_escape(): no more digits than it takes. */
static void escaped(struct sd_args *o, struct sd_str v)
{
	static const char names[] = "\tt\nn\vv\ff\rr\"\"\\\\";
	sd_uint i, k;

	for (i = 0; i < v.n; i++) {
		unsigned char ch = (unsigned char)v.s[i];

		for (k = 0; k + 1 < sizeof(names) && (unsigned char)names[k] != ch; k += 2)
			;
		if (k + 1 < sizeof(names)) {
			sd_args_put(o, SD_STR("\\"));
			sd_args_put(o, (struct sd_str){ names + k + 1, 1 });
		} else if (ch >= 0x20 && ch < 0x7f) {
			sd_args_put(o, (struct sd_str){ v.s + i, 1 });
		} else {
			sd_args_put(o, SD_STR("\\"));
			sd_args_number(o, ch, 8, i + 1 < v.n && v.s[i + 1] >= '0' && v.s[i + 1] <= '9' ? 3 : 1);
		}
	}
}

/* In pieces, as there is no room for a whole one beside the text. What cannot be read at all is an address. */
void sd_args_string(struct sd_args *o, sd_uint addr)
{
	sd_uint piece = sizeof(o->c->scratch), at = addr, begun = o->t.n;
	struct sd_str v;

	if (!addr) {
		sd_args_put(o, SD_STR("NULL"));
		return;
	}
	sd_args_put(o, SD_STR("\""));
	do {
		v = sd_uread_str(o->c, o->c->scratch, piece, at, piece, o->site);
		if (o->c->error) {
			if (o->c->error != SD_ERR_FAULT)
				return;
			sd_error_clear(o->c);
			o->t.n = begun;
			sd_args_hex(o, addr);
			return;
		}
		escaped(o, v);
		at += v.n;
	} while (v.n == piece && !o->t.cut);
	sd_args_put(o, SD_STR("\""));
}

void sd_args_buffer(struct sd_args *o, sd_uint addr, sd_uint len)
{
	sd_uint n = len < SHOWN_BYTES ? len : SHOWN_BYTES;
	struct sd_str v;

	if (!addr) {
		sd_args_put(o, SD_STR("NULL"));
		return;
	}
	v = sd_uread_bytes(o->c, o->c->scratch, addr, n, o->site);
	if (o->c->error) {
		if (o->c->error == SD_ERR_FAULT) {
			sd_error_clear(o->c);
			sd_args_hex(o, addr);
		}
		return;
	}
	sd_args_put(o, SD_STR("\""));
	escaped(o, v);
	sd_args_put(o, SD_STR("\""));
	if (n < len)
		sd_args_put(o, SD_STR("..."));
}

void sd_args_argv(struct sd_args *o, sd_uint addr)
{
	sd_uint i, p, begun = o->t.n;

	if (!addr) {
		sd_args_put(o, SD_STR("NULL"));
		return;
	}
	sd_args_put(o, SD_STR("["));
	for (i = 0; i < ARGV_MAX; i++) {
		if (!sd_args_get(o, addr + i * o->word, o->word, &p)) {
			o->t.n = begun;
			sd_args_hex(o, addr);
			return;
		}
		if (!p)
			break;
		if (i)
			sd_args_put(o, SD_STR(", "));
		sd_args_string(o, p);
	}
	sd_args_put(o, i == ARGV_MAX ? SD_STR(", ...]") : SD_STR("]"));
}

/* A signed number of the program, as long as its long. */
static int get_long(struct sd_args *o, sd_uint addr, sd_uint *v)
{
	if (!sd_args_get(o, addr, o->word, v))
		return 0;
	if (o->word == 4)
		*v = (sd_uint)sd_args_int(*v);
	return 1;
}

/* struct timespec, timeval. */
void sd_args_time(struct sd_args *o, sd_uint addr, struct sd_str fraction)
{
	sd_uint sec, part;

	if (!addr) {
		sd_args_put(o, SD_STR("NULL"));
	} else if (!get_long(o, addr, &sec) || !get_long(o, addr + o->word, &part)) {
		sd_args_hex(o, addr);
	} else if (fraction.s[3] == 'n' && (part == 0x3fffffff || part == 0x3ffffffe)) {
		sd_args_put(o, part == 0x3fffffff ? SD_STR("UTIME_NOW") : SD_STR("UTIME_OMIT"));
	} else {
		sd_args_put(o, SD_STR("{tv_sec="));
		sd_args_decimal(o, (sd_int)sec);
		sd_args_put(o, SD_STR(", "));
		sd_args_put(o, fraction);
		sd_args_put(o, SD_STR("="));
		sd_args_decimal(o, (sd_int)part);
		sd_args_put(o, SD_STR("}"));
	}
}

void sd_args_two_times(struct sd_args *o, sd_uint addr, struct sd_str fraction)
{
	sd_uint v;

	if (!addr || !get_long(o, addr, &v)) {
		sd_args_pointer(o, addr);
		return;
	}
	sd_args_put(o, SD_STR("["));
	sd_args_time(o, addr, fraction);
	sd_args_put(o, SD_STR(", "));
	sd_args_time(o, addr + 2 * o->word, fraction);
	sd_args_put(o, SD_STR("]"));
}

void sd_args_interval(struct sd_args *o, sd_uint addr, struct sd_str fraction)
{
	sd_uint v;

	if (!addr || !get_long(o, addr, &v)) {
		sd_args_pointer(o, addr);
		return;
	}
	sd_args_put(o, SD_STR("{it_interval="));
	sd_args_time(o, addr, fraction);
	sd_args_put(o, SD_STR(", it_value="));
	sd_args_time(o, addr + 2 * o->word, fraction);
	sd_args_put(o, SD_STR("}"));
}

/* A set of which most are in it is shown by those that are not. */
void sd_args_signals(struct sd_args *o, sd_uint set, unsigned int n)
{
	unsigned int i, in = 0;
	int first = 1;

	for (i = 0; i < n; i++)
		in += set >> i & 1;
	if (in >= n * 2 / 3) {
		sd_args_put(o, SD_STR("~"));
		set = ~set;
	}
	sd_args_put(o, SD_STR("["));
	for (i = 0; i < n; i++) {
		if (!(set >> i & 1))
			continue;
		if (!first)
			sd_args_put(o, SD_STR(" "));
		sd_args_signal(o, (sd_int)i + 1, 3);
		first = 0;
	}
	sd_args_put(o, SD_STR("]"));
}

void sd_args_sigset(struct sd_args *o, sd_uint addr, unsigned int n)
{
	sd_uint v;

	if (!addr || !sd_args_get(o, addr, n / 8, &v))
		sd_args_pointer(o, addr);
	else
		sd_args_signals(o, v, n);
}

/* ---- Addresses of sockets ------------------------------------------------------------ */

static void ip4(struct sd_args *o, sd_uint addr)
{
	sd_uint v, i;

	if (!sd_args_get(o, addr, 4, &v))
		return;
	for (i = 0; i < 4; i++) {
		if (i)
			sd_args_put(o, SD_STR("."));
		sd_args_number(o, v >> 8 * i & 255, 10, 1);
	}
}

/* The longest run of two or more zero groups is "::", as RFC 5952 has it. */
static void ip6(struct sd_args *o, sd_uint addr)
{
	sd_uint group[8], v, i, k, best = 8, longest = 1;

	for (i = 0; i < 8; i++) {
		if (!sd_args_get(o, addr + 2 * i, 2, &v))
			return;
		group[i] = (v & 255) << 8 | v >> 8;
	}
	for (i = 0; i < 8; i++) {
		for (k = i; k < 8 && !group[k]; k++)
			;
		if (k - i > longest) {
			longest = k - i;
			best = i;
		}
	}
	for (i = 0; i < 8; i++) {
		if (i == best) {
			sd_args_put(o, SD_STR("::"));
			i += longest - 1;
			continue;
		}
		if (i && i != best + longest)
			sd_args_put(o, SD_STR(":"));
		sd_args_number(o, group[i], 16, 1);
	}
}

static void port(struct sd_args *o, struct sd_str name, sd_uint addr)
{
	sd_uint v;

	sd_args_put(o, name);
	sd_args_put(o, SD_STR("=htons("));
	if (sd_args_get(o, addr, 2, &v))
		sd_args_number(o, (v & 255) << 8 | v >> 8, 10, 1);
	sd_args_put(o, SD_STR(")"));
}

static void unix_path(struct sd_args *o, sd_uint addr, sd_uint len)
{
	sd_uint first;

	sd_args_put(o, SD_STR(", sun_path="));
	if (sd_args_get(o, addr, 1, &first) && !first) {
		sd_args_put(o, SD_STR("@"));
		sd_args_buffer(o, addr + 1, len - 1);
	} else {
		sd_args_string(o, addr);
	}
}

void sd_args_sockaddr(struct sd_args *o, sd_uint addr, sd_int len)
{
	sd_uint af, v;

	if (!addr || len < 2 || !sd_args_get(o, addr, 2, &af)) {
		sd_args_pointer(o, addr);
		return;
	}
	sd_args_put(o, SD_STR("{sa_family="));
	sd_args_family(o, (sd_int)af);
	if (af == 1 && len > 2) {
		unix_path(o, addr + 2, (sd_uint)len - 2);
	} else if (af == 2 && len >= 16) {
		port(o, SD_STR(", sin_port"), addr + 2);
		sd_args_put(o, SD_STR(", sin_addr=inet_addr(\""));
		ip4(o, addr + 4);
		sd_args_put(o, SD_STR("\")"));
	} else if (af == 10 && len >= 24) {
		port(o, SD_STR(", sin6_port"), addr + 2);
		sd_args_put(o, SD_STR(", sin6_flowinfo=htonl("));
		if (sd_args_get(o, addr + 4, 4, &v))
			sd_args_number(o, (v & 255) << 24 | (v >> 8 & 255) << 16 | (v >> 16 & 255) << 8 | v >> 24, 10, 1);
		sd_args_put(o, SD_STR("), inet_pton(AF_INET6, \""));
		ip6(o, addr + 8);
		sd_args_put(o, SD_STR("\", &sin6_addr)"));
		if (len >= 28 && sd_args_get(o, addr + 24, 4, &v)) {
			sd_args_put(o, SD_STR(", sin6_scope_id="));
			sd_args_number(o, v, 10, 1);
		}
	} else if (af == 16 && len >= 12) {
		sd_args_put(o, SD_STR(", nl_pid="));
		if (sd_args_get(o, addr + 4, 4, &v))
			sd_args_decimal(o, sd_args_int(v));
		sd_args_put(o, SD_STR(", nl_groups="));
		if (sd_args_get(o, addr + 8, 4, &v)) {
			if (v)
				sd_args_put(o, SD_STR("0x"));
			sd_args_number(o, v, 16, v ? 6 : 8);
		}
	}
	sd_args_put(o, SD_STR("}"));
}


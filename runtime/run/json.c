// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One JSON object (RFC 8259) per line. Bytes that are not UTF-8 (RFC 3629) come out as the four characters \xHH,
 * so that the line is valid whatever a script prints.
 */
#include <stdio.h>
#include <string.h>

#include "print.h"

/* Length of the UTF-8 sequence at s, 0 when it is none. */
static size_t sequence(const unsigned char *s, size_t n)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;

	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (len == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0)))
		return 0; /* overlong, surrogate */
	if (len == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90)))
		return 0; /* overlong, beyond U+10FFFF */
	return len;
}

static void put_string(struct out *o, const char *text, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)text, *end = s + n;
	char *to = out_room(o, n * 6 + 2), *p = to; /* \u001f is the longest a byte can become */

	if (!p)
		return;
	*p++ = '"';
	while (s < end) {
		size_t len = sequence(s, (size_t)(end - s));
		unsigned char c = *s;

		if (!len) {
			memcpy(p, "\\\\x", 3);
			p[3] = hex[c >> 4];
			p[4] = hex[c & 15];
			p += 5;
			s++;
			continue;
		}
		if (c == '"' || c == '\\') {
			*p++ = '\\';
			*p++ = (char)c;
		} else if (c == '\n' || c == '\t' || c == '\r') {
			*p++ = '\\';
			*p++ = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
		} else if (c < 0x20 || c == 0x7f) {
			memcpy(p, "\\u00", 4);
			p[4] = hex[c >> 4];
			p[5] = hex[c & 15];
			p += 6;
		} else {
			memcpy(p, s, len);
			p += len;
		}
		s += len;
	}
	*p++ = '"';
	o->n += (size_t)(p - to);
}

static void put_cstring(struct out *o, const char *s)
{
	put_string(o, s, strlen(s));
}

static void put_number(struct out *o, const char *before, long long v)
{
	char buf[64];

	out_put(o, buf, (size_t)snprintf(buf, sizeof(buf), "%s%lld", before, v));
}

static void finish(struct out *o, unsigned long long time)
{
	put_number(o, ",\"time\":", (long long)time);
	out_puts(o, "}\n");
}

void json_printf(struct out *o, const char *text, size_t n, const struct sd_value *args, unsigned int nargs,
		 unsigned long long time)
{
	out_puts(o, "{\"type\":\"printf\",\"text\":");
	put_string(o, text, n);
	out_puts(o, ",\"args\":[");
	for (unsigned int i = 0; i < nargs; i++) {
		if (i)
			out_puts(o, ",");
		if (args[i].is_string)
			put_string(o, args[i].s.s, args[i].s.n);
		else
			put_number(o, "", args[i].i);
	}
	out_puts(o, "]");
	finish(o, time);
}

void json_text(struct out *o, const char *type, struct sd_str text, unsigned long long time)
{
	out_puts(o, "{\"type\":");
	put_cstring(o, type);
	out_puts(o, ",\"text\":");
	put_string(o, text.s, text.n);
	finish(o, time);
}

static void put_place(struct out *o, const char *key, const struct meta_place *p)
{
	if (!p)
		return;
	out_puts(o, key);
	out_puts(o, "{\"what\":");
	put_string(o, p->what.s, p->what.n);
	out_puts(o, ",\"file\":");
	put_string(o, p->file.s, p->file.n);
	put_number(o, ",\"line\":", p->line);
	put_number(o, ",\"column\":", p->col);
	out_puts(o, "}");
}

void json_error(struct out *o, const struct print_error *e, unsigned long long time)
{
	out_puts(o, "{\"type\":\"error\",\"text\":");
	put_cstring(o, e->message);
	put_place(o, ",\"near\":", e->site);
	put_place(o, ",\"probe\":", e->probe);
	if (e->ncalls) {
		out_puts(o, ",\"calls\":[");
		for (unsigned int i = 0; i < e->ncalls; i++)
			put_place(o, i ? "," : "", e->calls[i]);
		out_puts(o, "]");
	}
	if (e->hint) {
		out_puts(o, ",\"hint\":");
		put_cstring(o, e->hint);
	}
	finish(o, time);
}

void json_time(struct out *o, const char *probe, const struct ledger_entry *e, const char *from)
{
	out_puts(o, "{\"type\":\"time\",\"probe\":");
	put_cstring(o, probe);
	put_number(o, ",\"hits\":", (long long)e->hits);
	put_number(o, ",\"min\":", (long long)e->min);
	put_number(o, ",\"avg\":", (long long)(e->runs ? e->cycles / e->runs : 0));
	put_number(o, ",\"max\":", (long long)e->max);
	out_puts(o, ",\"from\":");
	put_cstring(o, from);
	out_puts(o, "}\n");
}

void json_count(struct out *o, const char *type, const char *probe, const char *cause, unsigned long long count)
{
	out_puts(o, "{\"type\":");
	put_cstring(o, type);
	out_puts(o, ",\"probe\":");
	put_cstring(o, probe);
	if (cause) {
		out_puts(o, ",\"cause\":");
		put_cstring(o, cause);
	}
	put_number(o, ",\"count\":", (long long)count);
	out_puts(o, "}\n");
}

void json_unplaced(struct out *o, const char *probe, const char *cause, const struct ledger_unplaced *u)
{
	const char *name = u->names;
	bool first = true;

	out_puts(o, "{\"type\":\"unplaced\",\"probe\":");
	put_cstring(o, probe);
	out_puts(o, ",\"cause\":");
	put_cstring(o, cause);
	put_number(o, ",\"count\":", (long long)u->n);
	out_puts(o, ",\"places\":[");
	while (name && *name) {
		size_t n = strcspn(name, " ");

		if (!first)
			out_puts(o, ",");
		put_string(o, name, n);
		first = false;
		name += n + (name[n] != 0);
	}
	out_puts(o, "]}\n");
}

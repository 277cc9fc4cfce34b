// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The print family: every form is turned into one format with its arguments,
 * checked against one another here so that nothing is left to find at run time.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "sema/sema.h"

/* What a directive of a format asks for. */
struct directive {
	unsigned start, end;   /* bytes in the format, '%' to behind the letter */
	char letter;
	unsigned stars;        /* '*' for width and precision */
	unsigned dot;          /* where the precision begins; 0: there is none */
};

/* The next directive at or after *pos. false at the end. A bare '%' at the end has letter 0. */
static bool next_directive(const char *s, unsigned len, unsigned *pos, struct directive *d)
{
	unsigned i = *pos;

	while (i < len && s[i] != '%')
		i++;
	if (i >= len)
		return false;
	memset(d, 0, sizeof(*d));
	d->start = i++;
	while (i < len && strchr("-+ 0#", s[i]))
		i++;
	for (int part = 0; part < 2; part++) {
		if (part && (i >= len || s[i] != '.'))
			break;
		if (part)
			d->dot = i++;
		if (i < len && s[i] == '*') {
			d->stars++;
			i++;
		}
		while (i < len && isdigit((unsigned char)s[i]))
			i++;
	}
	while (i < len && (s[i] == 'l' || s[i] == 'h'))
		i++;
	d->letter = i < len ? s[i++] : 0;
	d->end = i;
	*pos = i;
	return true;
}

static bool is_printf(const struct node *n)
{
	return !strcmp(n->name, "printf") || !strcmp(n->name, "sprintf");
}

static bool is_delimited(const struct node *n)
{
	return strstr(n->name, "printd") != NULL;
}

static bool ends_line(const struct node *n)
{
	size_t l = strlen(n->name);

	return l > 2 && !strcmp(n->name + l - 2, "ln");
}

enum vtype format_wants(const struct node *n, unsigned arg)
{
	const struct node *fmt = n->list.n ? n->list.v[0] : NULL;
	struct directive d;
	unsigned pos = 0, at = 1;

	if (arg == 0)
		return is_printf(n) || is_delimited(n) ? VT_STRING : VT_UNKNOWN;
	if (!is_printf(n) || fmt->kind != N_STRING)
		return VT_UNKNOWN;
	while (next_directive(fmt->str, fmt->len, &pos, &d)) {
		if (d.letter == '%')
			continue;
		if (arg < at + d.stars)
			return VT_LONG;
		at += d.stars;
		if (arg == at)
			return d.letter == 's' ? VT_STRING : VT_LONG;
		at++;
	}
	return VT_UNKNOWN;
}

static unsigned count_wanted(const struct node *fmt)
{
	unsigned pos = 0, wanted = 0;
	struct directive d;

	while (next_directive(fmt->str, fmt->len, &pos, &d))
		if (d.letter != '%')
			wanted += d.stars + 1;
	return wanted;
}

bool format_count_fits(const struct node *n)
{
	const struct node *fmt = n->list.n ? n->list.v[0] : NULL;

	return !fmt || !is_printf(n) || fmt->kind != N_STRING || count_wanted(fmt) == n->list.n - 1;
}

const char *format_hint(const struct node *n, unsigned arg)
{
	const struct node *fmt = n->list.n ? n->list.v[0] : NULL;
	unsigned pos = 0, at = 1;
	struct directive d;

	if (!fmt || !is_printf(n) || fmt->kind != N_STRING)
		return NULL;
	while (next_directive(fmt->str, fmt->len, &pos, &d)) {
		if (d.letter == '%')
			continue;
		if (arg < at + d.stars)
			return NULL; /* a width: it has to be a number */
		at += d.stars;
		if (arg == at)
			return d.letter == 's' ? "%d prints a number" : "%s prints a string";
		at++;
	}
	return NULL;
}

struct make {
	struct sema *s;
	struct node *n;
	struct format *f;
	struct buf text, types, shown;
};

static void send(struct make *m, struct node *arg)
{
	vec_push(m->s->arena, &m->f->args, arg);
	buf_putc(&m->types, arg->vtype == VT_STRING ? 's' : 'l');
	buf_putc(&m->shown, arg->vtype == VT_STRING ? 's' : 'l');
}

static void put_literal(struct make *m, const char *s, unsigned len)
{
	for (unsigned i = 0; i < len; i++) {
		if (s[i] == '%')
			buf_putc(&m->text, '%');
		buf_putc(&m->text, s[i]);
	}
}

/* A value as print() shows it. Literals become part of the format. */
static void put_value(struct make *m, struct node *arg)
{
	if (arg->kind == N_STRING) {
		put_literal(m, arg->str, arg->len);
		vec_push(m->s->arena, &m->f->literals, arg);
		buf_putc(&m->shown, 'c');
		return;
	}
	buf_puts(&m->text, arg->vtype == VT_STRING ? "%s" : "%d");
	send(m, arg);
}

/* The width of %b is a number of bytes. */
static bool check_binary(const struct node *fmt, const struct directive *d)
{
	const char *s = fmt->str + d->start + 1;
	long width;

	s += strspn(s, "-+ 0#");
	width = *s == '*' ? 8 : strtol(s, NULL, 10);
	if (!isdigit((unsigned char)*s) || width == 1 || width == 2 || width == 4 || width == 8)
		return true;
	diag_hint(diag(DIAG_FORMAT, fmt->range, "'%.*s' asks for %ld bytes of a number", (int)(d->end - d->start), fmt->str + d->start,
		       width), "there are %%1b, %%2b, %%4b and %%8b; %%b is %%8b");
	return false;
}

static bool check_directive(const struct node *fmt, const struct directive *d)
{
	struct range where = fmt->range;
	struct diag *e;

	if (!d->letter) {
		e = diag(DIAG_FORMAT, where, "the format ends inside a directive");
		diag_hint(e, "a percent sign itself is written '%%%%'");
		return false;
	}
	if (!strchr("diuoxXpscbmM", d->letter)) {
		e = diag(DIAG_FORMAT, where, "unknown directive '%.*s' in the format", (int)(d->end - d->start), fmt->str + d->start);
		diag_hint(e, "there are %%d %%i %%u %%x %%X %%o %%p %%s %%c %%b %%m %%M, and %%%% for a percent sign");
		return false;
	}
	return d->letter != 'b' || check_binary(fmt, d);
}

/* Flags that mean nothing there, numbers that cannot be shown. */
static void warn_directive(const struct node *fmt, const struct directive *d, const struct node *arg)
{
	static const struct { char what; const char *with; } flags[] = {
		{ '#', "xXocmM" }, { '0', "diuxXop" }, { '+', "di" }, { ' ', "di" },
	};
	const struct source *src = source_of(fmt->range.lo);
	const char *s = fmt->str + d->start;
	unsigned n = d->end - d->start, nflags = (unsigned)strspn(s + 1, "-+ 0#");
	int bytes = d->letter == 'c' ? 1 : d->letter == 'b' && isdigit((unsigned char)s[1 + nflags]) ? s[1 + nflags] - '0' : 8;
	int64_t max = bytes < 8 ? ((int64_t)1 << 8 * bytes) - 1 : INT64_MAX;

	if (!src || src->library)
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(flags); i++)
		if (memchr(s + 1, flags[i].what, nflags) && !strchr(flags[i].with, d->letter))
			diag(DIAG_FORMAT_UNFIT, fmt->range, "the flag '%c' of '%.*s' means nothing there", flags[i].what, (int)n, s);
	if (d->dot && strchr("cb", d->letter))
		diag(DIAG_FORMAT_UNFIT, fmt->range, "the precision of '%.*s' means nothing there", (int)n, s);
	if (bytes < 8 && arg->kind == N_NUMBER && (arg->num < (d->letter == 'c' ? 0 : -(max + 1) / 2) || arg->num > max))
		diag_note(diag(DIAG_FORMAT_UNFIT, arg->range, "'%.*s' cannot show %lld", (int)n, s, (long long)arg->num),
			  fmt->range, "the format");
}

/* "100% sure": a percent sign and a blank begin a directive. */
static void hint_percent(struct diag *e, const struct node *fmt)
{
	unsigned pos = 0;
	struct directive d;

	while (next_directive(fmt->str, fmt->len, &pos, &d))
		if (d.letter != '%' && fmt->str[d.start + 1] == ' ') {
			diag_hint(e, "'%.*s' is a directive; a percent sign itself is written '%%%%'", (int)(d.end - d.start),
				  fmt->str + d.start);
			return;
		}
}

/* The directive without its precision, and without length modifiers: numbers have 64 bits. */
static void put_directive(struct make *m, const char *s, const struct directive *d)
{
	bool dump = d->letter == 'm' || d->letter == 'M';
	unsigned end = dump && d->dot ? d->dot : d->end - 1;

	for (unsigned i = d->start; i < end; i++)
		if (s[i] != 'l' && s[i] != 'h' && !(dump && s[i] == '#'))
			buf_putc(&m->text, s[i]);
	buf_putc(&m->text, d->letter == 'm' ? 's' : d->letter);
}

/*
 * %m and %M: the bytes at an address travel as a string, which a call reads;
 * the precision is their number.
 */
static void send_dump(struct make *m, const struct directive *d, unsigned *arg)
{
	static const struct builtin of_kernel = { "kernel_bytes", "s", "ll", B_PURE | B_RAISES };
	static const struct builtin of_user = { "user_bytes", "s", "ll", B_PURE | B_RAISES };
	const char *s = m->n->list.v[0]->str;
	struct node *call = node_new(m->s->arena, N_CALL, m->n->range), *size = node_new(m->s->arena, N_NUMBER, m->n->range);
	bool star = d->dot && s[d->dot + 1] == '*';

	if (d->stars > star)
		send(m, m->n->list.v[(*arg)++]);
	size->vtype = VT_LONG;
	size->num = !d->dot ? 1 : star ? 0 : strtol(s + d->dot + 1, NULL, 10);
	if (star)
		size = m->n->list.v[(*arg)++];
	call->name = m->n->name;
	call->at = m->n->at;
	call->vtype = VT_STRING;
	call->info = (void *)(memchr(s + d->start, '#', d->end - d->start) ? &of_user : &of_kernel);
	vec_push(m->s->arena, &call->list, m->n->list.v[(*arg)++]);
	vec_push(m->s->arena, &call->list, size);
	send(m, call);
}

static bool make_printf(struct make *m)
{
	struct node *fmt = m->n->list.v[0];
	unsigned pos = 0, done = 0, arg = 1, wanted;
	struct directive d;

	if (fmt->kind != N_STRING) {
		diag_hint(diag(DIAG_FORMAT, fmt->range, "the format of '%s' must be a literal string", m->n->name),
			  "to print a string as it is: print(s)");
		return false;
	}
	while (next_directive(fmt->str, fmt->len, &pos, &d))
		if (d.letter != '%' && !check_directive(fmt, &d))
			return false;
	wanted = count_wanted(fmt);
	if (wanted != m->n->list.n - 1) {
		struct diag *e = diag(DIAG_FORMAT, wanted < m->n->list.n - 1 ? m->n->list.v[wanted + 1]->range : m->n->range,
				      "the format has %u directive%s that take%s an argument, and %u argument%s given", wanted,
				      wanted == 1 ? "" : "s", wanted == 1 ? "s" : "", m->n->list.n - 1,
				      m->n->list.n == 2 ? " is" : "s are");

		diag_note(e, fmt->range, "the format");
		hint_percent(e, fmt);
		return false;
	}
	pos = 0;
	while (next_directive(fmt->str, fmt->len, &pos, &d)) {
		buf_put(&m->text, fmt->str + done, d.start - done);
		done = d.end;
		if (d.letter == '%') {
			buf_puts(&m->text, "%%");
			continue;
		}
		warn_directive(fmt, &d, m->n->list.v[arg + d.stars]);
		put_directive(m, fmt->str, &d);
		if (d.letter == 'm' || d.letter == 'M') {
			send_dump(m, &d, &arg);
			continue;
		}
		for (unsigned i = 0; i < d.stars + 1; i++)
			send(m, m->n->list.v[arg++]);
	}
	buf_put(&m->text, fmt->str + done, fmt->len - done);
	return true;
}

static bool make_print(struct make *m)
{
	struct node_list *l = &m->n->list;
	unsigned first = is_delimited(m->n) ? 1 : 0;

	if (l->n < first + 1 && !(first == 0 && ends_line(m->n))) {
		diag(DIAG_FORMAT, m->n->range, "'%s' takes a delimiter and at least one value", m->n->name);
		return false;
	}
	for (unsigned i = first; i < l->n; i++) {
		if (l->v[i]->vtype == VT_VOID)
			return false; /* reported */
		if (first && i > first && l->v[0]->kind == N_STRING)
			put_literal(m, l->v[0]->str, l->v[0]->len);
		else if (first && i > first)
			put_value(m, l->v[0]);
		put_value(m, l->v[i]);
	}
	if (ends_line(m->n))
		buf_putc(&m->text, '\n');
	return true;
}

bool format_make(struct sema *s, struct node *n)
{
	struct make m = { .s = s, .n = n, .f = arena_new(s->arena, struct format) };
	bool ok;

	buf_init(&m.text);
	buf_init(&m.types);
	buf_init(&m.shown);
	m.f->returns = n->name[0] == 's';
	if (!n->list.n && strcmp(n->name, "println") && strcmp(n->name, "sprintln")) {
		diag(DIAG_FORMAT, n->range, "'%s' needs an argument", n->name);
		ok = false;
	} else {
		ok = is_printf(n) ? make_printf(&m) : make_print(&m);
	}
	if (ok) {
		m.f->text = arena_strndup(s->arena, m.text.s, m.text.n);
		m.f->len = (uint32_t)m.text.n;
		m.f->types = arena_strdup(s->arena, m.types.s);
		m.f->shown = arena_strdup(s->arena, m.shown.s);
		n->info = m.f;
	}
	buf_deinit(&m.text);
	buf_deinit(&m.types);
	buf_deinit(&m.shown);
	return ok;
}

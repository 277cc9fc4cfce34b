// SPDX-License-Identifier: GPL-2.0-or-later
/* The queue of diagnostics and how they look on a terminal. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/util.h"
#include "base/vec.h"

struct part {
	bool hint;
	struct range where;
	const char *text;
};

struct diag {
	enum diag_id id;
	struct range where;
	const char *text;
	struct VEC(struct part) parts;
};

static const struct {
	enum diag_level level;
	const char *name, *explain;
} kinds[] = {
#define DIAG(id, level, name, explain) [DIAG_##id] = { DIAG_##level, name, explain },
#include "base/diag.def"
#undef DIAG
};

struct diag_options diag_options;
static struct VEC(struct diag *) queue;

static bool is_error(const struct diag *d)
{
	return kinds[d->id].level != DIAG_WARNING || diag_options.warnings_fatal;
}

struct diag *diag(enum diag_id id, struct range where, const char *fmt, ...)
{
	struct diag *d = arena_new(arena_permanent(), struct diag);
	va_list ap;

	d->id = id;
	d->where = where;
	va_start(ap, fmt);
	d->text = arena_vprintf(arena_permanent(), fmt, ap);
	va_end(ap);
	vec_push(arena_permanent(), &queue, d);
	return d;
}

static struct diag *add_part(struct diag *d, bool hint, struct range where, const char *fmt, va_list ap)
{
	struct part p = { hint, where, arena_vprintf(arena_permanent(), fmt, ap) };

	vec_push(arena_permanent(), &d->parts, p);
	return d;
}

struct diag *diag_note(struct diag *d, struct range where, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_part(d, false, where, fmt, ap);
	va_end(ap);
	return d;
}

struct diag *diag_hint(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_part(d, true, (struct range){ 0, 0 }, fmt, ap);
	va_end(ap);
	return d;
}

void diag_note_since(unsigned mark, struct range inside, struct range where, const char *text)
{
	for (unsigned i = mark; i < queue.n; i++)
		if (queue.v[i]->where.hi && (queue.v[i]->where.lo < inside.lo || queue.v[i]->where.lo >= inside.hi))
			diag_note(queue.v[i], where, "%s", text);
}

bool diag_is(const struct diag *d, enum diag_id id)
{
	return d && d->id == id;
}

struct diag *diag_last(void)
{
	return queue.n ? queue.v[queue.n - 1] : NULL;
}

unsigned diag_errors(void)
{
	unsigned n = 0;

	vec_each(i, &queue)
		n += is_error(queue.v[i]);
	return n;
}

unsigned diag_mark(void)
{
	return queue.n;
}

void diag_rewind(unsigned mark)
{
	if (mark < queue.n)
		queue.n = mark;
}

static const char *paint(const char *code)
{
	return diag_options.color ? code : "";
}

static const char *level_text(enum diag_level l)
{
	switch (l) {
	case DIAG_PARSE:
		return "parse error";
	case DIAG_SEMANTIC:
		return "semantic error";
	case DIAG_WARNING:
		return "WARNING";
	case DIAG_ERROR:
		return "ERROR";
	}
	return "ERROR";
}

/* The second and later bytes of a UTF-8 character take no column of their own. */
static bool continues(const struct place *p, unsigned i)
{
	return i < p->len && ((unsigned char)p->text[i] & 0xc0) == 0x80;
}

static void print_source_line(FILE *out, const struct place *p, struct range r)
{
	unsigned width = r.hi > r.lo ? r.hi - r.lo : 1;
	unsigned start = p->col - 1, end = MIN(start + width, (unsigned)p->len);

	fprintf(out, "        source: %.*s\n                ", (int)p->len, p->text);
	for (unsigned i = 0; i < start; i++)
		if (!continues(p, i))
			fputc(i < p->len && p->text[i] == '\t' ? '\t' : ' ', out);
	fputs(paint("\033[1;32m"), out);
	fputc('^', out);
	for (unsigned i = start + 1; i < end; i++)
		if (!continues(p, i))
			fputc('~', out);
	fprintf(out, "%s\n", paint("\033[0m"));
}

static void print_at(FILE *out, struct range r)
{
	struct place p;
	unsigned depth = 0;

	if (!source_locate(r.lo, &p)) {
		fputc('\n', out);
		return;
	}
	fprintf(out, " at %s:%u:%u\n", p.source->name, p.line, p.col);
	print_source_line(out, &p, r);
	while (p.source->parent.hi && depth++ < 8) {
		struct range up = p.source->parent;

		if (!source_locate(up.lo, &p))
			break;
		fprintf(out, "        in expansion of %s:%u:%u\n", p.source->name, p.line, p.col);
		print_source_line(out, &p, up);
	}
}

/* Notes first: the hint is the last word. */
static void print_parts(FILE *out, const struct diag *d, bool hints)
{
	vec_each(i, &d->parts) {
		const struct part *p = &d->parts.v[i];

		if (p->hint != hints)
			continue;
		fprintf(out, "        %s%s:%s %s", paint("\033[1;36m"), p->hint ? "hint" : "note", paint("\033[0m"), p->text);
		print_at(out, p->where);
	}
}

static void print(FILE *out, const struct diag *d)
{
	enum diag_level l = kinds[d->id].level;
	bool raised = l == DIAG_WARNING && diag_options.warnings_fatal;

	fprintf(out, "%s%s:%s %s%s", paint(l == DIAG_WARNING && !raised ? "\033[1;33m" : "\033[1;31m"),
		level_text(raised ? DIAG_ERROR : l), paint("\033[0m"), d->text, raised ? " (a warning, made an error by -W)" : "");
	if (d->where.hi)
		fputc(':', out);
	print_at(out, d->where);
	print_parts(out, d, false);
	print_parts(out, d, true);
}

static bool same(const struct diag *a, const struct diag *b)
{
	return a->id == b->id && a->where.lo == b->where.lo && !strcmp(a->text, b->text);
}

unsigned diag_flush(FILE *out)
{
	unsigned errors = 0;

	vec_each(i, &queue) {
		const struct diag *d = queue.v[i];
		bool seen = false;

		errors += is_error(d);
		if (diag_options.no_warnings && !is_error(d))
			continue;
		for (unsigned j = 0; j < i && !seen; j++)
			seen = same(queue.v[j], d);
		if (!seen)
			print(out, d);
	}
	queue.n = 0;
	return errors;
}

const char *diag_name(enum diag_id id)
{
	return kinds[id].name;
}

bool diag_explain(const char *name, FILE *out)
{
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, name))
			continue;
		fprintf(out, "%s: %s\n\n%s\n", kinds[i].name, level_text(kinds[i].level), kinds[i].explain);
		return true;
	}
	return false;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The global text space. */
#include "base/source.h"

#include <string.h>

#include "base/arena.h"
#include "base/vec.h"

static struct VEC(struct source *) sources;
static uint32_t next_lo = 16;

struct source *source_add(const char *name, const char *text, size_t len)
{
	struct source *s = arena_new(arena_permanent(), struct source);

	s->name = name;
	s->text = text;
	s->len = (uint32_t)len;
	s->lo = next_lo;
	next_lo += (uint32_t)len + 2; /* the end of a source is a place of its own */
	vec_push(arena_permanent(), &sources, s);
	return s;
}

static bool is_in(const struct source *s, uint32_t offset)
{
	return s && offset - s->lo < s->len + 2;
}

struct source *source_of(uint32_t offset)
{
	static struct source *last[2]; /* who asks mostly asks about the same one again, or about a macro's text and the file */
	unsigned lo = 0, hi = sources.n;

	if (is_in(last[0], offset))
		return last[0];
	if (is_in(last[1], offset))
		return last[1];
	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (sources.v[mid]->lo <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!offset || !lo)
		return NULL;
	last[1] = last[0];
	return last[0] = sources.v[lo - 1];
}

bool source_locate(uint32_t offset, struct place *p)
{
	struct source *s = source_of(offset);
	uint32_t at, start;

	if (!s)
		return false;
	at = offset - s->lo;
	if (at > s->len)
		at = s->len;
	p->source = s;
	p->line = 1;
	start = 0;
	for (uint32_t i = 0; i < at; i++) {
		if (s->text[i] == '\n') {
			p->line++;
			start = i + 1;
		}
	}
	p->col = at - start + 1;
	p->text = s->text + start;
	p->len = strcspn(p->text, "\n");
	return true;
}

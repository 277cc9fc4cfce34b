// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the meta text. Strings are unescaped in place, in the one copy that the struct owns. */
#include "meta.h"

#include <stdlib.h>
#include <string.h>

struct cursor {
	char *at, *end; /* of the line, end exclusive */
};

static void skip_spaces(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

/* A bare word; it is terminated in place, so the byte after it must be a separator that we may overwrite. */
static bool word(struct cursor *c, char **w)
{
	skip_spaces(c);
	*w = c->at;
	while (c->at < c->end && *c->at != ' ' && *c->at != '\t')
		c->at++;
	if (c->at == *w)
		return false;
	*c->at = '\0'; /* at the end of the line: its newline or the NUL behind the text */
	if (c->at < c->end)
		c->at++;
	return true;
}

static bool number(struct cursor *c, unsigned int *n)
{
	unsigned long v = 0;
	char *w;

	if (!word(c, &w))
		return false;
	for (; *w; w++) {
		if (*w < '0' || *w > '9')
			return false;
		v = v * 10 + (unsigned long)(*w - '0');
		if (v > 0xffffffffUL)
			return false;
	}
	*n = (unsigned int)v;
	return true;
}

static bool octal(char c)
{
	return c >= '0' && c <= '7';
}

/* A C string literal, decoded onto itself: it never grows. */
static bool quoted(struct cursor *c, struct meta_str *out)
{
	char *to;

	skip_spaces(c);
	if (c->at == c->end || *c->at != '"')
		return false;
	out->s = to = c->at++;
	while (c->at < c->end && *c->at != '"') {
		if (*c->at != '\\') {
			*to++ = *c->at++;
			continue;
		}
		if (++c->at == c->end)
			return false;
		if (octal(*c->at)) {
			unsigned int v = 0;

			for (int i = 0; i < 3 && c->at < c->end && octal(*c->at); i++)
				v = v * 8 + (unsigned int)(*c->at++ - '0');
			*to++ = (char)v;
		} else {
			char e = *c->at++;

			*to++ = e == 'n' ? '\n' : e == 't' ? '\t' : e == 'r' ? '\r' : e;
		}
	}
	if (c->at == c->end)
		return false; /* no closing quote */
	c->at++;
	*to = '\0';
	out->n = (size_t)(to - out->s);
	return true;
}

/* Makes room for element id of a table of *n elements. NULL: bad number or no memory. */
static void *element(void **table, unsigned int *n, unsigned int id, size_t size)
{
	if (id >= META_MAX_ID)
		return NULL;
	if (id >= *n) {
		/* Grown to a power of two, so that a table filled in order is not copied each time. */
		unsigned int cap = 16, want = id + 1, had = 16;

		while (cap < want)
			cap *= 2;
		while (had < *n)
			had *= 2;
		if (!*table || cap > had) {
			void *t = realloc(*table, cap * size);

			if (!t)
				return NULL;
			*table = t;
		}
		memset((char *)*table + *n * size, 0, (want - *n) * size);
		*n = want;
	}
	return (char *)*table + id * size;
}

/* The quoted texts behind the types, one for each 'c'. */
static bool literals(struct cursor *c, struct meta_format *f)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < f->nargs; i++)
		n += f->types[i] == 'c';
	if (!n)
		return true;
	f->literals = calloc(n, sizeof(*f->literals));
	for (unsigned int i = 0; f->literals && i < n; i++) {
		if (quoted(c, &f->literals[i]))
			continue;
		free(f->literals);
		return false;
	}
	return f->literals;
}

static bool format_line(struct meta *m, struct cursor *c)
{
	struct meta_format f = { 0 }, *slot;
	unsigned int id;
	char *types;

	if (!number(c, &id) || !quoted(c, &f.text) || !word(c, &types))
		return false;
	if (!strcmp(types, "-"))
		*types = '\0';
	f.nargs = (unsigned int)strlen(types);
	if (f.nargs > META_MAX_ARGS || strspn(types, "lsc") != f.nargs)
		return false;
	f.types = types;
	if (!literals(c, &f))
		return false;
	slot = element((void **)&m->formats, &m->nformats, id, sizeof(f));
	if (!slot) {
		free(f.literals);
		return false;
	}
	free(slot->literals);
	*slot = f;
	return true;
}

static bool place_line(struct cursor *c, struct meta_place **table, unsigned int *n, bool has_source)
{
	struct meta_place p = { 0 }, *slot;
	unsigned int id;

	if (!number(c, &id) || !quoted(c, &p.what) || !quoted(c, &p.file) || !number(c, &p.line) || !number(c, &p.col))
		return false;
	if (has_source && !quoted(c, &p.source))
		return false;
	slot = element((void **)table, n, id, sizeof(p));
	if (slot)
		*slot = p;
	return slot;
}

static bool line(struct meta *m, struct cursor c)
{
	char *key, *name;

	if (!word(&c, &key))
		return true; /* empty */
	if (!strcmp(key, "sonde"))
		return number(&c, &m->abi);
	if (!strcmp(key, "script")) {
		struct meta_str s;

		skip_spaces(&c);
		if (c.at < c.end && *c.at == '"') {
			if (!quoted(&c, &s))
				return false;
			m->script = s.s;
			return true;
		}
		if (!word(&c, &name))
			return false;
		m->script = name;
		return true;
	}
	if (!strcmp(key, "format"))
		return format_line(m, &c);
	if (!strcmp(key, "site"))
		return place_line(&c, &m->sites, &m->nsites, true);
	if (!strcmp(key, "probe"))
		return place_line(&c, &m->probes, &m->nprobes, false);
	return true; /* of a newer compiler */
}

bool meta_parse(struct meta *m, const char *text, size_t n)
{
	char *at, *end;

	memset(m, 0, sizeof(*m));
	m->script = "";
	m->text = malloc(n + 1);
	if (!m->text)
		return false;
	if (n)
		memcpy(m->text, text, n);
	m->text[n] = '\0';
	for (at = m->text, end = at + n; at < end;) {
		char *eol = memchr(at, '\n', (size_t)(end - at));

		if (!eol)
			eol = end;
		if (!line(m, (struct cursor){ at, eol }))
			m->bad_lines++;
		at = eol + 1;
	}
	return true;
}

void meta_deinit(struct meta *m)
{
	free(m->text);
	for (unsigned int i = 0; i < m->nformats; i++)
		free(m->formats[i].literals);
	free(m->formats);
	free(m->sites);
	free(m->probes);
	memset(m, 0, sizeof(*m));
	m->script = "";
}

const struct meta_format *meta_format(const struct meta *m, unsigned long long id)
{
	return id < m->nformats && m->formats[id].types ? &m->formats[id] : NULL;
}

const struct meta_place *meta_site(const struct meta *m, unsigned long long id)
{
	return id < m->nsites && m->sites[id].what.s ? &m->sites[id] : NULL;
}

const struct meta_place *meta_probe(const struct meta *m, unsigned long long index)
{
	return index < m->nprobes && m->probes[index].what.s ? &m->probes[index] : NULL;
}

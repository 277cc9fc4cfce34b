// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The header of a library that is shipped: a doc comment at the top of its
 * file library.stp, which other programs take for a comment.
 *
 *	/\**
 *	 * library diskwatch 1.2 - what waits for disks
 *	 * @requires: sonde >= 0.1, kernel >= 5.10, blocknames >= 2
 *	 *\/
 */
#include <ctype.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "sema/library.h"

#define HEADER "library.stp"

struct reader {
	struct arena *a;
	struct library_header *h;
	uint32_t lo; /* of the source */
	const char *text;
};

static bool wrong(const struct reader *r, const char *at, size_t n, const char *what)
{
	uint32_t lo = r->lo + (uint32_t)(at - r->text);
	struct diag *d = diag(DIAG_LIBRARY_HEADER, (struct range){ lo, lo + (uint32_t)(n ? n : 1) }, "%s", what);

	diag_hint(d, "it is: library NAME VERSION - TITLE, and a line @requires: NAME >= VERSION, …");
	return false;
}

static bool is_version(const char *s)
{
	return isdigit((unsigned char)*s) && !s[strspn(s, "0123456789.")];
}

/* The next word that ends before `end`; NULL: there is none. */
static const char *word(const struct reader *r, const char **p, const char *end)
{
	const char *from;

	while (*p < end && isspace((unsigned char)**p))
		(*p)++;
	from = *p;
	while (*p < end && !isspace((unsigned char)**p))
		(*p)++;
	return *p > from ? arena_strndup(r->a, from, (size_t)(*p - from)) : NULL;
}

static bool title_line(const struct reader *r, const char *p, const char *end)
{
	const char *from = p, *dash;

	r->h->name = word(r, &p, end);
	if (!r->h->name || r->h->name[strspn(r->h->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")])
		return wrong(r, from, (size_t)(end - from), "a library needs a name of letters, digits, '_' and '-'");
	r->h->version = word(r, &p, end);
	if (!r->h->version || !is_version(r->h->version))
		return wrong(r, from, (size_t)(end - from), "a library needs a version of numbers and dots behind its name");
	dash = word(r, &p, end);
	while (p < end && isspace((unsigned char)*p))
		p++;
	r->h->title = dash && !strcmp(dash, "-") ? arena_strndup(r->a, p, (size_t)(end - p)) : "";
	return true;
}

static bool requires_line(const struct reader *r, const char *p, const char *end)
{
	while (p < end) {
		const char *comma = memchr(p, ',', (size_t)(end - p)), *stop = comma ? comma : end, *from = p;
		const char *name = word(r, &p, stop), *op = word(r, &p, stop), *version = word(r, &p, stop);

		if (!name || (op && strcmp(op, ">=")) || (op && (!version || !is_version(version))) || word(r, &p, stop))
			return wrong(r, from, (size_t)(stop - from), "what a library requires is NAME, or NAME >= VERSION");
		vec_push(r->a, &r->h->requires, op ? arena_printf(r->a, "%s >= %s", name, version) : name);
		p = comma ? comma + 1 : end;
	}
	return true;
}

static bool header_line(const struct reader *r, const char *p, const char *end)
{
	while (p < end && (isspace((unsigned char)*p) || *p == '*'))
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	if (!strncmp(p, "library ", 8) && !r->h->name)
		return title_line(r, p + 8, end);
	if (!strncmp(p, "@requires:", 10) && r->h->name)
		return requires_line(r, p + 10, end);
	return true;
}

bool library_header_read(struct arena *a, const char *dir, struct library_header *h)
{
	const char *path = arena_printf(a, "%s/" HEADER, dir), *end;
	struct source *src;
	struct reader r = { .a = a, .h = h };
	size_t len;
	char *text;

	*h = (struct library_header){ .dir = dir };
	if (file_read(path, &text, &len))
		return false;
	src = source_add(path, text, len);
	src->library = true;
	r.lo = src->lo;
	r.text = strstr(text, "/**");
	if (!r.text)
		return false;
	r.lo += (uint32_t)(r.text - text);
	end = strstr(r.text, "*/");
	if (!end)
		end = text + len;
	for (const char *p = r.text + 3; p < end;) {
		const char *line = memchr(p, '\n', (size_t)(end - p));

		if (!line)
			line = end;
		if (!header_line(&r, p, line))
			return false;
		p = line + 1;
	}
	h->at = (struct range){ r.lo, r.lo + 3 };
	return h->name != NULL;
}

static const char *version_of(const struct library_header *v, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (v[i].name && !strcmp(v[i].name, name))
			return v[i].version;
	return NULL;
}

static bool check(struct arena *a, const struct library_header *all, unsigned n, const struct library_header *h, const char *need,
		  const char *sonde, const char *kernel)
{
	const char *op = strstr(need, " >= "), *name = op ? arena_strndup(a, need, (size_t)(op - need)) : need;
	const char *is = !strcmp(name, "sonde") ? sonde : !strcmp(name, "kernel") ? kernel : version_of(all, n, name);

	if (!is) {
		diag_hint(diag(DIAG_LIBRARY_REQUIRES, h->at, "library %s %s needs library %s, which is not there", h->name, h->version, need),
			  "-I names the folder of a library");
		return false;
	}
	if (op && strverscmp(is, op + 4) < 0) {
		diag_hint(diag(DIAG_LIBRARY_REQUIRES, h->at, "library %s %s needs %s; this is %s %s", h->name, h->version, need, name, is),
			  "use another version of one of the two");
		return false;
	}
	return true;
}

bool library_requires(struct arena *a, const char *const *asked, unsigned n, const char *const *dirs, unsigned ndirs, const char *sonde,
		      const char *kernel)
{
	struct library_header *all = arena_array(a, struct library_header, ndirs + 1), h;
	unsigned mark = diag_mark(), before;
	bool ok = true;

	for (unsigned i = 0; i < ndirs; i++)
		library_header_read(a, dirs[i], &all[i]);
	diag_rewind(mark);
	for (unsigned i = 0; i < n; i++) {
		before = diag_errors();
		library_header_read(a, asked[i], &h);
		ok &= diag_errors() == before;
		for (unsigned j = 0; diag_errors() == before && j < h.requires.n; j++)
			ok &= check(a, all, ndirs, &h, h.requires.v[j], sonde, kernel);
	}
	return ok;
}

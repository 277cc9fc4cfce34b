// SPDX-License-Identifier: GPL-2.0-or-later
/* "function", "function@file", "function@file:12", ":*", ":+3" or "+3", ":10-20", ":10,14-16". */
#include "probe/pattern.h"

#include <ctype.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"

static bool wrong(const struct point_arg *arg, const char *what)
{
	struct diag *d = diag(DIAG_POINT_PATTERN, arg->range, "'%s' is no pattern for a place: %s", arg->str, what);

	diag_hint(d, "it is \"function@file:lines\", where lines are *, 12, 10-20, 10,14-16, or +3 from the function's own line");
	return false;
}

/* A number of a list; NULL when there is none. */
static const char *number(const char *s, unsigned *n)
{
	uint64_t v = 0;

	if (!isdigit((unsigned char)*s))
		return NULL;
	for (; isdigit((unsigned char)*s); s++) {
		v = v * 10 + (unsigned)(*s - '0');
		if (v > INT32_MAX)
			return NULL;
	}
	*n = (unsigned)v;
	return s;
}

static bool lines(const struct point_arg *arg, const char *s, bool relative, struct dwarf_lines *l)
{
	if (!strcmp(s, "*")) {
		l->kind = LINES_ALL;
		return true;
	}
	l->kind = LINES_ABSOLUTE;
	if (relative || *s == '+')
		l->kind = LINES_RELATIVE;
	for (;;) {
		unsigned from, to;

		if (*s == '+' && l->kind == LINES_RELATIVE)
			s++;
		s = number(s, &from);
		if (!s)
			return wrong(arg, "a line is a number");
		to = from;
		if (*s == '-') {
			s++;
			if (*s == '+' && l->kind == LINES_RELATIVE)
				s++;
			s = number(s, &to);
			if (!s || to < from)
				return wrong(arg, "a range of lines goes from a smaller number to a larger one");
		}
		if (l->n == ARRAY_SIZE(l->range))
			return wrong(arg, "there are too many ranges of lines");
		l->range[l->n].from = from;
		l->range[l->n++].to = to;
		if (!*s)
			return true;
		if (*s++ != ',')
			return wrong(arg, "a comma is wanted between lines");
	}
}

/* Where the lines begin: behind the last ':', or at a last '+' that only digits follow. */
static const char *lines_of(const char *file)
{
	const char *colon = strrchr(file, ':'), *plus = strrchr(file, '+');

	if (colon)
		return colon;
	return plus && plus[1] && plus[1 + strspn(plus + 1, "0123456789,-")] == '\0' ? plus : NULL;
}

/* Lines without a file; the "::" and operators of C++ are none. */
static bool has_lines(const char *function)
{
	const char *plus = strrchr(function, '+');

	for (const char *s = function; (s = strchr(s, ':')); s += 2)
		if (s[1] != ':')
			return true;
	return plus && isdigit((unsigned char)plus[1]);
}

bool pattern_parse(struct arena *a, const struct point_arg *arg, struct point_pattern *p)
{
	const char *at = strchr(arg->str, '@'), *file, *where;

	*p = (struct point_pattern){ .range = arg->range };
	p->function = arena_strndup(a, arg->str, at ? (size_t)(at - arg->str) : strlen(arg->str));
	if (!*p->function)
		return wrong(arg, "there is no name of a function (* is any)");
	if (!at) {
		if (has_lines(p->function))
			return wrong(arg, "lines are lines of a file, which is missing");
		return true;
	}
	file = at + 1;
	where = lines_of(file);
	p->source = arena_strndup(a, file, where ? (size_t)(where - file) : strlen(file));
	if (!*p->source)
		return wrong(arg, "there is no name of a file after '@'");
	return !where || lines(arg, where + 1, *where == '+', &p->lines);
}

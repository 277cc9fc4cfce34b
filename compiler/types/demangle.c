// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of C++. The function that reads mangled ones is in the C++ library,
 * which is looked for when such a name is met.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/util.h"
#include "types/program.h"

typedef char *(*demangle_fn)(const char *name, char *buf, size_t *size, int *status);

static demangle_fn library(void)
{
	static demangle_fn fn;
	static bool asked;

	if (!asked) {
		void *so = dlopen("libstdc++.so.6", RTLD_NOW);

		if (!so)
			so = dlopen("libc++abi.so.1", RTLD_NOW);
		if (so)
			*(void **)&fn = dlsym(so, "__cxa_demangle");
		asked = true;
	}
	return fn;
}

const char *demangle(const char *name)
{
	demangle_fn fn;
	const char *r = NULL;
	int status;
	char *s;

	if (name[0] != '_' || name[1] != 'Z')
		return NULL;
	fn = library();
	s = fn ? fn(name, NULL, NULL, &status) : NULL;
	if (s)
		r = intern(s);
	free(s);
	return r;
}

/* Past what is between brackets. */
static const char *past(const char *s)
{
	unsigned depth = 0;

	for (; *s; s++) {
		if (*s == '(' || *s == '<' || *s == '[' || *s == '{')
			depth++;
		else if ((*s == ')' || *s == '>' || *s == ']' || *s == '}') && depth && !--depth)
			return s + 1;
	}
	return s;
}

static size_t operator_length(const char *s)
{
	size_t n = strlen("operator");

	if (strncmp(s, "operator", n) || !s[n] || strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", s[n]))
		return 0;
	if (!strncmp(s + n, "()", 2) || !strncmp(s + n, "[]", 2))
		return n + 2;
	while (s[n] && strchr("<>=+-*/%^&|!~,", s[n]))
		n++;
	return n;
}

const char *demangle_plain(const char *name)
{
	const char *full = demangle(name), *from = full, *s = full;

	if (!full)
		return NULL;
	while (*s) {
		size_t n = operator_length(s);

		if (n)
			s += n;
		else if (*s == '(' && strncmp(s, "(anonymous", 10))
			break;
		else if (*s == '(' || *s == '<' || *s == '{')
			s = past(s);
		else if (*s++ == ' ') /* what stands before was the type that is returned */
			from = s;
	}
	return intern_n(from, (size_t)(s - from));
}

const char *scoped_name_last(const char *name)
{
	const char *last = name, *s = name;

	while (*s) {
		size_t n = operator_length(s);

		if (n) {
			s += n;
		} else if (*s == '<' || *s == '(' || *s == '{') {
			s = past(s);
		} else if (s[0] == ':' && s[1] == ':') {
			s += 2;
			last = s;
		} else {
			s++;
		}
	}
	return last;
}

bool scoped_name_matches(const char *pattern, const char *name)
{
	const char *s = name;

	if (glob_match(pattern, name))
		return true;
	/* Behind each "::" outside of brackets. */
	while (*s) {
		if (*s == '<' || *s == '(' || *s == '{') {
			s = past(s);
		} else if (s[0] == ':' && s[1] == ':') {
			s += 2;
			if (glob_match(pattern, s))
				return true;
		} else {
			s++;
		}
	}
	return false;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of a limited size, one after the other. */
#include "rotate.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"

enum { MB_MAX = 1 << 20, FILES_MAX = 1000000 };

static bool number(const char **at, unsigned long max, unsigned long *v)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*v = strtoul(*at, &end, 10);
	*at = end;
	return !errno && *v >= 1 && *v <= max;
}

bool rotate_parse(struct rotate *r, const char *text)
{
	unsigned long mb, files = 0;

	*r = (struct rotate){ .fd = -1 };
	if (!number(&text, MB_MAX, &mb))
		return false;
	if (*text == ',') {
		text++;
		if (!number(&text, FILES_MAX, &files))
			return false;
	}
	r->max = (unsigned long long)mb << 20;
	r->keep = (unsigned int)files;
	return !*text;
}

bool rotate_open(struct rotate *r)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s.%u", r->base, r->next) >= (int)sizeof(path)) {
		msg_error("%s: %s", r->base, strerror(ENAMETOOLONG));
		return false;
	}
	if (r->fd >= 0 && close(r->fd)) {
		msg_error("sonderun: cannot write the output: %s", strerror(errno));
		r->fd = -1;
		return false;
	}
	r->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (r->fd < 0) {
		msg_error("%s: %s", path, strerror(errno));
		return false;
	}
	if (r->keep && r->next >= r->keep) {
		snprintf(path, sizeof(path), "%s.%u", r->base, r->next - r->keep);
		if (unlink(path) && errno != ENOENT)
			msg_warning("%s: %s", path, strerror(errno));
	}
	r->next++;
	r->written = 0;
	return true;
}

size_t rotate_part(struct rotate *r, const char *p, size_t n)
{
	const char *eol;
	size_t room = r->max > r->written ? (size_t)(r->max - r->written) : 0;

	if (n <= room)
		return n;
	eol = room ? memrchr(p, '\n', room) : NULL;
	if (eol)
		return (size_t)(eol - p) + 1;
	if (!r->written) { /* a line that is larger than a file has one for itself */
		eol = memchr(p, '\n', n);
		return eol ? (size_t)(eol - p) + 1 : n;
	}
	return rotate_open(r) ? rotate_part(r, p, n) : 0;
}

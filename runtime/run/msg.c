// SPDX-License-Identifier: GPL-2.0-or-later
/* What the runner itself says. One write per message, so that two runners on one terminal do not mix their lines. */
#include "msg.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int msg_verbose;
bool msg_no_warnings;
unsigned int msg_errors;

enum { MSG_MAX = 4096 };

static void __attribute__((format(printf, 2, 0))) say(const char *prefix, const char *fmt, va_list ap)
{
	char text[MSG_MAX];
	size_t n = strlen(prefix), done = 0;
	int more;

	memcpy(text, prefix, n);
	more = vsnprintf(text + n, sizeof(text) - n - 1, fmt, ap);
	if (more > 0)
		n += (size_t)more < sizeof(text) - n - 1 ? (size_t)more : sizeof(text) - n - 2;
	text[n++] = '\n';
	while (done < n) {
		ssize_t w = write(STDERR_FILENO, text + done, n - done);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return; /* nobody is left to tell */
		done += (size_t)w;
	}
}

void msg_error(const char *fmt, ...)
{
	va_list ap;

	msg_errors++;
	va_start(ap, fmt);
	say("ERROR: ", fmt, ap);
	va_end(ap);
}

void msg_warning(const char *fmt, ...)
{
	va_list ap;

	if (msg_no_warnings)
		return;
	va_start(ap, fmt);
	say("WARNING: ", fmt, ap);
	va_end(ap);
}

void msg_notice(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("WARNING: ", fmt, ap);
	va_end(ap);
}

void msg_info(int level, const char *fmt, ...)
{
	va_list ap;

	if (msg_verbose < level)
		return;
	va_start(ap, fmt);
	say("sonderun: ", fmt, ap);
	va_end(ap);
}

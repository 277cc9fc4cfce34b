// SPDX-License-Identifier: GPL-2.0-or-later
/* A line about work that takes long. */
#include "base/progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static bool shown, off;

void progress(const char *fmt, ...)
{
	va_list ap;

	if (off || !isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
	shown = true;
}

void progress_end(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}

void progress_off(void)
{
	off = true;
}

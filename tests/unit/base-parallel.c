// SPDX-License-Identifier: GPL-2.0-or-later
/* base/parallel.c: pieces in order, none lost, and those whose copy dies are done here. */
#include "base/parallel.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHECK(x) do { if (!(x)) { printf("%s:%d: %s\n", __FILE__, __LINE__, #x); return 1; } } while (0)

static pid_t first;
static unsigned taken, wrong, local;

static void work(unsigned i, struct buf *out, void *data)
{
	char text[4096];

	(void)data;
	local++;
	if (i == 5 && getpid() != first)
		_exit(3);
	memset(text, 'a' + (int)(i % 26), sizeof(text));
	for (unsigned k = 0; k < i * 3; k++)
		buf_put(out, text, sizeof(text));
}

static void take(unsigned i, const void *out, size_t size, void *data)
{
	const char *s = out;

	(void)data;
	wrong += i != taken++ || size != i * 3 * 4096UL;
	wrong += size && (s[0] != 'a' + (int)(i % 26) || s[size - 1] != s[0]);
}

int main(void)
{
	struct parallel p = { .n = 40, .work = work, .take = take }, none = { .n = 0, .work = work, .take = take };

	first = getpid();
	parallel_run(&p);
	CHECK(taken == 40);
	CHECK(!wrong);
	CHECK(local == 1); /* the one that died */
	parallel_run(&none);
	CHECK(taken == 40);
	return 0;
}

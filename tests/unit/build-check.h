/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of cache and build share: reporting a case, a folder of their own. */
#ifndef SONDE_TEST_BUILD_CHECK_H
#define SONDE_TEST_BUILD_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "driver/cache.h"

static int failures;

/* "ok NAME", or "not ok NAME why" */
static inline void check(const char *name, bool ok, const char *why)
{
	failures += !ok;
	if (ok)
		printf("ok %s\n", name);
	else
		printf("not ok %s %s\n", name, why);
	fflush(stdout);
}

static char test_dir[] = "/tmp/sonde-test.XXXXXX";

static inline void test_end(void)
{
	cache_remove_tree(test_dir);
}

static inline void test_begin(void)
{
	if (!mkdtemp(test_dir))
		abort();
	setenv("XDG_CACHE_HOME", test_dir, 1);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the unit tests of the runner: "ok NAME" or "not ok NAME why" per test, and the exit status. */
#ifndef SONDE_TESTS_RUN_CHECK_H
#define SONDE_TESTS_RUN_CHECK_H

#include <stdbool.h>
#include <stdio.h>

static bool check_failed;       /* of the test that runs */
static int check_status;        /* of the program */

#define CHECK(cond, ...)                                            \
	do {                                                        \
		if (!(cond) && !check_failed) {                     \
			check_failed = true;                        \
			printf("not ok %s line %d: ", __func__, __LINE__); \
			printf(__VA_ARGS__);                        \
			putchar('\n');                              \
		}                                                   \
	} while (0)

#define RUN(test)                              \
	do {                                   \
		check_failed = false;          \
		test();                        \
		if (check_failed)              \
			check_status = 1;      \
		else                           \
			printf("ok %s\n", #test); \
		fflush(stdout);                \
	} while (0)

#endif

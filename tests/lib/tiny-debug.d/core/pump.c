// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the kernel that tests/lib/tiny-debug makes. Lines and names stand in the tests: change nothing lightly. Never run. */
#include "lib/gauge.h"

#define NOINLINE __attribute__((noinline, noclone))

volatile int level;
volatile int log[8];

static NOINLINE int check(int n)
{
	log[0] = n;
	return log[1];
}

static NOINLINE int deeper(int n)
{
	log[2] = n;
	return check(n + 1) + 1;
}

NOINLINE int pump_open(int n)
{
	int r;

	log[3] = n;
	r = gauge_read(n);
	if (r < 0)
		goto fail;
	log[4] = r;
	r += deeper(r);
	log[5] = r;
	return r;
fail:
	log[6] = n;
	log[7] = r;
	return -1;
}

NOINLINE int pump_close(int n)
{
	log[3] = check(n) + gauge_read(2) + gauge_reset(n);
	log[4] = n;
	return n;
}

__attribute__((section(".init.text"))) NOINLINE int pump_init(int n)
{
	log[0] = n;
	return pump_open(n) + pump_close(n);
}

NOINLINE int stray(int n)
{
	log[1] = n;
	return n;
}

int _start(void)
{
	return pump_init(1) + stray(2);
}

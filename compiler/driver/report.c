// SPDX-License-Identifier: GPL-2.0-or-later
/* What each pass cost, in the well-known form. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "driver/session.h"

static struct {
	struct timespec wall;
	long user_ms, sys_ms;
} start;

static long ms(const struct timeval *t)
{
	return t->tv_sec * 1000 + t->tv_usec / 1000;
}

static void cpu_ms(long *user, long *sys)
{
	struct rusage self, kids;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &kids);
	*user = ms(&self.ru_utime) + ms(&kids.ru_utime);
	*sys = ms(&self.ru_stime) + ms(&kids.ru_stime);
}

void report_start(void)
{
	clock_gettime(CLOCK_MONOTONIC, &start.wall);
	cpu_ms(&start.user_ms, &start.sys_ms);
}

static const char *memory_text(struct session *s)
{
	long virt = 0, res = 0, shr = 0, text, lib, data = 0, kb = sysconf(_SC_PAGESIZE) / 1024;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f) {
		if (fscanf(f, "%ld %ld %ld %ld %ld %ld", &virt, &res, &shr, &text, &lib, &data) != 6)
			virt = res = shr = data = 0;
		fclose(f);
	}
	return arena_printf(s->arena, "using %ldvirt/%ldres/%ldshr/%lddata kb, ", virt * kb, res * kb, shr * kb, data * kb);
}

const char *report_usage(struct session *s, bool memory)
{
	struct timespec now;
	long user, sys, real;

	clock_gettime(CLOCK_MONOTONIC, &now);
	cpu_ms(&user, &sys);
	real = (now.tv_sec - start.wall.tv_sec) * 1000 + (now.tv_nsec - start.wall.tv_nsec) / 1000000;
	return arena_printf(s->arena, "%sin %ldusr/%ldsys/%ldreal ms.", memory ? memory_text(s) : "", user - start.user_ms,
			    sys - start.sys_ms, real);
}

bool report_wanted(const struct session *s, int pass, unsigned level)
{
	return s->verbose + s->vp[pass] >= level;
}

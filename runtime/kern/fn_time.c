// SPDX-License-Identifier: GPL-2.0-or-later
/* The language's clocks, in the forms that are safe in any context, NMIs included; and chance. */
#include <linux/ktime.h>
#include <linux/timex.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include "kern.h"

sd_int sd_fn_gettimeofday_ns(SD_FN) { return ktime_get_real_fast_ns(); }
sd_int sd_fn_local_clock_ns(SD_FN) { return ktime_get_mono_fast_ns(); }
sd_int sd_fn_get_cycles(SD_FN) { return get_cycles(); }
sd_int sd_fn_jiffies(SD_FN) { return (sd_int)jiffies; }
sd_int sd_fn_HZ(SD_FN) { return HZ; }

/*
 * xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled"), seeded at load: the kernel's own generator takes
 * locks.
 */
sd_int sd_fn_randint(SD_FN, sd_int n)
{
	u64 *x = &sd_cpu_of(c)->random;

	*x ^= *x >> 12;
	*x ^= *x << 25;
	*x ^= *x >> 27;
	if (n <= 0)
		return 0;
	return mul_u64_u64_shr(*x * 0x2545f4914f6cdd1dULL, n, 64);
}

/* ---- the time zone: the runner says it before the script starts ---- */

static long zone_offset;
static char zone_name[16] = "UTC";

int sd_zone_set(const char *text)
{
	long offset;
	char name[16];

	if (sscanf(text, "%ld %15s", &offset, name) != 2)
		return -EINVAL;
	zone_offset = offset;
	strscpy(zone_name, name, sizeof(zone_name));
	return 0;
}

sd_int sd_fn___zone_offset(SD_FN) { return zone_offset; }
struct sd_str sd_fn___zone_name(SD_FN_STR) { return (struct sd_str){ zone_name, strlen(zone_name) }; }

// SPDX-License-Identifier: GPL-2.0-or-later
/* The language's clocks, and chance. A jiffy is what sysconf() says: the kernel's own is known to the kernel alone. */
#include "user.h"

#include <time.h>
#include <unistd.h>

sd_int sd_fn_gettimeofday_ns(SD_FN)
{
	struct timespec t;

	(void)c, (void)s;
	clock_gettime(CLOCK_REALTIME, &t);
	return (sd_int)t.tv_sec * 1000000000 + t.tv_nsec;
}

sd_int sd_fn_local_clock_ns(SD_FN)
{
	(void)c, (void)s;
	return (sd_int)sd_now();
}

sd_int sd_fn_get_cycles(SD_FN)
{
	(void)c, (void)s;
#ifdef __x86_64__
	return (sd_int)__builtin_ia32_rdtsc();
#else
	return (sd_int)sd_now();
#endif
}

sd_int sd_fn_HZ(SD_FN)
{
	(void)c, (void)s;
	return sysconf(_SC_CLK_TCK);
}

sd_int sd_fn_jiffies(SD_FN)
{
	return (sd_int)(sd_now() / (1000000000U / (sd_uint)sd_fn_HZ(c, s)));
}

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled"), as in the kernel. */
sd_int sd_fn_randint(SD_FN, sd_int n)
{
	sd_uint *x = &sd_user.random;

	(void)c, (void)s;
	*x ^= *x >> 12;
	*x ^= *x << 25;
	*x ^= *x >> 27;
	if (n <= 0)
		return 0;
	return (sd_int)(((unsigned __int128)(*x * 0x2545f4914f6cdd1dULL) * (sd_uint)n) >> 64);
}

static struct tm local(void)
{
	time_t now = time(NULL);
	struct tm tm = { 0 };

	localtime_r(&now, &tm);
	return tm;
}

sd_int sd_fn___zone_offset(SD_FN)
{
	(void)c, (void)s;
	return -local().tm_gmtoff;
}

struct sd_str sd_fn___zone_name(SD_FN_STR)
{
	struct tm tm = local();

	(void)c, (void)s;
	return (struct sd_str){ dst, strftime(dst, cap, "%Z", &tm) };
}

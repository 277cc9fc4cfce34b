// SPDX-License-Identifier: GPL-2.0-or-later
/* Output files of a limited size: where one ends, and which are kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"
#include "rotate.h"
#include "run-check.h"

static char dir[64] = "/tmp/run-rotate-XXXXXX", base[128];

static const char *path(unsigned int n)
{
	static char buf[160];

	snprintf(buf, sizeof(buf), "%s.%u", base, n);
	return buf;
}

static long long size(unsigned int n)
{
	struct stat st;

	return stat(path(n), &st) ? -1 : (long long)st.st_size;
}

static void parsing(void)
{
	static const char *const bad[] = { "", "0", "x", "1,", "1,0", "1,x", "1,2,3", "-1", "1 ", "1048577", ",2" };
	struct rotate r;

	CHECK(rotate_parse(&r, "3") && r.max == 3 << 20 && !r.keep, "3: %llu,%u", r.max, r.keep);
	CHECK(rotate_parse(&r, "1,5") && r.max == 1 << 20 && r.keep == 5, "1,5: %llu,%u", r.max, r.keep);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!rotate_parse(&r, bad[i]), "'%s' was taken", bad[i]);
}

/* Lines of 10 bytes, through the output's buffer, into files of 1 MB. */
static void lines(unsigned int keep, unsigned int files)
{
	const unsigned int per_file = (1 << 20) / 10;
	struct rotate r;
	struct out o;
	unsigned int i, n = per_file * (files - 1) + 7;

	CHECK(rotate_parse(&r, "1"), "1 MB");
	r.keep = keep;
	r.base = base;
	CHECK(rotate_open(&r) && out_init(&o, r.fd), "cannot open %s", base);
	o.rotate = &r;
	for (i = 0; i < n; i++) {
		char line[16];

		snprintf(line, sizeof(line), "%09u\n", i);
		out_put(&o, line, 10);
	}
	out_flush(&o);
	CHECK(!o.failed && r.next == files, "%u files, not %u", r.next, files);
	out_deinit(&o);
	close(r.fd);
	for (i = 0; i < files; i++) {
		long long want = keep && i + keep < files ? -1 : i + 1 < files ? (long long)per_file * 10 : 70LL;

		CHECK(size(i) == want, "file %u of %u (keep %u): %lld bytes, not %lld", i, files, keep, size(i), want);
		unlink(path(i));
	}
}

static void long_line(void)
{
	static char big[3 << 20];
	struct rotate r;
	struct out o;

	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 2] = '\n';
	CHECK(rotate_parse(&r, "1"), "1 MB");
	r.base = base;
	CHECK(rotate_open(&r) && out_init(&o, r.fd), "cannot open %s", base);
	o.rotate = &r;
	out_put(&o, "short\n", 6);
	out_put(&o, big, sizeof(big));
	out_flush(&o);
	out_deinit(&o);
	close(r.fd);
	CHECK(size(0) == 6 && size(1) == sizeof(big) - 1 && size(2) == 1, "%lld %lld %lld", size(0), size(1), size(2));
	for (unsigned int i = 0; i < 3; i++)
		unlink(path(i));
}

static void all_kept(void) { lines(0, 3); }
static void one_kept(void) { lines(1, 3); }
static void two_kept(void) { lines(2, 5); }

int main(void)
{
	if (!mkdtemp(dir))
		return 1;
	snprintf(base, sizeof(base), "%s/out", dir);
	RUN(parsing);
	RUN(all_kept);
	RUN(one_kept);
	RUN(two_kept);
	RUN(long_line);
	rmdir(dir);
	return check_status;
}

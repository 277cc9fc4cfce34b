// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading memory by address. There is no kernel memory to read here: every
 * such read is a fault. User memory is the program's own, read by way of the
 * kernel so that a bad address is an error of the script and nothing worse.
 */
#include "user.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CHUNK = 64 }; /* a power of two: an aligned chunk lies in one page */

static bool read_user(void *dst, sd_uint addr, size_t n)
{
	struct iovec to = { dst, n }, from = { (void *)(size_t)addr, n };

	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)n;
}

sd_uint sd_kread(struct sd_ctx *c, sd_uint addr, unsigned int size, const struct sd_site *site)
{
	(void)size;
	sd_raise(c, SD_ERR_FAULT, site, (sd_int)addr);
	return 0;
}

/* There is no memory of a kernel to write to; that of the process is the program's own. */
void sd_kwrite(struct sd_ctx *c, sd_uint addr, unsigned int size, unsigned int shift, unsigned int bits, sd_int value, const struct sd_site *site)
{
	(void)size, (void)shift, (void)bits, (void)value;
	sd_raise(c, SD_ERR_WRITE, site, (sd_int)addr);
}

void sd_uwrite(struct sd_ctx *c, sd_uint addr, unsigned int size, unsigned int shift, unsigned int bits, sd_int value, const struct sd_site *site)
{
	sd_uint v = 0;
	struct iovec from = { &v, size }, to = { (void *)(size_t)addr, size };

	if (size > sizeof(v) || !read_user(&v, addr, size)) {
		sd_raise(c, SD_ERR_WRITE, site, (sd_int)addr);
		return;
	}
	v = sd_merge_bits(v, shift, bits, value);
	if (process_vm_writev(getpid(), &from, 1, &to, 1, 0) != (ssize_t)size)
		sd_raise(c, SD_ERR_WRITE, site, (sd_int)addr);
}

struct sd_str sd_kread_str(struct sd_ctx *c, char *dst, sd_uint cap, sd_uint addr, sd_uint max, const struct sd_site *site)
{
	(void)dst, (void)cap;
	if (max)
		sd_raise(c, SD_ERR_FAULT, site, (sd_int)addr);
	return (struct sd_str){ "", 0 };
}

sd_uint sd_uread(struct sd_ctx *c, sd_uint addr, unsigned int size, const struct sd_site *site)
{
	unsigned char b[8];
	unsigned short s;
	unsigned int i;
	sd_uint v;

	if (size > sizeof(b) || !read_user(b, addr, size)) {
		sd_raise(c, SD_ERR_FAULT, site, (sd_int)addr);
		return 0;
	}
	switch (size) {
	case 1:
		return b[0];
	case 2:
		memcpy(&s, b, sizeof(s));
		return s;
	case 4:
		memcpy(&i, b, sizeof(i));
		return i;
	default:
		memcpy(&v, b, sizeof(v));
		return v;
	}
}

/* Up to the NUL, max bytes or the capacity. */
struct sd_str sd_uread_str(struct sd_ctx *c, char *dst, sd_uint cap, sd_uint addr, sd_uint max, const struct sd_site *site)
{
	sd_uint limit = cap < max ? cap : max, n = 0;
	char next = 0;

	while (n < limit) {
		sd_uint take = CHUNK - ((addr + n) & (CHUNK - 1)), len;

		if (take > limit - n)
			take = limit - n;
		if (!read_user(dst + n, addr + n, take)) {
			sd_raise(c, SD_ERR_FAULT, site, (sd_int)(addr + n));
			return (struct sd_str){ "", 0 };
		}
		len = strnlen(dst + n, take);
		n += len;
		if (len < take)
			return (struct sd_str){ dst, n };
	}
	if (max > cap && read_user(&next, addr + n, 1) && next)
		sd_truncated(c);
	return (struct sd_str){ dst, n };
}

struct sd_str sd_uread_bytes(struct sd_ctx *c, char *dst, sd_uint addr, sd_uint n, const struct sd_site *site)
{
	if (!read_user(dst, addr, n)) {
		sd_raise(c, SD_ERR_FAULT, site, (sd_int)addr);
		n = 0;
	}
	return (struct sd_str){ dst, n };
}

struct sd_str sd_kread_bytes(struct sd_ctx *c, char *dst, sd_uint addr, sd_uint n, const struct sd_site *site)
{
	return sd_uread_bytes(c, dst, addr, n, site);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading the probed machine's memory from a handler: never faults, never
 * sleeps; a bad address is an error of the script. User memory that is not
 * resident is a bad address too.
 */
#include <linux/uaccess.h>
#include <linux/string.h>
#include "kern.h"

enum { CHUNK = 64 }; /* a power of two: an aligned chunk lies in one page */

typedef long (*read_fn)(void *dst, unsigned long addr, size_t n);

static long read_kernel(void *dst, unsigned long addr, size_t n)
{
	return copy_from_kernel_nofault(dst, (const void *)addr, n);
}

static long read_user(void *dst, unsigned long addr, size_t n)
{
	return copy_from_user_nofault(dst, (const void __user *)addr, n);
}

/* May the handler start again once the page is there? */
static bool can_wait(struct sd_ctx *c, read_fn rd)
{
	return rd == read_user && c->pages && !c->effects && !sd_cpu_of(c)->out.stamped;
}

/* A read failed. Of a process's memory the page may be one that is not there yet. */
static void fault(struct sd_ctx *c, read_fn rd, sd_uint addr, sd_uint n, const struct sd_site *site)
{
	char byte;

	if (!can_wait(c, rd)) {
		sd_raise(c, SD_ERR_FAULT, site, addr);
		return;
	}
	/* What reaches over the end of a page may lack its second half. */
	sd_raise(c, SD_ERR_PAGE, site, n > 1 && !read_user(&byte, addr, 1) ? addr + n - 1 : addr);
}

static __always_inline sd_uint read_number(struct sd_ctx *c, read_fn rd, sd_uint addr, unsigned int size,
					   const struct sd_site *site)
{
	u64 v = 0; /* little endian: the low bytes come first */

	BUILD_BUG_ON(!IS_ENABLED(CONFIG_64BIT) || IS_ENABLED(CONFIG_CPU_BIG_ENDIAN));
	if (unlikely(size > sizeof(v) || rd(&v, addr, size))) {
		if ((sd_script.flags & SD_SCRIPT_SKIP_BAD) && !can_wait(c, rd))
			sd_faulted(c);
		else
			fault(c, rd, addr, size, site);
		return 0;
	}
	return v;
}

sd_uint sd_kread(struct sd_ctx *c, sd_uint addr, unsigned int size, const struct sd_site *site)
{
	return read_number(c, read_kernel, addr, size, site);
}

sd_uint sd_uread(struct sd_ctx *c, sd_uint addr, unsigned int size, const struct sd_site *site)
{
	return read_number(c, read_user, addr, size, site);
}

sd_uint sd_utouch(struct sd_ctx *c, sd_uint addr, sd_uint n)
{
	u64 v = 0;
	u8 last;

	if (n && !read_user(&v, addr, min_t(sd_uint, n, sizeof(v)))) {
		if (n > sizeof(v) && read_user(&last, addr + n - 1, 1))
			sd_raise(c, SD_ERR_PAGE, NULL, addr + n - 1);
	} else if (n) {
		sd_raise(c, SD_ERR_PAGE, NULL, n > 1 && !read_user(&last, addr, 1) ? addr + min_t(sd_uint, n, sizeof(v)) - 1 : addr);
	}
	return v;
}

/*
 * Nothing that writes to kernel memory and catches faults is exported, but the
 * instruction with its entry in the exception table is a macro. An address
 * that can be read is one that the processor takes, so all that is left to
 * fault is a page that is read-only.
 */
static bool write_kernel(unsigned long addr, u64 v, unsigned int size)
{
	u8 *p = (u8 *)addr, *from = (u8 *)&v; /* little endian */
	bool ok = true;

	pagefault_disable();
	switch (size) {
	case 1:
		__put_kernel_nofault(p, from, u8, fault);
		break;
	case 2:
		__put_kernel_nofault(p, from, u16, fault);
		break;
	case 4:
		__put_kernel_nofault(p, from, u32, fault);
		break;
	default:
		__put_kernel_nofault(p, from, u64, fault);
		break;
	}
	if (0) {
fault:
		ok = false;
	}
	pagefault_enable();
	return ok;
}

static bool write_user(unsigned long addr, u64 v, unsigned int size)
{
	return !copy_to_user_nofault((void __user *)addr, &v, size);
}

static __always_inline void write_number(struct sd_ctx *c, read_fn rd, bool (*wr)(unsigned long addr, u64 v, unsigned int size),
					 sd_uint addr, unsigned int size, unsigned int shift, unsigned int bits, sd_int value,
					 const struct sd_site *site)
{
	u64 v = 0;

	if (unlikely(size > sizeof(v) || rd(&v, addr, size))) {
		sd_raise(c, SD_ERR_WRITE, site, addr);
		return;
	}
	if (unlikely(!wr(addr, sd_merge_bits(v, shift, bits, value), size)))
		sd_raise(c, SD_ERR_WRITE, site, addr);
}

void sd_kwrite(struct sd_ctx *c, sd_uint addr, unsigned int size, unsigned int shift, unsigned int bits, sd_int value,
	       const struct sd_site *site)
{
	write_number(c, read_kernel, write_kernel, addr, size, shift, bits, value, site);
}

void sd_uwrite(struct sd_ctx *c, sd_uint addr, unsigned int size, unsigned int shift, unsigned int bits, sd_int value,
	       const struct sd_site *site)
{
	write_number(c, read_user, write_user, addr, size, shift, bits, value, site);
}

/* Up to the NUL, max bytes or the capacity, in chunks that do not cross a page. */
static struct sd_str read_string(struct sd_ctx *c, read_fn rd, char *dst, sd_uint cap, sd_uint addr, sd_uint max,
				 const struct sd_site *site)
{
	sd_uint limit = min(cap, max), n = 0, take, len;

	while (n < limit) {
		take = min_t(sd_uint, CHUNK - ((addr + n) & (CHUNK - 1)), limit - n);
		if (unlikely(rd(dst + n, addr + n, take))) {
			fault(c, rd, addr + n, 1, site);
			return (struct sd_str){ "", 0 };
		}
		len = strnlen(dst + n, take);
		n += len;
		if (len < take)
			return (struct sd_str){ dst, n };
	}
	if (max > cap) {
		char next = 0;

		if (!rd(&next, addr + n, 1) && next)
			sd_truncated(c);
	}
	return (struct sd_str){ dst, n };
}

struct sd_str sd_kread_str(struct sd_ctx *c, char *dst, sd_uint cap, sd_uint addr, sd_uint max, const struct sd_site *site)
{
	return read_string(c, read_kernel, dst, cap, addr, max, site);
}

struct sd_str sd_uread_str(struct sd_ctx *c, char *dst, sd_uint cap, sd_uint addr, sd_uint max, const struct sd_site *site)
{
	return read_string(c, read_user, dst, cap, addr, max, site);
}

static struct sd_str read_bytes(struct sd_ctx *c, read_fn rd, char *dst, sd_uint addr, sd_uint n, const struct sd_site *site)
{
	if (unlikely(rd(dst, addr, n))) {
		fault(c, rd, addr, n, site);
		n = 0;
	}
	return (struct sd_str){ dst, n };
}

struct sd_str sd_kread_bytes(struct sd_ctx *c, char *dst, sd_uint addr, sd_uint n, const struct sd_site *site)
{
	return read_bytes(c, read_kernel, dst, addr, n, site);
}

struct sd_str sd_uread_bytes(struct sd_ctx *c, char *dst, sd_uint addr, sd_uint n, const struct sd_site *site)
{
	return read_bytes(c, read_user, dst, addr, n, site);
}

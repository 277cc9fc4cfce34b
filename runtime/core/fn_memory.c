// SPDX-License-Identifier: GPL-2.0-or-later
/* The language's functions that read memory by address: thin over what the runtime has for that. */
#include "os.h"
#include "abi.h"

#define ALL (~(sd_uint)0)

struct sd_str sd_fn_kernel_string(SD_FN_STR, sd_int addr)
{
	return sd_kread_str(c, dst, cap, (sd_uint)addr, ALL, s);
}

struct sd_str sd_fn_kernel_string_n(SD_FN_STR, sd_int addr, sd_int n)
{
	return sd_kread_str(c, dst, cap, (sd_uint)addr, n < 0 ? 0 : (sd_uint)n, s);
}

struct sd_str sd_fn_user_string(SD_FN_STR, sd_int addr)
{
	return sd_uread_str(c, dst, cap, (sd_uint)addr, ALL, s);
}

struct sd_str sd_fn_user_string_n(SD_FN_STR, sd_int addr, sd_int n)
{
	return sd_uread_str(c, dst, cap, (sd_uint)addr, n < 0 ? 0 : (sd_uint)n, s);
}

/* For %m and %M: n bytes, at least one and at most cap. */
static sd_uint dump_size(struct sd_ctx *c, sd_int n, sd_uint cap)
{
	if (n <= 0)
		return 1;
	if ((sd_uint)n > cap) {
		sd_truncated(c);
		return cap;
	}
	return (sd_uint)n;
}

struct sd_str sd_fn_kernel_bytes(SD_FN_STR, sd_int addr, sd_int n)
{
	return sd_kread_bytes(c, dst, (sd_uint)addr, dump_size(c, n, cap), s);
}

struct sd_str sd_fn_user_bytes(SD_FN_STR, sd_int addr, sd_int n)
{
	return sd_uread_bytes(c, dst, (sd_uint)addr, dump_size(c, n, cap), s);
}

/* Numbers are sign-extended from the C type that the name says. */
#define SD_READER(name, type, read) \
	sd_int sd_fn_##name(SD_FN, sd_int addr) { return (sd_int)(type)read(c, (sd_uint)addr, sizeof(type), s); }

/* The kernel is compiled with unsigned characters since 6.2. */
SD_READER(kernel_char, signed char, sd_kread)
SD_READER(kernel_short, short, sd_kread)
SD_READER(kernel_int, int, sd_kread)
SD_READER(kernel_long, long, sd_kread)
SD_READER(kernel_pointer, unsigned long, sd_kread)
SD_READER(user_char_error, signed char, sd_uread)
SD_READER(user_short_error, short, sd_uread)
SD_READER(user_int_error, int, sd_uread)
SD_READER(user_long_error, long, sd_uread)

/* ---- Writing ------------------------------------------------------------------------ */

void sd_fn___set_memory(SD_FN, sd_int addr, sd_int bytes, sd_int v, sd_int user)
{
	unsigned int size = (unsigned int)bytes;

	if (user)
		sd_uwrite(c, (sd_uint)addr, size, 0, 8 * size, v, s);
	else
		sd_kwrite(c, (sd_uint)addr, size, 0, 8 * size, v, s);
}

void sd_fn___set_string(SD_FN, sd_int addr, sd_int n, struct sd_str v, sd_int user)
{
	sd_int i;

	for (i = 0; i < n && i <= (sd_int)v.n && !c->error; i++)
		sd_fn___set_memory(c, s, addr + i, 1, i < (sd_int)v.n ? v.s[i] : 0, user);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The macros of embedded C, as the language reference has them. Whoever
 * includes this has defined MAXSTRINGLEN, and included abi.h. Inside a piece,
 * CONTEXT is the handler's context, THIS its arguments, sd_here its place in
 * the script, and "out" the label behind it.
 */
#ifndef SONDE_EMBEDDED_MACROS_H
#define SONDE_EMBEDDED_MACROS_H

/* embedded.c of the runtime */
__attribute__((format(printf, 3, 4)))
void sd_embed_error(struct sd_ctx *c, const struct sd_site *s, const char *fmt, ...);
__attribute__((format(printf, 2, 3)))
void sd_embed_printf(struct sd_ctx *c, const char *fmt, ...);

/* The kernel lost its own in 6.8, and not every C library has them; scripts use them. */
static inline size_t sd_embed_strlcpy(char *to, const char *from, size_t size)
{
	size_t n = 0;

	for (; from[n]; n++)
		if (n + 1 < size)
			to[n] = from[n];
	if (size)
		to[n < size ? n : size - 1] = '\0';
	return n;
}

static inline size_t sd_embed_strlcat(char *to, const char *from, size_t size)
{
	size_t n = 0;

	while (n < size && to[n])
		n++;
	return n + sd_embed_strlcpy(to + n, from, size - n);
}

#undef strlcpy
#undef strlcat
#define strlcpy(to, from, size) sd_embed_strlcpy(to, from, size)
#define strlcat(to, from, size) sd_embed_strlcat(to, from, size)

static inline void sd_embed_copy(char *to, const char *from)
{
	if (from != to)
		sd_embed_strlcpy(to, from ? from : "", MAXSTRINGLEN);
}

#define SD_RETURN_LONG(...) do { __VA_OPT__(STAP_RETVALUE = (int64_t)(__VA_ARGS__);) goto out; } while (0)
#define SD_RETURN_STRING(...) do { __VA_OPT__(sd_embed_copy(STAP_RETVALUE, (__VA_ARGS__));) goto out; } while (0)
#define SD_RETURN_VOID(...) do { __VA_OPT__((void)(__VA_ARGS__);) goto out; } while (0)

#define STAP_ERROR(...) do { sd_embed_error(CONTEXT, sd_here, __VA_ARGS__); goto out; } while (0)
#define STAP_PRINTF(...) sd_embed_printf(CONTEXT, __VA_ARGS__)

/* Reads that survive a bad address: an error at this place, caught by try. */
#define sd_embed_read(read, size, addr) \
	({ sd_uint v_ = read(CONTEXT, (sd_uint)(unsigned long)(addr), (size), sd_here); if (CONTEXT->error) goto out; v_; })
#define kderef(size, addr) ((int64_t)sd_embed_read(sd_kread, size, addr))
#define uderef(size, addr) ((int64_t)sd_embed_read(sd_uread, size, addr))
#define kread(p) ((typeof(*(p)))(unsigned long)sd_embed_read(sd_kread, sizeof(*(p)), p))
#define uread(p) ((typeof(*(p)))(unsigned long)sd_embed_read(sd_uread, sizeof(*(p)), p))
#define CATCH_DEREF_FAULT() do { } while (0)

#endif

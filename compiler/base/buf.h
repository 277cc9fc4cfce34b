/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing text buffer, always NUL-terminated once something was put in. */
#ifndef SONDE_BASE_BUF_H
#define SONDE_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *s;
	size_t n, cap;
};

void buf_init(struct buf *b);
void buf_deinit(struct buf *b);
void buf_put(struct buf *b, const void *data, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);

/* Puts a C string literal with its quotes. Bytes outside printable ASCII become three-digit octal. */
void buf_quote(struct buf *b, const char *s, size_t n);

#endif

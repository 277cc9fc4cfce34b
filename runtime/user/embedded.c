// SPDX-License-Identifier: GPL-2.0-or-later
/* What embedded C calls: errors and output with the C library's formats. */
#include "user.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 3, 4))) void sd_embed_error(struct sd_ctx *c, const struct sd_site *s, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void sd_embed_printf(struct sd_ctx *c, const char *fmt, ...);

enum { LINE = 512 }; /* as much as the kernel runtime takes at a time */

void sd_embed_error(struct sd_ctx *c, const struct sd_site *s, const char *fmt, ...)
{
	va_list ap;

	if (c->error)
		return;
	va_start(ap, fmt);
	vsnprintf(c->error_text, sizeof(c->error_text), fmt, ap);
	va_end(ap);
	sd_raise(c, SD_ERR_USER, s, 0);
}

void sd_embed_printf(struct sd_ctx *c, const char *fmt, ...)
{
	char text[LINE], *p;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (n >= LINE) {
		n = LINE - 1;
		sd_truncated(c);
	}
	p = sd_rec_begin(c, SD_REC_TEXT, 0, SD_STR_BYTES((sd_uint)n));
	if (!p)
		return;
	sd_put_str(p, (struct sd_str){ text, (sd_uint)n });
	sd_rec_end(c);
}

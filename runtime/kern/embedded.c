// SPDX-License-Identifier: GPL-2.0-or-later
/* What embedded C calls: errors and output with the kernel's own formats. */
#include <linux/kernel.h>
#include <linux/stdarg.h>
#include "kern.h"

__printf(3, 4) void sd_embed_error(struct sd_ctx *c, const struct sd_site *s, const char *fmt, ...);
__printf(2, 3) void sd_embed_printf(struct sd_ctx *c, const char *fmt, ...);

void sd_embed_error(struct sd_ctx *c, const struct sd_site *s, const char *fmt, ...)
{
	va_list ap;

	if (c->error)
		return;
	va_start(ap, fmt);
	vscnprintf(c->error_text, sizeof(c->error_text), fmt, ap);
	va_end(ap);
	sd_raise(c, SD_ERR_USER, s, 0);
}

/* As long a text as fits there; longer ones are cut, and counted. */
void sd_embed_printf(struct sd_ctx *c, const char *fmt, ...)
{
	struct sd_cpu *cpu = sd_cpu_of(c);
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(cpu->symbol, sizeof(cpu->symbol), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(cpu->symbol)) {
		n = sizeof(cpu->symbol) - 1;
		sd_truncated(c);
	}
	p = sd_rec_begin(c, SD_REC_TEXT, 0, SD_STR_BYTES((sd_uint)n));
	if (!p)
		return;
	sd_put_str(p, (struct sd_str){ cpu->symbol, n });
	sd_rec_end(c);
}

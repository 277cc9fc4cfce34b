// SPDX-License-Identifier: GPL-2.0-or-later
/* What follows from a run-time error that was not caught, and what the language says to the user. */
#include "user.h"

#include <stdarg.h>
#include <stdio.h>

#include "wire.h"

enum { TEXT_MAX = 256 };

void sd_report(struct sd_ctx *c)
{
	char buf[TEXT_MAX];
	struct sd_str text = sd_error_text(c, buf, sizeof(buf));

	if (c->error == SD_ERR_ABORT) {
		sd_error_clear(c);
		return;
	}
	sd_error_record(c, (unsigned int)c->error, c->error_site ? (sd_int)c->error_site->id : -1, c->probe->index, c->error_arg,
			text);
	sd_error_clear(c);
	if (++sd_user.errors > (unsigned int)sd_script.limits.maxerrors) {
		sd_user.failed = true;
		sd_user.live = false;
	}
}

void sd_warn(const char *fmt, ...)
{
	char buf[TEXT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(buf))
		n = sizeof(buf) - 1;
	sd_text_record(&sd_user.ctx, SD_REC_WARNING, (struct sd_str){ buf, (sd_uint)(n < 0 ? 0 : n) });
}

/* ---- the language's functions ---- */

void sd_fn_warn(SD_FN, struct sd_str msg)
{
	(void)s;
	sd_text_record(c, SD_REC_WARNING, msg);
}

void sd_fn_log(SD_FN, struct sd_str msg)
{
	(void)s;
	sd_text_record(c, SD_REC_LOG, msg);
}

void sd_fn_exit(SD_FN)
{
	(void)c, (void)s;
	sd_user.live = false;
}

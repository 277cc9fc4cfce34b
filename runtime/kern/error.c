// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run-time errors that were not caught: the records that tell the runner.
 * Owns the count of errors and what follows from it.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/stdarg.h>
#include "kern.h"

enum { TEXT_MAX = 256 };

static atomic_t errors = ATOMIC_INIT(0);

/* Which function's handler happened to be running when there was too much of it: likely the one that is called most. */
static struct sd_str with_function(const struct sd_ctx *c, struct sd_str text, char *buf)
{
	const char *name;

	if ((c->error != SD_ERR_OVERLOAD && c->error != SD_ERR_STARVED) || c->site >= c->probe->nplaces)
		return text;
	name = c->probe->places[c->site].function;
	if (name)
		text.n += scnprintf(buf + text.n, TEXT_MAX - text.n, ", at last of %s", name);
	return text;
}

static int report(struct sd_ctx *c)
{
	char *buf = sd_cpu_of(c)->symbol; /* the stack is not ours to fill */
	struct sd_str text = sd_error_text(c, buf, TEXT_MAX);
	int n;

	text = with_function(c, text, buf);
	sd_error_record(c, c->error, c->error_site ? (sd_int)c->error_site->id : -1, c->probe->index, c->error_arg, text);
	sd_error_clear(c);
	n = atomic_inc_return(&errors);
	WRITE_ONCE(sd_control->errors, n);
	return n;
}

void sd_report_fatal(struct sd_ctx *c)
{
	report(c);
	sd_error_state();
	sd_request_exit();
}

void sd_report(struct sd_ctx *c)
{
	if (c->error == SD_ERR_ABORT) {
		sd_error_clear(c);
	} else if (sd_script.flags & SD_SCRIPT_QUIET_ERRORS) {
		sd_lose(c, SD_LOSS_ERROR);
		sd_error_clear(c);
	} else if (report(c) > sd_script.limits.maxerrors) {
		sd_error_state();
		sd_request_exit();
	}
}

void sd_complain(const struct sd_probe *p, const char *fmt, ...)
{
	struct sd_ctx *c = &sd_process->ctx;
	char buf[TEXT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vscnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	c->probe = p;
	sd_error_record(c, SD_ERR_USER, -1, p ? (sd_int)p->index : -1, 0, (struct sd_str){ buf, n });
	sd_out_close(&sd_process->out);
}

/* A record whose only content is a text. */
static void text_record(struct sd_ctx *c, unsigned int type, struct sd_str text)
{
	char *p = sd_rec_begin(c, type, 0, SD_STR_BYTES(text.n));

	if (!p)
		return;
	sd_put_str(p, text);
	sd_rec_end(c);
}

void sd_warn(const struct sd_probe *p, const char *fmt, ...)
{
	struct sd_ctx *c = &sd_process->ctx;
	char buf[TEXT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vscnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	c->probe = p;
	text_record(c, SD_REC_WARNING, (struct sd_str){ buf, n });
	sd_out_close(&sd_process->out);
}

void sd_warn_hit(const struct sd_probe *p, enum sd_loss why, const char *fmt, ...)
{
	char buf[TEXT_MAX];
	unsigned long flags;
	struct sd_ctx *c;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vscnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	c = sd_enter(p, &flags);
	if (!c)
		return;
	sd_lose(c, why);
	text_record(c, SD_REC_WARNING, (struct sd_str){ buf, n });
	sd_leave(c, flags);
}

/* ---- the language's functions ---- */

void sd_fn_warn(SD_FN, struct sd_str msg)
{
	text_record(c, SD_REC_WARNING, msg);
}

void sd_fn_log(SD_FN, struct sd_str msg)
{
	text_record(c, SD_REC_LOG, msg);
}

void sd_fn_exit(SD_FN)
{
	sd_request_exit();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run-time errors: raising, catching, and the records that tell the runner.
 * Owns the count of errors and what follows from it.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/stdarg.h>
#include "kern.h"

enum { TEXT_MAX = 256 };

static atomic_t errors = ATOMIC_INIT(0);

static const char *const texts[SD_ERR_COUNT] = {
	[SD_OK] = "",
#define SD_ERR(id, text) [SD_ERR_##id] = text,
#include "../errors.def"
#undef SD_ERR
};

void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg)
{
	if (c->error)
		return; /* the first one counts */
	c->error = error;
	c->error_site = site;
	c->error_arg = arg;
	c->ntrace = 0;
}

/* The message of the error in c, without its place. */
static struct sd_str message(struct sd_ctx *c, char *buf, size_t cap)
{
	int n;

	if (c->error == SD_ERR_USER) {
		n = strnlen(c->error_text, min(cap, sizeof(c->error_text)));
		memcpy(buf, c->error_text, n);
	} else {
		const char *text = c->error > 0 && c->error < SD_ERR_COUNT ? texts[c->error] : "unknown error";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-security"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		n = scnprintf(buf, cap, text, c->error_arg);
#pragma GCC diagnostic pop
	}
	return (struct sd_str){ buf, n };
}

struct sd_str sd_catch(struct sd_ctx *c, char *dst, sd_uint cap)
{
	char *buf = sd_cpu_of(c)->symbol; /* the stack is not ours to fill */
	struct sd_str v = message(c, buf, sizeof(sd_cpu_of(c)->symbol));
	const struct sd_site *site = c->error_site;

	v = sd_str_copy(c, dst, cap, v);
	if (site && site->where && *site->where) {
		v = sd_concat(c, dst, cap, v, SD_STR(" near "));
		v = sd_concat(c, dst, cap, v, (struct sd_str){ site->where, strlen(site->where) });
	}
	c->error = SD_OK;
	c->error_site = NULL;
	c->error_text[0] = '\0';
	return v;
}

static void error_record(struct sd_ctx *c, unsigned int id, sd_int site, sd_int probe, sd_int arg, struct sd_str text)
{
	unsigned int i, calls = site < 0 ? 0 : c->ntrace;
	char *p = sd_rec_begin(c, SD_REC_ERROR, id, 24 + SD_STR_BYTES(text.n) + 8 + 8 * calls);

	if (!p)
		return;
	p = sd_put_int(p, site);
	p = sd_put_int(p, probe);
	p = sd_put_int(p, arg);
	p = sd_put_str(p, text);
	p = sd_put_int(p, calls);
	for (i = 0; i < calls; i++)
		p = sd_put_int(p, c->trace[i]->id);
	sd_rec_end(c);
}

void sd_report(struct sd_ctx *c)
{
	char *buf = sd_cpu_of(c)->symbol;
	struct sd_str text = message(c, buf, TEXT_MAX);
	int n;

	error_record(c, c->error, c->error_site ? (sd_int)c->error_site->id : -1, c->probe->index, c->error_arg, text);
	c->error = SD_OK;
	c->error_site = NULL;
	c->error_text[0] = '\0';
	n = atomic_inc_return(&errors);
	WRITE_ONCE(sd_control->errors, n);
	if (n > sd_script.limits.maxerrors) {
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
	error_record(c, SD_ERR_USER, -1, p ? (sd_int)p->index : -1, 0, (struct sd_str){ buf, n });
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

/* ---- the language's functions ---- */

void sd_fn_error(SD_FN, struct sd_str msg)
{
	size_t n = min_t(size_t, msg.n, sizeof(c->error_text) - 1);

	if (c->error)
		return;
	memcpy(c->error_text, msg.s, n);
	c->error_text[n] = '\0';
	sd_raise(c, SD_ERR_USER, s, 0);
}

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

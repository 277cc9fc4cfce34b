// SPDX-License-Identifier: GPL-2.0-or-later
/* Run-time errors as far as they concern the handler alone: raising, wording and catching them. */
#include "os.h"
#include "abi.h"
#include "format.h"

static const char *const texts[SD_ERR_COUNT] = {
	[SD_OK] = "",
#define SD_ERR(id, text) [SD_ERR_##id] = text,
#include "errors.def"
#undef SD_ERR
};

void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg)
{
	if (error == SD_ERR_FAULT)
		sd_faulted(c);
	if (c->error)
		return; /* the first one counts */
	c->error = error;
	c->error_site = site;
	c->error_arg = arg;
	c->ntrace = 0;
	sd_raised(c);
}

struct sd_str sd_error_text(struct sd_ctx *c, char *dst, sd_uint cap)
{
	struct sd_value arg = { .is_string = 0, .i = c->error_arg };
	const char *text = "unknown error";
	sd_uint used;

	if (c->error == SD_ERR_USER)
		return sd_str_copy(c, dst, cap, (struct sd_str){ c->error_text, strnlen(c->error_text, sizeof(c->error_text)) });
	if (c->error > 0 && c->error < SD_ERR_COUNT)
		text = texts[c->error];
	sd_format(dst, cap, (struct sd_str){ text, strlen(text) }, &arg, 1, &used);
	return (struct sd_str){ dst, used };
}

void sd_error_clear(struct sd_ctx *c)
{
	c->error = SD_OK;
	c->error_site = 0;
	c->error_text[0] = '\0';
}

/* The message alone: what a script raises is what it catches. The place is told when nobody does. */
struct sd_str sd_catch(struct sd_ctx *c, char *dst, sd_uint cap)
{
	struct sd_str v = sd_error_text(c, dst, cap);

	sd_error_clear(c);
	return v;
}

void sd_error_record(struct sd_ctx *c, unsigned int id, sd_int site, sd_int probe, sd_int arg, struct sd_str text)
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

void sd_fn_abort(SD_FN)
{
	sd_fn_exit(c, s);
	sd_raise(c, SD_ERR_ABORT, s, 0);
}

void sd_fn_error(SD_FN, struct sd_str msg)
{
	sd_uint n = msg.n < sizeof(c->error_text) - 1 ? msg.n : sizeof(c->error_text) - 1;

	if (c->error)
		return;
	if (n)
		memcpy(c->error_text, msg.s, n);
	c->error_text[n] = '\0';
	sd_raise(c, SD_ERR_USER, s, 0);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Objects as text: the parts of what $x$ and $x$$ print, put one behind the other. */
#include "os.h"
#include "abi.h"

void sd_text_put(struct sd_ctx *c, struct sd_text *t, struct sd_str v)
{
	sd_uint room = t->cap - t->n, n = v.n;

	if (n > room) {
		n = room;
		if (!t->cut)
			sd_truncated(c);
		t->cut = 1;
	}
	if (n)
		memcpy(t->s + t->n, v.s, n);
	t->n += n;
}

static void put_format(struct sd_ctx *c, struct sd_text *t, struct sd_str fmt, sd_int v)
{
	struct sd_value arg = { .i = v };

	sd_text_put(c, t, sd_sprintf(c, c->scratch, sizeof(c->scratch), fmt, &arg, 1, 0));
}

void sd_text_number(struct sd_ctx *c, struct sd_text *t, int how, sd_int v)
{
	put_format(c, t, how == 'p' ? SD_STR("%p") : how == 'c' ? SD_STR("'%#c'") : how == 'u' ? SD_STR("%u") : SD_STR("%i"), v);
}

void sd_text_quoted(struct sd_ctx *c, struct sd_text *t, struct sd_str v)
{
	struct sd_str s;
	sd_uint i;

	sd_text_put(c, t, SD_STR("\""));
	for (i = 0; i < v.n && !t->cut; i++) {
		s = sd_fn_text_str(c, 0, c->scratch, sizeof(c->scratch), (struct sd_str){ v.s + i, 1 });
		sd_text_put(c, t, s);
	}
	sd_text_put(c, t, SD_STR("\""));
}

void sd_text_pointed(struct sd_ctx *c, struct sd_text *t, struct sd_str v, sd_int pointer)
{
	if (!c->error) {
		sd_text_quoted(c, t, v);
	} else if (c->error == SD_ERR_FAULT) {
		sd_error_clear(c);
		sd_text_number(c, t, 'p', pointer);
	}
}

struct sd_str sd_enum_name(struct sd_ctx *c, const struct sd_enumerator *v, sd_uint n, sd_int value, char *dst, sd_uint cap)
{
	struct sd_value arg = { .i = value };
	sd_uint i;

	for (i = 0; i < n; i++)
		if (v[i].value == value)
			return (struct sd_str){ v[i].name, strlen(v[i].name) };
	return sd_sprintf(c, dst, cap, SD_STR("%d"), &arg, 1, 0);
}

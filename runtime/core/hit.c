// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variables that a kind of probe provides for a hit: a string ($value), and
 * numbers that may be written to. The kind fills them before the handler and
 * takes them after it. Pure C; knows no kind.
 */
#include "os.h"
#include "abi.h"

struct sd_str sd_fn_hit_text(SD_FN_STR)
{
	(void)s;
	(void)dst;
	(void)cap;
	return (struct sd_str){ c->text->s, c->text->n };
}

struct sd_str sd_fn_hit_text_set(SD_FN_STR, struct sd_str v)
{
	struct sd_value_text *t = c->text;

	(void)s;
	(void)dst;
	(void)cap;
	t->n = (unsigned int)sd_str_copy(c, t->s, t->cap, v).n;
	return (struct sd_str){ t->s, t->n };
}

struct sd_str sd_fn_hit_text_append(SD_FN_STR, struct sd_str v)
{
	struct sd_value_text *t = c->text;

	(void)s;
	(void)dst;
	(void)cap;
	t->n = (unsigned int)sd_concat(c, t->s, t->cap, (struct sd_str){ t->s, t->n }, v).n;
	return (struct sd_str){ t->s, t->n };
}

sd_int sd_fn_hit_number_set(SD_FN, sd_int slot, sd_int v)
{
	(void)s;
	c->entry[slot] = (sd_uint)v;
	return v;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* What -l and -L list of a probe point: places, aliases, and the target variables there. */
#include "base/intern.h"
#include "sema/record.h"
#include "sema/sema.h"
#include "types/scope.h"

void listing_add(struct sema *s, const struct listed *l)
{
	vec_push(s->arena, &s->listing->v, *l);
}

/* "struct file*": a name and its type are told apart by ':', and a list of them by blanks as far as can be. */
static const char *type_text(const struct type *t)
{
	struct buf b, tight;
	const char *text;

	buf_init(&b);
	buf_init(&tight);
	type_print(&b, t);
	for (size_t i = 0; i < b.n; i++)
		if (b.s[i] != ' ' || (b.s[i + 1] != '*' && b.s[i + 1] != '['))
			buf_putc(&tight, b.s[i]);
	text = intern(tight.s ? tight.s : "");
	buf_deinit(&b);
	buf_deinit(&tight);
	return text;
}

static void put(struct buf *out, const char *name, const struct type *t)
{
	buf_printf(out, " %s%s:%s", *name == '$' ? "" : "$", name, type_text(t));
}

static void put_variable(const struct variable *v, void *data)
{
	if (v->npieces) /* what the compiler left no value of cannot be used */
		put(data, v->name, v->type);
}

static void put_field(const struct record_field *f, void *data)
{
	put(data, f->name, f->type);
}

static void put_all(const struct target_ctx *t, struct buf *out)
{
	const struct type *ret = t->scope || t->proto || t->words ? target_returns(t) : NULL;

	if (t->is_return && ret && type_strip(ret)->kind != TYPE_VOID)
		put(out, "$return", ret);
	for (const struct target_value *v = t->values; v && v->name; v++)
		buf_printf(out, " %s:%s", v->name, v->ctype ? v->ctype : "string");
	if (t->scope) {
		scope_each(t->scope, put_variable, out);
		return;
	}
	for (unsigned i = 0; i < t->nargs; i++)
		put_variable(&t->args[i], out);
	for (uint32_t i = 0; t->proto && i < t->proto->nmembers; i++)
		if (*t->proto->members[i].name)
			put(out, t->proto->members[i].name, type_get(t->proto->db, t->proto->members[i].type_id));
	record_each(t, put_field, out);
}

const char *listing_variables(struct arena *a, const struct target_ctx *t)
{
	const char *text;
	struct buf b;

	buf_init(&b);
	put_all(t, &b);
	text = b.n ? arena_strdup(a, b.s) : "";
	buf_deinit(&b);
	return text;
}

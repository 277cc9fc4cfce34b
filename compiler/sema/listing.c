// SPDX-License-Identifier: GPL-2.0-or-later
/* What -l and -L list of a probe point: places, aliases, and the target variables there. */
#include "base/intern.h"
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

struct sink {
	void (*f)(const char *name, const char *type, void *data);
	void *data;
};

static void pass_on(const struct variable *v, void *data)
{
	const struct sink *k = data;

	if (v->npieces) /* what the compiler left no value of cannot be used */
		k->f(intern_printf("$%s", v->name), type_text(v->type), k->data);
}

void listing_variables(const struct target_ctx *t, void (*f)(const char *name, const char *type, void *data), void *data)
{
	const struct type *ret = t->scope ? scope_return_type(t->scope) : t->proto ? type_target(t->proto) : NULL;
	struct sink sink = { f, data };

	if (t->is_return && ret && type_strip(ret)->kind != TYPE_VOID)
		f("$return", type_text(ret), data);
	for (const struct target_value *v = t->values; v && v->name; v++)
		f(v->name, v->ctype ? v->ctype : "string", data);
	if (t->scope) {
		scope_each(t->scope, pass_on, &sink);
		return;
	}
	for (uint32_t i = 0; t->proto && i < t->proto->nmembers; i++)
		if (*t->proto->members[i].name)
			f(intern_printf("$%s", t->proto->members[i].name),
			  type_text(type_get(t->proto->db, t->proto->members[i].type_id)), data);
}

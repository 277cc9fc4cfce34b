// SPDX-License-Identifier: GPL-2.0-or-later
/* What -l and -L list of a probe point: places, aliases, and the target variables there. */
#include "base/intern.h"
#include "sema/sema.h"

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

void listing_variables(const struct target_ctx *t, void (*f)(const char *name, const char *type, void *data), void *data)
{
	const struct type *ret;

	if (!t->proto)
		return;
	ret = type_target(t->proto);
	if (t->is_return && type_strip(ret)->kind != TYPE_VOID)
		f("$return", type_text(ret), data);
	for (uint32_t i = 0; i < t->proto->nmembers; i++)
		if (*t->proto->members[i].name)
			f(intern_printf("$%s", t->proto->members[i].name),
			  type_text(type_get(t->proto->db, t->proto->members[i].type_id)), data);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions of handlers, written when all are known. Those of the same text
 * are one function. Where many differ in nothing but strings, places in the
 * script and numbers of formats, as the points of syscall.* do, they are one
 * function too, which gets these as arguments: hundreds of handlers then cost
 * the compiler a table each.
 *
 * On its way such a part of a handler's text is a mark: \1, a letter for what
 * it is and its number among those of the handler, \2. What is quoted in C holds no such characters.
 */
#include "emit/cfn.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"

/* Fewer are not worth the look into a table at each hit. */
enum { SHARED_MIN = 16 };

struct handler {
	const char *name;
	const char *fields, *body;     /* with marks */
	struct const_list marked[MARKS];
	struct handler_shape *shape;
};

/* What is marked, in the order of enum mark: its letter, the argument of a function that is shared, and its table. */
static const struct kind {
	char letter;
	const char *argument, *type;
} kinds[MARKS] = {
	[MARK_STRING] = { 's', "str_args", "struct sd_str" },
	[MARK_PLACE] = { 'a', "site_args", "struct sd_site *const" },
	[MARK_FORMAT] = { 'f', "format_args", "unsigned int" },
};

struct handler_shape {
	unsigned n;                    /* handlers of it, no two of the same text */
	const char *name;              /* of the one function of all; NULL: not shared, or not written yet */
};

static const char *mark(struct cfn *fn, enum mark what, const char *text)
{
	struct const_list *list = &fn->marked[what];
	unsigned i = 0;

	if (!fn->marks)
		return text;
	text = intern(text);
	while (i < list->n && list->v[i] != text)
		i++;
	if (i == list->n)
		vec_push(fn->e->arena, list, text);
	return cfn_text(fn, "\1%c%u\2", kinds[what].letter, i);
}

const char *cfn_string(struct cfn *fn, const char *quoted)
{
	return fn->marks ? mark(fn, MARK_STRING, quoted) : cfn_text(fn, "SD_STR(%s)", quoted);
}

const char *cfn_place(struct cfn *fn, unsigned site) { return mark(fn, MARK_PLACE, cfn_text(fn, "&sites[%u]", site)); }

const char *cfn_format(struct cfn *fn, unsigned number) { return mark(fn, MARK_FORMAT, cfn_text(fn, "%u", number)); }

/* The text with what the marks stand for: h's own, or in the function of a shape (h is NULL) its arguments. */
static void put_marked(struct buf *out, const char *s, const struct handler *h)
{
	for (const char *at; (at = strchr(s, '\1')); s = strchr(at, '\2') + 1) {
		unsigned i = (unsigned)strtoul(at + 2, NULL, 10), what = 0;

		while (kinds[what].letter != at[1])
			what++;
		buf_put(out, s, (size_t)(at - s));
		if (!h)
			buf_printf(out, "%s[%u]", kinds[what].argument, i);
		else if (what == MARK_STRING)
			buf_printf(out, "SD_STR(%s)", h->marked[what].v[i]);
		else
			buf_puts(out, h->marked[what].v[i]);
	}
	buf_puts(out, s);
}

const char *emit_handler(struct cfn *fn, const char *name, const char *fields, const char *body)
{
	struct emit *e = fn->e;
	struct handler *h = arena_alloc(e->arena, sizeof(*h));
	struct buf b;
	const char *key, *same;

	*h = (struct handler){ .name = name, .fields = intern(fields), .body = intern(body) };
	memcpy(h->marked, fn->marked, sizeof(h->marked));
	buf_init(&b);
	buf_printf(&b, "%s}", fields);
	put_marked(&b, body, h);
	key = intern(b.s);
	buf_deinit(&b);
	same = e->o->unoptimized ? NULL : map_get(&e->handlers, key);
	if (same)
		return same;
	map_put(&e->handlers, key, (void *)name);
	if (fn->marks) {
		const char *shape = intern_printf("%s}%s", fields, body);

		h->shape = map_get(&e->shapes, shape);
		if (!h->shape) {
			h->shape = arena_alloc(e->arena, sizeof(*h->shape));
			map_put(&e->shapes, shape, h->shape);
		}
		h->shape->n++;
	}
	vec_push(e->arena, &e->pending, h);
	return name;
}

static void write_function(struct emit *e, const char *name, const struct handler *h, bool shared)
{
	struct buf *out = &e->functions;

	if (*h->fields) {
		buf_printf(out, "struct frame_%s {\n%s} __attribute__((aligned(16)));\n\n", name, h->fields);
		buf_printf(&e->frame_bytes, " + sizeof(struct frame_%s)", name);
	}
	if (shared)
		buf_printf(out, "static __attribute__((noinline)) void %s(struct sd_ctx *c, const struct sd_str *str_args,\n"
				"\tconst struct sd_site *const *site_args, const unsigned int *format_args)\n{\n\t(void)str_args, (void)site_args, (void)format_args;\n", name);
	else
		buf_printf(out, "static void %s(struct sd_ctx *c)\n{\n", name);
	if (*h->fields)
		buf_printf(out, "\tchar *sp = c->sp;\n\tstruct frame_%s *f;\n", name);
	put_marked(out, h->body, shared ? NULL : h);
	buf_puts(out, "}\n\n");
}

static void write_call(struct emit *e, const struct handler *h)
{
	struct buf *out = &e->functions;

	buf_printf(out, "static void %s(struct sd_ctx *c)\n{\n", h->name);
	for (unsigned what = 0; what < MARKS; what++) {
		const struct const_list *list = &h->marked[what];

		if (list->n)
			buf_printf(out, "\tstatic const %s %s[] = {", kinds[what].type, kinds[what].argument);
		vec_each(i, list)
			buf_printf(out, what == MARK_STRING ? " SD_STR_DATA(%s)," : " %s,", list->v[i]);
		if (list->n)
			buf_puts(out, " };\n");
	}
	buf_printf(out, "\n\t%s(c", h->shape->name);
	for (unsigned what = 0; what < MARKS; what++)
		buf_printf(out, ", %s", h->marked[what].n ? kinds[what].argument : "0");
	buf_puts(out, ");\n}\n\n");
}

void emit_handlers(struct emit *e)
{
	unsigned nshared = 0;

	vec_each(i, &e->pending) {
		struct handler *h = e->pending.v[i];

		if (!h->shape || h->shape->n < SHARED_MIN) {
			write_function(e, h->name, h, false);
			continue;
		}
		if (!h->shape->name) {
			h->shape->name = intern_printf("shared_%u", nshared++);
			write_function(e, h->shape->name, h, true);
		}
		write_call(e, h);
	}
}

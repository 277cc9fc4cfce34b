// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Doc comments of a library. They are read from the text of its files, as one
 * comment may speak of many definitions: "probe syscall.* - …" is about all
 * aliases that match and have none of their own.
 */
#include "driver/docs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/util.h"
#include "sema/builtin.h"
#include "sema/point.h"

struct collect {
	struct session *s;
	struct docs *d;
	size_t skip; /* of paths: the folder and a slash */
};

/* A line without its margin, from p to end. */
static const char *trim(struct arena *a, const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p < end && *p == '*')
		p++;
	if (p < end && *p == ' ')
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	return arena_strndup(a, p, (size_t)(end - p));
}

/* "function indent:string (delta:long) - a margin" */
static bool heading(struct arena *a, const char *line, struct doc *doc)
{
	static const char *const words[] = { [DOC_FUNCTION] = "function ", [DOC_PROBE] = "probe ", [DOC_MACRO] = "macro " };
	const char *p = line, *dash = strstr(line, " - ");

	doc->kind = DOC_OTHER;
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		if (!strncmp(line, words[i], strlen(words[i]))) {
			doc->kind = (enum doc_kind)i;
			p += strlen(words[i]);
			break;
		}
	if (doc->kind == DOC_OTHER)
		return false;
	doc->name = intern(arena_strndup(a, p, strcspn(p, doc->kind == DOC_PROBE ? " " : " :(")));
	doc->title = dash ? dash + 3 : "";
	return true;
}

static const char *with_type(struct arena *a, const char *name, enum vtype t)
{
	return t == VT_UNKNOWN || t == VT_VOID ? name : arena_printf(a, "%s:%s", name, vtype_text(t));
}

/* An intrinsic function, which no file defines, stands where its comment does. */
static void intrinsic(struct collect *c, const char *file, const struct doc *doc)
{
	const struct builtin *b = doc->kind == DOC_FUNCTION ? builtin_find(doc->name) : NULL;
	struct arena *a = c->s->arena;
	struct doc_item item = { .kind = DOC_FUNCTION, .file = file };
	struct buf out;

	vec_each(i, &c->d->items)
		if (c->d->items.v[i].kind == DOC_FUNCTION && c->d->items.v[i].name == doc->name)
			return; /* the file has more bodies of it */
	if (!b)
		return;
	item.name = doc->name;
	buf_init(&out);
	buf_printf(&out, "%s (", with_type(a, b->name, builtin_type(*b->ret)));
	for (unsigned i = 0; b->params[i]; i++) {
		const char *name = i < doc->params.n ? arena_strndup(a, doc->params.v[i], strcspn(doc->params.v[i], ":")) : arena_printf(a, "arg%u", i + 1);

		buf_printf(&out, "%s%s", i ? ", " : "", with_type(a, name, builtin_type(b->params[i])));
	}
	buf_putc(&out, ')');
	item.signature = arena_strdup(a, out.s);
	buf_deinit(&out);
	vec_push(a, &c->d->items, item);
}

static void comment(struct collect *c, const char *file, const char *p, const char *end)
{
	struct arena *a = c->s->arena;
	struct doc doc = { .text = "" };
	bool headed = false, blank = false;
	struct buf text;

	buf_init(&text);
	buf_puts(&text, "");
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *line = trim(a, p, nl ? nl : end);

		p = nl ? nl + 1 : end;
		if (!headed) {
			headed = heading(a, line, &doc);
			if (!headed && *line)
				break;
		} else if (*line == '@' && !text.n) {
			vec_push(a, &doc.params, line + 1);
		} else if (doc.params.n && !text.n && *line && !blank) { /* goes on */
			doc.params.v[doc.params.n - 1] = arena_printf(a, "%s %s", doc.params.v[doc.params.n - 1], trim(a, line, line + strlen(line)));
		} else if (*line || text.n) {
			buf_printf(&text, "%s\n", line);
		}
		blank = !*line;
	}
	while (text.n && text.s[text.n - 1] == '\n')
		text.s[--text.n] = '\0';
	doc.text = arena_strdup(a, text.s);
	buf_deinit(&text);
	if (!headed)
		return;
	vec_push(a, &c->d->comments, doc);
	intrinsic(c, file, &doc);
}

static void comments(struct collect *c, const char *file, const char *text)
{
	for (const char *p = text; (p = strstr(p, "/**"));) {
		const char *end = strstr(p + 3, "*/");

		if (!end)
			return;
		if (p == text || p[-1] == '\n')
			comment(c, file, p + 3, end);
		p = end + 2;
	}
}

static void function(struct collect *c, const char *file, const struct node *n)
{
	struct arena *a = c->s->arena;
	struct doc_item item = { .kind = DOC_FUNCTION, .name = n->name, .file = file, .node = n };
	struct buf b;

	buf_init(&b);
	buf_printf(&b, "%s (", with_type(a, n->name, n->vtype));
	vec_each(i, &n->list)
		buf_printf(&b, "%s%s", i ? ", " : "", with_type(a, n->list.v[i]->name, n->list.v[i]->vtype));
	buf_putc(&b, ')');
	item.signature = arena_strdup(a, b.s);
	item.internal = (n->flags & F_PRIVATE) || !strncmp(n->name, "__", 2);
	buf_deinit(&b);
	vec_push(a, &c->d->items, item);
}

static void alias(struct collect *c, const char *file, const struct node *n)
{
	vec_each(i, &n->list2) {
		struct doc_item item = { .kind = DOC_PROBE, .file = file, .node = n };

		item.name = item.signature = intern(point_text(&c->s->sema, &n->list2.v[i]->list));
		item.internal = !strncmp(item.name, "__", 2);
		vec_push(c->s->arena, &c->d->items, item);
	}
}

static void tree(const char *path, struct node *t, void *data)
{
	struct collect *c = data;
	char *text;

	if (strncmp(path, c->d->dir, c->skip - 1) || path[c->skip - 1] != '/' || !t)
		return;
	vec_each(i, &t->list)
		if (t->list.v[i]->kind == N_FUNCTION)
			function(c, path + c->skip, t->list.v[i]);
		else if (t->list.v[i]->kind == N_ALIAS)
			alias(c, path + c->skip, t->list.v[i]);
	/* Its text once more: a file that has nothing but comments has no nodes that lead to it. */
	if (!file_read(path, &text, NULL)) {
		comments(c, path + c->skip, text);
		free(text);
	}
}

/* One of its own, or else one for all that match. */
static const struct doc *find(const struct docs *d, const struct doc_item *item)
{
	const struct doc *general = NULL;

	vec_each(i, &d->comments) {
		const struct doc *doc = &d->comments.v[i];

		if (doc->kind != item->kind)
			continue;
		if (doc->name == item->name)
			return doc;
		if (!general && is_glob(doc->name) && glob_match(doc->name, item->name))
			general = doc;
	}
	return general;
}

void docs_collect(struct session *s, const char *dir, struct docs *d)
{
	struct collect c = { .s = s, .d = d, .skip = strlen(dir) + 1 };

	*d = (struct docs){ .dir = dir };
	library_header_read(s->arena, dir, &d->header);
	library_each_tree(s->library, tree, &c);
	vec_each(i, &d->items)
		d->items.v[i].doc = find(d, &d->items.v[i]);
}

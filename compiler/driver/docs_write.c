// SPDX-License-Identifier: GPL-2.0-or-later
/* --doc: a library's documentation as Markdown, and as manual pages. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/docs.h"

#define SECTION "3sonde"

static const char *const kinds[] = { [DOC_FUNCTION] = "function", [DOC_PROBE] = "probe", [DOC_MACRO] = "macro" };

static const char *library_name(const struct docs *d)
{
	const char *slash = strrchr(d->dir, '/');

	return d->header.name ? d->header.name : slash && slash[1] ? slash + 1 : d->dir;
}

/* ---- Markdown --------------------------------------------------------------------- */

/* The same comment for several items stands once, with all their names. */
static bool is_first(const struct docs *d, unsigned i)
{
	for (unsigned j = 0; j < i; j++)
		if (d->items.v[i].doc && !d->items.v[j].internal && d->items.v[j].doc == d->items.v[i].doc)
			return false;
	return true;
}

/* A wildcard's comment is shown under its pattern. */
static bool by_pattern(const struct doc_item *item)
{
	return item->doc && item->doc->name != item->name;
}

/* The length of "Example:", "Example in a read:" at the start of a line; 0: it is something else. */
static size_t example(const char *line)
{
	size_t n = strcspn(line, ":\n");

	return !strncmp(line, "Example", 7) && line[n] == ':' ? n + 1 : 0;
}

static void end_span(struct buf *out)
{
	out->n -= out->s[out->n - 1] == '.';
	buf_puts(out, "`\n");
}

/* What an example says on its line is code, and so are lines with a margin, which are paragraphs of their own. */
static void markdown_text(const char *p, struct buf *out)
{
	bool code = false, blank = true, span = false;

	while (*p) {
		size_t n = strcspn(p, "\n"), head = example(p);
		bool now = !strncmp(p, "    ", 4);

		if (span && (!n || now || head)) {
			span = false;
			end_span(out);
		}
		if (n && now != code && !blank)
			buf_putc(out, '\n');
		if (head && p[head] == ' ') {
			buf_printf(out, "  %.*s `%.*s", (int)head, p, (int)(n - head - 1), p + head + 1);
			span = true;
		} else {
			buf_printf(out, "%s%s%.*s", span ? "\n" : "", n ? "  " : "", (int)n, p);
		}
		if (!span)
			buf_putc(out, '\n');
		code = n ? now : code;
		blank = !n;
		p += n + (p[n] == '\n');
	}
	if (span)
		end_span(out);
}

static void markdown_item(const struct doc_item *item, struct buf *out)
{
	const struct doc *doc = item->doc;

	buf_printf(out, "\n- `%s`", by_pattern(item) ? doc->name : item->signature);
	if (doc && *doc->title)
		buf_printf(out, ": %s", doc->title);
	buf_putc(out, '\n');
	for (unsigned i = 0; doc && i < doc->params.n; i++) {
		const char *p = doc->params.v[i];
		size_t n = strcspn(p, ":");

		buf_printf(out, "  - `%.*s`%s\n", (int)n, p, p + n);
	}
	if (!doc || !*doc->text)
		return;
	buf_putc(out, '\n');
	markdown_text(doc->text, out);
}

static void markdown(const struct docs *d, struct buf *out)
{
	const char *file = NULL;

	buf_printf(out, "# %s%s%s\n", library_name(d), d->header.version ? " " : "", d->header.version ? d->header.version : "");
	if (d->header.title && *d->header.title)
		buf_printf(out, "\n%s\n", d->header.title);
	vec_each(i, &d->header.requires)
		buf_printf(out, "%s%s%s", i ? ", " : "\nNeeds ", d->header.requires.v[i], i + 1 == d->header.requires.n ? ".\n" : "");
	vec_each(i, &d->items) {
		const struct doc_item *item = &d->items.v[i];

		if (item->internal || !is_first(d, i))
			continue;
		if (!file || strcmp(file, item->file))
			buf_printf(out, "\n## %s\n", item->file);
		file = item->file;
		markdown_item(item, out);
	}
}

/* ---- Manual pages ------------------------------------------------------------------- */

/* Text as it is: no line is a request, and backslashes are backslashes. */
static void roff(struct buf *out, const char *s)
{
	if (*s == '.' || *s == '\'')
		buf_puts(out, "\\&");
	for (; *s; s++) {
		if (*s == '\\')
			buf_puts(out, "\\e");
		else if (*s == '-')
			buf_puts(out, "\\-");
		else
			buf_putc(out, *s);
		if (*s == '\n' && (s[1] == '.' || s[1] == '\''))
			buf_puts(out, "\\&");
	}
}

/* A paragraph, or its part that has a margin or has none. */
static size_t part(const char *text)
{
	bool code = *text == ' ';
	size_t n = 0;

	while (text[n] && text[n] != '\n' && (text[n] == ' ') == code && (!n || !example(text + n))) {
		n += strcspn(text + n, "\n");
		n += text[n] == '\n';
	}
	return n;
}

static void roff_paragraphs(struct buf *out, const char *text)
{
	bool examples = false;

	while (*text) {
		size_t n = part(text);
		char *one = strndup(text, n);

		if (!one)
			die("out of memory");
		if (n && example(text) && !examples)
			buf_puts(out, ".SH EXAMPLES\n");
		examples = examples || example(text);
		if (n)
			buf_puts(out, *one == ' ' ? ".PP\n.nf\n" : ".PP\n");
		if (n && one[n - 1] == '\n')
			one[n - 1] = '\0';
		roff(out, one);
		if (n)
			buf_puts(out, *one == ' ' ? "\n.fi\n" : "\n");
		free(one);
		text += n ? n : 1;
	}
}

static void manual(const struct docs *d, const struct doc_item *item, struct buf *out)
{
	const struct doc *doc = item->doc;

	buf_printf(out, ".TH \"%s::%s\" %s \"\" \"%s %s\"\n.SH NAME\n%s::%s \\- ", kinds[item->kind], item->name, SECTION, library_name(d),
		   d->header.version ? d->header.version : "", kinds[item->kind], item->name);
	roff(out, doc && *doc->title ? doc->title : "not documented");
	buf_puts(out, "\n.SH SYNOPSIS\n.nf\n");
	roff(out, item->kind == DOC_FUNCTION ? item->signature : "");
	if (item->kind == DOC_PROBE) {
		buf_puts(out, "probe ");
		roff(out, item->signature);
		buf_puts(out, " { ... }");
	}
	buf_puts(out, "\n.fi\n");
	if (doc && doc->params.n)
		buf_printf(out, ".SH %s\n", item->kind == DOC_FUNCTION ? "ARGUMENTS" : "VALUES");
	for (unsigned i = 0; doc && i < doc->params.n; i++) {
		const char *p = doc->params.v[i];
		size_t n = strcspn(p, ":");

		buf_printf(out, ".TP\n.I %.*s\n", (int)n, p);
		p += n + (p[n] == ':');
		roff(out, p + strspn(p, " "));
		buf_putc(out, '\n');
	}
	if (doc && *doc->text) {
		if (!example(doc->text))
			buf_puts(out, ".SH DESCRIPTION\n");
		roff_paragraphs(out, doc->text);
	}
	buf_puts(out, ".SH SEE ALSO\n.BR sonde (1)\n");
}

static bool write_file(struct session *s, const char *path, const struct buf *b)
{
	int err = file_write_atomic(path, b->s, b->n, 0644);

	(void)s;
	if (err)
		diag(DIAG_DOC_OUTPUT, (struct range){ 0, 0 }, "cannot write %s: %s", path, strerror(-err));
	return !err;
}

bool docs_write(struct session *s, const struct docs *d, const char *output)
{
	const char *man;
	struct buf b;
	bool ok = true;
	unsigned pages = 0;
	int err;

	buf_init(&b);
	markdown(d, &b);
	if (!output) {
		fputs(b.s, stdout);
		buf_deinit(&b);
		return true;
	}
	man = arena_printf(s->arena, "%s/man3", output);
	err = dir_make(output, 0755);
	if (!err)
		err = dir_make(man, 0755);
	if (err)
		diag(DIAG_DOC_OUTPUT, (struct range){ 0, 0 }, "cannot make the folder %s: %s", man, strerror(-err));
	ok = !err && write_file(s, arena_printf(s->arena, "%s/%s.md", output, library_name(d)), &b);
	vec_each(i, &d->items) {
		const struct doc_item *item = &d->items.v[i];

		if (!ok || item->internal || by_pattern(item))
			continue;
		b.n = 0;
		manual(d, item, &b);
		ok = write_file(s, arena_printf(s->arena, "%s/%s::%s.%s", man, kinds[item->kind], item->name, SECTION), &b);
		pages++;
	}
	buf_deinit(&b);
	if (ok)
		printf("%s/%s.md, and %u manual page%s in %s\n", output, library_name(d), pages, pages == 1 ? "" : "s", man);
	return ok;
}

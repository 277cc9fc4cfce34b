// SPDX-License-Identifier: GPL-2.0-or-later
/* -l and -L: the probe points that a pattern matches, sorted, each once; with -L, what can be read there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/session.h"
#include "probe/provider.h"
#include "sema/library.h"

/* A script that has nothing but the pattern: errors then show it, with a caret. */
const char *list_script(struct session *s, const char *pattern)
{
	return arena_printf(s->arena, "probe %s {}", pattern);
}

/* "timer.ms(n)" as one could write it: "timer.ms(number)". */
static const char *form_text(struct session *s, const char *form)
{
	struct buf b;
	const char *text;

	buf_init(&b);
	for (; *form; form++)
		if (*form == '(') {
			buf_puts(&b, form[1] == 'n' ? "(number)" : form[1] == 's' ? "(string)" : "(number or string)");
			form += 2;
		} else {
			buf_putc(&b, *form);
		}
	text = arena_strdup(s->arena, b.s);
	buf_deinit(&b);
	return text;
}

static void add_alias(const char *text, const struct alias *a, void *data)
{
	struct session *s = data;
	struct listed l = { .text = text };

	(void)a;
	if (glob_match(s->list_pattern, text))
		listing_add(&s->sema, &l);
}

/*
 * A pattern without arguments may stand for the forms of probe kinds, which
 * have any number of places; "*" and "**" stand for all that there is.
 * 0: it is none of these; 1: there may be more that it matches; 2: that was all.
 */
static int list_forms(struct session *s)
{
	const char *pattern = s->list_pattern;
	bool all = !strcmp(pattern, "*") || strstr(pattern, "**"), any = false;

	if (!is_glob(pattern) || strpbrk(pattern, "(\"{ "))
		return 0;
	for (unsigned i = 0; provider_get(i); i++)
		for (unsigned f = 0; provider_get(i)->forms[f]; f++) {
			struct listed l = { 0 };

			if (!glob_match(pattern, provider_get(i)->forms[f]))
				continue;
			l.text = form_text(s, provider_get(i)->forms[f]);
			listing_add(&s->sema, &l);
			any = true;
		}
	if (all && library_all(s->library, &s->sema, &s->syntax))
		sema_each_alias(&s->sema, add_alias, s);
	return all ? 2 : any;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct listed *)a)->text, ((const struct listed *)b)->text);
}

static void print_locals(const struct plan_probe *p, FILE *out)
{
	if (!p || p->unusable)
		return;
	vec_each(i, &p->scope.locals) {
		const struct symbol *v = p->scope.locals.v[i];

		if (strncmp(v->name, "__", 2) && (v->type == VT_LONG || v->type == VT_STRING))
			fprintf(out, " %s:%s", v->name, vtype_text(v->type));
	}
}

/* Names that begin with two underscores are for the library's own use. */
static bool is_private(const char *text, const char *pattern)
{
	return !strncmp(text, "__", 2) && strncmp(pattern, "__", 2);
}

static const char *variables(struct session *s, struct listed *e)
{
	if (!e->variables)
		e->variables = s->listing.variables && e->target ? listing_variables(s->arena, e->target) : "";
	return e->variables;
}

static void list_points(struct session *s, FILE *out)
{
	struct listing *l = &s->listing;

	if (l->v.n)
		qsort(l->v.v, l->v.n, sizeof(l->v.v[0]), by_text);
	vec_each(i, &l->v) {
		struct listed *e = &l->v.v[i];

		if (is_private(e->text, s->list_pattern))
			continue;
		if (i && !e->probe && !strcmp(e->text, e[-1].text) && !strcmp(variables(s, e), variables(s, &e[-1])))
			continue;
		fputs(e->text, out);
		print_locals(e->probe, out);
		fputs(variables(s, e), out);
		putc('\n', out);
	}
}

bool list_analyze(struct session *s)
{
	unsigned mark = diag_mark();
	int forms = list_forms(s);
	bool ok = forms == 2;

	if (!ok) {
		sema_declare(&s->sema, s->script, false);
		ok = !diag_errors() && sema_run(&s->sema, s->script);
		if (forms && !ok) {
			diag_rewind(mark);
			ok = true;
		}
	}
	if (ok)
		list_points(s, stdout);
	return ok;
}

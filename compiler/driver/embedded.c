// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The C compiler's messages about embedded C, as diagnostics at their place in
 * the script. #line directives gave it the script's names and lines.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/session.h"
#include "sema/embedded.h"

bool cc_message_parse(char *line, struct cc_message *m)
{
	static const char *const kinds[] = { ": fatal error: ", ": error: ", ": note: " };
	char *at = NULL, *col, *num, *option;

	for (unsigned i = 0; i < ARRAY_SIZE(kinds) && !at; i++) {
		at = strstr(line, kinds[i]);
		if (at) {
			m->kind = kinds[i];
			m->text = at + strlen(kinds[i]);
			*at = '\0';
		}
	}
	if (!at)
		return false;
	col = strrchr(line, ':');
	if (!col || !isdigit((unsigned char)col[1]))
		return false;
	*col = '\0';
	num = strrchr(line, ':');
	if (!num || !isdigit((unsigned char)num[1])) /* no column */
		return false;
	*num = '\0';
	m->file = line;
	m->line = (unsigned)atoi(num + 1);
	m->col = (unsigned)atoi(col + 1);
	option = strstr(m->text, " [-W");
	if (option)
		*option = '\0';
	return true;
}

bool cc_message_is_error(const struct cc_message *m)
{
	return strcmp(m->kind, ": note: ") != 0;
}

static bool in_ours(const struct cc_message *m)
{
	return !strncmp(m->file, EMBEDDED_END, strlen(EMBEDDED_END));
}

/* The piece of embedded C that a message is about; *at: the place in it. */
static bool find(const struct node *n, const struct cc_message *m, struct range *at)
{
	struct place first, last;
	const char *s, *end;
	unsigned line;

	if (in_ours(m)) {
		*at = (struct range){ n->range.hi - 2, n->range.hi };
		return strtoul(m->file + strlen(EMBEDDED_END), NULL, 10) == n->range.lo;
	}
	if (!source_locate(n->range.lo, &first) || !source_locate(n->range.hi - 1, &last) || strcmp(first.source->name, m->file) ||
	    m->line < first.line || m->line > last.line)
		return false;
	s = first.text;
	end = first.source->text + first.source->len;
	for (line = first.line; line < m->line && s < end; s++)
		line += *s == '\n';
	at->lo = first.source->lo + (uint32_t)(s - first.source->text);
	for (unsigned col = 1; col < m->col && s < end && *s != '\n'; col++, s++)
		at->lo++;
	at->hi = at->lo + 1;
	while (s < end && (isalnum((unsigned char)*s) || *s == '_') && (isalnum((unsigned char)s[1]) || s[1] == '_')) {
		at->hi++;
		s++;
	}
	return true;
}

static bool locate(const struct plan *p, const struct cc_message *m, struct range *at)
{
	vec_each(i, &p->embedded_top)
		if (find(p->embedded_top.v[i], m, at))
			return true;
	vec_each(i, &p->embedded)
		if (find(p->embedded.v[i]->node, m, at))
			return true;
	return false;
}

/* The user runtime: what is not there may be there in the kernel. */
static bool wants_kernel(const char *text)
{
	return strstr(text, "No such file") || strstr(text, "undeclared") || strstr(text, "implicit declaration") ||
	       strstr(text, "incomplete type") || strstr(text, "unknown type name");
}

static void add_hint(const struct session *s, struct diag *d, const char *text)
{
	if (strstr(text, "STAP_GLOBAL_GET_"))
		diag_hint(d, "a global that the C code reads is announced there: /* pragma:read:NAME */");
	else if (strstr(text, "STAP_GLOBAL_SET_"))
		diag_hint(d, "a global that the C code writes is announced there: /* pragma:write:NAME */");
	else if (strstr(text, "STAP_ARG_"))
		diag_hint(d, "STAP_ARG_ is followed by the name of a parameter of the function");
	else if (strstr(text, "'return' with a value"))
		diag_hint(d, "STAP_RETURN(value) returns a value to the script");
	else if (strstr(text, "has no member named") && strstr(text, "sd_args"))
		diag_hint(d, "write STAP_ARG_x and STAP_RETVALUE, or mark the function /* unmangled */ for THIS->x");
	else if (strstr(text, "STAP_NEXT"))
		diag_hint(d, "STAP_NEXT hands on the call of a function, so it stands in functions only");
	else if (s->runtime == RUNTIME_USER && wants_kernel(text))
		diag_hint(d, "the user runtime has the C library and no kernel: leave out --runtime=user if this is the kernel's");
}

bool embedded_errors(void *data, const char *log)
{
	struct session *s = data;
	struct diag *last = NULL;
	bool any = false, open = false;
	char *text, *line;

	if (file_read(log, &text, NULL))
		return false;
	while ((line = strsep(&text, "\n"))) {
		struct cc_message m;
		struct range at;

		if (!cc_message_parse(line, &m))
			continue;
		if (!locate(&s->plan, &m, &at)) {
			/* in a header, or in what a macro of ours made: the script's place follows as a note */
			if (cc_message_is_error(&m))
				last = NULL;
			continue;
		}
		if (in_ours(&m) && (!cc_message_is_error(&m) || strstr(m.text, "sd_embed_"))) {
			/* A piece that does not end swallows all that follows, which is said once. */
			if (cc_message_is_error(&m) && !open)
				last = diag(DIAG_EMBEDDED_C, at, "embedded C: this has more '{' than '}'");
			open |= cc_message_is_error(&m);
			any |= open;
			continue;
		}
		if (cc_message_is_error(&m) && open && in_ours(&m))
			continue;
		if (cc_message_is_error(&m)) {
			last = diag(DIAG_EMBEDDED_C, at, "embedded C: %s", m.text);
			add_hint(s, last, m.text);
			any = true;
		} else if (last && !strstr(m.text, "in expansion of macro") && !strstr(m.text, "each undeclared identifier")) {
			diag_note(last, at, "%s", m.text);
		}
	}
	return any;
}

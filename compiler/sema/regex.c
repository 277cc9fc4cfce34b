// SPDX-License-Identifier: GPL-2.0-or-later
/* Regular expressions of a script: their text as it was written, their place in it, and who needs groups. */
#include "sema/regex.h"

#include <string.h>

#include "base/diag.h"
#include "sema/sema.h"

/* ---- Compiling ---------------------------------------------------------------------- */

#define KEEP(a, vec)                                                              \
	do {                                                                      \
		void *old_ = (vec)->v;                                            \
		(vec)->v = arena_alloc((a), ((vec)->n + 1) * sizeof((vec)->v[0])); \
		if ((vec)->n)                                                     \
			memcpy((vec)->v, old_, (vec)->n * sizeof((vec)->v[0]));   \
		(vec)->cap = (vec)->n;                                            \
	} while (0)

struct regex *regex_compile(struct arena *a, const struct regex_text *text, bool groups, struct regex_error *err)
{
	struct arena *scratch = arena_create();
	struct regex_nfa nfa = { .arena = scratch, .groups = groups };
	struct regex *re = arena_new(a, struct regex);
	struct regex_node *tree;
	unsigned ngroups;

	re->pattern = text->s;
	re->len = text->len;
	re->groups = groups;
	tree = regex_parse(scratch, text, &ngroups, err);
	if (tree) {
		re->ngroups = groups ? ngroups + 1 : 0;
		if (!regex_nfa(&nfa, tree) || !regex_tables(re, &nfa)) {
			*err = (struct regex_error){ 0, text->len, "the pattern is too large",
						     "counts such as {1,200} multiply what they repeat; several smaller patterns may do", true };
			tree = NULL;
		}
	}
	if (tree) {
		KEEP(a, &re->next);
		KEEP(a, &re->op);
		KEEP(a, &re->final);
		KEEP(a, &re->final_end);
		KEEP(a, &re->ops);
	}
	arena_destroy(scratch);
	return tree ? re : NULL;
}

/* ---- The pattern as it was written ------------------------------------------------------- */

struct written {
	char *s;
	bool *soft;
	uint32_t *at;   /* where each byte stands in the sources */
	unsigned len;
	bool placed;    /* at[] is known */
};

static bool is_hex(char c)
{
	return c && strchr("0123456789abcdefABCDEF", c);
}

/* Bytes of source that the escape at s (behind the backslash) takes; 0: it is none of the language. */
static unsigned escape_length(const char *s, const char *end)
{
	unsigned n = 1;

	if (*s == 'x' && s + 1 < end && is_hex(s[1])) {
		while (n < 3 && s + n < end && is_hex(s[n]))
			n++;
		return n;
	}
	if (*s >= '0' && *s <= '7') {
		while (n < 3 && s + n < end && s[n] >= '0' && s[n] <= '7')
			n++;
		return n;
	}
	return strchr("ntrbavf\"\\\n", *s) ? 1 : 0;
}

/* Behind blanks and comments between two literals. */
static const char *skip_between(const char *s, const char *end)
{
	while (s < end) {
		if (s + 1 < end && s[0] == '/' && s[1] == '*') {
			const char *close = strstr(s + 2, "*/");

			s = close && close + 2 <= end ? close + 2 : end;
		} else if (*s == '#' || (s + 1 < end && s[0] == '/' && s[1] == '/')) {
			while (s < end && *s != '\n')
				s++;
		} else if (strchr(" \t\r\n\f\v", *s)) {
			s++;
		} else {
			break;
		}
	}
	return s;
}

/*
 * An escape that the language does not have, such as "\.", leaves the bare
 * character in a string; in a pattern its backslash is meant, so the literal
 * is read again. That gives the place of each byte as well. Text that does not
 * stand there as a literal (a macro's argument) is taken as the string it is.
 */
static struct written read_again(struct arena *a, const struct node *n)
{
	const struct source *src = source_of(n->range.lo);
	struct written w = { .s = arena_alloc(a, 2 * n->len + 2), .soft = arena_array(a, bool, 2 * n->len + 2) };
	const char *s, *end;
	unsigned i = 0; /* bytes of n->str that were found again */

	w.at = arena_array(a, uint32_t, 2 * n->len + 2);
	if (!src || n->range.hi > src->lo + src->len)
		goto as_it_is;
	s = src->text + (n->range.lo - src->lo);
	end = src->text + (n->range.hi - src->lo);
	for (;;) {
		s = skip_between(s, end);
		if (s == end)
			break;
		if (*s++ != '"')
			goto as_it_is;
		for (; s < end && *s != '"'; i++) {
			unsigned took = 1;
			uint32_t at = src->lo + (uint32_t)(s - src->text);

			if (*s == '\\' && s + 1 < end && s[1] == '\n') {
				s += 2;
				i--;
				continue;
			}
			if (i >= n->len)
				goto as_it_is;
			if (*s == '\\' && s + 1 < end) {
				took = escape_length(s + 1, end);
				if (!took) {
					w.at[w.len] = at;
					w.soft[w.len] = true;
					w.s[w.len++] = '\\';
					at++;
				}
				took = took ? took + 1 : 2;
			} else if (*s != n->str[i]) {
				goto as_it_is;
			}
			w.at[w.len] = at;
			w.s[w.len++] = n->str[i];
			s += took;
		}
		if (s++ >= end)
			goto as_it_is;
	}
	if (i == n->len) {
		w.placed = true;
		return w;
	}
as_it_is:
	memset(w.soft, 0, 2 * n->len + 2);
	if (n->len)
		memcpy(w.s, n->str, n->len);
	w.len = n->len;
	w.placed = false;
	return w;
}

static void report(const struct node *pattern, const struct written *w, const struct regex_error *e)
{
	struct range at = pattern->range;
	struct diag *d;

	if (w->placed && w->len && !e->size) {
		unsigned first = e->at < w->len ? e->at : w->len - 1, last = e->at + e->n - 1;

		at.lo = w->at[first];
		at.hi = last < w->len ? w->at[last] + 1 : at.lo + 1;
	}
	d = diag(e->size ? DIAG_REGEX_SIZE : DIAG_REGEX, at, "bad regular expression: %s", e->text);
	if (e->hint)
		diag_hint(d, "%s", e->hint);
}

/* ---- The script ---------------------------------------------------------------------------- */

static struct regex *find(const struct plan *p, const struct written *w, bool groups)
{
	vec_each(i, &p->regexes) {
		struct regex *re = p->regexes.v[i];

		if (re->groups == groups && re->len == w->len && !memcmp(re->pattern, w->s, w->len))
			return re;
	}
	return NULL;
}

static void compile(struct sema *s, struct node *n)
{
	const struct node *pattern = n->kid[REGEX_PATTERN];
	bool groups = s->plan->uses_match && n->op == OP_MATCH;
	struct written w = read_again(s->arena, pattern);
	struct regex_error err = { 0 };
	struct regex *re = find(s->plan, &w, groups);

	if (!re) {
		re = regex_compile(s->arena, &(struct regex_text){ w.s, w.soft, w.len }, groups, &err);
		if (!re) {
			report(pattern, &w, &err);
			return;
		}
		re->index = s->plan->regexes.n;
		vec_push(s->arena, &s->plan->regexes, re);
	}
	n->info = re;
}

static bool visit(struct node *n, void *data)
{
	if (n->kind == N_REGEX)
		compile(data, n);
	return true;
}

bool regex_run(struct sema *s)
{
	unsigned mark = diag_errors();

	vec_each(i, &s->plan->funcs)
		node_walk(s->plan->funcs.v[i]->decl->kid[FUNCTION_BODY], visit, s);
	vec_each(i, &s->plan->probes)
		node_walk(s->plan->probes.v[i]->body, visit, s);
	return diag_errors() == mark;
}

struct remembers {
	unsigned mark;
	bool found;
};

static bool remembers_visit(struct node *n, void *data)
{
	struct remembers *r = data;
	const struct builtin *b = n->info;
	struct func *f;

	if (n->kind == N_REGEX)
		r->found |= n->info && ((struct regex *)n->info)->groups;
	if (n->kind != N_CALL)
		return !r->found;
	f = n->sym;
	r->found |= !f && b && (b->flags & B_MATCH);
	if (f && f->mark != r->mark) {
		f->mark = r->mark;
		if (f->decl->kid[FUNCTION_BODY])
			node_walk(f->decl->kid[FUNCTION_BODY], remembers_visit, r);
	}
	return !r->found;
}

bool regex_remembers(struct node *body)
{
	static unsigned marks = 1u << 30; /* apart from those of locks.c */
	struct remembers r = { .mark = ++marks };

	node_walk(body, remembers_visit, &r);
	return r.found;
}

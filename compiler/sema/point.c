// SPDX-License-Identifier: GPL-2.0-or-later
/* Forms of probe points, and unknown ones. */
#include "sema/point.h"

#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/provider.h"
#include "sema/library.h"

/* One component of a form: its name and argument letter, or 0. Returns what follows, or NULL at the end. */
static const char *component(const char *form, char name[64], char *letter)
{
	size_t n = strcspn(form, ".(");

	if (!*form || n >= 64)
		return NULL;
	memcpy(name, form, n);
	name[n] = '\0';
	form += n;
	*letter = 0;
	if (*form == '(') {
		*letter = form[1];
		form += 3;
	}
	return *form == '.' ? form + 1 : form;
}

unsigned form_match(const char *form, const struct node_list *comps, bool *whole)
{
	char name[64], letter;
	unsigned i = 0;

	*whole = false;
	while (i < comps->n) {
		const struct node *c = comps->v[i], *arg = c->kid[COMPONENT_ARG];
		const char *rest = component(form, name, &letter);

		if (!rest || !(is_glob(c->name) ? glob_match(c->name, name) : !strcmp(c->name, name)))
			return i;
		if (!letter != !arg)
			return i;
		if (letter == 'n' && arg->kind != N_NUMBER)
			return i;
		if (letter == 's' && arg->kind != N_STRING)
			return i;
		form = rest;
		i++;
	}
	*whole = !*form;
	return i;
}

const char *form_name(const char *form, unsigned i)
{
	char name[64], letter;

	for (name[0] = '\0'; form && i-- != ~0u;)
		form = component(form, name, &letter);
	return intern(name);
}

const char *point_text(struct sema *s, const struct node_list *comps)
{
	struct node n = { .kind = N_POINT, .list = *comps };
	struct buf b;
	const char *text;

	buf_init(&b);
	ast_dump_node(&b, &n);
	text = arena_strdup(s->arena, b.s);
	buf_deinit(&b);
	return text;
}

/* ---- Unknown points ------------------------------------------------------------ */

struct search {
	const struct node_list *comps;
	unsigned best;              /* components that something agrees with */
	bool complete;              /* something ends there */
	struct suggest sg;
	const struct node *at;      /* the first component nothing agrees with */
	const char *wants_arg;
	bool wants_none;
};

static void measure(const char *form, void *data)
{
	struct search *w = data;
	bool whole;

	w->best = MAX(w->best, form_match(form, w->comps, &whole));
}

/* What could stand where the point goes wrong. */
static void offer(const char *form, void *data)
{
	struct search *w = data;
	const char *rest = form;
	char name[64], letter = 0;
	bool whole;

	if (form_match(form, w->comps, &whole) < w->best)
		return;
	for (unsigned i = 0; i < w->best; i++)
		rest = component(rest, name, &letter);
	if (!*rest) {
		w->complete = true;
		return;
	}
	if (!component(rest, name, &letter))
		return;
	if (strcmp(name, w->at->name)) {
		suggest_offer(&w->sg, intern(name));
		return;
	}
	if (letter)
		w->wants_arg = letter == 's' ? "a string in parentheses" : "a number in parentheses";
	else
		w->wants_none = true;
}

static void each_known(struct sema *s, void (*f)(const char *form, void *data), void *data)
{
	for (unsigned p = 0; provider_get(p); p++)
		for (const char *const *form = provider_get(p)->forms; *form; form++)
			f(*form, data);
	vec_each(i, &s->aliases)
		f(point_text(s, &s->aliases.v[i]->point->list), data);
	library_each_alias(s->library, f, data);
}

/* Kinds of the language that this version does not translate: where they begin. */
static const char *const later[] = {
	"process.data", "process.insn",
	"tp_syscall", NULL,
};

static const char *later_word(const struct node_list *comps, unsigned at)
{
	const char *first = comps->v[0]->name, *second = comps->n > 1 ? comps->v[1]->name : "";

	for (unsigned i = 0; later[i]; i++) {
		size_t n = strcspn(later[i], ".");

		if (strncmp(later[i], first, n) || first[n])
			continue;
		if (!later[i][n])
			return at == 0 ? first : NULL;
		if (!strcmp(later[i] + n + 1, second))
			return at == 1 ? second : NULL;
	}
	return NULL;
}

void point_unknown(struct sema *s, const struct node_list *comps)
{
	struct search w = { .comps = comps };
	const char *text = point_text(s, comps), *word;
	struct diag *d;

	each_known(s, measure, &w);
	w.at = comps->v[MIN(w.best, comps->n - 1)];
	word = later_word(comps, MIN(w.best, comps->n - 1));
	if (word) {
		d = diag(DIAG_NOT_YET, w.at->at, "probe points with '%s' are not supported yet", word);
		diag_hint(d, "sonde --dump-probe-types lists what can be probed");
		return;
	}
	suggest_init(&w.sg, w.at->name);
	each_known(s, offer, &w);
	d = diag(DIAG_PROBE_POINT_UNKNOWN, w.at->at, "probe point mismatch: nothing answers to '%s' in %s", w.at->name, text);
	if (w.best == comps->n)
		diag_hint(d, "the probe point goes on: something must follow '%s'", w.at->name);
	else if (w.wants_arg || w.wants_none)
		diag_hint(d, "'%s' takes %s%s%s here", w.at->name, w.wants_arg ? w.wants_arg : "",
			  w.wants_arg && w.wants_none ? " or " : "", w.wants_none ? "no argument" : "");
	else if (suggest_best(&w.sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&w.sg));
	else if (w.complete)
		diag_hint(d, "nothing of that name can follow '%s'", comps->v[w.best - 1]->name);
	else
		diag_hint(d, "sonde --dump-probe-types and --dump-probe-aliases list the probe points there are");
}

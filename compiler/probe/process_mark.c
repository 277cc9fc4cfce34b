// SPDX-License-Identifier: GPL-2.0-or-later
/* Markers that a program has from <sys/sdt.h>: process("PATH").mark("m"), .provider("p").mark("m"). */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/process_place.h"

struct marks {
	struct place_search *s;
	const char *provider, *name; /* patterns; provider may be NULL */
	bool wildcard;
	unsigned all;                /* markers of any name */
	struct suggest near;
};

/* In names of C a dash is two underscores. */
static bool fits(const char *pattern, const char *name)
{
	struct buf b;
	bool ok;

	if (glob_match(pattern, name))
		return true;
	if (!strstr(name, "__"))
		return false;
	buf_init(&b);
	for (const char *s = name; *s; s++)
		if (s[0] == '_' && s[1] == '_') {
			buf_putc(&b, '-');
			s++;
		} else {
			buf_putc(&b, *s);
		}
	ok = glob_match(pattern, b.s);
	buf_deinit(&b);
	return ok;
}

static void add(const struct program_mark *m, void *data)
{
	struct marks *w = data;
	struct place_search *s = w->s;
	struct user_place *u = arena_new(resolver_arena(s->r), struct user_place);
	struct place_request q = { .data = s->data, .concurrent = true, .wildcard = w->wildcard };
	struct program_symbol sym;

	w->all++;
	suggest_offer(&w->near, m->name);
	if (!fits(w->name, m->name) || (w->provider && !fits(w->provider, m->provider)))
		return;
	u->program = s->program;
	if (!program_offset(s->program, m->addr, &u->offset) || (m->counter && !program_data_offset(s->program, m->counter, &u->counter)))
		return;
	q.place.function = program_symbol_at(s->program, m->addr, &sym) ? sym.name : m->name;
	q.place.module = s->program->path;
	q.place.offset = m->addr;
	q.place.pp = intern_printf("%s.provider(\"%s\").mark(\"%s\")", s->of, m->provider, m->name);
	q.place.data = u;
	q.target = (struct target_ctx){
		.types = resolver_types(s->r), .arch = resolver_arch(s->r), .function = q.place.function, .event = m->name, .provider = m->provider,
		.module = s->program->path, .user = true, .args = m->args, .nargs = m->nargs, .args_listed = true,
	};
	resolver_add(s->r, &q);
	s->found++;
}

bool process_marks(struct place_search *s, const struct point_arg *provider, const struct point_arg *name, bool wildcard)
{
	struct marks w = { .s = s, .provider = provider ? provider->str : NULL, .name = name->str };
	struct diag *d;

	/* A marker is in every place that its function was inlined to. */
	w.wildcard = wildcard || is_glob(name->str) || (provider && is_glob(provider->str));
	suggest_init(&w.near, name->str);
	program_each_mark(s->program, add, &w);
	if (s->found)
		return true;
	d = diag(DIAG_MARK_UNKNOWN, name->range, "%s has no marker '%s'%s%s", s->program->path, name->str, provider ? " of provider " : "",
		 provider ? provider->str : "");
	if (!w.all)
		diag_hint(d, "it has none at all: they are made by the macros of <sys/sdt.h>, when a program is compiled");
	else if (suggest_best(&w.near))
		diag_hint(d, "did you mean '%s'?", suggest_best(&w.near));
	else
		diag_hint(d, "sonde -l '%s.mark(\"*\")' lists them", s->of);
	return false;
}

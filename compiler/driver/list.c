// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be probed and called, and what the passes made of a script. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/session.h"
#include "probe/provider.h"

void list_probe_types(FILE *out)
{
	for (unsigned i = 0; provider_get(i); i++) {
		const struct provider *p = provider_get(i);

		for (unsigned f = 0; p->forms[f]; f++)
			fprintf(out, "%-44s %s\n", p->forms[f], p->docs[f]);
	}
}

static void print_alias(const char *text, const struct alias *a, void *data)
{
	FILE *out = data;
	struct buf b;

	buf_init(&b);
	vec_each(i, &a->decl->list) {
		buf_puts(&b, i ? ", " : "");
		ast_dump_node(&b, a->decl->list.v[i]);
	}
	fprintf(out, "%s = %s\n", text, b.s);
	buf_deinit(&b);
}

void list_probe_aliases(struct session *s, FILE *out)
{
	sema_each_alias(&s->sema, print_alias, out);
}

static const char *type_name(enum vtype t)
{
	return t == VT_UNKNOWN ? "unknown" : vtype_text(t);
}

static const char *letter_name(char c)
{
	return c == 'l' ? "long" : "string";
}

static void print_builtin(const struct builtin *b, void *data)
{
	FILE *out = data;

	if (!strncmp(b->name, "__", 2)) /* for the library's own use */
		return;
	fprintf(out, "%s%s(", b->name, b->ret[0] == 'v' ? "" : b->ret[0] == 'l' ? ":long " : ":string ");
	for (unsigned i = 0; b->params[i]; i++)
		fprintf(out, "%sarg%u:%s", i ? ", " : "", i + 1, letter_name(b->params[i]));
	fputs(")\n", out);
}

static void print_function(const struct func *f, FILE *out)
{
	fputs(f->name, out);
	if (f->ret == VT_LONG || f->ret == VT_STRING)
		fprintf(out, ":%s ", type_name(f->ret));
	fputc('(', out);
	vec_each(i, &f->decl->list) {
		const struct node *p = f->decl->list.v[i];
		enum vtype t = i < f->scope.locals.n ? f->scope.locals.v[i]->type : p->vtype;

		fprintf(out, "%s%s", i ? ", " : "", p->name);
		if (t != VT_UNKNOWN)
			fprintf(out, ":%s", type_name(t));
	}
	fputs(")\n", out);
}

void list_functions(struct session *s, FILE *out)
{
	builtin_each(print_builtin, out);
	map_each(i, &s->sema.functions) {
		const struct func_set *set = s->sema.functions.entries[i].value;

		vec_each(j, set)
			if (strncmp(set->v[j]->name, "__", 2)) /* for the library's own use */
				print_function(set->v[j], out);
	}
}

static void print_global(const struct symbol *v, FILE *out)
{
	fprintf(out, "%s:%s", v->name, type_name(v->type));
	for (unsigned i = 0; i < v->nkeys; i++)
		fprintf(out, "%s%s", i ? "," : "[", type_name(v->keys[i].type));
	fputs(v->nkeys ? "]\n" : "\n", out);
}

void list_plan(struct session *s, FILE *out)
{
	if (s->plan.globals.n)
		fputs("# globals\n", out);
	vec_each(i, &s->plan.globals)
		print_global(s->plan.globals.v[i], out);
	if (s->plan.funcs.n)
		fputs("# functions\n", out);
	vec_each(i, &s->plan.funcs)
		print_function(s->plan.funcs.v[i], out);
	fputs("# probes\n", out);
	vec_each(i, &s->plan.probes) {
		const struct plan_probe *p = s->plan.probes.v[i];

		vec_each(j, &p->places)
			fprintf(out, "%s /* <- %s */\n", p->places.v[j].pp, p->name);
		if (p->scope.locals.n)
			fputs("  # locals\n", out);
		vec_each(j, &p->scope.locals)
			fprintf(out, "  %s:%s\n", p->scope.locals.v[j]->name, type_name(p->scope.locals.v[j]->type));
	}
}

void list_locks(struct session *s, FILE *out)
{
	static const char *const modes[] = { [SHARE_NONE] = "no lock", [SHARE_ATOMIC] = "atomic", [SHARE_GROUP] = "shared lock",
					    [SHARE_LOCK] = "lock" };

	vec_each(i, &s->plan.globals)
		fprintf(out, "%s: %s, because %s\n", s->plan.globals.v[i]->name, modes[s->plan.globals.v[i]->lock],
			s->plan.globals.v[i]->lock_why);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions of programs, as tables: see struct sd_user_object. */
#include <string.h>

#include "emit/cfn.h"

static void emit_names(struct buf *out, const struct plan_object *o, unsigned number)
{
	buf_printf(out, "static const char names_of_%u[] =", number);
	if (!o->nsymbols)
		buf_puts(out, " \"\"");
	for (unsigned i = 0; i < o->nsymbols; i++) {
		buf_puts(out, i % 8 ? " " : "\n\t");
		buf_quote(out, o->symbols[i].name, strlen(o->symbols[i].name) + 1);
	}
	buf_puts(out, ";\n");
}

static void emit_user_lines(struct buf *out, const struct plan_object *o, unsigned number)
{
	if (!o->nlines)
		return;
	buf_printf(out, "static const char *const sources_of_%u[] = {\n", number);
	for (unsigned i = 0; i < o->nsources; i++) {
		buf_puts(out, "\t");
		buf_quote(out, o->sources[i], strlen(o->sources[i]));
		buf_puts(out, ",\n");
	}
	buf_printf(out, "\t0\n};\nstatic const struct sd_user_line lines_of_%u[] = {\n", number);
	for (unsigned i = 0; i < o->nlines; i++)
		buf_printf(out, "\t{ %u, %u, %u },\n", o->lines[i].offset, o->lines[i].line,
			   o->lines[i].source == NO_SOURCE ? o->nsources : o->lines[i].source);
	buf_puts(out, "};\n");
}

void emit_objects(struct emit *e, struct buf *out)
{
	vec_each(i, &e->plan->objects) {
		const struct plan_object *o = &e->plan->objects.v[i];
		size_t name = 0;

		emit_names(out, o, i);
		buf_printf(out, "static const struct sd_user_symbol symbols_of_%u[] = {\n", i);
		for (unsigned k = 0; k < o->nsymbols; k++) {
			buf_printf(out, "\t{ %u, %u, %zu },\n", o->symbols[k].offset, o->symbols[k].size, name);
			name += strlen(o->symbols[k].name) + 1;
		}
		buf_puts(out, o->nsymbols ? "};\n" : "\t{ 0, 0, 0 }\n};\n");
		emit_user_lines(out, o, i);
	}
	if (!e->plan->objects.n)
		return;
	buf_puts(out, "static const struct sd_user_object objects[] = {\n");
	vec_each(i, &e->plan->objects) {
		const struct plan_object *o = &e->plan->objects.v[i];

		buf_puts(out, "\t{ ");
		buf_quote(out, o->path, strlen(o->path));
		buf_puts(out, ", ");
		buf_quote(out, o->build_id, strlen(o->build_id));
		buf_printf(out, ", names_of_%u, symbols_of_%u, %u", i, i, o->nsymbols);
		if (o->nlines)
			buf_printf(out, ", sources_of_%u, lines_of_%u, %u", i, i, o->nlines);
		buf_puts(out, " },\n");
	}
	buf_puts(out, "};\n");
}

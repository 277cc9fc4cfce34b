// SPDX-License-Identifier: GPL-2.0-or-later
/* Source lines of the kernel's code: tables that stand in files are taken from there by the assembler. */
#include <string.h>

#include "emit/cfn.h"

void emit_lines_symbols(struct emit *e)
{
	unsigned others = e->symbols.n;

	vec_each(i, &e->plan->lines)
		for (unsigned k = 0; k < e->plan->lines.v[i].nparts; k++)
			emit_symbol(e, e->plan->lines.v[i].parts[k].symbol, e->plan->lines.v[i].module);
	for (unsigned i = others; i < e->symbols.n; i++)
		e->symbols.v[i].lines = true;
}

static bool is_plain(const char *path)
{
	return path && !strpbrk(path, "\"\\%\n{|}");
}

static void emit_bytes(struct buf *out, const struct plan_lines *l)
{
	const unsigned char *p = l->data;

	for (size_t i = 0; i < l->size; i++)
		buf_printf(out, "%s%u%s", i % 32 ? "," : "\t\"\\t.byte ", p[i], i % 32 == 31 || i + 1 == l->size ? "\\n\"\n" : "");
}

void emit_lines(struct emit *e, struct buf *out)
{
	if (!e->plan->lines.n)
		return;
	vec_each(i, &e->plan->lines) {
		const struct plan_lines *l = &e->plan->lines.v[i];

		buf_printf(out, "__asm__(\"\\t.pushsection .rodata\\n\\t.balign 8\\nlines_%u:\\n\"\n", i);
		if (is_plain(l->path))
			buf_printf(out, "\t\"\\t.incbin \\\"%s\\\"\\n\"\n", l->path);
		else
			emit_bytes(out, l);
		buf_printf(out, "\t\"\\t.popsection\\n\");\nextern const char lines_%u[];\n", i);
	}
	buf_puts(out, "static const struct sd_line_section lines[] = {\n");
	vec_each(i, &e->plan->lines) {
		const struct plan_lines *l = &e->plan->lines.v[i];

		for (unsigned k = 0; k < l->nparts; k++)
			buf_printf(out, "\t{ &symbols[%u], %lldLL, %u, %u, %u, lines_%u },\n", emit_symbol(e, l->parts[k].symbol, l->module),
				   (long long)l->parts[k].distance, l->parts[k].size, l->parts[k].first, l->parts[k].count, i);
	}
	buf_puts(out, "};\n\n");
}

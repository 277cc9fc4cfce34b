// SPDX-License-Identifier: GPL-2.0-or-later
/* Matches of regular expressions: their tables, and the record of a match in the handlers that ask for groups. */
#include "sema/regex.h"

#include <string.h>

#include "emit/cfn.h"

static void numbers(struct buf *out, const char *type, unsigned index, const char *what, const void *v, unsigned n, bool bytes)
{
	buf_printf(out, "static const unsigned %s re%u_%s[] = {", type, index, what);
	for (unsigned i = 0; i < n; i++)
		buf_printf(out, "%s%u,", i % 24 ? "" : "\n\t", bytes ? ((const uint8_t *)v)[i] : ((const uint16_t *)v)[i]);
	buf_puts(out, "\n};\n");
}

/* A comment must not end early, nor hold a trigraph or a line's end. */
static void comment(struct buf *out, const struct regex *re)
{
	buf_puts(out, "/* ");
	for (unsigned i = 0; i < re->len; i++) {
		unsigned char c = (unsigned char)re->pattern[i];

		if (c < 0x20 || c > 0x7e || c == '/' || c == '\\')
			buf_printf(out, "<%02x>", c);
		else
			buf_putc(out, (char)c);
	}
	buf_puts(out, " */\n");
}

void emit_regexes(struct emit *e, struct buf *out)
{
	vec_each(i, &e->plan->regexes) {
		const struct regex *re = e->plan->regexes.v[i];

		comment(out, re);
		numbers(out, "char", i, "classes", re->classes, 256, true);
		numbers(out, "short", i, "next", re->next.v, re->next.n, false);
		numbers(out, "short", i, "final", re->final.v, re->final.n, false);
		numbers(out, "short", i, "end", re->final_end.v, re->final_end.n, false);
		if (re->groups) {
			numbers(out, "short", i, "op", re->op.v, re->op.n, false);
			numbers(out, "char", i, "ops", re->ops.v, re->ops.n, true);
		}
		buf_printf(out, "static const struct sd_regex re%u = {\n\t.nclasses = %u, .nstates = %u, .ngroups = %u, .nregs = %u,\n"
			   "\t.classes = re%u_classes, .next = re%u_next, .final = re%u_final, .final_end = re%u_end,",
			   i, re->nclasses, re->nstates, re->ngroups, re->nregs, i, i, i, i);
		if (re->groups)
			buf_printf(out, "\n\t.op = re%u_op, .ops = re%u_ops,", i, i);
		buf_puts(out, "\n};\n\n");
	}
}

const char *emit_match(struct cfn *fn, struct node *n)
{
	const struct regex *re = n->info;
	const char *v = emit_expr(fn, n->kid[REGEX_X]), *t = cfn_int(fn);

	if (re->groups)
		cfn_line(fn, "%s = sd_regex_match(c, &re%u, %s);", t, re->index, v);
	else
		cfn_line(fn, "%s = %ssd_regex_test(&re%u, %s);", t, n->op == OP_NOMATCH ? "!" : "", re->index, v);
	return t;
}

void emit_match_record(struct cfn *fn)
{
	if (!regex_remembers(fn->probe->body))
		return;
	buf_puts(&fn->fields, "\tstruct sd_match match;\n\tchar matched[SD_CAP];\n");
	cfn_line(fn, "f->match.ngroups = 0;");
	cfn_line(fn, "f->match.cap = SD_CAP;");
	cfn_line(fn, "f->match.s = f->matched;");
	cfn_line(fn, "c->match = &f->match;");
}

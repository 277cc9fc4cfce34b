// SPDX-License-Identifier: GPL-2.0-or-later
/* Statistics: what is stored of each, adding samples, asking for numbers and histograms. */
#include <string.h>

#include "emit/cfn.h"
#include "sema/sema.h"

/* ---- Declarations --------------------------------------------------------------------- */

static unsigned linear_buckets(const struct stat_spec *st)
{
	return (unsigned)(((uint64_t)st->high - (uint64_t)st->low) / (uint64_t)st->width) + 3;
}

/* Cell numbers in the order of runtime/stat.h; the last is the number of all. */
static unsigned layout(const struct stat_spec *st, unsigned at[6])
{
	unsigned n = 1;

	memset(at, 0, 6 * sizeof(at[0]));
#define TAKE(i, wanted, cells) do { if (wanted) { at[i] = n; n += (cells); } } while (0)
	TAKE(0, st->sum, 1);
	TAKE(1, st->min, 1);
	TAKE(2, st->max, 1);
	TAKE(3, st->var, 2);
	TAKE(4, st->log, 128);
	TAKE(5, st->linear, linear_buckets(st));
#undef TAKE
	return n;
}

unsigned emit_stat_cells(const struct symbol *v)
{
	unsigned at[6];

	return layout(&v->stat, at);
}

void emit_stat_type(const struct symbol *v, struct buf *out)
{
	const struct stat_spec *st = &v->stat;
	unsigned at[6], n = layout(st, at);

	buf_printf(out, "static const struct sd_stat_type stype_%s = {\n\t.cells = %u, .sum = %u, .min = %u, .max = %u, .var = %u, .shift = %u, .log = %u, .linear = %u",
		   v->cname, n, at[0], at[1], at[2], at[3], (unsigned)st->shift, at[4], at[5]);
	if (st->linear)
		buf_printf(out, ",\n\t.nlinear = %u, .low = %lldLL, .high = %lldLL, .width = %lldLL", linear_buckets(st), (long long)st->low,
			   (long long)st->high, (long long)st->width);
	buf_puts(out, ",\n};\n");
}

void emit_stat(const struct symbol *v, struct buf *out)
{
	emit_stat_type(v, out);
	buf_printf(out, "static struct sd_stat %s = { .type = &stype_%s };\n", v->cname, v->cname);
}

/* ---- Expressions ------------------------------------------------------------------------- */

void emit_stat_add(struct cfn *fn, struct node *n)
{
	const struct symbol *v = n->kid[ASSIGN_L]->sym;

	cfn_line(fn, "sd_stat_add_here(c, &%s, &stype_%s, %s);", v->cname, v->cname, emit_expr(fn, n->kid[ASSIGN_R]));
}

/* An operand: the cells of an element, or NULL for a scalar, which has a set for each processor. */
static const char *cells(struct cfn *fn, struct node *x)
{
	const struct symbol *v = lvalue_symbol(x);
	const char *e;

	if (x->kind != N_INDEX)
		return v->global ? NULL : v->cname;
	e = emit_element(fn, x);
	return cfn_text(fn, "(%s ? %s->v : 0)", e, e);
}

const char *emit_stat_value(struct cfn *fn, struct node *n)
{
	static const char *const names[] = { "count", "sum", "min", "max", "avg", "variance" };
	static const char *const ops[] = { "COUNT", "SUM", "MIN", "MAX", "AVG", "VARIANCE" };
	const struct symbol *v = stat_symbol(n->kid[STAT_X]);
	const char *cell = cells(fn, n->kid[STAT_X]), *t = cfn_int(fn), *site;
	unsigned op = 0;

	while (strcmp(names[op], n->name))
		op++;
	site = op > 1 ? cfn_site(fn, n) : "0";
	if (cell)
		cfn_line(fn, "%s = sd_stat_cells(c, &stype_%s, %s, SD_STAT_%s, %s);", t, v->cname, cell, ops[op], site);
	else
		cfn_line(fn, "%s = sd_stat_all(c, &%s, SD_STAT_%s, %s);", t, v->cname, ops[op], site);
	if (op > 1)
		cfn_check(fn);
	return t;
}

/* "struct sd_hist h = …;" of a HIST. */
static const char *hist(struct cfn *fn, struct node *n)
{
	const struct symbol *v = stat_symbol(n->kid[HIST_X]);
	const char *cell = cells(fn, n->kid[HIST_X]);

	return cfn_text(fn, "\tconst struct sd_hist h = { .type = &stype_%s, .all = %s%s, .cell = %s, .linear = %d };", v->cname,
			cell ? "" : "&", cell ? "0" : v->cname, cell ? cell : "0", !strcmp(n->name, "hist_linear"));
}

const char *emit_bucket(struct cfn *fn, struct node *n)
{
	const char *t = cfn_int(fn), *h = hist(fn, n->kid[INDEX_BASE]), *i = emit_expr(fn, n->list.v[0]);

	cfn_line(fn, "{");
	cfn_line(fn, "%s", h);
	cfn_line(fn, "\t%s = sd_hist_bucket(c, &h, %s, %s);", t, i, cfn_site(fn, n->kid[INDEX_BASE]));
	cfn_line(fn, "}");
	cfn_check(fn);
	return t;
}

const char *emit_hist_print(struct cfn *fn, struct node *n)
{
	struct node *x = n->list.v[0];
	const char *h = hist(fn, x), *site = cfn_site(fn, x), *t = "0";
	int newline = strstr(n->name, "println") != NULL;

	if (n->name[0] == 's')
		t = cfn_str(fn);
	cfn_line(fn, "{");
	cfn_line(fn, "%s", h);
	if (n->name[0] == 's')
		cfn_line(fn, "\t%s = sd_hist_sprint(c, %s, SD_CAP, &h, %d, %s);", t, cfn_buf(fn), newline, site);
	else
		cfn_line(fn, "\tsd_hist_print(c, &h, %d, %s);", newline, site);
	cfn_line(fn, "}");
	cfn_check(fn);
	return t;
}

/* foreach over the buckets, from the lowest. */
void emit_foreach_bucket(struct cfn *fn, struct node *n)
{
	struct node *x = n->kid[FOREACH_ARRAY];
	const struct symbol *v = stat_symbol(x->kid[HIST_X]);
	const char *h = hist(fn, x), *i = cfn_int(fn), *limit = NULL;
	unsigned outer = fn->loop;

	if (n->kid[FOREACH_LIMIT]) {
		limit = cfn_int(fn);
		cfn_line(fn, "%s = %s;", limit, emit_expr(fn, n->kid[FOREACH_LIMIT]));
	}
	cfn_line(fn, "{");
	cfn_line(fn, "%s", h);
	cfn_line(fn, "%s", "");
	fn->indent++;
	fn->loop = ++fn->nlabels;
	emit_forget(fn, NULL);
	cfn_line(fn, "for (%s = 0; %s < %u%s%s; %s++) {", i, i, strcmp(x->name, "hist_log") ? linear_buckets(&v->stat) : 128,
		 limit ? cfn_text(fn, " && %s < ", i) : "", limit ? limit : "", i);
	fn->indent++;
	emit_charge(fn, 1 + emit_actions(n->kid[FOREACH_BODY]), n);
	emit_store(fn, n->list.v[0]->sym, i);
	if (n->kid[FOREACH_VALUE])
		emit_store(fn, n->kid[FOREACH_VALUE]->sym, cfn_text(fn, "sd_hist_bucket(c, &h, %s, 0)", i));
	else
		cfn_line(fn, "(void)h;");
	emit_statement(fn, n->kid[FOREACH_BODY]);
	cfn_line(fn, "next_%u: __attribute__((unused));", fn->loop);
	fn->indent--;
	cfn_line(fn, "}");
	fn->indent--;
	cfn_line(fn, "}");
	emit_forget(fn, NULL);
	fn->loop = outer;
}

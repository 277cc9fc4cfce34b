// SPDX-License-Identifier: GPL-2.0-or-later
/* Building statements. */
#include <string.h>

#include "base/intern.h"
#include "base/util.h"
#include "syntax/build.h"

#include "gram.h"

/* "int x" is two statements to the grammar, the first a lone word that is a C type. */
static void check_c_type(struct parse *p, const struct node *x)
{
	static const char *const words[] = { "int", "char", "short", "unsigned", "long", "struct", "void", "const",
					     "static", "double", "float", "var", "string", "local" };

	if (x->kind != N_IDENT)
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(x->name, words[i]))
			diag_hint(syntax_error(p, DIAG_C_DECLARATION, x->range, "variables are not declared with '%s'", x->name),
				  "a local variable exists once it is used, and its type is found by itself; leave the word out");
}

struct node *build_exprstmt(struct parse *p, struct range r, struct node *x)
{
	struct node *n = node_new(p->arena, N_EXPRSTMT, r);

	n->at = x->at;
	n->kid[EXPRSTMT_EXPR] = x;
	check_c_type(p, x);
	return n;
}

struct node *build_keyword(struct parse *p, struct range r, enum node_kind kind, const struct token *kw, struct node *x)
{
	struct node *n = node_new(p->arena, kind, r);

	n->at = kw->range;
	n->kid[0] = x;
	return n;
}

struct node *build_if(struct parse *p, struct range r, const struct token *kw, struct node *cond, struct node *yes, struct node *no)
{
	struct node *n = build_keyword(p, r, N_IF, kw, cond);

	n->kid[IF_THEN] = yes;
	n->kid[IF_ELSE] = no;
	return n;
}

struct node *build_while(struct parse *p, struct range r, const struct token *kw, struct node *cond, struct node *body)
{
	struct node *n = build_keyword(p, r, N_WHILE, kw, cond);

	n->kid[WHILE_BODY] = body;
	return n;
}

struct node *build_for(struct parse *p, struct range r, const struct token *kw, struct node *init, struct node *cond,
		       struct node *step, struct node *body)
{
	struct node *n = build_keyword(p, r, N_FOR, kw, init);

	n->kid[FOR_COND] = cond;
	n->kid[FOR_STEP] = step;
	n->kid[FOR_BODY] = body;
	return n;
}

struct node *build_try(struct parse *p, struct range r, const struct token *kw, struct node *body, const struct token *var,
		       struct node *handler)
{
	struct node *n = build_keyword(p, r, N_TRY, kw, body);

	n->kid[TRY_VAR] = var ? build_named(p, N_IDENT, var) : NULL;
	n->kid[TRY_CATCH] = handler;
	return n;
}

struct node *build_delete(struct parse *p, struct range r, const struct token *kw, struct node *what)
{
	struct node *n = build_keyword(p, r, N_DELETE, kw, what);

	if (what->kind != N_IDENT && what->kind != N_INDEX)
		diag_hint(syntax_error(p, DIAG_NOT_DELETABLE, what->range, "delete needs a variable or an element of an array"),
			  "delete array, delete array[key] and delete scalar are the forms it has");
	return n;
}

static enum op sort_op(const struct token *sort)
{
	return sort->kind == T_PLUS ? OP_SORT_UP : OP_SORT_DOWN;
}

/* Notes that the loop is sorted by num; once is enough. */
static void set_sort(struct parse *p, struct node *n, int64_t num, const struct token *sort)
{
	if (!sort)
		return;
	if (n->op != OP_NONE) {
		diag_hint(syntax_error(p, DIAG_SORTED_TWICE, sort->range, "a loop can be sorted by one thing only"),
			  "keep one '+' or '-': on a key, on the value, or behind the array");
		return;
	}
	n->num = num;
	n->op = sort_op(sort);
}

/* A key with its mark, which foreach_keys() moves to the loop. */
struct node *build_key(struct parse *p, const struct token *name, const struct token *sort)
{
	struct node *n = build_named(p, N_IDENT, name);

	if (sort) {
		n->op = sort_op(sort);
		n->at = sort->range;
	}
	return n;
}

static void move_key_marks(struct parse *p, struct node *n)
{
	vec_each(i, &n->list) {
		struct node *key = n->list.v[i];
		struct token mark = { .kind = key->op == OP_SORT_UP ? T_PLUS : T_MINUS, .range = key->at };

		if (key->op != OP_NONE)
			set_sort(p, n, i + 1, &mark);
		key->op = OP_NONE;
		key->at = key->range;
	}
}

struct node *foreach_array(struct parse *p, struct node *n, const struct token *array, struct node_list *slice,
			   const struct token *stat, const struct token *sort)
{
	static const char *const names[] = { "count", "sum", "min", "max", "avg" };

	move_key_marks(p, n);
	set_sort(p, n, -1, sort);
	n->kid[FOREACH_ARRAY] = build_named(p, N_IDENT, array);
	if (slice)
		n->list2 = *slice;
	if (!stat)
		return n;
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(stat->name, names[i]))
			n->name = stat->name;
	if (!n->name)
		diag_hint(syntax_error(p, DIAG_SORT_OPERATOR, stat->range, "a loop cannot be sorted by @%s", stat->name),
			  "sort by @count, @sum, @min, @max or @avg");
	else if (!sort)
		diag_hint(syntax_error(p, DIAG_SORT_OPERATOR, stat->range, "@%s needs a direction to sort in", stat->name),
			  "write @%s+ for the smallest first or @%s- for the largest first", stat->name, stat->name);
	return n;
}

struct node *foreach_hist(struct parse *p, struct node *n, struct node *hist, const struct token *sort)
{
	move_key_marks(p, n);
	set_sort(p, n, -1, sort);
	n->kid[FOREACH_ARRAY] = hist;
	if (hist->kind != N_HIST)
		diag_hint(syntax_error(p, DIAG_NOT_ITERABLE, hist->range, "foreach cannot go through this"),
			  "it goes through a global array, or the buckets of @hist_log or @hist_linear");
	return n;
}

struct node *foreach_value(struct parse *p, struct node *n, const struct token *name, const struct token *sort)
{
	if (n->kid[FOREACH_VALUE]) {
		syntax_error(p, DIAG_SORTED_TWICE, name->range, "a loop has one value only");
		return n;
	}
	n->kid[FOREACH_VALUE] = build_named(p, N_IDENT, name);
	set_sort(p, n, -1, sort);
	return n;
}

struct node *build_foreach(struct parse *p, struct range r, const struct token *kw, struct node *n, struct node *limit, struct node *body)
{
	(void)p;
	n->range = r;
	n->at = kw->range;
	n->kid[FOREACH_LIMIT] = limit;
	n->kid[FOREACH_BODY] = body;
	return n;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Building expressions: operators, names, elements, members. */
#include <string.h>

#include "base/intern.h"
#include "base/util.h"
#include "syntax/build.h"

#include "gram.h"

bool is_print_name(const char *name)
{
	static const char *const names[] = { "print", "println", "printd", "printdln", "printf",
					     "sprint", "sprintln", "sprintd", "sprintdln", "sprintf" };

	if (name[0] != 'p' && name[0] != 's')
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* Hexadecimal and octal literals are patterns of bits, of which any can be negated. */
static void check_negative(struct parse *p, uint64_t v, const char *text, struct range r)
{
	if (v > (uint64_t)INT64_MAX + 1 && text[0] != '0')
		diag_hint(syntax_error(p, DIAG_NUMBER_RANGE, r, "number does not fit in 64 bits"),
			  "the smallest is -9223372036854775808");
}

struct node *build_number(struct parse *p, struct range r, const struct token *t, const struct token *minus)
{
	struct node *n = node_new(p->arena, N_NUMBER, r);

	if (minus)
		check_negative(p, t->num, t->name, r);
	n->num = (int64_t)(minus ? 0 - t->num : t->num);
	n->str = minus ? intern_printf("-%s", t->name) : t->name;
	n->len = (uint32_t)strlen(n->str);
	return n;
}

struct node *build_string(struct parse *p, const struct token *t)
{
	struct node *n = node_new(p->arena, N_STRING, t->range);

	n->str = t->str;
	n->len = t->len;
	return n;
}

struct node *build_ident(struct parse *p, const struct token *t)
{
	if (is_print_name(t->name))
		diag_hint(syntax_error(p, DIAG_PRINT_PARENTHESES, t->range, "%s needs parentheses around its arguments", t->name),
			  "write %s(…)", t->name);
	return build_named(p, N_IDENT, t);
}

struct node *build_call(struct parse *p, struct range r, const struct token *name, struct node_list *args)
{
	struct node *n = build_list(p, is_print_name(name->name) ? N_PRINT : N_CALL, r, args);

	n->at = name->range;
	n->name = name->name;
	return n;
}

struct node *build_in(struct parse *p, struct range r, struct range at, struct node *keys, const struct token *array)
{
	struct node *n = build_list(p, N_IN, r, &keys->list);

	n->at = at;
	n->kid[IN_ARRAY] = build_named(p, N_IDENT, array);
	return n;
}

struct node *build_in1(struct parse *p, struct range r, struct range at, struct node *key, const struct token *array)
{
	struct node *n = build_list1(p, N_IN, r, key);

	n->at = at;
	n->kid[IN_ARRAY] = build_named(p, N_IDENT, array);
	return n;
}

/* The DEREF that one more suffix goes to: the base itself when it is one already. */
static struct node *deref(struct parse *p, struct range r, struct node *base, struct node *suffix)
{
	struct node *n = base;
	bool pretty = n->kind == N_DEREF && n->list.v[n->list.n - 1]->kind == N_PRETTY;

	if (pretty)
		syntax_error(p, DIAG_AFTER_PRETTY, suffix->at, "nothing can follow the '%s' that prints a structure",
			     n->list.v[n->list.n - 1]->num == 1 ? "$" : "$$");
	if (n->kind != N_DEREF || (n->flags & F_PARENS)) {
		n = node_new(p->arena, N_DEREF, r);
		n->kid[DEREF_BASE] = base;
	}
	vec_push(p->arena, &n->list, suffix);
	n->range = r;
	n->at = base->kind == N_DEREF ? base->at : base->range;
	return n;
}

struct node *build_index(struct parse *p, struct range r, struct node *base, struct node *keys)
{
	struct node *element;

	if ((base->kind == N_IDENT && !(base->flags & F_PARENS)) || base->kind == N_HIST) {
		keys->kid[INDEX_BASE] = base;
		keys->range = r;
		keys->at = base->range;
		return keys;
	}
	element = node_new(p->arena, N_ELEMENT, keys->range);
	element->kid[ELEMENT_INDEX] = keys->list.v[0];
	if (keys->list.n > 1)
		diag_hint(syntax_error(p, DIAG_MANY_INDICES, keys->range, "an array of the target has one index at a time"),
			  "write [i][j] for an array of arrays");
	return deref(p, r, base, element);
}

struct node *build_member(struct parse *p, struct range r, struct node *base, const struct token *arrow, const struct token *name)
{
	struct node *member = build_named(p, N_MEMBER, name);

	(void)arrow;
	if (name->kind == T_TARGET)
		member->flags |= F_DOLLAR;
	return deref(p, r, base, member);
}

struct node *build_pretty(struct parse *p, struct range r, struct node *base, const struct token *t, int levels)
{
	struct node *pretty = node_new(p->arena, N_PRETTY, t->range);

	pretty->num = levels;
	return deref(p, r, base, pretty);
}

static void check_lvalue(struct parse *p, const struct node *x, struct range at, const char *what)
{
	struct diag *d;

	switch (x->kind) {
	case N_IDENT:
	case N_INDEX:
	case N_TARGET:
	case N_ATVAR:
	case N_CAST:
		return;
	case N_DEREF:
		if (x->list.v[x->list.n - 1]->kind != N_PRETTY)
			return;
		break;
	default:
		break;
	}
	d = syntax_error(p, DIAG_NOT_ASSIGNABLE, x->range, "%s needs a variable, not this %s", what, node_kind_text(x->kind));
	diag_note(d, at, "it is needed here");
	if (x->kind == N_BINARY || x->kind == N_IN || x->kind == N_REGEX || x->kind == N_TERNARY)
		diag_hint(d, "put parentheses around an assignment inside a condition");
}

struct node *build_incdec(struct parse *p, struct range r, enum op op, const struct token *t, struct node *x, unsigned flags)
{
	struct node *n = node_new(p->arena, N_INCDEC, r);

	check_lvalue(p, x, t->range, op == OP_ADD ? "'++'" : "'--'");
	n->at = t->range;
	n->op = op;
	n->flags = flags;
	n->kid[INCDEC_X] = x;
	return n;
}

struct node *build_unary(struct parse *p, struct range r, enum op op, const struct token *t, struct node *x)
{
	struct node *n = node_new(p->arena, N_UNARY, r);

	if (op == OP_NEG && x->kind == N_NUMBER)
		check_negative(p, (uint64_t)x->num, x->str, r);
	n->at = t->range;
	n->op = op;
	n->kid[UNARY_X] = x;
	return n;
}

struct node *build_address(struct parse *p, struct range r, const struct token *t, struct node *x)
{
	struct node *n = node_new(p->arena, N_ADDRESS, r);

	n->at = t->range;
	n->kid[ADDRESS_OF] = x;
	if (x->kind != N_TARGET && x->kind != N_ATVAR && x->kind != N_CAST && x->kind != N_DEREF)
		diag_hint(syntax_error(p, DIAG_NO_ADDRESS, x->range, "this %s has no address", node_kind_text(x->kind)),
			  "'&' is for $variables, @var, @cast and their members");
	return n;
}

static struct node *build2(struct parse *p, enum node_kind kind, struct range r, enum op op, struct range at,
			   struct node *left, struct node *right)
{
	struct node *n = node_new(p->arena, kind, r);

	n->at = at;
	n->op = op;
	n->kid[0] = left;
	n->kid[1] = right;
	return n;
}

struct node *build_binary(struct parse *p, struct range r, enum op op, struct range at, struct node *left, struct node *right)
{
	return build2(p, N_BINARY, r, op, at, left, right);
}

struct node *build_regex(struct parse *p, struct range r, enum op op, struct range at, struct node *left, struct node *right)
{
	if (right->kind != N_STRING)
		diag_hint(syntax_error(p, DIAG_REGEX_LITERAL, right->range, "a regular expression must be a string literal"),
			  "it is compiled together with the script, so that it cannot change at run time");
	return build2(p, N_REGEX, r, op, at, left, right);
}

struct node *build_assign(struct parse *p, struct range r, enum op op, struct range at, struct node *left, struct node *right)
{
	struct node *n = build2(p, N_ASSIGN, r, op, at, left, right);

	check_lvalue(p, left, at, op == OP_AGGREGATE ? "'<<<'" : "an assignment");
	if (op != OP_ASSIGN && op != OP_AGGREGATE)
		n->flags |= F_COMPOUND;
	return n;
}

struct node *build_ternary(struct parse *p, struct range r, struct range at, struct node *cond, struct node *yes, struct node *no)
{
	struct node *n = build2(p, N_TERNARY, r, OP_NONE, at, cond, yes);

	n->kid[TERNARY_ELSE] = no;
	return n;
}

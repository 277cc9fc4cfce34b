// SPDX-License-Identifier: GPL-2.0-or-later
/* Building the top level: probes, aliases, functions, globals, embedded C. */
#include "syntax/build.h"

#include <string.h>

#include "base/intern.h"
#include "base/util.h"

struct node_list *list_new(struct parse *p)
{
	return arena_new(p->arena, struct node_list);
}

struct node_list *list_add(struct parse *p, struct node_list *list, struct node *n)
{
	if (n)
		vec_push(p->arena, list, n);
	return list;
}

struct node_list *list_globals(struct parse *p, struct node_list *items, struct node_list *globals, unsigned flags)
{
	vec_each(i, globals) {
		globals->v[i]->flags |= flags;
		list_add(p, items, globals->v[i]);
	}
	return items;
}

struct node *build_list(struct parse *p, enum node_kind kind, struct range r, struct node_list *list)
{
	struct node *n = node_new(p->arena, kind, r);

	n->list = *list;
	return n;
}

struct node *build_list1(struct parse *p, enum node_kind kind, struct range r, struct node *x)
{
	struct node *n = node_new(p->arena, kind, r);

	vec_push(p->arena, &n->list, x);
	return n;
}

struct node *node_append(struct parse *p, struct node *to, struct node *n, struct range r)
{
	vec_push(p->arena, &to->list, n);
	to->range = to->at = r;
	return to;
}

struct node *set_kid(struct node *n, enum node_slot slot, struct node *kid, struct range r)
{
	n->kid[slot] = kid;
	n->range = r;
	return n;
}

struct node *set_flags(struct node *n, unsigned flags, struct range r)
{
	n->flags |= flags;
	n->range = r;
	return n;
}

struct node *build_named(struct parse *p, enum node_kind kind, const struct token *t)
{
	struct node *n = node_new(p->arena, kind, t->range);

	n->name = t->name;
	return n;
}

struct node *build_word(struct parse *p, enum node_kind kind, const struct token *t)
{
	return node_new(p->arena, kind, t->range);
}

struct node *build_file(struct parse *p, struct node_list *items)
{
	struct range all = { p->source->lo, p->source->lo + p->source->len };

	return build_list(p, N_FILE, all, items);
}

struct node *build_probe(struct parse *p, struct range r, const struct token *kw, struct node_list *points, struct node *body)
{
	struct node *n = build_list(p, N_PROBE, r, points);

	n->at = kw->range;
	n->kid[PROBE_BODY] = body;
	return n;
}

static void check_alias_name(struct parse *p, const struct node *point)
{
	struct diag *d;

	if (point->flags & (F_OPTIONAL | F_SUFFICIENT) || point->kid[POINT_COND]) {
		syntax_error(p, DIAG_ALIAS_NAME, point->range, "the name of an alias takes no '?', '!' or condition");
		return;
	}
	vec_each(i, &point->list) {
		const struct node *c = point->list.v[i];

		if (c->kind == N_COMPONENT && !c->kid[COMPONENT_ARG] && !(c->flags & F_EMPTY_ARGS) && !is_glob(c->name))
			continue;
		d = syntax_error(p, DIAG_ALIAS_NAME, c->range, "the name of an alias is made of plain words");
		diag_hint(d, "arguments, groups and wildcards belong to the right side of the '='");
	}
}

struct node *build_alias(struct parse *p, struct range r, struct node_list *names, enum op op,
			 struct node_list *points, struct node *body, struct node *epilogue)
{
	struct node *n = build_list(p, N_ALIAS, r, points);

	n->list2 = *names;
	n->op = op;
	n->at = names->v[0]->range;
	n->kid[ALIAS_BODY] = body;
	n->kid[ALIAS_EPILOGUE] = epilogue;
	vec_each(i, names)
		check_alias_name(p, names->v[i]);
	return n;
}

struct node *build_component(struct parse *p, struct range r, const struct token *name, struct node *arg, unsigned flags)
{
	struct node *n = node_new(p->arena, N_COMPONENT, r);

	n->at = name->range;
	n->name = name->name;
	n->kid[COMPONENT_ARG] = arg;
	n->flags = flags;
	return n;
}

struct node *build_function(struct parse *p, struct range r, const struct token *name, enum vtype type,
			    struct node_list *params, const struct token *priority, struct node *body)
{
	struct node *n = build_list(p, N_FUNCTION, r, params);

	n->at = name->range;
	n->name = name->name;
	n->vtype = type;
	n->kid[FUNCTION_BODY] = body;
	if (priority) {
		n->num = (int64_t)priority->num;
		n->flags |= F_PRIORITY;
	}
	if (is_print_name(n->name))
		syntax_error(p, DIAG_RESERVED_NAME, n->at, "'%s' is part of the language and cannot be defined", n->name);
	return n;
}

struct node *build_private(struct node *function, struct range r)
{
	function->flags |= F_PRIVATE;
	function->range = r;
	return function;
}

struct node *build_param(struct parse *p, struct range r, const struct token *name, enum vtype type)
{
	struct node *n = node_new(p->arena, N_PARAM, r);

	n->at = name->range;
	n->name = name->name;
	n->vtype = type;
	return n;
}

struct node *build_size(struct parse *p, struct range r, const struct token *number)
{
	struct node *n = node_new(p->arena, N_NUMBER, r);

	if (number) {
		n->num = (int64_t)number->num;
		if (!number->num || number->num > INT32_MAX)
			diag_hint(syntax_error(p, DIAG_ARRAY_SIZE, number->range, "an array cannot have %s elements", number->name),
				  "the number in [ ] is how many elements the array may hold");
	}
	return n;
}

struct node *build_global(struct parse *p, struct range r, const struct token *name, const struct token *wrap,
			  struct node *size, struct node *init)
{
	struct node *n = node_new(p->arena, N_GLOBAL, r);

	n->at = name->range;
	n->name = name->name;
	if (wrap)
		n->flags |= F_WRAP;
	if (size) {
		n->flags |= F_ARRAY_HINT;
		n->num = size->num;
	}
	n->kid[GLOBAL_INIT] = init;
	return n;
}

struct node *build_embedded(struct parse *p, const struct token *t)
{
	struct node *n = node_new(p->arena, N_EMBEDDED, t->range);
	const struct source *from = source_of(t->range.lo);

	n->at = (struct range){ t->range.lo, t->range.lo + 2 };
	n->str = t->str;
	n->len = t->len;
	if (p->kind == SYNTAX_SCRIPT && !p->syntax->env->guru && !(from && (from->guru || from->library)))
		diag_hint(syntax_error(p, DIAG_EMBEDDED_NEEDS_GURU, n->at, "embedded C is for guru mode only"),
			  "run sonde with -g, if this C code is to be trusted");
	return n;
}

enum vtype type_named(struct parse *p, const struct token *t)
{
	static const char *const integers[] = { "int", "char", "short", "unsigned", "ulong", "u64", "s64", "bool", "number" };
	struct diag *d;

	if (!strcmp(t->name, "long"))
		return VT_LONG;
	if (!strcmp(t->name, "string"))
		return VT_STRING;
	if (!strcmp(t->name, "unknown"))
		return VT_UNKNOWN;
	d = syntax_error(p, DIAG_UNKNOWN_TYPE, t->range, "unknown type '%s'", t->name);
	for (unsigned i = 0; i < ARRAY_SIZE(integers); i++) {
		if (!strcmp(t->name, integers[i])) {
			diag_hint(d, "numbers are 'long', whatever their size");
			return VT_UNKNOWN;
		}
	}
	diag_hint(d, "a type is 'long' or 'string', and may be left out");
	return VT_UNKNOWN;
}

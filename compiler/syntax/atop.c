// SPDX-License-Identifier: GPL-2.0-or-later
/* Building the nodes of @name(…) operators. */
#include "syntax/atop.h"

#include "base/intern.h"
#include "base/map.h"
#include "base/util.h"
#include "syntax/build.h"

enum { HARD, SOFT };

static const struct atop atops[] = {
#define ATOP(name, least, most, kind, form, soft) { name, least, most, N_##kind, form, soft },
#include "syntax/atop.def"
#undef ATOP
};

const struct atop *atop_find(const char *name)
{
	static struct map known;

	if (!known.n) {
		map_init(&known, arena_permanent());
		for (unsigned i = 0; i < ARRAY_SIZE(atops); i++)
			map_put(&known, intern(atops[i].name), (void *)&atops[i]);
	}
	return map_get(&known, name);
}

void atop_suggest(struct suggest *s)
{
	for (unsigned i = 0; i < ARRAY_SIZE(atops); i++)
		suggest_offer(s, atops[i].name);
}

static void need_string(struct parse *p, const struct atop *op, const struct node *x)
{
	if (x && x->kind != N_STRING)
		diag_hint(syntax_error(p, DIAG_AT_LITERAL, x->range, "@%s needs a string literal here", op->name),
			  "its form is %s", op->form);
}

/* -5 is one literal where only literals are allowed. */
static struct node *fold(struct parse *p, const struct atop *op, struct node *x)
{
	struct node *n = x;

	if (x->kind == N_UNARY && x->op == OP_NEG && x->kid[UNARY_X]->kind == N_NUMBER) {
		n = x->kid[UNARY_X];
		n->range = n->at = x->range;
		n->num = (int64_t)(0 - (uint64_t)n->num);
		n->str = intern_printf("-%s", n->str);
		n->len++;
	} else if (x->kind != N_NUMBER) {
		diag_hint(syntax_error(p, DIAG_AT_LITERAL, x->range, "@%s needs a number here", op->name),
			  "the buckets are laid out together with the script: %s takes literals only", op->form);
	}
	return n;
}

static struct node *rest(struct parse *p, struct node *n, struct node_list *args)
{
	for (unsigned i = 1; i < args->n; i++)
		vec_push(p->arena, &n->list, args->v[i]);
	n->kid[0] = args->v[0];
	return n;
}

static struct node *fill(struct parse *p, const struct atop *op, struct node *n, struct node_list *args)
{
	switch (op->kind) {
	case N_STAT:
		return rest(p, n, args);
	case N_HIST:
		rest(p, n, args);
		vec_each(i, &n->list)
			n->list.v[i] = fold(p, op, n->list.v[i]);
		return n;
	case N_CAST:
		n->kid[CAST_X] = args->v[0];
		n->kid[CAST_TYPE] = args->v[1];
		n->kid[CAST_MODULE] = args->n > 2 ? args->v[2] : NULL;
		need_string(p, op, n->kid[CAST_TYPE]);
		need_string(p, op, n->kid[CAST_MODULE]);
		return n;
	case N_ATVAR:
		need_string(p, op, args->v[0]);
		n->name = args->v[0]->kind == N_STRING ? intern_n(args->v[0]->str, args->v[0]->len) : intern("");
		n->kid[ATVAR_MODULE] = args->n > 1 ? args->v[1] : NULL;
		need_string(p, op, n->kid[ATVAR_MODULE]);
		return n;
	case N_DEFINED:
	case N_ENTRY:
		n->kid[0] = args->v[0];
		return n;
	default:
		n->list = *args;
		return n;
	}
}

struct node *build_at(struct parse *p, struct range r, const struct token *name, struct node_list *args)
{
	const struct atop *op = atop_find(name->name); /* pp.c lets no other through */
	struct node *n;
	struct diag *d;

	if (!op || args->n < op->least || args->n > op->most) {
		d = syntax_error(p, DIAG_AT_ARGUMENTS, name->range, "@%s with %u argument%s", name->name, args->n,
				 args->n == 1 ? "" : "s");
		if (op)
			diag_hint(d, "its form is %s", op->form);
		return build_named(p, N_IDENT, name);
	}
	n = node_new(p->arena, op->kind, r);
	n->at = name->range;
	n->name = op->kind == N_DEFINED || op->kind == N_ENTRY || op->kind == N_CAST ? NULL : name->name;
	return fill(p, op, n, args);
}

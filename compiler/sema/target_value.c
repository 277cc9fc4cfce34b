// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variables that a kind of probe itself provides: $value, $verdict. Numbers
 * are read by fetch programs (target.c asks here for their types). Strings,
 * and writing, are calls of intrinsics that no script can name; they are made
 * of the tree before names are resolved.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "sema/sema.h"

static const struct builtin text_get = { "hit_text", "s", "", 0 };
static const struct builtin text_set = { "hit_text_set", "s", "s", 0 };
static const struct builtin text_append = { "hit_text_append", "s", "s", 0 };
static const struct builtin number_set = { "hit_number_set", "l", "ll", 0 };

/* Where the kernel's types do not have the name, or there are none. */
static const struct type plain_number = { .kind = TYPE_INT, .name = "long", .size = 8, .is_signed = true };
static const struct type plain_string = { .kind = TYPE_INT, .name = "string", .size = 8 };

const struct target_value *target_value_find(const struct target_ctx *t, const char *name)
{
	if (t && t->values)
		for (const struct target_value *v = t->values; v->name; v++)
			if (!strcmp(v->name, name))
				return v;
	return NULL;
}

const struct type *target_value_type(const struct target_ctx *t, const struct target_value *v)
{
	const struct type *type = v->ctype && t->types ? types_parse(t->types, v->ctype) : NULL;

	return !v->ctype ? &plain_string : type ? type : &plain_number;
}

void target_value_hint(const struct target_ctx *t, struct diag *d)
{
	struct buf b;

	buf_init(&b);
	for (const struct target_value *v = t->values; v->name; v++)
		buf_printf(&b, " %s", v->name);
	diag_hint(d, "this kind of probe has:%s", b.s);
	buf_deinit(&b);
}

static const struct target_value *named(const struct target_ctx *t, const struct node *n)
{
	return n->kind == N_TARGET ? target_value_find(t, n->name) : NULL;
}

static struct node *call(struct sema *s, const struct node *at, const struct builtin *b, struct node *x, struct node *y)
{
	struct node *n = node_new(s->arena, N_CALL, at->range);

	n->at = at->range;
	n->name = intern(b->name);
	n->info = (void *)b;
	if (x)
		vec_push(s->arena, &n->list, x);
	if (y)
		vec_push(s->arena, &n->list, y);
	return n;
}

static bool refuse(const struct node *n, const char *name, const char *why, const char *hint)
{
	struct diag *d = diag(DIAG_VALUE_WRITE, n->range, "'%s' %s", name, why);

	if (hint)
		diag_hint(d, "%s", hint);
	return false;
}

static bool may_write(struct sema *s, const struct target_value *v, const struct node *left)
{
	if (v->access == VALUE_READ)
		return refuse(left, v->name, "can only be read here", NULL);
	if (v->access == VALUE_GURU && !s->guru)
		return refuse(left, v->name, "can be written to in guru mode only", "run sonde with -g");
	return true;
}

static bool assign(struct sema *s, struct node **np, const struct target_ctx *t, const struct target_value *v)
{
	struct node *n = *np, *left = n->kid[ASSIGN_L], *right, *slot;
	bool compound = n->flags & F_COMPOUND;

	if (!may_write(s, v, left) || !target_fold(s, &n->kid[ASSIGN_R], t))
		return false;
	right = n->kid[ASSIGN_R];
	if (n->op == OP_AGGREGATE)
		return refuse(n, v->name, "is no statistic", NULL);
	if (!v->ctype) {
		if (compound && n->op != OP_CONCAT)
			return refuse(n, v->name, "is a string", "strings take '=' and '.='");
		*np = call(s, n, compound ? &text_append : &text_set, right, NULL);
		return true;
	}
	if (compound) {
		struct node *b = node_new(s->arena, N_BINARY, n->range);

		b->op = n->op;
		b->at = n->at;
		b->kid[BINARY_L] = left;
		b->kid[BINARY_R] = right;
		right = b;
	}
	slot = node_new(s->arena, N_NUMBER, left->range);
	slot->num = v->slot;
	slot->vtype = VT_LONG;
	*np = call(s, n, &number_set, slot, right);
	return true;
}

bool target_value_fold(struct sema *s, struct node **np, const struct target_ctx *t, bool *ok)
{
	struct node *n = *np;
	const struct target_value *v;

	switch (n->kind) {
	case N_TARGET:
		v = named(t, n);
		if (!v || v->ctype)
			return false;
		*np = call(s, n, &text_get, NULL, NULL);
		return true;
	case N_ASSIGN:
		v = named(t, n->kid[ASSIGN_L]);
		if (!v)
			return false;
		*ok = assign(s, np, t, v);
		return true;
	case N_INCDEC:
		v = named(t, n->kid[INCDEC_X]);
		if (!v)
			return false;
		*ok = refuse(n, v->name, "does not take '++' and '--'", v->ctype ? "write: … += 1" : NULL);
		return true;
	case N_DEREF:
	case N_ADDRESS:
		v = named(t, target_base(n));
		if (!v || v->ctype)
			return false;
		diag(DIAG_TARGET_TYPE, n->range, "'%s' is a string: it has no address, and nothing in it has a name", v->name);
		*ok = false;
		return true;
	default:
		return false;
	}
}

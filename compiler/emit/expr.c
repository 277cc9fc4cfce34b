// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions: operators, variables, target variables. */
#include <stdlib.h>
#include <string.h>

#include "emit/cfn.h"
#include "sema/sema.h"

const char *emit_storage(struct cfn *fn, const struct symbol *v)
{
	if (v->global || v->type != VT_STRING || symbol_in_place(v))
		return v->cname;
	return cfn_text(fn, "f->%s", v->cname);
}

static const char *quoted(struct cfn *fn, const char *s, size_t n)
{
	struct buf b;
	const char *text;

	buf_init(&b);
	buf_quote(&b, s, n);
	text = cfn_text(fn, "%s", b.s);
	buf_deinit(&b);
	return text;
}

static const char *number(struct cfn *fn, int64_t v)
{
	if (v == INT64_MIN)
		return "(-9223372036854775807LL - 1)";
	return cfn_text(fn, v < 0 ? "(%lldLL)" : "%lldLL", (long long)v);
}

static const char *variable(struct cfn *fn, const struct symbol *v)
{
	const char *at = emit_storage(fn, v);

	if (v->type == VT_STRING)
		return symbol_in_place(v) ? at : cfn_text(fn, "sd_str_get(&%s)", at);
	if (v->global && v->lock == SHARE_ATOMIC)
		return cfn_text(fn, "__atomic_load_n(&%s, __ATOMIC_RELAXED)", at);
	return at;
}

/* Keeps a value that later lines might change. */
static const char *spill(struct cfn *fn, const struct node *n, const char *value)
{
	const char *t;

	if (n->kind == N_NUMBER || n->kind == N_STRING)
		return value;
	if (n->vtype == VT_STRING) {
		t = cfn_str(fn);
		cfn_line(fn, "%s = sd_str_copy(c, %s, SD_CAP, %s);", t, cfn_buf(fn), value);
	} else {
		t = cfn_int(fn);
		cfn_line(fn, "%s = %s;", t, value);
	}
	return t;
}

void emit_operands(struct cfn *fn, struct node **v, unsigned n, const char **out)
{
	for (unsigned i = 0; i < n; i++) {
		bool later = false;

		for (unsigned j = i + 1; j < n && !later; j++)
			later = node_has_effects(v[j]);
		out[i] = emit_expr(fn, v[i]);
		if (later)
			out[i] = spill(fn, v[i], out[i]);
	}
}

/* Lines that were written since `from`, taken out of the body again. */
static char *cut(struct cfn *fn, size_t from)
{
	char *text = arena_strndup(fn->e->arena, fn->body.s + from, fn->body.n - from);

	fn->body.n = from;
	fn->body.s[from] = '\0';
	return text;
}

static const char *and_or(struct cfn *fn, struct node *n)
{
	const char *l = emit_expr(fn, n->kid[BINARY_L]), *r, *t, *text;
	size_t mark;

	if (node_has_effects(n->kid[BINARY_R]))
		l = spill(fn, n->kid[BINARY_L], l);
	mark = fn->body.n;
	fn->indent++;
	r = emit_expr(fn, n->kid[BINARY_R]);
	fn->indent--;
	if (fn->body.n == mark)
		return cfn_text(fn, "(sd_int)(%s %s %s)", l, op_text(n->op), r);
	emit_forget(fn, NULL); /* what the right side looked up is looked up only at times */
	text = cut(fn, mark);
	t = cfn_int(fn);
	cfn_line(fn, "%s = !!(%s);", t, l);
	cfn_line(fn, "if (%s%s) {", n->op == OP_OROR ? "!" : "", t);
	buf_puts(&fn->body, text);
	cfn_line(fn, "\t%s = !!(%s);", t, r);
	cfn_line(fn, "}");
	return t;
}

static const char *ternary(struct cfn *fn, struct node *n)
{
	const char *cond = emit_expr(fn, n->kid[TERNARY_COND]);
	const char *t = n->vtype == VT_STRING ? cfn_str(fn) : cfn_int(fn), *v;

	cfn_line(fn, "if (%s) {", cond);
	fn->indent++;
	v = emit_expr(fn, n->kid[TERNARY_THEN]);
	cfn_line(fn, "%s = %s;", t, v);
	emit_forget(fn, NULL);
	fn->indent--;
	cfn_line(fn, "} else {");
	fn->indent++;
	v = emit_expr(fn, n->kid[TERNARY_ELSE]);
	cfn_line(fn, "%s = %s;", t, v);
	emit_forget(fn, NULL);
	fn->indent--;
	cfn_line(fn, "}");
	return t;
}

static const char *compare(struct cfn *fn, struct node *n)
{
	const char *v[2];

	emit_operands(fn, n->kid, 2, v);
	if (n->kid[BINARY_L]->vtype != VT_STRING)
		return cfn_text(fn, "(sd_int)(%s %s %s)", v[0], op_text(n->op), v[1]);
	if (n->op == OP_EQ || n->op == OP_NE)
		return cfn_text(fn, "(sd_int)%ssd_str_eq(%s, %s)", n->op == OP_NE ? "!" : "", v[0], v[1]);
	return cfn_text(fn, "(sd_int)(sd_str_cmp(%s, %s) %s 0)", v[0], v[1], op_text(n->op));
}

static const char *divide(struct cfn *fn, const struct node *at, enum op op, const char *l, const char *r, const struct node *right)
{
	const char *t;

	if (right->kind == N_NUMBER && right->num != 0 && right->num != -1)
		return cfn_text(fn, "(%s %s %s)", l, op_text(op), r);
	t = cfn_int(fn);
	cfn_line(fn, "%s = %s(c, %s, %s, %s);", t, op == OP_DIV ? "sd_div" : "sd_mod", l, r, cfn_site(fn, at));
	cfn_check(fn);
	return t;
}

static const char *concat(struct cfn *fn, const char *l, const char *r)
{
	const char *t = cfn_str(fn);

	cfn_line(fn, "%s = sd_concat(c, %s, SD_CAP, %s, %s);", t, cfn_buf(fn), l, r);
	return t;
}

/* A binary operator over operands that are at hand. */
const char *emit_combine(struct cfn *fn, const struct node *at, enum op op, const char *l, const char *r, const struct node *right)
{
	switch (op) {
	case OP_CONCAT:
		return concat(fn, l, r);
	case OP_DIV:
	case OP_MOD:
		return divide(fn, at, op, l, r, right);
	case OP_SHL:
		return cfn_text(fn, "sd_shl(%s, %s)", l, r);
	case OP_SHR:
		return cfn_text(fn, "sd_shr(%s, %s)", l, r);
	case OP_USHR:
		return cfn_text(fn, "sd_ushr(%s, %s)", l, r);
	default:
		return cfn_text(fn, "(%s %s %s)", l, op_text(op), r);
	}
}

static const char *binary(struct cfn *fn, struct node *n)
{
	const char *v[2];

	switch (n->op) {
	case OP_ANDAND:
	case OP_OROR:
		return and_or(fn, n);
	case OP_LT: case OP_LE: case OP_GT: case OP_GE: case OP_EQ: case OP_NE:
		return compare(fn, n);
	default:
		emit_operands(fn, n->kid, 2, v);
		return emit_combine(fn, n, n->op, v[0], v[1], n->kid[BINARY_R]);
	}
}

static const char *unary(struct cfn *fn, struct node *n)
{
	const char *v = emit_expr(fn, n->kid[UNARY_X]);

	switch (n->op) {
	case OP_NEG:
		return cfn_text(fn, "(-(%s))", v);
	case OP_NOT:
		return cfn_text(fn, "(sd_int)!(%s)", v);
	case OP_BITNOT:
		return cfn_text(fn, "(~(%s))", v);
	default:
		return v;
	}
}

void emit_store(struct cfn *fn, const struct symbol *v, const char *value)
{
	const char *at = emit_storage(fn, v);

	if (v->type == VT_STRING)
		cfn_line(fn, "sd_str_set(c, &%s, %s);", at, value);
	else if (v->global && v->lock == SHARE_ATOMIC)
		cfn_line(fn, "__atomic_store_n(&%s, %s, __ATOMIC_RELAXED);", at, value);
	else
		cfn_line(fn, "%s = %s;", at, value);
}

/* += and -= on a global that is updated by one operation. NULL when it is not such a one. */
static const char *atomic_update(struct cfn *fn, const struct symbol *v, enum op op, const char *value, bool wanted, bool after)
{
	const char *t, *name = op == OP_ADD ? "add" : "sub";

	if (!v->global || (v->lock != SHARE_ATOMIC && v->lock != SHARE_GROUP) || (op != OP_ADD && op != OP_SUB))
		return NULL;
	if (!wanted) {
		cfn_line(fn, "__atomic_fetch_%s(&%s, %s, __ATOMIC_RELAXED);", name, v->cname, value);
		return "0";
	}
	t = cfn_int(fn);
	cfn_line(fn, after ? "%s = __atomic_%s_fetch(&%s, %s, __ATOMIC_RELAXED);" : "%s = __atomic_fetch_%s(&%s, %s, __ATOMIC_RELAXED);",
		 t, name, v->cname, value);
	return t;
}

static const char *assign_to(struct cfn *fn, struct node *n, bool wanted)
{
	const struct symbol *v = n->kid[ASSIGN_L]->sym;
	const char *value, *t;

	if (target_is(n->kid[ASSIGN_L]))
		return emit_target_assign(fn, n);
	if (n->kid[ASSIGN_L]->kind == N_INDEX)
		return emit_index_assign(fn, n, wanted);
	if (n->op == OP_AGGREGATE) {
		emit_stat_add(fn, n);
		return "0";
	}
	value = emit_expr(fn, n->kid[ASSIGN_R]);
	if (n->flags & F_COMPOUND) {
		t = atomic_update(fn, v, n->op, value, wanted, true);
		if (t)
			return t;
		value = emit_combine(fn, n, n->op, variable(fn, v), value, n->kid[ASSIGN_R]);
	}
	emit_store(fn, v, value);
	return wanted ? variable(fn, v) : "0";
}

static const char *incdec_of(struct cfn *fn, struct node *n, bool wanted)
{
	const struct symbol *v = n->kid[INCDEC_X]->sym;
	const char *t;

	if (target_is(n->kid[INCDEC_X]))
		return emit_target_incdec(fn, n);
	if (n->kid[INCDEC_X]->kind == N_INDEX)
		return emit_index_incdec(fn, n, wanted);
	t = atomic_update(fn, v, n->op, "1", wanted, n->flags & F_PREFIX);
	if (t)
		return t;
	if (!wanted) {
		emit_store(fn, v, cfn_text(fn, "%s %s 1", variable(fn, v), op_text(n->op)));
		return "0";
	}
	t = cfn_int(fn);
	if (n->flags & F_PREFIX) {
		cfn_line(fn, "%s = %s %s 1;", t, variable(fn, v), op_text(n->op));
		emit_store(fn, v, t);
	} else {
		cfn_line(fn, "%s = %s;", t, variable(fn, v));
		emit_store(fn, v, cfn_text(fn, "%s %s 1", t, op_text(n->op)));
	}
	return t;
}

static void note_effect(struct cfn *fn, const struct node *left)
{
	const struct symbol *v = target_is(left) ? NULL : lvalue_symbol(left);

	if (!v || v->global)
		cfn_effect(fn);
}

static const char *assign(struct cfn *fn, struct node *n, bool wanted)
{
	const char *v = assign_to(fn, n, wanted);

	note_effect(fn, n->kid[ASSIGN_L]);
	return v;
}

static const char *incdec(struct cfn *fn, struct node *n, bool wanted)
{
	const char *v = incdec_of(fn, n, wanted);

	note_effect(fn, n->kid[INCDEC_X]);
	return v;
}

static const char *value(struct cfn *fn, struct node *n, bool wanted)
{
	switch (n->kind) {
	case N_NUMBER:
		return number(fn, n->num);
	case N_STRING:
		return cfn_string(fn, quoted(fn, n->str, n->len));
	case N_IDENT:
		return variable(fn, n->sym);
	case N_UNARY:
		return unary(fn, n);
	case N_BINARY:
		return binary(fn, n);
	case N_ASSIGN:
		return assign(fn, n, wanted);
	case N_INCDEC:
		return incdec(fn, n, wanted);
	case N_TERNARY:
		return ternary(fn, n);
	case N_CALL:
		return emit_call(fn, n);
	case N_PRINT:
		return emit_print(fn, n);
	case N_REGEX:
		return emit_match(fn, n);
	case N_EMBEDDED:
		return emit_embedded(fn, n);
	case N_INDEX:
		return n->kid[INDEX_BASE]->kind == N_HIST ? emit_bucket(fn, n) : emit_index(fn, n);
	case N_IN:
		return emit_in(fn, n);
	case N_STAT:
		return emit_stat_value(fn, n);
	case N_TARGET: case N_ATVAR: case N_CAST: case N_DEREF: case N_ADDRESS: case N_ENTRY: case N_ATCALL:
		return emit_fetch(fn, n, n->info, n->vtype == VT_STRING);
	default:
		abort(); /* sema refuses every other kind */
	}
}

const char *emit_expr(struct cfn *fn, struct node *n)
{
	return value(fn, n, true);
}

void emit_effect(struct cfn *fn, struct node *n)
{
	const char *v;

	if (n->kind == N_ASSIGN || n->kind == N_INCDEC || n->kind == N_CALL || n->kind == N_PRINT) {
		v = value(fn, n, false);
		if (n->kind == N_CALL && v[0] == 's') /* an intrinsic used as a statement */
			cfn_line(fn, "(void)%s;", v);
	} else {
		v = value(fn, n, true);
	}
}

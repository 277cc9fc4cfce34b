// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions as text. Every operator gets parentheses, so that precedence can be read off. */
#include <inttypes.h>
#include <string.h>

#include "syntax/dump.h"

void dump_quoted(struct buf *out, const char *s, uint32_t len)
{
	buf_quote(out, s ? s : "", len);
}

void dump_list(struct buf *out, const struct node_list *list, unsigned from)
{
	for (unsigned i = from; i < list->n; i++) {
		if (i > from)
			buf_puts(out, ", ");
		dump_expr(out, list->v[i]);
	}
}

static void operand(struct buf *out, const struct node *n)
{
	bool atom = n->kind == N_NUMBER || n->kind == N_STRING || n->kind == N_IDENT || n->kind == N_CALL || n->kind == N_PRINT ||
		    n->kind == N_INDEX || n->kind == N_TARGET || n->kind == N_DEREF || n->kind == N_ATVAR || n->kind == N_CAST ||
		    n->kind == N_DEFINED || n->kind == N_ENTRY || n->kind == N_STAT || n->kind == N_HIST || n->kind == N_ATCALL ||
		    n->kind == N_EMBEDDED;

	if (!atom)
		buf_putc(out, '(');
	dump_expr(out, n);
	if (!atom)
		buf_putc(out, ')');
}

static void binary(struct buf *out, const struct node *n, const char *op, const char *tail)
{
	operand(out, n->kid[0]);
	buf_printf(out, " %s%s ", op, tail);
	operand(out, n->kid[1]);
}

static void keys_in(struct buf *out, const struct node *n)
{
	buf_putc(out, '[');
	dump_list(out, &n->list, 0);
	buf_puts(out, "] in ");
	dump_expr(out, n->kid[IN_ARRAY]);
}

static void suffix(struct buf *out, const struct node *n)
{
	if (n->kind == N_MEMBER) {
		buf_printf(out, "->%s", n->name);
	} else if (n->kind == N_PRETTY) {
		buf_puts(out, n->num > 1 ? "$$" : "$");
	} else {
		buf_putc(out, '[');
		dump_expr(out, n->kid[ELEMENT_INDEX]);
		buf_putc(out, ']');
	}
}

/* A name directly before '[' would be an array of the script. */
static void deref(struct buf *out, const struct node *n)
{
	const struct node *base = n->kid[DEREF_BASE];
	bool bare = base->kind == N_IDENT || base->kind == N_HIST || base->kind == N_DEREF;

	if (bare)
		buf_putc(out, '(');
	operand(out, base);
	if (bare)
		buf_putc(out, ')');
	for (unsigned i = 0; i < n->list.n; i++)
		suffix(out, n->list.v[i]);
}

static void at_operator(struct buf *out, const char *name, const struct node *first, const struct node_list *list)
{
	buf_printf(out, "@%s(", name);
	if (first) {
		dump_expr(out, first);
		if (list && list->n)
			buf_puts(out, ", ");
	}
	if (list)
		dump_list(out, list, 0);
	buf_putc(out, ')');
}

static void cast(struct buf *out, const struct node *n)
{
	buf_puts(out, "@cast(");
	for (unsigned i = 0; i < 3 && n->kid[i]; i++) {
		if (i)
			buf_puts(out, ", ");
		dump_expr(out, n->kid[i]);
	}
	buf_putc(out, ')');
}

static void incdec(struct buf *out, const struct node *n)
{
	const char *op = n->op == OP_ADD ? "++" : "--";

	if (n->flags & F_PREFIX)
		buf_puts(out, op);
	operand(out, n->kid[INCDEC_X]);
	if (!(n->flags & F_PREFIX))
		buf_puts(out, op);
}

static void prefix(struct buf *out, const char *op, const struct node *x)
{
	buf_puts(out, op);
	operand(out, x);
}

static void ternary(struct buf *out, const struct node *n)
{
	operand(out, n->kid[TERNARY_COND]);
	buf_puts(out, " ? ");
	operand(out, n->kid[TERNARY_THEN]);
	buf_puts(out, " : ");
	operand(out, n->kid[TERNARY_ELSE]);
}

static void call(struct buf *out, const struct node *n)
{
	buf_printf(out, "%s(", n->name);
	dump_list(out, &n->list, 0);
	buf_putc(out, ')');
}

static void atvar(struct buf *out, const struct node *n)
{
	buf_puts(out, "@var(");
	dump_quoted(out, n->name, (uint32_t)strlen(n->name));
	if (n->kid[ATVAR_MODULE]) {
		buf_puts(out, ", ");
		dump_expr(out, n->kid[ATVAR_MODULE]);
	}
	buf_putc(out, ')');
}

static void index_of(struct buf *out, const struct node *n)
{
	dump_expr(out, n->kid[INDEX_BASE]);
	buf_putc(out, '[');
	dump_list(out, &n->list, 0);
	buf_putc(out, ']');
}

void dump_expr(struct buf *out, const struct node *n)
{
	switch (n->kind) {
	case N_NUMBER:
		if (n->str)
			buf_put(out, n->str, n->len);
		else
			buf_printf(out, "%" PRId64, n->num);
		return;
	case N_STRING: dump_quoted(out, n->str, n->len); return;
	case N_IDENT: case N_TARGET: buf_puts(out, n->name); return;
	case N_STAR: buf_putc(out, '*'); return;
	case N_EMBEDDED:
		buf_puts(out, "%{");
		buf_put(out, n->str, n->len);
		buf_puts(out, "%}");
		return;
	case N_INDEX: index_of(out, n); return;
	case N_CALL: case N_PRINT: call(out, n); return;
	case N_UNARY: prefix(out, op_text(n->op), n->kid[UNARY_X]); return;
	case N_ADDRESS: prefix(out, "&", n->kid[ADDRESS_OF]); return;
	case N_BINARY: case N_REGEX: binary(out, n, op_text(n->op), ""); return;
	case N_ASSIGN: binary(out, n, op_text(n->op), n->flags & F_COMPOUND ? "=" : ""); return;
	case N_INCDEC: incdec(out, n); return;
	case N_TERNARY: ternary(out, n); return;
	case N_IN: keys_in(out, n); return;
	case N_ATVAR: atvar(out, n); return;
	case N_CAST: cast(out, n); return;
	case N_DEREF: deref(out, n); return;
	case N_MEMBER: case N_ELEMENT: case N_PRETTY: suffix(out, n); return;
	case N_DEFINED: at_operator(out, "defined", n->kid[0], NULL); return;
	case N_ENTRY: at_operator(out, "entry", n->kid[0], NULL); return;
	case N_STAT: case N_HIST: at_operator(out, n->name, n->kid[0], &n->list); return;
	case N_ATCALL: at_operator(out, n->name, NULL, &n->list); return;
	case N_FILE: case N_PROBE: case N_ALIAS: case N_POINT: case N_COMPONENT: case N_BRACE: case N_FUNCTION: case N_PARAM:
	case N_GLOBAL: case N_BLOCK: case N_NULLSTMT: case N_EXPRSTMT: case N_IF: case N_WHILE: case N_FOR: case N_FOREACH:
	case N_BREAK: case N_CONTINUE: case N_NEXT: case N_RETURN: case N_DELETE: case N_TRY: case N_COUNT:
		ast_dump_node(out, n);
		return;
	}
}

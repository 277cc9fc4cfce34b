// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree as a script that parses to the same tree: top level and statements. */
#include "syntax/dump.h"

#include <inttypes.h>

static void stmt(struct buf *out, const struct node *n, unsigned depth);

static void indent(struct buf *out, unsigned depth)
{
	while (depth--)
		buf_putc(out, '\t');
}

static void point(struct buf *out, const struct node *n);

static void component(struct buf *out, const struct node *n)
{
	if (n->kind == N_BRACE) {
		buf_putc(out, '{');
		for (unsigned i = 0; i < n->list.n; i++) {
			buf_puts(out, i ? ", " : "");
			point(out, n->list.v[i]);
		}
		buf_putc(out, '}');
		return;
	}
	buf_puts(out, n->name);
	if (n->kid[COMPONENT_ARG]) {
		buf_putc(out, '(');
		dump_expr(out, n->kid[COMPONENT_ARG]);
		buf_putc(out, ')');
	} else if (n->flags & F_EMPTY_ARGS) {
		buf_puts(out, "()");
	}
}

static void point(struct buf *out, const struct node *n)
{
	for (unsigned i = 0; i < n->list.n; i++) {
		if (i)
			buf_putc(out, '.');
		component(out, n->list.v[i]);
	}
	if (n->flags & F_OPTIONAL)
		buf_puts(out, " ?");
	if (n->flags & F_SUFFICIENT)
		buf_puts(out, " !");
	if (n->kid[POINT_COND]) {
		buf_puts(out, " if (");
		dump_expr(out, n->kid[POINT_COND]);
		buf_putc(out, ')');
	}
}

static void points(struct buf *out, const struct node_list *list)
{
	for (unsigned i = 0; i < list->n; i++) {
		if (i)
			buf_puts(out, ", ");
		point(out, list->v[i]);
	}
}

static void block(struct buf *out, const struct node *n, unsigned depth)
{
	buf_puts(out, "{\n");
	for (unsigned i = 0; i < n->list.n; i++) {
		indent(out, depth + 1);
		stmt(out, n->list.v[i], depth + 1);
		buf_putc(out, '\n');
	}
	indent(out, depth);
	buf_putc(out, '}');
}

/* What belongs to an if or a loop: a block on the same line, anything else on the next. */
static void inner(struct buf *out, const struct node *n, unsigned depth)
{
	if (n->kind == N_BLOCK) {
		buf_putc(out, ' ');
		block(out, n, depth);
		return;
	}
	buf_putc(out, '\n');
	indent(out, depth + 1);
	stmt(out, n, depth + 1);
}

static void condition(struct buf *out, const char *keyword, const struct node *cond)
{
	buf_printf(out, "%s (", keyword);
	dump_expr(out, cond);
	buf_putc(out, ')');
}

/* Does an else behind this statement belong to an if inside it? */
static bool takes_else(const struct node *n)
{
	switch (n->kind) {
	case N_IF: return !n->kid[IF_ELSE] || takes_else(n->kid[IF_ELSE]);
	case N_WHILE: return takes_else(n->kid[WHILE_BODY]);
	case N_FOR: return takes_else(n->kid[FOR_BODY]);
	case N_FOREACH: return takes_else(n->kid[FOREACH_BODY]);
	default: return false;
	}
}

static void if_stmt(struct buf *out, const struct node *n, unsigned depth)
{
	const struct node *yes = n->kid[IF_THEN], *no = n->kid[IF_ELSE];
	bool guard = no && takes_else(yes); /* cannot come from a script, but from a pass that made the tree */

	condition(out, "if", n->kid[IF_COND]);
	if (guard)
		buf_puts(out, " {");
	inner(out, yes, depth);
	if (guard)
		buf_puts(out, " }");
	if (!no)
		return;
	if (yes->kind == N_BLOCK) {
		buf_putc(out, ' ');
	} else {
		buf_putc(out, '\n');
		indent(out, depth);
	}
	buf_puts(out, "else");
	if (no->kind == N_IF) {
		buf_putc(out, ' ');
		if_stmt(out, no, depth);
	} else {
		inner(out, no, depth);
	}
}

static void for_stmt(struct buf *out, const struct node *n, unsigned depth)
{
	buf_puts(out, "for (");
	for (unsigned i = FOR_INIT; i <= FOR_STEP; i++) {
		if (i != FOR_INIT)
			buf_puts(out, n->kid[i] ? "; " : ";");
		if (n->kid[i])
			dump_expr(out, n->kid[i]);
	}
	buf_putc(out, ')');
	inner(out, n->kid[FOR_BODY], depth);
}

static void foreach_keys(struct buf *out, const struct node *n)
{
	bool many = n->list.n != 1;

	if (many)
		buf_putc(out, '[');
	for (unsigned i = 0; i < n->list.n; i++)
		buf_printf(out, "%s%s%s", i ? ", " : "", n->list.v[i]->name, n->num == (int64_t)i + 1 ? op_text(n->op) : "");
	if (many)
		buf_putc(out, ']');
}

static void foreach_stmt(struct buf *out, const struct node *n, unsigned depth)
{
	buf_puts(out, "foreach (");
	if (n->kid[FOREACH_VALUE])
		buf_printf(out, "%s = ", n->kid[FOREACH_VALUE]->name);
	foreach_keys(out, n);
	buf_puts(out, " in ");
	dump_expr(out, n->kid[FOREACH_ARRAY]);
	if (n->list2.n) {
		buf_putc(out, '[');
		dump_list(out, &n->list2, 0);
		buf_putc(out, ']');
	}
	if (n->num == -1 && n->name)
		buf_printf(out, " @%s", n->name);
	if (n->num == -1)
		buf_puts(out, op_text(n->op));
	if (n->kid[FOREACH_LIMIT]) {
		buf_puts(out, " limit ");
		dump_expr(out, n->kid[FOREACH_LIMIT]);
	}
	buf_putc(out, ')');
	inner(out, n->kid[FOREACH_BODY], depth);
}

static void try_stmt(struct buf *out, const struct node *n, unsigned depth)
{
	buf_puts(out, "try ");
	block(out, n->kid[TRY_BODY], depth);
	buf_puts(out, " catch ");
	if (n->kid[TRY_VAR])
		buf_printf(out, "(%s) ", n->kid[TRY_VAR]->name);
	block(out, n->kid[TRY_CATCH], depth);
}

static void stmt(struct buf *out, const struct node *n, unsigned depth)
{
	switch (n->kind) {
	case N_BLOCK: block(out, n, depth); return;
	case N_NULLSTMT: buf_putc(out, ';'); return;
	case N_EXPRSTMT:
		dump_expr(out, n->kid[EXPRSTMT_EXPR]);
		buf_putc(out, ';');
		return;
	case N_IF: if_stmt(out, n, depth); return;
	case N_WHILE:
		condition(out, "while", n->kid[WHILE_COND]);
		inner(out, n->kid[WHILE_BODY], depth);
		return;
	case N_FOR: for_stmt(out, n, depth); return;
	case N_FOREACH: foreach_stmt(out, n, depth); return;
	case N_BREAK: case N_CONTINUE: case N_NEXT: buf_printf(out, "%s;", node_kind_text(n->kind)); return;
	case N_RETURN: case N_DELETE:
		buf_puts(out, node_kind_text(n->kind));
		if (n->kid[0]) {
			buf_putc(out, ' ');
			dump_expr(out, n->kid[0]);
		}
		buf_putc(out, ';');
		return;
	case N_TRY: try_stmt(out, n, depth); return;
	default: dump_expr(out, n); return;
	}
}

static void function(struct buf *out, const struct node *n)
{
	buf_printf(out, "%sfunction %s", n->flags & F_PRIVATE ? "private " : "", n->name);
	if (n->vtype != VT_UNKNOWN)
		buf_printf(out, ":%s", vtype_text(n->vtype));
	buf_puts(out, " (");
	for (unsigned i = 0; i < n->list.n; i++) {
		buf_puts(out, i ? ", " : "");
		ast_dump_node(out, n->list.v[i]);
	}
	buf_putc(out, ')');
	if (n->flags & F_PRIORITY)
		buf_printf(out, ":%" PRId64, n->num);
	buf_putc(out, ' ');
	stmt(out, n->kid[FUNCTION_BODY], 0);
}

static void global(struct buf *out, const struct node *n)
{
	buf_printf(out, "%sglobal %s%s", n->flags & F_PRIVATE ? "private " : "", n->name, n->flags & F_WRAP ? "%" : "");
	if (n->num)
		buf_printf(out, "[%" PRId64 "]", n->num);
	else if (n->flags & F_ARRAY_HINT)
		buf_puts(out, "[]");
	if (n->kid[GLOBAL_INIT]) {
		buf_puts(out, " = ");
		dump_expr(out, n->kid[GLOBAL_INIT]);
	}
}

static void alias(struct buf *out, const struct node *n)
{
	buf_puts(out, "probe ");
	points(out, &n->list2);
	buf_printf(out, " %s ", op_text(n->op));
	points(out, &n->list);
	buf_putc(out, ' ');
	block(out, n->kid[ALIAS_BODY], 0);
	if (n->kid[ALIAS_EPILOGUE]) {
		buf_puts(out, ", ");
		block(out, n->kid[ALIAS_EPILOGUE], 0);
	}
}

void ast_dump_node(struct buf *out, const struct node *n)
{
	switch (n->kind) {
	case N_FILE: ast_dump(out, n); return;
	case N_PROBE:
		buf_puts(out, "probe ");
		points(out, &n->list);
		buf_putc(out, ' ');
		block(out, n->kid[PROBE_BODY], 0);
		return;
	case N_ALIAS: alias(out, n); return;
	case N_FUNCTION: function(out, n); return;
	case N_GLOBAL: global(out, n); return;
	case N_PARAM:
		buf_puts(out, n->name);
		if (n->vtype != VT_UNKNOWN)
			buf_printf(out, ":%s", vtype_text(n->vtype));
		return;
	case N_POINT: point(out, n); return;
	case N_COMPONENT: case N_BRACE: component(out, n); return;
	default: stmt(out, n, 0); return;
	}
}

void ast_dump(struct buf *out, const struct node *file)
{
	for (unsigned i = 0; i < file->list.n; i++) {
		ast_dump_node(out, file->list.v[i]);
		buf_putc(out, '\n');
	}
}

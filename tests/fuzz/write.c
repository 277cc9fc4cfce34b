// SPDX-License-Identifier: GPL-2.0-or-later
/* A program as a script, with as few parentheses as precedence allows, and here and there one pair too many. */
#include "program.h"

#include <string.h>

static const struct {
	const char *text;
	int level; /* how tightly it binds */
} ops[] = {
	[OP_MUL] = { "*", 12 }, [OP_DIV] = { "/", 12 }, [OP_MOD] = { "%", 12 }, [OP_ADD] = { "+", 11 }, [OP_SUB] = { "-", 11 },
	[OP_JOIN] = { ".", 10 }, [OP_SHL] = { "<<", 9 }, [OP_SHR] = { ">>", 9 }, [OP_USHR] = { ">>>", 9 },
	[OP_LT] = { "<", 8 }, [OP_LE] = { "<=", 8 }, [OP_GT] = { ">", 8 }, [OP_GE] = { ">=", 8 }, [OP_EQ] = { "==", 8 },
	[OP_NE] = { "!=", 8 }, [OP_AND] = { "&", 6 }, [OP_XOR] = { "^", 5 }, [OP_OR] = { "|", 4 }, [OP_ANDAND] = { "&&", 3 },
	[OP_OROR] = { "||", 2 }, [OP_NEG] = { "-", 13 }, [OP_PLUS] = { "+", 13 }, [OP_NOT] = { "!", 13 },
	[OP_COMPLEMENT] = { "~", 13 },
};

static const char *const library[] = {
	[F_STRLEN] = "strlen", [F_SUBSTR] = "substr", [F_STRINGAT] = "stringat", [F_ISINSTR] = "isinstr", [F_STRPOS] = "strpos",
	[F_STRTOL] = "strtol", [F_REPLACE] = "str_replace", [F_TEXT] = "text_str",
};

static void put_expr(struct text *o, const struct expr *e, int level);

static void put_quoted(struct text *o, const char *s, size_t n)
{
	text_print(o, "\"");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			text_print(o, "\\%c", c);
		else if (c == '\n')
			text_print(o, "\\n");
		else if (c < 32 || c > 126)
			text_print(o, "\\%03o", c);
		else
			text_print(o, "%c", c);
	}
	text_print(o, "\"");
}

static void put_number(struct text *o, int64_t v, unsigned style)
{
	if (style == 1)
		text_print(o, "0x%llx", (unsigned long long)v);
	else if (style == 2 && v >= 0)
		text_print(o, "0%llo", (unsigned long long)v);
	else if (v < 0)
		text_print(o, "-%llu", 0 - (unsigned long long)v);
	else
		text_print(o, "%lld", (long long)v);
}

static void put_list(struct text *o, struct expr *const *v, unsigned n, bool first)
{
	for (unsigned i = 0; i < n; i++) {
		text_print(o, "%s", i || !first ? ", " : "");
		put_expr(o, v[i], 0);
	}
	text_print(o, ")");
}

static void put_count(struct text *o, int v)
{
	if (v == STAR)
		text_print(o, "*");
	else if (v != NONE)
		text_print(o, "%d", v);
}

static void put_format(struct text *o, const struct expr *e)
{
	text_print(o, "%sprintf(\"", e->type == STR ? "s" : "");
	for (unsigned i = 0; i < e->ndirectives; i++) {
		const struct directive *d = &e->directive[i];

		text_print(o, "%s", d->before);
		if (!d->letter)
			continue;
		text_print(o, "%%%s", d->flags);
		put_count(o, d->width);
		if (d->precision != NONE)
			text_print(o, ".");
		put_count(o, d->precision);
		text_print(o, "%c", d->letter);
	}
	text_print(o, "%s\"", e->line ? "\\n" : "");
	put_list(o, e->kid, e->n, false);
}

static void put_print(struct text *o, const struct expr *e)
{
	text_print(o, "%sprint%s%s(", e->type == STR ? "s" : "", e->delimited ? "d" : "", e->line ? "ln" : "");
	if (e->delimited)
		put_quoted(o, e->value.s, e->value.n);
	put_list(o, e->kid, e->n, !e->delimited);
}

static void put_keys(struct text *o, const struct expr *e)
{
	for (unsigned i = 0; i < e->array->nkeys; i++) {
		text_print(o, "%s", i ? ", " : "[");
		if (e->stars & 1u << i)
			text_print(o, "*");
		else
			put_expr(o, e->kid[i], 0);
	}
	text_print(o, "%s", e->array->nkeys ? "]" : "");
}

static const char *const stats[] = {
	[STAT_COUNT] = "@count", [STAT_SUM] = "@sum", [STAT_MIN] = "@min", [STAT_MAX] = "@max", [STAT_AVG] = "@avg",
};

static void put_array(struct text *o, const struct expr *e)
{
	const struct array *a = e->array;
	const char *step = e->op == OP_ADD ? "++" : "--";

	switch (e->kind) {
	case E_IN:
		put_keys(o, e);
		text_print(o, " in %s", a->name);
		return;
	case E_STAT:
		text_print(o, "%s(%s", stats[e->op], a->name);
		put_keys(o, e);
		text_print(o, ")");
		return;
	case E_ELEM_STEP:
		text_print(o, "%s%s", e->prefix ? step : "", a->name);
		put_keys(o, e);
		text_print(o, "%s", e->prefix ? "" : step);
		return;
	default:
		text_print(o, "%s", a->name);
		put_keys(o, e);
		if (e->kind == E_ELEM)
			return;
		text_print(o, " %s ", e->kind == E_ELEM_ADD ? "<<<" : e->kind == E_ELEM_ASSIGN ? "=" : "");
		if (e->kind == E_ELEM_UPDATE)
			text_print(o, "%s= ", ops[e->op].text);
		put_expr(o, e->kid[a->nkeys], 0);
	}
}

static int level_of(const struct expr *e)
{
	switch (e->kind) {
	case E_BINARY: case E_UNARY: return ops[e->op].level;
	case E_ASSIGN: case E_UPDATE: return 0;
	case E_COND: return 1;
	case E_NUMBER: return e->value.i < 0 && e->style != 1 ? 13 : 14;
	case E_STEP: case E_ELEM_STEP: return e->prefix ? 13 : 14;
	case E_ELEM_ASSIGN: case E_ELEM_UPDATE: case E_ELEM_ADD: return 0;
	case E_IN: return -1; /* in parentheses, wherever it stands */
	case E_MATCH: return 8;
	case E_MATCHED: return 1;
	default: return 14;
	}
}

static void put_expr(struct text *o, const struct expr *e, int level)
{
	int own = level_of(e);
	bool parens = e->parens || own < level;

	if (parens)
		text_print(o, "(");
	switch (e->kind) {
	case E_NUMBER:
		put_number(o, e->value.i, e->style);
		break;
	case E_STRING:
		put_quoted(o, e->value.s, e->value.n);
		break;
	case E_VAR:
		text_print(o, "%s", e->var->name);
		break;
	case E_UNARY:
		text_print(o, "%s ", ops[e->op].text);
		put_expr(o, e->kid[0], own);
		break;
	case E_BINARY:
		put_expr(o, e->kid[0], own);
		text_print(o, " %s ", ops[e->op].text);
		put_expr(o, e->kid[1], own + 1);
		break;
	case E_ASSIGN:
	case E_UPDATE:
		text_print(o, "%s %s= ", e->var->name, e->kind == E_UPDATE ? ops[e->op].text : "");
		put_expr(o, e->kid[0], 0);
		break;
	case E_STEP:
		text_print(o, e->prefix ? "%s%s" : "%2$s%1$s", e->op == OP_ADD ? "++" : "--", e->var->name);
		break;
	case E_COND:
		put_expr(o, e->kid[0], 2);
		text_print(o, " ? ");
		put_expr(o, e->kid[1], 0);
		text_print(o, " : ");
		put_expr(o, e->kid[2], 1);
		break;
	case E_CALL:
		text_print(o, "%s(", e->callee->name);
		put_list(o, e->kid, e->n, true);
		break;
	case E_LIBRARY:
		text_print(o, "%s(", library[e->op]);
		put_list(o, e->kid, e->n, true);
		break;
	case E_PRINT:
		put_print(o, e);
		break;
	case E_FORMAT:
		put_format(o, e);
		break;
	case E_MATCH:
	case E_MATCHED:
		put_expr(o, e->kid[0], 9);
		text_print(o, " %s ", e->kind == E_MATCH && e->prefix ? "!~" : "=~");
		put_quoted(o, patterns[e->op], strlen(patterns[e->op]));
		if (e->kind == E_MATCH)
			break;
		text_print(o, " ? matched(%u) : ", e->group);
		put_expr(o, e->kid[1], 1);
		break;
	default:
		put_array(o, e);
		break;
	}
	if (parens)
		text_print(o, ")");
}

static void put_stmts(struct text *o, const struct stmt *s, int depth);

static void put_block(struct text *o, const struct stmt *s, int depth)
{
	text_print(o, "{\n");
	put_stmts(o, s, depth + 1);
	text_print(o, "%*s}\n", depth * 2, "");
}

static void put_foreach(struct text *o, const struct stmt *s, int depth)
{
	const struct array *a = s->array;
	const char *sign = s->down ? "-" : "+";

	text_print(o, "foreach (");
	if (s->var)
		text_print(o, "%s = ", s->var->name);
	for (unsigned i = 0; i < a->nkeys; i++)
		text_print(o, "%s%s%s", i ? ", " : "[", s->key[i]->name, s->by == (int)i ? sign : "");
	text_print(o, "] in %s", a->name);
	if (s->expr)
		put_keys(o, s->expr);
	if (s->by >= KEYS_MAX)
		text_print(o, "%s%s", s->by > KEYS_MAX ? stats[s->by - KEYS_MAX - 1] : "", sign);
	if (s->most) {
		text_print(o, " limit ");
		put_expr(o, s->most, 4);
	}
	text_print(o, ") ");
	put_block(o, s->body, depth);
}

static void put_stmt(struct text *o, const struct stmt *s, int depth)
{
	const char *counter = s->var ? s->var->name : "";

	text_print(o, "%*s", depth * 2, "");
	switch (s->kind) {
	case S_EXPR:
		put_expr(o, s->expr, 0);
		text_print(o, ";\n");
		break;
	case S_IF:
		text_print(o, "if (");
		put_expr(o, s->expr, 0);
		text_print(o, ") ");
		put_block(o, s->body, depth);
		if (s->other) {
			text_print(o, "%*selse ", depth * 2, "");
			put_block(o, s->other, depth);
		}
		break;
	case S_WHILE:
		text_print(o, "while (%s++ < %d", counter, s->limit);
		if (s->expr) {
			text_print(o, " && ");
			put_expr(o, s->expr, 4);
		}
		text_print(o, ") ");
		put_block(o, s->body, depth);
		break;
	case S_FOR:
		text_print(o, "for (%s = 0; %s < %d", counter, counter, s->limit);
		if (s->expr) {
			text_print(o, " && ");
			put_expr(o, s->expr, 4);
		}
		text_print(o, "; %s++) ", counter);
		put_block(o, s->body, depth);
		break;
	case S_BREAK:
		text_print(o, "break;\n");
		break;
	case S_CONTINUE:
		text_print(o, "continue;\n");
		break;
	case S_NEXT:
		text_print(o, "next;\n");
		break;
	case S_RETURN:
		text_print(o, "return%s", s->expr ? " " : "");
		if (s->expr)
			put_expr(o, s->expr, 0);
		text_print(o, ";\n");
		break;
	case S_TRY:
		text_print(o, "try ");
		put_block(o, s->body, depth);
		if (s->var)
			text_print(o, "%*scatch (%s) {\n", depth * 2, "", counter);
		else
			text_print(o, "%*scatch {\n", depth * 2, "");
		put_stmts(o, s->other, depth + 1);
		text_print(o, "%*s}\n", depth * 2, "");
		break;
	case S_FOREACH:
		put_foreach(o, s, depth);
		break;
	case S_CLEAR:
		text_print(o, "delete %s", s->array->name);
		if (s->expr)
			put_keys(o, s->expr);
		text_print(o, ";\n");
		break;
	case S_BLOCK:
		put_block(o, s->body, depth);
		break;
	case S_DELETE:
		text_print(o, "delete %s;\n", counter);
		break;
	case S_ERROR:
		text_print(o, "error(");
		put_expr(o, s->expr, 0);
		text_print(o, ");\n");
		break;
	}
}

static void put_stmts(struct text *o, const struct stmt *s, int depth)
{
	for (; s; s = s->next)
		put_stmt(o, s, depth);
}

static void put_function(struct text *o, const struct unit *u)
{
	static const char *const types[] = { "", ":long", ":string" };

	text_print(o, "function %s%s(", u->name, u->typed ? types[u->ret] : "");
	for (unsigned i = 0; i < u->nparams; i++)
		text_print(o, "%s%s%s", i ? ", " : "", u->var[i].name, u->typed ? types[u->var[i].type] : "");
	text_print(o, ")\n{\n");
	put_stmts(o, u->body, 1);
	text_print(o, "}\n");
	if (u->over)
		put_function(o, u->over);
}

/* What is used is found by following the calls. */
static void mark_stmts(struct stmt *s);

static void mark_unit(struct unit *u)
{
	if (u->used)
		return;
	u->used = true;
	mark_stmts(u->body);
	if (u->over)
		mark_unit(u->over);
}

static void mark_expr(struct expr *e)
{
	if (!e)
		return;
	if (e->kind == E_CALL)
		mark_unit(e->callee);
	for (unsigned i = 0; i < e->n; i++)
		mark_expr(e->kid[i]);
}

static void mark_stmts(struct stmt *s)
{
	for (; s; s = s->next) {
		mark_expr(s->expr);
		mark_expr(s->most);
		mark_stmts(s->body);
		mark_stmts(s->other);
	}
}

/* A declaration, and a handler that never runs to settle all types and to ask for all of a statistic. */
static void put_arrays(struct text *o, const struct program *p)
{
	for (unsigned i = 0; i < p->narrays; i++) {
		const struct array *a = &p->array[i];

		text_print(o, "global %s%s", a->name, a->wrap ? "%" : "");
		if (a->size)
			text_print(o, "[%u]", a->size);
		text_print(o, "\nprobe never { %s", a->name);
		for (unsigned k = 0; k < a->nkeys; k++)
			text_print(o, "%s%s", k ? ", " : "[", a->key[k] == STR ? "\"\"" : "0");
		text_print(o, "%s %s }\n", a->nkeys ? "]" : "", a->value == STATS ? "<<< 1" : a->value == STR ? "= \"\"" : "= 0");
	}
}

void program_write(struct text *o, struct program *p)
{
	for (unsigned i = 0; i < p->nprobes; i++)
		mark_unit(&p->probe[i]);
	text_print(o, "# program %llu\n", (unsigned long long)p->seed);
	for (unsigned i = 0; i < p->nglobals; i++) {
		const struct var *g = &p->global[i];

		text_print(o, "global %s = ", g->name);
		if (g->type == STR)
			put_quoted(o, g->init.s, g->init.n);
		else
			put_number(o, g->init.i, 0);
		text_print(o, "\n");
	}
	put_arrays(o, p);
	for (unsigned i = 0; i < p->nfuncs; i++)
		if (p->func[i].used)
			put_function(o, &p->func[i]);
	for (unsigned i = 0; i < p->nprobes; i++) {
		if (p->timers)
			text_print(o, "probe timer.us(50) {\n  if (turn != %u) next;\n  turn++;\n", p->number * 4 + i);
		else
			text_print(o, "probe begin {\n");
		put_stmts(o, p->probe[i].body, 1);
		text_print(o, "}\n");
	}
	if (p->shared) {
		text_print(o, "probe timer.s(1000) {\n");
		for (unsigned i = 0; i < p->nglobals; i++)
			text_print(o, "  %s%s;\n", p->global[i].name, p->global[i].type == STR ? " = \"\"" : "++");
		text_print(o, "}\n");
	}
	if (p->timers && p->nprobes < 4)
		text_print(o, "probe timer.us(50) { if (turn >= %u && turn < %u) turn = %u }\n", p->number * 4 + p->nprobes,
			   p->number * 4 + 4, p->number * 4 + 4);
}

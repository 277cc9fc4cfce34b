// SPDX-License-Identifier: GPL-2.0-or-later
/* Random expressions of a type. */
#include "build.h"

#include <stdarg.h>
#include <string.h>

/* ---- Chance ------------------------------------------------------------------ */

static uint64_t next_random(struct build *b)
{
	uint64_t z = b->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

unsigned below(struct build *b, unsigned n)
{
	return (unsigned)(next_random(b) >> 20) % n;
}

bool once_in(struct build *b, unsigned n)
{
	return below(b, n) == 0;
}

/* ---- Expressions ------------------------------------------------------------- */

static struct expr *expr(struct build *b, enum type t);

struct expr *new_expr(struct build *b, enum expr_kind kind, enum type t)
{
	struct expr *e = fuzz_alloc(sizeof(*e));

	e->kind = kind;
	e->type = t;
	e->id = ++b->p->nids;
	return e;
}

const struct drop *dropped(const struct build *b, unsigned id)
{
	for (unsigned i = 0; i < b->ndrop; i++)
		if (b->drop[i].id == id)
			return &b->drop[i];
	return NULL;
}

/* A node as it is, or what --drop makes of it: a literal, or one of its operands. */
static struct expr *simplified(struct build *b, struct expr *e)
{
	const struct drop *d = dropped(b, e->id);

	if (!d || e->type == VOID)
		return e;
	if (d->way && d->way <= e->n && e->kid[d->way - 1]->type == e->type)
		return e->kid[d->way - 1];
	e->kind = e->type == LONG ? E_NUMBER : E_STRING;
	e->value = (struct value){ d->way == 2, d->way == 2 ? "x" : "", d->way == 2 };
	e->n = 0;
	e->style = 0;
	return e;
}

struct expr *literal(struct build *b, enum type t)
{
	static const int64_t numbers[] = { 0, 1, 2, 3, 7, 10, 63, 64, 255, 1000, -1, -2, INT64_MAX, INT64_MIN, 0x7fffffff, 0x80000000,
					   INT64_MIN + 1, 0x123456789abcdef };
	static const char *const strings[] = { "", "a", "b", "ab", "abc", "x y", "0x1f", "-42", "077", "  12z", "100%", "\"q\"\\", "t\tn\n",
					       "\303\244", "\377\001", "The quick brown fox jumps over the lazy dog" };
	struct expr *e = new_expr(b, t == LONG ? E_NUMBER : E_STRING, t);

	if (t == LONG) {
		e->value.i = once_in(b, 8) ? (int64_t)next_random(b) : numbers[below(b, sizeof(numbers) / sizeof(numbers[0]))];
		e->value.s = "";
		e->style = (unsigned char)below(b, 5);
	} else {
		e->value.s = strings[below(b, sizeof(strings) / sizeof(strings[0]))];
		e->value.n = (unsigned)strlen(e->value.s);
	}
	return e;
}

static struct expr *number_literal(struct build *b, int64_t i)
{
	struct expr *e = new_expr(b, E_NUMBER, LONG);

	e->id = 0;
	e->value = (struct value){ i, "", 0 };
	return e;
}

struct var *variable(struct build *b, enum type t, bool writable)
{
	for (unsigned tries = 0; tries < 8; tries++) {
		bool global = below(b, 5) < 2;
		unsigned n = global ? b->p->nglobals : b->unit->nvars;
		struct var *v = n ? &(global ? b->p->global : b->unit->var)[below(b, n)] : NULL;

		if (v && v->type == t && !(writable && v->fixed))
			return v;
	}
	return NULL;
}

struct expr *read_var(struct build *b, struct var *v)
{
	struct expr *e = new_expr(b, E_VAR, v->type);

	e->var = v;
	return e;
}

static struct expr *leaf(struct build *b, enum type t)
{
	struct var *v = below(b, 3) ? variable(b, t, false) : NULL;

	return v ? read_var(b, v) : literal(b, t);
}

static struct expr *with(struct build *b, struct expr *e, unsigned n, ...)
{
	va_list ap;

	va_start(ap, n);
	for (unsigned i = 0; i < n; i++)
		e->kid[i] = expr(b, (enum type)va_arg(ap, int));
	va_end(ap);
	e->n = n;
	return e;
}

static struct expr *operation(struct build *b, enum op op, struct expr *l, struct expr *r)
{
	struct expr *e = new_expr(b, E_BINARY, op == OP_JOIN ? STR : LONG);

	e->op = op;
	e->kid[0] = l;
	e->kid[1] = r;
	e->n = 2;
	return e;
}

/* What is divided by is seldom 0. */
static struct expr *divisor(struct build *b)
{
	switch (below(b, 8)) {
	case 0: return expr(b, LONG);
	case 1: case 2: case 3: return operation(b, OP_OR, expr(b, LONG), number_literal(b, 1));
	default: return number_literal(b, (int64_t)below(b, 12) - 2 ? (int64_t)below(b, 12) + 1 : -1);
	}
}

static struct expr *binary(struct build *b)
{
	static const enum op ops[] = { OP_MUL, OP_DIV, OP_MOD, OP_ADD, OP_ADD, OP_SUB, OP_SHL, OP_SHR, OP_USHR, OP_AND, OP_XOR, OP_OR };
	enum op op = ops[below(b, sizeof(ops) / sizeof(ops[0]))];
	struct expr *l = expr(b, LONG);

	return operation(b, op, l, op == OP_DIV || op == OP_MOD ? divisor(b) : expr(b, LONG));
}

static struct expr *comparison(struct build *b)
{
	enum type t = below(b, 2) ? LONG : STR;
	struct expr *l = expr(b, t);

	return operation(b, (enum op)(OP_LT + below(b, 6)), l, expr(b, t));
}

struct expr *assignment(struct build *b, enum type t)
{
	static const enum op ops[] = { OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_AND, OP_OR, OP_XOR, OP_SHL, OP_SHR };
	struct var *v = variable(b, t, true);
	struct expr *e;
	unsigned how = below(b, 4);

	if (!v)
		return leaf(b, t);
	e = new_expr(b, how == 0 ? E_ASSIGN : how == 1 && t == LONG ? E_STEP : E_UPDATE, t);
	e->var = v;
	if (e->kind == E_STEP) {
		e->op = below(b, 2) ? OP_ADD : OP_SUB;
		e->prefix = below(b, 2);
		return e;
	}
	e->op = t == STR ? OP_JOIN : ops[below(b, sizeof(ops) / sizeof(ops[0]))];
	e->kid[0] = e->kind == E_UPDATE && (e->op == OP_DIV || e->op == OP_MOD) ? divisor(b) : expr(b, t);
	e->n = 1;
	return e;
}

static struct expr *choice(struct expr *e, struct expr *cond, struct expr *yes, struct expr *no)
{
	e->kid[0] = cond;
	e->kid[1] = yes;
	e->kid[2] = no;
	e->n = 3;
	return e;
}

/* Functions call with what is left of their depth, while something is. NULL when there is nothing to call. */
struct expr *call(struct build *b, enum type t)
{
	struct unit *u = b->p->nfuncs ? &b->p->func[below(b, b->p->nfuncs)] : NULL;
	struct expr *e, *depth;

	if (!u || u->ret != t || b->walks) /* which might change the array */
		return NULL;
	e = new_expr(b, E_CALL, t);
	e->callee = u;
	if (b->unit->probe)
		depth = number_literal(b, below(b, 4));
	else
		depth = operation(b, OP_SUB, read_var(b, &b->unit->var[0]), number_literal(b, 1));
	depth->id = 0; /* stays: the program has to end */
	for (unsigned i = 0; i < depth->n; i++)
		depth->kid[i]->id = 0;
	e->kid[e->n++] = depth;
	for (unsigned i = 1; i < u->nparams; i++)
		e->kid[e->n++] = expr(b, u->var[i].type);
	return e;
}

static struct expr *guarded_call(struct build *b, enum type t)
{
	struct expr *e = call(b, t), *guard;

	if (!e)
		return leaf(b, t);
	if (b->unit->probe)
		return e;
	guard = operation(b, OP_GT, read_var(b, &b->unit->var[0]), number_literal(b, 0));
	guard->id = guard->kid[0]->id = 0;
	return choice(new_expr(b, E_COND, t), guard, e, leaf(b, t));
}

static struct expr *directives(struct build *b, enum type t)
{
	static const char letters[] = "ddiuxXopscb", *const before[] = { "", " ", "|", "<%%>", ", ", "=" };
	struct expr *e = new_expr(b, E_FORMAT, t);

	e->ndirectives = 1 + below(b, 4);
	e->line = t == VOID;
	for (unsigned i = 0; i < e->ndirectives; i++) {
		struct directive *d = &e->directive[i];
		unsigned nflags = 0;
		struct expr *v;

		strcpy(d->before, before[below(b, 6)]);
		d->letter = letters[below(b, sizeof(letters) - 1)];
		d->width = below(b, 3) ? NONE : (int)below(b, 24) + 1;
		d->precision = below(b, 4) ? NONE : (int)below(b, 25);
		if (d->letter == 'b') {
			d->width = (int[]){ NONE, 1, 2, 4, 8 }[below(b, 5)];
		} else {
			const char *allowed = strchr("sp", d->letter) ? "-" : d->letter == 'c' ? "-#" : strchr("di", d->letter) ? "-+ 0" :
					      d->letter == 'u' ? "-0" : "-0#";

			for (const char *f = allowed; *f; f++)
				if (once_in(b, 3))
					d->flags[nflags++] = *f;
			if (d->width != NONE && once_in(b, 3))
				d->width = STAR;
			if (d->precision != NONE && once_in(b, 3))
				d->precision = STAR;
		}
		if (strchr("cpb", d->letter))
			d->precision = NONE;
		/* Widths from -8 to 15, precisions from -2 to 29. */
		if (d->width == STAR)
			e->kid[e->n++] = number_literal(b, (int64_t)below(b, 24) - 8);
		if (d->precision == STAR)
			e->kid[e->n++] = number_literal(b, (int64_t)below(b, 32) - 2);
		v = expr(b, d->letter == 's' ? STR : LONG);
		/* A string has no NUL in it. */
		if (d->letter == 'c' && t == STR)
			v = operation(b, OP_OR, operation(b, OP_AND, v, number_literal(b, 0x7f)), number_literal(b, 0x20));
		else if (d->letter == 'b' && t == STR)
			v = operation(b, OP_OR, v, number_literal(b, 0x4141414141414141));
		if (strchr("cb", d->letter) && t == STR)
			v->id = v->kid[0]->id = 0;
		e->kid[e->n++] = v;
	}
	return e;
}

struct expr *print(struct build *b, enum type t)
{
	static const char *const delimiters[] = { "", ",", "%", "%d", "::" };
	struct expr *e;

	if (below(b, 2))
		return directives(b, t);
	e = new_expr(b, E_PRINT, t);
	e->line = t == VOID || once_in(b, 4);
	e->delimited = below(b, 2);
	e->value.s = delimiters[below(b, 5)];
	e->value.n = (unsigned)strlen(e->value.s);
	e->n = 1 + below(b, 3);
	for (unsigned i = 0; i < e->n; i++)
		e->kid[i] = expr(b, below(b, 2) ? LONG : STR);
	return e;
}

static struct expr *library(struct build *b, enum type t)
{
	static const enum library numbers[] = { F_STRLEN, F_STRINGAT, F_ISINSTR, F_STRPOS, F_STRTOL };
	static const enum library strings[] = { F_SUBSTR, F_SUBSTR, F_REPLACE, F_TEXT };
	static const int bases[] = { 0, 0, 2, 8, 10, 10, 16, 16, 36, 1 };
	struct expr *e = new_expr(b, E_LIBRARY, t);

	e->op = t == LONG ? numbers[below(b, 5)] : strings[below(b, 4)];
	switch ((enum library)e->op) {
	case F_STRLEN: case F_TEXT:
		return with(b, e, 1, STR);
	case F_ISINSTR: case F_STRPOS:
		return with(b, e, 2, STR, STR);
	case F_REPLACE:
		return with(b, e, 3, STR, STR, STR);
	case F_SUBSTR:
		e->kid[0] = expr(b, STR);
		for (unsigned i = 1; i < 3; i++)
			e->kid[i] = once_in(b, 4) ? expr(b, LONG) : number_literal(b, (int64_t)below(b, 12) - (i == 1 && once_in(b, 6)));
		e->n = 3;
		return e;
	default:
		e->kid[0] = expr(b, STR);
		e->kid[1] = e->op == F_STRTOL ? number_literal(b, bases[below(b, 10)])
			    : once_in(b, 8) ? expr(b, LONG) : number_literal(b, below(b, 6));
		e->n = 2;
		return e;
	}
}

static struct expr *made(struct build *b, enum type t)
{
	struct expr *cond = NULL;

	if (once_in(b, 8))
		return match(b, t);
	if (b->p->narrays && once_in(b, 4))
		cond = once_in(b, 3) ? array_change(b, t) : array_value(b, t);
	if (cond)
		return cond;
	switch (below(b, t == LONG ? 14 : 10)) {
	case 0: return leaf(b, t);
	case 1:
		cond = expr(b, LONG);
		return choice(new_expr(b, E_COND, t), cond, expr(b, t), expr(b, t));
	case 2: case 3: return assignment(b, t);
	case 4: case 5: return guarded_call(b, t);
	case 6: case 7: return t == LONG || once_in(b, 2) ? library(b, t) : print(b, t);
	case 8: case 9:
		if (t == STR)
			return operation(b, OP_JOIN, expr(b, STR), expr(b, STR));
		return binary(b);
	case 10: return comparison(b);
	case 11:
		cond = new_expr(b, E_UNARY, LONG);
		cond->op = OP_NEG + below(b, 4);
		return with(b, cond, 1, LONG);
	case 12:
		cond = expr(b, LONG);
		return operation(b, below(b, 2) ? OP_ANDAND : OP_OROR, cond, expr(b, LONG));
	default: return binary(b);
	}
}

static struct expr *expr(struct build *b, enum type t)
{
	struct expr *e;

	if (b->depth == 0)
		return simplified(b, leaf(b, t));
	b->depth--;
	e = made(b, t);
	b->depth++;
	if (once_in(b, 12) && e->kind != E_CALL)
		e->parens = true;
	return simplified(b, e);
}

struct expr *expr_of(struct build *b, enum type t, unsigned depth)
{
	b->depth = depth;
	return expr(b, t);
}

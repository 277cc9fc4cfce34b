// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a program prints, by the book: operands from left to right, each once;
 * of "x op= y" first y, then x; numbers wrap at 64 bits; shift counts are
 * taken modulo 64; strings are cut at STRING_MAX.
 */
#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 6000, OUTPUT_MAX = 40000 };

struct value number(int64_t i)
{
	return (struct value){ i, "", 0 };
}

struct value string(const char *s, size_t n)
{
	char *copy = fuzz_alloc(STRING_MAX + 1);

	if (n > STRING_MAX)
		n = STRING_MAX;
	memcpy(copy, s, n);
	return (struct value){ 0, copy, (unsigned)n };
}

static struct value taken(struct text *t)
{
	struct value v = string(t->s ? t->s : "", t->n);

	free(t->s);
	return v;
}

void raise_error(struct run *r, const char *fmt, long long arg)
{
	char buf[64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(buf, sizeof(buf), fmt, arg);
#pragma GCC diagnostic pop
	r->way = ERROR;
	r->result = string(buf, strlen(buf));
}

struct value *place(struct run *r, struct frame *f, const struct var *v)
{
	return v->global ? &r->global[v->slot] : &f->var[v->slot];
}

static int compare(const struct expr *e, struct value a, struct value b)
{
	int c;

	if (e->kid[0]->type == LONG)
		return a.i < b.i ? -1 : a.i > b.i;
	c = memcmp(a.s, b.s, a.n < b.n ? a.n : b.n);
	return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

struct value arithmetic(struct run *r, unsigned op, int64_t x, int64_t y)
{
	uint64_t a = (uint64_t)x, b = (uint64_t)y;

	switch (op) {
	case OP_MUL: return number((int64_t)(a * b));
	case OP_ADD: return number((int64_t)(a + b));
	case OP_SUB: return number((int64_t)(a - b));
	case OP_AND: return number((int64_t)(a & b));
	case OP_OR: return number((int64_t)(a | b));
	case OP_XOR: return number((int64_t)(a ^ b));
	case OP_SHL: return number((int64_t)(a << (b & 63)));
	case OP_USHR: return number((int64_t)(a >> (b & 63)));
	case OP_SHR: return number(x >> (b & 63));
	case OP_DIV:
	case OP_MOD:
		if (!y)
			raise_error(r, "division by 0", 0);
		else if (y == -1)
			return number(op == OP_DIV ? (int64_t)(0 - a) : 0);
		else
			return number(op == OP_DIV ? x / y : x % y);
		return number(0);
	}
	abort();
}

struct value join(struct value a, struct value b)
{
	struct text t = { 0 };

	text_put(&t, a.s, a.n);
	text_put(&t, b.s, b.n);
	return taken(&t);
}

static struct value binary(struct run *r, struct frame *f, const struct expr *e)
{
	struct value a = eval(r, f, e->kid[0]), b;

	if (r->way)
		return a;
	if (e->op == OP_ANDAND && !a.i)
		return number(0);
	if (e->op == OP_OROR && a.i)
		return number(1);
	b = eval(r, f, e->kid[1]);
	if (r->way)
		return b;
	switch (e->op) {
	case OP_ANDAND: case OP_OROR: return number(b.i != 0);
	case OP_LT: return number(compare(e, a, b) < 0);
	case OP_LE: return number(compare(e, a, b) <= 0);
	case OP_GT: return number(compare(e, a, b) > 0);
	case OP_GE: return number(compare(e, a, b) >= 0);
	case OP_EQ: return number(compare(e, a, b) == 0);
	case OP_NE: return number(compare(e, a, b) != 0);
	case OP_JOIN: return join(a, b);
	}
	return arithmetic(r, e->op, a.i, b.i);
}

static int64_t find(struct value in, struct value what, unsigned from)
{
	for (unsigned i = from; i + what.n <= in.n; i++)
		if (!memcmp(in.s + i, what.s, what.n))
			return i;
	return -1;
}

static struct value replace(struct value in, struct value what, struct value by)
{
	struct text t = { 0 };
	unsigned at = 0;
	int64_t hit;

	while (what.n && (hit = find(in, what, at)) >= 0) {
		text_put(&t, in.s + at, (size_t)hit - at);
		text_put(&t, by.s, by.n);
		at = (unsigned)hit + what.n;
	}
	text_put(&t, in.s + at, in.n - at);
	return taken(&t);
}

static struct value escaped(struct value in)
{
	static const char from[] = "\a\b\t\n\v\f\r\"\\", names[] = "abtnvfr\"\\";
	struct text t = { 0 };

	for (unsigned i = 0; i < in.n; i++) {
		unsigned char c = (unsigned char)in.s[i];
		const char *at = c ? strchr(from, c) : NULL;
		char buf[8];

		if (at)
			sprintf(buf, "\\%c", names[at - from]);
		else if (c < 32 || c > 126)
			sprintf(buf, "\\%03o", c);
		else
			sprintf(buf, "%c", c);
		if (t.n + strlen(buf) > STRING_MAX)
			break;
		text_put(&t, buf, strlen(buf));
	}
	return taken(&t);
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

static struct value to_number(struct run *r, struct value v, int64_t base)
{
	const char *s = v.s, *end = v.s + v.n;
	uint64_t sum = 0;
	bool minus = false;

	if (base < 0 || base == 1 || base > 36) {
		raise_error(r, "value out of range: %lld", base);
		return number(0);
	}
	while (s < end && strchr(" \t\n\v\f\r", *s))
		s++;
	if (s < end && (*s == '-' || *s == '+'))
		minus = *s++ == '-';
	if ((base == 0 || base == 16) && end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digit(s[2]) < 16) {
		base = 16;
		s += 2;
	}
	if (!base)
		base = s < end && *s == '0' ? 8 : 10;
	while (s < end && digit(*s) < base)
		sum = sum * (uint64_t)base + (uint64_t)digit(*s++);
	return number((int64_t)(minus ? 0 - sum : sum));
}

static struct value library(struct run *r, struct frame *f, const struct expr *e)
{
	struct value v[3];

	for (unsigned i = 0; i < e->n; i++) {
		v[i] = eval(r, f, e->kid[i]);
		if (r->way)
			return v[i];
	}
	switch ((enum library)e->op) {
	case F_STRLEN:
		return number(v[0].n);
	case F_SUBSTR:
		if (v[1].i < 0 || v[1].i >= v[0].n || v[2].i <= 0)
			return string("", 0);
		return string(v[0].s + v[1].i, v[2].i < v[0].n - v[1].i ? (size_t)v[2].i : (size_t)(v[0].n - v[1].i));
	case F_STRINGAT:
		if (v[1].i < 0 || v[1].i > STRING_MAX) {
			raise_error(r, "value out of range: %lld", v[1].i);
			return number(0);
		}
		return number(v[1].i < v[0].n ? (unsigned char)v[0].s[v[1].i] : 0);
	case F_ISINSTR:
		return number(find(v[0], v[1], 0) >= 0);
	case F_STRPOS:
		return number(find(v[0], v[1], 0));
	case F_STRTOL:
		return to_number(r, v[0], v[1].i);
	case F_REPLACE:
		return replace(v[0], v[1], v[2]);
	case F_TEXT:
		return escaped(v[0]);
	}
	abort();
}

static void print_values(struct text *t, const struct expr *e, const struct value *v)
{
	for (unsigned i = 0; i < e->n; i++) {
		if (i && e->delimited)
			text_put(t, e->value.s, e->value.n);
		if (e->kid[i]->type == STR)
			text_put(t, v[i].s, v[i].n);
		else
			text_print(t, "%lld", (long long)v[i].i);
	}
}

static void print_format(struct text *t, const struct expr *e, const struct value *v)
{
	unsigned at = 0;

	for (unsigned i = 0; i < e->ndirectives; i++) {
		const struct directive *d = &e->directive[i];
		int width = d->width, precision = d->precision;

		/* "%%" stands for a percent sign. */
		for (const char *s = d->before; *s; s++) {
			text_put(t, s, 1);
			s += s[0] == '%';
		}
		if (!d->letter)
			continue;
		if (width == STAR)
			width = (int)v[at++].i;
		if (precision == STAR)
			precision = (int)v[at++].i;
		format_value(t, d, width, precision, v[at++]);
	}
}

static struct value print(struct run *r, struct frame *f, const struct expr *e)
{
	struct value v[KIDS_MAX];
	struct text t = { 0 };

	for (unsigned i = 0; i < e->n; i++) {
		v[i] = eval(r, f, e->kid[i]);
		if (r->way)
			return v[i];
	}
	if (e->kind == E_PRINT)
		print_values(&t, e, v);
	else
		print_format(&t, e, v);
	if (e->line)
		text_put(&t, "\n", 1);
	if (e->type == STR)
		return taken(&t);
	text_put(r->out, t.s ? t.s : "", t.n);
	free(t.s);
	if (r->out->n - r->printed_from > OUTPUT_MAX)
		r->way = TOO_LONG;
	return number(0);
}

static struct value call(struct run *r, struct unit *u, const struct value *args)
{
	struct frame f = { u, fuzz_alloc(sizeof(struct value) * VARS_MAX) };
	struct value none = number(0);

	for (unsigned i = 0; i < VARS_MAX; i++)
		f.var[i] = none;
	memcpy(f.var, args, sizeof(*args) * u->nparams);
	run_stmts(r, &f, u->body);
	if (r->way == NEXT) {
		r->way = ON;
		return u->over ? call(r, u->over, args) : none;
	}
	if (r->way == RETURN) {
		r->way = ON;
		return r->result;
	}
	return none;
}

struct value eval(struct run *r, struct frame *f, const struct expr *e)
{
	struct value v = number(0), args[KIDS_MAX], *at;

	if (++r->steps > STEPS_MAX)
		r->way = TOO_LONG;
	if (r->way)
		return v;
	switch (e->kind) {
	case E_NUMBER:
	case E_STRING:
		return e->value;
	case E_VAR:
		return *place(r, f, e->var);
	case E_UNARY:
		v = eval(r, f, e->kid[0]);
		return number(e->op == OP_NEG ? (int64_t)(0 - (uint64_t)v.i) : e->op == OP_NOT ? !v.i : e->op == OP_PLUS ? v.i : ~v.i);
	case E_BINARY:
		return binary(r, f, e);
	case E_ASSIGN:
	case E_UPDATE:
		v = eval(r, f, e->kid[0]);
		if (r->way)
			return v;
		at = place(r, f, e->var);
		if (e->kind == E_UPDATE)
			v = e->op == OP_JOIN ? join(*at, v) : arithmetic(r, e->op, at->i, v.i);
		if (!r->way)
			*at = v;
		return v;
	case E_STEP:
		at = place(r, f, e->var);
		v = *at;
		*at = arithmetic(r, e->op, v.i, 1);
		return e->prefix ? *at : v;
	case E_COND:
		v = eval(r, f, e->kid[0]);
		return r->way ? v : eval(r, f, e->kid[v.i ? 1 : 2]);
	case E_CALL:
		for (unsigned i = 0; i < e->n && !r->way; i++)
			args[i] = eval(r, f, e->kid[i]);
		return r->way ? v : call(r, e->callee, args);
	case E_LIBRARY:
		return library(r, f, e);
	case E_PRINT:
	case E_FORMAT:
		return print(r, f, e);
	case E_ELEM: case E_ELEM_ASSIGN: case E_ELEM_UPDATE: case E_ELEM_ADD: case E_ELEM_STEP: case E_IN: case E_STAT:
		return eval_array(r, f, e);
	case E_MATCH: case E_MATCHED:
		return eval_match(r, f, e);
	}
	abort();
}

/* Whether a loop goes on after its body. */
bool goes_on(struct run *r)
{
	if (r->way == CONTINUE)
		r->way = ON;
	if (r->way == BREAK) {
		r->way = ON;
		return false;
	}
	return !r->way;
}

static bool holds(struct run *r, struct frame *f, const struct expr *e)
{
	struct value v = e ? eval(r, f, e) : number(1);

	return !r->way && v.i;
}

static void loop(struct run *r, struct frame *f, const struct stmt *s)
{
	struct value *counter = place(r, f, s->var);

	if (s->kind == S_FOR)
		counter->i = 0;
	for (;;) {
		bool more = counter->i < s->limit;

		if (s->kind == S_WHILE)
			counter->i++;
		if (!more || !holds(r, f, s->expr))
			return;
		run_stmts(r, f, s->body);
		if (!goes_on(r))
			return;
		if (s->kind == S_FOR)
			counter->i++;
	}
}

static void stmt(struct run *r, struct frame *f, const struct stmt *s)
{
	struct value v;

	if (++r->steps > STEPS_MAX) {
		r->way = TOO_LONG;
		return;
	}
	switch (s->kind) {
	case S_EXPR:
		eval(r, f, s->expr);
		break;
	case S_IF:
		if (holds(r, f, s->expr))
			run_stmts(r, f, s->body);
		else if (!r->way)
			run_stmts(r, f, s->other);
		break;
	case S_WHILE:
	case S_FOR:
		loop(r, f, s);
		break;
	case S_BREAK:
		r->way = BREAK;
		break;
	case S_CONTINUE:
		r->way = CONTINUE;
		break;
	case S_NEXT:
		r->way = NEXT;
		break;
	case S_RETURN:
		v = s->expr ? eval(r, f, s->expr) : number(0);
		if (r->way)
			break;
		r->result = v;
		r->way = RETURN;
		break;
	case S_TRY:
		run_stmts(r, f, s->body);
		if (r->way != ERROR)
			break;
		r->way = ON;
		if (s->var)
			*place(r, f, s->var) = r->result;
		run_stmts(r, f, s->other);
		break;
	case S_FOREACH:
		run_foreach(r, f, s);
		break;
	case S_CLEAR:
		run_clear(r, f, s);
		break;
	case S_BLOCK:
		run_stmts(r, f, s->body);
		break;
	case S_DELETE:
		*place(r, f, s->var) = number(0);
		break;
	case S_ERROR:
		v = eval(r, f, s->expr);
		if (r->way)
			break;
		r->way = ERROR;
		r->result = string(v.s, v.n < ERROR_MAX ? v.n : ERROR_MAX);
		break;
	}
}

void run_stmts(struct run *r, struct frame *f, const struct stmt *s)
{
	for (; s && !r->way; s = s->next)
		stmt(r, f, s);
}

bool program_run(struct text *out, struct program *p)
{
	struct run r = { .p = p, .out = out, .printed_from = (unsigned)out->n };

	for (unsigned i = 0; i < p->nglobals; i++)
		r.global[i] = p->global[i].init;
	for (unsigned i = 0; i < p->narrays; i++)
		r.array[i] = fuzz_alloc(sizeof(*r.array[i]));
	for (unsigned i = 0; i < p->nprobes && r.way != TOO_LONG; i++) {
		struct value none = { 0 };

		r.way = ON;
		call(&r, &p->probe[i], &none);
	}
	return r.way != TOO_LONG;
}

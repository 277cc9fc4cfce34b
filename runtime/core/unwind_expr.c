// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DWARF expressions in tables of frames: how linkage tables and signal frames
 * say where things are. A few dozen steps at most, and none that needs more than
 * registers and memory.
 */
#include "unwind_read.h"

enum { STACK = 16, STEPS = 128 };

enum {
	OP_addr = 0x03, OP_deref = 0x06, OP_const1u = 0x08, OP_const1s, OP_const2u, OP_const2s, OP_const4u, OP_const4s, OP_const8u,
	OP_const8s, OP_constu, OP_consts, OP_dup, OP_drop, OP_over, OP_pick, OP_swap, OP_rot, OP_abs = 0x19, OP_and, OP_div, OP_minus,
	OP_mod, OP_mul, OP_neg, OP_not, OP_or, OP_plus, OP_plus_uconst, OP_shl, OP_shr, OP_shra, OP_xor, OP_bra, OP_eq, OP_ge, OP_gt,
	OP_le, OP_lt, OP_ne, OP_skip, OP_lit0, OP_breg0 = 0x70, OP_breg31 = 0x8f, OP_bregx = 0x92, OP_deref_size = 0x94, OP_nop = 0x96,
};

struct machine {
	struct sd_unwind *u;
	sd_uint v[STACK];
	unsigned int n;
	int bad;
};

static void push(struct machine *m, sd_uint v)
{
	if (m->n == STACK)
		m->bad = 1;
	else
		m->v[m->n++] = v;
}

static sd_uint pop(struct machine *m)
{
	if (!m->n) {
		m->bad = 1;
		return 0;
	}
	return m->v[--m->n];
}

static void pick(struct machine *m, unsigned int i)
{
	if (i < m->n)
		push(m, m->v[m->n - 1 - i]);
	else
		m->bad = 1;
}

static void load(struct machine *m, unsigned int bytes)
{
	sd_uint addr = pop(m), v = 0;

	if (!bytes || bytes > 8 || m->bad || m->u->read(m->u, addr, &v, bytes))
		m->bad = 1;
	push(m, v);
}

static void push_register(struct machine *m, sd_uint reg, sd_int offset)
{
	if (reg < SD_UNWIND_REGS)
		push(m, m->u->reg[reg] + (sd_uint)offset);
	else
		m->bad = 1;
}

static sd_uint two(unsigned int op, sd_uint a, sd_uint b, int *bad)
{
	sd_int x = (sd_int)a, y = (sd_int)b;

	switch (op) {
	case OP_and: return a & b;
	case OP_minus: return a - b;
	case OP_mul: return a * b;
	case OP_or: return a | b;
	case OP_plus: return a + b;
	case OP_shl: return b < 64 ? a << b : 0;
	case OP_shr: return b < 64 ? a >> b : 0;
	case OP_shra: return (sd_uint)(x >> (b < 64 ? b : 63));
	case OP_xor: return a ^ b;
	case OP_eq: return x == y;
	case OP_ge: return x >= y;
	case OP_gt: return x > y;
	case OP_le: return x <= y;
	case OP_lt: return x < y;
	case OP_ne: return x != y;
	}
	*bad = 1; /* divisions too, which no table has */
	return 0;
}

static void jump(struct bytes *code, const unsigned char *start, sd_int by)
{
	sd_int to = code->at - start + by;

	if (to < 0 || to > code->end - start)
		code->bad = 1;
	else
		code->at = start + to;
}

static void step(struct machine *m, struct bytes *code, const unsigned char *start)
{
	unsigned int op = get_u8(code);
	sd_uint a, b;
	sd_int n;

	if (op >= OP_lit0 && op < OP_lit0 + 32) {
		push(m, op - OP_lit0);
		return;
	}
	if (op >= OP_breg0 && op <= OP_breg31) {
		push_register(m, op - OP_breg0, get_sleb(code));
		return;
	}
	switch (op) {
	case OP_const1u: case OP_const2u: case OP_const4u: case OP_const8u:
		push(m, get_fixed(code, 1u << (op - OP_const1u) / 2));
		return;
	case OP_const1s: case OP_const2s: case OP_const4s: case OP_const8s:
		push(m, (sd_uint)get_signed(code, 1u << (op - OP_const1u) / 2));
		return;
	case OP_constu: push(m, get_uleb(code)); return;
	case OP_consts: push(m, (sd_uint)get_sleb(code)); return;
	case OP_deref: load(m, 8); return;
	case OP_deref_size: load(m, get_u8(code)); return;
	case OP_bregx:
		a = get_uleb(code);
		push_register(m, a, get_sleb(code));
		return;
	case OP_dup: pick(m, 0); return;
	case OP_over: pick(m, 1); return;
	case OP_pick: pick(m, get_u8(code)); return;
	case OP_drop: pop(m); return;
	case OP_swap:
		b = pop(m), a = pop(m);
		push(m, b), push(m, a);
		return;
	case OP_neg: push(m, -pop(m)); return;
	case OP_not: push(m, ~pop(m)); return;
	case OP_plus_uconst: push(m, pop(m) + get_uleb(code)); return;
	case OP_skip: jump(code, start, get_signed(code, 2)); return;
	case OP_bra:
		n = get_signed(code, 2);
		if (pop(m))
			jump(code, start, n);
		return;
	case OP_nop: return;
	}
	b = pop(m), a = pop(m);
	push(m, two(op, a, b, &m->bad));
}

int sd_unwind_expression(struct sd_unwind *u, struct bytes code, const sd_uint *first, sd_uint *value)
{
	const unsigned char *start = code.at;
	struct machine m = { .u = u };
	unsigned int steps;

	if (first)
		push(&m, *first);
	for (steps = 0; code.at != code.end; steps++) {
		if (steps == STEPS)
			return 0;
		step(&m, &code, start);
		if (m.bad || code.bad)
			return 0;
	}
	*value = pop(&m);
	return !m.bad && !code.bad;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Operators of locations: their names, and what they compute. */
#include "types/scope.h"

const char *loc_op_text(enum loc_op op)
{
	static const char *const names[LOC_OP_COUNT] = {
		[LOC_ADD] = "add", [LOC_SUB] = "sub", [LOC_MUL] = "mul", [LOC_DIV] = "div", [LOC_MOD] = "mod", [LOC_AND] = "and",
		[LOC_OR] = "or", [LOC_XOR] = "xor", [LOC_SHL] = "shl", [LOC_SHR] = "shr", [LOC_SHRA] = "shra", [LOC_EQ] = "eq",
		[LOC_NE] = "ne", [LOC_LT] = "lt", [LOC_LE] = "le", [LOC_GT] = "gt", [LOC_GE] = "ge", [LOC_NEG] = "neg",
		[LOC_NOT] = "not", [LOC_ABS] = "abs",
	};

	return names[op];
}

uint64_t loc_compute(enum loc_op op, uint64_t l, uint64_t r)
{
	int64_t a = (int64_t)l, b = (int64_t)r;

	switch (op) {
	case LOC_ADD:
		return l + r;
	case LOC_SUB:
		return l - r;
	case LOC_MUL:
		return l * r;
	case LOC_DIV:
		return !b ? 0 : b == -1 ? 0 - l : (uint64_t)(a / b);
	case LOC_MOD:
		return r ? l % r : 0;
	case LOC_AND:
		return l & r;
	case LOC_OR:
		return l | r;
	case LOC_XOR:
		return l ^ r;
	case LOC_SHL:
		return r < 64 ? l << r : 0;
	case LOC_SHR:
		return r < 64 ? l >> r : 0;
	case LOC_SHRA:
		return (uint64_t)(a >> (r < 64 ? r : 63));
	case LOC_EQ:
		return l == r;
	case LOC_NE:
		return l != r;
	case LOC_LT:
		return a < b;
	case LOC_LE:
		return a <= b;
	case LOC_GT:
		return a > b;
	case LOC_GE:
		return a >= b;
	case LOC_NEG:
		return 0 - l;
	case LOC_NOT:
		return ~l;
	case LOC_ABS:
		return a < 0 ? 0 - l : l;
	case LOC_OP_COUNT:
		break;
	}
	return 0;
}

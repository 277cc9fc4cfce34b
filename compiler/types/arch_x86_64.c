// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86_64: struct pt_regs as Linux lays it out (arch/x86/include/uapi/asm/ptrace.h)
 * and the System V calling convention, psABI section 3.2.3, as far as the
 * kernel uses it: it is built without SSE and x87, so a parameter of class SSE
 * or X87 has no place we could read.
 */
#include "types/arch_list.h"

#include <string.h>

#include "base/util.h"

/* clang-format off */
enum { R15 = 0, R14 = 8, R13 = 16, R12 = 24, RBP = 32, RBX = 40, R11 = 48, R10 = 56, R9 = 64, R8 = 72, RAX = 80,
       RCX = 88, RDX = 96, RSI = 104, RDI = 112, ORIG_RAX = 120, RIP = 128, CS = 136, EFLAGS = 144, RSP = 152, SS = 160 };
/* clang-format on */

static const unsigned param_regs[] = { RDI, RSI, RDX, RCX, R8, R9 };

/* OTHER: SSE or X87. One class for a whole parameter is enough where SSE does not occur. */
enum pass_class { NO_CLASS, INTEGER, OTHER, MEMORY };

static enum pass_class merge(enum pass_class a, enum pass_class b)
{
	return MAX(a, b);
}

/* Fields that are not aligned put the whole structure into memory. bit: where t starts in it. */
static enum pass_class classify(const struct type *t, uint64_t bit, unsigned depth)
{
	enum pass_class c = NO_CLASS;

	t = type_strip(t);
	if (depth > 16)
		return MEMORY;
	switch (t->kind) {
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_POINTER:
	case TYPE_ENUM:
		return t->size && bit % (MIN(t->size, 16) * 8) ? MEMORY : INTEGER;
	case TYPE_FLOAT:
		if (t->size && bit % (MIN(t->size, 16) * 8))
			return MEMORY;
		return t->size > 8 && bit + depth > 0 ? MEMORY : OTHER;
	case TYPE_ARRAY: /* all elements are alike: the first two show how they are aligned */
		for (uint32_t i = 0; i < MIN(t->nelems, 2); i++)
			c = merge(c, classify(type_target(t), bit + i * type_target(t)->size * 8,
					      depth + 1));
		return c;
	case TYPE_STRUCT:
	case TYPE_UNION:
		if (t->size > 16)
			return MEMORY;
		for (uint32_t i = 0; i < t->nmembers && c != MEMORY; i++) {
			const struct type_member *m = &t->members[i];
			const struct type *u = type_get(t->db, m->type_id);

			c = merge(c, m->bit_size ? INTEGER :
						   classify(u, bit + m->bit_offset, depth + 1));
		}
		return c;
	case TYPE_VOID:
	case TYPE_PROTO:
	case TYPE_FORWARD:
	case TYPE_TYPEDEF:
	case TYPE_CONST:
	case TYPE_VOLATILE:
	case TYPE_RESTRICT:
	case TYPE_TAG:
		break;
	}
	return NO_CLASS;
}

struct arguments { /* how far the registers and the stack are used up */
	unsigned nregs;
	unsigned stack; /* bytes above the stack pointer at entry, where the return address is */
};

static struct arch_place pass_on_stack(struct arguments *a, const struct type *t)
{
	bool aligned16 = t->size == 16 && (t->kind == TYPE_INT || t->kind == TYPE_FLOAT);
	struct arch_place p = { .kind = PLACE_STACK };

	if (aligned16) /* the argument area begins behind the return address, 16-byte aligned */
		a->stack = ((a->stack - 8 + 15) & ~15u) + 8;
	p.offset = a->stack;
	a->stack += (unsigned)(t->size + 7) & ~7u;
	return p;
}

static struct arch_place pass(struct arguments *a, const struct type *t)
{
	struct arch_place p = { .kind = PLACE_NONE };
	unsigned need;

	t = type_strip(t);
	switch (classify(t, 0, 0)) {
	case NO_CLASS:
		break;
	case OTHER:
		if (t->kind == TYPE_FLOAT && t->size > 8)
			pass_on_stack(a, t);
		break;
	case MEMORY:
		return pass_on_stack(a, t);
	case INTEGER:
		need = t->size > 8 ? 2 : 1;
		if (a->nregs + need > ARRAY_SIZE(param_regs))
			return pass_on_stack(a, t);
		p.kind = PLACE_REGISTER;
		p.offset = param_regs[a->nregs];
		if (need == 2) {
			p.pair = true;
			p.offset2 = param_regs[a->nregs + 1];
		}
		a->nregs += need;
		break;
	}
	return p;
}

static struct arch_place param(const struct type *proto, unsigned index)
{
	struct arguments a = { .stack = 8 };
	struct arch_place p = { .kind = PLACE_NONE };
	const struct type *ret = type_strip(type_target(proto));

	if (index >= proto->nmembers)
		return p;
	/* What is returned in memory takes a hidden first parameter, its address. */
	if ((ret->kind == TYPE_STRUCT || ret->kind == TYPE_UNION) && classify(ret, 0, 0) == MEMORY)
		a.nregs = 1;
	for (unsigned i = 0; i <= index; i++)
		p = pass(&a, type_get(proto->db, proto->members[i].type_id));
	return p;
}

static int param_reg(unsigned index)
{
	return index < ARRAY_SIZE(param_regs) ? (int)param_regs[index] : -1;
}

static int reg(const char *name)
{
	static const struct {
		const char *name, *kernel;
		int offset;
	} all[] = {
		{ "r15", "r15", R15 },
		{ "r14", "r14", R14 },
		{ "r13", "r13", R13 },
		{ "r12", "r12", R12 },
		{ "rbp", "bp", RBP },
		{ "rbx", "bx", RBX },
		{ "r11", "r11", R11 },
		{ "r10", "r10", R10 },
		{ "r9", "r9", R9 },
		{ "r8", "r8", R8 },
		{ "rax", "ax", RAX },
		{ "rcx", "cx", RCX },
		{ "rdx", "dx", RDX },
		{ "rsi", "si", RSI },
		{ "rdi", "di", RDI },
		{ "orig_rax", "orig_ax", ORIG_RAX },
		{ "rip", "ip", RIP },
		{ "cs", "cs", CS },
		{ "eflags", "flags", EFLAGS },
		{ "rflags", "flags", EFLAGS },
		{ "rsp", "sp", RSP },
		{ "ss", "ss", SS },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(name, all[i].name) || !strcmp(name, all[i].kernel))
			return all[i].offset;
	return -1;
}

/* psABI figure 3.36: DWARF register number mapping. */
static int dwarf_reg(unsigned n)
{
	static const int map[] = { RAX, RDX, RCX, RBX, RSI, RDI, RBP, RSP, R8,
				   R9,	R10, R11, R12, R13, R14, R15, RIP };

	return n < ARRAY_SIZE(map) ? map[n] : -1;
}

/* The instruction keeps where it was in RCX, so the fourth is in R10. */
static int syscall_reg(unsigned i)
{
	return i == 3 ? R10 : param_reg(i);
}

const struct arch arch_x86_64 = {
	.name = "x86_64",
	.sp_offset = RSP,
	.ip_offset = RIP,
	.ret_offset = RAX,
	.nparam_regs = ARRAY_SIZE(param_regs),
	.walks = true,
	.param_reg = param_reg,
	.syscalls = "__x64_sys_",
	.syscall_reg = syscall_reg,
	.param = param,
	.reg = reg,
	.dwarf_reg = dwarf_reg,
};

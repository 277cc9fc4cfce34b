// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * arm64: struct pt_regs as Linux lays it out (arch/arm64/include/asm/ptrace.h)
 * and the procedure call standard, AAPCS64 section 6.8, as far as the kernel
 * uses it: it is built with -mgeneral-regs-only, so what would travel in a
 * vector register has no place we could read, and vectors do not occur.
 */
#include "types/arch_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum { NREGS = 8, REG_BYTES = 8, SP = 31 * 8, PC = 32 * 8, PSTATE = 33 * 8, ORIG_X0 = 34 * 8, SYSCALLNO = 35 * 8 };
enum { DEPTH_MAX = 16 };

/*
 * The elements of a homogeneous floating-point aggregate: their number, and
 * their size in *size; -1 when t is none. A member of no size is passed over.
 */
static int float_elements(const struct type *t, uint64_t *size, unsigned depth)
{
	int n, total = 0;

	t = type_strip(t);
	if (depth > DEPTH_MAX)
		return -1;
	if (t->kind == TYPE_FLOAT) {
		if (*size && *size != t->size)
			return -1;
		*size = t->size;
		return 1;
	}
	if (t->kind == TYPE_ARRAY) {
		n = t->nelems ? float_elements(type_target(t), size, depth + 1) : 0;
		return n < 0 || t->nelems > 4 ? -1 : n * (int)t->nelems;
	}
	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
		return -1;
	for (uint32_t i = 0; i < t->nmembers; i++) {
		n = t->members[i].bit_size ? -1 :
					     float_elements(type_get(t->db, t->members[i].type_id), size, depth + 1);
		if (n < 0)
			return -1;
		total = t->kind == TYPE_UNION ? MAX(total, n) : total + n;
	}
	/* Gaps would be something else than elements. */
	return total > 4 || (uint64_t)total * *size != t->size ? -1 : total;
}

/* 16 for what is, or holds, something of 16 bytes that is aligned so; else at most 8, which is all that counts. */
static unsigned alignment(const struct type *t, unsigned depth)
{
	unsigned a = 8;

	t = type_strip(t);
	if (depth > DEPTH_MAX)
		return a;
	if (t->kind == TYPE_ARRAY)
		return t->nelems ? alignment(type_target(t), depth + 1) : a;
	if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) {
		for (uint32_t i = 0; i < t->nmembers; i++) {
			const struct type_member *m = &t->members[i];

			if (!m->bit_size && m->bit_offset % 128 == 0)
				a = MAX(a, alignment(type_get(t->db, m->type_id), depth + 1));
		}
		return t->size % 16 ? 8 : a; /* packed */
	}
	return (t->kind == TYPE_INT || t->kind == TYPE_FLOAT) && t->size == 16 ? 16 : a;
}

struct arguments { /* the standard's NGRN, NSRN and NSAA */
	unsigned nregs, nfloats, stack;
};

static struct arch_place pass_on_stack(struct arguments *a, const struct type *t, unsigned align)
{
	struct arch_place p = { .kind = PLACE_STACK };

	a->stack = (a->stack + align - 1) & ~(align - 1);
	p.offset = a->stack;
	a->stack += (unsigned)(t->size + 7) & ~7u;
	return p;
}

/* n elements in as many vector registers; never partly. */
static struct arch_place pass_floats(struct arguments *a, const struct type *t, unsigned n)
{
	struct arch_place p = { .kind = PLACE_NONE, .why = "in floating-point registers, which the kernel does not save" };

	if (a->nfloats + n <= NREGS) {
		a->nfloats += n;
		return p;
	}
	a->nfloats = NREGS;
	return pass_on_stack(a, t, alignment(t, 0));
}

static struct arch_place pass_in_registers(struct arguments *a, const struct type *t)
{
	struct arch_place p = { .kind = PLACE_REGISTER };
	unsigned need = t->size > 8 ? 2 : 1, align = alignment(t, 0);

	if (align == 16)
		a->nregs = (a->nregs + 1) & ~1u;
	if (a->nregs + need > NREGS) {
		a->nregs = NREGS;
		return pass_on_stack(a, t, align);
	}
	p.offset = a->nregs * REG_BYTES;
	if (need == 2) {
		p.pair = true;
		p.offset2 = (a->nregs + 1) * REG_BYTES;
	}
	a->nregs += need;
	return p;
}

/* What is larger than two registers is copied by the caller, and its address passed. */
static struct arch_place pass_address(struct arguments *a)
{
	struct arch_place p = { .kind = PLACE_REGISTER, .indirect = true };

	if (a->nregs < NREGS) {
		p.offset = a->nregs++ * REG_BYTES;
		return p;
	}
	p.kind = PLACE_STACK;
	p.offset = a->stack;
	a->stack += REG_BYTES;
	return p;
}

static struct arch_place pass(struct arguments *a, const struct type *t)
{
	static const struct arch_place nowhere = { .kind = PLACE_NONE };
	uint64_t size = 0;
	int n;

	t = type_strip(t);
	switch (t->kind) {
	case TYPE_FLOAT:
		return pass_floats(a, t, 1);
	case TYPE_STRUCT:
	case TYPE_UNION:
	case TYPE_ARRAY:
		if (!t->size) /* takes up nothing, in C */
			return nowhere;
		n = float_elements(t, &size, 0);
		if (n > 0)
			return pass_floats(a, t, (unsigned)n);
		return t->size > 16 ? pass_address(a) : pass_in_registers(a, t);
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_POINTER:
	case TYPE_ENUM:
		return pass_in_registers(a, t);
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
	return nowhere;
}

/* What is returned in memory takes no parameter's register: its address is in x8. */
static struct arch_place param(const struct type *proto, unsigned index)
{
	struct arch_place p = { .kind = PLACE_NONE };
	struct arguments a = { 0 };

	if (index >= proto->nmembers)
		return p;
	for (unsigned i = 0; i <= index; i++)
		p = pass(&a, type_get(proto->db, proto->members[i].type_id));
	return p;
}

/* x0 to x30, and their lower halves w0 to w30. */
static int numbered(const char *name)
{
	char *end;
	unsigned long n;

	if ((*name != 'x' && *name != 'w') || !isdigit((unsigned char)name[1]) || (name[1] == '0' && name[2]))
		return -1;
	n = strtoul(name + 1, &end, 10);
	return *end || n > 30 ? -1 : (int)(n * REG_BYTES);
}

static int param_reg(unsigned index)
{
	return index < NREGS ? (int)(8 * index) : -1;
}

static int reg(const char *name)
{
	static const struct {
		const char *name;
		int offset;
	} all[] = {
		{ "fp", 29 * 8 },     { "lr", 30 * 8 },	      { "sp", SP },
		{ "pc", PC },	      { "pstate", PSTATE },   { "orig_x0", ORIG_X0 },
		{ "syscallno", SYSCALLNO },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(name, all[i].name))
			return all[i].offset;
	return numbered(name);
}

/* DWARF for the Arm 64-bit Architecture, table 4.1: 0 to 30 are x0 to x30, 31 is SP, 32 PC. */
static int dwarf_reg(unsigned n)
{
	return n <= 32 ? (int)(n * REG_BYTES) : -1;
}

const struct arch arch_arm64 = {
	.name = "arm64",
	.sp_offset = SP,
	.ip_offset = PC,
	.ret_offset = 0,
	.nparam_regs = NREGS,
	.param_reg = param_reg,
	.syscalls = "__arm64_sys_",
	.syscall_reg = param_reg,
	.param = param,
	.reg = reg,
	.dwarf_reg = dwarf_reg,
};

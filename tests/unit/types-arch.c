// SPDX-License-Identifier: GPL-2.0-or-later
/* The calling conventions. What is expected was read off gcc's code for the same prototypes. */
#include "types-blob.h"

#include "types/arch.h"

static const struct arch *arch;
static struct blob b;
static uint32_t i32, i64, i128, flt, dbl, ldbl, ptr, pair, big, small, mixed, packed, empty, fl;
static uint32_t hfa3, half, wide, unions;

static void build(void)
{
	uint32_t two;

	blob_init(&b);
	i32 = type_int(&b, "int", 4, 1, 0, 32);
	i64 = type_int(&b, "long int", 8, 1, 0, 64);
	i128 = type_int(&b, "__int128", 16, 1, 0, 128);
	dbl = type(&b, K_FLOAT, "double", 0, 8);
	ldbl = type(&b, K_FLOAT, "long double", 0, 16);
	ptr = type(&b, K_PTR, "", 0, 0);
	pair = type(&b, K_STRUCT, "pair", 2, 16);
	member(&b, "a", i64, 0);
	member(&b, "b", i64, 64);
	big = type(&b, K_STRUCT, "big", 3, 24);
	member(&b, "a", i64, 0);
	member(&b, "b", i64, 64);
	member(&b, "c", i64, 128);
	small = type(&b, K_STRUCT, "small", 1, 4);
	member(&b, "v", i32, 0);
	mixed = type(&b, K_STRUCT, "mixed", 2, 12);
	member(&b, "l", i64, 0);
	member(&b, "i", i32, 64);
	packed = type(&b, K_STRUCT, "packed", 2, 12);
	member(&b, "i", i32, 0);
	member(&b, "l", i64, 32);
	empty = type(&b, K_STRUCT, "empty", 0, 0);
	fl = type(&b, K_STRUCT, "holds_double", 1, 8);
	member(&b, "d", dbl, 0);
	flt = type(&b, K_FLOAT, "float", 0, 4);
	hfa3 = type(&b, K_STRUCT, "three_doubles", 3, 24);
	member(&b, "a", dbl, 0);
	member(&b, "b", dbl, 64);
	member(&b, "c", dbl, 128);
	half = type(&b, K_STRUCT, "half_double", 2, 16);
	member(&b, "d", dbl, 0);
	member(&b, "l", i64, 64);
	wide = type(&b, K_STRUCT, "wide", 1, 16);
	member(&b, "v", i128, 0);
	two = type_array(&b, flt, 2);
	unions = type(&b, K_UNION, "floats", 2, 8);
	member(&b, "f", flt, 0);
	member(&b, "g", two, 0);
}

/* A function with these parameters (ended by 0) that returns ret; its id. */
static uint32_t proto(uint32_t ret, const uint32_t *params)
{
	uint32_t n = 0, id;

	while (params[n])
		n++;
	id = type(&b, K_PROTO, "", n, ret);
	for (uint32_t i = 0; i < n; i++)
		param(&b, "p", params[i]);
	return id;
}

#define PROTO(ret, ...) proto(ret, (const uint32_t[]){ __VA_ARGS__, 0 })

static const char *register_at(unsigned offset)
{
	static const char *const names[] = { "rdi", "rsi", "rdx", "rcx", "r8", "r9", "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7" };

	for (unsigned k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		if (arch->reg(names[k]) == (int)offset)
			return names[k];
	return "?";
}

/* "rdi:rsi stack+8 ..."; [x0] is where the address of the parameter is. */
static const char *places(const struct type *t)
{
	static char text[256];
	size_t n = 0;

	*text = '\0';
	for (unsigned i = 0; i < t->nmembers; i++) {
		struct arch_place p = arch->param(t, i);

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? " " : "", p.indirect ? "[" : "");
		if (p.kind == PLACE_STACK)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "stack+%u", p.offset);
		if (p.kind == PLACE_NONE)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", p.why ? "float" : "none");
		if (p.kind == PLACE_REGISTER)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", register_at(p.offset));
		if (p.kind == PLACE_REGISTER && p.pair)
			n += (size_t)snprintf(text + n, sizeof(text) - n, ":%s", register_at(p.offset2));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", p.indirect ? "]" : "");
	}
	return text;
}

static void arm64_registers(void)
{
	arch = arch_find("arm64");
	check("arm64", arch && arch == arch_find(arch_name("aarch64")));
	check("x0, w0, x30", arch->reg("x0") == 0 && arch->reg("w7") == 56 && arch->reg("x30") == 240);
	check("by their other names", arch->reg("fp") == 232 && arch->reg("lr") == 240);
	check("sp, pc, pstate", arch->reg("sp") == 248 && arch->sp_offset == 248 && arch->reg("pc") == 256 &&
					arch->ip_offset == 256 && arch->reg("pstate") == 264);
	check("a return value is in x0", arch->ret_offset == 0);
	check("no such arm64 register", arch->reg("x31") == -1 && arch->reg("x") == -1 && arch->reg("x00") == -1 &&
						 arch->reg("x1x") == -1 && arch->reg("rdi") == -1 && arch->reg("") == -1);
	check("arm64 dwarf numbers", arch->dwarf_reg(0) == 0 && arch->dwarf_reg(30) == 240 && arch->dwarf_reg(31) == 248 &&
					     arch->dwarf_reg(32) == 256 && arch->dwarf_reg(33) == -1 &&
					     arch->dwarf_reg(64) == -1);
}

static void arm64_params(struct type_db *db, const uint32_t *f, const uint32_t *g)
{
	check_text("arm64: eight registers, then the stack", places(type_get(db, g[0])),
		   "x0 x1 x2 x3 x4 x5 x6 x7 stack+0 stack+8");
	check_text("arm64: two registers", places(type_get(db, f[1])), "x0:x1 x2");
	check_text("arm64: more than 16 bytes by address", places(type_get(db, f[2])), "[x0] x1 [x2] x3");
	check_text("arm64: returned in memory", places(type_get(db, f[3])), "x0 x1");
	check_text("arm64: never split, nothing after it in a register", places(type_get(db, g[1])),
		   "x0 x1 x2 x3 x4 x5 x6 stack+0 stack+16");
	check_text("arm64: small, mixed, packed", places(type_get(db, f[5])), "x0 x1:x2 x3:x4 x5");
	check_text("arm64: floating point", places(type_get(db, g[2])), "x0 float x1 float x2 float float x3 x4:x5");
	check_text("arm64: __int128 begins at an even register", places(type_get(db, g[3])), "x0 x2:x3 x4");
	check_text("arm64: __int128 on the stack", places(type_get(db, g[4])),
		   "x0 x1 x2 x3 x4 x5 x6 stack+0 stack+16 stack+32");
	check_text("arm64: empty structure", places(type_get(db, f[9])), "none x0");
	check_text("arm64: floating point on the stack", places(type_get(db, g[5])),
		   "float float stack+0 stack+24 x0 stack+32");
	check_text("arm64: a structure that holds an __int128", places(type_get(db, g[6])), "x0 x2:x3 x4 x6:x7 stack+0");
	check_text("arm64: union of floats", places(type_get(db, g[7])), "x0 float x1");
	check_text("arm64: addresses on the stack", places(type_get(db, g[8])),
		   "x0 x1 x2 x3 x4 x5 x6 x7 [stack+0] stack+8 [stack+16]");
	check("arm64: no such parameter", arch->param(type_get(db, f[9]), 2).kind == PLACE_NONE);
}

int main(void)
{
	uint32_t f[16], g[16];
	struct type_db *db;

	arch = arch_find("x86_64");
	check("found", arch && !arch_find("vax"));
	check("rdi", arch->reg("rdi") == 112 && arch->reg("di") == 112);
	check("ax is where a return value is", arch->reg("rax") == 80 && arch->ret_offset == 80);
	check("ip, sp", arch->ip_offset == 128 && arch->sp_offset == 152 &&
				arch->reg("rsp") == 152 && arch->reg("ss") == 160);
	check("no such register", arch->reg("x0") == -1 && arch->reg("") == -1);
	check("dwarf numbers", arch->dwarf_reg(0) == 80 && arch->dwarf_reg(1) == 96 &&
				       arch->dwarf_reg(5) == 112 && arch->dwarf_reg(7) == 152 &&
				       arch->dwarf_reg(15) == 0 && arch->dwarf_reg(16) == 128 &&
				       arch->dwarf_reg(17) == -1);
	build();
	f[0] = PROTO(i32, i32, ptr, i64, i32, i32, ptr, i32, i64);
	f[1] = PROTO(i32, pair, i32);
	f[2] = PROTO(i32, big, i32, big, i32);
	f[3] = PROTO(big, i32, ptr);
	f[4] = PROTO(i32, i32, i32, i32, i32, i32, pair, i32);
	f[5] = PROTO(pair, small, mixed, packed, i32);
	f[6] = PROTO(i32, dbl, i32, fl, i32, ldbl, i32);
	f[7] = PROTO(i32, i128, i32);
	f[8] = PROTO(i32, i64, i64, i64, i64, i64, i128, i64, i64);
	f[9] = PROTO(i32, empty, i32);
	f[10] = PROTO(i32, i64, i64, i64, i64, i64, i64, i64, i128, i64);
	g[0] = PROTO(i32, i32, ptr, i64, i32, i32, ptr, i32, i64, i32, i64);
	g[1] = PROTO(i32, i32, i32, i32, i32, i32, i32, i32, pair, i32);
	g[2] = PROTO(i32, i32, dbl, i32, fl, i32, hfa3, ldbl, i32, half);
	g[3] = PROTO(i32, i32, i128, i32);
	g[4] = PROTO(i32, i64, i64, i64, i64, i64, i64, i64, i128, i64, i128);
	g[5] = PROTO(i32, hfa3, hfa3, hfa3, dbl, i32, fl);
	g[6] = PROTO(i32, i64, wide, i64, wide, wide);
	g[7] = PROTO(i32, i32, unions, i32);
	g[8] = PROTO(i32, i64, i64, i64, i64, i64, i64, i64, i64, big, i32, big);
	db = blob_open(&b, NULL);
	if (!db) {
		check("opens", false);
		return 1;
	}
	check_text("six registers, then the stack", places(type_get(db, f[0])),
		   "rdi rsi rdx rcx r8 r9 stack+8 stack+16");
	check_text("two registers", places(type_get(db, f[1])), "rdi:rsi rdx");
	check_text("more than 16 bytes", places(type_get(db, f[2])), "stack+8 rdi stack+32 rsi");
	check_text("returned in memory", places(type_get(db, f[3])), "rsi rdx");
	check_text("never split", places(type_get(db, f[4])), "rdi rsi rdx rcx r8 stack+8 r9");
	check_text("small, mixed, packed", places(type_get(db, f[5])), "rdi rsi:rdx stack+8 rcx");
	check_text("floating point", places(type_get(db, f[6])), "none rdi none rsi none rdx");
	check_text("__int128", places(type_get(db, f[7])), "rdi:rsi rdx");
	check_text("__int128 on the stack", places(type_get(db, f[8])),
		   "rdi rsi rdx rcx r8 stack+8 r9 stack+24");
	check_text("empty structure", places(type_get(db, f[9])), "none rdi");
	check_text("__int128 is aligned", places(type_get(db, f[10])),
		   "rdi rsi rdx rcx r8 r9 stack+8 stack+24 stack+40");
	check("no such parameter", arch->param(type_get(db, f[9]), 2).kind == PLACE_NONE);
	check("x86_64 has no other name", !strcmp(arch_name("x86_64"), "x86_64") && !strcmp(arch_name("amd64"), "x86_64"));
	arm64_registers();
	arm64_params(db, f, g);
	blob_deinit(&b);
	return failures != 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The x86_64 calling convention. What is expected was read off gcc's code for the same prototypes. */
#include "types-blob.h"

#include "types/arch.h"

static const struct arch *arch;
static struct blob b;
static uint32_t i32, i64, i128, dbl, ldbl, ptr, pair, big, small, mixed, packed, empty, fl;

static void build(void)
{
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

/* "rdi rsi stack+8 ..." */
static const char *places(const struct type *t)
{
	static const char *const names[] = { "rdi", "rsi", "rdx", "rcx", "r8", "r9" };
	static char text[256];
	size_t n = 0;

	*text = '\0';
	for (unsigned i = 0; i < t->nmembers; i++) {
		struct arch_place p = arch->param(t, i);

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", i ? " " : "");
		if (p.kind == PLACE_STACK)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "stack+%u", p.offset);
		if (p.kind == PLACE_NONE)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "none");
		if (p.kind != PLACE_REGISTER)
			continue;
		for (unsigned k = 0; k < 6; k++)
			if (arch->reg(names[k]) == (int)p.offset)
				n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", names[k]);
		for (unsigned k = 0; p.pair && k < 6; k++)
			if (arch->reg(names[k]) == (int)p.offset2)
				n += (size_t)snprintf(text + n, sizeof(text) - n, ":%s", names[k]);
	}
	return text;
}

int main(void)
{
	uint32_t f[16];
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
	blob_deinit(&b);
	return failures != 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Fetch programs, built by hand and run over made-up registers and memory; and their text, which is the key of a group. */
#include "run-check.h"

#include <string.h>

#include "base/arena.h"
#include "abi.h"
#include "sema/fetch.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

enum { BASE = 0x10000, SIZE = 256, AX = 10 * 8, DI = 14 * 8, SP = 19 * 8 };

static uint8_t memory[SIZE];    /* at BASE */
static uint64_t regs[21], saved[4];
static unsigned reads;

static bool read_memory(void *data, uint64_t addr, unsigned size, uint64_t *value)
{
	(void)data;
	reads++;
	*value = 0;
	if (addr < BASE || addr + size > BASE + SIZE)
		return false;
	memcpy(value, memory + (addr - BASE), size); /* little-endian, as the machines that are supported */
	return true;
}

static bool find_symbol(void *data, const char *name, const char *module, uint64_t *addr)
{
	(void)data;
	*addr = module ? BASE + 128 : BASE + 64;
	return !strcmp(name, "known");
}

static void put(unsigned at, uint64_t v, unsigned size)
{
	memcpy(memory + at, &v, size);
}

static struct fetch *program(const struct fetch_step *steps, unsigned n)
{
	struct fetch *f = arena_new(arena_permanent(), struct fetch);

	for (unsigned i = 0; i < n; i++)
		vec_push(arena_permanent(), &f->steps, steps[i]);
	return f;
}

static bool run(const struct fetch_step *steps, unsigned n, uint64_t *v)
{
	struct fetch_machine m = { .regs = regs, .retval = 0xffffffff80000001, .entry = saved, .read = read_memory,
				   .symbol = find_symbol };

	reads = 0;
	*v = 0xdeadbeef;
	return fetch_run(program(steps, n), &m, v);
}

/* What a program gives, or a failed check. */
#define GIVES(want, ...)                                                                                     \
	do {                                                                                                 \
		const struct fetch_step s_[] = { __VA_ARGS__ };                                              \
		uint64_t v_;                                                                                 \
		bool ok_ = run(s_, LEN(s_), &v_);                                                            \
		CHECK(ok_, "a read failed");                                                                 \
		CHECK(v_ == (uint64_t)(want), "got %#llx, wanted %#llx", (unsigned long long)v_,             \
		      (unsigned long long)(want));                                                           \
	} while (0)

#define FAILS(...)                                                      \
	do {                                                            \
		const struct fetch_step s_[] = { __VA_ARGS__ };         \
		uint64_t v_;                                            \
		CHECK(!run(s_, LEN(s_), &v_), "it should have failed"); \
	} while (0)

#define REG(r) { .kind = FETCH_REGISTER, .a = (r) }
#define ADD(n) { .kind = FETCH_ADD, .a = (n) }
#define LOAD(bytes, is_signed) { .kind = FETCH_LOAD, .a = (bytes), .b = (is_signed) }
#define EXTEND(bytes, is_signed) { .kind = FETCH_EXTEND, .a = (bytes), .b = (is_signed) }
#define BITS(n, from, is_signed) { .kind = FETCH_BITS, .a = (n), .b = (from), .sign = (is_signed) }

static void registers(void)
{
	regs[DI / 8] = 0x123456789abcdef0;
	regs[AX / 8] = 7;
	GIVES(0x123456789abcdef0, REG(DI));
	GIVES(7, REG(AX));
	GIVES(0x123456789abcdeff, REG(DI), ADD(15));
	GIVES(6, REG(AX), ADD(-1));
	CHECK(!reads, "a register is not read from memory");
}

/* What the calling convention leaves above a narrow parameter is anything. */
static void narrow_parameters(void)
{
	regs[DI / 8] = 0xaaaaaaaaffff80fe;
	GIVES(0xfe, REG(DI), EXTEND(1, false));
	GIVES(-2, REG(DI), EXTEND(1, true));
	GIVES(0x80fe, REG(DI), EXTEND(2, false));
	GIVES(-0x7f02, REG(DI), EXTEND(2, true));
	GIVES(0xffff80fe, REG(DI), EXTEND(4, false));
	GIVES(-0x7f02, REG(DI), EXTEND(4, true));
	GIVES(0xaaaaaaaaffff80fe, REG(DI), EXTEND(8, true));
	GIVES(0xaaaaaaaaffff80fe, REG(DI), EXTEND(8, false));
}

static void extremes(void)
{
	regs[DI / 8] = 0x7f;
	GIVES(0x7f, REG(DI), EXTEND(1, true));
	regs[DI / 8] = 0x80;
	GIVES(-128, REG(DI), EXTEND(1, true));
	regs[DI / 8] = 0x7fffffff;
	GIVES(0x7fffffff, REG(DI), EXTEND(4, true));
	regs[DI / 8] = 0x80000000;
	GIVES(INT32_MIN, REG(DI), EXTEND(4, true));
	GIVES(0x80000000, REG(DI), EXTEND(4, false));
}

static void loads(void)
{
	put(16, 0xf1e2d3c4b5a69788, 8);
	regs[DI / 8] = BASE;
	GIVES(0x88, REG(DI), ADD(16), LOAD(1, false));
	GIVES((int8_t)0x88, REG(DI), ADD(16), LOAD(1, true));
	GIVES(0x9788, REG(DI), ADD(16), LOAD(2, false));
	GIVES((int16_t)0x9788, REG(DI), ADD(16), LOAD(2, true));
	GIVES(0xb5a69788, REG(DI), ADD(16), LOAD(4, false));
	GIVES((int32_t)0xb5a69788, REG(DI), ADD(16), LOAD(4, true));
	GIVES(0xf1e2d3c4b5a69788, REG(DI), ADD(16), LOAD(8, true));
	CHECK(reads == 1, "%u reads for one load", reads);
}

/* $a->b->c: a pointer, at 8 in it a pointer, at -4 of that an int. */
static void chains(void)
{
	put(8, BASE + 100, 8);
	put(96, 0xfffffffe, 4);
	regs[DI / 8] = BASE;
	GIVES(-2, REG(DI), ADD(8), LOAD(8, false), ADD(-4), LOAD(4, true));
	CHECK(reads == 2, "%u reads for two loads", reads);
}

static void faults(void)
{
	regs[DI / 8] = 0;
	FAILS(REG(DI), LOAD(8, false));
	CHECK(reads == 1, "it went on after the fault");
	regs[DI / 8] = BASE + SIZE - 4;
	FAILS(REG(DI), LOAD(8, false));
	GIVES(0, REG(DI), LOAD(4, false));
	put(8, 0, 8);
	regs[DI / 8] = BASE;
	FAILS(REG(DI), ADD(8), LOAD(8, false), ADD(16), LOAD(8, false), ADD(24), LOAD(8, false));
	CHECK(reads == 2, "a fault in the middle must end the program: %u reads", reads);
}

/* The seventh parameter and those behind it. */
static void stack(void)
{
	put(32, 0x1111, 8);             /* the return address */
	put(40, 0xffffffff00000007, 8);
	put(48, BASE + 16, 8);
	put(16, 0x42, 8);
	regs[SP / 8] = BASE + 32;
	GIVES(0xffffffff00000007, REG(SP), ADD(8), LOAD(8, false));
	GIVES(7, REG(SP), ADD(8), LOAD(4, true));
	GIVES(0x42, REG(SP), ADD(16), LOAD(8, false), LOAD(8, false));
	regs[SP / 8] = 8;
	FAILS(REG(SP), ADD(8), LOAD(8, false));
}

static void bit_fields(void)
{
	/* ready:1 = 1, level:3 = 5, delta:5 = -3, wide:40 = 0xabcdef0123 */
	uint64_t v = 1 | 5 << 1 | (uint64_t)(-3 & 31) << 4 | 0xabcdef0123ULL << 9;

	put(64, v, 8);
	regs[DI / 8] = BASE + 64;
	GIVES(1, REG(DI), LOAD(1, false), BITS(1, 0, false));
	GIVES(5, REG(DI), LOAD(1, false), BITS(3, 1, false));
	GIVES(-3, REG(DI), LOAD(1, false), BITS(3, 1, true));
	GIVES(-3, REG(DI), LOAD(2, false), BITS(5, 4, true));
	GIVES(29, REG(DI), LOAD(2, false), BITS(5, 4, false));
	GIVES(0xabcdef0123, REG(DI), LOAD(8, false), BITS(40, 9, false));
	GIVES((int64_t)0xffffffabcdef0123, REG(DI), LOAD(8, false), BITS(40, 9, true));
	GIVES(-1, REG(DI), LOAD(1, false), BITS(1, 0, true));
	GIVES(v, REG(DI), LOAD(8, false), BITS(64, 0, true));
	GIVES(v >> 63, REG(DI), LOAD(8, false), BITS(1, 63, false));
}

static void returned(void)
{
	struct fetch_step ret = { .kind = FETCH_RETVAL };

	GIVES(0xffffffff80000001, ret);
	GIVES(INT32_MIN + 1, ret, EXTEND(4, true));
	GIVES(0x80000001, ret, EXTEND(4, false));
	GIVES(1, ret, EXTEND(1, true));
}

/* A return probe sees its parameters as they were at entry. */
static void entry_values(void)
{
	struct fetch_step first = { .kind = FETCH_ENTRY, .a = 0 }, third = { .kind = FETCH_ENTRY, .a = 2 };

	saved[0] = 11;
	saved[2] = BASE + 16;
	put(16, 0x99, 1);
	GIVES(11, first);
	GIVES(0x99, third, LOAD(1, false));
}

#define CONST(n) { .kind = FETCH_CONST, .a = (n) }
#define PUSH { .kind = FETCH_PUSH }
#define OP(op) { .kind = FETCH_BINARY, .a = (op) }
#define OP1(op) { .kind = FETCH_UNARY, .a = (op) }
#define SYMBOL(n, m, s) { .kind = FETCH_SYMBOL, .a = (n), .module = (m), .symbol = (s) }

/* Values that are put aside, and what is computed with them. */
static void stack_machine(void)
{
	regs[DI / 8] = BASE;
	regs[AX / 8] = 3;
	put(24, 0x1234, 8);
	GIVES(-5, CONST(-5));
	GIVES(BASE + 24, REG(DI), PUSH, REG(AX), PUSH, CONST(8), OP(LOC_MUL), OP(LOC_ADD));
	GIVES(0x1234, REG(DI), PUSH, REG(AX), PUSH, CONST(8), OP(LOC_MUL), OP(LOC_ADD), LOAD(8, false));
	GIVES(7, CONST(10), PUSH, REG(AX), OP(LOC_SUB));
	GIVES(-4, REG(AX), OP1(LOC_NOT));
	GIVES(3, REG(AX), OP1(LOC_NEG), OP1(LOC_ABS));
	GIVES(1, CONST(-1), PUSH, CONST(0), OP(LOC_LT));
	FAILS(OP(LOC_ADD));
}

static void symbols(void)
{
	put(64, 77, 4);
	put(132, 99, 4);
	GIVES(BASE + 64, SYMBOL(0, NULL, "known"));
	GIVES(77, SYMBOL(0, NULL, "known"), LOAD(4, true));
	GIVES(99, SYMBOL(4, "ext4", "known"), LOAD(4, true));
	FAILS(SYMBOL(0, NULL, "unknown"));
}

/* The C that is printed computes what the interpreter does. */
static void same_in_c(void)
{
	static const int64_t v[] = { 0, 1, -1, 2, 63, 64, 65, -64, INT64_MIN, INT64_MAX, 0x123456789LL };

	for (unsigned i = 0; i < LEN(v); i++)
		for (unsigned k = 0; k < LEN(v); k++) {
			uint64_t l = (uint64_t)v[i], r = (uint64_t)v[k];

			CHECK((uint64_t)sd_loc_shl(v[i], v[k]) == loc_compute(LOC_SHL, l, r), "%lld << %lld", (long long)v[i], (long long)v[k]);
			CHECK((uint64_t)sd_loc_shr(v[i], v[k]) == loc_compute(LOC_SHR, l, r), "%lld >> %lld", (long long)v[i], (long long)v[k]);
			CHECK((uint64_t)sd_loc_shra(v[i], v[k]) == loc_compute(LOC_SHRA, l, r), "%lld a> %lld", (long long)v[i], (long long)v[k]);
			CHECK((uint64_t)sd_loc_div(v[i], v[k]) == loc_compute(LOC_DIV, l, r), "%lld / %lld", (long long)v[i], (long long)v[k]);
			CHECK((uint64_t)sd_loc_mod(v[i], v[k]) == loc_compute(LOC_MOD, l, r), "%lld %% %lld", (long long)v[i], (long long)v[k]);
			CHECK((uint64_t)sd_loc_abs(v[i]) == loc_compute(LOC_ABS, l, r), "|%lld|", (long long)v[i]);
		}
	CHECK(sd_merge_bits(0xff00ff00, 8, 8, 0x1234) == 0xff003400, "bits in the middle");
	CHECK(sd_merge_bits(0x1122334455667788, 0, 64, -1) == ~0ULL, "all bits");
	CHECK(sd_merge_bits(0, 63, 1, 1) == 1ULL << 63, "the last bit");
}

/* What needs the script's own values cannot be run here, and says so. */
static void not_runnable(void)
{
	struct fetch_step e = { .kind = FETCH_EXPR }, i = { .kind = FETCH_INDEX, .a = 8 }, s = { .kind = FETCH_STRING, .a = 16 };

	FAILS(e);
	FAILS(REG(DI), i);
	FAILS(REG(DI), s);
}

static const char *text(const struct fetch *f)
{
	const char *copy;
	struct buf b;

	buf_init(&b);
	fetch_print(&b, f);
	copy = arena_strdup(arena_permanent(), b.s ? b.s : "");
	buf_deinit(&b);
	return copy;
}

static void printed(void)
{
	const struct fetch_step steps[] = { REG(DI), ADD(16), LOAD(4, true), BITS(3, 1, true) };
	struct fetch *f = program(steps, LEN(steps)), *g = program(steps, LEN(steps));

	CHECK(!strcmp(text(f), "reg 112 0; add 16 0; load 4 1; bits 3 1 signed"), "%s", text(f));
	CHECK(!strcmp(text(f), text(g)), "equal programs have equal text");
	g->steps.v[3].sign = false;
	CHECK(strcmp(text(f), text(g)), "a sign makes a difference");
	g = program(steps, LEN(steps));
	g->user = true;
	CHECK(strcmp(text(f), text(g)), "user memory is another program");
	g->user = false;
	g->dual = true;
	CHECK(strcmp(text(f), text(g)), "a string is another program");
	CHECK(!*text(program(NULL, 0)), "nothing is printed for no steps");
}

int main(void)
{
	RUN(registers);
	RUN(narrow_parameters);
	RUN(extremes);
	RUN(loads);
	RUN(chains);
	RUN(faults);
	RUN(stack);
	RUN(bit_fields);
	RUN(returned);
	RUN(entry_values);
	RUN(stack_machine);
	RUN(symbols);
	RUN(same_in_c);
	RUN(not_runnable);
	RUN(printed);
	return check_status;
}

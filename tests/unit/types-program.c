// SPDX-License-Identifier: GPL-2.0-or-later
/* types/program*.c and demangle.c: arguments of markers in all their forms, places in the file, symbols, names of C++. */
#include "types/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "types/arch.h"

#define CHECK(x) do { if (!(x)) { printf("%s:%d: %s\n", __FILE__, __LINE__, #x); return 1; } } while (0)

/* Each marker has one argument; want: what it comes to with the registers below, or its why. */
static const struct { const char *arg; bool memory; int64_t want; unsigned bytes; bool is_signed; const char *why; } args[] = {
	{ "-4@$5", false, 5, 4, true, NULL },
	{ "8@$-1", false, -1, 8, false, NULL },
	{ "4@$0x7fffffff", false, 0x7fffffff, 4, false, NULL },
	{ "-4@%eax", false, 1000, 4, true, NULL },
	{ "8@%rdi", false, 1005, 8, false, NULL },
	{ "2@%si", false, 1004, 2, false, NULL },
	{ "1@%sil", false, 1004, 1, false, NULL },
	{ "-1@%bl", false, 1001, 1, true, NULL },
	{ "1@%ah", false, 1000 >> 8, 1, false, NULL },
	{ "4@%r8d", false, 1008, 4, false, NULL },
	{ "1@%r15b", false, 1015, 1, false, NULL },
	{ "-2@%r9w", false, 1009, 2, true, NULL },
	{ "%rdx", false, 1003, 8, false, NULL },
	{ "-8@-8(%rbp)", true, 1006 - 8, 8, true, NULL },
	{ "8@(%rsp)", true, 1007, 8, false, NULL },
	{ "-4@16(%rax,%rcx,4)", true, 1000 + 16 + 4 * 1002, 4, true, NULL },
	{ "-4@(,%rcx,8)", true, 8 * 1002, 4, true, NULL },
	{ "-4@-4(%rax,%rbx)", true, 1000 + 1001 - 4, 4, true, NULL },
	{ "4@object(%rip)", true, 0, 4, false, NULL },
	{ "4@8+object(%rip)", true, 8, 4, false, NULL },
	{ "4@object+4(%rip)", true, 4, 4, false, NULL },
	{ "8f@%xmm0", false, 0, 8, false, "no integer" },
	{ "16@%rax", false, 0, 8, false, "no integer" },
	{ "8@%fs:0", false, 0, 8, false, "thread" },
	{ "4@nothing(%rip)", false, 0, 4, false, "does not have" },
	{ "4@(%rax", false, 0, 4, false, "not understood" },
};
enum { NARGS = sizeof(args) / sizeof(args[0]) };

static int64_t regs[32];
static uint64_t object;

static int64_t value(const struct loc *l)
{
	switch (l->kind) {
	case LOC_REGISTER:
		return regs[l->a / 8];
	case LOC_CONST:
		return l->a;
	case LOC_SYMBOL:
		return l->a - (int64_t)object;
	case LOC_BINARY:
		return (int64_t)loc_compute(l->op, (uint64_t)value(l->l), (uint64_t)value(l->r));
	default:
		return -12345;
	}
}

static unsigned seen, wrong;

static void mark(const struct program_mark *m, void *data)
{
	unsigned i = (unsigned)atoi(m->name + 1);
	const struct variable *v = m->args;
	bool ok;

	(void)data;
	seen++;
	ok = i < NARGS && m->nargs == 2 && !strcmp(v->name, "arg1") && v->type->size == args[i].bytes && v->type->is_signed == args[i].is_signed;
	if (ok && args[i].why)
		ok = !v->npieces && strstr(v->why, args[i].why);
	else if (ok)
		ok = v->npieces == 1 && v->pieces->kind == (args[i].memory ? PIECE_ADDRESS : PIECE_VALUE) && value(v->pieces->loc) == args[i].want;
	/* What follows an argument is found, whatever came before. */
	ok = ok && m->args[1].npieces == 1 && value(m->args[1].pieces->loc) == 9 && !strcmp(m->provider, "test") && m->counter == 0x10;
	if (!ok)
		printf("%s: %s\n", args[i < NARGS ? i : 0].arg, v && v->npieces ? "another value" : v && v->why ? v->why : "?");
	wrong += !ok;
}

static bool count(const struct program_symbol *s, void *data)
{
	*(unsigned *)data += s->addr != 0;
	return true;
}

static struct program *build(const char *dir)
{
	static struct kernel k = { .release = "none", .arch = "x86_64", .root = "" };
	char path[4200], command[9000];
	const char *why = NULL;
	struct program *p;
	FILE *f;

	snprintf(path, sizeof(path), "%s/p.s", dir);
	f = fopen(path, "w");
	fprintf(f, "\t.data\n\t.globl object\n\t.type object, @object\n\t.size object, 16\nobject:\t.space 16\n\t.text\n");
	fprintf(f, "\t.globl _ZN2ns5Class6methodEi\n\t.type _ZN2ns5Class6methodEi, @function\n_ZN2ns5Class6methodEi:\tnop\n\tret\n\t.size _ZN2ns5Class6methodEi, 2\n");
	for (unsigned i = 0; i < NARGS; i++)
		fprintf(f, "\t.pushsection .note.stapsdt,\"\",\"note\"\n\t.balign 4\n\t.4byte 2f-1f, 4f-3f, 3\n1:\t.asciz \"stapsdt\"\n2:\t.balign 4\n"
			   "3:\t.8byte _ZN2ns5Class6methodEi, 0, 0x10\n\t.asciz \"test\"\n\t.asciz \"m%u\"\n\t.asciz \"%s 4@$9\"\n4:\t.balign 4\n\t.popsection\n", i, args[i].arg);
	fclose(f);
	snprintf(command, sizeof(command), "cd %s && gcc -shared -nostdlib -o p.so p.s", dir);
	if (system(command))
		return NULL;
	snprintf(path, sizeof(path), "%s/p.so", dir);
	p = program_open(&k, path, &why);
	if (!p)
		printf("%s %s\n", path, why);
	return p;
}

int main(void)
{
	static const char *const names[] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15" };
	char dir[] = "/tmp/sonde-unit.XXXXXX", command[64];
	const struct arch *arch = arch_find("x86_64");
	uint64_t offset, addr = 0;
	struct program_symbol s;
	struct program *p;
	unsigned n = 0;

	CHECK(mkdtemp(dir));
	p = build(dir);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (!p)
		return system(command) || 1;
	for (unsigned i = 0; i < 16; i++)
		regs[arch->reg(names[i]) / 8] = 1000 + (int)i;
	CHECK(program_object(p, "object", &object) && object);
	CHECK(!program_object(p, "objec", &object));
	program_object(p, "object", &object);
	program_each_mark(p, mark, NULL);
	CHECK(seen == NARGS);
	CHECK(!wrong);

	CHECK(p->library && !p->fixed);
	program_each_symbol(p, "Class::meth*", count, &n);
	program_each_symbol(p, "ns::Class::method", count, &n);
	program_each_symbol(p, "ns::Class::method(int)", count, &n);
	program_each_symbol(p, "_ZN2ns*", count, &n);
	program_each_symbol(p, "lass::method", count, &n);
	CHECK(n == 4);
	program_each_symbol(p, "method", count, &n);
	CHECK(n == 5);
	CHECK(program_has_symbols(p));
	/* Code has a place in the file and back; data has one, but no code. */
	CHECK(program_data_offset(p, object, &offset) && !program_offset(p, object, &offset));
	for (uint64_t a = 0; a < 0x4000 && !addr; a++)
		if (program_symbol_at(p, a, &s))
			addr = a;
	CHECK(addr && program_offset(p, addr, &offset) && program_address(p, offset, &object) && object == addr);
	CHECK(program_symbol_at(p, addr + 1, &s) && !program_symbol_at(p, addr + 2, &s));
	CHECK(!system(command));

	CHECK(!strcmp(demangle("_ZN2ns5Class6methodEi"), "ns::Class::method(int)"));
	CHECK(!strcmp(demangle_plain("_ZN2ns5ClassclEi"), "ns::Class::operator()"));
	CHECK(!strcmp(demangle_plain("_Z7largestIiET_S0_S0_"), "largest<int>"));
	CHECK(!strcmp(demangle_plain("_ZN12_GLOBAL__N_16hiddenEi"), "(anonymous namespace)::hidden"));
	CHECK(!strcmp(demangle_plain("_ZlsRSoRK1A"), "operator<<"));
	CHECK(!demangle("main") && !demangle("_Znonsense"));
	CHECK(scoped_name_matches("b::c", "a::b::c") && scoped_name_matches("c", "a<x::y>::c") && !scoped_name_matches("y", "a<x::y>"));
	CHECK(!strcmp(scoped_name_last("a::b<c::d>::e"), "e") && !strcmp(scoped_name_last("A::operator()"), "operator()"));
	return 0;
}

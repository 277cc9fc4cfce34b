// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Markers: the notes that <sys/sdt.h> leaves in a program (.note.stapsdt). Each
 * has an address, names, where its arguments are, in the assembler's own
 * words, and the address of a counter that says whether somebody watches.
 */
#include <ctype.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/intern.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/arch.h"
#include "types/program.h"

enum { NOTE_TYPE = 3 };

/* ---- Arguments ------------------------------------------------------------------------ */

struct reader {
	struct program *p;
	const struct arch *arch;
	const char *s;
	const char *why;
};

static struct loc *node(int kind, int64_t a)
{
	struct loc *l = arena_new(arena_permanent(), struct loc);

	l->kind = kind;
	l->a = a;
	return l;
}

static const struct loc *binary(enum loc_op op, const struct loc *x, const struct loc *y)
{
	struct loc *l = node(LOC_BINARY, 0);

	l->op = op;
	l->l = x;
	l->r = y;
	return l;
}

static const struct loc *plus(const struct loc *x, const struct loc *y)
{
	return !x ? y : !y ? x : binary(LOC_ADD, x, y);
}

/* A register by any of its names. high: it is the second byte of it, as in %ah. */
static int reg_x86(const struct arch *arch, const char *name, size_t n, bool *high)
{
	static const char *const old[] = { "ax", "bx", "cx", "dx", "si", "di", "bp", "sp" };
	char full[8];

	*high = false;
	if (n < 2 || n > 4)
		return -1;
	memcpy(full, name, n);
	full[n] = '\0';
	if (*full == 'r' && isdigit((unsigned char)full[1])) { /* r8d, r8w, r8b */
		full[1 + strspn(full + 1, "0123456789")] = '\0';
		return arch->reg(full);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(old); i++) {
		bool whole = !strcmp(full + (*full == 'r' || *full == 'e'), old[i]), low = n == 2 && full[0] == old[i][0] && i < 4 && (full[1] == 'l' || full[1] == 'h');

		low |= n == 3 && !strncmp(full, old[i], 2) && full[2] == 'l' && i >= 4;
		if (!whole && !low)
			continue;
		*high = low && full[1] == 'h';
		return arch->reg(intern_printf("r%s", old[i]));
	}
	return -1;
}

static bool number(struct reader *r, int64_t *v)
{
	char *end;

	*v = (int64_t)strtoull(r->s, &end, 0);
	if (end == r->s || (!isdigit((unsigned char)*r->s) && *r->s != '-' && *r->s != '+'))
		return false;
	r->s = end;
	return true;
}

static const struct loc *symbol(struct reader *r, const char *name, size_t n)
{
	uint64_t addr;
	struct loc *l;

	if (!program_object(r->p, intern_n(name, n), &addr)) {
		r->why = "it is in a variable whose symbol the file does not have";
		return NULL;
	}
	l = node(LOC_SYMBOL, (int64_t)addr);
	l->module = r->p->path;
	return l;
}

/* %rax */
static const struct loc *register_x86(struct reader *r, int *reg)
{
	size_t n = *r->s == '%' ? strcspn(r->s + 1, " ,()") : 0;
	bool high;
	int at = n ? reg_x86(r->arch, r->s + 1, n, &high) : -1;

	if (at < 0) {
		r->why = "it is in a register that a probe does not see";
		return NULL;
	}
	r->s += 1 + n;
	*reg = high ? -1 : at;
	return high ? binary(LOC_SHR, node(LOC_REGISTER, at), node(LOC_CONST, 8)) : node(LOC_REGISTER, at);
}

/* $5, %rax, -8(%rbp), 8(%rax,%rcx,4), name(%rip), name+8(%rip), (%rax) */
static bool operand_x86(struct reader *r, struct loc_piece *piece)
{
	const struct loc *base = NULL, *index = NULL, *at = NULL;
	int64_t v = 0, scale = 1;
	int none;

	*piece = (struct loc_piece){ .kind = PIECE_VALUE, .reg = -1 };
	if (*r->s == '$') {
		r->s++;
		if (!number(r, &v))
			return false;
		piece->loc = node(LOC_CONST, v);
		return true;
	}
	if (*r->s == '%' && !strchr("fg", r->s[1])) {
		piece->loc = register_x86(r, &piece->reg);
		return piece->loc;
	}
	if (*r->s == '%') {
		r->why = "it belongs to a thread (__thread), which is not supported";
		return false;
	}
	piece->kind = PIECE_ADDRESS;
	for (bool more = true; more && *r->s && *r->s != '(' && *r->s != ' ';) {
		if (number(r, &v)) {
			at = plus(at, node(LOC_CONST, v));
		} else if (*r->s == '+') {
			r->s++;
		} else {
			size_t n = strcspn(r->s, "+-( ");
			const struct loc *sym = n ? symbol(r, r->s, n) : NULL;

			if (!sym)
				return false;
			r->s += n;
			at = plus(sym, at);
		}
	}
	if (*r->s == '(') {
		r->s++;
		if (!strncmp(r->s, "%rip", 4))
			r->s += 4;
		else if (*r->s != ',' && !(base = register_x86(r, &none)))
			return false;
		if (*r->s == ',') {
			r->s++;
			index = register_x86(r, &none);
			if (!index)
				return false;
		}
		if (*r->s == ',') {
			r->s++;
			if (!number(r, &scale))
				return false;
		}
		if (*r->s++ != ')')
			return false;
	}
	if (index && scale != 1)
		index = binary(LOC_MUL, index, node(LOC_CONST, scale));
	piece->loc = plus(plus(base, index), at);
	return piece->loc;
}

static const struct loc *register_arm(struct reader *r, int *reg)
{
	size_t n = strcspn(r->s, " ,]");
	const char *name = intern_n(r->s, n);

	if (n && *name == 'w')
		name = intern_printf("x%s", name + 1);
	*reg = n ? r->arch->reg(name) : -1;
	if (*reg < 0) {
		r->why = "it is in a register that a probe does not see";
		return NULL;
	}
	r->s += n;
	return node(LOC_REGISTER, *reg);
}

/* 5, x0, w0, [sp, 16], [x0], [x0, x1] */
static bool operand_arm(struct reader *r, struct loc_piece *piece)
{
	const struct loc *base, *more = NULL;
	int64_t v;
	int none;

	*piece = (struct loc_piece){ .kind = PIECE_VALUE, .reg = -1 };
	if (number(r, &v)) {
		piece->loc = node(LOC_CONST, v);
		return true;
	}
	if (*r->s != '[') {
		piece->loc = register_arm(r, &piece->reg);
		return piece->loc;
	}
	r->s++;
	piece->kind = PIECE_ADDRESS;
	base = register_arm(r, &none);
	if (base && *r->s == ',') {
		r->s += 1 + strspn(r->s + 1, " #");
		more = number(r, &v) ? node(LOC_CONST, v) : register_arm(r, &none);
		if (!more)
			return false;
	}
	piece->loc = plus(base, more);
	return base && *r->s++ == ']';
}

static const struct type *type_of(long size)
{
	static const struct type of[] = {
		{ .kind = TYPE_INT, .name = "signed char", .size = 1, .is_signed = true }, { .kind = TYPE_INT, .name = "unsigned char", .size = 1 },
		{ .kind = TYPE_INT, .name = "short", .size = 2, .is_signed = true }, { .kind = TYPE_INT, .name = "unsigned short", .size = 2 },
		{ .kind = TYPE_INT, .name = "int", .size = 4, .is_signed = true }, { .kind = TYPE_INT, .name = "unsigned int", .size = 4 },
		{ .kind = TYPE_INT, .name = "long", .size = 8, .is_signed = true }, { .kind = TYPE_INT, .name = "unsigned long", .size = 8 },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(of); i++)
		if (size == (of[i].is_signed ? -(long)of[i].size : (long)of[i].size))
			return &of[i];
	return NULL;
}

/* "-4@%eax 8@$5": a size, negative when it is signed, and an operand. */
static void read_arguments(struct program_mark *m, struct program *p, const char *text)
{
	struct reader r = { .p = p, .arch = arch_find(p->file->kernel->arch), .s = text };
	struct VEC(struct variable) v = { 0 };
	bool arm = !strcmp(r.arch->name, "arm64");

	while (*(r.s += strspn(r.s, " "))) {
		struct loc_piece *piece = arena_new(arena_permanent(), struct loc_piece);
		struct variable arg = { .name = intern_printf("arg%u", v.n + 1), .type = type_of(8), .param = true };
		const char *start = r.s;
		bool is_float = false;
		char *end;
		long size = strtol(r.s, &end, 10);

		r.why = "its description is not understood";
		if (end != r.s && (*end == '@' || (*end == 'f' && end[1] == '@'))) {
			is_float = *end == 'f';
			r.s = end + 1 + is_float;
			arg.type = type_of(size);
		}
		if (is_float || !arg.type) {
			arg.type = type_of(8);
			r.why = "it is no integer of up to 64 bits";
		} else if (arm ? operand_arm(&r, piece) : operand_x86(&r, piece)) {
			arg.npieces = 1;
			arg.pieces = piece;
		}
		if (!arg.npieces) {
			arg.why = r.why;
			r.s = start;
		}
		/* What one argument has of blanks is inside of brackets. */
		for (unsigned depth = 0; *r.s && (*r.s != ' ' || depth); r.s++)
			depth += (*r.s == '[') - (*r.s == ']' && depth);
		vec_push(arena_permanent(), &v, arg);
	}
	m->args = v.v;
	m->nargs = v.n;
}

/* ---- Notes ------------------------------------------------------------------------------ */

struct notes {
	struct program *p;
	uint64_t base;  /* where .stapsdt.base is: files that were moved as a whole have their notes left as they were */
	void (*f)(const struct program_mark *m, void *data);
	void *data;
};

static void read_note(struct notes *n, const char *d, size_t size)
{
	struct program_mark m = { 0 };
	const char *end = d + size, *provider, *name, *args;
	uint64_t at[3];

	if (size < sizeof(at) + 3)
		return;
	memcpy(at, d, sizeof(at));
	provider = d + sizeof(at);
	name = memchr(provider, 0, (size_t)(end - provider));
	args = name ? memchr(name + 1, 0, (size_t)(end - name - 1)) : NULL;
	if (!args || !memchr(args + 1, 0, (size_t)(end - args - 1)))
		return;
	m.provider = intern(provider);
	m.name = intern(name + 1);
	m.addr = at[0] + (at[1] && n->base ? n->base - at[1] : 0);
	m.counter = at[2] ? at[2] + (at[1] && n->base ? n->base - at[1] : 0) : 0;
	read_arguments(&m, n->p, args + 1);
	n->f(&m, n->data);
}

void program_each_mark(struct program *p, void (*f)(const struct program_mark *m, void *data), void *data)
{
	int fd = open(p->path, O_RDONLY | O_CLOEXEC);
	Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
	struct notes n = { .p = p, .f = f, .data = data };
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf && !elf_getshdrstrndx(elf, &names))
		for (int pass = 0; pass < 2; pass++, scn = NULL)
			while ((scn = elf_nextscn(elf, scn))) {
				GElf_Shdr h;
				const char *name = gelf_getshdr(scn, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;
				Elf_Data *d = name && pass && !strcmp(name, ".note.stapsdt") ? elf_getdata(scn, NULL) : NULL;
				size_t at = 0, next, name_at, desc_at;
				GElf_Nhdr note;

				if (name && !strcmp(name, ".stapsdt.base"))
					n.base = h.sh_addr;
				for (; d && (next = gelf_getnote(d, at, &note, &name_at, &desc_at)); at = next)
					if (note.n_type == NOTE_TYPE && note.n_namesz == 8 && !memcmp((char *)d->d_buf + name_at, "stapsdt", 8))
						read_note(&n, (const char *)d->d_buf + desc_at, note.n_descsz);
			}
	if (elf)
		elf_end(elf);
	if (fd >= 0)
		close(fd);
}

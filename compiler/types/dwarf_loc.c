// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DWARF location expressions to struct loc (DWARF 5, section 2.5 and 2.6). The
 * stack machine is run here, over expressions instead of values, so what is
 * left for the probe is arithmetic over registers and memory, without a stack
 * to shuffle. What cannot be had says why in the user's words.
 */
#include "types/dwarf_types.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_MAX = 64, PIECES_MAX = 32, NODES_MAX = 256, NESTING_MAX = 8 };

#define UNTYPED ((struct value){ 0 })

struct value { /* on the stack. bytes 0: the generic type */
	const struct loc *loc;
	unsigned bytes;
	bool sign;
};

struct run {
	const struct dwarf_where *w;
	Dwarf_Attribute *attr; /* the expression's, or NULL */
	struct value stack[STACK_MAX];
	unsigned n, nodes, nesting;
	const char *why;
	/* how a simple location ended */
	enum { END_ADDRESS, END_REGISTER, END_VALUE, END_BYTES } end;
	int reg;
	const unsigned char *bytes;
	uint64_t nbytes;
	struct loc_piece pieces[PIECES_MAX];
	unsigned npieces;
};

static bool fail(struct run *r, const char *why)
{
	r->why = why;
	return false;
}

static struct loc *node(struct run *r, int kind, int64_t a)
{
	struct loc *l = arena_new(r->w->d->db.arena, struct loc);

	r->nodes++;
	l->kind = kind;
	l->a = a;
	return l;
}

static bool push(struct run *r, const struct loc *l)
{
	if (r->n == STACK_MAX || r->nodes > NODES_MAX)
		return fail(r, "it is described by an expression that is too long");
	r->stack[r->n++] = (struct value){ .loc = l };
	return true;
}

static bool need(struct run *r, unsigned n)
{
	return r->n >= n || fail(r, "its description is broken");
}

static const struct loc *make_extend(struct run *r, const struct loc *x, unsigned bytes, bool sign)
{
	struct loc *l;

	if (!bytes || bytes >= 8)
		return x;
	l = node(r, LOC_EXTEND, bytes);
	l->sign = sign;
	l->l = x;
	return l;
}

static const struct loc *make_binary(struct run *r, enum loc_op op, const struct loc *x, const struct loc *y)
{
	struct loc *l;

	if (x->kind == LOC_CONST && y->kind == LOC_CONST)
		return node(r, LOC_CONST, (int64_t)loc_compute(op, (uint64_t)x->a, (uint64_t)y->a));
	if (op == LOC_ADD && y->kind == LOC_CONST && !y->a)
		return x;
	if (op == LOC_ADD && y->kind == LOC_CONST && x->kind == LOC_SYMBOL) {
		l = node(r, LOC_SYMBOL, 0);
		*l = *x;
		l->a = (int64_t)((uint64_t)l->a + (uint64_t)y->a);
		return l;
	}
	if (op == LOC_ADD && y->kind == LOC_CONST && x->kind == LOC_BINARY && x->op == LOC_ADD && x->r->kind == LOC_CONST)
		return make_binary(r, op, x->l, node(r, LOC_CONST, (int64_t)((uint64_t)x->r->a + (uint64_t)y->a)));
	l = node(r, LOC_BINARY, 0);
	l->op = op;
	l->l = x;
	l->r = y;
	return l;
}

static bool binary(struct run *r, enum loc_op op)
{
	struct value *x, *y;

	if (!need(r, 2))
		return false;
	x = &r->stack[r->n - 2];
	y = &r->stack[r->n - 1];
	if ((op == LOC_SHR || op == LOC_SHRA) && x->bytes && (op == LOC_SHRA) != x->sign)
		x->loc = make_extend(r, x->loc, x->bytes, op == LOC_SHRA);
	x->loc = make_extend(r, make_binary(r, op, x->loc, y->loc), op >= LOC_EQ ? 0 : x->bytes, x->sign);
	if (op >= LOC_EQ)
		x->bytes = 0;
	r->n--;
	return r->nodes <= NODES_MAX || fail(r, "it is described by an expression that is too long");
}

static bool unary(struct run *r, enum loc_op op)
{
	struct value *x;
	struct loc *l;

	if (!need(r, 1))
		return false;
	x = &r->stack[r->n - 1];
	l = node(r, LOC_UNARY, 0);
	l->op = op;
	l->l = x->loc;
	x->loc = make_extend(r, l, x->bytes, x->sign);
	return true;
}

static bool add(struct run *r, int64_t n)
{
	struct value *x;

	if (!need(r, 1))
		return false;
	x = &r->stack[r->n - 1];
	x->loc = make_extend(r, make_binary(r, LOC_ADD, x->loc, node(r, LOC_CONST, n)), x->bytes, x->sign);
	return true;
}

static bool load(struct run *r, unsigned bytes)
{
	struct value *x;
	struct loc *l;

	if (!need(r, 1))
		return false;
	if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)
		return fail(r, "its description reads memory in a way that is not supported");
	x = &r->stack[r->n - 1];
	l = node(r, LOC_LOAD, bytes);
	l->l = x->loc;
	*x = (struct value){ .loc = l };
	return true;
}

static bool push_register(struct run *r, uint64_t n, int64_t offset)
{
	int at = n < 4096 ? r->w->d->arch->dwarf_reg((unsigned)n) : -1;

	if (at < 0)
		return fail(r, "it is in a register that a probe does not see");
	return push(r, node(r, LOC_REGISTER, at)) && add(r, offset);
}

static bool push_address(struct run *r, uint64_t addr)
{
	struct dwarf_types *d = r->w->d;
	struct loc *l = node(r, LOC_CONST, (int64_t)addr);

	if (d->symbol) {
		l->kind = LOC_SYMBOL;
		l->a = 0;
		if (!d->symbol(d->symbol_data, addr, l))
			return fail(r, "its address has no symbol");
	}
	return push(r, l);
}

static bool run(struct run *r, const Dwarf_Op *ops, size_t n);

/* An expression of its own (frame base, CFA, entry value), whose outcome is pushed here. */
static bool push_nested(struct run *r, Dwarf_Attribute *attr, const Dwarf_Op *ops, size_t n)
{
	struct run *in;
	bool ok;

	if (r->nesting == NESTING_MAX)
		return fail(r, "its description refers to itself");
	in = arena_new(r->w->d->db.arena, struct run);
	in->w = r->w;
	in->attr = attr;
	in->nesting = r->nesting + 1;
	in->nodes = r->nodes;
	ok = run(in, ops, n);
	r->nodes = in->nodes;
	if (!ok)
		return fail(r, in->why);
	if (in->end == END_REGISTER) {
		push(in, node(in, LOC_REGISTER, in->reg));
		in->end = END_ADDRESS;
	}
	if ((in->end != END_ADDRESS && in->end != END_VALUE) || in->npieces || !in->n)
		return fail(r, "its description is broken");
	return push(r, in->stack[in->n - 1].loc);
}

static bool push_cfa(struct run *r)
{
	Dwarf_CFI *cfi[2] = { dwarf_getcfi(r->w->d->dw), NULL };
	Dwarf_Frame *frame = NULL;
	Dwarf_Op *ops;
	size_t n;
	bool ok;

	cfi[1] = r->w->d->frames ? r->w->d->frames : dwarf_getcfi_elf(dwarf_getelf(r->w->d->dw));
	for (int i = 0; i < 2 && !frame; i++)
		if (cfi[i] && dwarf_cfi_addrframe(cfi[i], r->w->pc, &frame))
			frame = NULL;
	if (!frame || dwarf_frame_cfa(frame, &ops, &n) || !n) {
		free(frame);
		return fail(r, "nothing says where the frame of the function is at this place");
	}
	ok = push_nested(r, NULL, ops, n);
	free(frame);
	return ok;
}

static bool push_frame_base(struct run *r, int64_t offset)
{
	Dwarf_Attribute *fb = r->w->frame;
	Dwarf_Op *ops;
	size_t n;

	if (!fb || r->nesting >= NESTING_MAX || dwarf_getlocation_addr(fb, r->w->pc, &ops, &n, 1) != 1 || !n)
		return fail(r, "nothing says where the frame of the function is at this place");
	return push_nested(r, fb, ops, n) && add(r, offset);
}

/* What a register or expression was at entry: only there do we know it. */
static bool push_entry_value(struct run *r, const Dwarf_Op *op)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;

	if (!r->attr || dwarf_getlocation_attr(r->attr, op, &attr) || dwarf_getlocation(&attr, &ops, &n) || !n)
		return fail(r, "its description is broken");
	if (!r->w->at_entry)
		return fail(r, "it was passed in a register that has been used for something else since");
	return push_nested(r, r->attr, ops, n);
}

/* DW_OP_convert, regval_type, deref_type, const_type name a base type by an entry. */
static bool base_type(struct run *r, const Dwarf_Op *op, const struct type **t)
{
	Dwarf_Die die;

	*t = NULL;
	if (op->atom == DW_OP_convert || op->atom == DW_OP_GNU_convert || op->atom == DW_OP_reinterpret ||
	    op->atom == DW_OP_GNU_reinterpret)
		if (!op->number)
			return true; /* to the generic type */
	if (!r->attr || dwarf_getlocation_die(r->attr, op, &die))
		return fail(r, "its description is broken");
	*t = dwarf_type_of(r->w->d, &die);
	if ((*t)->kind == TYPE_FLOAT || (*t)->size > 8 || !(*t)->size)
		return fail(r, "it is computed from values that are no integers of up to 64 bits");
	return true;
}

static bool typed(struct run *r, const Dwarf_Op *op)
{
	const struct type *t;
	Dwarf_Attribute attr;
	Dwarf_Block block;
	struct value *x;
	uint64_t v = 0;

	if (!base_type(r, op, &t))
		return false;
	switch (op->atom) {
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
		if (!push_register(r, op->number, 0))
			return false;
		break;
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
		if (!load(r, (unsigned)op->number))
			return false;
		break;
	case DW_OP_const_type:
	case DW_OP_GNU_const_type:
		if (dwarf_getlocation_attr(r->attr, op, &attr) || dwarf_formblock(&attr, &block) || block.length > 8)
			return fail(r, "its description is broken");
		memcpy(&v, block.data, block.length);
		if (!push(r, node(r, LOC_CONST, (int64_t)v)))
			return false;
		break;
	default:
		if (!need(r, 1))
			return false;
		break;
	}
	x = &r->stack[r->n - 1];
	if (t) {
		x->loc = make_extend(r, x->loc, (unsigned)t->size, t->is_signed);
		x->bytes = t->size < 8 ? (unsigned)t->size : 0;
		x->sign = t->is_signed;
	} else {
		x->bytes = 0;
	}
	return true;
}

static bool pick(struct run *r, unsigned n)
{
	if (!need(r, n + 1) || r->n == STACK_MAX)
		return fail(r, "its description is broken");
	r->stack[r->n] = r->stack[r->n - 1 - n];
	r->n++;
	return true;
}

static void swap(struct run *r, unsigned a, unsigned b)
{
	struct value t = r->stack[r->n - 1 - a];

	r->stack[r->n - 1 - a] = r->stack[r->n - 1 - b];
	r->stack[r->n - 1 - b] = t;
}

/* One piece ends here; bits 0: it is the whole. */
static bool piece(struct run *r, uint32_t bits, uint32_t shift, bool empty)
{
	struct loc_piece *p = &r->pieces[r->npieces], *q;
	uint64_t left = r->nbytes;

	if (r->npieces == PIECES_MAX)
		return fail(r, "it is in too many pieces");
	*p = (struct loc_piece){ .bits = bits, .shift = shift, .reg = -1 };
	if (empty) {
		p->kind = PIECE_GONE;
	} else if (r->end == END_REGISTER) {
		p->kind = PIECE_VALUE;
		p->reg = r->reg;
		p->loc = node(r, LOC_REGISTER, r->reg);
	} else if (r->end == END_BYTES) {
		/* Constants of any length, eight bytes at a time. */
		for (; left; r->npieces++) {
			uint64_t v = 0, n = left < 8 ? left : 8;

			if (r->npieces == PIECES_MAX)
				return fail(r, "it is in too many pieces");
			q = &r->pieces[r->npieces];
			memcpy(&v, r->bytes, n);
			*q = (struct loc_piece){ .kind = PIECE_VALUE, .bits = (uint32_t)n * 8, .reg = -1,
						 .loc = node(r, LOC_CONST, (int64_t)v) };
			r->bytes += n;
			left -= n;
		}
		r->npieces--;
		if (!bits && r->nbytes <= 8)
			p->bits = 0;
	} else {
		if (!need(r, 1))
			return false;
		p->kind = r->end == END_VALUE ? PIECE_VALUE : PIECE_ADDRESS;
		p->loc = r->stack[r->n - 1].loc;
	}
	r->npieces++;
	r->n = 0;
	r->end = END_ADDRESS;
	return true;
}

static bool step(struct run *r, const Dwarf_Op *op, bool *empty)
{
	static const enum loc_op ops[256] = {
		[DW_OP_plus] = LOC_ADD, [DW_OP_minus] = LOC_SUB, [DW_OP_mul] = LOC_MUL, [DW_OP_div] = LOC_DIV, [DW_OP_mod] = LOC_MOD,
		[DW_OP_and] = LOC_AND, [DW_OP_or] = LOC_OR, [DW_OP_xor] = LOC_XOR, [DW_OP_shl] = LOC_SHL, [DW_OP_shr] = LOC_SHR,
		[DW_OP_shra] = LOC_SHRA, [DW_OP_eq] = LOC_EQ, [DW_OP_ne] = LOC_NE, [DW_OP_lt] = LOC_LT, [DW_OP_le] = LOC_LE,
		[DW_OP_gt] = LOC_GT, [DW_OP_ge] = LOC_GE, [DW_OP_neg] = LOC_NEG, [DW_OP_not] = LOC_NOT, [DW_OP_abs] = LOC_ABS,
	};
	Dwarf_Attribute attr;
	Dwarf_Block block;
	Dwarf_Addr addr;

	*empty = false;
	switch (op->atom) {
	case DW_OP_lit0 ... DW_OP_lit31:
		return push(r, node(r, LOC_CONST, op->atom - DW_OP_lit0));
	case DW_OP_const1u: case DW_OP_const2u: case DW_OP_const4u: case DW_OP_const8u: case DW_OP_constu:
	case DW_OP_const1s: case DW_OP_const2s: case DW_OP_const4s: case DW_OP_const8s: case DW_OP_consts:
		return push(r, node(r, LOC_CONST, (int64_t)op->number));
	case DW_OP_addr:
		return push_address(r, op->number);
	case DW_OP_breg0 ... DW_OP_breg31:
		return push_register(r, op->atom - DW_OP_breg0, (int64_t)op->number);
	case DW_OP_bregx:
		return push_register(r, op->number, (int64_t)op->number2);
	case DW_OP_reg0 ... DW_OP_reg31:
	case DW_OP_regx:
		r->end = END_REGISTER;
		r->reg = r->w->d->arch->dwarf_reg(op->atom == DW_OP_regx ? (unsigned)op->number : (unsigned)(op->atom - DW_OP_reg0));
		return r->reg >= 0 || fail(r, "it is in a register that a probe does not see");
	case DW_OP_fbreg:
		return push_frame_base(r, (int64_t)op->number);
	case DW_OP_call_frame_cfa:
		return push_cfa(r);
	case DW_OP_deref:
		return load(r, 8);
	case DW_OP_deref_size:
		return load(r, (unsigned)op->number);
	case DW_OP_dup:
		return pick(r, 0);
	case DW_OP_over:
		return pick(r, 1);
	case DW_OP_pick:
		return pick(r, (unsigned)op->number);
	case DW_OP_drop:
		return need(r, 1) && (r->n--, true);
	case DW_OP_swap:
		return need(r, 2) && (swap(r, 0, 1), true);
	case DW_OP_rot:
		return need(r, 3) && (swap(r, 0, 1), swap(r, 1, 2), true);
	case DW_OP_plus_uconst:
		return add(r, (int64_t)op->number);
	case DW_OP_plus: case DW_OP_minus: case DW_OP_mul: case DW_OP_div: case DW_OP_mod: case DW_OP_and: case DW_OP_or:
	case DW_OP_xor: case DW_OP_shl: case DW_OP_shr: case DW_OP_shra: case DW_OP_eq: case DW_OP_ne: case DW_OP_lt:
	case DW_OP_le: case DW_OP_gt: case DW_OP_ge:
		return binary(r, ops[op->atom]);
	case DW_OP_neg: case DW_OP_not: case DW_OP_abs:
		return unary(r, ops[op->atom]);
	case DW_OP_nop:
	case DW_OP_GNU_uninit:
		return true;
	case DW_OP_stack_value:
		r->end = END_VALUE;
		return need(r, 1);
	case DW_OP_implicit_value:
		if (!r->attr || dwarf_getlocation_implicit_value(r->attr, op, &block))
			return fail(r, "its description is broken");
		r->end = END_BYTES;
		r->bytes = block.data;
		r->nbytes = block.length;
		return true;
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value:
		return push_entry_value(r, op);
	case DW_OP_convert: case DW_OP_GNU_convert: case DW_OP_reinterpret: case DW_OP_GNU_reinterpret: case DW_OP_regval_type:
	case DW_OP_GNU_regval_type: case DW_OP_deref_type: case DW_OP_GNU_deref_type: case DW_OP_const_type: case DW_OP_GNU_const_type:
		return typed(r, op);
	case DW_OP_addrx: case DW_OP_GNU_addr_index: case DW_OP_constx: case DW_OP_GNU_const_index:
		if (!r->attr || dwarf_getlocation_attr(r->attr, op, &attr) || dwarf_formaddr(&attr, &addr))
			return fail(r, "its description is broken");
		return op->atom == DW_OP_addrx || op->atom == DW_OP_GNU_addr_index ? push_address(r, addr) :
			push(r, node(r, LOC_CONST, (int64_t)addr));
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer:
		return fail(r, "it is a pointer to something that the compiler keeps in registers or has removed");
	case DW_OP_form_tls_address:
	case DW_OP_GNU_push_tls_address:
		return fail(r, "it belongs to a thread (__thread), which is not supported");
	default:
		return fail(r, "it is described in a way that is not supported");
	}
}

/* Runs an expression to its end: then the stack's top, or pieces. */
static bool run(struct run *r, const Dwarf_Op *ops, size_t n)
{
	bool empty = true, one;
	uint64_t bits;

	for (size_t i = 0; i < n; i++) {
		const Dwarf_Op *op = &ops[i];

		if (op->atom == DW_OP_piece || op->atom == DW_OP_bit_piece) {
			bits = op->atom == DW_OP_piece ? op->number * 8 : op->number;
			if (!bits || bits > UINT32_MAX || (op->atom == DW_OP_bit_piece && op->number2 > 64 * 64))
				return fail(r, "its description is broken");
			if (!piece(r, (uint32_t)bits, op->atom == DW_OP_bit_piece ? (uint32_t)op->number2 : 0, empty))
				return false;
			empty = true;
			continue;
		}
		if (!step(r, op, &one))
			return false;
		empty &= one;
	}
	return true;
}

static void keep_pieces(struct run *r, struct variable *v)
{
	struct loc_piece *p = arena_array(r->w->d->db.arena, struct loc_piece, r->npieces);

	memcpy(p, r->pieces, r->npieces * sizeof(*p));
	v->pieces = p;
	v->npieces = r->npieces;
}

static void locate_const(struct run *r, struct variable *v)
{
	Dwarf_Block block;
	Dwarf_Sword s;
	Dwarf_Word u;

	if (!dwarf_formblock(r->attr, &block)) {
		r->end = END_BYTES;
		r->bytes = block.data;
		r->nbytes = block.length;
	} else {
		unsigned form = dwarf_whatform(r->attr);

		if (form == DW_FORM_sdata || form == DW_FORM_implicit_const ? dwarf_formsdata(r->attr, &s) : dwarf_formudata(r->attr, &u)) {
			v->why = "it is a constant of a kind that is not supported";
			return;
		}
		push(r, node(r, LOC_CONST, form == DW_FORM_sdata || form == DW_FORM_implicit_const ? s : (int64_t)u));
		r->end = END_VALUE;
	}
	if (piece(r, 0, 0, r->end == END_BYTES && !r->nbytes))
		keep_pieces(r, v);
	else
		v->why = r->why;
}

void dwarf_locate(const struct dwarf_where *w, Dwarf_Attribute *attr, struct variable *v)
{
	struct run *r = arena_new(w->d->db.arena, struct run);
	Dwarf_Op *ops;
	size_t n;
	bool gone = true;

	r->w = w;
	r->attr = attr;
	v->npieces = 0;
	if (dwarf_whatattr(attr) == DW_AT_const_value) {
		locate_const(r, v);
		return;
	}
	if (dwarf_getlocation_addr(attr, w->pc, &ops, &n, 1) != 1 || !n) {
		v->why = "the compiler keeps no value of it at this place";
		return;
	}
	if (!run(r, ops, n) || (!r->npieces && !piece(r, 0, 0, false))) {
		v->why = r->why;
		return;
	}
	for (unsigned i = 0; i < r->npieces; i++)
		gone &= r->pieces[i].kind == PIECE_GONE;
	if (gone)
		v->why = "the compiler keeps no value of it at this place";
	else
		keep_pieces(r, v);
}

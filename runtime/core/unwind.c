// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One frame up, by the description of its function (DWARF 5, 6.4, and the
 * Linux Standard Base on .eh_frame). Descriptions are run as they are: what a
 * function's few instructions cost is less than what reading its frame does.
 */
#include "unwind_read.h"

/* What the caller has in a register, or how the frame's address (cfa) is made. */
enum how { SAME, UNDEFINED, OFFSET /* at cfa + value */, IS_OFFSET /* cfa + value */, REGISTER, AT /* of an expression in the table */, IS };

enum {
	CFA_nop, CFA_set_loc, CFA_advance_loc1, CFA_advance_loc2, CFA_advance_loc4, CFA_offset_extended, CFA_restore_extended,
	CFA_undefined, CFA_same_value, CFA_register, CFA_remember_state, CFA_restore_state, CFA_def_cfa, CFA_def_cfa_register,
	CFA_def_cfa_offset, CFA_def_cfa_expression, CFA_expression, CFA_offset_extended_sf, CFA_def_cfa_sf, CFA_def_cfa_offset_sf,
	CFA_val_offset, CFA_val_offset_sf, CFA_val_expression, CFA_negate_ra_state = 0x2d, CFA_args_size = 0x2e,
	CFA_negative_offset_extended = 0x2f,
	CFA_advance_loc = 0x40, CFA_offset = 0x80, CFA_restore = 0xc0,
};

enum { PE_form = 0x0f, PE_pcrel = 0x10, PE_how = 0x70, PE_indirect = 0x80 };

enum { OPS_MAX = 10000, LETTERS_MAX = 8 }; /* of a function: what is longer is none of a compiler's */

/* What a function's description has in common with others'. */
struct common {
	sd_uint code_align;
	sd_int data_align;
	unsigned int ra;
	unsigned char encoding;  /* of addresses */
	unsigned char augmented; /* functions have something more, which is skipped */
	unsigned char signal;    /* the frame is one of a signal */
	struct bytes code;
};

struct function {
	struct common common;
	sd_uint pc, size;
	struct bytes code;
};

/* ---- the table ------------------------------------------------------------------------------ */

static struct bytes table_from(const struct sd_unwind_table *t, sd_uint at)
{
	return (struct bytes){ t->frame + (at < t->size ? at : t->size), t->frame + t->size, 0 };
}

/* Takes an entry off: all of it that follows its length. false: there is no more. */
static int next_entry(struct bytes *all, struct bytes *entry, unsigned int *word)
{
	sd_uint n = get_fixed(all, 4);

	*word = 4;
	if (n == 0xffffffff) {
		n = get_fixed(all, 8);
		*word = 8;
	}
	if (!n || all->bad)
		return 0;
	*entry = get_bytes(all, n);
	return !entry->bad;
}

static sd_uint get_encoded(const struct sd_unwind_table *t, struct bytes *b, unsigned int encoding)
{
	sd_uint at = t->addr + (sd_uint)(b->at - t->frame), v = 0;

	switch (encoding & PE_form) {
	case 0x00: case 0x04: case 0x0c: v = get_fixed(b, 8); break;
	case 0x01: v = get_uleb(b); break;
	case 0x09: v = (sd_uint)get_sleb(b); break;
	case 0x02: v = get_fixed(b, 2); break;
	case 0x0a: v = (sd_uint)get_signed(b, 2); break;
	case 0x03: v = get_fixed(b, 4); break;
	case 0x0b: v = (sd_uint)get_signed(b, 4); break;
	default: b->bad = 1;
	}
	if ((encoding & PE_how) == PE_pcrel)
		v += at;
	else if (encoding & PE_how)
		b->bad = 1;
	return v;
}

/* The letters of .eh_frame; what follows a "z" can be skipped. */
static int read_letters(const struct sd_unwind_table *t, struct common *c, struct bytes *b, const unsigned char *letters)
{
	struct bytes more;

	if (!*letters)
		return 1;
	if (*letters++ != 'z')
		return 0;
	c->augmented = 1;
	more = get_bytes(b, get_uleb(b));
	for (; *letters; letters++)
		switch (*letters) {
		case 'R':
			c->encoding = (unsigned char)get_u8(&more);
			break;
		case 'P': {
			unsigned int encoding = get_u8(&more);

			get_encoded(t, &more, encoding & (PE_form | PE_pcrel));
			break;
		}
		case 'L':
			get_u8(&more);
			break;
		case 'S':
			c->signal = 1;
			break;
		case 'B': /* return addresses are signed */
			break;
		default:
			return !more.bad; /* whatever it is, it does not matter where code is */
		}
	return !more.bad && !(c->encoding & PE_indirect);
}

static int read_common(const struct sd_unwind_table *t, sd_uint at, struct common *c)
{
	struct bytes all = table_from(t, at), b;
	unsigned int word, version;
	const unsigned char *letters;

	memset(c, 0, sizeof(*c));
	if (!next_entry(&all, &b, &word))
		return 0;
	if (get_fixed(&b, t->debug ? word : 4) != (!t->debug ? 0 : word == 8 ? ~0ull : 0xffffffff))
		return 0;
	version = get_u8(&b);
	if (version != 1 && version != 3 && version != 4)
		return 0;
	letters = b.at;
	while (get_u8(&b) && b.at - letters <= LETTERS_MAX)
		;
	if (b.bad || b.at[-1])
		return 0;
	if (version == 4 && (get_u8(&b) != 8 || get_u8(&b)))
		return 0; /* addresses of another size, or segments */
	c->code_align = get_uleb(&b);
	c->data_align = get_sleb(&b);
	c->ra = version == 1 ? get_u8(&b) : (unsigned int)get_uleb(&b);
	if (b.bad || c->ra >= SD_UNWIND_REGS || !read_letters(t, c, &b, letters))
		return 0;
	c->code = b;
	return !b.bad;
}

/* Of an entry: where its common part is. false: it is one itself. */
static int common_of(const struct sd_unwind_table *t, struct bytes *b, unsigned int word, sd_uint *at)
{
	sd_uint here = (sd_uint)(b->at - t->frame), id = get_fixed(b, t->debug ? word : 4);

	if (t->debug) {
		*at = id;
		return id != (word == 8 ? ~0ull : 0xffffffff);
	}
	*at = here - id;
	return id != 0;
}

static int read_range(const struct sd_unwind_table *t, struct bytes *b, struct function *f)
{
	f->pc = get_encoded(t, b, f->common.encoding);
	f->size = get_encoded(t, b, f->common.encoding & PE_form);
	return !b->bad;
}

static int read_function(const struct sd_unwind_table *t, sd_uint at, struct function *f)
{
	struct bytes all = table_from(t, at), b;
	unsigned int word;
	sd_uint common;

	if (!next_entry(&all, &b, &word) || !common_of(t, &b, word, &common) || !read_common(t, common, &f->common) || !read_range(t, &b, f))
		return 0;
	if (f->common.augmented)
		get_bytes(&b, get_uleb(&b));
	f->code = b;
	return !b.bad;
}

/* ---- the index ------------------------------------------------------------------------------- */

/* Calls f for each function's range; f may be null. Returns how many there are. */
static unsigned int each_function(const struct sd_unwind_table *t, void (*f)(void *data, sd_uint pc, unsigned int at), void *data)
{
	struct bytes all = table_from(t, 0), b;
	sd_uint common, last = ~0ull;
	struct function fn;
	unsigned int n = 0, word;
	int known = 0;

	for (;;) {
		unsigned int at = (unsigned int)(all.at - t->frame);

		if (!next_entry(&all, &b, &word))
			return n;
		if (!common_of(t, &b, word, &common))
			continue;
		if (common != last)
			known = read_common(t, common, &fn.common);
		last = common;
		if (!known || !read_range(t, &b, &fn) || !fn.size || !fn.pc)
			continue;
		n++;
		if (f)
			f(data, fn.pc, at);
	}
}

unsigned int sd_unwind_count(const struct sd_unwind_table *t)
{
	return each_function(t, 0, 0);
}

static void lowest(void *data, sd_uint pc, unsigned int at)
{
	struct sd_unwind_table *t = data;

	(void)at;
	if (pc < t->base)
		t->base = pc;
}

static void note(void *data, sd_uint pc, unsigned int at)
{
	struct sd_unwind_table *t = data;

	if (pc - t->base <= 0xffffffff)
		t->index[t->nindex++] = (struct sd_unwind_entry){ (unsigned int)(pc - t->base), at };
}

static void sink(struct sd_unwind_entry *v, unsigned int i, unsigned int n)
{
	struct sd_unwind_entry e = v[i];
	unsigned int k;

	for (; (k = 2 * i + 1) < n; i = k) {
		if (k + 1 < n && v[k + 1].pc > v[k].pc)
			k++;
		if (v[k].pc <= e.pc)
			break;
		v[i] = v[k];
	}
	v[i] = e;
}

void sd_unwind_index(struct sd_unwind_table *t)
{
	struct sd_unwind_entry *v = t->index;
	unsigned int i, n;

	t->base = ~0ull;
	t->nindex = 0;
	each_function(t, lowest, t);
	each_function(t, note, t);
	n = t->nindex;
	for (i = 1; i < n && v[i - 1].pc <= v[i].pc; i++)
		;
	if (i >= n)
		return; /* as linkers mostly leave it */
	for (i = n / 2; i-- > 0;)
		sink(v, i, n);
	while (n-- > 1) {
		struct sd_unwind_entry e = v[0];

		v[0] = v[n];
		v[n] = e;
		sink(v, 0, n);
	}
}

static int find_function(const struct sd_unwind_table *t, sd_uint pc, struct function *f)
{
	unsigned int lo = 0, n = t->nindex, half;

	if (!t->nindex || pc < t->base || pc - t->base > 0xffffffff)
		return 0;
	while (n) {
		half = n / 2;
		if (t->index[lo + half].pc <= pc - t->base) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo && read_function(t, t->index[lo - 1].at, f) && pc - f->pc < f->size;
}

/* ---- instructions ------------------------------------------------------------------------------ */

static void set(struct sd_unwind_row *row, sd_uint reg, enum how how, sd_int value)
{
	if (reg < SD_UNWIND_REGS) { /* others are of no use to find callers */
		row->how[reg] = how;
		row->value[reg] = (int)value;
	}
}

static int set_cfa(struct sd_unwind_row *row, sd_uint reg, sd_int value)
{
	row->cfa = IS_OFFSET;
	row->cfa_reg = (unsigned char)reg;
	row->cfa_value = (int)value;
	return reg < SD_UNWIND_REGS;
}

/* An expression: its place in the table. */
static sd_int skip_block(const struct sd_unwind_table *t, struct bytes *b)
{
	sd_int at = b->at - t->frame;

	get_bytes(b, get_uleb(b));
	return at;
}

static void restore(struct sd_unwind *u, sd_uint reg)
{
	if (reg < SD_UNWIND_REGS)
		set(&u->row, reg, u->first.how[reg], u->first.value[reg]);
}

/* Until the instruction that is about code behind pc. false: they make no sense. */
static int execute(struct sd_unwind *u, const struct sd_unwind_table *t, const struct function *f, struct bytes b, sd_uint pc)
{
	const struct common *c = &f->common;
	struct sd_unwind_row *row = &u->row;
	sd_uint loc = f->pc, reg;
	unsigned int states = 0, ops = 0, op;

	while (b.at != b.end && !b.bad) {
		if (ops++ == OPS_MAX)
			return 0;
		op = get_u8(&b);
		reg = op & 0x3f;
		switch (op & 0xc0) {
		case CFA_advance_loc:
			loc += reg * c->code_align;
			if (loc > pc)
				return 1;
			continue;
		case CFA_offset:
			set(row, reg, OFFSET, (sd_int)get_uleb(&b) * c->data_align);
			continue;
		case CFA_restore:
			restore(u, reg);
			continue;
		}
		switch (op) {
		case CFA_nop:
		case CFA_negate_ra_state:
			break;
		case CFA_set_loc:
			loc = get_encoded(t, &b, c->encoding);
			if (loc > pc)
				return 1;
			break;
		case CFA_advance_loc1:
		case CFA_advance_loc2:
		case CFA_advance_loc4:
			loc += get_fixed(&b, 1u << (op - CFA_advance_loc1)) * c->code_align;
			if (loc > pc)
				return 1;
			break;
		case CFA_offset_extended:
			reg = get_uleb(&b);
			set(row, reg, OFFSET, (sd_int)get_uleb(&b) * c->data_align);
			break;
		case CFA_offset_extended_sf:
			reg = get_uleb(&b);
			set(row, reg, OFFSET, get_sleb(&b) * c->data_align);
			break;
		case CFA_negative_offset_extended:
			reg = get_uleb(&b);
			set(row, reg, OFFSET, -(sd_int)get_uleb(&b) * c->data_align);
			break;
		case CFA_val_offset:
			reg = get_uleb(&b);
			set(row, reg, IS_OFFSET, (sd_int)get_uleb(&b) * c->data_align);
			break;
		case CFA_val_offset_sf:
			reg = get_uleb(&b);
			set(row, reg, IS_OFFSET, get_sleb(&b) * c->data_align);
			break;
		case CFA_restore_extended:
			restore(u, get_uleb(&b));
			break;
		case CFA_undefined:
			set(row, get_uleb(&b), UNDEFINED, 0);
			break;
		case CFA_same_value:
			set(row, get_uleb(&b), SAME, 0);
			break;
		case CFA_register:
			reg = get_uleb(&b);
			set(row, reg, REGISTER, (sd_int)get_uleb(&b));
			break;
		case CFA_remember_state:
			if (states == SD_UNWIND_STATES)
				return 0;
			u->states[states++] = *row;
			break;
		case CFA_restore_state:
			if (!states)
				return 0;
			*row = u->states[--states];
			break;
		case CFA_def_cfa:
			reg = get_uleb(&b);
			if (!set_cfa(row, reg, (sd_int)get_uleb(&b)))
				return 0;
			break;
		case CFA_def_cfa_sf:
			reg = get_uleb(&b);
			if (!set_cfa(row, reg, get_sleb(&b) * c->data_align))
				return 0;
			break;
		case CFA_def_cfa_register:
			if (!set_cfa(row, get_uleb(&b), row->cfa_value))
				return 0;
			break;
		case CFA_def_cfa_offset:
			row->cfa_value = (int)get_uleb(&b);
			break;
		case CFA_def_cfa_offset_sf:
			row->cfa_value = (int)(get_sleb(&b) * c->data_align);
			break;
		case CFA_def_cfa_expression:
			row->cfa = IS;
			row->cfa_value = (int)skip_block(t, &b);
			break;
		case CFA_expression:
			reg = get_uleb(&b);
			set(row, reg, AT, skip_block(t, &b));
			break;
		case CFA_val_expression:
			reg = get_uleb(&b);
			set(row, reg, IS, skip_block(t, &b));
			break;
		case CFA_args_size:
			get_uleb(&b);
			break;
		default:
			return 0;
		}
	}
	return !b.bad;
}

/* ---- a frame ------------------------------------------------------------------------------------- */

static int evaluate(struct sd_unwind *u, const struct sd_unwind_table *t, int at, const sd_uint *first, sd_uint *value)
{
	struct bytes b = table_from(t, (sd_uint)at);

	return sd_unwind_expression(u, get_bytes(&b, get_uleb(&b)), first, value);
}

static int read_word(struct sd_unwind *u, sd_uint addr, sd_uint *value)
{
	return !u->read(u, addr, value, sizeof(*value));
}

/* What the table says of an instruction, from there or from the last time. Tables do not change. */
static enum sd_unwind_end look_up(struct sd_unwind *u, const struct sd_unwind_table *t, sd_uint pc, struct sd_unwind_known **out)
{
	struct sd_unwind_known *k = &u->known[(pc ^ pc >> 6 ^ (sd_uint)(unsigned long)t >> 7) % SD_UNWIND_KNOWN];
	struct sd_unwind_row *row = &u->row;
	struct function f;
	unsigned int i, low = 0;

	*out = k;
	if (k->table == t && k->pc == pc)
		return SD_UNWIND_OK;
	if (!find_function(t, pc, &f))
		return SD_UNWIND_NONE;
	memset(row, 0, sizeof(*row));
	if (!execute(u, t, &f, f.common.code, ~0ull))
		return SD_UNWIND_BAD;
	u->first = *row;
	if (!execute(u, t, &f, f.code, pc) || !row->cfa)
		return SD_UNWIND_BAD;
	*k = (struct sd_unwind_known){ .table = t, .pc = pc, .ra = (unsigned char)f.common.ra, .signal = f.common.signal, .row = *row };
	for (i = 0; i < SD_UNWIND_REGS; i++) {
		unsigned int words = (unsigned int)-row->value[i] / 8;

		if (row->how[i] != SAME)
			k->changed |= 1u << i;
		if (row->how[i] == OFFSET && row->value[i] < 0 && !(row->value[i] & 7) && words <= SD_UNWIND_WINDOW && words > low)
			low = words;
	}
	k->window = low;
	return SD_UNWIND_OK;
}

/* What the caller has in a register, from *value, which is ours. window: the words below the frame's address that were read. */
static int caller_has(struct sd_unwind *u, const struct sd_unwind_known *k, unsigned int reg, sd_uint cfa, unsigned int window, sd_uint *value)
{
	int how = k->row.how[reg], v = k->row.value[reg];
	sd_uint at;

	switch (how) {
	case OFFSET:
		if (v < 0 && !(v & 7) && (unsigned int)-v / 8 <= window) {
			*value = u->window[window - (unsigned int)-v / 8];
			return 1;
		}
		at = cfa + (sd_uint)(sd_int)v;
		break;
	case UNDEFINED:
		return 1;
	case IS_OFFSET:
		*value = cfa + (sd_uint)(sd_int)v;
		return 1;
	case REGISTER:
		*value = u->reg[(unsigned int)v < SD_UNWIND_REGS ? (unsigned int)v : reg];
		return (unsigned int)v < SD_UNWIND_REGS;
	case IS:
		return evaluate(u, k->table, v, &cfa, value);
	default:
		if (!evaluate(u, k->table, v, &cfa, &at))
			return 0;
	}
	return read_word(u, at, value);
}

enum sd_unwind_end sd_unwind_step(struct sd_unwind *u, const struct sd_unwind_table *t, sd_uint bias)
{
	sd_uint cfa, value[SD_UNWIND_REGS];
	unsigned int i, left, window;
	struct sd_unwind_known *k;
	enum sd_unwind_end end = look_up(u, t, u->pc - bias - !u->exact, &k);

	if (end != SD_UNWIND_OK)
		return end;
	if (k->row.how[k->ra] == UNDEFINED)
		return SD_UNWIND_LAST;
	if (k->row.cfa == IS_OFFSET)
		cfa = u->reg[k->row.cfa_reg] + (sd_uint)(sd_int)k->row.cfa_value;
	else if (!evaluate(u, t, k->row.cfa_value, 0, &cfa))
		return SD_UNWIND_BAD;
	window = k->window;
	if (window < 2 || u->read(u, cfa - 8 * window, u->window, 8 * window))
		window = 0; /* one by one then */
	/* All at once: a register may be another's, or in an expression. */
	for (left = k->changed; left; left &= left - 1) {
		i = (unsigned int)__builtin_ctz(left);
		value[i] = u->reg[i];
		if (!caller_has(u, k, i, cfa, window, &value[i]))
			return SD_UNWIND_BAD;
	}
	for (left = k->changed; left; left &= left - 1) {
		i = (unsigned int)__builtin_ctz(left);
		u->reg[i] = value[i];
	}
	if (!(k->changed & 1u << SD_UNWIND_SP))
		u->reg[SD_UNWIND_SP] = cfa;
	u->pc = u->reg[k->ra];
	u->exact = k->signal;
	return SD_UNWIND_OK;
}

enum sd_unwind_end sd_unwind_by_pointer(struct sd_unwind *u)
{
	sd_uint fp = u->reg[SD_UNWIND_FP], sp = u->reg[SD_UNWIND_SP], pair[2];

	if (!fp)
		return SD_UNWIND_LAST;
	if (fp < sp || fp - sp > 1 << 20 || fp & 7 || u->read(u, fp, pair, sizeof(pair)))
		return SD_UNWIND_BAD;
	u->reg[SD_UNWIND_FP] = pair[0];
	u->reg[SD_UNWIND_SP] = fp + 16;
	u->pc = pair[1];
	u->exact = 0;
	return SD_UNWIND_OK;
}

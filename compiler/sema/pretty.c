// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pretty printing: $x$ shows the members of one level, $x$$ those of all, in
 * the form of man stapprobes: {.a=1, .b={...}, .c=[2, ...], .d="text"}. An
 * object becomes a list of literal parts and values; the runtime puts them
 * one behind the other. Pointers are not followed, but for what $x itself
 * points at and the text behind char pointers.
 */
#include "base/diag.h"
#include "sema/target.h"

enum { DEPTH_MAX = 16, ITEMS_MAX = 500 };

struct print {
	struct work *w;          /* the object: an address, or a variable in pieces */
	struct pretty *p;
	struct buf text;         /* literal, in front of the next value */
	size_t least;            /* bytes the text will have at least */
	struct range where;
	bool deep, ok;
};

static bool full(const struct print *c)
{
	/* What lies behind the longest string would be cut off anyway. */
	return c->p->items.n >= ITEMS_MAX || c->least > (size_t)c->w->s->maxstringlen;
}

static void put(struct print *c, const char *s)
{
	buf_puts(&c->text, s);
	c->least += strlen(s);
}

static void flush(struct print *c, struct fetch *value, char how)
{
	struct pretty_item it = { .value = value, .how = how };

	it.text = arena_strndup(c->w->s->arena, c->text.s, c->text.n);
	vec_push(c->w->s->arena, &c->p->items, it);
	c->text.n = 0;
	c->text.s[0] = '\0';
	c->least++;
}

/* ---- Values --------------------------------------------------------------------------- */

static bool is_char(const struct type *t)
{
	return t->kind == TYPE_INT && t->is_char;
}

static char how_to(const struct type *t, bool bit_field)
{
	const struct type *to;

	switch (t->kind) {
	case TYPE_ENUM:
		return t->nenumerators ? 'e' : t->is_signed ? 'i' : 'u';
	case TYPE_POINTER:
		to = type_strip(type_target(t));
		return is_char(to) ? 's' : 'p';
	case TYPE_INT:
		if (t->is_char && !bit_field)
			return 'c';
		return t->is_signed ? 'i' : 'u';
	default:
		return 'u';
	}
}

/* The program of one scalar of the object, from this bit of it. */
static void scalar(struct print *c, const struct type *type, uint64_t bit, uint32_t bit_size)
{
	struct work w = { .s = c->w->s, .t = c->w->t, .f = arena_new(c->w->s->arena, struct fetch), .type = type, .lvalue = true, .reg = -1 };
	const struct type *t = type_strip(type);
	char how = how_to(t, bit_size != 0);
	unsigned mark = diag_mark();

	w.f->user = c->w->f->user;
	w.bit_size = bit_size;
	if (c->w->var) {
		w.var = c->w->var;
		w.at = c->w->at + bit;
	} else {
		work_step(&w, FETCH_BASE, 0, 0);
		work_step(&w, FETCH_ADD, (int64_t)(bit_size ? bit / 64 * 8 : bit / 8), 0);
		w.bit_offset = bit_size ? (uint32_t)(bit % 64) : 0;
	}
	if (!work_load(&w, c->where)) {
		if (c->w->var) { /* this part of it has been removed, others may be there */
			diag_rewind(mark);
			put(c, "?");
		} else {
			c->ok = false;
		}
		return;
	}
	c->w->f->uses_regs |= w.f->uses_regs;
	w.f->type = type;
	w.f->names = how == 'e' ? t : NULL;
	flush(c, w.f, how);
}

/* The address of a char array, as text between quotes. */
static void chars(struct print *c, const struct type *t, uint64_t bit)
{
	struct work w = { .s = c->w->s, .t = c->w->t, .f = arena_new(c->w->s->arena, struct fetch), .type = t, .lvalue = true, .reg = -1 };

	w.f->user = c->w->f->user;
	if (c->w->var) { /* in registers: there is no address to read text from */
		put(c, "[...]");
		return;
	}
	work_step(&w, FETCH_BASE, 0, 0);
	work_step(&w, FETCH_ADD, (int64_t)(bit / 8), 0);
	w.f->type = t;
	w.f->dual = t->size > 0; /* a flexible one ends where its text ends */
	flush(c, w.f, 's');
}

/* ---- Objects --------------------------------------------------------------------------- */

static void object(struct print *c, const struct type *type, uint64_t bit, uint32_t bit_size, unsigned depth);

static void members(struct print *c, const struct type *t, uint64_t bit, unsigned depth)
{
	bool any = false;

	put(c, "{");
	for (uint32_t i = 0; i < t->nmembers && !full(c); i++) {
		const struct type_member *m = &t->members[i];

		if (any)
			put(c, ", ");
		any = true;
		if (*m->name) {
			put(c, ".");
			put(c, m->name);
			put(c, "=");
		}
		object(c, type_get(t->db, m->type_id), bit + m->bit_offset, m->bit_size, depth + 1);
	}
	put(c, "}");
}

static void elements(struct print *c, const struct type *t, uint64_t bit, unsigned depth)
{
	const struct type *elem = type_target(t), *bare = type_strip(elem);

	while (bare->kind == TYPE_ARRAY && t->nelems) { /* of several dimensions: the first of all */
		t = bare;
		elem = type_target(t);
		bare = type_strip(elem);
	}
	if (!t->nelems) {
		put(c, "[...]");
		return;
	}
	put(c, "[");
	object(c, elem, bit, 0, depth + 1);
	put(c, type_strip(type_target(t))->size && t->nelems == 1 ? "]" : ", ...]");
}

/* depth 0 is what was asked for; without '$$' nothing below its members is opened. */
static void object(struct print *c, const struct type *type, uint64_t bit, uint32_t bit_size, unsigned depth)
{
	const struct type *t = type_strip(type);
	bool open = depth == 0 || (c->deep && depth < DEPTH_MAX);

	switch (t->kind) {
	case TYPE_STRUCT:
	case TYPE_UNION:
		if (open)
			members(c, t, bit, depth);
		else
			put(c, "{...}");
		return;
	case TYPE_FORWARD:
		put(c, "{...}");
		return;
	case TYPE_ARRAY:
		if (!open)
			put(c, "[...]");
		else if (is_char(type_strip(type_target(t))))
			chars(c, t, bit);
		else
			elements(c, t, bit, depth);
		return;
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_POINTER:
	case TYPE_ENUM:
		if (t->kind == TYPE_POINTER || bit_size || t->size == 1 || t->size == 2 || t->size == 4 || t->size == 8) {
			scalar(c, type, bit, bit_size);
			return;
		}
		break;
	default:
		break;
	}
	put(c, "?");
}

/* A number that is no object: the program yields it, and this prints it. */
static void value(struct print *c, const struct type *t)
{
	struct fetch *f = arena_new(c->w->s->arena, struct fetch);
	struct fetch_step st = { .kind = FETCH_BASE };
	char how = how_to(t, false);

	vec_push(c->w->s->arena, &f->steps, st);
	f->type = t;
	f->user = c->w->f->user;
	f->names = how == 'e' ? t : NULL;
	if (t->kind == TYPE_VOID || t->kind == TYPE_FLOAT || t->kind == TYPE_PROTO)
		put(c, "?");
	else
		flush(c, f, how);
}

static bool points_at_object(const struct type *t)
{
	const struct type *to = t->kind == TYPE_POINTER ? type_strip(type_target(t)) : t;

	return to != t && (to->kind == TYPE_STRUCT || to->kind == TYPE_UNION);
}

bool work_pretty(struct work *w, const struct node *at, int64_t levels)
{
	struct print c = { .w = w, .p = arena_new(w->s->arena, struct pretty), .where = at->range, .deep = levels > 1, .ok = true };
	const struct type *t = type_strip(w->type);

	buf_init(&c.text);
	buf_puts(&c.text, "");
	if (points_at_object(t)) {
		if (!work_load(w, at->range))
			return false;
		w->type = type_target(t);
		w->lvalue = true;
		t = type_strip(w->type);
	}
	if (w->lvalue && (type_is_aggregate(t) || t->kind == TYPE_FORWARD)) {
		work_settle(w, t->size * 8);
		object(&c, w->type, 0, 0, 0);
	} else {
		bool field = w->bit_size != 0;

		c.ok = work_load(w, at->range);
		value(&c, t);
		if (field && c.p->items.n && c.p->items.v[0].how == 'c')
			c.p->items.v[0].how = t->is_signed ? 'i' : 'u';
	}
	if (c.text.n)
		flush(&c, NULL, 0);
	buf_deinit(&c.text);
	if (!c.ok)
		return false;
	w->f->pretty = c.p;
	w->f->string = true;
	w->f->type = w->type;
	return true;
}

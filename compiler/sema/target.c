// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Target variables: $x, $x->y[2], $return, @cast(…)->y, turned into fetch
 * programs with the types of the probed place.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "sema/sema.h"

bool target_is(const struct node *n)
{
	return n->kind == N_TARGET || n->kind == N_ATVAR || n->kind == N_CAST || n->kind == N_DEREF || n->kind == N_ADDRESS;
}

struct work {
	struct sema *s;
	const struct target_ctx *t;
	struct fetch *f;
	const struct type *type; /* of what the program yields so far */
	bool lvalue;             /* the program's value is the address of an object of that type */
	uint32_t bit_size, bit_offset; /* a pending bit-field of the object */
};

static void step(struct work *w, enum fetch_step_kind kind, int64_t a, int64_t b)
{
	struct fetch_step st = { .kind = kind, .a = a, .b = b };

	if (kind == FETCH_ADD && !a)
		return;
	if (kind == FETCH_ADD && w->f->steps.n && w->f->steps.v[w->f->steps.n - 1].kind == FETCH_ADD) {
		w->f->steps.v[w->f->steps.n - 1].a += a;
		return;
	}
	vec_push(w->s->arena, &w->f->steps, st);
}

static const char *type_text(struct work *w, const struct type *t)
{
	struct buf b;
	const char *text;

	buf_init(&b);
	type_print(&b, t);
	text = arena_strdup(w->s->arena, b.s);
	buf_deinit(&b);
	return text;
}

static bool is_aggregate(const struct type *t)
{
	return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ARRAY;
}

/* Turns the address of a scalar into its value. */
static bool load(struct work *w, struct range where)
{
	const struct type *t = type_strip(w->type);
	uint64_t size = t->size;

	if (!w->lvalue || is_aggregate(t))
		return true;
	if (t->kind == TYPE_POINTER)
		size = 8;
	if (w->bit_size) {
		/* Read the smallest aligned power of two that holds the field, at most eight bytes. */
		uint64_t first = w->bit_offset / 8, last = (w->bit_offset + w->bit_size - 1) / 8;

		size = 1;
		while (size < 8 && first / size != last / size)
			size *= 2;
		if (first / size != last / size) {
			diag(DIAG_TARGET_TYPE, where, "a bit-field that crosses eight bytes cannot be read");
			return false;
		}
		first = first / size * size;
		step(w, FETCH_ADD, (int64_t)first, 0);
		step(w, FETCH_LOAD, (int64_t)size, 0);
		step(w, FETCH_BITS, w->bit_size, (int64_t)(w->bit_offset - first * 8));
		w->f->steps.v[w->f->steps.n - 1].sign = t->is_signed;
		w->bit_size = 0;
	} else {
		if (t->kind == TYPE_FLOAT || (size != 1 && size != 2 && size != 4 && size != 8)) {
			diag(DIAG_TARGET_TYPE, where, "a value of type '%s' cannot be read as a number", type_text(w, w->type));
			return false;
		}
		step(w, FETCH_LOAD, (int64_t)size, t->is_signed);
	}
	w->lvalue = false;
	return true;
}

static bool list_params(const struct target_ctx *t, struct buf *out)
{
	bool any = false;

	for (uint32_t i = 0; t->proto && i < t->proto->nmembers; i++) {
		if (!*t->proto->members[i].name)
			continue;
		buf_printf(out, "%s$%s", any ? " " : "", t->proto->members[i].name);
		any = true;
	}
	return any;
}

void target_unknown(const struct target_ctx *t, const struct node *n)
{
	struct diag *d = diag(DIAG_TARGET_UNKNOWN, n->at, "'%s' is not available %s %s", n->name,
			      !t || !t->proto ? "in" : t->is_return ? "at the return of" : "at the entry of",
			      t && t->function ? t->function : !t ? "a function" : "this kind of probe");
	struct suggest sg;
	struct buf b;

	if (!t || !t->proto)
		return;
	suggest_init(&sg, n->name + 1);
	for (uint32_t i = 0; i < t->proto->nmembers; i++)
		suggest_offer(&sg, t->proto->members[i].name);
	buf_init(&b);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '$%s'?", suggest_best(&sg));
	else if (list_params(t, &b))
		diag_hint(d, "alternatives: %s%s", b.s, t->is_return ? " $return" : "");
	else
		diag_hint(d, "the function has no parameters%s", t->is_return ? "; there is $return" : "");
	buf_deinit(&b);
}

static bool start_param(struct work *w, const struct node *n, uint32_t index)
{
	const struct type *t = type_get(w->t->proto->db, w->t->proto->members[index].type_id), *bare = type_strip(t);
	struct arch_place p = w->t->arch->param(w->t->proto, index);

	w->type = t;
	if (p.kind == PLACE_NONE || bare->kind == TYPE_FLOAT) {
		diag(DIAG_TARGET_TYPE, n->at, "parameter '%s' of type '%s' is passed %s", n->name, type_text(w, t),
		     p.kind == PLACE_NONE && p.why ? p.why : "where it cannot be read");
		return false;
	}
	if (is_aggregate(bare) && p.indirect) {
		if (p.kind == PLACE_REGISTER)
			step(w, FETCH_REGISTER, p.offset, 0);
		else
			step(w, FETCH_STACK, p.offset, w->t->arch->sp_offset);
		w->lvalue = true;
		return true;
	}
	if (is_aggregate(bare)) {
		if (p.kind != PLACE_STACK) {
			diag(DIAG_TARGET_TYPE, n->at, "parameter '%s' is a structure passed in registers", n->name);
			return false;
		}
		step(w, FETCH_REGISTER, w->t->arch->sp_offset, 0);
		step(w, FETCH_ADD, p.offset, 0);
		w->lvalue = true;
		return true;
	}
	if (p.kind == PLACE_REGISTER)
		step(w, FETCH_REGISTER, p.offset, 0);
	else
		step(w, FETCH_STACK, p.offset, w->t->arch->sp_offset);
	if (bare->kind != TYPE_POINTER && bare->size < 8)
		step(w, FETCH_EXTEND, (int64_t)bare->size, bare->is_signed);
	return true;
}

static bool start_target(struct work *w, const struct node *n)
{
	const struct type *ret;

	if (!w->t || !w->t->proto) {
		target_unknown(w->t, n);
		return false;
	}
	if (!strcmp(n->name, "$return") && w->t->is_return) {
		ret = type_target(w->t->proto);
		if (type_strip(ret)->kind == TYPE_VOID) {
			diag(DIAG_TARGET_UNKNOWN, n->at, "'$return' is not available: %s returns nothing", w->t->function);
			return false;
		}
		w->type = ret;
		step(w, FETCH_RETVAL, 0, 0);
		if (is_aggregate(type_strip(ret))) {
			diag(DIAG_TARGET_TYPE, n->at, "%s returns a structure, which cannot be read", w->t->function);
			return false;
		}
		if (type_strip(ret)->kind != TYPE_POINTER && type_strip(ret)->size < 8)
			step(w, FETCH_EXTEND, (int64_t)type_strip(ret)->size, type_strip(ret)->is_signed);
		return true;
	}
	for (uint32_t i = 0; i < w->t->proto->nmembers; i++)
		if (!strcmp(w->t->proto->members[i].name, n->name + 1))
			return start_param(w, n, i);
	target_unknown(w->t, n);
	return false;
}

static bool start_cast(struct work *w, const struct node *n)
{
	struct type_db *db;
	const struct type *t;
	struct fetch_step st = { .kind = FETCH_EXPR, .node = n->kid[CAST_X] };

	if (w->s->user) {
		diag_hint(diag(DIAG_NEEDS_KERNEL, n->range, "'@cast' to a kernel type needs the kernel runtime"),
			  "leave out --runtime=user");
		return false;
	}
	db = kernel_types(w->s->kernel);
	if (!db)
		return false;
	t = types_parse(db, n->kid[CAST_TYPE]->str);
	if (!t) {
		struct diag *d = diag(DIAG_TARGET_TYPE, n->kid[CAST_TYPE]->range, "the kernel has no type '%s'",
				      n->kid[CAST_TYPE]->str);
		diag_hint(d, "write it as in C: \"struct task_struct\", \"int\"");
		return false;
	}
	vec_push(w->s->arena, &w->f->steps, st);
	w->type = t;
	/* A cast to a structure takes the value as its address; to a pointer, as the pointer. */
	w->lvalue = is_aggregate(type_strip(t));
	if (!w->lvalue && type_strip(t)->kind != TYPE_POINTER && type_strip(t)->size < 8)
		step(w, FETCH_EXTEND, (int64_t)type_strip(t)->size, type_strip(t)->is_signed);
	return true;
}

/* A variable or function that is known to hold a pointer. */
static bool start_expression(struct work *w, struct node *n)
{
	const struct ctype *c = autocast_of(n);
	struct fetch_step st = { .kind = FETCH_EXPR, .node = n };

	if (!c) {
		struct diag *d = diag(DIAG_TARGET_TYPE, n->range, "nothing says what this points at");

		diag_hint(d, "say it: @cast(x, \"struct …\")->member");
		return false;
	}
	vec_push(w->s->arena, &w->f->steps, st);
	w->type = c->type;
	w->lvalue = c->address;
	w->f->user = c->user;
	return true;
}

static bool start(struct work *w, struct node *n)
{
	switch (n->kind) {
	case N_TARGET:
		return start_target(w, n);
	case N_CAST:
		return start_cast(w, n);
	case N_ATVAR:
		diag(DIAG_NOT_YET, n->range, "@var is not supported yet");
		return false;
	default:
		return start_expression(w, n);
	}
}

/* Makes the program yield the address of the struct or array a suffix applies to. */
static bool to_object(struct work *w, const struct node *suffix)
{
	const struct type *t = type_strip(w->type);

	if (t->kind == TYPE_POINTER) {
		if (!load(w, suffix->range))
			return false;
		w->type = type_target(t);
		w->lvalue = true;
	}
	return true;
}

static void member_hint(struct diag *d, const struct type *t, const char *name)
{
	struct suggest sg;
	struct buf b;
	unsigned shown = 0;

	suggest_init(&sg, name);
	buf_init(&b);
	for (uint32_t i = 0; i < t->nmembers; i++) {
		if (!*t->members[i].name)
			continue;
		suggest_offer(&sg, t->members[i].name);
		if (shown++ < 12)
			buf_printf(&b, " %s", t->members[i].name);
	}
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	else if (shown)
		diag_hint(d, "its members are:%s%s", b.s, shown > 12 ? " …" : "");
	buf_deinit(&b);
}

static bool suffix_member(struct work *w, const struct node *m)
{
	const struct type_member *found;
	const struct type *t;
	uint64_t bits = 0;

	if (!to_object(w, m))
		return false;
	t = type_strip(w->type);
	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) {
		diag(DIAG_TARGET_TYPE, m->range, "'->%s' needs a structure, and this is of type '%s'", m->name,
		     type_text(w, w->type));
		return false;
	}
	found = type_find_member(t, m->name, &bits);
	if (!found) {
		struct diag *d = diag(DIAG_TARGET_MEMBER, m->at, "'%s' has no member '%s'", type_text(w, t), m->name);

		member_hint(d, t, m->name);
		return false;
	}
	w->type = type_get(t->db, found->type_id);
	w->bit_size = found->bit_size;
	if (found->bit_size) {
		/* Keep the byte part in the address, rounded down to eight, so that the read stays aligned. */
		step(w, FETCH_ADD, (int64_t)(bits / 64 * 8), 0);
		w->bit_offset = (uint32_t)(bits % 64);
	} else {
		step(w, FETCH_ADD, (int64_t)(bits / 8), 0);
	}
	return true;
}

static bool suffix_element(struct work *w, struct node *e)
{
	const struct type *t = type_strip(w->type), *elem;
	struct node *index = e->kid[ELEMENT_INDEX];
	uint64_t size;

	if (t->kind != TYPE_ARRAY && t->kind != TYPE_POINTER) {
		diag(DIAG_TARGET_TYPE, e->range, "'[…]' needs an array or a pointer, and this is of type '%s'",
		     type_text(w, w->type));
		return false;
	}
	if (t->kind == TYPE_POINTER && !load(w, e->range))
		return false;
	elem = type_target(t);
	size = type_strip(elem)->kind == TYPE_POINTER ? 8 : type_strip(elem)->size;
	if (index->kind == N_NUMBER) {
		if (t->kind == TYPE_ARRAY && t->nelems && (index->num < 0 || index->num >= (int64_t)t->nelems)) {
			struct diag *d = diag(DIAG_TARGET_TYPE, index->range, "index %lld is outside '%s'",
					      (long long)index->num, type_text(w, t));
			diag_hint(d, "its elements are 0 to %u", t->nelems - 1);
			return false;
		}
		step(w, FETCH_ADD, index->num * (int64_t)size, 0);
	} else {
		struct fetch_step st = { .kind = FETCH_INDEX, .a = (int64_t)size, .node = index };

		vec_push(w->s->arena, &w->f->steps, st);
	}
	w->type = elem;
	w->lvalue = true;
	return true;
}

static bool suffixes(struct work *w, const struct node *n)
{
	vec_each(i, &n->list) {
		struct node *sfx = n->list.v[i];

		if (w->bit_size && sfx->kind != N_PRETTY) {
			diag(DIAG_TARGET_TYPE, sfx->range, "a bit-field has no members");
			return false;
		}
		if (sfx->kind == N_MEMBER) {
			if (sfx->flags & F_DOLLAR) {
				diag(DIAG_NOT_YET, sfx->range, "'->%s' is not supported yet", sfx->name);
				return false;
			}
			if (!suffix_member(w, sfx))
				return false;
		} else if (sfx->kind == N_ELEMENT) {
			if (!suffix_element(w, sfx))
				return false;
		} else {
			diag(DIAG_NOT_YET, sfx->range, "pretty-printing with '%s' is not supported yet",
			     sfx->num == 1 ? "$" : "$$");
			return false;
		}
	}
	return true;
}

/* Ends a program: scalars are loaded, char arrays become strings, other objects yield their address. */
static bool finish(struct work *w, struct range where, bool address)
{
	const struct type *t = type_strip(w->type);

	if (address) {
		if (!w->lvalue || w->bit_size) {
			diag(DIAG_TARGET_TYPE, where, "'&' needs something that has an address");
			return false;
		}
		w->f->address = true;
		w->f->type = w->type;
		return true;
	}
	if (w->lvalue && t->kind == TYPE_ARRAY) {
		const struct type *elem = type_strip(type_target(t));

		w->f->dual = elem->kind == TYPE_INT && elem->size == 1;
		w->f->address = true;
	} else if (w->lvalue && is_aggregate(t)) {
		w->f->address = true;
	} else if (!load(w, where)) {
		return false;
	}
	w->f->type = w->type;
	return true;
}

struct fetch *target_build(struct sema *s, struct node *n, const struct target_ctx *t)
{
	struct work w = { .s = s, .t = t, .f = arena_new(s->arena, struct fetch) };
	struct node *inner = n->kind == N_ADDRESS ? n->kid[ADDRESS_OF] : n;
	struct node *base = inner->kind == N_DEREF ? inner->kid[DEREF_BASE] : inner;

	if (!start(&w, base))
		return NULL;
	if (inner->kind == N_DEREF && !suffixes(&w, inner))
		return NULL;
	return finish(&w, n->range, n->kind == N_ADDRESS) ? w.f : NULL;
}

/* ---- Return probes: parameters are saved at entry ----------------------------- */

static bool is_static(const struct fetch *f)
{
	vec_each(i, &f->steps)
		if (f->steps.v[i].kind == FETCH_EXPR || f->steps.v[i].kind == FETCH_INDEX)
			return false;
	return true;
}

static struct fetch *through_entry(struct sema *s, struct plan_probe *p, const struct node *n, struct fetch *f)
{
	struct fetch *g = arena_new(s->arena, struct fetch);
	struct fetch_step st = { .kind = FETCH_ENTRY };
	struct buf a, b;
	unsigned i;

	if (!is_static(f)) {
		struct diag *d = diag(DIAG_NOT_YET, n->range, "a computed index on a parameter in a return probe is not supported yet");

		diag_hint(d, "save it in an entry probe of the same function");
		return NULL;
	}
	buf_init(&a);
	buf_init(&b);
	fetch_print(&a, f);
	for (i = 0; i < p->entries.n; i++) {
		b.n = 0;
		fetch_print(&b, p->entries.v[i]);
		if (!strcmp(a.s, b.s))
			break;
	}
	if (i == p->entries.n)
		vec_push(s->arena, &p->entries, f);
	buf_deinit(&a);
	buf_deinit(&b);
	st.a = i;
	vec_push(s->arena, &g->steps, st);
	g->type = f->type;
	g->address = f->address;
	g->dual = f->dual;
	return g;
}

const struct node *target_base(const struct node *n)
{
	if (n->kind == N_ADDRESS)
		n = n->kid[ADDRESS_OF];
	return n->kind == N_DEREF ? n->kid[DEREF_BASE] : n;
}

bool target_resolve(struct sema *s, struct node *n, struct plan_probe *p)
{
	const struct node *base = target_base(n);
	struct fetch *f = target_build(s, n, p ? &p->target : NULL);

	if (f && p && p->target.is_return && base->kind == N_TARGET && strcmp(base->name, "$return"))
		f = through_entry(s, p, n, f);
	if (!f)
		return false;
	if (p && f->uses_regs)
		p->uses_regs = true;
	n->info = f;
	n->vtype = f->dual ? VT_UNKNOWN : VT_LONG;
	return true;
}

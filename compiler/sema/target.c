// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Target variables: $x, $x->y[2], $return, @cast(…)->y, turned into fetch
 * programs with the types of the probed place.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "sema/target.h"

bool target_is(const struct node *n)
{
	return n->kind == N_TARGET || n->kind == N_ATVAR || n->kind == N_CAST || n->kind == N_DEREF || n->kind == N_ADDRESS;
}

void work_step(struct work *w, enum fetch_step_kind kind, int64_t a, int64_t b)
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

const char *work_type_text(struct work *w, const struct type *t)
{
	struct buf b;
	const char *text;

	buf_init(&b);
	type_print(&b, t);
	text = arena_strdup(w->s->arena, b.s);
	buf_deinit(&b);
	return text;
}

bool type_is_aggregate(const struct type *t)
{
	return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ARRAY;
}

/* The smallest aligned power of two bytes that holds the pending bit-field: from byte *first on. */
static bool field_span(struct work *w, struct range where, uint64_t *first, uint64_t *size)
{
	uint64_t last = (w->bit_offset + w->bit_size - 1) / 8;

	*first = w->bit_offset / 8;
	*size = 1;
	while (*size < 8 && *first / *size != last / *size)
		*size *= 2;
	if (*first / *size != last / *size) {
		diag(DIAG_TARGET_TYPE, where, "a bit-field that crosses eight bytes cannot be read or written");
		return false;
	}
	*first = *first / *size * *size;
	return true;
}

static bool scalar_size(struct work *w, struct range where, uint64_t *size)
{
	const struct type *t = type_strip(w->type);

	*size = t->kind == TYPE_POINTER ? 8 : t->size;
	if (t->kind != TYPE_FLOAT && (*size == 1 || *size == 2 || *size == 4 || *size == 8))
		return true;
	diag(DIAG_TARGET_TYPE, where, "a value of type '%s' cannot be read as a number", work_type_text(w, w->type));
	return false;
}

bool work_load(struct work *w, struct range where)
{
	const struct type *t = type_strip(w->type);
	uint64_t size, first;

	if (!w->lvalue || type_is_aggregate(t))
		return true;
	if (!w->bit_size && !scalar_size(w, where, &size))
		return false;
	work_settle(w, w->bit_size ? w->bit_offset + w->bit_size : size * 8);
	if (w->var) {
		w->at += w->bit_offset;
		if (!work_gather(w, where, w->bit_size ? w->bit_size : size * 8))
			return false;
		if (w->bit_size) {
			work_step(w, FETCH_BITS, w->bit_size, 0);
			w->f->steps.v[w->f->steps.n - 1].sign = t->is_signed;
		} else if (size < 8) {
			work_step(w, FETCH_EXTEND, (int64_t)size, t->is_signed);
		}
	} else if (w->bit_size) {
		if (!field_span(w, where, &first, &size))
			return false;
		work_step(w, FETCH_ADD, (int64_t)first, 0);
		work_step(w, FETCH_LOAD, (int64_t)size, 0);
		work_step(w, FETCH_BITS, w->bit_size, (int64_t)(w->bit_offset - first * 8));
		w->f->steps.v[w->f->steps.n - 1].sign = t->is_signed;
	} else {
		work_step(w, FETCH_LOAD, (int64_t)size, t->is_signed);
	}
	w->bit_size = w->bit_offset = 0;
	w->lvalue = false;
	return true;
}

/* Makes the program yield the address of the struct or array a suffix applies to. */
static bool to_object(struct work *w, const struct node *suffix)
{
	const struct type *t = type_strip(w->type);

	if (t->kind == TYPE_POINTER) {
		if (!work_load(w, suffix->range))
			return false;
		w->type = type_target(t);
		w->lvalue = true;
		w->retval = false;
		w->reg = -1;
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
		     work_type_text(w, w->type));
		return false;
	}
	found = type_find_member(t, m->name, &bits);
	if (!found) {
		struct diag *d = diag(DIAG_TARGET_MEMBER, m->at, "'%s' has no member '%s'", work_type_text(w, t), m->name);

		member_hint(d, t, m->name);
		return false;
	}
	w->type = type_get(t->db, found->type_id);
	w->bit_size = found->bit_size;
	if (w->var) {
		w->at += bits;
		w->bit_offset = 0;
	} else if (found->bit_size) {
		/* Keep the byte part in the address, rounded down to eight, so that the read stays aligned. */
		work_step(w, FETCH_ADD, (int64_t)(bits / 64 * 8), 0);
		w->bit_offset = (uint32_t)(bits % 64);
	} else {
		work_step(w, FETCH_ADD, (int64_t)(bits / 8), 0);
	}
	return true;
}

/* first: what is indexed is a cast itself, which stands for the first of as many structures as there are. */
static bool suffix_element(struct work *w, struct node *e, bool first)
{
	const struct type *t = type_strip(w->type), *elem;
	struct node *index = e->kid[ELEMENT_INDEX];
	bool several = first && (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION);
	uint64_t size;

	if (!several && t->kind != TYPE_ARRAY && t->kind != TYPE_POINTER) {
		diag(DIAG_TARGET_TYPE, e->range, "'[…]' needs an array or a pointer, and this is of type '%s'",
		     work_type_text(w, w->type));
		return false;
	}
	if (t->kind == TYPE_POINTER && !work_load(w, e->range))
		return false;
	elem = several ? w->type : type_target(t);
	size = type_strip(elem)->kind == TYPE_POINTER ? 8 : type_strip(elem)->size;
	if (index->kind == N_NUMBER) {
		if (t->kind == TYPE_ARRAY && t->nelems && (index->num < 0 || index->num >= (int64_t)t->nelems)) {
			struct diag *d = diag(DIAG_TARGET_TYPE, index->range, "index %lld is outside '%s'",
					      (long long)index->num, work_type_text(w, t));
			diag_hint(d, "its elements are 0 to %u", t->nelems - 1);
			return false;
		}
		if (w->var)
			w->at += (uint64_t)index->num * size * 8;
		else
			work_step(w, FETCH_ADD, index->num * (int64_t)size, 0);
	} else {
		work_settle(w, type_strip(w->type)->size * 8);
		if (w->var) {
			struct diag *d = diag(DIAG_TARGET_TYPE, index->range, "'%s' is in registers here, and registers are not indexed by a computed number",
					      w->var->name);

			diag_hint(d, "its elements can be had one by one: [0]");
			return false;
		}
		struct fetch_step st = { .kind = FETCH_INDEX, .a = (int64_t)size, .node = index };

		vec_push(w->s->arena, &w->f->steps, st);
	}
	w->type = elem;
	w->lvalue = true;
	w->retval = false;
	w->reg = -1;
	return true;
}

/* ->$name in the library stands for the name of a parameter, which is not known here. */
static bool suffixes(struct work *w, const struct node *n, int64_t *pretty)
{
	vec_each(i, &n->list) {
		struct node *sfx = n->list.v[i];

		if (w->bit_size && sfx->kind != N_PRETTY) {
			diag(DIAG_TARGET_TYPE, sfx->range, "a bit-field has no members");
			return false;
		}
		if (sfx->kind == N_PRETTY) {
			*pretty = sfx->num;
		} else if (sfx->kind == N_MEMBER) {
			if (sfx->flags & F_DOLLAR) {
				diag(DIAG_NOT_YET, sfx->range, "'->%s' is not supported yet", sfx->name);
				return false;
			}
			if (!suffix_member(w, sfx))
				return false;
		} else if (!suffix_element(w, sfx, i == 0 && n->kid[DEREF_BASE]->kind == N_CAST)) {
			return false;
		}
	}
	return true;
}

static bool finish_address(struct work *w, struct range where)
{
	struct diag *d;

	work_settle(w, type_strip(w->type)->size * 8);
	if (w->var) {
		d = diag(DIAG_TARGET_TYPE, where, "'$%s' has no address at this place: the compiler keeps it in registers", w->var->name);
		diag_hint(d, "its value can be read: $%s", w->var->name);
		return false;
	}
	if (!w->lvalue || w->bit_size) {
		diag(DIAG_TARGET_TYPE, where, "'&' needs something that has an address");
		return false;
	}
	w->f->address = true;
	w->f->type = w->type;
	return true;
}

/* Ends a program: scalars are loaded, char arrays become strings, other objects yield their address. */
static bool finish(struct work *w, struct range where)
{
	const struct type *t = type_strip(w->type);

	if (w->lvalue && type_is_aggregate(t)) {
		work_settle(w, t->size * 8);
		if (w->var) { /* up to eight bytes are a number too */
			if (!t->size || t->size > 8) {
				struct diag *d = diag(DIAG_TARGET_TYPE, where, "'%s' is in registers here, and too large for a number",
						      work_type_text(w, w->type));

				diag_hint(d, "its members can be had, and all of it as text: $%s$", w->var->name);
				return false;
			}
			w->f->type = w->type;
			return work_gather(w, where, t->size * 8);
		}
		if (t->kind == TYPE_ARRAY) {
			const struct type *elem = type_strip(type_target(t));

			w->f->dual = elem->kind == TYPE_INT && elem->size == 1;
		}
		w->f->address = true;
	} else if (!work_load(w, where)) {
		return false;
	}
	w->f->type = w->type;
	return true;
}

static bool is_static(const struct fetch *f)
{
	vec_each(i, &f->steps)
		if (f->steps.v[i].kind == FETCH_EXPR || f->steps.v[i].kind == FETCH_INDEX)
			return false;
	return true;
}

/* Ends a program at the place that an assignment changes. */
static bool finish_store(struct work *w, const struct node *n)
{
	struct fetch_store *st = arena_new(w->s->arena, struct fetch_store);
	const struct type *t = type_strip(w->type);
	uint64_t size, first = 0;

	if (type_is_aggregate(t)) {
		diag_hint(diag(DIAG_TARGET_TYPE, n->range, "'%s' cannot be assigned as a whole", work_type_text(w, w->type)),
			  "assign to its members or elements");
		return false;
	}
	if (w->bit_size) {
		if (w->var)
			size = 8;
		else if (!field_span(w, n->range, &first, &size))
			return false;
	} else if (!scalar_size(w, n->range, &size)) {
		return false;
	}
	st->sign = t->is_signed;
	st->bytes = (uint32_t)size;
	st->bits = w->bit_size;
	st->user = w->f->user;
	work_settle(w, w->bit_size ? w->bit_offset + w->bit_size : size * 8);
	if (w->retval) {
		st->kind = STORE_RETVAL;
		st->reg = w->t->arch->ret_offset;
	} else if (w->var) {
		const struct loc_piece *p = w->var->pieces;

		if (w->var->npieces != 1 || p->kind != PIECE_VALUE || p->reg < 0) {
			diag_hint(diag(DIAG_TARGET_TYPE, n->range, "'$%s' cannot be written at this place: it is in no register or memory of its own",
				       w->var->name), "the compiler computes its value when it is needed");
			return false;
		}
		st->kind = STORE_REGISTER;
		st->reg = p->reg;
		if (w->bit_size || w->at) {
			st->bits = w->bit_size ? w->bit_size : (uint32_t)size * 8;
			st->shift = (uint32_t)(w->at + w->bit_offset);
		}
	} else if (!w->lvalue) {
		if (w->reg < 0) {
			diag(DIAG_TARGET_TYPE, n->range, "this is a value, not a place that can be written");
			return false;
		}
		st->kind = STORE_REGISTER;
		st->reg = w->reg;
	} else {
		work_step(w, FETCH_ADD, (int64_t)first, 0);
		st->shift = w->bit_size ? w->bit_offset - (uint32_t)first * 8 : 0;
	}
	if (st->kind != STORE_MEMORY) {
		w->f->steps.n = 0;
		w->f->uses_regs = true;
	}
	w->f->store = st;
	w->f->type = w->type;
	return true;
}

static struct fetch *build(struct sema *s, struct node *n, const struct target_ctx *t, bool store)
{
	struct work w = { .s = s, .t = t, .f = arena_new(s->arena, struct fetch), .reg = -1 };
	struct node *inner = n->kind == N_ADDRESS ? n->kid[ADDRESS_OF] : n;
	struct node *base = inner->kind == N_DEREF ? inner->kid[DEREF_BASE] : inner;
	int64_t pretty = 0;
	bool ok;

	w.f->user = t && t->user;
	if (!work_start(&w, base))
		return NULL;
	if (inner->kind == N_DEREF && !suffixes(&w, inner, &pretty))
		return NULL;
	if (store && w.f->uses_record) {
		diag_hint(diag(DIAG_TARGET_TYPE, n->range, "'%s' is in the record that the event leaves, which others read too: it cannot be written", base->name),
			  "arguments of the tracepoint can be followed, and what they point at changed");
		return NULL;
	}
	if (store)
		ok = finish_store(&w, n);
	else if (n->kind == N_ADDRESS)
		ok = finish_address(&w, n->range);
	else
		ok = pretty ? work_pretty(&w, n, pretty) : finish(&w, n->range);
	return ok ? w.f : NULL;
}

struct fetch *target_build(struct sema *s, struct node *n, const struct target_ctx *t)
{
	return build(s, n, t, false);
}

/* ---- Return probes: parameters are saved at entry ----------------------------- */

/* The number among the values a return probe saves. */
static unsigned saved(struct sema *s, struct plan_probe *p, const struct entry_value *e)
{
	struct buf a, b;
	unsigned i;

	buf_init(&a);
	buf_init(&b);
	if (e->fetch)
		fetch_print(&a, e->fetch);
	else
		ast_dump_node(&a, e->expr);
	for (i = 0; i < p->entries.n; i++) {
		const struct entry_value *o = &p->entries.v[i];

		if (!o->fetch != !e->fetch)
			continue;
		b.n = 0;
		if (o->fetch)
			fetch_print(&b, o->fetch);
		else
			ast_dump_node(&b, o->expr);
		if (!strcmp(a.s, b.s))
			break;
	}
	if (i == p->entries.n)
		vec_push(s->arena, &p->entries, *e);
	buf_deinit(&a);
	buf_deinit(&b);
	return i;
}

static struct fetch *from_entry(struct sema *s, struct plan_probe *p, const struct entry_value *e)
{
	struct fetch *g = arena_new(s->arena, struct fetch);
	struct fetch_step st = { .kind = FETCH_ENTRY };

	st.a = saved(s, p, e);
	vec_push(s->arena, &g->steps, st);
	p->uses_regs |= e->fetch && e->fetch->uses_regs;
	return g;
}

static struct fetch *through_entry(struct sema *s, struct plan_probe *p, struct node *n, struct fetch *f)
{
	struct entry_value e = { .fetch = f };
	struct fetch *g;

	if (!is_static(f)) {
		struct diag *d = diag(DIAG_TARGET_TYPE, n->range, "a parameter is read when the function is entered, and the index is not known then");

		diag_hint(d, "save the pointer, and follow it at the return: @cast(@entry($p), \"struct …\")->member[i]");
		return NULL;
	}
	if (f->pretty) { /* the text is made at entry */
		e.fetch = NULL;
		e.expr = node_clone(s->arena, n);
		e.expr->info = f;
		e.expr->vtype = VT_STRING;
		p->uses_regs |= f->uses_regs;
	}
	g = from_entry(s, p, &e);
	g->type = f->type;
	g->address = f->address;
	g->dual = f->dual;
	g->string = f->pretty != NULL;
	return g;
}

const struct node *target_base(const struct node *n)
{
	if (n->kind == N_ADDRESS)
		n = n->kid[ADDRESS_OF];
	return n->kind == N_DEREF ? n->kid[DEREF_BASE] : n;
}

static bool done(struct node *n, struct plan_probe *p, struct fetch *f)
{
	if (!f)
		return false;
	if (p && f->uses_regs)
		p->uses_regs = true;
	if (p && f->uses_record)
		p->uses_record = true;
	n->info = f;
	n->vtype = f->dual ? VT_UNKNOWN : f->string ? VT_STRING : VT_LONG;
	return true;
}

bool target_resolve(struct sema *s, struct node *n, struct plan_probe *p)
{
	const struct node *base = target_base(n);
	struct fetch *f = target_build(s, n, p ? &p->target : NULL);

	if (f && p && p->target.is_return && base->kind == N_TARGET && strcmp(base->name, "$return"))
		f = through_entry(s, p, n, f);
	return done(n, p, f);
}

bool target_resolve_store(struct sema *s, struct node *n, struct plan_probe *p)
{
	const struct node *base = target_base(n);

	if (p && p->target.is_return && base == n && n->kind == N_TARGET && strcmp(n->name, "$return")) {
		diag_hint(diag(DIAG_TARGET_TYPE, n->range, "'%s' is a parameter, and the function has returned", n->name),
			  "only $return, and what pointers point at, can be changed here");
		return false;
	}
	return done(n, p, build(s, n, p ? &p->target : NULL, true));
}

bool target_resolve_at_entry(struct sema *s, struct node *n, struct plan_probe *p)
{
	struct target_ctx t = p->target;
	struct fetch *f;

	t.is_return = false;
	f = target_build(s, n, &t);
	if (f && f->uses_regs)
		p->uses_regs = true;
	return done(n, NULL, f);
}

void target_save(struct sema *s, struct node *n, struct plan_probe *p)
{
	struct entry_value e = { .expr = n->kid[ENTRY_X] };

	n->info = from_entry(s, p, &e);
	n->vtype = VT_UNKNOWN;
}

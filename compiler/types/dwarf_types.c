// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types from DWARF 2 to 5: entries become types of the neutral graph when
 * somebody asks for them. An id stands for an entry, found again by its
 * address in memory, which is unique also where there are type units.
 * What a hostile file can do (cycles, missing attributes) ends in void.
 */
#include "types/dwarf_types.h"

#include <dwarf.h>
#include <string.h>

#include "base/intern.h"
#include "base/util.h"

/* Compilers know these before their headers do. */
enum { TAG_ATOMIC = 0x47, TAG_IMMUTABLE = 0x4b };

static uint32_t id_of(struct dwarf_types *d, Dwarf_Die *die, unsigned dim)
{
	struct dwarf_slot s = { .die = *die, .dim = dim };
	void *known = dim ? NULL : map_get(&d->by_die, die->addr);

	if (known)
		return (uint32_t)(uintptr_t)known;
	if (d->slots.n >= TYPE_MADE - 1)
		return 0;
	vec_push(d->db.arena, &d->slots, s);
	if (!dim)
		map_put(&d->by_die, die->addr, (void *)(uintptr_t)(d->slots.n - 1));
	return d->slots.n - 1;
}

bool dwarf_number(Dwarf_Die *die, unsigned attr, uint64_t *v)
{
	Dwarf_Attribute a;
	Dwarf_Sword s;
	Dwarf_Word u;

	if (!dwarf_attr_integrate(die, attr, &a))
		return false;
	switch (dwarf_whatform(&a)) {
	case DW_FORM_sdata:
	case DW_FORM_implicit_const:
		if (dwarf_formsdata(&a, &s))
			return false;
		*v = (uint64_t)s;
		return true;
	default:
		if (dwarf_formudata(&a, &u))
			return false;
		*v = u;
		return true;
	}
}

const char *dwarf_name_of(Dwarf_Die *die)
{
	Dwarf_Attribute a;
	const char *s = dwarf_attr_integrate(die, DW_AT_name, &a) ? dwarf_formstring(&a) : NULL;

	return intern(s ? s : "");
}

static bool type_die(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute a;

	return dwarf_attr_integrate(die, DW_AT_type, &a) && dwarf_formref_die(&a, type);
}

static uint32_t target_id(struct dwarf_types *d, Dwarf_Die *die)
{
	Dwarf_Die t;

	return type_die(die, &t) ? id_of(d, &t, 0) : 0;
}

/* ---- Arrays: one entry of several dimensions is an array of arrays ------------------ */

static bool dimension(Dwarf_Die *array, unsigned n, Dwarf_Die *dim)
{
	if (dwarf_child(array, dim))
		return false;
	do {
		int tag = dwarf_tag(dim);

		if ((tag == DW_TAG_subrange_type || tag == DW_TAG_enumeration_type) && !n--)
			return true;
	} while (!dwarf_siblingof(dim, dim));
	return false;
}

/* 0 when it is flexible, or known only at run time. */
static uint64_t extent(Dwarf_Die *dim)
{
	uint64_t n, low = 0;

	if (dwarf_number(dim, DW_AT_count, &n))
		return n;
	if (!dwarf_number(dim, DW_AT_upper_bound, &n))
		return 0;
	dwarf_number(dim, DW_AT_lower_bound, &low);
	n = n - low + 1;
	return n > UINT32_MAX ? 0 : n; /* an upper bound of -1 is how older compilers write [] and [0] */
}

/* What stands for a type of a type unit is that type. */
static void follow_signature(Dwarf_Die *die)
{
	Dwarf_Attribute a;
	Dwarf_Die whole;

	if (dwarf_attr(die, DW_AT_signature, &a) && dwarf_formref_die(&a, &whole))
		*die = whole;
}

/* ---- Sizes -------------------------------------------------------------------------- */

static uint64_t size_of(Dwarf_Die *die, unsigned depth)
{
	Dwarf_Die t, dim;
	uint64_t n, times = 1;

	if (depth > TYPE_MAX_DEPTH)
		return 0;
	t = *die;
	follow_signature(&t);
	if (t.addr != die->addr)
		return size_of(&t, depth + 1);
	switch (dwarf_tag(die)) {
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		return 8;
	case DW_TAG_array_type:
		if (dwarf_number(die, DW_AT_byte_size, &n))
			return n;
		for (unsigned i = 0; dimension(die, i, &dim); i++)
			if (__builtin_mul_overflow(times, extent(&dim), &times))
				return 0;
		if (!type_die(die, &t) || __builtin_mul_overflow(times, size_of(&t, depth + 1), &times))
			return 0;
		return times;
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
		return 0;
	default:
		if (dwarf_number(die, DW_AT_byte_size, &n))
			return n;
		return type_die(die, &t) ? size_of(&t, depth + 1) : 0;
	}
}

/* ---- Structures ----------------------------------------------------------------------- */

/* DW_AT_data_member_location: a number, or "add this to the address" as an expression. */
static uint64_t member_offset(Dwarf_Die *m)
{
	Dwarf_Attribute a;
	Dwarf_Op *ops;
	size_t n;
	uint64_t v;

	if (dwarf_number(m, DW_AT_data_member_location, &v))
		return v;
	if (dwarf_attr(m, DW_AT_data_member_location, &a) && !dwarf_getlocation(&a, &ops, &n) && n == 1 &&
	    (ops[0].atom == DW_OP_plus_uconst || ops[0].atom == DW_OP_constu))
		return ops[0].number;
	return 0;
}

static void place_member(Dwarf_Die *die, struct type_member *m)
{
	uint64_t size = 0, bits, at, storage;
	Dwarf_Die t;

	m->bit_offset = member_offset(die) * 8;
	if (!dwarf_number(die, DW_AT_bit_size, &bits) || !bits || bits > 64)
		return;
	m->bit_size = (uint32_t)bits;
	if (dwarf_number(die, DW_AT_data_bit_offset, &at)) {
		m->bit_offset += at;
	} else if (dwarf_number(die, DW_AT_bit_offset, &at)) {
		/* The old form counts from the most significant bit of the storage unit. */
		if (!dwarf_number(die, DW_AT_byte_size, &storage))
			storage = type_die(die, &t) ? size_of(&t, 0) : size;
		m->bit_offset += storage * 8 - at - bits;
	}
}

static bool is_member(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_inheritance || (tag == DW_TAG_member && !dwarf_hasattr(die, DW_AT_external) &&
					     !dwarf_hasattr(die, DW_AT_declaration));
}

static void load_members(struct dwarf_types *d, struct type *t, Dwarf_Die *die)
{
	struct VEC(struct type_member) v = { 0 };
	Dwarf_Die c;

	if (dwarf_child(die, &c))
		return;
	do {
		struct type_member m = { 0 };

		if (!is_member(&c))
			continue;
		m.name = dwarf_tag(&c) == DW_TAG_member ? dwarf_name_of(&c) : intern("");
		m.type_id = target_id(d, &c);
		place_member(&c, &m);
		vec_push(d->db.arena, &v, m);
	} while (!dwarf_siblingof(&c, &c));
	t->members = v.v;
	t->nmembers = v.n;
}

/* A declaration: the unit itself has the definition further down, or another one. */
static bool complete(struct dwarf_types *d, Dwarf_Die *die, Dwarf_Die *whole)
{
	const struct dwarf_name *n;
	Dwarf_Die unit;

	if (!dwarf_diecu(die, &unit, NULL, NULL) || !*dwarf_name_of(die))
		return false;
	for (n = dwarf_unit_names(d, &unit, dwarf_name_of(die)); n; n = n->next) {
		*whole = n->die;
		if (dwarf_tag(whole) == dwarf_tag(die) && !dwarf_hasattr(whole, DW_AT_declaration))
			return true;
	}
	return false;
}

static void load_struct(struct dwarf_types *d, struct type *t, Dwarf_Die *die)
{
	Dwarf_Die whole;

	t->is_union = dwarf_tag(die) == DW_TAG_union_type;
	if (dwarf_hasattr(die, DW_AT_declaration)) {
		if (!complete(d, die, &whole)) {
			t->kind = TYPE_FORWARD;
			return;
		}
		die = &whole;
		t->size = size_of(die, 0);
	}
	t->kind = t->is_union ? TYPE_UNION : TYPE_STRUCT;
	load_members(d, t, die);
}

/* ---- The rest --------------------------------------------------------------------------- */

static void load_enumerators(struct dwarf_types *d, struct type *t, Dwarf_Die *die)
{
	struct VEC(struct type_enumerator) v = { 0 };
	Dwarf_Die c, base, whole;

	if (dwarf_hasattr(die, DW_AT_declaration) && complete(d, die, &whole)) {
		die = &whole;
		t->size = size_of(die, 0);
	}
	if (type_die(die, &base))
		t->is_signed = dwarf_type_of(d, &base)->is_signed;
	if (dwarf_child(die, &c))
		return;
	do {
		struct type_enumerator e = { .name = dwarf_name_of(&c) };
		uint64_t value;

		if (dwarf_tag(&c) != DW_TAG_enumerator || !dwarf_number(&c, DW_AT_const_value, &value))
			continue;
		e.value = (int64_t)value;
		t->is_signed |= e.value < 0 && t->size < 8;
		vec_push(d->db.arena, &v, e);
	} while (!dwarf_siblingof(&c, &c));
	t->enumerators = v.v;
	t->nenumerators = v.n;
}

static void load_params(struct dwarf_types *d, struct type *t, Dwarf_Die *die)
{
	struct VEC(struct type_member) v = { 0 };
	Dwarf_Die c;

	t->kind = TYPE_PROTO;
	if (dwarf_child(die, &c))
		return;
	do {
		struct type_member m = { 0 };

		if (dwarf_tag(&c) == DW_TAG_unspecified_parameters)
			t->variadic = true;
		if (dwarf_tag(&c) != DW_TAG_formal_parameter)
			continue;
		m.name = dwarf_name_of(&c);
		m.type_id = target_id(d, &c);
		vec_push(d->db.arena, &v, m);
	} while (!dwarf_siblingof(&c, &c));
	t->members = v.v;
	t->nmembers = v.n;
}

static void load_base(struct type *t, Dwarf_Die *die)
{
	uint64_t encoding = 0;

	dwarf_number(die, DW_AT_encoding, &encoding);
	t->kind = TYPE_INT;
	switch (encoding) {
	case DW_ATE_boolean:
		t->kind = TYPE_BOOL;
		break;
	case DW_ATE_float:
	case DW_ATE_complex_float:
	case DW_ATE_imaginary_float:
	case DW_ATE_decimal_float:
		t->kind = TYPE_FLOAT;
		break;
	case DW_ATE_signed:
	case DW_ATE_signed_char:
		t->is_signed = true;
		break;
	default:
		break;
	}
	/* u8 and s8 are chars by another name; a uint8_t of one byte that is no char exists in other languages only. */
	t->is_char = t->kind == TYPE_INT && t->size == 1 && (encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char);
}

static void load_array(struct dwarf_types *d, struct type *t, struct dwarf_slot *s)
{
	Dwarf_Die array = s->die, dim, inner;
	unsigned at = s->dim;
	uint64_t n = 1;

	t->kind = TYPE_ARRAY;
	t->nelems = dimension(&array, at, &dim) ? (uint32_t)extent(&dim) : 0;
	t->target = dimension(&array, at + 1, &inner) ? id_of(d, &array, at + 1) : target_id(d, &array);
	if (at) {
		for (unsigned i = at; dimension(&array, i, &dim); i++)
			n *= extent(&dim);
		t->size = type_die(&array, &inner) ? n * size_of(&inner, 0) : 0;
	}
}

static void fill(struct dwarf_types *d, struct type *t, struct dwarf_slot *slot)
{
	struct dwarf_slot s = *slot; /* loading may move the table */
	Dwarf_Die *die = &s.die;

	follow_signature(die);
	t->name = dwarf_name_of(die);
	t->size = size_of(die, 0);
	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		load_base(t, die);
		break;
	case DW_TAG_subrange_type:
		t->kind = TYPE_INT;
		break;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		t->kind = TYPE_POINTER;
		t->target = target_id(d, die);
		break;
	case DW_TAG_array_type:
		load_array(d, t, &s);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		load_struct(d, t, die);
		break;
	case DW_TAG_enumeration_type:
		t->kind = TYPE_ENUM;
		load_enumerators(d, t, die);
		break;
	case DW_TAG_typedef:
		t->kind = TYPE_TYPEDEF;
		t->target = target_id(d, die);
		break;
	case DW_TAG_const_type:
	case TAG_IMMUTABLE:
		t->kind = TYPE_CONST;
		t->target = target_id(d, die);
		break;
	case DW_TAG_volatile_type:
		t->kind = TYPE_VOLATILE;
		t->target = target_id(d, die);
		break;
	case DW_TAG_restrict_type:
		t->kind = TYPE_RESTRICT;
		t->target = target_id(d, die);
		break;
	case TAG_ATOMIC:
	case DW_TAG_packed_type:
	case DW_TAG_shared_type:
		t->kind = TYPE_TAG;
		t->target = target_id(d, die);
		break;
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
		t->target = target_id(d, die);
		load_params(d, t, die);
		break;
	default:
		t->kind = TYPE_VOID;
		t->size = 0;
		break;
	}
}

static const struct type *get(struct type_db *db, uint32_t id)
{
	struct dwarf_types *d = dwarf_types_of(db);
	struct type *t;

	if (id >= d->slots.n)
		id = 0;
	if (d->slots.v[id].type)
		return d->slots.v[id].type;
	t = arena_new(d->db.arena, struct type);
	t->db = db;
	t->id = id;
	d->slots.v[id].type = t;
	fill(d, t, &d->slots.v[id]);
	return t;
}

const struct type *dwarf_type_of(struct dwarf_types *d, Dwarf_Die *die)
{
	return type_get(&d->db, id_of(d, die, 0));
}

const struct type *dwarf_type_at(struct dwarf_types *d, Dwarf_Die *die)
{
	return type_get(&d->db, target_id(d, die));
}

static const struct type_ops dwarf_ops = {
	.get = get,
	.find = dwarf_find_type,
	.function = dwarf_find_function,
	.each_function = dwarf_find_functions,
	.enumerator = dwarf_enumerator,
};

struct dwarf_types *dwarf_types_new(Dwarf *dw, const struct arch *arch, struct type_db *fallback)
{
	struct arena *a = arena_create();
	struct dwarf_types *d = arena_new(a, struct dwarf_types);
	struct dwarf_slot none = { .dim = 0 };

	type_db_init(&d->db, &dwarf_ops, a);
	d->dw = dw;
	d->arch = arch;
	d->fallback = fallback;
	map_init(&d->by_die, a);
	map_init(&d->units, a);
	map_init(&d->names, a);
	none.type = arena_new(a, struct type);
	*none.type = (struct type){ .db = &d->db, .kind = TYPE_VOID, .name = intern("") };
	vec_push(a, &d->slots, none);
	return d;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names at the top level of DWARF units. A unit's names are read when one of
 * its declarations has to be completed; those of all units (half a second for
 * a kernel) only when nothing else will do.
 */
#include "types/dwarf_types.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/util.h"

static bool is_named(int tag)
{
	switch (tag) {
	case DW_TAG_base_type:
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_typedef:
	case DW_TAG_subprogram:
	case DW_TAG_variable:
		return true;
	default:
		return false;
	}
}

static void add(struct dwarf_types *d, struct map *m, Dwarf_Die *die, const char *name)
{
	struct dwarf_name *n = arena_new(d->db.arena, struct dwarf_name), *first;

	n->name = name;
	n->die = *die;
	/* In order, so that the first in the file is the first to be had. */
	first = map_get(m, name);
	if (first) {
		n->next = first->next;
		first->next = n;
	} else {
		map_put(m, name, n);
	}
}

/* Enumerators stand under their own names, with the entry of their enumeration. */
static void read_unit(struct dwarf_types *d, struct map *m, Dwarf_Die *unit, const char *only)
{
	Dwarf_Die c, e;

	if (dwarf_child(unit, &c))
		return;
	do {
		int tag = dwarf_tag(&c);
		const char *s;

		if (!is_named(tag) || (only && tag == DW_TAG_variable))
			continue;
		s = tag == DW_TAG_variable || tag == DW_TAG_subprogram ? NULL : dwarf_diename(&c);
		if (!s && (tag == DW_TAG_variable || tag == DW_TAG_subprogram)) {
			Dwarf_Attribute a;

			s = dwarf_attr_integrate(&c, DW_AT_name, &a) ? dwarf_formstring(&a) : NULL;
		}
		if (s && (!only || !strcmp(s, only)))
			add(d, m, &c, intern(s));
		if (tag != DW_TAG_enumeration_type || dwarf_child(&c, &e))
			continue;
		do {
			s = dwarf_tag(&e) == DW_TAG_enumerator ? dwarf_diename(&e) : NULL;
			if (s && (!only || !strcmp(s, only)))
				add(d, m, &c, intern(s));
		} while (!dwarf_siblingof(&e, &e));
	} while (!dwarf_siblingof(&c, &c));
}

const struct dwarf_name *dwarf_unit_names(struct dwarf_types *d, Dwarf_Die *unit, const char *name)
{
	struct map *m = map_get(&d->units, unit->addr);

	if (!m) {
		m = arena_new(d->db.arena, struct map);
		map_init(m, d->db.arena);
		read_unit(d, m, unit, NULL);
		map_put(&d->units, unit->addr, m);
	}
	return map_get(m, intern(name));
}

/*
 * Variables of all units, read once, and not per name: there are few beside the types. Of those that are only declared,
 * which most units do with many, the first.
 */
static void read_variables(struct dwarf_types *d)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit, c;

	while (!dwarf_get_units(d->dw, cu, &cu, NULL, NULL, &unit, NULL)) {
		if (dwarf_child(&unit, &c))
			continue;
		do {
			const char *s;

			if (dwarf_tag(&c) != DW_TAG_variable)
				continue;
			s = dwarf_name_of(&c);
			if (*s && (!map_has(&d->variables, s) || !dwarf_hasattr(&c, DW_AT_declaration)))
				add(d, &d->variables, &c, s);
		} while (!dwarf_siblingof(&c, &c));
	}
}

const struct dwarf_name *dwarf_variables(struct dwarf_types *d, const char *name)
{
	if (!d->variables.arena) {
		map_init(&d->variables, d->db.arena);
		read_variables(d);
	}
	return map_get(&d->variables, intern(name));
}

/* One name at a time: a table of all would be hundreds of megabytes for a kernel, and few are asked for. */
const struct dwarf_name *dwarf_all_names(struct dwarf_types *d, const char *name)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit;
	uint8_t type;

	name = intern(name);
	if (map_has(&d->names, name))
		return map_get(&d->names, name);
	while (!dwarf_get_units(d->dw, cu, &cu, NULL, &type, &unit, NULL))
		if (type != DW_UT_skeleton)
			read_unit(d, &d->names, &unit, name);
	if (!map_has(&d->names, name))
		map_put(&d->names, name, NULL);
	return map_get(&d->names, name);
}

static bool tag_is(int tag, enum type_kind kind)
{
	switch (tag) {
	case DW_TAG_base_type:
		return kind == TYPE_INT || kind == TYPE_BOOL || kind == TYPE_FLOAT;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
		return kind == TYPE_STRUCT;
	case DW_TAG_union_type:
		return kind == TYPE_UNION;
	case DW_TAG_enumeration_type:
		return kind == TYPE_ENUM;
	case DW_TAG_typedef:
		return kind == TYPE_TYPEDEF;
	default:
		return false;
	}
}

const struct type *dwarf_find_type(struct type_db *db, enum type_kind kind, const char *name)
{
	struct dwarf_types *d = dwarf_types_of(db);
	const struct type *t = d->fallback ? types_find(d->fallback, kind, name) : NULL;

	if (t || d->covered)
		return t;
	for (const struct dwarf_name *n = dwarf_all_names(d, name); n; n = n->next) {
		Dwarf_Die die = n->die;
		const char *own = dwarf_diename(&die);

		if (!tag_is(dwarf_tag(&die), kind) || dwarf_hasattr(&die, DW_AT_declaration) || !own || strcmp(own, name))
			continue;
		t = dwarf_type_of(d, &die);
		if (t->kind == kind)
			return t;
	}
	return NULL;
}

const struct type *dwarf_find_function(struct type_db *db, const char *name, unsigned nth, unsigned *count)
{
	struct dwarf_types *d = dwarf_types_of(db);
	const struct type *found = NULL;
	unsigned n = 0;

	for (const struct dwarf_name *e = dwarf_all_names(d, name); e; e = e->next) {
		Dwarf_Die die = e->die;

		if (dwarf_tag(&die) != DW_TAG_subprogram || dwarf_hasattr(&die, DW_AT_declaration))
			continue;
		if (n++ == nth)
			found = dwarf_type_of(d, &die);
	}
	if (count)
		*count = n;
	return found;
}

struct function {
	const char *name;
	Dwarf_Die die;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct function *)a)->name, ((const struct function *)b)->name);
}

void dwarf_find_functions(struct type_db *db, const char *glob, void (*f)(const char *name, const struct type *proto, void *data),
			  void *data)
{
	struct dwarf_types *d = dwarf_types_of(db);
	struct VEC(struct function) v = { 0 };
	Dwarf_Die unit, c;
	Dwarf_CU *cu = NULL;

	while (!dwarf_get_units(d->dw, cu, &cu, NULL, NULL, &unit, NULL)) {
		if (dwarf_child(&unit, &c))
			continue;
		do {
			struct function fn = { .die = c };

			if (dwarf_tag(&c) != DW_TAG_subprogram || dwarf_hasattr(&c, DW_AT_declaration))
				continue;
			fn.name = dwarf_name_of(&c);
			if (*fn.name && glob_match(glob, fn.name))
				vec_push(d->db.arena, &v, fn);
		} while (!dwarf_siblingof(&c, &c));
	}
	if (v.n)
		qsort(v.v, v.n, sizeof(v.v[0]), by_name);
	vec_each(i, &v)
		if (!i || v.v[i].name != v.v[i - 1].name)
			f(v.v[i].name, dwarf_type_of(d, &v.v[i].die), data);
}

bool dwarf_enumerator(struct type_db *db, const char *name, int64_t *value)
{
	struct dwarf_types *d = dwarf_types_of(db);

	if (d->fallback && types_enumerator(d->fallback, name, value))
		return true;
	if (d->covered)
		return false;
	for (const struct dwarf_name *n = dwarf_all_names(d, name); n; n = n->next) {
		Dwarf_Die die = n->die;
		const struct type *t = dwarf_type_of(d, &die);

		for (uint32_t i = 0; t->kind == TYPE_ENUM && i < t->nenumerators; i++)
			if (!strcmp(t->enumerators[i].name, name)) {
				*value = t->enumerators[i].value;
				return true;
			}
	}
	return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: types and variables read from one Dwarf handle.
 * dwarf_types.c makes types, dwarf_loc.c turns location expressions into
 * struct loc, dwarf_scope.c knows what is in scope where.
 */
#ifndef SONDE_TYPES_DWARF_TYPES_H
#define SONDE_TYPES_DWARF_TYPES_H

#include <elfutils/libdw.h>

#include "types/arch.h"
#include "types/graph.h"
#include "types/scope.h"

struct dwarf_slot { /* what a type id stands for */
	Dwarf_Die die;
	unsigned dim; /* arrays: the first dimensions are left out */
	struct type *type;
};

struct dwarf_name { /* all entries of that name at the top level of units */
	const char *name;
	Dwarf_Die die;
	struct dwarf_name *next;
};

/* From an address of the file to a symbol that the running kernel can find; false: it has none. */
typedef bool dwarf_symbol_fn(void *data, uint64_t addr, struct loc *symbol);

struct dwarf_types {
	struct type_db db;
	Dwarf *dw;
	struct type_db *fallback;  /* completes declarations, or NULL */
	bool covered;              /* it has all types of this file: what it does not know is not looked for in all units */
	struct map by_die;         /* address of the entry -> id */
	struct VEC(struct dwarf_slot) slots;
	struct map units;          /* address of a unit's entry -> struct map of names -> struct dwarf_name */
	struct map names;          /* of all units; empty until needed */
	struct map variables;      /* of all units */
	const struct arch *arch;
	Dwarf_CFI *frames;         /* where they are in another file than the DWARF; NULL */
	dwarf_symbol_fn *symbol;   /* NULL: addresses are what they are */
	void (*symbol_named)(void *data, struct variable *v); /* gives a variable the address of the symbol of its name */
	void *symbol_data;
};

static inline struct dwarf_types *dwarf_types_of(struct type_db *db)
{
	return (struct dwarf_types *)db;
}

struct dwarf_types *dwarf_types_new(Dwarf *dw, const struct arch *arch, struct type_db *fallback);
/* The type that an entry describes (or, of a subprogram, its prototype). */
const struct type *dwarf_type_of(struct dwarf_types *d, Dwarf_Die *die);
/* The type an entry has (DW_AT_type), through its origins; void when none. */
const struct type *dwarf_type_at(struct dwarf_types *d, Dwarf_Die *die);
/* An attribute that is a number, through origins. false: it has none, or another form. */
bool dwarf_number(Dwarf_Die *die, unsigned attr, uint64_t *v);
/* Its name through origins, interned; "" when none. */
const char *dwarf_name_of(Dwarf_Die *die);
/* Entries of that name at the top level of a unit, or of all units. */
const struct dwarf_name *dwarf_unit_names(struct dwarf_types *d, Dwarf_Die *unit, const char *name);
const struct dwarf_name *dwarf_all_names(struct dwarf_types *d, const char *name); /* variables excepted */
const struct dwarf_name *dwarf_variables(struct dwarf_types *d, const char *name); /* of all units */

/* ---- dwarf_names.c: the operations of graph.h that go by name ---- */

const struct type *dwarf_find_type(struct type_db *db, enum type_kind kind, const char *name);
const struct type *dwarf_find_function(struct type_db *db, const char *name, unsigned nth, unsigned *count);
void dwarf_find_functions(struct type_db *db, const char *glob, void (*f)(const char *name, const struct type *proto, void *data),
			  void *data);
bool dwarf_enumerator(struct type_db *db, const char *name, int64_t *value);

/* ---- dwarf_loc.c ---- */

struct dwarf_where { /* what an expression may refer to */
	struct dwarf_types *d;
	uint64_t pc;
	bool at_entry;           /* registers are as the caller left them */
	Dwarf_Attribute *frame;  /* DW_AT_frame_base of the function, or NULL */
};

/*
 * The location an attribute (DW_AT_location) describes at w->pc, or the value
 * of a DW_AT_const_value. Sets v->pieces, or v->why.
 */
void dwarf_locate(const struct dwarf_where *w, Dwarf_Attribute *attr, struct variable *v);

/* ---- dwarf_scope.c ---- */

/* die: DW_TAG_subprogram or DW_TAG_inlined_subroutine. Never NULL. */
const struct var_scope *dwarf_scope_new(struct dwarf_types *d, Dwarf_Die *die, uint64_t pc);
/*
 * The same, for a place that is looked up only when a variable is asked for. outer: the function whose code it is; without an
 * addr when that is not known. false: it is not there.
 */
typedef bool dwarf_place_fn(const void *data, struct dwarf_types **d, Dwarf_Die *die, Dwarf_Die *outer, uint64_t *pc);
const struct var_scope *dwarf_scope_later(dwarf_place_fn *place, const void *data);
/* A variable of a file: by name, and by the end of the file's path or NULL. Its location does not depend on a place. */
const struct variable *dwarf_global(struct dwarf_types *d, const char *name, const char *file);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which variables are in scope at an address: parameters of the function or
 * inlined instance, locals of the lexical blocks around the address, then
 * those of the file. Where an instance says nothing, its origin names what
 * the compiler has removed.
 */
#include "types/dwarf_types.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"

enum { BLOCKS_MAX = 32 }; /* nesting of lexical blocks */

struct entry {
	const char *name;
	Dwarf_Die die;
	bool param, gone;
	struct variable *made;
};

struct var_scope {
	dwarf_place_fn *place;    /* says what follows, when somebody asks for a variable; NULL: it is known */
	const void *place_data;
	struct dwarf_types *d;
	Dwarf_Die func, unit;
	Dwarf_Die outer;          /* the function whose code it is; no addr: to be looked for */
	const char *name;         /* of the function */
	uint64_t pc;
	struct dwarf_where where;
	Dwarf_Attribute frame;
	struct VEC(struct entry) vars; /* parameters, then locals; inner ones last */
};

/* ---- What there is ------------------------------------------------------------------ */

static void enter(struct var_scope *s, Dwarf_Die *die, bool gone)
{
	struct entry e = { .name = dwarf_name_of(die), .die = *die, .param = dwarf_tag(die) == DW_TAG_formal_parameter, .gone = gone };

	if (!*e.name || dwarf_hasattr(die, DW_AT_declaration))
		return;
	if (gone) /* known already, with a place */
		vec_each(i, &s->vars)
			if (s->vars.v[i].name == e.name)
				return;
	vec_push(s->d->db.arena, &s->vars, e);
}

static bool covers(Dwarf_Die *block, uint64_t pc)
{
	return dwarf_haspc(block, pc) > 0;
}

static void collect(struct var_scope *s, Dwarf_Die *die, unsigned depth)
{
	Dwarf_Die c;

	if (depth > BLOCKS_MAX || dwarf_child(die, &c))
		return;
	do {
		int tag = dwarf_tag(&c);

		if (tag == DW_TAG_formal_parameter || tag == DW_TAG_variable)
			enter(s, &c, false);
	} while (!dwarf_siblingof(&c, &c));
	if (dwarf_child(die, &c))
		return;
	do {
		if (dwarf_tag(&c) == DW_TAG_lexical_block && covers(&c, s->pc))
			collect(s, &c, depth + 1);
	} while (!dwarf_siblingof(&c, &c));
}

/* The outermost variables that only the origin knows: those the compiler has removed, and static ones. */
static void collect_origin(struct var_scope *s)
{
	Dwarf_Attribute a;
	Dwarf_Die origin, c;

	if (!dwarf_attr(&s->func, DW_AT_abstract_origin, &a) || !dwarf_formref_die(&a, &origin) || dwarf_child(&origin, &c))
		return;
	do {
		int tag = dwarf_tag(&c);

		if (tag == DW_TAG_formal_parameter || tag == DW_TAG_variable)
			enter(s, &c, true);
	} while (!dwarf_siblingof(&c, &c));
}

/* The function whose code it is, for the frame: of an instance, the one around it. */
static void find_frame(struct var_scope *s)
{
	Dwarf_Die *scopes = NULL, outer = s->func;
	uint64_t low;
	int n;

	if (s->outer.addr) {
		outer = s->outer;
	} else if (dwarf_tag(&s->func) != DW_TAG_subprogram) {
		n = dwarf_getscopes_die(&s->func, &scopes);
		for (int i = 0; i < n; i++)
			if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram) {
				outer = scopes[i];
				break;
			}
		free(scopes);
	}
	if (dwarf_attr_integrate(&outer, DW_AT_frame_base, &s->frame))
		s->where.frame = &s->frame;
	s->where.at_entry = !dwarf_entrypc(&outer, &low) && low == s->pc;
}

static void fill(struct var_scope *s)
{
	s->name = dwarf_name_of(&s->func);
	s->where = (struct dwarf_where){ .d = s->d, .pc = s->pc };
	dwarf_diecu(&s->func, &s->unit, NULL, NULL);
	find_frame(s);
	collect(s, &s->func, 0);
	collect_origin(s);
}

const struct var_scope *dwarf_scope_new(struct dwarf_types *d, Dwarf_Die *die, uint64_t pc)
{
	struct var_scope *s = arena_new(d->db.arena, struct var_scope);

	s->d = d;
	s->func = *die;
	s->pc = pc;
	fill(s);
	return s;
}

const struct var_scope *dwarf_scope_later(dwarf_place_fn *place, const void *data)
{
	struct var_scope *s = arena_new(arena_permanent(), struct var_scope);

	s->place = place;
	s->place_data = data;
	return s;
}

/* NULL: there is nothing to be known of the place. */
static struct var_scope *open_scope(const struct var_scope *scope)
{
	struct var_scope *s = (struct var_scope *)scope;

	if (s->place && s->place(s->place_data, &s->d, &s->func, &s->outer, &s->pc)) {
		s->place = NULL;
		fill(s);
	}
	return s->place ? NULL : s;
}

/* ---- One variable ---------------------------------------------------------------------- */

static unsigned line_of(struct var_scope *s, uint64_t addr, const char **file)
{
	Dwarf_Line *l = dwarf_getsrc_die(&s->unit, addr);
	const char *path = l ? dwarf_linesrc(l, NULL, NULL) : NULL;
	int line = 0;

	if (!path || dwarf_lineno(l, &line))
		return 0;
	*file = path;
	return (unsigned)line;
}

/* A path as the user writes it: the part below the directory that the unit was compiled in. */
static const char *shorten(struct var_scope *s, const char *path)
{
	Dwarf_Attribute a;
	const char *dir = dwarf_attr(&s->unit, DW_AT_comp_dir, &a) ? dwarf_formstring(&a) : NULL;
	size_t n = dir ? strlen(dir) : 0;

	if (n && !strncmp(path, dir, n) && path[n] == '/')
		path += n + 1;
	while (!strncmp(path, "./", 2))
		path += 2;
	return path;
}

/* Of the ranges of addresses where it has a value, the one that is nearest. */
static const char *elsewhere(struct var_scope *s, Dwarf_Attribute *attr)
{
	Dwarf_Addr base, low, high, best_low = 0, best_high = 0;
	uint64_t best = UINT64_MAX, far;
	const char *file = NULL, *file2 = NULL;
	unsigned from, to;
	ptrdiff_t at = 0;
	Dwarf_Op *ops;
	size_t n;

	while ((at = dwarf_getlocations(attr, at, &base, &low, &high, &ops, &n)) > 0) {
		struct variable v = { 0 };
		struct dwarf_where w = s->where;

		if (!n || low >= high || high == UINT64_MAX)
			continue;
		w.pc = low;
		w.at_entry = false;
		dwarf_locate(&w, attr, &v);
		far = s->pc < low ? low - s->pc : s->pc - high;
		if (!v.npieces || far >= best)
			continue;
		best = far;
		best_low = low;
		best_high = high;
	}
	if (best == UINT64_MAX)
		return NULL;
	from = line_of(s, best_low, &file);
	to = line_of(s, best_high - 1, &file2);
	if (!from)
		return NULL;
	file = shorten(s, file);
	if (to > from)
		return arena_printf(s->d->db.arena, "%s@%s:%u-%u", s->name, file, from, to);
	return arena_printf(s->d->db.arena, "%s@%s:%u", s->name, file, from);
}

static const struct variable *make(struct var_scope *s, struct entry *e)
{
	struct variable *v = e->made;
	Dwarf_Attribute a;

	if (v)
		return v;
	v = e->made = arena_new(s->d->db.arena, struct variable);
	v->name = e->name;
	v->param = e->param;
	v->type = dwarf_type_at(s->d, &e->die);
	v->why = "the compiler has removed it";
	if (dwarf_attr_integrate(&e->die, DW_AT_location, &a)) {
		dwarf_locate(&s->where, &a, v);
		if (!v->npieces)
			v->elsewhere = elsewhere(s, &a);
	} else if (dwarf_attr_integrate(&e->die, DW_AT_const_value, &a)) {
		dwarf_locate(&s->where, &a, v);
	}
	return v;
}

/* A variable of a unit's top level that has an address; else one that is only declared there, without pieces. */
static const struct variable *global_of(struct dwarf_types *d, const struct dwarf_name *n)
{
	struct variable *declared = NULL;

	for (; n; n = n->next) {
		struct dwarf_where w = { .d = d };
		struct variable *v;
		Dwarf_Die die = n->die;
		Dwarf_Attribute a;

		if (dwarf_tag(&die) != DW_TAG_variable)
			continue;
		v = arena_new(d->db.arena, struct variable);
		v->name = n->name;
		v->type = dwarf_type_at(d, &die);
		if (dwarf_attr_integrate(&die, DW_AT_location, &a) || dwarf_attr_integrate(&die, DW_AT_const_value, &a)) {
			dwarf_locate(&w, &a, v);
			return v;
		}
		v->why = "it is declared here, and defined elsewhere";
		if (!declared)
			declared = v;
	}
	/* Defined by assembly or the linker, as jiffies is: its symbol is the address. */
	if (declared && d->symbol_named)
		d->symbol_named(d->symbol_data, declared);
	return declared;
}

const struct variable *scope_find(const struct var_scope *scope, const char *name)
{
	struct var_scope *s = open_scope(scope);

	if (!s)
		return NULL;
	name = intern(name);
	for (unsigned i = s->vars.n; i-- > 0;)
		if (s->vars.v[i].name == name)
			return make(s, &s->vars.v[i]);
	return global_of(s->d, dwarf_unit_names(s->d, &s->unit, name));
}

void scope_each(const struct var_scope *scope, void (*f)(const struct variable *v, void *data), void *data)
{
	struct var_scope *s = open_scope(scope);

	for (int params = 1; s && params >= 0; params--)
		vec_each(i, &s->vars) {
			bool hidden = false;

			for (unsigned j = i + 1; j < s->vars.n && !hidden; j++)
				hidden = s->vars.v[j].name == s->vars.v[i].name;
			if (!hidden && s->vars.v[i].param == !!params)
				f(make(s, &s->vars.v[i]), data);
		}
}

const struct type *scope_return_type(const struct var_scope *scope)
{
	static const struct type nothing = { .kind = TYPE_VOID, .name = "" };
	struct var_scope *s = open_scope(scope);

	return s ? dwarf_type_at(s->d, &s->func) : &nothing;
}

/* ---- Variables of files ------------------------------------------------------------------ */

/* "x.c", "fs/x.c" fit the end of "/build/fs/x.c"; the shortest path wins. */
static bool ends_with(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	return m <= n && !strcmp(path + n - m, end) && (m == n || path[n - m - 1] == '/' || *end == '/');
}

static const struct variable *global_in(struct dwarf_types *d, const char *name, const char *file)
{
	Dwarf_Die unit, best;
	Dwarf_CU *cu = NULL;
	size_t shortest = SIZE_MAX;

	while (!dwarf_get_units(d->dw, cu, &cu, NULL, NULL, &unit, NULL)) {
		const char *path = dwarf_diename(&unit);

		if (!path || !ends_with(path, file) || strlen(path) >= shortest || !dwarf_unit_names(d, &unit, name))
			continue;
		shortest = strlen(path);
		best = unit;
	}
	return shortest == SIZE_MAX ? NULL : global_of(d, dwarf_unit_names(d, &best, name));
}

const struct variable *dwarf_global(struct dwarf_types *d, const char *name, const char *file)
{
	return file ? global_in(d, name, file) : global_of(d, dwarf_variables(d, name));
}

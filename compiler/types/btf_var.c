// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variables in BTF: VAR records, and the DATASECs that say which section each
 * is in. Kernels up to 6.13 describe only the section of which each processor
 * has its own copy.
 */
#include "types/btf.h"

#include "base/intern.h"

/* The section that lists a variable, or "". */
static const char *section_of(struct btf *b, uint32_t var)
{
	for (uint32_t id = b->first; id < b->end; id++) {
		struct btf_record r = btf_record(b, id);

		if (r.kind != BTF_DATASEC)
			continue;
		for (uint32_t i = 0; i < r.vlen; i++)
			if (btf_u32(r.body + 12 * i) == var)
				return btf_string(b, r.name);
	}
	return "";
}

static const struct variable *make(struct btf *b, const char *module, uint32_t id, const struct btf_record *r)
{
	struct arena *a = b->db.arena;
	struct variable *v = arena_new(a, struct variable);
	struct loc_piece *p = arena_new(a, struct loc_piece);
	struct loc *l = arena_new(a, struct loc);

	l->kind = LOC_SYMBOL;
	l->symbol = intern(btf_string(b, r->name));
	l->module = module ? intern(module) : NULL;
	l->percpu = !strncmp(section_of(b, id), ".data..percpu", 13);
	p->kind = PIECE_ADDRESS;
	p->reg = -1;
	p->loc = l;
	v->name = l->symbol;
	v->type = type_get(&b->db, r->size_type);
	v->npieces = 1;
	v->pieces = p;
	return v;
}

/* A module's types answer for its own variables only. */
const struct variable *btf_variable(struct type_db *db, const char *module, const char *name)
{
	struct btf *b = btf_of(db);

	for (uint32_t id = b->first; id < b->end; id++) {
		struct btf_record r = btf_record(b, id);

		if (r.kind == BTF_VAR && r.name && !strcmp(btf_string(b, r.name), name))
			return make(b, module, id, &r);
	}
	return NULL;
}

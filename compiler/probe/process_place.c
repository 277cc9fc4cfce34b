// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Places of programs: where they are in the file, and what $name means there,
 * by debugging information or, without any, by the calling convention.
 */
#include "probe/process_place.h"

#include "base/intern.h"

static const struct variable *words(const struct arch *arch)
{
	static const struct type word = { .kind = TYPE_INT, .name = "long", .size = 8, .is_signed = true };
	static struct variable v[PROCESS_WORDS];
	static const struct arch *of;
	struct arena *a = arena_permanent();
	bool on_stack_behind = !strcmp(arch->name, "x86_64"); /* the return address lies below them */

	if (of == arch)
		return v;
	of = arch;
	for (unsigned i = 0; i < PROCESS_WORDS; i++) {
		struct loc_piece *p = arena_new(a, struct loc_piece);
		struct loc *reg = arena_new(a, struct loc), *add = arena_new(a, struct loc), *by = arena_new(a, struct loc);

		reg->kind = LOC_REGISTER;
		p->loc = reg;
		p->reg = -1;
		if (i < arch->nparam_regs) {
			reg->a = p->reg = arch->param_reg(i);
			p->kind = PIECE_VALUE;
		} else {
			reg->a = arch->sp_offset;
			by->kind = LOC_CONST;
			by->a = (i - arch->nparam_regs + on_stack_behind) * 8;
			add->kind = LOC_BINARY;
			add->op = LOC_ADD;
			add->l = reg;
			add->r = by;
			p->kind = PIECE_ADDRESS;
			p->loc = add;
		}
		v[i] = (struct variable){ .name = intern_printf("arg%u", i + 1), .type = &word, .param = true, .npieces = 1, .pieces = p };
	}
	return v;
}

/* What $name means. Code that is not optimised puts parameters where debuginfo says only in the prologue: before, they are where the caller left them. */
static void fill_target(struct place_search *s, struct target_ctx *t, struct dwarf_place *place)
{
	const struct type *ret;
	struct dwarf_entry e;
	bool plain = true;

	t->user = true;
	t->arch = resolver_arch(s->r);
	t->module = s->program->path;
	t->function = place->function;
	t->is_return = s->is_return;
	if (place->is_entry || !place->file) {
		t->args = words(t->arch);
		t->nargs = PROCESS_WORDS;
	}
	if (!place->file) {
		t->words = true;
		t->types = resolver_types(s->r);
		return;
	}
	t->types = dwarf_types(place->file);
	if (place->is_entry && dwarf_entry_of(place->file, place, &e) && e.in_frame) {
		for (uint32_t i = 0; i < e.proto->nmembers; i++) {
			const struct type *p = type_strip(type_get(e.proto->db, e.proto->members[i].type_id));

			plain &= p->kind != TYPE_STRUCT && p->kind != TYPE_UNION && p->kind != TYPE_ARRAY;
		}
		ret = type_strip(type_target(e.proto));
		plain &= ret->kind != TYPE_STRUCT && ret->kind != TYPE_UNION; /* of C++ it may take a hidden parameter */
		if (plain || s->is_return || !e.body)
			t->proto = e.proto;
		else
			place->addr = e.body;
	}
	t->scope = dwarf_scope(place);
}

void process_add(struct place_search *s, const struct dwarf_place *where, const struct program_symbol *symbol, bool wildcard, const void *more,
		 const char *pp)
{
	struct user_place *u = arena_new(resolver_arena(s->r), struct user_place);
	struct place_request q = { .data = s->data, .concurrent = true, .wildcard = wildcard };
	struct dwarf_place place = { .is_entry = true };

	if (where)
		place = *where;
	else
		place.addr = symbol->addr;
	if (symbol)
		place.function = symbol->name;
	fill_target(s, &q.target, &place);
	u->past_entry = where && place.addr != where->addr;
	if (callee_walks(more, u->past_entry))
		resolver_user_callers(s->r);
	u->program = s->program;
	u->more = more;
	if (!program_offset(s->program, place.addr, &u->offset))
		return;
	q.place.function = place.function;
	q.place.module = s->program->path;
	q.place.offset = place.addr;
	q.place.pp = pp;
	q.place.data = u;
	if (symbol && symbol->size == ~(uint64_t)0) /* an entry of the linkage table */
		q.target.event = symbol->name;
	resolver_add(s->r, &q);
	s->found++;
}

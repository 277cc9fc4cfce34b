// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What fetch programs begin with: parameters where the calling convention
 * puts them, variables where debuginfo says they are, returned values,
 * variables of the kernel, casts, and the script's own expressions.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/source.h"
#include "base/util.h"
#include "sema/record.h"
#include "sema/target.h"
#include "types/dwarf.h"

/* ---- Locations as steps ------------------------------------------------------------- */

enum { STEPS_MAX = 400 };

static bool put_location(struct work *w, const struct loc *l)
{
	struct fetch_step st = { .kind = FETCH_SYMBOL };

	if (w->f->steps.n > STEPS_MAX || w->aside >= FETCH_DEPTH - 2)
		return false;
	switch (l->kind) {
	case LOC_REGISTER:
		work_step(w, FETCH_REGISTER, l->a, 0);
		w->f->uses_regs = true;
		return true;
	case LOC_CONST:
		work_step(w, FETCH_CONST, l->a, 0);
		return true;
	case LOC_SYMBOL:
		if (!l->symbol) { /* an address of the program: its module */
			work_step(w, FETCH_MOVED, l->a, 0);
			return true;
		}
		st.symbol = l->symbol;
		st.module = l->module;
		st.a = l->a;
		st.b = l->percpu;
		vec_push(w->s->arena, &w->f->steps, st);
		return true;
	case LOC_LOAD:
		if (!put_location(w, l->l))
			return false;
		work_step(w, FETCH_LOAD, l->a, 0);
		return true;
	case LOC_EXTEND:
		if (!put_location(w, l->l))
			return false;
		work_step(w, FETCH_EXTEND, l->a, l->sign);
		return true;
	case LOC_UNARY:
		if (!put_location(w, l->l))
			return false;
		work_step(w, FETCH_UNARY, l->op, 0);
		return true;
	case LOC_BINARY:
		if (!put_location(w, l->l))
			return false;
		if (l->op == LOC_ADD && l->r->kind == LOC_CONST) {
			work_step(w, FETCH_ADD, l->r->a, 0);
			return true;
		}
		work_step(w, FETCH_PUSH, 0, 0);
		w->aside++;
		if (!put_location(w, l->r))
			return false;
		w->aside--;
		work_step(w, FETCH_BINARY, l->op, 0);
		return true;
	}
	return false;
}

static bool too_long(struct work *w, struct range where)
{
	diag(DIAG_TARGET_TYPE, where, "where '%s' is takes more to work out than a probe can do", w->var->name);
	return false;
}

/* The piece that holds a bit, and where it begins. */
static const struct loc_piece *piece_at(const struct variable *v, uint64_t bit, uint64_t *begin, uint64_t *end)
{
	*end = 0;
	for (unsigned i = 0; i < v->npieces; i++) {
		*begin = *end;
		*end = v->pieces[i].bits ? *begin + v->pieces[i].bits : UINT64_MAX;
		if (bit < *end)
			return &v->pieces[i];
	}
	return NULL;
}

void work_settle(struct work *w, uint64_t bits)
{
	const struct loc_piece *p;
	uint64_t begin, end;

	if (!w->var)
		return;
	p = piece_at(w->var, w->at, &begin, &end);
	if (!p || p->kind != PIECE_ADDRESS || w->at + bits > end || (p->shift + w->at - begin) % 8 ||
	    !put_location(w, p->loc))
		return;
	work_step(w, FETCH_ADD, (int64_t)((p->shift + w->at - begin) / 8), 0);
	w->var = NULL;
}

/* Bits lo to hi of a variable, all in one piece, as the low bits of the value. */
static bool gather_piece(struct work *w, struct range where, const struct loc_piece *p, uint64_t lo, uint64_t hi)
{
	uint64_t first, bytes = 1;

	if (p->kind == PIECE_GONE) {
		diag(DIAG_TARGET_UNKNOWN, where, "this part of '$%s' is not available here: the compiler has removed it", w->var->name);
		return false;
	}
	lo += p->shift;
	hi += p->shift;
	if (!put_location(w, p->loc))
		return too_long(w, where);
	if (p->kind == PIECE_ADDRESS) {
		first = lo / 8;
		while (bytes < 8 && (first + bytes) * 8 < hi)
			bytes *= 2;
		work_step(w, FETCH_ADD, (int64_t)first, 0);
		work_step(w, FETCH_LOAD, (int64_t)bytes, 0);
		hi -= first * 8;
		lo -= first * 8;
	}
	if (lo || hi - lo < 64)
		work_step(w, FETCH_BITS, (int64_t)(hi - lo), (int64_t)lo);
	return true;
}

/* A value of up to 64 bits out of the pieces it is in. */
bool work_gather(struct work *w, struct range where, uint64_t bits)
{
	uint64_t begin, end, done = 0;

	for (; done < bits; done = MIN(end, w->at + bits) - w->at) {
		const struct loc_piece *p = piece_at(w->var, w->at + done, &begin, &end);

		if (!p) {
			diag(DIAG_TARGET_UNKNOWN, where, "this part of '$%s' is not available here", w->var->name);
			return false;
		}
		if (done) {
			work_step(w, FETCH_PUSH, 0, 0);
			w->aside++;
		}
		if (!gather_piece(w, where, p, w->at + done - begin, MIN(end, w->at + bits) - begin))
			return false;
		if (done) {
			work_step(w, FETCH_PUSH, 0, 0);
			work_step(w, FETCH_CONST, (int64_t)done, 0);
			work_step(w, FETCH_BINARY, LOC_SHL, 0);
			work_step(w, FETCH_BINARY, LOC_OR, 0);
			w->aside--;
		}
	}
	w->lvalue = false;
	w->var = NULL;
	return true;
}

static bool start_variable(struct work *w, const struct node *n, const struct variable *v)
{
	struct diag *d;

	w->type = v->type;
	w->lvalue = true;
	if (!v->npieces) {
		d = diag(DIAG_TARGET_UNKNOWN, n->at, "'%s' is not available here: %s", n->name, v->why);
		if (v->elsewhere)
			diag_hint(d, "it is available at %s", v->elsewhere);
		return false;
	}
	w->var = v;
	work_settle(w, type_strip(v->type)->size * 8);
	return true;
}

/* ---- Parameters and returned values ---------------------------------------------------- */

static void each_name(const struct target_ctx *t, void (*f)(const struct variable *v, void *data), void *data)
{
	struct variable v = { .param = true, .npieces = 1 };

	if (t->scope) {
		scope_each(t->scope, f, data);
		return;
	}
	for (unsigned i = 0; i < t->nargs; i++)
		f(&t->args[i], data);
	for (uint32_t i = 0; t->proto && i < t->proto->nmembers; i++) {
		v.name = t->proto->members[i].name;
		if (*v.name)
			f(&v, data);
	}
}

static const struct variable *argument(const struct target_ctx *t, const char *name)
{
	for (unsigned i = 0; i < t->nargs; i++)
		if (!strcmp(t->args[i].name, name))
			return &t->args[i];
	return NULL;
}

static void offer(const struct variable *v, void *data)
{
	suggest_offer(data, v->name);
}

static void offer_field(const struct record_field *f, void *data)
{
	suggest_offer(data, f->name);
}

static void list_field(const struct record_field *f, void *data)
{
	struct buf *b = data;

	buf_printf(b, "%s$%s", b->n ? " " : "", f->name);
}

static void list(const struct variable *v, void *data)
{
	struct buf *b = data;

	if (v->npieces)
		buf_printf(b, "%s$%s", b->n ? " " : "", v->name);
}

void target_unknown(const struct target_ctx *t, const struct node *n)
{
	bool any = t && (t->proto || t->scope || t->nargs);
	struct diag *d = diag(DIAG_TARGET_UNKNOWN, n->at, "'%s' is not available %s %s", n->name,
			      !any || (t->scope && !t->is_return) ? "in" : t->saved ? "at the tracepoint" : t->is_return ? "at the return of" : "at the entry of",
			      t && t->function ? t->function : !t ? "a function" : "this kind of probe");
	struct suggest sg;
	struct buf b;

	if (t && t->values)
		target_value_hint(t, d);
	if (!any)
		return;
	if (t->words) {
		diag_hint(d, "names need the debugging information of %s; without, there are $arg1, $arg2, ...%s", t->module, t->is_return ? " and $return" : "");
		return;
	}
	suggest_init(&sg, n->name + 1);
	each_name(t, offer, &sg);
	record_each(t, offer_field, &sg);
	buf_init(&b);
	each_name(t, list, &b);
	record_each(t, list_field, &b);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '$%s'?", suggest_best(&sg));
	else if (b.n)
		diag_hint(d, "alternatives: %s%s", b.s, t->is_return ? " $return" : "");
	else if (t->scope)
		diag_hint(d, "there are no variables here%s", t->is_return ? "; there is $return" : "");
	else
		diag_hint(d, "the %s has no parameters%s", t->saved ? "tracepoint" : "function", t->is_return ? "; there is $return" : "");
	buf_deinit(&b);
}

static bool start_param(struct work *w, const struct node *n, uint32_t index)
{
	const struct type *t = type_get(w->t->proto->db, w->t->proto->members[index].type_id), *bare = type_strip(t);
	struct arch_place p = w->t->arch->param(w->t->proto, index);

	w->type = t;
	if (w->t->saved) {
		if (type_is_aggregate(bare) || bare->kind == TYPE_FLOAT || w->t->saved[index] < 0) {
			diag(DIAG_TARGET_TYPE, n->at, "parameter '%s' of type '%s' is passed where it cannot be read", n->name,
			     work_type_text(w, t));
			return false;
		}
		work_step(w, FETCH_ENTRY, w->t->saved[index], 0);
		if (bare->kind != TYPE_POINTER && bare->size < 8)
			work_step(w, FETCH_EXTEND, (int64_t)bare->size, bare->is_signed);
		return true;
	}
	if (p.kind == PLACE_NONE || bare->kind == TYPE_FLOAT) {
		diag(DIAG_TARGET_TYPE, n->at, "parameter '%s' of type '%s' is passed %s", n->name, work_type_text(w, t),
		     p.kind == PLACE_NONE && p.why ? p.why : "where it cannot be read");
		return false;
	}
	if (type_is_aggregate(bare) && p.indirect) {
		work_step(w, FETCH_REGISTER, p.kind == PLACE_REGISTER ? p.offset : w->t->arch->sp_offset, 0);
		if (p.kind != PLACE_REGISTER) {
			work_step(w, FETCH_ADD, p.offset, 0);
			work_step(w, FETCH_LOAD, 8, 0);
		}
		w->lvalue = true;
		return true;
	}
	if (type_is_aggregate(bare)) {
		if (p.kind != PLACE_STACK) {
			diag(DIAG_TARGET_TYPE, n->at, "parameter '%s' is a structure passed in registers", n->name);
			return false;
		}
		work_step(w, FETCH_REGISTER, w->t->arch->sp_offset, 0);
		work_step(w, FETCH_ADD, p.offset, 0);
		w->lvalue = true;
		return true;
	}
	if (p.kind == PLACE_REGISTER) {
		work_step(w, FETCH_REGISTER, p.offset, 0);
		w->reg = (int)p.offset;
	} else {
		work_step(w, FETCH_REGISTER, w->t->arch->sp_offset, 0);
		work_step(w, FETCH_ADD, p.offset, 0);
		w->lvalue = true;
		return true;
	}
	if (bare->kind != TYPE_POINTER && bare->size < 8)
		work_step(w, FETCH_EXTEND, (int64_t)bare->size, bare->is_signed);
	return true;
}

/* Of code whose types nobody knows. */
static const struct type word = { .kind = TYPE_INT, .name = "long", .size = 8, .is_signed = true };

const struct type *target_returns(const struct target_ctx *t)
{
	return t->scope ? scope_return_type(t->scope) : t->proto ? type_target(t->proto) : &word;
}

/*
 * An argument of a system call whose function is called with the registers of the process: by the name the kernel has for it. It is
 * in the memory where they are, so an assignment changes what the kernel goes on with.
 */
static bool start_syscall(struct work *w, const struct node *n)
{
	const struct arch *arch = w->t->arch;
	size_t prefix = arch ? strlen(arch->syscalls) : 0;
	struct syscall c;

	if (!w->t->proto || !w->t->function || w->t->saved || w->t->user || w->t->module || w->t->proto->nmembers != 1 ||
	    strncmp(w->t->function, arch->syscalls, prefix) || !kernel_syscall(w->s->kernel, w->t->function + prefix, &c))
		return false;
	for (unsigned i = 0; i < c.nargs; i++) {
		const struct type *t;

		if (strcmp(c.arg[i], n->name + 1))
			continue;
		t = types_parse(w->t->types, c.type[i]);
		if (!t)
			t = types_parse(w->t->types, "unsigned long");
		if (!t)
			return false;
		work_step(w, FETCH_REGISTER, arch->param_reg(0), 0);
		work_step(w, FETCH_ADD, arch->syscall_reg(i), 0);
		w->type = t;
		w->lvalue = true;
		return true;
	}
	return false;
}

static bool start_target(struct work *w, const struct node *n)
{
	const struct target_value *value = target_value_find(w->t, n->name);
	const struct variable *v;
	const struct type *ret;
	struct record_field field;

	if (value) {
		w->type = target_value_type(w->t, value);
		work_step(w, FETCH_ENTRY, value->slot, 0);
		return true;
	}
	if (!w->t || (!w->t->proto && !w->t->scope && !w->t->nargs && !w->t->words)) {
		target_unknown(w->t, n);
		return false;
	}
	if (!strcmp(n->name, "$return") && w->t->is_return) {
		ret = target_returns(w->t);
		if (type_strip(ret)->kind == TYPE_VOID) {
			diag(DIAG_TARGET_UNKNOWN, n->at, "'$return' is not available: %s returns nothing", w->t->function);
			return false;
		}
		w->type = ret;
		if (type_strip(ret)->kind == TYPE_FLOAT) {
			diag(DIAG_TARGET_TYPE, n->at, "%s returns a floating-point number, which cannot be read", w->t->function);
			return false;
		}
		work_step(w, FETCH_RETVAL, 0, 0);
		if (type_is_aggregate(type_strip(ret))) {
			diag(DIAG_TARGET_TYPE, n->at, "%s returns a structure, which cannot be read", w->t->function);
			return false;
		}
		if (type_strip(ret)->kind != TYPE_POINTER && type_strip(ret)->size < 8)
			work_step(w, FETCH_EXTEND, (int64_t)type_strip(ret)->size, type_strip(ret)->is_signed);
		w->retval = true;
		return true;
	}
	for (uint32_t i = 0; w->t->proto && i < w->t->proto->nmembers; i++)
		if (!strcmp(w->t->proto->members[i].name, n->name + 1))
			return start_param(w, n, i);
	v = w->t->scope ? scope_find(w->t->scope, n->name + 1) : NULL;
	if (!v)
		v = argument(w->t, n->name + 1);
	if (v)
		return start_variable(w, n, v);
	if (record_find(w->t, n->name + 1, &field))
		return record_start(w, &field);
	if (start_syscall(w, n))
		return true;
	target_unknown(w->t, n);
	return false;
}

/* ---- Variables of the kernel and its modules ---------------------------------------------- */

/* A variable of a program: of the probed one, so that it is known where that is now. */
static bool start_program_var(struct work *w, const struct node *n, const char *path, const char *name, const char *source)
{
	struct dwarf_file *f = target_program(w->s, path, n->range);
	const struct variable *v;
	struct diag *d;

	if (!f)
		return false;
	v = dwarf_variable(f, name, source);
	if (!v) {
		d = diag(DIAG_VARIABLE_UNKNOWN, n->range, "%s has no variable '%s'%s%s", f->path, name, source ? " in " : "", source ? source : "");
		diag_hint(d, "a variable of one file is @var(\"name@file.c\"%s)", n->kid[ATVAR_MODULE] ? ", \"/path\"" : "");
		return false;
	}
	if (!w->t || !w->t->module || strcmp(w->t->module, f->path)) {
		diag_hint(diag(DIAG_NOT_YET, n->range, "variables of another file than the probed one are not supported yet"),
			  "probe code of %s itself", f->path);
		return false;
	}
	w->f->user = true;
	return start_variable(w, n, v);
}

/* @var("name"), @var("name@file.c"), and a module. The name alone may be $name as well. */
static bool start_var(struct work *w, const struct node *n)
{
	const struct node *m = n->kid[ATVAR_MODULE];
	const char *at = strchr(n->name, '@'), *module = m ? m->str : w->t ? w->t->module : NULL;
	const char *name = at ? intern_n(n->name, (size_t)(at - n->name)) : n->name;
	const struct variable *v = NULL;

	if (w->s->user) {
		diag_hint(diag(DIAG_NEEDS_KERNEL, n->range, "'@var' needs the kernel runtime"), "leave out --runtime=user");
		return false;
	}
	if (!at && !m && w->t && w->t->scope)
		v = scope_find(w->t->scope, name);
	if (!at && !m && !v && w->t && w->t->proto)
		for (uint32_t i = 0; i < w->t->proto->nmembers; i++)
			if (!strcmp(w->t->proto->members[i].name, name)) {
				struct node param = *n;

				param.name = intern_printf("$%s", name);
				return start_param(w, &param, i);
			}
	if (module && !strcmp(module, "kernel"))
		module = NULL;
	if (v)
		return start_variable(w, n, v);
	if (module && strchr(module, '/') && !strstr(module, ".ko"))
		return start_program_var(w, n, module, name, at ? at + 1 : NULL);
	w->f->user = false;
	v = kernel_variable(w->s->kernel, module, name, at ? at + 1 : NULL, n->range);
	return v && start_variable(w, n, v);
}

/* ---- Casts and expressions ---------------------------------------------------------------- */

static bool start_cast(struct work *w, const struct node *n)
{
	const struct type *t;
	struct fetch_step st = { .kind = FETCH_EXPR, .node = n->kid[CAST_X] };

	if (w->s->user) {
		diag_hint(diag(DIAG_NEEDS_KERNEL, n->range, "'@cast' to a kernel type needs the kernel runtime"),
			  "leave out --runtime=user");
		return false;
	}
	t = target_type(w->s, n->kid[CAST_TYPE], n->kid[CAST_MODULE], w->t ? w->t->module : NULL, &w->f->user);
	if (!t)
		return false;
	vec_push(w->s->arena, &w->f->steps, st);
	w->type = t;
	/* A cast to a structure takes the value as its address; to a pointer, as the pointer. */
	w->lvalue = type_is_aggregate(type_strip(t));
	if (!w->lvalue && type_strip(t)->kind != TYPE_POINTER && type_strip(t)->size < 8)
		work_step(w, FETCH_EXTEND, (int64_t)type_strip(t)->size, type_strip(t)->is_signed);
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

bool work_start(struct work *w, struct node *n)
{
	switch (n->kind) {
	case N_TARGET:
		return start_target(w, n);
	case N_CAST:
		return start_cast(w, n);
	case N_ATVAR:
		return start_var(w, n);
	default:
		return start_expression(w, n);
	}
}

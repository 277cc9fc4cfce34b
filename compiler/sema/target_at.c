// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The @-operators that are about the target: what an enumerator, a type or a
 * register is. Those whose answer is known become numbers, the others
 * programs. @defined and its kin are in target_fold.c.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "sema/target.h"

static bool literal(const struct node *n, const char *what)
{
	if (n->kind == N_STRING)
		return true;
	diag_hint(diag(DIAG_TARGET_TYPE, n->range, "%s is a string literal", what), "types are looked up when the script is compiled");
	return false;
}

static void become_number(struct node *n, int64_t v)
{
	n->kind = N_NUMBER;
	n->num = v;
	n->str = NULL;
	n->list.n = 0;
	n->vtype = VT_LONG;
}

static bool needs_kernel(struct sema *s, const struct node *n)
{
	if (!s->user)
		return true;
	diag_hint(diag(DIAG_NEEDS_KERNEL, n->range, "'@%s' needs the kernel runtime", n->name), "leave out --runtime=user");
	return false;
}

static bool is_kernel(const char *name)
{
	return !*name || !strcmp(name, "kernel");
}

/* The types a module's name in an argument means; NULL: reported. */
static struct type_db *types_of(struct sema *s, const struct node *n, const struct node *module)
{
	if (!needs_kernel(s, n) || (module && !literal(module, "a module's name")))
		return NULL;
	return module && !is_kernel(module->str) ? kernel_module_types(s->kernel, module->str) : kernel_types(s->kernel);
}

static bool at_enum(struct sema *s, struct node *n)
{
	struct type_db *db;
	int64_t v;

	if (!literal(n->list.v[0], "the name of an enumerator"))
		return false;
	db = types_of(s, n, n->list.n > 1 ? n->list.v[1] : NULL);
	if (!db)
		return false;
	if (!types_enumerator(db, n->list.v[0]->str, &v)) {
		diag_hint(diag(DIAG_TARGET_TYPE, n->list.v[0]->range, "the kernel has no enumerator '%s'", n->list.v[0]->str),
			  "constants that are #defined are no enumerators: @const(\"%s\"), in guru mode", n->list.v[0]->str);
		return false;
	}
	become_number(n, v);
	return true;
}

static struct fetch *of_expression(struct sema *s, struct node *x)
{
	struct fetch *f = arena_new(s->arena, struct fetch);
	struct fetch_step st = { .kind = FETCH_EXPR, .node = x };

	vec_push(s->arena, &f->steps, st);
	return f;
}

static bool at_enumname(struct sema *s, struct node *n)
{
	struct type_db *db;
	const struct type *t;
	struct fetch *f;

	if (!literal(n->list.v[0], "the name of an enumeration"))
		return false;
	db = types_of(s, n, n->list.n > 2 ? n->list.v[2] : NULL);
	if (!db)
		return false;
	t = types_parse(db, n->list.v[0]->str);
	if (!t)
		t = types_find(db, TYPE_ENUM, n->list.v[0]->str);
	t = t ? type_strip(t) : NULL;
	if (!t || t->kind != TYPE_ENUM || !t->nenumerators) {
		diag_hint(diag(DIAG_TARGET_TYPE, n->list.v[0]->range, "the kernel has no enumeration '%s'", n->list.v[0]->str),
			  "write it as in C: \"enum name\"");
		return false;
	}
	f = of_expression(s, n->list.v[1]);
	f->names = t;
	f->string = true;
	n->info = f;
	return true;
}

static bool at_deref(struct sema *s, struct node *n)
{
	const struct node *size = n->list.v[0];
	struct fetch_step st = { .kind = FETCH_LOAD };
	struct fetch *f;

	if (size->kind != N_NUMBER || (size->num != 1 && size->num != 2 && size->num != 4 && size->num != 8)) {
		diag_hint(diag(DIAG_TARGET_TYPE, size->range, "'@%s' reads 1, 2, 4 or 8 bytes", n->name), "the size is a literal number");
		return false;
	}
	f = of_expression(s, n->list.v[1]);
	f->user = n->name[0] == 'u';
	st.a = size->num;
	vec_push(s->arena, &f->steps, st);
	n->info = f;
	return true;
}

/* Numbered as DWARF numbers them. */
static bool at_register(struct sema *s, struct node *n, struct plan_probe *p)
{
	const struct node *x = n->list.v[0];
	struct fetch_step st = { .kind = FETCH_REGISTER };
	struct fetch *f = arena_new(s->arena, struct fetch);
	int at;

	if (!p || !p->target.arch) {
		diag_hint(diag(DIAG_TARGET_UNKNOWN, n->range, "'@%s' needs a probe that interrupts code", n->name),
			  "use it in the handler of such a probe: functions have no registers of their own");
		return false;
	}
	at = x->kind == N_NUMBER && x->num >= 0 && x->num < 4096 ? p->target.arch->dwarf_reg((unsigned)x->num) : -1;
	if (at < 0) {
		diag_hint(diag(DIAG_TARGET_TYPE, x->range, "there is no such register"), "registers have the numbers that DWARF gives them");
		return false;
	}
	st.a = at;
	vec_push(s->arena, &f->steps, st);
	f->uses_regs = p->uses_regs = true;
	n->info = f;
	return true;
}

/* The size of a type. As in SystemTap's library, the module stands first. */
static bool at_sizeof(struct sema *s, struct node *n)
{
	const struct node *type = n->list.v[n->list.n > 1 ? 1 : 0], *module = n->list.n > 1 ? n->list.v[0] : NULL;
	const struct type *t;
	uint64_t size;
	bool user;

	if (!needs_kernel(s, n) || !literal(type, "the name of a type") || (module && !literal(module, "a module's name")))
		return false;
	t = target_type(s, type, module, NULL, &user);
	if (!t)
		return false;
	size = type_strip(t)->kind == TYPE_POINTER ? 8 : type_strip(t)->size;
	if (!size) {
		diag_hint(diag(DIAG_TARGET_TYPE, type->range, "type '%s' has no size", type->str), "it is declared, and nothing says what is in it");
		return false;
	}
	become_number(n, (int64_t)size);
	return true;
}

bool target_operator(struct sema *s, struct node *n, struct plan_probe *p, bool *known)
{
	*known = true;
	if (!strcmp(n->name, "enum"))
		return at_enum(s, n);
	if (!strcmp(n->name, "enumname"))
		return at_enumname(s, n);
	if (!strcmp(n->name, "kderef") || !strcmp(n->name, "uderef"))
		return at_deref(s, n);
	if (!strcmp(n->name, "kregister") || !strcmp(n->name, "uregister"))
		return at_register(s, n, p);
	if (!strcmp(n->name, "cast_module_sizeof"))
		return at_sizeof(s, n);
	*known = false;
	return false;
}

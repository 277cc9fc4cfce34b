// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays: their declarations, elements, tests, deletion, and loops over them. */
#include <stdlib.h>
#include <string.h>

#include "emit/cfn.h"
#include "sema/sema.h"

enum { KEYS = 9 };

/* ---- Declarations ------------------------------------------------------------------- */

static const char *slot_kind(enum vtype t)
{
	return t == VT_STRING ? "SD_SLOT_STRING" : t == VT_STATS ? "SD_SLOT_STATS" : "SD_SLOT_INT";
}

static void put_slot(struct buf *out, const struct symbol *v, enum vtype t, const char *field)
{
	buf_printf(out, "{ %s, __builtin_offsetof(struct elem_%s, %s) }", slot_kind(t), v->cname, field);
}

static long long entries(const struct emit *e, const struct symbol *v)
{
	return v->decl->num ? (long long)v->decl->num : (long long)e->o->limits.maxmapentries;
}

static bool ordered(const struct symbol *v)
{
	return v->ordered || (v->decl->flags & F_WRAP);
}

/* Elements are looked up and updated by several handlers at a time. */
static bool side_by_side(const struct symbol *v)
{
	return v->lock == SHARE_ATOMIC || v->lock == SHARE_GROUP;
}

/* "sd_int k0, struct sd_str k1" */
static void put_params(struct buf *out, const struct symbol *v)
{
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(out, "%s%s k%u", i ? ", " : "", v->keys[i].type == VT_STRING ? "struct sd_str" : "sd_int", i);
}

/* "k0, k1"; cut: strings as short as they are stored */
static void put_keys(struct buf *out, const struct symbol *v, bool cut)
{
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(out, cut && v->keys[i].type == VT_STRING ? "%ssd_key_cut(k%u, SD_CAP)" : "%sk%u", i ? ", " : "", i);
}

/* find_A(keys), get_A(c, site, keys), drop_A(e): the loops are the runtime's; the keys and their types are put in. */
static void put_lookup(struct emit *e, struct buf *out, const struct symbol *v)
{
	const char *a = v->cname;

	buf_printf(out, "enum { shift_%s = 64 - SD_MAP_BITS(%lld) };\n", a, entries(e, v));
	buf_printf(out, "static inline sd_uint hash_%s(", a);
	put_params(out, v);
	buf_puts(out, ")\n{\n\tsd_uint h = 0;\n\n");
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(out, "\th = sd_hash_%s(h, k%u);\n", v->keys[i].type == VT_STRING ? "str" : "int", i);
	buf_printf(out, "\treturn h;\n}\nstatic inline struct elem_%s *seek_%s(sd_uint h, ", a, a);
	put_params(out, v);
	buf_printf(out, ")\n{\n\tstruct elem_%s *e;\n\n\tSD_MAP_SEEK(&%s, shift_%s, e, h, ", a, a, a);
	if (v->nkeys > 1 || v->keys[0].type == VT_STRING)
		buf_puts(out, "sd_hash_is(e, h) && ");
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(out, v->keys[i].type == VT_STRING ? "%ssd_key_is(&e->k%u, k%u)" : "%se->k%u == k%u", i ? " && " : "", i, i);
	buf_printf(out, ");\n}\nstatic inline struct elem_%s *find_%s(", a, a);
	put_params(out, v);
	buf_printf(out, ")\n{\n\treturn seek_%s(hash_%s(", a, a);
	put_keys(out, v, true);
	buf_puts(out, "), ");
	put_keys(out, v, true);
	buf_puts(out, ");\n}\n");
}

static bool only_numbers(const struct symbol *v)
{
	for (unsigned i = 0; i < v->nkeys; i++)
		if (v->keys[i].type == VT_STRING)
			return false;
	return v->type == VT_LONG;
}

static void put_set_keys(struct buf *out, const struct symbol *v, const char *in)
{
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(out, v->keys[i].type == VT_STRING ? "%ssd_str_set(c, &e->k%u, k%u);\n" : "%se->k%u = k%u;\n", in, i, i);
}

/* A new element, of keys that are not there; side by side with others that may be there by now. */
static void put_make(struct emit *em, struct buf *out, const struct symbol *v)
{
	const char *a = v->cname, *in = side_by_side(v) ? "\t\t" : "\t";
	const char *how = only_numbers(v) && !side_by_side(v) ? "inline" : "__attribute__((__noinline__, __unused__))";

	/* When no element is free: apart, as nothing that the callers hold has to outlive the call then. */
	buf_printf(out, "static __attribute__((__noinline__, __cold__, __unused__)) struct elem_%s *make_room_%s(struct sd_ctx *c, "
		   "const struct sd_site *site, sd_uint h, ", a, a);
	put_params(out, v);
	buf_printf(out, ")\n{\n\tstruct elem_%s *e = sd_map_insert(c, &%s, h, site);\n\n\tif (sd_likely(e)) {\n", a, a);
	put_set_keys(out, v, "\t\t");
	buf_printf(out, "\t}\n\treturn e;\n}\nstatic %s struct elem_%s *make_%s(struct sd_ctx *c, const struct sd_site *site, sd_uint h, ", how, a, a);
	put_params(out, v);
	buf_printf(out, ")\n{\n\tstruct elem_%s *e;\n\tunsigned int me;\n\n", a);
	if (side_by_side(v)) {
		buf_printf(out, "\tif (sd_lock_write(c, &%s.making))\n\t\treturn 0;\n\te = seek_%s(h, ", a, a);
		put_keys(out, v, true);
		buf_puts(out, ");\n\tif (sd_likely(!e)) {\n");
	}
	buf_printf(out, "%se = sd_map_take(&%s, sizeof(*e), %d, %lld, &me);\n%sif (sd_likely(e)) {\n%s\t", in, a, ordered(v), entries(em, v), in, in);
	if (v->type == VT_STRING)
		buf_puts(out, "e->v.n = 0;\n");
	else
		buf_printf(out, v->type == VT_STATS ? "sd_stat_reset(e->v, &stype_%s);\n" : "e->v = 0;\n", a);
	put_set_keys(out, v, side_by_side(v) ? "\t\t\t" : "\t\t");
	buf_printf(out, "%s\tsd_map_hook(&%s, shift_%s, h, &e->h, me);\n%s} else {\n%s\te = make_room_%s(c, site, h, ", in, a, a, in, in, a);
	put_keys(out, v, false);
	buf_printf(out, ");\n%s}\n", in);
	if (side_by_side(v))
		buf_printf(out, "\t}\n\tsd_unlock_write(&%s.making);\n", a);
	buf_printf(out, "\treturn e;\n}\nstatic inline struct elem_%s *get_%s(struct sd_ctx *c, const struct sd_site *site, ", a, a);
	put_params(out, v);
	buf_printf(out, ")\n{\n\tsd_uint h = hash_%s(", a);
	put_keys(out, v, true);
	buf_printf(out, ");\n\tstruct elem_%s *e = seek_%s(h, ", a, a);
	put_keys(out, v, true);
	buf_printf(out, ");\n\n\treturn sd_likely(e) ? e : make_%s(c, site, h, ", a);
	put_keys(out, v, false);
	how = ordered(v) ? "__attribute__((__noinline__, __unused__))" : "inline";
	buf_printf(out, ");\n}\nstatic %s void drop_%s(struct elem_%s *e)\n{\n\tsd_map_give(&%s, &e->h, sizeof(*e), shift_%s, %d);\n}\n", how, a, a, a, a,
		   ordered(v));
}

void emit_array(struct emit *e, const struct symbol *v, struct buf *out)
{
	if (v->type == VT_STATS)
		emit_stat_type(v, out);
	buf_printf(out, "struct elem_%s {\n\tstruct sd_elem h;\n", v->cname);
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(out, v->keys[i].type == VT_STRING ? "\tSD_STRVAR(SD_CAP) k%u;\n" : "\tsd_int k%u;\n", i);
	if (v->type == VT_STATS)
		buf_printf(out, "\tsd_int v[%u];\n", emit_stat_cells(v));
	else
		buf_puts(out, v->type == VT_STRING ? "\tSD_STRVAR(SD_CAP) v;\n" : "\tsd_int v;\n");
	buf_puts(out, "} __attribute__((aligned(8)));\n");
	buf_printf(out, "static const struct sd_map_type type_%s = {\n\t.name = \"%s\", .nkeys = %u, .entries = %lld, .elem_bytes = sizeof(struct elem_%s), "
		   ".str_cap = SD_CAP, .wrap = %d, .declared = %d, .norders = %u, .unordered = %d,\n\t.key = { ", v->cname, v->name, v->nkeys,
		   entries(e, v), v->cname, !!(v->decl->flags & F_WRAP), v->decl->num != 0, v->norders, !ordered(v));
	for (unsigned i = 0; i < v->nkeys; i++) {
		char field[8] = { 'k', (char)('0' + i), '\0' };

		put_slot(out, v, v->keys[i].type, field);
		buf_puts(out, ", ");
	}
	buf_puts(out, "},\n\t.value = ");
	put_slot(out, v, v->type, "v");
	if (v->type == VT_STATS)
		buf_printf(out, ", .stat = &stype_%s", v->cname);
	buf_printf(out, ",\n};\nstatic struct sd_map %s = { .type = &type_%s };\n", v->cname, v->cname);
	put_lookup(e, out, v);
	put_make(e, out, v);
}

/* ---- Elements ------------------------------------------------------------------------- */

/* Values that a handler cannot change: literals, and what is the same all through it. */
static bool lasts(const struct node *n)
{
	const struct builtin *b = n->kind == N_CALL && !n->sym ? n->info : NULL;

	return n->kind == N_NUMBER || n->kind == N_STRING || (b && (b->flags & B_SAME));
}

static bool same_value(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || !lasts(a))
		return false;
	return a->kind == N_NUMBER ? a->num == b->num : a->kind == N_STRING ? a->len == b->len && !memcmp(a->str, b->str, a->len)
		: a->info == b->info;
}

static const struct symbol *array_of(const struct node *n)
{
	return lvalue_symbol(n->kind == N_IN ? n->kid[IN_ARRAY] : n);
}

/* The pointer to the element that n, an INDEX or IN, means, if that was looked up already; else NULL. */
static const char *found(const struct cfn *fn, const struct node *n)
{
	for (unsigned i = 0; i < fn->nfound; i++) {
		const struct node *f = fn->found[i].index;
		const struct node_list *k = &f->list, *l = &n->list;
		unsigned j = 0;

		if (array_of(f) != array_of(n))
			continue;
		while (j < l->n && same_value(k->v[j], l->v[j]))
			j++;
		if (j == l->n)
			return fn->found[i].pointer;
	}
	return NULL;
}

void emit_forget(struct cfn *fn, const struct symbol *array)
{
	unsigned n = 0;

	for (unsigned i = 0; i < fn->nfound; i++)
		if (array && array_of(fn->found[i].index) != array)
			fn->found[n++] = fn->found[i];
	fn->nfound = n;
}

static void remember(struct cfn *fn, const struct node *n, const char *pointer)
{
	if (fn->e->o->unoptimized || fn->nfound == FOUND_MAX)
		return;
	vec_each(i, &n->list)
		if (!lasts(n->list.v[i]))
			return;
	fn->found[fn->nfound++] = (struct found){ n, pointer };
}

/* "k0, k1" of keys at hand. */
static const char *key_args(struct cfn *fn, const struct symbol *v, const char *const *key)
{
	const char *all = key[0];

	for (unsigned i = 1; i < v->nkeys; i++)
		all = cfn_text(fn, "%s, %s", all, key[i]);
	return all;
}

/* "struct sd_value k[] = { … };" of keys at hand; those that are NULL may be anything. */
static void keys_line(struct cfn *fn, const struct symbol *v, const char *const *key)
{
	struct buf b;

	buf_init(&b);
	for (unsigned i = 0; i < v->nkeys; i++) {
		if (!key[i])
			buf_puts(&b, "{ 0 }, ");
		else
			buf_printf(&b, "%s(%s), ", v->keys[i].type == VT_STRING ? "SD_KEY_STR" : "SD_KEY_INT", key[i]);
	}
	cfn_line(fn, "\tconst struct sd_value k[] = { %s};", b.s);
	buf_deinit(&b);
}

/* Looks the element of n, an INDEX or IN, up, and makes it when make is set. Returns the name of the pointer: 0 when absent. */
static const char *element(struct cfn *fn, const struct symbol *v, const char *const *key, bool make, const struct node *n)
{
	const char *t = cfn_text(fn, "t%u", fn->ntemps++);

	buf_printf(&fn->decls, "\tstruct elem_%s *%s = 0;\n", v->cname, t);
	if (make) {
		cfn_line(fn, "%s = get_%s(c, %s, %s);", t, v->cname, cfn_site(fn, n), key_args(fn, v, key));
	} else {
		cfn_line(fn, "%s = find_%s(%s);", t, v->cname, key_args(fn, v, key));
	}
	if (make) {
		cfn_line(fn, "if (sd_unlikely(!%s))", t);
		cfn_line(fn, "\tgoto %s;", fn->on_error);
		fn->uses_out = true;
		emit_forget(fn, v); /* it was absent before; or, where the oldest makes room, another is now */
	}
	remember(fn, n, t);
	return t;
}

/* Evaluates the keys of an INDEX, then one more expression if there is one. */
static const char *operands(struct cfn *fn, struct node *index, struct node *last, const char **key)
{
	struct node *all[KEYS + 1];
	const char *out[KEYS + 1];
	unsigned n = index->list.n;

	memcpy(all, index->list.v, n * sizeof(all[0]));
	if (last)
		all[n] = last;
	emit_operands(fn, all, n + (last ? 1 : 0), out);
	memcpy(key, out, n * sizeof(out[0]));
	return last ? out[n] : NULL;
}

const char *emit_element(struct cfn *fn, struct node *n)
{
	const char *key[KEYS], *e = found(fn, n);

	if (e)
		return e;
	operands(fn, n, NULL, key);
	return element(fn, lvalue_symbol(n), key, false, n);
}

static const char *value_of(struct cfn *fn, const struct symbol *v, const char *e)
{
	const char *t;

	if (v->type == VT_STRING) {
		t = cfn_str(fn);
		cfn_line(fn, "%s = %s ? sd_str_get(&%s->v) : SD_STR(\"\");", t, e, e);
	} else {
		t = cfn_int(fn);
		cfn_line(fn, "%s = %s ? %s->v : 0;", t, e, e);
	}
	return t;
}

const char *emit_index(struct cfn *fn, struct node *n)
{
	return value_of(fn, lvalue_symbol(n), emit_element(fn, n));
}

/* Gives an element its value, and that back when it is wanted. */
static const char *set(struct cfn *fn, const struct symbol *v, const char *e, const char *value, bool wanted)
{
	const char *t;

	if (v->type == VT_STRING) {
		cfn_line(fn, "sd_str_set(c, &%s->v, %s);", e, value);
		return wanted ? value_of(fn, v, e) : "0";
	}
	if (!wanted) {
		cfn_line(fn, "%s->v = %s;", e, value);
		return "0";
	}
	t = cfn_int(fn);
	cfn_line(fn, "%s = %s->v = %s;", t, e, value);
	return t;
}

/* += and -= of an element that others update at the same time. Handlers that look at the value have the array alone. */
static bool update(struct cfn *fn, const struct symbol *v, const char *e, enum op op, const char *value, bool wanted)
{
	if (wanted || !side_by_side(v) || (op != OP_ADD && op != OP_SUB))
		return false;
	cfn_line(fn, "__atomic_fetch_%s(&%s->v, %s, __ATOMIC_RELAXED);", op == OP_ADD ? "add" : "sub", e, value);
	return true;
}

/* Operators that can go wrong, or need the old value elsewhere, find it before the element is made. */
static bool simple(enum op op)
{
	return op != OP_DIV && op != OP_MOD && op != OP_CONCAT;
}

const char *emit_index_assign(struct cfn *fn, struct node *n, bool wanted)
{
	struct node *left = n->kid[ASSIGN_L];
	const struct symbol *v = lvalue_symbol(left);
	const char *key[KEYS], *value = operands(fn, left, n->kid[ASSIGN_R], key), *e;

	if (n->op == OP_AGGREGATE) {
		e = element(fn, v, key, true, left);
		cfn_line(fn, "sd_stat_add%s(%s->v, &stype_%s, %s);", side_by_side(v) ? "_shared" : "", e, v->cname, value);
		return "0";
	}
	if (!(n->flags & F_COMPOUND)) {
		e = element(fn, v, key, true, left);
	} else if (simple(n->op)) {
		e = element(fn, v, key, true, left);
		if (update(fn, v, e, n->op, value, wanted))
			return "0";
		value = emit_combine(fn, n, n->op, cfn_text(fn, "%s->v", e), value, n->kid[ASSIGN_R]);
	} else {
		e = element(fn, v, key, false, left);
		value = emit_combine(fn, n, n->op, value_of(fn, v, e), value, n->kid[ASSIGN_R]);
		e = element(fn, v, key, true, left);
	}
	return set(fn, v, e, value, wanted);
}

const char *emit_index_incdec(struct cfn *fn, struct node *n, bool wanted)
{
	struct node *x = n->kid[INCDEC_X];
	const struct symbol *v = lvalue_symbol(x);
	const char *key[KEYS], *e, *t;

	operands(fn, x, NULL, key);
	e = element(fn, v, key, true, x);
	if (update(fn, v, e, n->op, "1", wanted))
		return "0";
	if (!wanted || (n->flags & F_PREFIX))
		return set(fn, v, e, cfn_text(fn, "%s->v %s 1", e, op_text(n->op)), wanted);
	t = cfn_int(fn);
	cfn_line(fn, "%s = %s->v;", t, e);
	cfn_line(fn, "%s->v = %s %s 1;", e, t, op_text(n->op));
	return t;
}

/* ---- Slices ------------------------------------------------------------------------------ */

/* Evaluates those keys of a slice that are given. Returns the mask of the others. */
static unsigned slice(struct cfn *fn, const struct node_list *l, const char **key)
{
	struct node *given[KEYS];
	const char *out[KEYS];
	unsigned n = 0, any = 0;

	for (unsigned i = 0; i < l->n; i++)
		if (l->v[i]->kind != N_STAR)
			given[n++] = l->v[i];
	emit_operands(fn, given, n, out);
	n = 0;
	for (unsigned i = 0; i < l->n; i++) {
		key[i] = l->v[i]->kind == N_STAR ? NULL : out[n++];
		if (!key[i])
			any |= 1u << i;
	}
	return any;
}

const char *emit_in(struct cfn *fn, struct node *n)
{
	const struct symbol *v = lvalue_symbol(n->kid[IN_ARRAY]);
	const char *key[KEYS], *t = found(fn, n);
	unsigned any;

	if (t)
		return cfn_text(fn, "(sd_int)(%s != 0)", t);
	any = slice(fn, &n->list, key);
	if (!any)
		return cfn_text(fn, "(sd_int)(%s != 0)", element(fn, v, key, false, n));
	t = cfn_int(fn);
	cfn_line(fn, "{");
	keys_line(fn, v, key);
	cfn_line(fn, "\t%s = sd_map_any(&%s, k, %uu);", t, v->cname, any);
	cfn_line(fn, "}");
	return t;
}

/* delete, of anything but a scalar number or string. */
void emit_delete(struct cfn *fn, struct node *what)
{
	const struct symbol *v = lvalue_symbol(what);
	const char *key[KEYS], *e = what->kind == N_INDEX ? found(fn, what) : NULL;
	unsigned any;

	if (what->kind != N_INDEX) {
		emit_forget(fn, v);
		cfn_line(fn, v->shape == SHAPE_ARRAY ? "sd_map_clear(&%s);" : "sd_stat_clear(&%s);", v->cname);
		cfn_effect(fn);
		return;
	}
	if (e) {
		cfn_line(fn, "if (%s)", e);
		cfn_line(fn, "\tdrop_%s(%s);", v->cname, e);
		emit_forget(fn, v);
		return;
	}
	any = slice(fn, &what->list, key);
	emit_forget(fn, v);
	cfn_line(fn, "{");
	if (any) {
		keys_line(fn, v, key);
		cfn_line(fn, "\tsd_map_delete_any(&%s, k, %uu);", v->cname, any);
	} else {
		cfn_line(fn, "\tstruct elem_%s *e = find_%s(%s);", v->cname, v->cname, key_args(fn, v, key));
		cfn_line(fn, "%s", "");
		cfn_line(fn, "\tif (e)");
		cfn_line(fn, "\t\tdrop_%s(e);", v->cname);
	}
	cfn_line(fn, "}");
	cfn_effect(fn);
}

/* ---- Loops --------------------------------------------------------------------------------- */

/* The keys of a loop's slice are looked at in every round: strings need storage of their own. */
static unsigned lasting_slice(struct cfn *fn, const struct symbol *v, const struct node_list *l, const char **key)
{
	unsigned any = slice(fn, l, key);

	for (unsigned i = 0; i < l->n; i++) {
		const char *t;

		if (!key[i])
			continue;
		if (v->keys[i].type == VT_STRING) {
			t = cfn_text(fn, "s%u", fn->ntemps++);
			buf_printf(&fn->fields, "\tSD_STRVAR(SD_CAP) %s;\n", t);
			cfn_line(fn, "sd_str_set(c, &f->%s, %s);", t, key[i]);
			key[i] = cfn_text(fn, "sd_str_get(&f->%s)", t);
		} else {
			t = cfn_int(fn);
			cfn_line(fn, "%s = %s;", t, key[i]);
			key[i] = t;
		}
	}
	return any;
}

static const char *sort_by(const struct node *n)
{
	if (n->num > 0)
		return "";
	return !n->name || !strcmp(n->name, "count") ? "VALUE" : !strcmp(n->name, "sum") ? "SUM" : !strcmp(n->name, "min") ? "MIN" :
	       !strcmp(n->name, "max") ? "MAX" : "AVG";
}

static void loop_values(struct cfn *fn, struct node *n, const struct symbol *v)
{
	const struct node *value = n->kid[FOREACH_VALUE];

	vec_each(i, &n->list)
		emit_store(fn, n->list.v[i]->sym,
			   cfn_text(fn, v->keys[i].type == VT_STRING ? "sd_str_get(&e->k%u)" : "e->k%u", i));
	if (value && v->type == VT_STATS)
		cfn_line(fn, "%s = e->v;", ((const struct symbol *)value->sym)->cname);
	else if (value)
		emit_store(fn, value->sym, v->type == VT_STRING ? "sd_str_get(&e->v)" : "e->v");
}

void emit_foreach(struct cfn *fn, struct node *n)
{
	const struct symbol *v = lvalue_symbol(n->kid[FOREACH_ARRAY]);
	const struct loop_order *o = n->info;
	const char *key[KEYS] = { NULL }, *limit = "0x7fffffffffffffffLL", *site = cfn_site(fn, n);
	unsigned any = n->list2.n ? lasting_slice(fn, v, &n->list2, key) : ~0u, outer = fn->loop;

	if (n->kid[FOREACH_LIMIT])
		limit = emit_expr(fn, n->kid[FOREACH_LIMIT]);
	cfn_line(fn, "{");
	if (n->list2.n)
		keys_line(fn, v, key);
	cfn_line(fn, "\tstruct elem_%s *e;", v->cname);
	cfn_line(fn, "\tstruct sd_iter it;");
	cfn_line(fn, "%s", "");
	fn->indent++;
	cfn_line(fn, "sd_iter_begin(&it, &%s, %s, %uu, %s);", v->cname, n->list2.n ? "k" : "0", any, limit);
	if (o && n->num > 0)
		cfn_line(fn, "sd_iter_sort(&it, %u, %lld, %d);", o->number, (long long)n->num - 1, n->op == OP_SORT_DOWN);
	else if (o)
		cfn_line(fn, "sd_iter_sort(&it, %u, SD_SORT_%s, %d);", o->number, sort_by(n), n->op == OP_SORT_DOWN);
	fn->loop = ++fn->nlabels;
	emit_forget(fn, NULL);
	cfn_line(fn, "while ((e = sd_iter_next(c, &it, %s))) {", site);
	fn->indent++;
	emit_charge(fn, 1 + emit_actions(n->kid[FOREACH_BODY]), n);
	loop_values(fn, n, v);
	emit_statement(fn, n->kid[FOREACH_BODY]);
	cfn_line(fn, "next_%u: __attribute__((unused));", fn->loop);
	fn->indent--;
	cfn_line(fn, "}");
	fn->indent--;
	cfn_line(fn, "}");
	emit_forget(fn, NULL);
	if (o)
		cfn_check(fn);
	fn->loop = outer;
}

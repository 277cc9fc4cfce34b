// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The questions of type.h and db.h that are the same for every loader:
 * stripping, members, C spelling, and reading a type written as in C.
 * Walks are bounded, because a hostile file can make the graph cyclic.
 */
#include "types/graph.h"

#include "base/intern.h"
#include "base/util.h"

void type_db_init(struct type_db *db, const struct type_ops *ops, struct arena *arena)
{
	db->ops = ops;
	db->arena = arena;
	map_init(&db->pointers, arena);
}

const struct type *type_get(struct type_db *db, uint32_t id)
{
	if (id >= TYPE_MADE && id - TYPE_MADE < db->made.n)
		return db->made.v[id - TYPE_MADE];
	return db->ops->get(db, id);
}

const struct type *types_find(struct type_db *db, enum type_kind kind, const char *name)
{
	return *name ? db->ops->find(db, kind, name) : NULL;
}

const struct type *types_function(struct type_db *db, const char *name, unsigned *count)
{
	return db->ops->function(db, name, 0, count);
}

const struct type *types_function_nth(struct type_db *db, const char *name, unsigned nth)
{
	return db->ops->function(db, name, nth, NULL);
}

void types_each_function(struct type_db *db, const char *glob,
			 void (*f)(const char *name, const struct type *proto, void *data),
			 void *data)
{
	db->ops->each_function(db, glob, f, data);
}

const struct variable *types_variable(struct type_db *db, const char *module, const char *name)
{
	return *name && db->ops->variable ? db->ops->variable(db, module, name) : NULL;
}

bool types_enumerator(struct type_db *db, const char *name, int64_t *value)
{
	return *name && db->ops->enumerator(db, name, value);
}

const struct type *type_strip(const struct type *t)
{
	for (int depth = 0; depth < TYPE_MAX_DEPTH; depth++) {
		const struct type *whole;

		switch (t->kind) {
		case TYPE_TYPEDEF:
		case TYPE_CONST:
		case TYPE_VOLATILE:
		case TYPE_RESTRICT:
		case TYPE_TAG:
			t = type_target(t);
			break;
		case TYPE_FORWARD:
			whole = types_find(t->db, t->is_union ? TYPE_UNION : TYPE_STRUCT, t->name);
			return whole ? whole : t;
		case TYPE_VOID:
		case TYPE_INT:
		case TYPE_BOOL:
		case TYPE_FLOAT:
		case TYPE_POINTER:
		case TYPE_ARRAY:
		case TYPE_STRUCT:
		case TYPE_UNION:
		case TYPE_ENUM:
		case TYPE_PROTO:
			return t;
		}
	}
	return type_get(t->db, 0);
}

static const struct type_member *find_member(const struct type *t, const char *name,
					     uint64_t *bit_offset, unsigned depth, unsigned *visits)
{
	const struct type_member *found;
	const struct type *inner;
	uint64_t offset;

	if ((t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || depth == TYPE_MAX_DEPTH)
		return NULL;
	for (uint32_t i = 0; i < t->nmembers && *visits; i++) {
		if (t->members[i].name == name) {
			*bit_offset = t->members[i].bit_offset;
			return &t->members[i];
		}
	}
	for (uint32_t i = 0; i < t->nmembers && *visits; i++) {
		if (*t->members[i].name)
			continue;
		--*visits;
		inner = type_strip(type_get(t->db, t->members[i].type_id));
		found = find_member(inner, name, &offset, depth + 1, visits);
		if (found) {
			*bit_offset = t->members[i].bit_offset + offset;
			return found;
		}
	}
	return NULL;
}

const struct type_member *type_find_member(const struct type *t, const char *name,
					   uint64_t *bit_offset)
{
	unsigned visits = TYPE_MAX_VISITS;
	uint64_t offset = 0;
	const struct type_member *m =
		*name ? find_member(t, intern(name), &offset, 0, &visits) : NULL;

	if (m && bit_offset)
		*bit_offset = offset;
	return m;
}

/*
 * A C declarator is written from the inside out: what is known so far stands
 * in `inner`, each step outwards puts a '*' before it or [n] or (...) behind it.
 */
struct printer {
	unsigned visits; /* left */
};

static void print(struct printer *p, struct buf *out, const struct type *t, const char *inner,
		  unsigned depth);

static void print_params(struct printer *p, struct buf *out, const struct type *t, unsigned depth)
{
	for (uint32_t i = 0; i < t->nmembers && p->visits; i++) {
		if (i)
			buf_puts(out, ", ");
		print(p, out, type_get(t->db, t->members[i].type_id), "", depth + 1);
	}
	if (t->variadic)
		buf_puts(out, t->nmembers ? ", ..." : "...");
	else if (!t->nmembers)
		buf_puts(out, "void");
}

static void print_named(struct buf *out, const char *tag, const struct type *t, const char *inner)
{
	if (*tag)
		buf_printf(out, "%s ", tag);
	buf_puts(out, *t->name ? t->name : "{...}");
	if (*inner)
		buf_printf(out, "%s%s", *inner == '[' ? "" : " ", inner);
}

/* A qualifier belongs before a named type ("const char") but behind a star ("char * const"). */
static void print_qualified(struct printer *p, struct buf *out, const struct type *t,
			    const char *word, const char *inner, unsigned depth)
{
	const struct type *u = type_target(t), *base = u;
	struct buf b;

	for (int i = 0;
	     i < TYPE_MAX_DEPTH && (base->kind == TYPE_CONST || base->kind == TYPE_VOLATILE ||
				    base->kind == TYPE_RESTRICT || base->kind == TYPE_TAG);
	     i++)
		base = type_target(base);
	if (base->kind != TYPE_POINTER) {
		buf_printf(out, "%s ", word);
		print(p, out, u, inner, depth + 1);
		return;
	}
	buf_init(&b);
	buf_puts(&b, word);
	if (*inner)
		buf_printf(&b, "%s%s", *inner == '[' || *inner == ')' ? "" : " ", inner);
	print(p, out, u, b.s, depth + 1);
	buf_deinit(&b);
}

static void print_array(struct printer *p, struct buf *out, const struct type *t, const char *inner,
			unsigned depth)
{
	struct buf b;

	buf_init(&b);
	if (*inner && *inner != '[')
		buf_printf(&b, "(%s)", inner);
	else
		buf_puts(&b, inner);
	if (t->nelems)
		buf_printf(&b, "[%u]", t->nelems);
	else
		buf_puts(&b, "[]");
	print(p, out, type_target(t), b.s, depth + 1);
	buf_deinit(&b);
}

static void print_proto(struct printer *p, struct buf *out, const struct type *t, const char *inner,
			unsigned depth)
{
	struct buf b;

	buf_init(&b);
	if (*inner)
		buf_printf(&b, "(%s)", inner);
	buf_putc(&b, '(');
	print_params(p, &b, t, depth);
	buf_putc(&b, ')');
	print(p, out, type_target(t), b.s, depth + 1);
	buf_deinit(&b);
}

static void print(struct printer *p, struct buf *out, const struct type *t, const char *inner,
		  unsigned depth)
{
	struct buf b;

	if (!p->visits || depth > TYPE_MAX_DEPTH) {
		buf_puts(out, "...");
		return;
	}
	p->visits--;
	switch (t->kind) {
	case TYPE_VOID:
		buf_puts(out, "void");
		if (*inner)
			buf_printf(out, " %s", inner);
		break;
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_FLOAT:
	case TYPE_TYPEDEF:
		print_named(out, "", t, inner);
		break;
	case TYPE_STRUCT:
		print_named(out, "struct", t, inner);
		break;
	case TYPE_UNION:
		print_named(out, "union", t, inner);
		break;
	case TYPE_ENUM:
		print_named(out, "enum", t, inner);
		break;
	case TYPE_FORWARD:
		print_named(out, t->is_union ? "union" : "struct", t, inner);
		break;
	case TYPE_TAG:
		print(p, out, type_target(t), inner, depth + 1);
		break;
	case TYPE_CONST:
		print_qualified(p, out, t, "const", inner, depth);
		break;
	case TYPE_VOLATILE:
		print_qualified(p, out, t, "volatile", inner, depth);
		break;
	case TYPE_RESTRICT:
		print_qualified(p, out, t, "restrict", inner, depth);
		break;
	case TYPE_POINTER:
		buf_init(&b);
		buf_printf(&b, "*%s", inner);
		print(p, out, type_target(t), b.s, depth + 1);
		buf_deinit(&b);
		break;
	case TYPE_ARRAY:
		print_array(p, out, t, inner, depth);
		break;
	case TYPE_PROTO:
		print_proto(p, out, t, inner, depth);
		break;
	}
}

void type_print(struct buf *out, const struct type *t)
{
	struct printer p = { .visits = 500 };

	print(&p, out, t, "", 0);
}

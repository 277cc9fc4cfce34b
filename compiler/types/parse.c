// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * types_parse(): a type written as in C, for @cast and friends. Types that the
 * kernel's information does not hold (a pointer to something nobody points
 * to) are made here and belong to the db.
 */
#include "types/graph.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/intern.h"
#include "base/util.h"

static struct type *make(struct type_db *db, enum type_kind kind, const char *name)
{
	struct type *t = arena_new(db->arena, struct type);

	t->db = db;
	t->id = TYPE_MADE + db->made.n;
	t->kind = kind;
	t->name = intern(name);
	vec_push(db->arena, &db->made, t);
	return t;
}

static const struct type *pointer_to(struct type_db *db, const struct type *target)
{
	const void *key = (const void *)((uintptr_t)target->id + 1);
	struct type *t = map_get(&db->pointers, key);

	if (!t) {
		t = make(db, TYPE_POINTER, "");
		t->size = 8;
		t->target = target->id;
		map_put(&db->pointers, key, t);
	}
	return t;
}

static const struct type *array_of(struct type_db *db, const struct type *target, uint32_t n)
{
	struct type *t = make(db, TYPE_ARRAY, "");

	t->target = target->id;
	t->nelems = n;
	if (__builtin_mul_overflow(target->size, (uint64_t)n, &t->size))
		t->size = 0;
	return t;
}

static const char *skip_space(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The next word, interned, or NULL; *s moves behind it. */
static const char *next_word(const char **s)
{
	const char *p = skip_space(*s), *q = p;

	while (is_word(*q))
		q++;
	if (p == q)
		return NULL;
	*s = q;
	return intern_n(p, (size_t)(q - p));
}

struct words { /* how often each word of an arithmetic type was said */
	unsigned is_char, is_short, is_int, is_long, is_signed, is_unsigned, is_bool, is_float,
		is_double, total;
};

static bool count_word(struct words *w, const char *word)
{
	struct {
		const char *name;
		unsigned *n;
	} table[] = {
		{ "char", &w->is_char },     { "short", &w->is_short },
		{ "int", &w->is_int },	     { "long", &w->is_long },
		{ "signed", &w->is_signed }, { "unsigned", &w->is_unsigned },
		{ "_Bool", &w->is_bool },    { "float", &w->is_float },
		{ "double", &w->is_double },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
		if (!strcmp(word, table[i].name)) {
			w->total++;
			return ++*table[i].n <= (i == 3 ? 2u : 1u);
		}
	}
	return false;
}

/* Is word the start of an arithmetic type? */
static bool is_arithmetic(const char *word)
{
	struct words w = { 0 };

	return count_word(&w, word);
}

/* By the name gcc gives it, then clang's; made when the kernel has no such type. */
static const struct type *arithmetic(struct type_db *db, const char *gcc, const char *clang,
				     enum type_kind kind, unsigned size, bool is_signed)
{
	const struct type *t = types_find(db, kind, gcc);
	struct type *made;

	if (!t)
		t = types_find(db, kind, clang);
	if (t && t->size == size)
		return t;
	for (unsigned i = 0; i < db->made.n; i++)
		if (db->made.v[i]->kind == kind && db->made.v[i]->name == intern(gcc))
			return db->made.v[i];
	made = make(db, kind, gcc);
	made->size = size;
	made->is_signed = is_signed;
	made->is_char = kind == TYPE_INT && size == 1;
	return made;
}

static const struct type *choose(struct type_db *db, const struct words *w)
{
	bool u = w->is_unsigned;

	if (w->is_signed && u)
		return NULL;
	if (w->is_bool)
		return w->total == 1 ? arithmetic(db, "_Bool", "_Bool", TYPE_BOOL, 1, false) : NULL;
	if (w->is_float)
		return w->total == 1 ? arithmetic(db, "float", "float", TYPE_FLOAT, 4, true) : NULL;
	if (w->is_double) {
		if (w->total != 1 + w->is_long || w->is_long > 1)
			return NULL;
		return w->is_long ?
			       arithmetic(db, "long double", "long double", TYPE_FLOAT, 16, true) :
			       arithmetic(db, "double", "double", TYPE_FLOAT, 8, true);
	}
	if (w->is_char) {
		if (w->is_short || w->is_int || w->is_long)
			return NULL;
		if (u)
			return arithmetic(db, "unsigned char", "unsigned char", TYPE_INT, 1, false);
		return w->is_signed ?
			       arithmetic(db, "signed char", "signed char", TYPE_INT, 1, true) :
			       arithmetic(db, "char", "char", TYPE_INT, 1, true);
	}
	if (w->is_short)
		return w->is_long ? NULL :
		       u ? arithmetic(db, "short unsigned int", "unsigned short", TYPE_INT, 2,
				      false) :
			   arithmetic(db, "short int", "short", TYPE_INT, 2, true);
	if (w->is_long == 2)
		return u ? arithmetic(db, "long long unsigned int", "unsigned long long", TYPE_INT,
				      8, false) :
			   arithmetic(db, "long long int", "long long", TYPE_INT, 8, true);
	if (w->is_long)
		return u ? arithmetic(db, "long unsigned int", "unsigned long", TYPE_INT, 8,
				      false) :
			   arithmetic(db, "long int", "long", TYPE_INT, 8, true);
	return u ? arithmetic(db, "unsigned int", "unsigned int", TYPE_INT, 4, false) :
		   arithmetic(db, "int", "int", TYPE_INT, 4, true);
}

static bool is_qualifier(const char *word)
{
	return !strcmp(word, "const") || !strcmp(word, "volatile") || !strcmp(word, "restrict");
}

/* "struct x", "x", "unsigned long int", with qualifiers anywhere (they do not matter to a probe and are dropped). */
static const struct type *parse_base(struct type_db *db, const char **s)
{
	static const enum type_kind tagless[] = { TYPE_STRUCT,	TYPE_UNION, TYPE_ENUM,
						  TYPE_TYPEDEF, TYPE_INT,   TYPE_BOOL };
	static const struct {
		const char *tag;
		enum type_kind kind;
	} tags[] = {
		{ "struct", TYPE_STRUCT },
		{ "union", TYPE_UNION },
		{ "enum", TYPE_ENUM },
	};
	const struct type *t = NULL;
	struct words w = { 0 };
	const char *word;

	while ((word = next_word(s))) {
		if (is_qualifier(word))
			continue;
		if (w.total || (!t && is_arithmetic(word))) {
			if (!count_word(&w, word))
				return NULL;
			continue;
		}
		if (t)
			return NULL;
		for (unsigned i = 0; i < ARRAY_SIZE(tags) && !t; i++) {
			if (strcmp(word, tags[i].tag))
				continue;
			word = next_word(s);
			t = word ? types_find(db, tags[i].kind, word) : NULL;
			if (!t)
				return NULL;
		}
		if (!t && !strcmp(word, "void"))
			t = type_get(db, 0);
		for (unsigned i = 0; i < ARRAY_SIZE(tagless) && !t; i++)
			t = types_find(db, tagless[i], word);
		if (!t)
			return NULL;
	}
	return w.total ? choose(db, &w) : t;
}

const struct type *types_parse(struct type_db *db, const char *text)
{
	const char *s = text, *word;
	const struct type *t = parse_base(db, &s);
	uint32_t dims[8];
	unsigned ndims = 0;

	for (s = skip_space(s); t && *s == '*'; s = skip_space(s)) {
		t = pointer_to(db, t);
		s++;
		while ((word = next_word(&s)))
			if (!is_qualifier(word))
				return NULL;
	}
	for (; t && *s == '['; s = skip_space(s)) {
		char *end;
		unsigned long n;

		s = skip_space(s + 1);
		n = isdigit((unsigned char)*s) ? strtoul(s, &end, 0) : 0;
		if (isdigit((unsigned char)*s))
			s = skip_space(end);
		if (*s++ != ']' || ndims == ARRAY_SIZE(dims) || n > UINT32_MAX)
			return NULL;
		dims[ndims++] = (uint32_t)n;
	}
	if (!t || *s)
		return NULL;
	while (ndims)
		t = array_of(db, t, dims[--ndims]);
	return t;
}

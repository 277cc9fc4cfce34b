// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names in BTF: hash chains from a name to types and functions, and from an
 * enumerator to its enum, each built when first asked for; and the sorted walk
 * over functions. Reads records through btf.h, makes no types itself.
 */
#include "types/btf.h"

#include "base/intern.h"
#include "base/util.h"

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u;

	while (*s)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h ^ h >> 15;
}

static void chain_init(struct btf_chain *c, struct arena *a, uint32_t n)
{
	c->mask = 15;
	while (c->mask < n)
		c->mask = c->mask * 2 + 1;
	c->heads = arena_array(a, uint32_t, (size_t)c->mask + 1);
	c->next = arena_array(a, uint32_t, (size_t)n + 1);
	c->ids = arena_array(a, uint32_t, (size_t)n + 1);
}

static void chain_add(struct btf_chain *c, const char *name, uint32_t id)
{
	uint32_t *head = &c->heads[hash(name) & c->mask];

	c->ids[c->n] = id;
	c->next[c->n] = *head;
	*head = ++c->n;
}

static bool is_indexed(enum btf_kind kind)
{
	switch (kind) {
	case BTF_INT:
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_TYPEDEF:
	case BTF_FUNC:
	case BTF_FLOAT:
		return true;
	default:
		return false;
	}
}

/* Added from the last to the first, so that a chain gives the lowest id first. */
static void build_names(struct btf *b)
{
	chain_init(&b->names, b->db.arena, b->nnamed);
	for (uint32_t id = b->end; id-- > b->first;) {
		struct btf_record r = btf_record(b, id);

		if (r.name && is_indexed(r.kind))
			chain_add(&b->names, btf_string(b, r.name), id);
	}
}

static void build_enumerators(struct btf *b)
{
	chain_init(&b->enumerators, b->db.arena, b->nenums);
	for (uint32_t id = b->end; id-- > b->first;) {
		struct btf_record r = btf_record(b, id);
		uint32_t step = r.kind == BTF_ENUM64 ? 12 : 8;

		if (r.kind != BTF_ENUM && r.kind != BTF_ENUM64)
			continue;
		for (uint32_t i = 0; i < r.vlen; i++)
			chain_add(&b->enumerators, btf_string(b, btf_u32(r.body + step * i)), id);
	}
}

static bool kind_is(const struct btf_record *r, enum type_kind kind)
{
	switch (r->kind) {
	case BTF_INT:
		return kind == ((btf_u32(r->body) >> 24 & 4) ? TYPE_BOOL : TYPE_INT);
	case BTF_STRUCT:
		return kind == TYPE_STRUCT;
	case BTF_UNION:
		return kind == TYPE_UNION;
	case BTF_ENUM:
	case BTF_ENUM64:
		return kind == TYPE_ENUM;
	case BTF_TYPEDEF:
		return kind == TYPE_TYPEDEF;
	case BTF_FLOAT:
		return kind == TYPE_FLOAT;
	default:
		return false;
	}
}

const struct type *btf_find(struct type_db *db, enum type_kind kind, const char *name)
{
	for (struct btf *b = btf_of(db); b; b = b->base) {
		struct btf_chain *c = &b->names;

		if (!c->heads)
			build_names(b);
		for (uint32_t i = c->heads[hash(name) & c->mask]; i; i = c->next[i - 1]) {
			struct btf_record r = btf_record(b, c->ids[i - 1]);

			if (kind_is(&r, kind) && !strcmp(btf_string(b, r.name), name))
				return type_get(&b->db, c->ids[i - 1]);
		}
	}
	return NULL;
}

/* The prototype a FUNC names; a hostile file may name anything. */
static const struct type *prototype(struct btf *b, uint32_t id)
{
	const struct type *t = type_get(&b->db, id);

	return t->kind == TYPE_PROTO ? t : NULL;
}

/* Split BTF answers for its own functions only: a module does not have the kernel's. */
const struct type *btf_function(struct type_db *db, const char *name, unsigned nth, unsigned *count)
{
	struct btf *b = btf_of(db);
	struct btf_chain *c = &b->names;
	const struct type *found = NULL;
	unsigned n = 0;

	if (!c->heads)
		build_names(b);
	for (uint32_t i = c->heads[hash(name) & c->mask]; i; i = c->next[i - 1]) {
		struct btf_record r = btf_record(b, c->ids[i - 1]);
		const struct type *t;

		if (r.kind != BTF_FUNC || strcmp(btf_string(b, r.name), name))
			continue;
		t = prototype(b, r.size_type);
		if (!t)
			continue;
		if (n++ == nth)
			found = t;
	}
	if (count)
		*count = n;
	return found;
}

bool btf_enumerator(struct type_db *db, const char *name, int64_t *value)
{
	for (struct btf *b = btf_of(db); b; b = b->base) {
		struct btf_chain *c = &b->enumerators;

		if (!c->heads)
			build_enumerators(b);
		for (uint32_t i = c->heads[hash(name) & c->mask]; i; i = c->next[i - 1]) {
			struct btf_record r = btf_record(b, c->ids[i - 1]);
			uint32_t step = r.kind == BTF_ENUM64 ? 12 : 8;

			for (uint32_t k = 0; k < r.vlen; k++) {
				if (strcmp(btf_string(b, btf_u32(r.body + step * k)), name))
					continue;
				*value = btf_enum_value(b, &r, k);
				return true;
			}
		}
	}
	return false;
}

/*
 * Sorting 50,000 names with qsort() and strcmp() costs more than all the rest.
 * Instead: a merge sort on eight characters at a time, kept beside the name as
 * one big-endian number; names alike so far are sorted by their next eight.
 * It is stable, so functions of one name stay in the order of their ids.
 */
struct name {
	uint64_t key;
	const char *s;
	uint32_t id;
};

enum { MAX_NAME = 4096 }; /* what is alike for longer is no name, and left in any order */

/* Eight characters, the first on top; zeroes behind the end. */
static uint64_t key_of(const char *s)
{
	uint64_t key = 0;
	int i = 0;

	for (; i < 8 && s[i]; i++)
		key = key << 8 | (unsigned char)s[i];
	return i ? key << 8 * (8 - i) : 0;
}

static void merge_sort(struct name *v, struct name *tmp, uint32_t n)
{
	uint32_t half = n / 2, i = 0, k = half, out = 0;

	if (n <= 8) {
		for (i = 1; i < n; i++) {
			struct name x = v[i];

			for (k = i; k && x.key < v[k - 1].key; k--)
				v[k] = v[k - 1];
			v[k] = x;
		}
		return;
	}
	merge_sort(v, tmp, half);
	merge_sort(v + half, tmp, n - half);
	memcpy(tmp, v, half * sizeof(*v));
	while (i < half && k < n) {
		bool second = v[k].key < tmp[i].key;

		v[out++] = second ? v[k] : tmp[i];
		k += second;
		i += !second;
	}
	memcpy(v + out, tmp + i, (half - i) * sizeof(*v));
}

static void sort_names(struct name *v, struct name *tmp, uint32_t n, uint32_t depth)
{
	uint32_t end;

	for (uint32_t i = 0; i < n; i++)
		v[i].key = key_of(v[i].s + depth);
	merge_sort(v, tmp, n);
	for (uint32_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && v[end].key == v[i].key; end++)
			;
		if (end - i > 1 && (v[i].key & 0xff) && depth < MAX_NAME)
			sort_names(v + i, tmp, end - i, depth + 8);
	}
}

void btf_each_function(struct type_db *db, const char *glob,
		       void (*f)(const char *name, const struct type *proto, void *data),
		       void *data)
{
	struct btf *b = btf_of(db);
	size_t literal = strcspn(glob, "*?[\\");
	bool rest_any = !strcmp(glob + literal, "*");
	const char *last = NULL;
	struct arena *scratch;
	struct name *v, *tmp;
	uint32_t n = 0;

	if (!glob[literal]) {
		const struct type *proto = btf_function(db, glob, 0, NULL);

		if (proto)
			f(intern(glob), proto, data);
		return;
	}
	scratch = arena_create();
	v = arena_array(scratch, struct name, (size_t)b->nfuncs + 1);
	tmp = arena_array(scratch, struct name, (size_t)b->nfuncs / 2 + 1);
	for (uint32_t id = b->first; id < b->end; id++) {
		struct btf_record r = btf_record(b, id);
		const char *s;

		if (r.kind != BTF_FUNC || !r.name)
			continue;
		s = btf_string(b, r.name);
		if (strncmp(s, glob, literal) || (!rest_any && !glob_match(glob, s)))
			continue;
		v[n++] = (struct name){ .s = s, .id = r.size_type };
	}
	sort_names(v, tmp, n, 0);
	for (uint32_t i = 0; i < n; i++) {
		const struct type *proto = prototype(b, v[i].id);
		const char *name;

		if (!proto)
			continue;
		name = intern(v[i].s);
		if (name != last)
			f(name, proto, data);
		last = name;
	}
	arena_destroy(scratch);
}

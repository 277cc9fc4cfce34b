// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raw BTF: one linear pass checks every record and notes where it is; types
 * are made from their records only when somebody asks. What the pass let
 * through is safe to read: later code checks no bounds, only depth, because
 * cycles are not looked for here. Knows nothing of files or kernels.
 */
#include "types/btf.h"

#include <limits.h>

#include "base/intern.h"
#include "base/util.h"

struct scan { /* state of the linear pass */
	const struct btf *b;
	uint32_t max_id, max_string;
	size_t max_id_at, max_string_at; /* where the largest were seen, for the message */
	struct type_error *err;
};

static bool fail(struct type_error *err, const char *why, size_t at)
{
	err->why = why;
	err->at = at;
	return false;
}

static bool is_enum(enum btf_kind kind)
{
	return kind == BTF_ENUM || kind == BTF_ENUM64;
}

static struct btf_record decode(const uint8_t *p)
{
	uint32_t info = btf_u32(p + 4);

	return (struct btf_record){
		.name = btf_u32(p),
		.vlen = info & 0xffff,
		.kind = (info >> 24) & 0x1f,
		.kflag = info >> 31,
		.size_type = btf_u32(p + 8),
		.body = p + BTF_RECORD_SIZE,
	};
}

/* Bytes behind a record's head, or -1 for a kind nobody knows: it cannot even be stepped over. */
static long body_size(const struct btf_record *r)
{
	switch (r->kind) {
	case BTF_INT:
	case BTF_VAR:
	case BTF_DECL_TAG:
		return 4;
	case BTF_ARRAY:
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_DATASEC:
	case BTF_ENUM64:
		return r->kind == BTF_ARRAY ? 12 : 12L * r->vlen;
	case BTF_ENUM:
	case BTF_FUNC_PROTO:
		return 8L * r->vlen;
	case BTF_PTR:
	case BTF_FWD:
	case BTF_TYPEDEF:
	case BTF_VOLATILE:
	case BTF_CONST:
	case BTF_RESTRICT:
	case BTF_FUNC:
	case BTF_FLOAT:
	case BTF_TYPE_TAG:
		return 0;
	case BTF_UNKNOWN:
	case BTF_KIND_COUNT:
		break;
	}
	return -1;
}

static inline void see_id(struct scan *s, uint32_t id, const uint8_t *at)
{
	if (id > s->max_id) {
		s->max_id = id;
		s->max_id_at = (size_t)(at - s->b->types);
	}
}

static inline void see_string(struct scan *s, uint32_t offset, const uint8_t *at)
{
	if (offset > s->max_string) {
		s->max_string = offset;
		s->max_string_at = (size_t)(at - s->b->types);
	}
}

/* Notes the ids and strings a record refers to, whose bounds are known only after the pass. */
static bool scan_references(struct scan *s, const struct btf_record *r, const uint8_t *at)
{
	const uint8_t *p = r->body;

	see_string(s, r->name, at);
	switch (r->kind) {
	case BTF_INT:
		if (r->size_type > 16 || (btf_u32(p) & 0xff) > 128)
			return fail(s->err, "an integer of more than 16 bytes",
				    (size_t)(at - s->b->types));
		break;
	case BTF_ENUM:
		if (r->size_type > 8)
			return fail(s->err, "an enumeration of more than 8 bytes",
				    (size_t)(at - s->b->types));
		for (uint32_t i = 0; i < r->vlen; i++)
			see_string(s, btf_u32(p + 8 * i), at);
		break;
	case BTF_ENUM64:
		if (r->size_type > 8)
			return fail(s->err, "an enumeration of more than 8 bytes",
				    (size_t)(at - s->b->types));
		for (uint32_t i = 0; i < r->vlen; i++)
			see_string(s, btf_u32(p + 12 * i), at);
		break;
	case BTF_ARRAY:
		see_id(s, btf_u32(p), at);
		see_id(s, btf_u32(p + 4), at);
		break;
	case BTF_STRUCT:
	case BTF_UNION:
		for (uint32_t i = 0; i < r->vlen; i++) {
			see_string(s, btf_u32(p + 12 * i), at);
			see_id(s, btf_u32(p + 12 * i + 4), at);
		}
		break;
	case BTF_FUNC_PROTO:
		see_id(s, r->size_type, at);
		for (uint32_t i = 0; i < r->vlen; i++) {
			see_string(s, btf_u32(p + 8 * i), at);
			see_id(s, btf_u32(p + 8 * i + 4), at);
		}
		break;
	case BTF_PTR:
	case BTF_TYPEDEF:
	case BTF_VOLATILE:
	case BTF_CONST:
	case BTF_RESTRICT:
	case BTF_FUNC:
	case BTF_VAR:
	case BTF_TYPE_TAG:
		see_id(s, r->size_type, at);
		break;
	case BTF_UNKNOWN:
	case BTF_FWD:
	case BTF_DATASEC:
	case BTF_FLOAT:
	case BTF_DECL_TAG:
	case BTF_KIND_COUNT:
		break;
	}
	return true;
}

/* The linear pass. Room for the table is guessed from the shortest record and given back by not being touched. */
static bool scan_types(struct btf *b, struct type_error *err)
{
	struct scan s = { .b = b, .err = err };
	uint32_t n = 0;

	b->offsets = arena_array(b->db.arena, uint32_t, b->types_size / BTF_RECORD_SIZE + 1);
	for (uint32_t at = 0; at < b->types_size;) {
		struct btf_record r;
		long body;

		if (b->types_size - at < BTF_RECORD_SIZE)
			return fail(err, "the last type is cut off", at);
		r = decode(b->types + at);
		body = body_size(&r);
		if (body < 0)
			return fail(err, "a type of a kind that is not known", at);
		if (body > (long)(b->types_size - at - BTF_RECORD_SIZE))
			return fail(err, "a type reaches beyond the end", at);
		if (!scan_references(&s, &r, b->types + at))
			return false;
		b->nfuncs += r.kind == BTF_FUNC;
		b->nnamed += r.name != 0;
		if (is_enum(r.kind)) {
			b->nenums += r.vlen;
			b->signed_enums |= r.kflag;
		}
		b->offsets[n++] = at;
		at += BTF_RECORD_SIZE + (uint32_t)body;
	}
	if (n >= TYPE_MADE - b->first)
		return fail(err, "too many types", 0);
	b->end = b->first + n;
	if (s.max_id >= b->end)
		return fail(err, "a type refers to one that does not exist", s.max_id_at);
	if (s.max_string >= b->strings_first + b->strings_size)
		return fail(err, "a name lies outside the strings", s.max_string_at);
	return true;
}

/* Ids and string offsets are 32 bits wide and counted from the base's ends. */
static bool open_header(struct btf *b, const uint8_t *data, size_t size, struct type_error *err)
{
	uint32_t header, type_off, type_len, str_off, str_len;
	uint16_t magic;

	if (size < BTF_HEADER_SIZE)
		return fail(err, "it is shorter than its header", size);
	if (size > UINT32_MAX / 2)
		return fail(err, "it is too large", size);
	memcpy(&magic, data, sizeof(magic));
	if (magic == (uint16_t)(BTF_MAGIC << 8 | BTF_MAGIC >> 8))
		return fail(err, "it was made for a machine of the other byte order", 0);
	if (magic != BTF_MAGIC)
		return fail(err, "it does not begin with the BTF magic number", 0);
	if (data[2] != BTF_VERSION)
		return fail(err, "its version is not 1", 2);
	header = btf_u32(data + 4);
	type_off = btf_u32(data + 8);
	type_len = btf_u32(data + 12);
	str_off = btf_u32(data + 16);
	str_len = btf_u32(data + 20);
	if (header < BTF_HEADER_SIZE || header > size)
		return fail(err, "its header has a wrong length", 4);
	size -= header;
	if (type_off > size || type_len > size - type_off)
		return fail(err, "its types lie outside of it", 8);
	if (str_off > size || str_len > size - str_off)
		return fail(err, "its strings lie outside of it", 16);
	b->types = data + header + type_off;
	b->types_size = type_len;
	b->strings = (const char *)data + header + str_off;
	b->strings_size = str_len;
	if (str_len ? b->strings[str_len - 1] != '\0' : !b->base)
		return fail(err, "its strings do not end with a NUL",
			    header + (size_t)str_off + str_len);
	if (!b->base && b->strings[0] != '\0')
		return fail(err, "its first string is not the empty one", header + (size_t)str_off);
	if (b->base && str_len > UINT32_MAX - b->strings_first)
		return fail(err, "it has too many strings", 20);
	return true;
}

const char *btf_string(const struct btf *b, uint32_t offset)
{
	while (b->base && offset < b->strings_first)
		b = b->base;
	return b->strings + (offset - b->strings_first);
}

/* The same, interned. */
static const char *name_at(struct btf *b, uint32_t offset)
{
	unsigned slot = offset % ARRAY_SIZE(b->recent);

	if (!b->recent[slot].s || b->recent[slot].offset != offset) {
		b->recent[slot].offset = offset;
		b->recent[slot].s = intern(btf_string(b, offset));
	}
	return b->recent[slot].s;
}

struct btf_record btf_record(const struct btf *b, uint32_t id)
{
	while (b->base && id < b->first)
		b = b->base;
	if (id < b->first || id >= b->end)
		return (struct btf_record){ .kind = BTF_UNKNOWN };
	return decode(b->types + b->offsets[id - b->first]);
}

int64_t btf_enum_value(const struct btf *b, const struct btf_record *r, uint32_t i)
{
	uint32_t v;

	if (r->kind == BTF_ENUM64)
		return (int64_t)(btf_u32(r->body + 12 * i + 4) |
				 (uint64_t)btf_u32(r->body + 12 * i + 8) << 32);
	v = btf_u32(r->body + 8 * i + 4);
	/* Encoders before the signed flag was thought of wrote plain int32_t. */
	return r->kflag || !b->signed_enums ? (int64_t)(int32_t)v : (int64_t)v;
}

/* Size in bytes without making any type; 0 when it has none or the chain is too long to be honest. */
static uint64_t size_of(const struct btf *b, uint32_t id)
{
	uint64_t times = 1;

	for (int depth = 0; depth < TYPE_MAX_DEPTH; depth++) {
		struct btf_record r = btf_record(b, id);

		switch (r.kind) {
		case BTF_INT:
		case BTF_STRUCT:
		case BTF_UNION:
		case BTF_ENUM:
		case BTF_ENUM64:
		case BTF_FLOAT:
			return __builtin_mul_overflow(times, (uint64_t)r.size_type, &times) ? 0 :
											      times;
		case BTF_PTR:
			return __builtin_mul_overflow(times, (uint64_t)8, &times) ? 0 : times;
		case BTF_ARRAY:
			if (__builtin_mul_overflow(times, (uint64_t)btf_u32(r.body + 8), &times))
				return 0;
			id = btf_u32(r.body);
			break;
		case BTF_TYPEDEF:
		case BTF_VOLATILE:
		case BTF_CONST:
		case BTF_RESTRICT:
		case BTF_TYPE_TAG:
		case BTF_VAR:
			id = r.size_type;
			break;
		case BTF_UNKNOWN:
		case BTF_FWD:
		case BTF_FUNC:
		case BTF_FUNC_PROTO:
		case BTF_DATASEC:
		case BTF_DECL_TAG:
		case BTF_KIND_COUNT:
			return 0;
		}
	}
	return 0;
}

/* A bit-field in the old encoding: its integer type says which bits of itself are meant. */
static void old_bitfield(const struct btf *b, struct type_member *m)
{
	uint32_t id = m->type_id;

	for (int depth = 0; depth < TYPE_MAX_DEPTH; depth++) {
		struct btf_record r = btf_record(b, id);

		switch (r.kind) {
		case BTF_TYPEDEF:
		case BTF_VOLATILE:
		case BTF_CONST:
		case BTF_RESTRICT:
		case BTF_TYPE_TAG:
			id = r.size_type;
			continue;
		case BTF_INT: {
			uint32_t bits = btf_u32(r.body) & 0xff,
				 shift = btf_u32(r.body) >> 16 & 0xff;

			if (bits && (bits != r.size_type * 8 || shift)) {
				m->bit_offset += shift;
				m->bit_size = bits;
			}
			return;
		}
		default:
			return;
		}
	}
}

static void load_members(struct btf *b, struct type *t, const struct btf_record *r)
{
	struct type_member *m = arena_array(b->db.arena, struct type_member, r->vlen);

	for (uint32_t i = 0; i < r->vlen; i++) {
		const uint8_t *p = r->body + 12 * i;
		uint32_t offset = btf_u32(p + 8);

		m[i].name = name_at(b, btf_u32(p));
		m[i].type_id = btf_u32(p + 4);
		m[i].bit_offset = r->kflag ? offset & 0xffffff : offset;
		if (r->kflag)
			m[i].bit_size = offset >> 24;
		else
			old_bitfield(b, &m[i]);
	}
	t->members = m;
	t->nmembers = r->vlen;
}

static void load_params(struct btf *b, struct type *t, const struct btf_record *r)
{
	uint32_t n = r->vlen;
	struct type_member *m;

	/* A last parameter without name and type stands for "...". */
	if (n && !btf_u32(r->body + 8 * (n - 1)) && !btf_u32(r->body + 8 * (n - 1) + 4)) {
		t->variadic = true;
		n--;
	}
	m = n ? arena_array(b->db.arena, struct type_member, n) : NULL;
	for (uint32_t i = 0; i < n; i++) {
		m[i].name = name_at(b, btf_u32(r->body + 8 * i));
		m[i].type_id = btf_u32(r->body + 8 * i + 4);
	}
	t->members = m;
	t->nmembers = n;
}

static void load_enumerators(struct btf *b, struct type *t, const struct btf_record *r)
{
	uint32_t step = r->kind == BTF_ENUM64 ? 12 : 8;
	struct type_enumerator *e = arena_array(b->db.arena, struct type_enumerator, r->vlen);

	t->is_signed = r->kflag;
	for (uint32_t i = 0; i < r->vlen; i++) {
		e[i].name = name_at(b, btf_u32(r->body + step * i));
		e[i].value = btf_enum_value(b, r, i);
		if (r->kind == BTF_ENUM && e[i].value < 0)
			t->is_signed = true;
	}
	t->enumerators = e;
	t->nenumerators = r->vlen;
}

static void load_int(struct type *t, const struct btf_record *r)
{
	uint32_t encoding = btf_u32(r->body) >> 24 & 0xf;

	t->kind = encoding & 4 ? TYPE_BOOL : TYPE_INT;
	t->is_signed = encoding & 1;
	t->is_char = t->size == 1 &&
		     (encoding & 2 || t->name == intern("char") ||
		      t->name == intern("signed char") || t->name == intern("unsigned char"));
}

static void fill(struct btf *b, struct type *t, const struct btf_record *r)
{
	t->name = name_at(b, r->name);
	t->size = size_of(b, t->id);
	t->target = r->size_type;
	switch (r->kind) {
	case BTF_INT:
		t->target = 0;
		load_int(t, r);
		break;
	case BTF_FLOAT:
		t->target = 0;
		t->kind = TYPE_FLOAT;
		break;
	case BTF_PTR:
		t->kind = TYPE_POINTER;
		break;
	case BTF_ARRAY:
		t->kind = TYPE_ARRAY;
		t->target = btf_u32(r->body);
		t->nelems = btf_u32(r->body + 8);
		break;
	case BTF_STRUCT:
	case BTF_UNION:
		t->kind = r->kind == BTF_STRUCT ? TYPE_STRUCT : TYPE_UNION;
		t->target = 0;
		load_members(b, t, r);
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		t->kind = TYPE_ENUM;
		t->target = 0;
		load_enumerators(b, t, r);
		break;
	case BTF_FWD:
		t->kind = TYPE_FORWARD;
		t->target = 0;
		t->is_union = r->kflag;
		break;
	case BTF_TYPEDEF:
		t->kind = TYPE_TYPEDEF;
		break;
	case BTF_VOLATILE:
		t->kind = TYPE_VOLATILE;
		break;
	case BTF_CONST:
		t->kind = TYPE_CONST;
		break;
	case BTF_RESTRICT:
		t->kind = TYPE_RESTRICT;
		break;
	case BTF_TYPE_TAG:
		t->kind = TYPE_TAG;
		break;
	case BTF_FUNC_PROTO:
		t->kind = TYPE_PROTO;
		load_params(b, t, r);
		break;
	case BTF_FUNC: /* handled by get(): these name a type without being one */
	case BTF_VAR:
	case BTF_UNKNOWN:
	case BTF_DATASEC:
	case BTF_DECL_TAG:
	case BTF_KIND_COUNT:
		t->target = 0;
		t->kind = TYPE_VOID;
		break;
	}
}

static const struct type *get_void(struct btf *b)
{
	while (b->base)
		b = b->base;
	return b->loaded[0];
}

static const struct type *get(struct type_db *db, uint32_t id)
{
	struct btf *b = btf_of(db);
	struct btf_record r;
	struct type *t;

	for (int depth = 0; depth < TYPE_MAX_DEPTH; depth++) {
		while (b->base && id < b->first)
			b = b->base;
		if (id < b->first || id >= b->end)
			return get_void(b);
		if (b->loaded[id - b->first + 1])
			return b->loaded[id - b->first + 1];
		r = btf_record(b, id);
		if (r.kind != BTF_FUNC && r.kind != BTF_VAR) {
			t = arena_new(b->db.arena, struct type);
			t->db = &b->db;
			t->id = id;
			b->loaded[id - b->first + 1] = t;
			fill(b, t, &r);
			return t;
		}
		id = r.size_type;
	}
	return get_void(b);
}

static const struct type_ops btf_ops = {
	.get = get,
	.find = btf_find,
	.function = btf_function,
	.each_function = btf_each_function,
	.variable = btf_variable,
	.enumerator = btf_enumerator,
};

struct type_db *btf_open(const void *data, size_t size, struct type_db *base,
			 struct type_error *err)
{
	struct arena *arena = arena_create();
	struct btf *b = arena_new(arena, struct btf);

	type_db_init(&b->db, &btf_ops, arena);
	b->base = base ? btf_of(base) : NULL;
	b->first = base ? b->base->end : 1;
	b->strings_first = base ? b->base->strings_first + b->base->strings_size : 0;
	if (!open_header(b, data, size, err) || !scan_types(b, err)) {
		arena_destroy(arena);
		return NULL;
	}
	b->loaded = arena_array(arena, struct type *, b->end - b->first + 1); /* [0]: void */
	b->loaded[0] = arena_new(arena, struct type);
	*b->loaded[0] = (struct type){ .db = &b->db, .kind = TYPE_VOID, .name = intern("") };
	return &b->db;
}

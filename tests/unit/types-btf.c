// SPDX-License-Identifier: GPL-2.0-or-later
/* BTF written in memory: every kind, both encodings of bit-fields, nesting, split BTF; and broken blobs, which must not crash. */
#include "types-blob.h"

#include "base/diag.h"

/* Ids of what a test asks for. */
struct sample {
	uint32_t i32, u8, bool8, fn, st, un, en, en64, fwd, td, recursive;
};

/* For the mutations: what is in it does not matter much, as long as every kind is. */
static void build(struct blob *b)
{
	struct sample s;
	uint32_t p, bits, proto, vproto, inner, deep, tag, flex;

	blob_init(b);
	s.i32 = type_int(b, "int", 4, 1, 0, 32);
	s.u8 = type_int(b, "unsigned char", 1, 0, 0, 8);
	s.bool8 = type_int(b, "_Bool", 1, 4, 0, 8);
	p = type(b, K_PTR, "", 0, 0);
	bits = type_int(b, "unsigned int", 4, 0, 5, 3); /* old encoding: bits 5 to 7 */
	s.td = type(b, K_TYPEDEF, "u8", 0, s.u8);
	flex = type_array(b, s.td, 0);
	inner = type(b, K_STRUCT, "", 2, 8);
	member(b, "x", s.i32, 0);
	member(b, "y", s.i32, 32);
	deep = type(b, K_UNION, "", 2, 8);
	member(b, "", inner, 0);
	member(b, "z", s.i32, 0);
	s.st = type(b, K_STRUCT, "old", 4, 24);
	member(b, "a", s.i32, 0);
	member(b, "flag", bits, 32);
	member(b, "", deep, 64);
	member(b, "tail", flex, 128);
	s.un = type(b, K_STRUCT | KFLAG, "kbits", 3, 8);
	member(b, "lo", s.i32, 3u << 24 | 0);
	member(b, "hi", s.i32, 7u << 24 | 3);
	member(b, "whole", s.i32, 32);
	s.en = type(b, K_ENUM | KFLAG, "colour", 2, 4);
	put(b, str(b, "RED"));
	put(b, (uint32_t)-1);
	put(b, str(b, "BLUE"));
	put(b, 7);
	s.en64 = type(b, K_ENUM64, "wide", 1, 8);
	put(b, str(b, "HUGE"));
	put(b, 0x89abcdef);
	put(b, 0x01234567);
	s.fwd = type(b, K_FWD, "kbits", 0, 0);
	proto = type(b, K_PROTO, "", 2, s.i32);
	param(b, "ctx", p);
	param(b, "len", s.td);
	s.fn = type(b, K_FUNC, "do_it", 1, proto);
	vproto = type(b, K_PROTO, "", 2, 0);
	param(b, "fmt", p);
	param(b, "", 0);
	type(b, K_FUNC, "log_it", 1, vproto);
	type(b, K_FUNC, "do_it", 0, vproto);
	type(b, K_VAR, "jiffies", 0, s.i32);
	put(b, 1);
	type(b, K_DATASEC, ".data", 1, 8);
	put(b, b->next - 2);
	put(b, 0);
	put(b, 4);
	type(b, K_FLOAT, "double", 0, 8);
	tag = type(b, K_TYPE_TAG, "user", 0, s.i32);
	type(b, K_PTR, "", 0, tag);
	type(b, K_DECL_TAG, "note", 0, s.fn);
	put(b, UINT32_MAX);
	type(b, K_CONST, "", 0, s.i32);
	type(b, K_VOLATILE, "", 0, s.i32);
	type(b, K_RESTRICT, "", 0, p);
	s.recursive = type(b, K_STRUCT, "node", 1, 8);
	member(b, "next", s.recursive + 1, 0);
	type(b, K_PTR, "", 0, s.recursive);
}

static void collect(const char *name, const struct type *proto, void *data)
{
	struct buf *b = data;

	buf_printf(b, "%s/%u ", name, proto->nmembers);
}

static void test_kinds(void)
{
	const struct type *t, *old;
	const struct type_member *m;
	struct type_db *db;
	struct sample s;
	struct blob b;
	uint64_t at = 0;
	unsigned n = 0;
	int64_t v = 0;
	struct buf names;

	blob_init(&b);
	s.i32 = type_int(&b, "int", 4, 1, 0, 32);
	s.u8 = type_int(&b, "unsigned char", 1, 0, 0, 8);
	s.bool8 = type_int(&b, "_Bool", 1, 4, 0, 8);
	s.td = type(&b, K_TYPEDEF, "u8", 0, s.u8);
	{
		uint32_t bits = type_int(&b, "unsigned int", 4, 0, 5, 3), inner, deep,
			 flex = type_array(&b, s.td, 0);

		inner = type(&b, K_STRUCT, "", 2, 8);
		member(&b, "x", s.i32, 0);
		member(&b, "y", s.i32, 32);
		deep = type(&b, K_UNION, "", 2, 8);
		member(&b, "", inner, 0);
		member(&b, "z", s.i32, 0);
		s.st = type(&b, K_STRUCT, "old", 4, 16);
		member(&b, "a", s.i32, 0);
		member(&b, "flag", bits, 32);
		member(&b, "", deep, 64);
		member(&b, "tail", flex, 128);
	}
	s.un = type(&b, K_STRUCT | KFLAG, "kbits", 3, 8);
	member(&b, "lo", s.i32, 3u << 24 | 0);
	member(&b, "hi", s.i32, 7u << 24 | 3);
	member(&b, "whole", s.i32, 32);
	s.en = type(&b, K_ENUM | KFLAG, "colour", 2, 4);
	put(&b, str(&b, "RED"));
	put(&b, (uint32_t)-1);
	put(&b, str(&b, "BLUE"));
	put(&b, 7);
	type(&b, K_ENUM, "mask", 1, 4);
	put(&b, str(&b, "TOP"));
	put(&b, 0x80000000);
	s.en64 = type(&b, K_ENUM64, "wide", 1, 8);
	put(&b, str(&b, "HUGE"));
	put(&b, 0x89abcdef);
	put(&b, 0x01234567);
	s.fwd = type(&b, K_FWD, "kbits", 0, 0);
	{
		uint32_t p = type(&b, K_PTR, "", 0, 0), one, two;

		one = type(&b, K_PROTO, "", 2, s.i32);
		param(&b, "ctx", p);
		param(&b, "len", s.td);
		two = type(&b, K_PROTO, "", 2, 0);
		param(&b, "fmt", p);
		param(&b, "", 0);
		type(&b, K_FUNC, "zz_do_it", 1, one);
		s.fn = type(&b, K_FUNC, "do_it", 1, one);
		type(&b, K_FUNC, "do_it", 0, two);
		type(&b, K_FUNC, "do_it_and_something_longer", 0, two);
		type(&b, K_FUNC, "do_it_and_something", 0, two);
		type(&b, K_FUNC, "broken", 0, s.i32);
	}
	type(&b, K_VAR, "jiffies", 0, s.i32);
	put(&b, 1);
	type(&b, K_DATASEC, ".data", 1, 8);
	put(&b, b.next - 2);
	put(&b, 0);
	put(&b, 4);
	type(&b, K_FLOAT, "double", 0, 8);
	type(&b, K_DECL_TAG, "note", 0, s.fn);
	put(&b, UINT32_MAX);
	s.recursive = type(&b, K_STRUCT, "node", 1, 8);
	member(&b, "next", s.recursive + 1, 0);
	type(&b, K_PTR, "", 0, s.recursive);
	db = blob_open(&b, NULL);
	check("opens", db != NULL);
	diag_flush(stdout);
	if (!db)
		return;

	check("void", type_get(db, 0)->kind == TYPE_VOID);
	check("beyond the end is void", type_get(db, 100000)->kind == TYPE_VOID);
	t = type_get(db, s.i32);
	check("int", t->kind == TYPE_INT && t->size == 4 && t->is_signed && !t->is_char);
	check("char", type_get(db, s.u8)->is_char && !type_get(db, s.u8)->is_signed);
	check("bool", type_get(db, s.bool8)->kind == TYPE_BOOL);
	check("typedef has a size",
	      type_get(db, s.td)->size == 1 && type_strip(type_get(db, s.td))->id == s.u8);
	check("same address", type_get(db, s.i32) == t);

	old = types_find(db, TYPE_STRUCT, "old");
	check("struct found", old && old->id == s.st && old->nmembers == 4);
	m = type_find_member(old, "flag", &at);
	check("old bit-field", m && m->bit_size == 3 && at == 37 && m->bit_offset == 37);
	m = type_find_member(old, "y", &at);
	check("anonymous nesting", m && at == 96 && !m->bit_size);
	m = type_find_member(old, "z", &at);
	check("anonymous union", m && at == 64);
	m = type_find_member(old, "tail", &at);
	check("flexible array", m && at == 128 && type_get(db, m->type_id)->nelems == 0 &&
					type_get(db, m->type_id)->size == 0);
	check("no such member",
	      !type_find_member(old, "nothing", &at) && !type_find_member(old, "", &at));
	m = type_find_member(types_find(db, TYPE_STRUCT, "kbits"), "hi", &at);
	check("kflag bit-field", m && at == 3 && m->bit_size == 7);
	m = type_find_member(types_find(db, TYPE_STRUCT, "kbits"), "whole", &at);
	check("kflag whole", m && at == 32 && m->bit_size == 0);
	check("forward completed", type_strip(type_get(db, s.fwd))->id == s.un);
	check("kinds are kept apart",
	      !types_find(db, TYPE_UNION, "old") && !types_find(db, TYPE_ENUM, "old"));

	check("enumerators", types_enumerator(db, "RED", &v) && v == -1 &&
				     types_enumerator(db, "BLUE", &v) && v == 7);
	check("unsigned enumerator", types_enumerator(db, "TOP", &v) && v == 0x80000000ll);
	check("enum64", types_enumerator(db, "HUGE", &v) && v == 0x0123456789abcdefll);
	check("no such enumerator", !types_enumerator(db, "PINK", &v));
	t = type_get(db, s.en64);
	check("enum64 type", t->kind == TYPE_ENUM && t->size == 8 && t->nenumerators == 1);

	t = types_function(db, "do_it", &n);
	check("function", t && n == 2 && t->nmembers == 2 && !strcmp(t->members[1].name, "len"));
	t = types_function_nth(db, "do_it", 1);
	check("second function of that name", t && t->variadic && t->nmembers == 1);
	check("no third", !types_function_nth(db, "do_it", 2));
	check("function without prototype", !types_function(db, "broken", &n) && n == 0);
	check("no such function", !types_function(db, "do_", &n) && n == 0);
	check("id of a function gives its prototype", type_get(db, s.fn)->kind == TYPE_PROTO);
	buf_init(&names);
	types_each_function(db, "*", collect, &names);
	check_text("functions sorted", names.s,
		   "do_it/2 do_it_and_something/1 do_it_and_something_longer/1 zz_do_it/2 ");
	names.n = 0;
	types_each_function(db, "do_it_*ing", collect, &names);
	check_text("glob", names.s, "do_it_and_something/1 ");
	names.n = 0;
	types_each_function(db, "do_it", collect, &names);
	check_text("no glob", names.s, "do_it/2 ");
	buf_deinit(&names);
	t = types_find(db, TYPE_STRUCT, "node");
	check("recursive", type_target(type_get(db, t->members[0].type_id)) == t);
	blob_deinit(&b);
}

static void test_old_enums(void)
{
	struct type_db *db;
	struct blob b;
	int64_t v = 0;

	blob_init(&b);
	type(&b, K_ENUM, "e", 1, 4);
	put(&b, str(&b, "MINUS"));
	put(&b, (uint32_t)-5);
	db = blob_open(&b, NULL);
	check("enum of an old encoder is signed",
	      db && types_enumerator(db, "MINUS", &v) && v == -5 && type_get(db, 1)->is_signed);
	blob_deinit(&b);
}

static void test_split(void)
{
	struct type_db *kernel, *module;
	const struct type *t;
	struct blob base, b;
	uint32_t i, file, proto;
	uint64_t at;

	blob_init(&base);
	i = type_int(&base, "int", 4, 1, 0, 32);
	file = type(&base, K_STRUCT, "file", 1, 4);
	member(&base, "pos", i, 0);
	proto = type(&base, K_PROTO, "", 0, i);
	type(&base, K_FUNC, "kernel_fn", 1, proto);
	kernel = blob_open(&base, NULL);
	blob_init_split(&b, &base);
	type(&b, K_STRUCT, "mine", 2, 8);
	member(&b, "f", file, 0);
	member(&b, "n", i, 32);
	type(&b, K_FUNC, "module_fn", 1, proto);
	module = blob_open(&b, kernel);
	check("split opens", kernel && module);
	diag_flush(stdout);
	if (!module)
		return;
	t = types_find(module, TYPE_STRUCT, "mine");
	check("split: own type", t && t->db == module && !strcmp(t->members[1].name, "n") &&
					 type_find_member(t, "n", &at) && at == 32);
	check("split: base type", type_get(module, file) == type_get(kernel, file));
	check("split: base type by name",
	      types_find(module, TYPE_STRUCT, "file") == type_get(kernel, file));
	check("split: not in the base", !types_find(kernel, TYPE_STRUCT, "mine"));
	check("split: own function", types_function(module, "module_fn", NULL) &&
					     !types_function(kernel, "module_fn", NULL));
	check("split: base function is not its own", !types_function(module, "kernel_fn", NULL));
	check("split: void", type_get(module, 0)->kind == TYPE_VOID);
	blob_deinit(&b);
	blob_deinit(&base);
}

/* Asks everything of everything. */
static void use(struct type_db *db, uint32_t n)
{
	struct buf out;
	uint64_t at;
	int64_t v;

	buf_init(&out);
	for (uint32_t id = 0; id < n; id++) {
		const struct type *t = type_get(db, id);

		type_print(&out, t);
		t = type_strip(t);
		type_find_member(t, "nothing", &at);
		type_find_member(t, "y", &at);
		types_find(db, TYPE_STRUCT, t->name);
		out.n = 0;
	}
	types_function(db, "do_it", NULL);
	types_enumerator(db, "RED", &v);
	types_each_function(db, "*", collect, &out);
	types_parse(db, "struct old *[3]");
	buf_deinit(&out);
}

static void test_cycles(void)
{
	struct type_db *db;
	struct blob b;
	uint64_t at;

	blob_init(&b);
	type(&b, K_TYPEDEF, "loop", 0, 1); /* 1: itself */
	type_array(&b, 2, 3);		   /* 2: of itself */
	type(&b, K_PTR, "", 0, 3);	   /* 3: to itself */
	type(&b, K_STRUCT, "twice", 2, 8); /* 4: holds itself, nameless, twice */
	member(&b, "", 4, 0);
	member(&b, "", 4, 0);
	type(&b, K_PROTO, "", 2, 5); /* 5: returns itself, takes itself */
	param(&b, "a", 5);
	param(&b, "b", 5);
	type(&b, K_FUNC, "f", 0, 6); /* 6: itself */
	type(&b, K_CONST, "", 0, 8); /* 7 and 8: each other */
	type(&b, K_VOLATILE, "", 0, 7);
	type_array(&b, 4, 0xffffffff); /* 9, 10: a size beyond 64 bits */
	type_array(&b, 9, 0xffffffff);
	db = blob_open(&b, NULL);
	check("cycles open", db != NULL);
	use(db, b.next);
	check("cyclic anonymous members end", !type_find_member(type_get(db, 4), "x", &at));
	check("a size that overflows is 0", type_get(db, 10)->size == 0);
	blob_deinit(&b);
}

static uint32_t seed = 12345;

static uint32_t rnd(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* The blob in a block of its own, so that a sanitizer sees every byte too far. */
static bool try(const uint8_t *data, size_t size, uint32_t n)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct type_db *db;

	memcpy(copy, data, size);
	db = types_from_btf(copy, size, NULL);
	if (db)
		use(db, n + 2);
	diag_rewind(0);
	free(copy);
	return db != NULL;
}

static void test_broken(void)
{
	unsigned opened = 0, rounds = getenv("ROUNDS") ? (unsigned)atoi(getenv("ROUNDS")) : 3000;
	const uint8_t *data;
	uint8_t *copy;
	struct blob b;
	size_t size;

	build(&b);
	data = blob_end(&b, &size);
	check("the sample opens", try(data, size, b.next));
	for (size_t n = 0; n < size; n++)
		opened += try(data, n, b.next);
	check("no truncated blob opens", opened == 0);
	copy = malloc(size);
	for (unsigned i = 0; i < rounds; i++) {
		memcpy(copy, data, size);
		for (uint32_t k = rnd(6) + 1; k; k--) {
			uint32_t at = rnd((uint32_t)size), how = rnd(3), word;

			if (how == 0)
				copy[at] ^= (uint8_t)(1 << rnd(8));
			else if (how == 1)
				copy[at] = (uint8_t)rnd(256);
			else if (at + 4 <= size) {
				word = rnd(2) ? rnd(b.next + 3) : (uint32_t)-1 - rnd(3);
				memcpy(copy + at, &word, 4);
			}
		}
		opened += try(copy, size, b.next);
	}
	check("mutated blobs do not crash", true);
	printf("# %u of %u mutated blobs opened\n", opened, rounds);
	free(copy);
	blob_deinit(&b);
}

int main(void)
{
	test_kinds();
	test_old_enums();
	test_split();
	test_cycles();
	test_broken();
	return failures != 0;
}

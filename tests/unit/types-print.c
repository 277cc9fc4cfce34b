// SPDX-License-Identifier: GPL-2.0-or-later
/* How types are spelled, and types read as they are written in C. */
#include "types-blob.h"

#include "base/diag.h"
#include "base/util.h"

static void test_print(void)
{
	uint32_t i, c, st, ptr, cptr, fn, fnptr, arr, id[32];
	struct type_db *db;
	struct blob b;

	blob_init(&b);
	i = type_int(&b, "int", 4, 1, 0, 32);
	c = type_int(&b, "char", 1, 1, 0, 8);
	st = type(&b, K_STRUCT, "task_struct", 0, 8);
	ptr = type(&b, K_PTR, "", 0, st);
	id[0] = type(&b, K_CONST, "", 0, c);
	id[1] = cptr = type(&b, K_PTR, "", 0, id[0]);
	id[2] = type(&b, K_CONST, "", 0, cptr);
	id[3] = arr = type_array(&b, c, 16);
	id[4] = type_array(&b, arr, 2);
	id[5] = type(&b, K_PTR, "", 0, arr);
	id[6] = type_array(&b, ptr, 3);
	fn = type(&b, K_PROTO, "", 0, i);
	id[7] = fnptr = type(&b, K_PTR, "", 0, fn);
	id[8] = type(&b, K_PROTO, "", 2, 0);
	param(&b, "a", i);
	param(&b, "", 0);
	id[9] = type_array(&b, fnptr, 4);
	id[10] = type(&b, K_PROTO, "", 1, fnptr);
	param(&b, "cb", fnptr);
	id[11] = type(&b, K_PTR, "", 0, id[10]);
	id[12] = type(&b, K_UNION, "", 0, 8);
	id[13] = type(&b, K_FWD | KFLAG, "u", 0, 0);
	id[14] = type(&b, K_ENUM, "e", 0, 4);
	id[15] = type(&b, K_TYPE_TAG, "user", 0, c);
	id[15] = type(&b, K_PTR, "", 0, id[15]);
	id[16] = type_array(&b, c, 0);
	id[17] = type(&b, K_CONST, "", 0, arr);
	id[18] = type(&b, K_RESTRICT, "", 0, ptr);
	id[19] = type(&b, K_PTR, "", 0, id[2]);
	id[20] = type(&b, K_PTR, "", 0, 0);
	id[21] = type(&b, K_TYPEDEF, "ssize_t", 0, i);
	db = blob_open(&b, NULL);
	diag_flush(stdout);
	if (!db) {
		check("opens", false);
		return;
	}
	check_text("void", spell(type_get(db, 0)), "void");
	check_text("struct pointer", spell(type_get(db, ptr)), "struct task_struct *");
	check_text("const char *", spell(type_get(db, id[1])), "const char *");
	check_text("const pointer", spell(type_get(db, id[2])), "const char *const");
	check_text("array", spell(type_get(db, id[3])), "char[16]");
	check_text("array of arrays", spell(type_get(db, id[4])), "char[2][16]");
	check_text("pointer to array", spell(type_get(db, id[5])), "char (*)[16]");
	check_text("array of pointers", spell(type_get(db, id[6])), "struct task_struct *[3]");
	check_text("function pointer", spell(type_get(db, id[7])), "int (*)(void)");
	check_text("variadic", spell(type_get(db, id[8])), "void (int, ...)");
	check_text("array of function pointers", spell(type_get(db, id[9])), "int (*[4])(void)");
	check_text("function pointer returning one", spell(type_get(db, id[11])),
		   "int (*(*)(int (*)(void)))(void)");
	check_text("anonymous union", spell(type_get(db, id[12])), "union {...}");
	check_text("forward", spell(type_get(db, id[13])), "union u");
	check_text("enum", spell(type_get(db, id[14])), "enum e");
	check_text("tagged pointer", spell(type_get(db, id[15])), "char *");
	check_text("flexible array", spell(type_get(db, id[16])), "char[]");
	check_text("array of const", spell(type_get(db, id[17])), "const char[16]");
	check_text("restrict", spell(type_get(db, id[18])), "struct task_struct *restrict");
	check_text("pointer to const pointer", spell(type_get(db, id[19])), "const char *const *");
	check_text("void pointer", spell(type_get(db, id[20])), "void *");
	check_text("typedef", spell(type_get(db, id[21])), "ssize_t");
	blob_deinit(&b);
}

static void test_parse(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "struct file", "struct file" },
		{ "struct file*", "struct file *" },
		{ " struct  file * * ", "struct file **" },
		{ "file", "struct file" },
		{ "colour", "enum colour" },
		{ "u8", "u8" },
		{ "both", "struct both" },
		{ "int", "int" },
		{ "unsigned", "unsigned int" },
		{ "signed int", "int" },
		{ "unsigned long", "unsigned long" },
		{ "long unsigned int", "unsigned long" },
		{ "long long", "long long int" },
		{ "short", "short int" },
		{ "unsigned short int", "short unsigned int" },
		{ "unsigned char", "unsigned char" },
		{ "char**", "char **" },
		{ "const char *", "char *" },
		{ "char const * const", "char *" },
		{ "void*", "void *" },
		{ "void", "void" },
		{ "char[16]", "char[16]" },
		{ "int * [0x4][2]", "int *[4][2]" },
		{ "u8 []", "u8[]" },
		{ "_Bool", "_Bool" },
		{ "double", "double" },
		{ "", NULL },
		{ "*", NULL },
		{ "struct", NULL },
		{ "struct nothing", NULL },
		{ "nothing", NULL },
		{ "int x", NULL },
		{ "struct file x", NULL },
		{ "union file", NULL },
		{ "unsigned signed", NULL },
		{ "long long long", NULL },
		{ "short long", NULL },
		{ "int[", NULL },
		{ "int[-1]", NULL },
		{ "int (*)(void)", NULL },
		{ "int *int", NULL },
		{ "file;", NULL },
		{ "unsigned file", NULL },
		{ "long char", NULL },
		{ "char[99999999999]", NULL },
	};
	struct type_db *db;
	struct blob b;

	blob_init(&b);
	type_int(&b, "int", 4, 1, 0, 32);
	type_int(&b, "unsigned long", 8, 0, 0, 64); /* clang's name */
	type_int(&b, "unsigned char", 1, 0, 0, 8);
	type(&b, K_TYPEDEF, "u8", 0, 3);
	type(&b, K_STRUCT, "file", 0, 24);
	type(&b, K_TYPEDEF, "both", 0, 1);
	type(&b, K_STRUCT, "both", 0, 8);
	type(&b, K_ENUM, "colour", 0, 4);
	db = blob_open(&b, NULL);
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		char name[80];

		snprintf(name, sizeof(name), "parse \"%s\"", cases[i].text);
		check_text(name, spell(types_parse(db, cases[i].text)), cases[i].want);
	}
	check("made once", types_parse(db, "struct file *") == types_parse(db, "file*"));
	check("size of a pointer", types_parse(db, "char *")->size == 8);
	check("size of an array", types_parse(db, "struct file[3]")->size == 72);
	check("pointee",
	      type_target(types_parse(db, "file*")) == types_find(db, TYPE_STRUCT, "file"));
	check("made type by id",
	      type_get(db, types_parse(db, "file**")->id) == types_parse(db, "file**"));
	check("an int of the kernel", types_parse(db, "int")->id == 1);
	blob_deinit(&b);
}

int main(void)
{
	test_print();
	test_parse();
	return failures != 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where @cast and its like find a type: in the kernel, in modules, in
 * programs, in headers; in the first of a list that has it.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "sema/target.h"
#include "types/program.h"

/* One of a list "a:b<x.h><y.h>:/bin/c:kernel". */
struct origin {
	const char *name;    /* "" and "kernel": the kernel */
	const char *headers; /* behind it; "" when there are none */
};

/* false behind the last. */
static bool next_origin(const char **list, struct origin *o)
{
	const char *s = *list;
	size_t n = strcspn(s, ":<"), h;

	if (!*s)
		return false;
	o->name = intern_n(s, n);
	s += n;
	h = strcspn(s, ":");
	o->headers = intern_n(s, h);
	s += h;
	*list = *s == ':' ? s + 1 : s;
	return true;
}

static bool is_kernel(const char *name)
{
	return !*name || !strcmp(name, "kernel");
}

static bool is_module_file(const char *name)
{
	const char *ko = strstr(name, ".ko");

	return ko && (!ko[3] || ko[3] == '.');
}

/* What a module knows, from BTF, or, where it has none, from its debuginfo. NULL: it has no such type (nothing is reported), or neither of them. */
static const struct type *in_module(struct sema *s, const char *module, const char *text)
{
	unsigned mark = diag_mark();
	struct type_db *db = kernel_module_types(s->kernel, module);

	if (!db) {
		db = kernel_debug_types(s->kernel, module);
		if (db)
			diag_rewind(mark);
	}
	return db ? types_parse(db, text) : NULL;
}

static const struct type *in_kernel(struct sema *s, const char *text)
{
	struct type_db *db = kernel_types(s->kernel);

	return db ? types_parse(db, text) : NULL;
}

/* BTF has most types of the kernel's headers, and costs nothing. */
static const struct type *in_headers(struct sema *s, const char *headers, bool kernel, const char *text, struct range where)
{
	const struct type *t = kernel ? in_kernel(s, text) : NULL;
	struct type_db *db = t || !s->headers ? NULL : s->headers(s->headers_data, headers, kernel, where);

	return t ? t : db ? types_parse(db, text) : NULL;
}

struct dwarf_file *target_program(struct sema *s, const char *path, struct range where)
{
	const char *why;
	struct program *p = program_open(s->kernel, path, &why);

	if (p)
		return program_debug_loudly(p, where);
	diag_hint(diag(DIAG_PROGRAM, where, "%s %s", path, why), "name a program or library by its whole path");
	return NULL;
}

static const struct type *in_program(struct sema *s, const char *path, const char *text, struct range where)
{
	const char *why;
	struct program *p = program_open(s->kernel, path, &why);
	struct dwarf_file *f = p ? program_debug(p) : NULL;

	struct type_db *db = f ? dwarf_types(f) : types_of_object(path, s->kernel->arch, NULL);

	if (db)
		return types_parse(db, text);
	diag_hint(diag(DIAG_CAST_SOURCE, where, "there is no debugging information of %s, which would know its types", path),
		  "it is in the file itself when that was compiled with -g, or in a package of its own (-dbg, -dbgsym, -debuginfo); "
		  "a type that a header declares can be had from there: \"<sys/time.h>\"");
	return NULL;
}

static const struct type *look_in(struct sema *s, const struct origin *o, const char *text, struct range where, bool *user)
{
	*user = false;
	if (*o->headers && is_kernel(o->name)) {
		*user = !*o->name;
		return in_headers(s, o->headers, !*user, text, where);
	}
	if (is_kernel(o->name))
		return in_kernel(s, text);
	*user = strchr(o->name, '/') && !is_module_file(o->name);
	return *user ? in_program(s, o->name, text, where) : in_module(s, o->name, text);
}

const struct type *target_type(struct sema *s, const struct node *type, const struct node *modules, const char *module, bool *user)
{
	const char *list = modules ? modules->str : "";
	unsigned errors = diag_errors(), mark = diag_mark();
	const struct type *t = NULL;
	struct origin o = { module ? module : "", "" };
	struct diag *d;

	if (!*list)
		t = look_in(s, &o, type->str, type->range, user);
	while (!t && next_origin(&list, &o))
		t = look_in(s, &o, type->str, modules->range, user);
	if (t) {
		diag_rewind(mark); /* others of the list may not even be there */
		return t;
	}
	if (diag_errors() > errors)
		return NULL;
	d = diag(DIAG_TARGET_TYPE, type->range, "%s has no type '%s'", modules && *modules->str && !is_kernel(modules->str) ? modules->str :
		 module ? module : "the kernel", type->str);
	diag_hint(d, "write it as in C: \"struct task_struct\", \"int\"");
	return NULL;
}

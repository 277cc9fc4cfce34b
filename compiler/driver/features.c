// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel features: features.def in, features.h out. Knows the kernel only by types/db.h and its headers' text. */
#include "driver/features.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/util.h"

struct feature {
	char name[64], kind[24], symbol[200];
	unsigned arg;
};

struct sources {
	struct kernel *kernel;
	struct type_db *types; /* NULL: no BTF */
	const char *symvers;   /* read when first asked for */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = text; (p = strstr(p, word)); p += n)
		if ((p == text || !is_word(p[-1])) && !is_word(p[n]))
			return true;
	return false;
}

static bool file_has_word(const char *dir, const char *path, size_t n, const char *word)
{
	char *text;

	if (!dir || file_read(arena_printf(arena_permanent(), "%s/%.*s", dir, (int)n, path), &text, NULL))
		return false;
	return has_word(text, word);
}

/* Distributions split the headers: what was generated, and what all flavours share. */
static bool header_has(struct kernel *k, const char *symbol)
{
	struct arena *a = arena_permanent();
	const char *colon = strchr(symbol, ':');
	size_t n;

	if (!colon || !k->build_dir)
		return false;
	n = (size_t)(colon - symbol);
	return file_has_word(k->build_dir, symbol, n, colon + 1) ||
	       file_has_word(arena_printf(a, "%s/source", k->build_dir), symbol, n, colon + 1) ||
	       (k->modules_dir &&
		file_has_word(arena_printf(a, "%s/source", k->modules_dir), symbol, n, colon + 1)) ||
	       file_has_word(arena_printf(a, "%s/../source", k->build_dir), symbol, n, colon + 1);
}

static const struct type *find_struct(struct type_db *db, const char *name)
{
	const struct type *t = types_find(db, TYPE_STRUCT, name);

	return t ? t : types_find(db, TYPE_UNION, name);
}

static bool has_member(struct type_db *db, const char *symbol)
{
	char text[200], *part, *rest = text;
	const struct type *t;
	uint64_t offset;

	snprintf(text, sizeof(text), "%s", symbol);
	part = strsep(&rest, ".");
	t = find_struct(db, part);
	while (t && (part = strsep(&rest, "."))) {
		const struct type_member *m = type_find_member(t, part, &offset);

		if (!m)
			return false;
		if (!rest)
			return true;
		t = type_strip(type_get(db, m->type_id));
		if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
			return false;
	}
	return false;
}

/* Lines are "0xcrc\tsymbol\tobject\tEXPORT_SYMBOL…\tnamespace". */
bool features_exported(const char *symvers, const char *symbol)
{
	size_t n = strlen(symbol);

	for (const char *p = symvers; (p = strstr(p, symbol)); p += n)
		if (p > symvers && p[-1] == '\t' && !strncmp(p + n, "\tvmlinux\t", 9))
			return true;
	return false;
}

static const char *symvers_text(struct sources *s)
{
	char *text;

	if (!s->symvers) {
		s->symvers = "";
		if (s->kernel->build_dir &&
		    !file_read(arena_printf(arena_permanent(), "%s/Module.symvers", s->kernel->build_dir), &text,
			       NULL))
			s->symvers = text;
	}
	return s->symvers;
}

/* 1 holds, 0 does not, -1 unknown kind. */
static int check(struct sources *s, const struct feature *f)
{
	const struct type *t;
	int64_t value;

	if (!strcmp(f->kind, "header_has"))
		return header_has(s->kernel, f->symbol);
	if (!strcmp(f->kind, "export"))
		return features_exported(symvers_text(s), f->symbol);
	if (!strcmp(f->kind, "func"))
		return s->types && types_function(s->types, f->symbol, NULL);
	if (!strcmp(f->kind, "func_nparams")) {
		t = s->types ? types_function(s->types, f->symbol, NULL) : NULL;
		return t && t->nmembers == f->arg;
	}
	if (!strcmp(f->kind, "struct"))
		return s->types && find_struct(s->types, f->symbol);
	if (!strcmp(f->kind, "member"))
		return s->types && has_member(s->types, f->symbol);
	if (!strcmp(f->kind, "enumerator"))
		return s->types && types_enumerator(s->types, f->symbol, &value);
	return -1;
}

/* 1: a feature, 0: another line, -1: not understood. The third field is optionally quoted. */
static int parse_line(const char *line, struct feature *f)
{
	int end = 0;

	while (isspace((unsigned char)*line) && *line != '\n')
		line++;
	if (strncmp(line, "FEATURE(", 8))
		return 0;
	f->arg = 0;
	if (sscanf(line, "FEATURE( %63[A-Za-z0-9_] , %23[a-z_] , \"%199[^\"\n]\" , %u )%n", f->name, f->kind, f->symbol,
		   &f->arg, &end) == 4 && end)
		return 1;
	if (sscanf(line, "FEATURE( %63[A-Za-z0-9_] , %23[a-z_] , \"%199[^\"\n]\" )%n", f->name, f->kind, f->symbol,
		   &end) == 3 && end)
		return 1;
	return -1;
}

unsigned features_write(struct kernel *k, const char *text, struct buf *out)
{
	unsigned mark = diag_mark(), line = 0;
	struct sources s = { .kernel = k, .types = kernel_types(k) };

	/* That there is no BTF is for those to say who cannot do without. */
	diag_rewind(mark);

	buf_puts(out, "/* What this kernel has: generated from features.def. */\n");
	while (*text) {
		struct feature f;
		int is, holds;

		line++;
		is = parse_line(text, &f);
		if (is < 0)
			return line;
		if (is) {
			holds = check(&s, &f);
			if (holds < 0)
				return line;
			buf_printf(out, holds ? "#define SONDE_HAVE_%s 1\n" : "/* no %s */\n", f.name);
		}
		text = strchrnul(text, '\n');
		text += *text == '\n';
	}
	return 0;
}

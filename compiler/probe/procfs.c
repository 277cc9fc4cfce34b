// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * procfs("path").read and .write: files that the script makes. $value is what
 * a reader gets, or what a writer wrote.
 */
#include "probe/provider.h"

#include <string.h>

#include "base/diag.h"
#include "base/intern.h"

#define WAYS(end) "procfs." end, "procfs(s)." end, "procfs.umask(n)." end, "procfs(s).umask(n)." end
static const char *const forms[] = {
	WAYS("read"), WAYS("read.maxsize(n)"), WAYS("write"), NULL,
};

#define DOCS(what) what " the file 'command' of the script", what " the file s of the script", \
	what " 'command', which gets a mode of 0666 without the bits of n", what " s, likewise"
static const char *const docs[] = {
	DOCS("a process reads"), DOCS("with up to n bytes: a process reads"), DOCS("a process writes to"), NULL,
};

static const struct target_value read_values[] = { { "$value", NULL, 0, VALUE_WRITE }, { 0 } };
static const struct target_value write_values[] = { { "$value", NULL, 0, VALUE_READ }, { 0 } };

struct procfs {
	const char *path;
	int64_t umask, maxsize;
	bool write;
};

enum { NAME_MAX_BYTES = 255, PATH_MAX_BYTES = 1000, MAXSIZE_MAX = 1 << 20 };

static bool bad_path(const struct point_arg *a, const char *why)
{
	struct diag *d = diag(DIAG_PROBE_ARGUMENT, a->range, "the path \"%s\" %s", a->str, why);

	diag_hint(d, "it is the name of a file in /proc/sonde/MODULE, such as \"state\" or \"cpu/0\"");
	return false;
}

static bool check_path(const struct point_arg *a)
{
	if (!strcmp(a->str, "__stdin"))
		return bad_path(a, "is kept for input: use input.line or input.char");
	if (strlen(a->str) > PATH_MAX_BYTES)
		return bad_path(a, "is too long");
	for (const char *p = a->str;; p++) {
		size_t n = strcspn(p, "/");

		if (!n)
			return bad_path(a, *a->str ? "has an empty part" : "is empty");
		if ((n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return bad_path(a, "has a part that names no file");
		if (n > NAME_MAX_BYTES)
			return bad_path(a, "has a part that is too long");
		p += n;
		if (!*p)
			return true;
	}
}

static bool bad_number(const struct point_arg *a, const char *what, const char *range)
{
	diag_hint(diag(DIAG_PROBE_ARGUMENT, a->range, "the number of '%s' is out of range", what), "it lies between %s", range);
	return false;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct procfs *f = arena_new(resolver_arena(r), struct procfs);
	struct place_request q = { .data = f, .concurrent = true };

	f->path = "command";
	f->umask = 0077;
	for (unsigned i = 0; i < m->n; i++) {
		const struct point_arg *a = &m->arg[i];

		if (!strcmp(m->name[i], "procfs") && a->kind == ARG_STRING) {
			if (!check_path(a))
				return false;
			f->path = a->str;
		} else if (!strcmp(m->name[i], "umask")) {
			if (a->num < 0 || a->num > 0777)
				return bad_number(a, "umask", "0 and 0777");
			f->umask = a->num;
		} else if (!strcmp(m->name[i], "maxsize")) {
			if (a->num < 1 || a->num > MAXSIZE_MAX)
				return bad_number(a, "maxsize", "1 and 1048576");
			f->maxsize = a->num;
		} else if (!strcmp(m->name[i], "write")) {
			f->write = true;
		}
	}
	q.place.pp = m->text;
	q.target.values = f->write ? write_values : read_values;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_procfs";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct procfs *f = p->data;

	buf_printf(out, "static const struct sd_procfs %s = { .path = ", name);
	buf_quote(out, f->path, strlen(f->path));
	buf_printf(out, ", .umask = %lld, .maxsize = %lld, .write = %d };\n", (long long)f->umask, (long long)f->maxsize, f->write);
	return true;
}

const struct provider provider_procfs = {
	.seldom = true,
	.name = "procfs", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

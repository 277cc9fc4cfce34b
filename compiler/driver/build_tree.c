// SPDX-License-Identifier: GPL-2.0-or-later
/* The runtime's source tree: which files a kernel module is made of, and copying them. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/util.h"
#include "driver/build_private.h"

static bool has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	return n > s && !strcmp(name + n - s, suffix);
}

static bool is_source(const char *name, bool headers_only)
{
	if (has_suffix(name, ".h") || has_suffix(name, ".def"))
		return true;
	return !headers_only && (has_suffix(name, ".c") || has_suffix(name, ".S") || !strcmp(name, "Kbuild"));
}

/* A file kbuild's own products could be taken for. */
static bool is_product(const char *name)
{
	return name[0] == '.' || has_suffix(name, ".mod.c") || !strcmp(name, "features.h");
}

bool tree_add(struct source_list *list, const char *top, const char *sub, bool headers_only)
{
	struct arena *a = arena_permanent();
	DIR *dir = opendir(arena_printf(a, "%s/%s", top, sub));
	struct dirent *e;

	if (!dir)
		return false;
	while ((e = readdir(dir))) {
		const char *name = *sub ? arena_printf(a, "%s/%s", sub, e->d_name) : arena_strdup(a, e->d_name);

		if (is_product(e->d_name))
			continue;
		if (e->d_type == DT_DIR && !headers_only)
			tree_add(list, top, name, false);
		else if (e->d_type != DT_DIR && is_source(e->d_name, headers_only))
			vec_push(a, &list->names, name);
	}
	closedir(dir);
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void tree_sort(struct source_list *list)
{
	qsort(list->names.v, list->names.n, sizeof(list->names.v[0]), by_name);
}

bool tree_list(const char *runtime_dir, struct source_list *list)
{
	*list = (struct source_list){ 0 };
	if (!tree_add(list, runtime_dir, "", true) || !tree_add(list, runtime_dir, "core", false) ||
	    !tree_add(list, runtime_dir, "kern", false)) {
		diag(DIAG_RUNTIME_MISSING, build_nowhere, "cannot read sonde's runtime in %s: %s", runtime_dir,
		     strerror(errno));
		return false;
	}
	tree_sort(list);
	return true;
}

int tree_copy(const char *runtime_dir, const struct source_list *list, const char *to)
{
	struct arena *a = arena_permanent();

	vec_each(i, &list->names) {
		char *dest = arena_printf(a, "%s/%s", to, list->names.v[i]), *slash = strrchr(dest, '/'), *data;
		size_t len;
		int err;

		*slash = '\0';
		err = dir_make(dest, 0700);
		*slash = '/';
		if (!err)
			err = file_read(arena_printf(a, "%s/%s", runtime_dir, list->names.v[i]), &data, &len);
		if (!err)
			err = file_write_atomic(dest, data, len, 0600);
		if (err)
			return err;
	}
	return 0;
}

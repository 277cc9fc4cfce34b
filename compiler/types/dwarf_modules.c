// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which modules have debugging information, by the names of files alone: to
 * ask each of some thousand modules for its build-id would mean unpacking it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/dwarf.h"
#include "types/kernel.h"

struct roots VEC(const char *); /* below which a module has the path it has below …/lib/modules/RELEASE */

static void add_root(struct roots *roots, const char *dir)
{
	if (path_exists(dir))
		vec_push(arena_permanent(), roots, dir);
}

static void add_layouts(struct kernel *k, struct roots *roots, const char *dir)
{
	struct arena *a = arena_permanent();

	add_root(roots, arena_printf(a, "%s/lib/modules/%s", dir, k->release));
	add_root(roots, arena_printf(a, "%s/usr/lib/modules/%s", dir, k->release));
}

/* The absolute parts of a list as in SONDE_DEBUGINFO_PATH. */
static void add_path(struct kernel *k, struct roots *roots, const char *list)
{
	for (const char *p = list, *end; p && *p; p = *end ? end + 1 : end) {
		end = p + strcspn(p, ":");
		if (*p == '+' || *p == '-')
			p++;
		if (*p == '/')
			add_layouts(k, roots, arena_strndup(arena_permanent(), p, (size_t)(end - p)));
	}
}

static bool has_file(const struct kernel *k, const struct roots *roots, const char *below)
{
	char path[4096];

	vec_each(i, roots) {
		snprintf(path, sizeof(path), "%s/%s.debug", roots->v[i], below);
		if (!access(path, R_OK))
			return true;
		path[strlen(path) - strlen(".debug")] = '\0';
		if (!access(path, R_OK))
			return true;
	}
	if (!k->build_dir || strncmp(below, "kernel/", 7))
		return false;
	snprintf(path, sizeof(path), "%s/%s", k->build_dir, below + 7);
	return !access(path, R_OK);
}

void dwarf_each_module(struct kernel *k, void (*f)(const char *module, void *data), void *data)
{
	struct arena *a = arena_permanent();
	struct roots roots = { 0 };
	char *text;

	add_path(k, &roots, getenv("SONDE_DEBUGINFO_PATH"));
	add_path(k, &roots, getenv("SYSTEMTAP_DEBUGINFO_PATH"));
	if (*k->root)
		add_layouts(k, &roots, arena_printf(a, "%s/usr/lib/debug", k->root));
	add_layouts(k, &roots, "/usr/lib/debug");
	if (!k->modules_dir || file_read(arena_printf(a, "%s/modules.dep", k->modules_dir), &text, NULL))
		return;
	for (char *p = text, *end; (end = strchr(p, '\n')); p = end + 1) {
		char *ko, *base;

		p[strcspn(p, ":\n")] = '\0';
		ko = strstr(p, ".ko");
		if (!ko)
			continue;
		ko[3] = '\0'; /* without what packs it */
		base = strrchr(p, '/');
		base = base ? base + 1 : p;
		if (*p != '/' && has_file(k, &roots, p))
			f(kernel_module_name(arena_strndup(a, base, (size_t)(ko - base))), data);
	}
	free(text);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* What a kernel and its modules export, by the Module.symvers of the build tree. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/util.h"
#include "types/kernel.h"

/* A line of Module.symvers: CRC, symbol, module's path, kind, namespace, between tabs. */
static void read_exports(struct kernel_state *s)
{
	const char *file = s->k.build_dir ? arena_printf(arena_permanent(), "%s/Module.symvers", s->k.build_dir) : NULL;
	char *text;

	map_init(&s->exports, arena_permanent());
	if (!file || file_read(file, &text, NULL))
		return;
	for (char *p = text, *end; (end = strchr(p, '\n')); p = end + 1) {
		char *symbol = memchr(p, '\t', (size_t)(end - p)), *path = symbol ? memchr(symbol + 1, '\t', (size_t)(end - symbol - 1)) : NULL;
		char *stop = path ? memchr(path + 1, '\t', (size_t)(end - path - 1)) : NULL, *base;
		const char *key;

		if (!stop)
			continue;
		base = memrchr(path + 1, '/', (size_t)(stop - path - 1));
		base = base ? base + 1 : path + 1;
		key = intern_printf("%.*s %.*s", (int)(stop - base), base, (int)(path - symbol - 1), symbol + 1);
		map_put(&s->exports, key, (void *)key);
	}
	free(text);
}

bool kernel_exports_known(struct kernel *k)
{
	struct kernel_state *s = state_of(k);

	if (!s->exports.arena)
		read_exports(s);
	return s->exports.n;
}

bool kernel_exports(struct kernel *k, const char *module, const char *function)
{
	struct kernel_state *s = state_of(k);
	bool found;

	if (!kernel_exports_known(k))
		return false;
	found = map_has(&s->exports, intern_printf("%s %s", module ? module : "vmlinux", function));
	/* The file has names of files, where '_' may be '-'. */
	if (!found && module && strchr(module, '_')) {
		char *dashed = arena_strdup(arena_permanent(), module);

		for (char *c = dashed; *c; c++)
			*c = *c == '_' ? '-' : *c;
		found = map_has(&s->exports, intern_printf("%s %s", dashed, function));
	}
	return found;
}

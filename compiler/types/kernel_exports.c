// SPDX-License-Identifier: GPL-2.0-or-later
/* What a kernel and its modules export, by the Module.symvers of the build tree: "crc <tab> name <tab> module <tab> how". */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/util.h"
#include "types/kernel.h"

bool kernel_exports_known(struct kernel *k)
{
	struct kernel_state *s = state_of(k);
	char *text, *path;

	if (s->exports.arena)
		return s->exports.n;
	map_init(&s->exports, arena_permanent());
	if (!k->build_dir)
		return false;
	path = arena_printf(arena_permanent(), "%s/Module.symvers", k->build_dir);
	if (file_read(path, &text, NULL))
		return false;
	for (char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t crc = strcspn(p, "\t\n"), name = p[crc] == '\t' ? strcspn(p + crc + 1, "\t\n") : 0;
		const char *module = p + crc + 1 + name + 1;

		if (name && module[-1] == '\t')
			map_put(&s->exports, intern_n(p + crc + 1, name), (void *)intern_n(module, strcspn(module, "\t\n")));
	}
	free(text);
	return s->exports.n;
}

bool kernel_exports(struct kernel *k, const char *name)
{
	return kernel_exports_known(k) && map_get(&state_of(k)->exports, intern(name)) == intern("vmlinux");
}

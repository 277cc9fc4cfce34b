// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel's configuration: one text, read when first asked for. */
#include "types/kernel.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"
#include "base/util.h"

static char *read_gz(const char *path)
{
	gzFile f = gzopen(path, "rb");
	struct buf b;
	char part[16384];
	int n;

	if (!f)
		return NULL;
	buf_init(&b);
	while ((n = gzread(f, part, sizeof(part))) > 0)
		buf_put(&b, part, (size_t)n);
	gzclose(f);
	return b.s;
}

/* The first that is there of what kbuild wrote, what the package installed, and what the running kernel says of itself. */
static char *read_config(const struct kernel *k)
{
	struct arena *a = arena_permanent();
	const char *paths[3] = { NULL };
	char *text = NULL;

	if (k->build_dir) {
		paths[0] = arena_printf(a, "%s/include/config/auto.conf", k->build_dir);
		paths[1] = arena_printf(a, "%s/.config", k->build_dir);
	}
	paths[2] = arena_printf(a, "%s/boot/config-%s", k->root, k->release);
	for (unsigned i = 0; i < ARRAY_SIZE(paths); i++)
		if (paths[i] && !file_read(paths[i], &text, NULL))
			return text;
	if (k->running && (text = read_gz("/proc/config.gz")))
		return text;
	return arena_strdup(a, "");
}

const char *kernel_config(struct kernel *k, const char *name)
{
	struct kernel_state *s = state_of(k);
	char want[128];
	size_t n;

	if (!s->config)
		s->config = read_config(k);
	n = (size_t)snprintf(want, sizeof(want),
			     "%s%s=", strncmp(name, "CONFIG_", 7) ? "CONFIG_" : "", name);
	if (n >= sizeof(want))
		return NULL;
	for (const char *p = s->config; (p = strstr(p, want)); p += n)
		if (p == s->config || p[-1] == '\n')
			return intern_n(p + n, strcspn(p + n, "\n"));
	return NULL;
}

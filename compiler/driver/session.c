// SPDX-License-Identifier: GPL-2.0-or-later
/* Where sonde's own files are, and the session's private folder. */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/session.h"

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/sonde"
#endif
#ifndef PKGLIBEXECDIR
#define PKGLIBEXECDIR "/usr/local/libexec/sonde"
#endif

/*
 * In the build tree a file sonde.intree beside the program names the source
 * tree; installed, everything is where configure was told.
 */
void session_find_files(struct session *s)
{
	char exe[PATH_MAX], *slash, *text;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	const char *dir = "/usr/local/bin";

	if (n > 0) {
		exe[n] = '\0';
		slash = strrchr(exe, '/');
		*slash = '\0';
		dir = arena_strdup(s->arena, exe);
	}
	s->runner = arena_printf(s->arena, "%s/sonderun", dir);
	if (!file_read(arena_printf(s->arena, "%s/sonde.intree", dir), &text, NULL)) {
		text[strcspn(text, "\n")] = '\0';
		s->data_dir = arena_strdup(s->arena, text);
		s->guest = arena_printf(s->arena, "%s/guest/sonde-vm", text);
		free(text);
		return;
	}
	s->data_dir = PKGDATADIR;
	s->guest = PKGLIBEXECDIR "/sonde-vm";
}

bool session_tmp_dir(struct session *s)
{
	const char *parent = s->tmp_parent ? s->tmp_parent : getenv("TMPDIR");
	char *dir;

	if (s->tmp_dir)
		return true;
	if (!parent || !*parent)
		parent = "/tmp";
	dir = arena_printf(s->arena, "%s/sondeXXXXXX", parent);
	if (!mkdtemp(dir)) {
		struct diag *d = diag(DIAG_TMP_DIR, (struct range){ 0, 0 }, "cannot make a folder in %s: %s", parent, strerror(errno));

		diag_hint(d, "--tmpdir=DIR names another place");
		return false;
	}
	s->tmp_dir = dir;
	return true;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void session_end(struct session *s)
{
	if (!s->tmp_dir)
		return;
	if (s->keep)
		fprintf(stderr, "Keeping temporary directory \"%s\"\n", s->tmp_dir);
	else
		nftw(s->tmp_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	s->tmp_dir = NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process("BUILDID"): a program by its build-id. Packages may leave a link; a
 * program that runs now may have no path that leads to it from here, as in a container; last
 * come the folders of programs.
 */
#include "probe/process_target.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intern.h"
#include "types/program.h"

bool process_is_build_id(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n >= 16 && n % 2 == 0 && !s[n];
}

static bool has_build_id(struct resolver *r, const char *file, const char *id)
{
	struct stat st;
	const char *why;
	const struct program *p = !stat(file, &st) && S_ISREG(st.st_mode) ? program_open(resolver_kernel(r), file, &why) : NULL;

	return p && !strcmp(p->build_id, id);
}

static const char *find_in_folder(struct resolver *r, const char *dir, const char *id)
{
	DIR *d = opendir(process_file(r, dir));
	const char *found = NULL;
	struct dirent *e;

	while (d && !found && (e = readdir(d))) {
		const char *path = intern_printf("%s/%s", dir, e->d_name);

		if (has_build_id(r, process_file(r, path), id))
			found = path;
	}
	if (d)
		closedir(d);
	return found;
}

static const char *find_running(struct resolver *r, const char *id)
{
	DIR *d = opendir("/proc");
	const char *found = NULL;
	struct dirent *e;

	while (d && !found && (e = readdir(d))) {
		const char *exe = intern_printf("/proc/%s/exe", e->d_name), *path;
		char text[PATH_MAX];
		ssize_t n;

		if (strspn(e->d_name, "0123456789") != strlen(e->d_name) || !has_build_id(r, exe, id))
			continue;
		n = readlink(exe, text, sizeof(text));
		path = n > 0 ? intern_n(text, (size_t)n) : exe;
		found = has_build_id(r, path, id) ? path : exe;
	}
	if (d)
		closedir(d);
	return found;
}

const char *process_find_build(struct resolver *r, const char *id, const char *dirs)
{
	const char *path = intern_printf("/usr/lib/.build-id/%.2s/%s", id, id + 2); /* in Fedora */

	if (has_build_id(r, process_file(r, path), id))
		return path;
	path = resolver_sysroot(r) ? NULL : find_running(r, id);
	while (!path && dirs && *dirs) {
		size_t n = strcspn(dirs, ":");

		if (n)
			path = find_in_folder(r, intern_n(dirs, n), id);
		dirs += n + (dirs[n] == ':');
	}
	return path;
}

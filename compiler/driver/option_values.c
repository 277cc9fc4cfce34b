// SPDX-License-Identifier: GPL-2.0-or-later
/* Options whose values are checked and turned into something else. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/options.h"
#include "driver/session.h"
#include "types/arch.h"

void option_buffer(struct session *s, const char *arg)
{
	char *end;
	unsigned long mb = strtoul(arg, &end, 10);

	if (!isdigit((unsigned char)*arg) || *end || mb < 1 || mb > 64 || (mb & (mb - 1))) {
		usage_error(s, "-s wants the megabytes of a buffer: 1, 2, 4, … 64");
		return;
	}
	s->ring_bytes = (unsigned)mb << 20;
}

void option_module_name(struct session *s, const char *arg)
{
	size_t n = strlen(arg);

	if (n > 3 && !strcmp(arg + n - 3, ".ko"))
		n -= 3;
	s->module_name = arena_strndup(s->arena, arg, n);
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)arg[i]) && arg[i] != '_') {
			usage_error(s, "-m: a module's name consists of letters, digits and '_'");
			return;
		}
	if (!n || n > 55)
		usage_error(s, "-m: a module's name has 1 to 55 characters");
}

void option_listing(struct session *s, const char *arg, bool variables)
{
	if (s->list_pattern || s->script_text) {
		usage_error(s, "-%c is given beside another -l, -L or -e", variables ? 'L' : 'l');
		return;
	}
	if (!*arg) {
		usage_error(s, "-%c wants a probe point, such as 'vfs.*'", variables ? 'L' : 'l');
		return;
	}
	s->list_pattern = arg;
	s->listing.variables = variables;
	s->script_name = "<list>";
	s->script_text = list_script(s, arg);
	s->script_len = strlen(s->script_text);
	s->last_pass = 2;
	s->unoptimized = true;
	diag_options.no_warnings = true;
}

void option_arch(struct session *s, const char *arg)
{
	struct utsname u;

	uname(&u);
	if (!arch_find(arch_name(arg)))
		usage_error(s, "-a %s: this version of sonde knows %s", arg, arch_names());
	else if (strcmp(arch_name(arg), arch_name(u.machine)))
		s->arch = arch_name(arg);
	else
		s->arch = NULL;
}

/* "NAME=VALUE": the length of a name that is one word; 0: it is not. */
static size_t name_of(const char *arg)
{
	size_t n = 0;

	while (isalnum((unsigned char)arg[n]) || arg[n] == '_')
		n++;
	return n && !isdigit((unsigned char)*arg) && arg[n] == '=' ? n : 0;
}

/* What make is told besides. The variables by which kbuild knows a module from a kernel are not the user's. */
void option_make(struct session *s, const char *arg)
{
	static const char *const ours[] = { "M", "O", "KBUILD_EXTMOD", "KBUILD_OUTPUT", "ARCH" };
	size_t n = name_of(arg);

	if (!n || strchr(arg, '\n')) {
		usage_error(s, "-B wants NAME=VALUE, such as CONFIG_DEBUG_INFO=y or CROSS_COMPILE=aarch64-linux-gnu-");
		return;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(ours); i++)
		if (strlen(ours[i]) == n && !strncmp(arg, ours[i], n)) {
			plain_error(s, "-B %s is not for you to set%s", ours[i], i == 4 ? ": -a names the machine" : "");
			return;
		}
	vec_push(s->arena, &s->make, arg);
}

/* Whether there is such a variable is known when the script was analysed. */
void option_global(struct session *s, const char *arg)
{
	if (!name_of(arg) || strpbrk(arg, "\"\n"))
		usage_error(s, "-G wants NAME=VALUE, without quotes and line breaks in the value");
	else
		vec_push(s->arena, &s->settings, arg);
}

void option_sysenv(struct session *s, const char *arg)
{
	size_t n = name_of(arg);

	if (!n)
		usage_error(s, "--sysenv wants NAME=VALUE, such as PATH=/opt/bin:/bin");
	else if (!sysenv_set(arena_strndup(s->arena, arg, n), arg + n + 1))
		usage_error(s, "--sysenv: only PATH and LD_LIBRARY_PATH are asked for, and not %.*s", (int)n, arg);
}

void option_rlimit(struct session *s, const char *name, int resource, const char *arg)
{
	struct rlimit l;
	char *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(arg, &end, 10);
	if (!isdigit((unsigned char)*arg) || *end || errno) {
		usage_error(s, "--rlimit-%s wants a number", name);
		return;
	}
	if (!getrlimit((unsigned)resource, &l) && v <= l.rlim_max) {
		l.rlim_cur = l.rlim_max = v;
		if (!setrlimit((unsigned)resource, &l))
			return;
	} else {
		errno = EPERM;
	}
	usage_error(s, "--rlimit-%s=%s: %s", name, arg, strerror(errno));
}

/* The names by which sonderun knows a module of ours must stay true. */
void option_modinfo(struct session *s, const char *arg)
{
	size_t n = name_of(arg);

	if (!n)
		usage_error(s, "--modinfo wants NAME=VALUE, such as retpoline=Y");
	else if (!strncmp(arg, "sonde_", 6) || !strncmp(arg, "name=", 5))
		plain_error(s, "--modinfo %.*s is not for you to set: sonderun and the kernel know the module by it", (int)n, arg);
	else
		vec_push(s->arena, &s->modinfo, arg);
}

void option_passes(struct session *s, const char *arg)
{
	if (strlen(arg) != 1 || *arg < '1' || *arg > '5')
		usage_error(s, "-p wants the number of a pass, 1 to 5");
	else
		s->last_pass = *arg - '0';
}

void option_vp(struct session *s, const char *arg)
{
	for (unsigned i = 0; arg[i]; i++) {
		if (!isdigit((unsigned char)arg[i]) || i > 4) {
			usage_error(s, "--vp wants up to five digits, one for each pass: --vp 00010");
			return;
		}
		s->vp[i + 1] = (unsigned)(arg[i] - '0');
	}
}

void option_color(struct session *s, const char *arg)
{
	if (!arg || !strcmp(arg, "always"))
		diag_options.color = true;
	else if (!strcmp(arg, "never"))
		diag_options.color = false;
	else if (strcmp(arg, "auto"))
		usage_error(s, "--color wants auto, always or never");
}

void option_dump(struct session *s, const char *arg)
{
	static const char *const whats[] = { "parse", "plan", "locks" };

	for (unsigned i = 0; i < ARRAY_SIZE(whats); i++)
		if (!strcmp(arg, whats[i]))
			s->dump = whats[i];
	if (!s->dump)
		usage_error(s, "--dump=%s: there are parse, plan and locks", arg);
}

/* A program or library; or a module, which tells its names when it is asked, but not its lines. */
void option_object(struct session *s, const char *arg)
{
	if (strchr(arg, '/') || path_exists(arg))
		vec_push(s->arena, &s->objects, arg);
	else
		vec_push(s->arena, &s->modules, arg);
}

void option_sysroot(struct session *s, const char *arg)
{
	char *dir = realpath(arg, NULL);

	if (!dir) {
		usage_error(s, "--sysroot %s: %s", arg, strerror(errno));
		return;
	}
	s->sysroot = strcmp(dir, "/") ? arena_strdup(s->arena, dir) : NULL;
	free(dir);
}

/* Without slashes behind it. */
const char *option_folder(struct session *s, const char *arg)
{
	size_t n = strlen(arg);

	while (n > 1 && arg[n - 1] == '/')
		n--;
	if (access(arg, R_OK | X_OK))
		usage_error(s, "the folder %s cannot be read: %s", arg, strerror(errno));
	return arena_strndup(s->arena, arg, n);
}

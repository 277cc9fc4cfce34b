// SPDX-License-Identifier: GPL-2.0-or-later
/* Passes 4 and 5: building the module and running it, here or in a guest. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/session.h"
#include "driver/user.h"
#include "sema/embedded.h"

extern char **environ;

static bool write_embedded(struct session *s)
{
	const char *file = arena_printf(s->arena, "%s/%s_embedded.c", s->tmp_dir, s->name);

	if (!s->embedded_text.n)
		return true;
	if (file_write_atomic(file, s->embedded_text.s, s->embedded_text.n, 0600)) {
		diag(DIAG_TMP_DIR, (struct range){ 0, 0 }, "cannot write %s", file);
		return false;
	}
	s->build.embedded_c = file;
	s->build.embedded_errors = embedded_errors;
	s->build.embedded_data = s;
	return true;
}

static bool make_file(struct session *s)
{
	if (!write_embedded(s))
		return false;
	if (s->runtime == RUNTIME_USER)
		return user_build(s, s->c_file, s->ko_file) == 0;
	return !build_prepare(&s->build) && !build_module(&s->build, s->c_file, s->name, s->ko_file);
}

bool session_check_c(struct session *s)
{
	if (!session_tmp_dir(s))
		return false;
	s->build.tmp_dir = s->tmp_dir;
	return write_embedded(s) && !build_check(&s->build, s->c_file, s->name);
}

bool pass_compile(struct session *s)
{
	const char *suffix = s->runtime == RUNTIME_USER ? ".bin" : ".ko";
	const char *cached = s->module_name ? NULL : cache_lookup(&s->cache, s->name, suffix), *stored;
	const char *file = arena_printf(s->arena, "%s%s", s->name, suffix);

	if (cached) {
		s->ko_file = cached;
		if (report_wanted(s, 4, 1))
			fprintf(stderr, "Pass 4: using cached %s\n", cached);
		if (s->last_pass == 4)
			puts(cached);
		return true;
	}
	if (!session_tmp_dir(s))
		return false;
	s->build.tmp_dir = s->tmp_dir;
	s->ko_file = s->module_name ? file : arena_printf(s->arena, "%s/%s", s->tmp_dir, file);
	if (!make_file(s))
		return false;
	stored = s->module_name ? NULL : cache_store_file(&s->cache, s->name, suffix, s->ko_file);
	if (stored)
		s->ko_file = stored;
	else if (s->last_pass == 4 && !s->module_name) /* no cache: the module must outlive the private folder */
		s->keep = true;
	cache_prune(&s->cache);
	if (s->last_pass == 4)
		puts(s->ko_file);
	if (report_wanted(s, 4, 1))
		fprintf(stderr, "Pass 4: compiled C into \"%s\" %s\n", file, report_usage(s, false));
	return true;
}

/* ---- Pass 5 ----------------------------------------------------------------------------- */

struct argv VEC(const char *);

static const char *absolute(struct session *s, const char *path)
{
	char cwd[4096];

	if (path[0] == '/' || !getcwd(cwd, sizeof(cwd)))
		return path;
	return arena_printf(s->arena, "%s/%s", cwd, path);
}

/* The guest has a /tmp of its own, and one of another machine nothing of the host's: that is shown to it by name. */
static void show(struct session *s, struct argv *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if ((strncmp(path, "/tmp/", 5) && !s->arch) || !slash)
		return;
	vec_push(s->arena, a, "--ro");
	vec_push(s->arena, a, arena_strndup(s->arena, path, (size_t)(slash - path)));
}

static void guest_args(struct session *s, struct argv *a)
{
	vec_push(s->arena, a, s->guest);
	vec_push(s->arena, a, "--release");
	vec_push(s->arena, a, s->kernel->release);
	show(s, a, absolute(s, s->ko_file));
	if (s->arch) {
		vec_push(s->arena, a, "--arch");
		vec_push(s->arena, a, s->arch);
		s->runner = "sonderun"; /* that machine's own */
	} else {
		show(s, a, s->runner);
	}
	vec_push(s->arena, a, "--");
}

/* -o: the runner opens the file, unless it is in a guest; elsewhere it is standard output. */
static bool by_stdout(const struct session *s)
{
	return s->output && (s->vm || s->runtime == RUNTIME_USER);
}

static void runner_args(struct session *s, struct argv *a)
{
	vec_push(s->arena, a, s->runtime == RUNTIME_USER ? absolute(s, s->ko_file) : s->runner);
	for (unsigned i = s->runtime == RUNTIME_USER; i < s->verbose + s->vp[5]; i++)
		vec_push(s->arena, a, "-v");
	if (diag_options.no_warnings)
		vec_push(s->arena, a, "-w");
	if (s->json)
		vec_push(s->arena, a, "--format=json");
	if (s->fail_on_loss)
		vec_push(s->arena, a, "--fail-on-loss");
	if (s->leave)
		vec_push(s->arena, a, s->output ? "-D" : "-L");
	if (s->bulk)
		vec_push(s->arena, a, "-b");
	if (s->rotate) {
		vec_push(s->arena, a, "-S");
		vec_push(s->arena, a, s->rotate);
	}
	if (s->timeout) {
		vec_push(s->arena, a, "--timeout");
		vec_push(s->arena, a, s->timeout);
	}
	if (s->command) {
		vec_push(s->arena, a, "-c");
		vec_push(s->arena, a, s->command);
	}
	if (s->target_pid) {
		vec_push(s->arena, a, "-x");
		vec_push(s->arena, a, s->target_pid);
	}
	if (s->output && !by_stdout(s)) {
		vec_push(s->arena, a, "-o");
		vec_push(s->arena, a, s->output);
	}
	if (s->runtime == RUNTIME_KERNEL)
		vec_push(s->arena, a, absolute(s, s->ko_file));
	else if (s->settings.n)
		vec_push(s->arena, a, "--");
	vec_each(i, &s->settings)
		vec_push(s->arena, a, s->settings.v[i]);
	vec_push(s->arena, a, NULL);
}

/* Signals that end a run go to the runner (the terminal sends it ^C itself); sonde waits for what it says. */
static volatile pid_t child;

static void forward(int sig)
{
	if (child > 0 && sig != SIGINT)
		kill(child, sig);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "ERROR: the runner was killed by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
		return 1;
	}
	return WEXITSTATUS(status);
}

static bool start(struct session *s, struct argv *a)
{
	posix_spawn_file_actions_t files;
	pid_t pid;
	int err;

	posix_spawn_file_actions_init(&files);
	if (by_stdout(s))
		posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, s->output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	err = posix_spawn(&pid, a->v[0], &files, NULL, (char *const *)a->v, environ);
	posix_spawn_file_actions_destroy(&files);
	if (err) {
		struct diag *d = diag(DIAG_RUNNER, (struct range){ 0, 0 }, "cannot start %s: %s", a->v[0], strerror(err));

		if (err == ENOENT)
			diag_hint(d, "sonderun stands beside sonde; is the installation complete?");
		return false;
	}
	child = pid;
	return true;
}

bool pass_run(struct session *s)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct argv a = { 0 };

	if (s->prepare)
		return prepare_kernel(s);
	if (report_wanted(s, 5, 1))
		fprintf(stderr, "Pass 5: starting run.\n");
	if (s->vm)
		guest_args(s, &a);
	runner_args(s, &a);
	for (unsigned i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], forward);
	if (!start(s, &a))
		return false;
	s->status = wait_for(child);
	child = 0;
	if (report_wanted(s, 5, 1))
		fprintf(stderr, "Pass 5: run completed %s\n", report_usage(s, false));
	return s->status == 0;
}

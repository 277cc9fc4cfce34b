// SPDX-License-Identifier: GPL-2.0-or-later
/* Running commands. Knows nothing of what is run. */
#include "driver/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/util.h"
#include "base/vec.h"

static const int watched[] = { SIGINT, SIGTERM, SIGHUP };

/*
 * What the handler needs. It may run between posix_spawn() and the store to
 * child; proc_wait() looks at caught once more after that store.
 */
static volatile sig_atomic_t caught;
static volatile pid_t child;
static struct sigaction former[ARRAY_SIZE(watched)];
static bool watching;

static void on_signal(int sig)
{
	pid_t pid = child;

	caught = sig;
	if (pid > 0)
		kill(-pid, SIGKILL);
}

static void watch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	if (watching)
		return;
	watching = true;
	caught = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(watched); i++) {
		sigaction(watched[i], NULL, &former[i]);
		if (former[i].sa_handler != SIG_IGN)
			sigaction(watched[i], &sa, NULL);
	}
}

static void unwatch_signals(void)
{
	if (!watching)
		return;
	watching = false;
	child = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(watched); i++)
		sigaction(watched[i], &former[i], NULL);
}

static char **clean_environment(const char *const *extra)
{
	static const char *const kept[] = { "PATH", "HOME", "TMPDIR" };
	struct VEC(char *) env = { 0 };
	struct arena *a = arena_permanent();

	for (unsigned i = 0; i < ARRAY_SIZE(kept); i++) {
		const char *v = getenv(kept[i]);

		if (v)
			vec_push(a, &env, arena_printf(a, "%s=%s", kept[i], v));
	}
	vec_push(a, &env, arena_strdup(a, "LC_ALL=C"));
	for (; extra && *extra; extra++)
		vec_push(a, &env, arena_strdup(a, *extra));
	vec_push(a, &env, NULL);
	return env.v;
}

static int spawn(struct proc *p, int out)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	int err;

	sigemptyset(&none);
	sigemptyset(&defaults);
	for (unsigned i = 0; i < ARRAY_SIZE(watched); i++)
		sigaddset(&defaults, watched[i]);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (out >= 0) {
		posix_spawn_file_actions_adddup2(&files, out, 1);
		posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	} else {
		posix_spawn_file_actions_addopen(&files, 1, p->log ? p->log : "/dev/null",
						 O_WRONLY | O_CREAT | O_APPEND, 0600);
		posix_spawn_file_actions_adddup2(&files, 1, 2);
	}
	if (p->cwd)
		posix_spawn_file_actions_addchdir_np(&files, p->cwd);
	err = posix_spawnp(&p->pid, p->argv[0], &files, &attr, (char *const *)p->argv, clean_environment(p->env));
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

int proc_start(struct proc *p)
{
	int err;

	watch_signals();
	err = spawn(p, -1);
	if (err) {
		unwatch_signals();
		return err;
	}
	child = p->pid;
	return 0;
}

int proc_wait(struct proc *p)
{
	int status, sig;

	for (;;) {
		if (caught)
			kill(-p->pid, SIGKILL);
		if (waitpid(p->pid, &status, 0) >= 0)
			break;
		if (errno != EINTR) {
			unwatch_signals();
			return -errno;
		}
	}
	/* Its helpers, if it left any, do not survive a ^C either. */
	sig = caught;
	if (sig)
		kill(-p->pid, SIGKILL);
	unwatch_signals();
	if (sig) {
		raise(sig);
		return -EINTR;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int proc_run(struct proc *p)
{
	int err = proc_start(p);

	return err ? err : proc_wait(p);
}

char *proc_output(const char *const *argv, const char *cwd)
{
	enum { LIMIT = 64 * 1024 };
	struct proc p = { .argv = argv, .cwd = cwd };
	char *text = arena_alloc(arena_permanent(), LIMIT + 1);
	size_t got = 0;
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC))
		return NULL;
	watch_signals();
	err = spawn(&p, fds[1]);
	close(fds[1]);
	if (err) {
		unwatch_signals();
		close(fds[0]);
		return NULL;
	}
	child = p.pid;
	while (got < LIMIT) {
		ssize_t n = read(fds[0], text + got, LIMIT - got);

		if (n < 0 && errno == EINTR && !caught)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(fds[0]);
	return proc_wait(&p) == 0 ? text : NULL;
}

const char *proc_find(const char *name)
{
	struct arena *a = arena_permanent();
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? arena_strdup(a, name) : NULL;
	if (!path)
		path = "/usr/local/bin:/usr/bin:/bin";
	for (const char *end; *path; path = *end ? end + 1 : end) {
		char *full;

		end = strchrnul(path, ':');
		if (*path != '/')
			continue;
		full = arena_printf(a, "%.*s/%s", (int)(end - path), path, name);
		if (access(full, X_OK) == 0)
			return full;
	}
	return NULL;
}

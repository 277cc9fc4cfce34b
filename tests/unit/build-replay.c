// SPDX-License-Identifier: GPL-2.0-or-later
/* driver/replay.c: .cmd files as kbuild writes them, and the file of a replay. driver/proc.c, driver/features.c. */
#include "driver/replay.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "build-check.h"
#include "driver/features.h"
#include "driver/proc.h"

static struct args commands[4];
static const char *why, *target;

static int parse(const char *text)
{
	memset(commands, 0, sizeof(commands));
	why = target = NULL;
	return replay_parse_cmd(text, commands, 4, &target, &why);
}

static bool is(int command, unsigned arg, const char *text)
{
	return arg < commands[command].n && !strcmp(commands[command].v[arg], text);
}

static void test_cmd(void)
{
	int n = parse("cmd_/k/a.o :=  gcc-12 -Wp,-MMD,/k/.a.o.d -I./include -DNAME='\"a b\"'  -c -o /k/a.o /k/a.c   ;"
		      " ./tools/objtool/objtool --orc   --module /k/a.o\n\nsource_/k/a.o := /k/a.c\n");

	check("cmd-two", n == 2 && commands[0].n == 8 && commands[1].n == 4, "wrong number of commands or words");
	check("cmd-quotes", is(0, 3, "-DNAME=\"a b\""), "quotes lost");
	check("cmd-target", target && !strcmp(target, "/k/a.o"), "wrong target");
	check("cmd-tool", replay_is_tool(&commands[1], "objtool") && !replay_is_tool(&commands[0], "objtool"), "mistaken");
	check("cmd-ends-with-null", n == 2 && !commands[0].v[8], "not an argv");
	n = parse("savedcmd_a.ko := ld -r -o a.ko a.o;  true\n");
	check("cmd-true", n == 1 && !strcmp(target, "a.ko"), "true is not nothing");
	n = parse("cmd_a := cc '-DA=$$x' -DB=\\\"\\#\\\" \"-DC=d e\" '' f\\ g\n");
	check("cmd-make-quoting", n == 1 && is(0, 1, "-DA=$x") && is(0, 2, "-DB=\"#\""), "$$ or \\# kept");
	check("cmd-shell-quoting", n == 1 && is(0, 3, "-DC=d e") && is(0, 4, "") && is(0, 5, "f g"), "words are wrong");
	check("cmd-pipe", parse("cmd_a := nm a | grep b\n") < 0 && why, "a pipe was taken");
	check("cmd-substitution", parse("cmd_a := cc \"$$(date)\"\n") < 0, "a substitution was taken");
	check("cmd-and", parse("cmd_a := cc a && b\n") < 0, "&& was taken");
	check("cmd-redirection", parse("cmd_a := cc a > b\n") < 0, "a redirection was taken");
	check("cmd-open-quote", parse("cmd_a := cc 'a\n") < 0, "an open quote was taken");
	check("cmd-none", parse("deps_a := x\n") < 0 && parse("") < 0, "a command from nowhere");
	check("cmd-many", parse("cmd_a := a;b;c;d;e\n") < 0, "more commands than there is room for");
}

static void edit(const char *path, const char *from, const char *to)
{
	size_t n;
	char *text, *at;

	if (file_read(path, &text, &n))
		abort();
	at = strstr(text, from);
	if (!at)
		abort();
	memcpy(at, to, strlen(to));
	file_write_atomic(path, text, n, 0600);
}

static void test_file(void)
{
	struct replay r = { 0 }, got;
	char path[300], expanded[300];

	args_add(&r.cc, "gcc");
	args_add(&r.cc, "-DX=\"a b\"");
	args_add(&r.link, "ld");
	args_add(&r.link, REPLAY_DIR "x.o");
	args_add(&r.files, "x.o 3");
	snprintf(path, sizeof(path), "%s/x.o", test_dir);
	file_write_atomic(path, "abc", 3, 0600);
	snprintf(expanded, sizeof(expanded), "%s/x.o", test_dir);
	check("file-round-trip", !replay_save(&r, test_dir) && !replay_load(&got, test_dir) && got.cc.n == 2 &&
	      !strcmp(got.cc.v[1], r.cc.v[1]) && !got.objtool.n, "not what was saved");
	check("file-folder", got.link.n == 2 && !strcmp(got.link.v[1], expanded), "path not expanded");
	file_write_atomic(path, "abcd", 4, 0600);
	check("file-other-object", replay_load(&got, test_dir) == -EINVAL, "an object of another size was taken");
	file_write_atomic(path, "abc", 3, 0600);
	snprintf(path, sizeof(path), "%s/replay", test_dir);
	edit(path, "gcc", "gcd");
	check("file-damaged", replay_load(&got, test_dir) == -EINVAL, "a damaged file was taken");
	file_write_atomic(path, "sonde-replay 1\n", 15, 0600);
	check("file-cut", replay_load(&got, test_dir) == -EINVAL, "a cut file was taken");
	unlink(path);
	check("file-absent", replay_load(&got, test_dir) == -ENOENT, "wrong error");
}

static volatile sig_atomic_t got_signal;

static void note_signal(int sig)
{
	got_signal = sig;
}

static void test_proc(void)
{
	const char *const status[] = { "sh", "-c", "echo out; echo err >&2; exit 3", NULL };
	const char *const env[] = { "sh", "-c", "echo $LC_ALL$MAKEFLAGS$EXTRA; pwd", NULL };
	const char *const sleep[] = { "sh", "-c", "sleep 20", NULL };
	const char *const kill_self[] = { "sh", "-c", "kill -9 $$", NULL };
	const char *const none[] = { "no-such-program-here", NULL };
	const char *const extra[] = { "EXTRA=more", NULL };
	char log[300];
	char *text;
	int r;

	snprintf(log, sizeof(log), "%s/log", test_dir);
	setenv("MAKEFLAGS", "-n", 1);
	r = proc_run(&(struct proc){ .argv = status, .log = log });
	check("proc-status", r == 3, "wrong exit status");
	check("proc-log", !file_read(log, &text, NULL) && !strcmp(text, "out\nerr\n"), "output not in the log");
	unlink(log);
	proc_run(&(struct proc){ .argv = env, .log = log, .env = extra, .cwd = "/" });
	check("proc-environment", !file_read(log, &text, NULL) && !strcmp(text, "Cmore\n/\n"), "not clean");
	check("proc-absent", proc_run(&(struct proc){ .argv = none }) < 0, "no error"); /* EACCES when PATH has a closed folder */
	check("proc-killed", proc_run(&(struct proc){ .argv = kill_self }) == 128 + 9, "wrong status");
	text = proc_output(status, NULL);
	check("proc-output-failed", !text, "output of a failed command");
	text = proc_output(env, "/");
	check("proc-output", text && !strcmp(text, "C\n/\n"), "wrong output");
	signal(SIGTERM, note_signal);
	if (!fork()) {
		usleep(200000);
		kill(getppid(), SIGTERM);
		_exit(0);
	}
	r = proc_run(&(struct proc){ .argv = sleep });
	check("proc-interrupted", r == -EINTR && got_signal == SIGTERM, "child not killed, or the signal kept to itself");
	check("proc-find", proc_find("sh") && !proc_find("no-such-program-here"), "wrong");
}

static void test_exported(void)
{
	static const char symvers[] = "0x1\tmemcpy_x\tvmlinux\tEXPORT_SYMBOL\t\n0x2\tmemcpy\tvmlinux\tEXPORT_SYMBOL\t\n"
				      "0x3\tother\tdrivers/x\tEXPORT_SYMBOL\t\n";

	check("exported", features_exported(symvers, "memcpy"), "not found");
	check("exported-part", !features_exported(symvers, "mem") && !features_exported(symvers, "cpy"), "part of a name");
	check("exported-by-module", !features_exported(symvers, "other"), "by a module");
}

int main(void)
{
	test_begin();
	test_cmd();
	test_file();
	test_proc();
	test_exported();
	test_end();
	return failures != 0;
}

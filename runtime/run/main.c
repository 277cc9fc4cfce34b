// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sonderun: runs a compiled script. Options and the order of things; the work is in module.c (the file and its life in
 * the kernel) and session.c (the run). Takes nothing from the environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bulk.h"
#include "module.h"
#include "msg.h"
#include "rotate.h"
#include "session.h"
#include "signals.h"
#include "target.h"

#ifndef SONDE_VERSION
#define SONDE_VERSION "0.1"
#endif

struct options {
	const char *command, *output, *module;
	pid_t target;
	const char *merge;
	struct rotate rotate; /* max 0: none */
	unsigned int timeout;
	bool json, bulk, fail_on_loss, attach, detach, background;
	char **params;
	size_t nparams;
};

static const char usage_text[] =
	"usage: sonderun [OPTION]... MODULE.ko [NAME=VALUE]...\n"
	"Load the module that sonde made of a script, print what it prints, and unload it when it ends.\n"
	"\n"
	"  -c CMD            run CMD with /bin/sh once the probes are attached; stop when it ends; target() is its pid\n"
	"  -x PID            target() is PID\n"
	"  -o FILE           write the script's output to FILE\n"
	"  --format=FORM     of the output: text (the default), or json, one object per line\n"
	"  -S MB[,N]         with -o: the output in files FILE.0, FILE.1, ... of so many megabytes; the last N are kept\n"
	"  -b                with -o: the records as they are, in files FILE_0, FILE_1, ..., one for each processor\n"
	"  --merge FILE      print what a run with -b and -o FILE has left\n"
	"  --timeout=SEC     end the script after so many seconds\n"
	"  --fail-on-loss    exit status 2 when all went well but something was lost\n"
	"  -D                with -o: run in the background; prints the process number once the script runs\n"
	"  -L                leave the script when it runs: it goes on, and its buffers keep what is newest\n"
	"  -A NAME           take up the script, module NAME, that -L has left\n"
	"  -w                no warnings\n"
	"  -v                say more: hits per probe, the command's status; may be given twice\n"
	"  -u                accepted for compatibility; probes in user space need nothing special\n"
	"  -h, --help        this text\n"
	"  -V, --version     the version\n"
	"\n"
	"NAME=VALUE sets a global variable of the script. The exit status is 0 when the script ran without an error, else 1.\n";

/* Options of the well-known command line that are still to come, each with a way to do without. */
static const struct {
	char letter;
	const char *instead;
} missing[] = {
	{ 's', "the size of the rings is part of the module: sonde -s MB" },
	{ 'd', "to remove a module: rmmod NAME" },
	{ 'R', "compile the script under another name: sonde -m NAME" },
	{ 'r', "run sonderun on the other machine" },
	{ 'T', "to end the script after a time: --timeout=SECONDS" },
};

enum {
	OPT_FORMAT = 256, OPT_MERGE, OPT_TIMEOUT, OPT_FAIL_ON_LOSS,
	READER_NICE = -10,
};

/* Returns the exit status, or -1 to go on. */
static int unsupported(int letter)
{
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		if (missing[i].letter != letter)
			continue;
		msg_error("sonderun: option -%c is not supported yet%s%s", letter, missing[i].instead ? "\n  instead: " : "",
			  missing[i].instead ? missing[i].instead : "");
		return 1;
	}
	msg_error("sonderun: try sonderun --help");
	return 1;
}

static bool parse_pid(const char *text, pid_t *pid)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	if (errno || end == text || *end || v <= 0 || v > INT_MAX) {
		msg_error("sonderun: -x %s: not a process number", text);
		return false;
	}
	*pid = (pid_t)v;
	if (kill(*pid, 0) && errno == ESRCH)
		msg_warning("sonderun: -x %s: there is no such process", text);
	return true;
}

static bool parse_seconds(const char *text, unsigned int *seconds)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	if (errno || end == text || *end || v <= 0 || v > INT_MAX) {
		msg_error("sonderun: --timeout=%s: not a number of seconds", text);
		return false;
	}
	*seconds = (unsigned int)v;
	return true;
}

static int parse_options(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{ "format", required_argument, NULL, OPT_FORMAT },
		{ "merge", required_argument, NULL, OPT_MERGE },
		{ "timeout", required_argument, NULL, OPT_TIMEOUT },
		{ "fail-on-loss", no_argument, NULL, OPT_FAIL_ON_LOSS },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *pid = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "+c:x:o:S:bALDvwuhVsdRrT", names, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->command = optarg;
			break;
		case 'x':
			pid = optarg;
			break;
		case 'o':
			o->output = optarg;
			break;
		case 'S':
			if (!rotate_parse(&o->rotate, optarg)) {
				msg_error("sonderun: -S %s: it is MEGABYTES or MEGABYTES,FILES", optarg);
				return 1;
			}
			break;
		case 'A':
			o->attach = true;
			break;
		case 'L':
			o->detach = true;
			break;
		case 'D':
			o->background = true;
			break;
		case 'b':
			o->bulk = true;
			break;
		case OPT_MERGE:
			o->merge = optarg;
			break;
		case OPT_TIMEOUT:
			if (!parse_seconds(optarg, &o->timeout))
				return 1;
			break;
		case OPT_FAIL_ON_LOSS:
			o->fail_on_loss = true;
			break;
		case 'v':
			msg_verbose++;
			break;
		case 'w':
			msg_no_warnings = true;
			break;
		case 'u':
			break;
		case OPT_FORMAT:
			if (strcmp(optarg, "json") && strcmp(optarg, "text")) {
				msg_error("sonderun: --format=%s: it is text or json", optarg);
				return 1;
			}
			o->json = !strcmp(optarg, "json");
			break;
		case 'h':
			return fputs(usage_text, stdout) < 0 || fflush(stdout) ? 1 : 0;
		case 'V':
			return puts("sonderun " SONDE_VERSION) < 0 || fflush(stdout) ? 1 : 0;
		default:
			return unsupported(c);
		}
	}
	if (o->merge) {
		if (optind == argc && !o->rotate.max && !o->bulk)
			return -1;
		msg_error("sonderun: --merge wants no module, -b or -S");
		return 1;
	}
	if (optind == argc) {
		msg_error("sonderun: no module is named; try sonderun --help");
		return 1;
	}
	if ((o->bulk || o->rotate.max) && !o->output) {
		msg_error("sonderun: -%c wants a file: -o FILE", o->bulk ? 'b' : 'S');
		return 1;
	}
	if (o->bulk && (o->rotate.max || o->json)) {
		msg_error("sonderun: -b writes the records as they are: %s", o->json ? "give --format to --merge" : "without -S");
		return 1;
	}
	if ((o->attach || o->detach) && (o->command || pid || o->background || (o->attach && o->detach))) {
		msg_error("sonderun: -%c goes with none of -c, -x, -D and -%c", o->attach ? 'A' : 'L', o->attach ? 'L' : 'A');
		return 1;
	}
	if (o->background && !o->output) {
		msg_error("sonderun: -D wants a file: -o FILE");
		return 1;
	}
	if (o->command && pid) {
		msg_error("sonderun: -c and -x both name the target");
		return 1;
	}
	if (pid && !parse_pid(pid, &o->target))
		return 1;
	o->module = argv[optind++];
	o->params = argv + optind;
	o->nparams = (size_t)(argc - optind);
	return -1;
}

/* No file of ours may get the number of a standard stream. A closed stdout is an error when we need it. */
static bool sane_streams(const char *output)
{
	bool had_stdout = fcntl(STDOUT_FILENO, F_GETFD) >= 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_RDWR) != fd)
			return false;
	if (!had_stdout && !output)
		msg_error("sonderun: standard output is closed; use -o FILE");
	return had_stdout || output;
}

static int open_output(const char *path)
{
	int fd;

	if (!path)
		return STDOUT_FILENO;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		msg_error("%s: %s", path, strerror(errno));
	return fd;
}

static int output_of(struct options *o)
{
	if (o->rotate.max) {
		o->rotate.base = o->output;
		return rotate_open(&o->rotate) ? o->rotate.fd : -1;
	}
	return open_output(o->bulk ? NULL : o->output);
}

/* What the rest of the run needs: unloading, signalling the command, finding the files of probes. */
static void drop_privileges(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { { 0, 0, 0 }, { 0, 0, 0 } }, had[2];
	const unsigned int keep = CAP_TO_MASK(CAP_SYS_MODULE) | CAP_TO_MASK(CAP_KILL) | CAP_TO_MASK(CAP_DAC_READ_SEARCH);

	if (syscall(SYS_capget, &h, had))
		return;
	d[0].permitted = had[0].permitted & keep;
	d[0].effective = had[0].effective & keep;
	if (syscall(SYS_capset, &h, d))
		msg_info(2, "privileges could not be dropped: %s", strerror(errno));
}

static bool run(struct options *o, int out_fd, int wake_fd, int ready_fd, bool *lost)
{
	struct session_options so = { .out_fd = out_fd, .wake_fd = wake_fd, .json = o->json, .timeout_s = o->timeout,
				      .bulk = o->bulk ? o->output : NULL, .rotate = o->rotate.max ? &o->rotate : NULL,
				      .attach = o->attach, .detach = o->detach, .ready_fd = ready_fd };
	struct module m;
	struct target t;
	bool ok, gave_up = false;

	if (!module_may_load())
		return false;
	if (!(o->attach ? module_attach(&m, o->module) : module_open(&m, o->module))) {
		module_close(&m);
		return false;
	}
	ok = target_init(&t, o->command, o->target);
	if (ok && (o->attach || module_load(&m, o->params, o->nparams))) {
		/* Where handlers print much, a reader that has to queue for a CPU loses records. Best effort. */
		setpriority(PRIO_PROCESS, 0, READER_NICE);
		drop_privileges();
		ok = session_run(&m, &t, &so, &gave_up, lost);
		/* An unused gate has to go before the wait for the module: the command is told that it will not run. */
		target_deinit(&t);
		if (!gave_up && !module_unload(&m))
			ok = false;
	} else {
		target_deinit(&t);
		ok = false;
	}
	module_close(&m);
	return ok;
}

/*
 * -D: the run goes on in a child, without the terminal. False, in the parent: the child's number was printed once the script
 * ran, or it ended before; *status is what to exit with.
 */
static bool background(int *ready_fd, int *status)
{
	int fds[2];
	pid_t pid;
	char c;
	ssize_t n;

	*status = 1;
	if (pipe2(fds, O_CLOEXEC)) {
		msg_error("sonderun: %s", strerror(errno));
		return false;
	}
	pid = fork();
	if (pid < 0) {
		msg_error("sonderun: %s", strerror(errno));
		return false;
	}
	if (!pid) {
		close(fds[0]);
		setsid();
		*ready_fd = fds[1];
		return true;
	}
	close(fds[1]);
	while ((n = read(fds[0], &c, 1)) < 0 && errno == EINTR)
		;
	if (n == 1) {
		*status = printf("%d\n", (int)pid) < 0 || fflush(stdout);
		return false;
	}
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 1;
	return false;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	int status = parse_options(&o, argc, argv), out_fd, wake_fd, ready_fd = -1;
	bool ok, lost = false;

	if (status >= 0)
		return status;
	if (!sane_streams(o.output))
		return 1;
	if (o.background && !background(&ready_fd, &status))
		return status;
	wake_fd = signals_init();
	if (wake_fd < 0) {
		msg_error("sonderun: %s", strerror(errno));
		return 1;
	}
	out_fd = output_of(&o);
	if (out_fd < 0)
		return 1;
	ok = o.merge ? bulk_merge(o.merge, out_fd, o.json) : run(&o, out_fd, wake_fd, ready_fd, &lost);
	if (o.rotate.max)
		out_fd = o.rotate.fd;
	if (close(out_fd) && errno != EINTR && errno != EBADF) {
		msg_error("sonderun: cannot write the output: %s", strerror(errno));
		ok = false;
	}
	return !ok ? 1 : lost && o.fail_on_loss ? 2 : 0;
}

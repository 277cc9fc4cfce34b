// SPDX-License-Identifier: GPL-2.0-or-later
/* A script as a program: its options, which are those of the runner that make sense here, and what has to be set up. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "run/msg.h"
#include "run/signals.h"
#include "run/target.h"
#include "user.h"

struct options {
	const char *command;
	pid_t target;
	bool json, fail_on_loss;
};

static const char usage_text[] =
	"A script that sonde compiled for its user runtime.\n"
	"\n"
	"  -c CMD         run CMD with /bin/sh after the begin probes; stop when it ends; target() is its pid\n"
	"  -x PID         target() is PID\n"
	"  --format=FORM  of the output: text (the default), or json, one object per line\n"
	"  --fail-on-loss exit status 2 when all went well but something was lost\n"
	"  -w             no warnings\n"
	"  -v             say more\n"
	"  -h, --help     this text\n"
	"\n"
	"NAME=VALUE sets a global variable of the script.\n";

static bool parse_pid(const char *text, pid_t *pid)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	if (errno || end == text || *end || v <= 0 || v > INT_MAX) {
		msg_error("sonde: -x %s: not a process number", text);
		return false;
	}
	*pid = (pid_t)v;
	if (kill(*pid, 0) && errno == ESRCH)
		msg_warning("sonde: -x %s: there is no such process", text);
	return true;
}

/* Returns the exit status, or -1 to go on. */
static int parse_options(struct options *o, int argc, char **argv)
{
	enum { OPT_FORMAT = 256, OPT_FAIL_ON_LOSS };
	static const struct option names[] = {
		{ "format", required_argument, NULL, OPT_FORMAT },
		{ "fail-on-loss", no_argument, NULL, OPT_FAIL_ON_LOSS },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:x:vwh", names, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->command = optarg;
			break;
		case 'x':
			if (!parse_pid(optarg, &o->target))
				return 1;
			break;
		case 'v':
			msg_verbose++;
			break;
		case 'w':
			msg_no_warnings = true;
			break;
		case OPT_FORMAT:
			o->json = !strcmp(optarg, "json");
			break;
		case OPT_FAIL_ON_LOSS:
			o->fail_on_loss = true;
			break;
		case 'h':
			return fputs(usage_text, stdout) < 0 || fflush(stdout) ? 1 : 0;
		default:
			return 1;
		}
	}
	if (o->command && o->target) {
		msg_error("sonde: -c and -x both name the target");
		return 1;
	}
	for (; optind < argc; optind++) {
		const char *why = sd_set(argv[optind]);

		if (why) {
			msg_error("sonde: %s: %s", argv[optind], why);
			return 1;
		}
	}
	return -1;
}

/* No file of ours may get the number of a standard stream. */
static bool sane_streams(void)
{
	bool had_stdout = fcntl(STDOUT_FILENO, F_GETFD) >= 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_RDWR) != fd)
			return false;
	if (!had_stdout)
		msg_error("sonde: standard output is closed; use -o FILE");
	return had_stdout;
}

/* module_name(): that of the file, without its folder and suffix. */
static void set_name(char *path)
{
	char *slash = strrchr(path, '/'), *dot;

	path = slash ? slash + 1 : path;
	dot = strrchr(path, '.');
	if (dot && dot != path)
		*dot = '\0';
	sd_user.name = path;
}

static bool run(const struct options *o, int wake_fd)
{
	struct target t;
	bool ok = false;

	if (!target_init(&t, o->command, o->target))
		return false;
	if (!sd_context_init() || !sd_data_init() || !meta_parse(&sd_user.meta, sd_script.meta, sd_script.meta_len) ||
	    !out_init(&sd_user.out, STDOUT_FILENO) || !print_init(&sd_user.print, &sd_user.out, &sd_user.meta, o->json))
		msg_error("sonde: out of memory");
	else
		ok = sd_control_run(&t, wake_fd);
	target_deinit(&t);
	sd_output_exit();
	print_deinit(&sd_user.print);
	out_deinit(&sd_user.out);
	meta_deinit(&sd_user.meta);
	sd_data_exit();
	sd_context_exit();
	return ok;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	int status = parse_options(&o, argc, argv), wake_fd;

	if (status >= 0)
		return status;
	if (!sane_streams())
		return 1;
	if (sd_script.abi != SD_ABI) {
		msg_error("sonde: made for runtime interface %u, this one is %u", sd_script.abi, SD_ABI);
		return 1;
	}
	set_name(argv[0]);
	prctl(PR_SET_NAME, "sonde"); /* execname(): the file's own name differs from script to script */
	wake_fd = signals_init();
	if (wake_fd < 0) {
		msg_error("sonde: %s", strerror(errno));
		return 1;
	}
	return !run(&o, wake_fd) ? 1 : sd_user.lost && o.fail_on_loss ? 2 : 0;
}

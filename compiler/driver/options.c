// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/options.h"
#include "driver/session.h"

enum {
	OPT_VP = 256, OPT_COLOR, OPT_DISABLE_CACHE, OPT_POISON_CACHE, OPT_CLEAN_CACHE, OPT_DUMP, OPT_DUMP_TYPES, OPT_DUMP_ALIASES,
	OPT_DUMP_FUNCTIONS, OPT_VM, OPT_KBUILD, OPT_EXPLAIN, OPT_TMPDIR, OPT_COMPATIBLE, OPT_FORMAT, OPT_RUNTIME, OPT_NO_DISPLAY,
	OPT_QUIET_ERRORS, OPT_NO_TIME_LIMITS, OPT_FAIL_ON_LOSS, OPT_MODINFO, OPT_PREPARE, OPT_SYSROOT, OPT_LDD, OPT_ALL_MODULES, OPT_CHECK, OPT_DOC,
	OPT_EXAMPLE, OPT_SKIP_BADVARS, OPT_SYSENV, OPT_RLIMIT_AS, OPT_RLIMIT_CPU, OPT_RLIMIT_NPROC, OPT_RLIMIT_STACK, OPT_RLIMIT_FSIZE, OPT_LATER,
};

static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, { "vp", required_argument, NULL, OPT_VP },
	{ "color", optional_argument, NULL, OPT_COLOR }, { "colour", optional_argument, NULL, OPT_COLOR },
	{ "disable-cache", no_argument, NULL, OPT_DISABLE_CACHE }, { "poison-cache", no_argument, NULL, OPT_POISON_CACHE },
	{ "clean-cache", no_argument, NULL, OPT_CLEAN_CACHE }, { "dump", required_argument, NULL, OPT_DUMP },
	{ "dump-probe-types", no_argument, NULL, OPT_DUMP_TYPES }, { "dump-probe-aliases", no_argument, NULL, OPT_DUMP_ALIASES },
	{ "dump-functions", no_argument, NULL, OPT_DUMP_FUNCTIONS }, { "vm", optional_argument, NULL, OPT_VM },
	{ "kbuild", no_argument, NULL, OPT_KBUILD }, { "explain", required_argument, NULL, OPT_EXPLAIN },
	{ "tmpdir", required_argument, NULL, OPT_TMPDIR }, { "compatible", required_argument, NULL, OPT_COMPATIBLE },
	{ "format", required_argument, NULL, OPT_FORMAT }, { "runtime", required_argument, NULL, OPT_RUNTIME },
	{ "no-global-var-display", no_argument, NULL, OPT_NO_DISPLAY },
	{ "prepare", no_argument, NULL, OPT_PREPARE },
	{ "suppress-handler-errors", no_argument, NULL, OPT_QUIET_ERRORS },
	{ "suppress-time-limits", no_argument, NULL, OPT_NO_TIME_LIMITS }, { "fail-on-loss", no_argument, NULL, OPT_FAIL_ON_LOSS },
#define LATER(name, arg) { name, arg, NULL, OPT_LATER }
	{ "ldd", no_argument, NULL, OPT_LDD }, { "all-modules", no_argument, NULL, OPT_ALL_MODULES }, { "skip-badvars", no_argument, NULL, OPT_SKIP_BADVARS },
	LATER("prologue-searching", optional_argument), LATER("check-version", no_argument), LATER("privilege", required_argument),
	{ "sysenv", required_argument, NULL, OPT_SYSENV }, { "sysroot", required_argument, NULL, OPT_SYSROOT },
	{ "rlimit-as", required_argument, NULL, OPT_RLIMIT_AS }, { "rlimit-cpu", required_argument, NULL, OPT_RLIMIT_CPU }, { "rlimit-nproc", required_argument, NULL, OPT_RLIMIT_NPROC },
	{ "rlimit-stack", required_argument, NULL, OPT_RLIMIT_STACK }, { "rlimit-fsize", required_argument, NULL, OPT_RLIMIT_FSIZE },
	LATER("monitor", optional_argument), { "output", required_argument, NULL, 'o' },
	{ "check", required_argument, NULL, OPT_CHECK }, { "doc", required_argument, NULL, OPT_DOC },
	{ "example", no_argument, NULL, OPT_EXAMPLE }, { "modinfo", required_argument, NULL, OPT_MODINFO },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: sonde [options] FILE [argument ...]\n"
"       sonde [options] -e SCRIPT [argument ...]\n"
"       sonde [options] -         the script from standard input\n"
"\n"
"  -e SCRIPT      run this text          -E SCRIPT     run this as well\n"
"  -p NUM         stop after pass 1 parse, 2 analyse, 3 translate, 4 compile (5: run)\n"
"  -v             say what each pass did  --vp XXXXX    more of that, a digit for each pass\n"
"  -g             guru mode               -w, -W        no warnings; warnings are errors\n"
"  -u             leave the script as it is: no optimisation\n"
"  -I DIR         look in this tapset folder too\n"
"  -D NAME=VALUE  set a limit: MAXACTION, MAXACTION_INTERRUPTIBLE, MAXSTRINGLEN,\n"
"                 MAXNESTING, MAXERRORS, MAXSKIPPED, MAXTRYLOCK, TRYLOCKDELAY, MINSTACKSPACE,\n"
"                 MAXMAPENTRIES, MAXBACKTRACE, KRETACTIVE, STP_MAXMEMORY, STP_OVERLOAD_THRESHOLD,\n"
"                 STP_OVERLOAD_INTERVAL\n"
"  -r RELEASE     for this kernel, or that of a build tree (a path)\n"
"  -a ARCH        for a kernel of this machine: arm64, x86_64\n"
"  -B NAME=VALUE  tell make so when the module is built: -B CROSS_COMPILE=aarch64-linux-gnu-\n"
"  -G NAME=VALUE  give a global variable of the script this value when it starts\n"
"  --modinfo NAME=VALUE  put this into what the module says of itself\n"
"  -l POINT, -L POINT  list the probe points that match; -L: with their variables\n"
"  -m NAME        name the module, and leave NAME.ko in this folder\n"
"  -o FILE        output to a file        -s MB         buffer for each processor\n"
"  -S MB[,N]      with -o: a new file after so many megabytes, the last N are kept\n"
"  -b             bulk mode: the buffers as they are, a file each; sonderun --merge prints them\n"
"  -t             say at the end how often each probe ran, and for how many cycles\n"
"  -T SECONDS     end the script after this time\n"
"  -F             leave the script running; with -o: in the background\n"
"  --fail-on-loss exit status 2 when something was lost\n"
"  --suppress-handler-errors  run-time errors end their handler and are only counted\n"
"  --skip-badvars  variables that are not there, and memory that is not, are 0\n"
"  --suppress-time-limits     no overload control, MAXACTION or MAXTRYLOCK (with -g)\n"
"  -d FILE        names of functions of this program or library: usymname() and its kin; --ldd:\n"
"                 of the libraries, too, that it and probed programs need; --all-modules: of\n"
"                 modules of the kernel, which are always there\n"
"  -c CMD         run CMD, stop when it ends; target() is its process\n"
"  -x PID         target() is this process\n"
"  -k             keep the temporary folder\n"
"  --vm[=RELEASE] run in a throw-away guest with that kernel\n"
"  --runtime=user run as an ordinary program: begin, end, error and timer probes,\n"
"                 without root; kernel is the default\n"
"  --kbuild       build the module wholly through kbuild\n"
"  --prepare      make ahead what the first scripts on a kernel (-r) would wait for\n"
"  --disable-cache, --poison-cache, --clean-cache\n"
"  --dump=WHAT    parse, plan or locks: print what a pass made\n"
"  --dump-probe-types, --dump-probe-aliases, --dump-functions\n"
"  --check DIR    compile everything that a library defines, and say what is not documented\n"
"  --doc DIR      a library's documentation, as Markdown; --output=DIR: also manual pages\n"
"  --example NAME run an example; without a name: list them\n"
"  --explain ID   more about a diagnostic; every id: --explain list\n"
"  --color=WHEN   auto, always, never     --format=json  output as JSON lines\n"
"  --no-global-var-display  do not show, at the end, globals that are never read\n"
"  --sysroot=DIR  where programs are looked for, in place of /\n"
"  --sysenv=PATH=DIRS  where programs are looked for below it; LD_LIBRARY_PATH: libraries\n"
"  --rlimit-as=BYTES, --rlimit-stack=BYTES, --rlimit-fsize=BYTES, --rlimit-cpu=SECONDS,\n"
"  --rlimit-nproc=NUM  limits for this command and all that it starts, make and the runner too\n"
"  --tmpdir=DIR   for temporary files     --compatible=VERSION  of the language\n"
"  -V, -h         version, this help\n"
"\n"
"An example: sonde -v -e 'probe vfs.read {printf(\"read performed\\n\"); exit()}'\n";

/* The message says the remedy itself. */
void plain_error(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag(DIAG_USAGE, (struct range){ 0, 0 }, "%s", arena_vprintf(s->arena, fmt, ap));
	va_end(ap);
	s->status = 1;
}

void usage_error(struct session *s, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = diag(DIAG_USAGE, (struct range){ 0, 0 }, "%s", arena_vprintf(s->arena, fmt, ap));
	va_end(ap);
	diag_hint(d, "sonde --help lists the options");
	s->status = 1;
}

/* ---- the options one by one: option_values.c has those that take some thought ------------ */

static bool explain(struct session *s, const char *arg)
{
	if (!strcmp(arg, "list")) {
		for (unsigned i = 0; i < DIAG_COUNT; i++)
			printf("%s\n", diag_name((enum diag_id)i));
		return false;
	}
	if (!diag_explain(arg, stdout))
		usage_error(s, "no diagnostic is called '%s'; --explain list names them all", arg);
	return false;
}

static bool unknown_option(struct session *s, char **argv)
{
	struct suggest sg;
	const char *word = argv[optind - 1];

	if (optopt && !strncmp(word, "--", 2)) {
		usage_error(s, "option '%s' %s", word, strchr(word, '=') ? "takes no value" : "wants a value");
	} else if (optopt) {
		usage_error(s, strchr("pveEImrDosSTckxwWglLaBGRd", optopt) ? "option '-%c' wants a value" : "unknown option '-%c'", optopt);
	} else {
		suggest_init(&sg, word + 2);
		for (const struct option *o = longs; o->name; o++)
			suggest_offer(&sg, o->name);
		if (suggest_best(&sg))
			usage_error(s, "unknown option '%s'; did you mean '--%s'?", word, suggest_best(&sg));
		else
			usage_error(s, "unknown option '%s'", word);
	}
	return false;
}

static bool one_option(struct session *s, int c, int index, char **argv)
{
	switch (c) {
	case 'h':
		fputs(help, stdout);
		return false;
	case 'V':
		printf("sonde version %s\nA probe scripting language for Linux. GPL-2.0-or-later; no warranty.\n", VERSION);
		return false;
	case 'e':
		if (s->script_text)
			usage_error(s, "-e is given twice; -E adds a script to another");
		s->script_name = "<input>";
		s->script_text = optarg;
		s->script_len = strlen(optarg);
		break;
	case 'E':
		vec_push(s->arena, &s->extra, optarg);
		break;
	case 'p': option_passes(s, optarg); break;
	case 'v': s->verbose++; break;
	case 'k': s->keep = true; break;
	case 'g': s->guru = true; break;
	case 'u': s->unoptimized = true; break;
	case 'w': diag_options.no_warnings = true; break;
	case 'W': diag_options.warnings_fatal = true; break;
	case 'I': vec_push(s->arena, &s->include, optarg); break;
	case 'D': limits_define(s, optarg); break;
	case 'r': s->release = optarg; break;
	case 'a': option_arch(s, optarg); break;
	case 'B': option_make(s, optarg); break;
	case 'G': option_global(s, optarg); break;
	case OPT_MODINFO: option_modinfo(s, optarg); break;
	case 'm': option_module_name(s, optarg); break;
	case 'o': s->output = optarg; break;
	case 's': option_buffer(s, optarg); break;
	case 't': s->timed = true; break;
	case 'b': s->bulk = true; break;
	case 'F': s->leave = true; break;
	case 'S': s->rotate = optarg; break;
	case 'T': s->timeout = optarg; break;
	case OPT_QUIET_ERRORS: s->quiet_errors = true; break;
	case OPT_NO_TIME_LIMITS: s->no_time_limits = true; break;
	case OPT_FAIL_ON_LOSS: s->fail_on_loss = true; break;
	case 'c': s->command = optarg; break;
	case 'x': s->target_pid = optarg; break;
	case 'l':
	case 'L': option_listing(s, optarg, c == 'L'); break;
	case OPT_VP: option_vp(s, optarg); break;
	case OPT_COLOR: option_color(s, optarg); break;
	case OPT_DISABLE_CACHE: s->disable_cache = true; break;
	case OPT_POISON_CACHE: s->poison_cache = true; break;
	case OPT_CLEAN_CACHE:
		c = cache_clean();
		if (c)
			usage_error(s, "the cache could not be emptied: %s", strerror(-c));
		return false;
	case OPT_DUMP: option_dump(s, optarg); break;
	case OPT_DUMP_TYPES: s->list = "probe-types"; break;
	case OPT_DUMP_ALIASES: s->list = "probe-aliases"; break;
	case OPT_DUMP_FUNCTIONS: s->list = "functions"; break;
	case OPT_VM:
		s->vm = true;
		if (optarg)
			s->release = optarg;
		break;
	case OPT_KBUILD: s->kbuild = true; break;
	case OPT_PREPARE: s->prepare = true; break;
	case OPT_EXPLAIN: return explain(s, optarg);
	case 'd': option_object(s, optarg); break;
	case OPT_LDD: s->ldd = true; break;
	case OPT_SKIP_BADVARS: s->skip_badvars = true; break;
	case OPT_SYSENV: option_sysenv(s, optarg); break;
	case OPT_RLIMIT_AS: option_rlimit(s, "as", RLIMIT_AS, optarg); break;
	case OPT_RLIMIT_CPU: option_rlimit(s, "cpu", RLIMIT_CPU, optarg); break;
	case OPT_RLIMIT_NPROC: option_rlimit(s, "nproc", RLIMIT_NPROC, optarg); break;
	case OPT_RLIMIT_STACK: option_rlimit(s, "stack", RLIMIT_STACK, optarg); break;
	case OPT_RLIMIT_FSIZE: option_rlimit(s, "fsize", RLIMIT_FSIZE, optarg); break;
	case OPT_ALL_MODULES: s->all_modules = true; break;
	case OPT_SYSROOT: option_sysroot(s, optarg); break;
	case OPT_TMPDIR: s->tmp_parent = optarg; break;
	case OPT_COMPATIBLE: s->compatible = optarg; break;
	case OPT_FORMAT:
		s->json = !strcmp(optarg, "json");
		if (!s->json && strcmp(optarg, "text"))
			usage_error(s, "--format wants text or json");
		break;
	case OPT_NO_DISPLAY: s->no_display = true; break;
	case OPT_RUNTIME:
		s->runtime = !strcmp(optarg, "user") ? RUNTIME_USER : RUNTIME_KERNEL;
		if (s->runtime == RUNTIME_KERNEL && strcmp(optarg, "kernel"))
			usage_error(s, "--runtime wants kernel or user");
		break;
	case OPT_CHECK: s->check_dir = option_folder(s, optarg); break;
	case OPT_DOC: s->doc_dir = option_folder(s, optarg); break;
	case OPT_EXAMPLE: s->example = true; break;
	case OPT_LATER:
		usage_error(s, "option --%s is not supported yet", longs[index].name);
		break;
	case '?':
	case ':':
		return unknown_option(s, argv);
	default:
		usage_error(s, "option -%c is not supported yet", c);
		break;
	}
	return s->status == 0;
}

static bool read_script(struct session *s, const char *name)
{
	const char *path = !strcmp(name, "-") ? "/dev/stdin" : name;
	char *text;
	int err = file_read(path, &text, &s->script_len);

	if (err) {
		struct diag *d = diag(DIAG_FILE_READ, (struct range){ 0, 0 }, "cannot read the script '%s': %s", name, strerror(-err));

		if (strpbrk(name, "{( "))
			diag_hint(d, "a script on the command line is given with -e");
		s->status = 1;
		return false;
	}
	s->script_name = !strcmp(name, "-") ? "<stdin>" : name;
	s->script_text = text;
	return true;
}

/* What does not go together. */
static void check_together(struct session *s)
{
	const bool user = s->runtime == RUNTIME_USER;
	const char *kernel = s->timed ? "-t" : s->bulk ? "-b" : s->leave ? "-F" : s->rotate ? "-S" : s->timeout ? "-T" : s->limits.maxmemory ? "-D STP_MAXMEMORY" :
			     s->any_release ? "-D STP_NO_VERREL_CHECK" : s->any_build_id ? "-D STP_NO_BUILDID_CHECK" : NULL;

	if (s->arch && !s->release && s->last_pass > 1 && !user && !s->vm)
		usage_error(s, "-a %s wants a kernel of such a machine: -r RELEASE or a build tree", s->arch);
	else if (s->arch && s->last_pass == 5 && !s->vm && !user)
		usage_error(s, "a module for %s does not run on this machine: -p4 makes it", s->arch);
	if (user && (s->arch || s->make.n || s->modinfo.n))
		usage_error(s, "%s is about a kernel's module, and --runtime=user makes none",
			    s->arch ? "-a" : s->make.n ? "-B" : "--modinfo");
	if (user && (s->vm || s->release || s->kbuild))
		usage_error(s, "%s is about a kernel, and --runtime=user uses none", s->vm ? "--vm" : s->kbuild ? "--kbuild" : "-r");
	else if (user && kernel)
		usage_error(s, "%s is for the kernel's runtime, and not for --runtime=user", kernel);
	if (s->vm && s->target_pid)
		usage_error(s, "-x names a process of this machine, and --vm runs in a guest");
	if (s->no_time_limits && !s->guru)
		usage_error(s, "--suppress-time-limits lets a handler run for ever, which takes guru mode: -g");
	if ((s->bulk || s->rotate) && !s->output)
		usage_error(s, "%s wants a file: -o FILE", s->bulk ? "-b" : "-S");
	if ((s->bulk || s->rotate) && s->vm)
		usage_error(s, "%s writes several files, and what a guest writes is lost", s->bulk ? "-b" : "-S");
	if (s->leave && s->vm)
		usage_error(s, "-F leaves the script running, and the guest of --vm ends with this command");
	if (s->leave && !s->output && (s->command || s->target_pid || s->timeout))
		usage_error(s, "-F without -o FILE leaves nobody behind who could do what %s asks", s->command ? "-c" : s->target_pid ? "-x" : "-T");
	if (s->bulk && (s->rotate || s->json))
		usage_error(s, "-b writes the buffers as they are: %s", s->rotate ? "without -S" : "--format=json is for sonderun --merge");
	if (s->no_overload)
		s->limits.overload_threshold = 0;
	else if (s->limits.overload_threshold > s->limits.overload_interval)
		plain_error(s, "-D STP_OVERLOAD_THRESHOLD (%lld) is more than STP_OVERLOAD_INTERVAL (%lld), so it is never reached; "
			    "-D STP_NO_OVERLOAD turns overload control off",
			    (long long)s->limits.overload_threshold, (long long)s->limits.overload_interval);
}

/* What needs no script. */
static bool library_options(struct session *s, const char *more)
{
	const char *what = s->check_dir ? "--check" : "--doc";

	if (s->list)
		return true;
	if (s->check_dir && s->doc_dir)
		usage_error(s, "--check and --doc are two runs");
	else if (more || s->script_text || s->extra.n)
		usage_error(s, "%s wants a folder, and no script", what);
	if (s->doc_dir)
		s->last_pass = 1;
	return s->status == 0;
}

bool options_parse(struct session *s, int argc, char **argv)
{
	int c, index = 0;

	s->limits = limits_default;
	diag_options.color = isatty(STDERR_FILENO) && getenv("TERM") && strcmp(getenv("TERM"), "dumb") && !getenv("NO_COLOR");
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:hVp:vkgPuwWbts:I:D:B:a:G:R:r:m:d:o:c:x:e:E:l:L:FS:T:qi", longs, &index)) != -1)
		if (!one_option(s, c, index, argv))
			return false;
	if (!s->limits.maxaction_interruptible)
		s->limits.maxaction_interruptible = s->limits.maxaction * 10;
	if (s->list || s->check_dir || s->doc_dir)
		return library_options(s, argv[optind]);
	if (s->example && optind >= argc) {
		example_find(s, NULL);
		return false;
	}
	if (!s->script_text && s->extra.n && optind >= argc) {
		s->script_name = "<input>";
		s->script_text = s->extra.v[0];
		s->script_len = strlen(s->script_text);
		s->extra.v++;
		s->extra.n--;
	}
	if (s->prepare && prepare_script(s, optind < argc ? argv[optind] : NULL)) {
		usage_error(s, "--prepare makes things for a kernel (-r), and has no use for %s", prepare_script(s, argv[optind]));
		return false;
	}
	if (!s->script_text) {
		if (optind >= argc) {
			diag_hint(diag(DIAG_NO_INPUT, (struct range){ 0, 0 }, "no script was given"),
				  "sonde FILE, or sonde -e 'probe begin { println(\"hello\") exit() }'; --help lists the options");
			s->status = 1;
			return false;
		}
		if (s->example && !(argv[optind] = (char *)example_find(s, argv[optind])))
			return false;
		if (!read_script(s, argv[optind++]))
			return false;
	}
	for (; optind < argc; optind++)
		vec_push(s->arena, &s->args, argv[optind]);
	check_together(s);
	return s->status == 0;
}

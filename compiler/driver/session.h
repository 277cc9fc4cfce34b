/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of sonde: its options, and what each pass leaves for the next. */
#ifndef SONDE_DRIVER_SESSION_H
#define SONDE_DRIVER_SESSION_H

#include <stdbool.h>

#include "base/vec.h"
#include "driver/build.h"
#include "driver/cache.h"
#include "emit/emit.h"
#include "sema/library.h"
#include "sema/sema.h"
#include "syntax/syntax.h"

#ifndef VERSION
#define VERSION "0.1"
#endif

enum runtime { RUNTIME_KERNEL, RUNTIME_USER };

struct session {
	struct arena *arena;
	/* options */
	unsigned verbose;            /* -v, and --vp for single passes */
	unsigned vp[6];
	int last_pass;               /* -p; 5 */
	const char *script_name, *script_text; /* a file's, "<input>" for -e */
	size_t script_len;
	struct strings extra;        /* -E */
	struct strings include;      /* -I */
	struct strings args;         /* $1 … */
	enum runtime runtime;        /* --runtime */
	const char *release;         /* -r: release or directory; NULL: running */
	const char *arch;            /* -a: another machine's; NULL */
	struct strings make;         /* -B */
	struct strings modinfo;      /* --modinfo */
	struct strings settings;     /* -G */
	const char *module_name;     /* -m */
	const char *output;          /* -o */
	const char *command;         /* -c */
	const char *target_pid;      /* -x */
	struct strings objects, modules; /* -d: files, and what is none */
	bool ldd, all_modules, skip_badvars; /* --ldd, --all-modules, --skip-badvars */
	const char *sysroot;         /* --sysroot: where programs are looked for; NULL: here */
	const char *tmp_parent;      /* --tmpdir */
	const char *dump;            /* --dump=… */
	const char *compatible;      /* --compatible */
	const char *check_dir, *doc_dir; /* --check, --doc */
	const char *list;            /* "probe-types", "probe-aliases", "functions" */
	const char *list_pattern;    /* -l, -L */
	struct listing listing;
	bool example;                /* --example: the script is the name of one */
	bool prepare;                /* --prepare */
	bool keep, guru, unoptimized, vm, disable_cache, poison_cache, kbuild, json, no_display;
	struct limits limits;
	unsigned ring_bytes;
	bool timed;                  /* -t */
	bool quiet_errors, no_time_limits; /* --suppress-… */
	bool any_release, any_build_id, no_overload; /* -DSTP_NO_… */
	bool fail_on_loss, bulk, leave; /* --fail-on-loss, -b, -F */
	const char *rotate;          /* -S: size[,files] */
	const char *timeout;         /* -T: seconds */
	/* made on the way */
	const char *data_dir;        /* with tapset/ and runtime/ */
	const char *runner, *guest;  /* sonderun and sonde-vm */
	const char *tmp_dir;
	struct cache cache;
	struct kernel *kernel;       /* NULL with RUNTIME_USER */
	struct build build;
	bool *arg_used;
	struct syntax_env env;
	struct syntax syntax;
	struct library *library;
	struct sema sema;
	struct plan plan;
	struct node *script;
	struct buf c_text;
	struct buf embedded_text;    /* the second file; empty when there is none */
	const char *name;            /* of the module */
	const char *c_file, *ko_file; /* with RUNTIME_USER, ko_file is a program */
	int status;                  /* what to exit with */
};

/* options.c. Reads the command line; false: s->status says how to exit (0 after --help). */
bool options_parse(struct session *s, int argc, char **argv);

/* Each pass: true to go on. */
bool pass_setup(struct session *s);
bool pass_parse(struct session *s);
bool pass_analyze(struct session *s);
bool pass_translate(struct session *s);
bool pass_compile(struct session *s);
bool pass_run(struct session *s);

/* A script's text as a tree; NULL: reported. */
struct node *session_parse(struct session *s, const char *name, const char *text, size_t len);
/* Instead of pass 4: does the C that was made compile? No module comes of it. */
bool session_check_c(struct session *s);

/* session.c: where things are, the private folder, and its end. */
void session_find_files(struct session *s);
bool session_tmp_dir(struct session *s);
void session_end(struct session *s);

/* front.c: what pass 4 has to know, worked out. */
bool session_build(struct session *s);

/* headers.c, for sema. data: the session. */
struct type_db *headers_types(void *data, const char *text, bool kernel, struct range where);

/* embedded.c: a line of the C compiler's, "file:line:col: error: text", which is cut up; false: it is another. */
struct cc_message {
	const char *file, *kind, *text;
	unsigned line, col;
};
bool cc_message_parse(char *line, struct cc_message *m);
bool cc_message_is_error(const struct cc_message *m);

/* libraries.c: all folders of libraries. *ok: false when one of those asked for cannot be used; reported. */
struct library *session_library(struct session *s, bool *ok);

/* example.c: its file; NULL: reported, or (name NULL) they were listed. */
const char *example_find(struct session *s, const char *name);

/* embedded.c. data: the session. Reports the compiler's messages about embedded C; false: it finds none. */
bool embedded_errors(void *data, const char *log);

/* report.c: the lines of -v. */
void report_start(void);
/* Resources since report_start as "using …kb, in …ms". With memory only for passes 1 and 2. */
const char *report_usage(struct session *s, bool memory);
bool report_wanted(const struct session *s, int pass, unsigned level);

/* prepare.c: pass 5 of --prepare; and its script. NULL, or what on the command line does not go with it. */
bool prepare_kernel(struct session *s);
const char *prepare_script(struct session *s, const char *file);

/* list.c */
void list_probe_types(FILE *out);
void list_probe_aliases(struct session *s, FILE *out);
void list_functions(struct session *s, FILE *out);
void list_plan(struct session *s, FILE *out);
void list_locks(struct session *s, FILE *out);
/* list_points.c */
const char *list_script(struct session *s, const char *pattern);
bool list_analyze(struct session *s); /* pass 2 of -l and -L */

#endif

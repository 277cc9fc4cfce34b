// SPDX-License-Identifier: GPL-2.0-or-later
/* Passes 0 to 3: finding the kernel, parsing, analysis, translation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/diag.h"
#include "base/hash.h"
#include "base/intern.h"
#include "base/util.h"
#include "driver/docs.h"
#include "driver/session.h"
#include "driver/user.h"
#include "types/arch.h"

/* ---- Setup ------------------------------------------------------------------------ */

struct newest {
	const char *want, *best;
	const char *flavour; /* asked for: "rt"; NULL */
	size_t len;          /* of want without it */
	struct session *s;
};

/* Real-time and cloud kernels stand beside the plain one of the same version. NULL: it is the plain one. */
static const char *flavour_of(const char *release)
{
	return strstr(release, "-rt-") ? "rt" : strstr(release, "-cloud-") ? "cloud" : NULL;
}

static void ask_flavour(struct newest *n)
{
	static const char *const flavours[] = { "rt", "cloud" };

	n->len = n->want ? strlen(n->want) : 0;
	for (unsigned i = 0; i < ARRAY_SIZE(flavours); i++) {
		size_t len = strlen(flavours[i]);

		if (n->len > len + 1 && n->want[n->len - len - 1] == '-' && !strcmp(n->want + n->len - len, flavours[i])) {
			n->flavour = flavours[i];
			n->len -= len + 1;
			return;
		}
	}
}

/* Of another flavour than the plain one only what was asked for by its name, or when there is no other. */
static void consider(const char *release, const char *root, void *data)
{
	struct newest *n = data;
	const char *flavour = flavour_of(release);

	(void)root;
	if (n->len && (strncmp(release, n->want, n->len) || (release[n->len] && !strchr(".+-", release[n->len]))))
		return;
	if (n->flavour && (!flavour || strcmp(flavour, n->flavour)))
		return;
	if (n->best && !n->flavour && !flavour != !flavour_of(n->best)) {
		if (flavour)
			return;
		n->best = NULL;
	}
	if (!n->best || strverscmp(release, n->best) > 0)
		n->best = arena_strdup(n->s->arena, release);
}

/* --vm alone means the newest kernel there is; "6.1" the newest that begins so, "6.1-rt" of that flavour. */
static void complete_release(struct session *s)
{
	struct newest n = { .want = s->release, .s = s };

	if (s->release && strchr(s->release, '/'))
		return;
	if (!s->release && !s->vm)
		return;
	ask_flavour(&n);
	kernel_each(consider, &n);
	if (n.best)
		s->release = n.best;
}

/* A build tree that is not of the running kernel makes modules that crash it: said before anything is built. */
static bool check_identity(struct session *s)
{
	const struct kernel *k = s->kernel;
	struct diag *d;

	if (!k->running || s->vm || s->last_pass < 4 || !k->build_version || !strcmp(k->build_version, k->version))
		return true;
	d = diag(DIAG_VERSION_MISMATCH, (struct range){ 0, 0 }, "module version mismatch (%s vs %s), release %s", k->build_version,
		 k->version, k->release);
	diag_note(d, (struct range){ 0, 0 }, "the build tree %s was made for another build of this release (%s says so)", k->build_dir,
		  k->build_version_file ? k->build_version_file : "its header");
	diag_hint(d, "install the headers of exactly the running kernel (Debian: apt-get install linux-headers-%s), or reboot into "
		  "the kernel they belong to", k->release);
	return false;
}

/* Without a kernel that is known here, no CONFIG_ name is known either, and nothing is wrong. */
static struct kernel *quiet_kernel(void)
{
	static struct kernel *k;
	static bool asked;
	unsigned mark = diag_mark();

	if (!asked)
		k = kernel_find(NULL);
	asked = true;
	diag_rewind(mark);
	return k;
}

static const char *config(void *data, const char *name)
{
	struct session *s = data;
	struct kernel *k = s->kernel;

	if (!k && s->runtime == RUNTIME_USER)
		k = quiet_kernel();
	else if (!k)
		k = s->kernel = kernel_find(s->release);
	return k ? kernel_config(k, name) : NULL;
}

bool pass_setup(struct session *s)
{
	struct utsname u;

	session_find_files(s);
	kernel_set_arch(s->arch);
	complete_release(s);
	uname(&u);
	s->cache.disabled = s->disable_cache;
	s->cache.poison = s->poison_cache;
	cache_open(&s->cache);
	if (s->last_pass > 1 && !s->list && s->runtime == RUNTIME_KERNEL) {
		s->kernel = kernel_find(s->release);
		if (!s->kernel || !check_identity(s))
			return false;
	}
	s->env.kernel_release = s->kernel ? s->kernel->release : s->release && !strchr(s->release, '/') ? s->release
										  : arena_strdup(s->arena, u.release);
	s->env.arch = s->kernel ? s->kernel->arch : s->arch ? s->arch : arena_strdup(s->arena, arch_name(u.machine));
	s->env.runtime = s->runtime == RUNTIME_USER ? "user" : "kernel";
	s->env.systemtap_v = s->compatible ? s->compatible : "5.0";
	s->env.privilege = "stapdev";
	s->env.guru = s->guru;
	s->env.config = config;
	s->env.config_data = s;
	s->env.args = s->args.v;
	s->env.nargs = s->args.n;
	s->arg_used = arena_array(s->arena, bool, s->args.n + 1);
	s->env.arg_used = s->arg_used;
	return true;
}

/* ---- Pass 1 -------------------------------------------------------------------------- */

struct node *session_parse(struct session *s, const char *name, const char *text, size_t len)
{
	struct source *src = source_add(name, text, len);

	src->guru = s->guru;
	return syntax_parse(&s->syntax, src, SYNTAX_SCRIPT);
}

static void warn_unused_args(struct session *s)
{
	vec_each(i, &s->args)
		if (!s->arg_used[i])
			diag(DIAG_UNUSED_ARGUMENT, (struct range){ 0, 0 }, "argument %u, '%s', is not used by the script", i + 1,
			     s->args.v[i]);
}

/* --check and --doc: all that is to be done. */
static bool own_library(struct session *s, bool *ok)
{
	struct docs docs;

	if (!s->check_dir && !s->doc_dir)
		return false;
	s->last_pass = 1;
	*ok = *ok && library_all(s->library, &s->sema, &s->syntax);
	if (*ok && s->doc_dir) {
		docs_collect(s, s->doc_dir, &docs);
		*ok = docs_write(s, &docs, s->output);
	} else if (*ok) {
		*ok = check_library(s, s->check_dir);
	}
	return true;
}

bool pass_parse(struct session *s)
{
	bool ok;

	s->plan.arena = s->arena;
	s->sema = (struct sema){ .arena = s->arena, .kernel = s->kernel, .plan = &s->plan, .guru = s->guru,
				 .unoptimized = s->unoptimized, .user = s->runtime == RUNTIME_USER,
				 .listing = s->list_pattern ? &s->listing : NULL,
				 .headers = headers_types, .headers_data = s, .maxstringlen = s->limits.maxstringlen,
				 .syntax = &s->syntax, .callee_matchall = s->limits.callee_matchall, .no_display = s->no_display, .skip_badvars = s->skip_badvars, .given = s->settings.v, .ngiven = s->settings.n,
				 .command = s->command, .target_pid = s->target_pid, .sysroot = s->sysroot, .ldd = s->ldd, .nobjects = s->objects.n,
				 .all_modules = s->all_modules, .checking = s->check_dir != NULL };
	vec_each(i, &s->objects)
		vec_push(s->arena, &s->sema.programs, s->objects.v[i]);
	vec_each(i, &s->modules)
		vec_push(s->arena, &s->sema.modules, s->modules.v[i]);
	map_init(&s->listing.seen, s->arena);
	map_init(&s->sema.functions, s->arena);
	map_init(&s->sema.globals, s->arena);
	syntax_init(&s->syntax, s->arena, &s->env);
	s->sema.library = s->library = session_library(s, &ok);
	ok &= library_macros(s->library, &s->syntax);
	if (s->list) {
		if (!strcmp(s->list, "probe-types")) {
			list_probe_types(stdout);
		} else {
			ok &= library_all(s->library, &s->sema, &s->syntax);
			if (!strcmp(s->list, "functions"))
				list_functions(s, stdout);
			else
				list_probe_aliases(s, stdout);
		}
		s->last_pass = 1;
		return ok;
	}
	if (own_library(s, &ok))
		return ok;
	s->script = session_parse(s, s->script_name, s->script_text, s->script_len);
	vec_each(i, &s->extra) {
		struct node *more = session_parse(s, "<input>", s->extra.v[i], strlen(s->extra.v[i]));

		if (!more || !s->script) {
			s->script = NULL;
			continue;
		}
		vec_each(j, &more->list)
			vec_push(s->arena, &s->script->list, more->list.v[j]);
	}
	if (!s->script)
		return false;
	if (s->last_pass == 1 || (s->dump && !strcmp(s->dump, "parse"))) {
		struct buf b;

		buf_init(&b);
		ast_dump(&b, s->script);
		fputs(b.s, stdout);
		buf_deinit(&b);
		if (s->dump)
			s->last_pass = 1;
	}
	if (s->last_pass > 1) {
		ok &= library_reach(s->library, &s->sema, &s->syntax, s->script);
	}
	warn_unused_args(s);
	if (report_wanted(s, 1, 1))
		fprintf(stderr, "Pass 1: parsed user script and %u library scripts %s\n", library_nparsed(s->library),
			report_usage(s, true));
	return ok;
}

/* ---- Pass 2 ---------------------------------------------------------------------------- */

static const char *count(struct session *s, unsigned n, const char *what)
{
	return arena_printf(s->arena, "%u %s%s", n, what, n == 1 ? "" : "s");
}

/* -v, for the running kernel: what is probed only when it comes. */
static void note_not_loaded(struct session *s)
{
	const char *path;
	struct map seen;
	unsigned n = 0;

	map_init(&seen, s->arena);
	vec_each(i, &s->plan.probes)
		vec_each(j, &s->plan.probes.v[i]->places) {
			const char *module = s->plan.probes.v[i]->places.v[j].module;

			if (!module || map_has(&seen, intern(module)))
				continue;
			map_put(&seen, intern(module), s);
			path = arena_printf(s->arena, "/sys/module/%s/initstate", module); /* what is built in has none */
			if (!path_exists(path))
				fprintf(stderr, "%s%s", n++ ? ", " : "Pass 2: modules that are not loaded now, and are probed when they come: ", module);
		}
	if (n)
		putc('\n', stderr);
}

/* -G: is each a variable of the script that can be set? The runner checks the value. */
static bool check_settings(struct session *s)
{
	bool ok = true;

	vec_each(i, &s->settings) {
		const char *name = arena_strndup(s->arena, s->settings.v[i], strcspn(s->settings.v[i], "="));
		const struct symbol *found = NULL;
		struct suggest sg;
		struct diag *d;

		suggest_init(&sg, name);
		vec_each(j, &s->plan.globals) {
			const struct symbol *v = s->plan.globals.v[j];

			if (!v->library || !(v->decl->flags & F_PRIVATE))
				suggest_offer(&sg, v->name);
			if (!strcmp(v->name, name) && (!v->library || !(v->decl->flags & F_PRIVATE)))
				found = v;
		}
		if (found && found->shape != SHAPE_ARRAY && found->type != VT_STATS)
			continue;
		ok = false;
		if (found) {
			diag(DIAG_USAGE, found->decl->range, "-G %s: an array or a statistic cannot be given a value", name);
			continue;
		}
		d = diag(DIAG_USAGE, (struct range){ 0, 0 }, "-G %s: the script uses no global variable of that name", name);
		if (suggest_best(&sg))
			diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	}
	return ok;
}

bool pass_analyze(struct session *s)
{
	if (s->list_pattern)
		return list_analyze(s);
	sema_declare(&s->sema, s->script, false);
	if (diag_errors() || !sema_run(&s->sema, s->script) || !check_settings(s))
		return false;
	if (s->dump && !strcmp(s->dump, "locks")) {
		list_locks(s, stdout);
		s->last_pass = 2;
	} else if (s->last_pass == 2 || (s->dump && !strcmp(s->dump, "plan"))) {
		list_plan(s, stdout);
		s->last_pass = 2;
	}
	if (report_wanted(s, 2, 1))
		fprintf(stderr, "Pass 2: analyzed script: %s, %s, %s, %s %s\n", count(s, s->plan.probes.n, "probe"),
			count(s, s->plan.funcs.n, "function"), count(s, s->plan.nembeds, "embed"),
			count(s, s->plan.globals.n, "global"), report_usage(s, true));
	if (report_wanted(s, 2, 1) && s->plan.uninlined)
		fprintf(stderr, "Pass 2: %s the functions alone: without debugging information nobody knows where they were inlined\n",
			s->plan.uninlined == 1 ? "a probe of functions by name is of" : "probes of functions by name are of");
	if (report_wanted(s, 2, 1) && s->kernel && s->kernel->running && !s->vm)
		note_not_loaded(s);
	return true;
}

/* ---- Pass 3 ------------------------------------------------------------------------------ */

/* The name holds everything that decides what the module is: its C text and the prebuilt objects it is joined with. */
static void name_module(struct session *s)
{
	struct hash h;
	char hex[65];

	hash_init(&h);
	hash_data(&h, s->c_text.s, s->c_text.n);
	if (s->embedded_text.n)
		hash_data(&h, s->embedded_text.s, s->embedded_text.n);
	hash_str(&h, s->build.runtime_hash);
	hash_str(&h, s->kbuild ? "kbuild" : "replay");
	hash_str(&h, s->module_name);
	hash_hex(&h, hex);
	hex[32] = '\0';
	s->name = s->module_name ? s->module_name : arena_printf(s->arena, "sonde_%s_%zu", hex, s->c_text.n);
}

bool session_build(struct session *s)
{
	if (s->build.runtime_hash)
		return true;
	s->build.cache = &s->cache;
	s->build.kernel = s->kernel;
	s->build.runtime_dir = arena_printf(s->arena, "%s/runtime", s->data_dir);
	s->build.verbose = s->verbose + s->vp[4];
	s->build.kbuild = s->kbuild;
	s->build.keep = s->keep;
	s->build.cross = s->arch != NULL;
	s->build.make = s->make;
	s->build.progress = diag_options.color;
	if (s->runtime == RUNTIME_USER)
		return user_identify(s) == 0;
	return build_identify(&s->build) == 0;
}

bool pass_translate(struct session *s)
{
	struct emit_options o = {
		.limits = s->limits, .release = "", .version = "", .script_name = s->script_name, .ring_bytes = s->ring_bytes,
		.language = s->env.systemtap_v, .unoptimized = s->unoptimized,
		.timed = s->timed, .quiet_errors = s->quiet_errors, .no_time_limits = s->no_time_limits,
		.skip_badvars = s->skip_badvars, .any_release = s->any_release, .any_build_id = s->any_build_id,
		.modinfo = s->modinfo.v, .nmodinfo = s->modinfo.n,
	};
	const char *cached;

	if (s->kernel) {
		o.release = s->kernel->release;
		o.version = kernel_built_version(s->kernel);
		o.build_id = kernel_built_id(s->kernel);
	}

	buf_init(&s->c_text);
	buf_init(&s->embedded_text);
	emit_c(&s->plan, &o, &s->c_text);
	emit_embedded_file(&s->plan, &o, &s->embedded_text);
	if (s->last_pass == 3 && !s->keep) {
		fwrite(s->c_text.s, 1, s->c_text.n, stdout);
		if (s->embedded_text.n)
			fwrite(s->embedded_text.s, 1, s->embedded_text.n, stdout);
		if (report_wanted(s, 3, 1))
			fprintf(stderr, "Pass 3: translated to C %s\n", report_usage(s, false));
		return true;
	}
	if (!session_build(s))
		return false;
	name_module(s);
	cached = s->module_name ? NULL : cache_lookup(&s->cache, s->name, ".c");
	if (cached) {
		s->c_file = cached;
		if (report_wanted(s, 3, 1))
			fprintf(stderr, "Pass 3: using cached %s\n", cached);
		if (s->last_pass == 3)
			puts(cached);
		return true;
	}
	if (!session_tmp_dir(s))
		return false;
	s->c_file = arena_printf(s->arena, "%s/%s_src.c", s->tmp_dir, s->name);
	if (file_write_atomic(s->c_file, s->c_text.s, s->c_text.n, 0600)) {
		diag(DIAG_TMP_DIR, (struct range){ 0, 0 }, "cannot write %s", s->c_file);
		return false;
	}
	if (!s->module_name)
		cache_store_file(&s->cache, s->name, ".c", s->c_file);
	if (s->last_pass == 3)
		puts(s->c_file);
	if (report_wanted(s, 3, 1))
		fprintf(stderr, "Pass 3: translated to C into \"%s\" %s\n", s->c_file, report_usage(s, false));
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --check: compiles every function and alias of a library, with nothing left
 * out, for one kernel. Each piece of work runs in a process of its own that
 * starts with the parsed library. Many definitions share one run of the
 * compiler; only when that fails each is tried alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/docs.h"

enum { TOGETHER = 250 }; /* definitions in one C file: some seconds of the compiler's time */

enum verdict { UNTRIED, COMPILES, ABSENT, FAILS };

struct check {
	struct session *s;
	struct docs docs;
	enum verdict *verdicts; /* of the items */
	unsigned *texts;        /* of functions: which parameters without a type take a string */
};

/* ---- In a process of its own ---------------------------------------------------- */

/* Aliases that are internal are alternatives for others, which have another where one is not there. */
static bool may_be_called(const struct doc_item *item)
{
	return item->kind == DOC_PROBE ? !item->internal : item->node && !(item->node->flags & F_PRIVATE);
}

/* texts: bit i set gives a string to the i-th parameter that says no type. */
static void use(const struct doc_item *item, unsigned texts, struct buf *out)
{
	unsigned open = 0;

	if (item->kind == DOC_PROBE) {
		buf_printf(out, "probe %s {}\n", item->name);
		return;
	}
	buf_printf(out, "probe begin { %s(", item->name);
	vec_each(i, &item->node->list) {
		enum vtype t = item->node->list.v[i]->vtype;

		if (t == VT_UNKNOWN)
			t = texts >> open++ & 1 ? VT_STRING : VT_LONG;
		buf_printf(out, "%s%s", i ? ", " : "", t == VT_STRING ? "\"\"" : "0");
	}
	buf_puts(out, ") }\n");
}

static bool has_place(const struct session *s, const struct node *probe)
{
	vec_each(i, &s->plan.probes)
		if (s->plan.probes.v[i]->declared.lo == probe->range.lo)
			return true;
	return false;
}

/* Verdicts of `items` to fd. */
static bool compile(struct session *s, const struct buf *script, bool whole, int fd)
{
	const char *text = arena_strdup(s->arena, script->s);

	s->script_name = "<check>";
	s->guru = s->sema.guru = s->sema.unoptimized = true;
	s->script = session_parse(s, s->script_name, text, strlen(text));
	if (!s->script)
		return false;
	sema_declare(&s->sema, s->script, false);
	if (!sema_run(&s->sema, s->script)) {
		/* All of it optional, and nothing there. */
		char absent = ABSENT;

		return !whole && diag_errors() == 1 && !s->plan.probes.n && diag_is(diag_last(), DIAG_NO_PROBES) &&
		       write(fd, &absent, 1) == 1;
	}
	vec_each(i, &s->script->list) {
		char v = has_place(s, s->script->list.v[i]) ? COMPILES : ABSENT;

		if (write(fd, &v, 1) != 1)
			return false;
	}
	if (!whole || s->runtime == RUNTIME_USER)
		return true;
	s->last_pass = 4;
	s->verbose = 0;
	return pass_translate(s) && session_check_c(s);
}

/* Their verdicts go into v. false: it failed; what was said is in *log. */
static bool attempt(struct session *s, const struct buf *script, bool whole, enum verdict *v, unsigned n, char **log)
{
	const char *file;
	int fds[2], status = 1;
	pid_t pid;

	if (!session_tmp_dir(s) || pipe(fds))
		return false;
	file = arena_printf(s->arena, "%s/check.log", s->tmp_dir);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		bool ok;

		close(fds[0]);
		if (!freopen(file, "w", stderr) || !freopen("/dev/null", "w", stdout))
			_exit(1);
		ok = compile(s, script, whole, fds[1]);
		if (!ok)
			diag_flush(stderr);
		fflush(stderr);
		_exit(!ok);
	}
	close(fds[1]);
	for (unsigned i = 0; pid > 0 && i < n; i++) {
		char one;

		if (read(fds[0], &one, 1) != 1)
			break;
		v[i] = (enum verdict)one;
	}
	close(fds[0]);
	if (pid > 0 && waitpid(pid, &status, 0) != pid)
		status = 1;
	if (!status)
		return true;
	*log = NULL;
	file_read(file, log, NULL);
	return false;
}

/* ---- What becomes of it ------------------------------------------------------------- */

static unsigned open_params(const struct doc_item *item)
{
	unsigned n = 0;

	for (unsigned i = 0; item->kind == DOC_FUNCTION && item->node && i < item->node->list.n; i++)
		n += item->node->list.v[i]->vtype == VT_UNKNOWN;
	return n < 6 ? n : 6;
}

static void say(const struct doc_item *item, const char *what, const char *log)
{
	printf("%s: %s %s: %s\n", item->file, item->kind == DOC_PROBE ? "probe" : "function", item->name, what);
	while (log && *log) {
		size_t n = strcspn(log, "\n");

		printf("    %.*s\n", (int)n, log);
		log += n + (log[n] == '\n');
	}
}

static bool alone(struct check *c, unsigned i, bool whole)
{
	const struct doc_item *item = &c->docs.items.v[i];
	char *log = NULL, *first = NULL;
	bool ok = false;
	struct buf b;

	buf_init(&b);
	for (unsigned texts = 0; !ok && texts < 1u << open_params(item); texts++) {
		b.n = 0;
		use(item, texts, &b);
		ok = attempt(c->s, &b, whole, &c->verdicts[i], 1, &log);
		if (ok)
			c->texts[i] = texts;
		else if (!texts)
			first = log;
	}
	buf_deinit(&b);
	if (!ok) {
		c->verdicts[i] = FAILS;
		say(item, "does not compile", first);
	}
	return ok;
}

/* Those of the n items that have not failed, as one script. */
static bool all_of(struct check *c, const unsigned *index, unsigned n)
{
	enum verdict v[TOGETHER] = { UNTRIED };
	unsigned kept[TOGETHER], k = 0;
	struct buf b;
	char *log;
	bool ok;

	buf_init(&b);
	for (unsigned i = 0; i < n; i++)
		if (c->verdicts[index[i]] == UNTRIED || c->verdicts[index[i]] == COMPILES) {
			use(&c->docs.items.v[index[i]], c->texts[index[i]], &b);
			kept[k++] = index[i];
		}
	ok = !k || attempt(c->s, &b, true, v, k, &log);
	for (unsigned i = 0; ok && i < k; i++)
		c->verdicts[kept[i]] = v[i];
	buf_deinit(&b);
	return ok;
}

/* Items from `from` on that may be called: up to TOGETHER. Returns the number behind them. */
static unsigned together(struct check *c, unsigned from)
{
	unsigned index[TOGETHER], n = 0, end = from;

	for (; end < c->docs.items.n && n < TOGETHER; end++)
		if (may_be_called(&c->docs.items.v[end]))
			index[n++] = end;
	if (all_of(c, index, n))
		return end;
	for (unsigned i = 0; i < n; i++) /* what it means, which is quickly found out */
		alone(c, index[i], false);
	if (all_of(c, index, n))
		return end;
	for (unsigned i = 0; i < n; i++) /* the C of one of them, then */
		if (c->verdicts[index[i]] == COMPILES)
			alone(c, index[i], true);
	return end;
}

static unsigned count(const struct check *c, enum doc_kind kind, enum verdict v)
{
	unsigned n = 0;

	vec_each(i, &c->docs.items)
		n += c->docs.items.v[i].kind == kind && c->verdicts[i] == v;
	return n;
}

static const char *plural(unsigned n)
{
	return n == 1 ? "" : "s";
}

bool check_library(struct session *s, const char *dir)
{
	struct check c = { .s = s };
	unsigned undocumented = 0, absent, failed, functions, probes;

	docs_collect(s, dir, &c.docs);
	c.texts = arena_array(s->arena, unsigned, c.docs.items.n + 1);
	c.verdicts = arena_array(s->arena, enum verdict, c.docs.items.n + 1);
	for (unsigned i = 0; i < c.docs.items.n;)
		i = together(&c, i);
	vec_each(i, &c.docs.items) {
		if (c.verdicts[i] == ABSENT && report_wanted(s, 1, 1))
			say(&c.docs.items.v[i], "not in this kernel", NULL);
		if (c.docs.items.v[i].internal || c.docs.items.v[i].doc)
			continue;
		undocumented++;
		if (!diag_options.no_warnings)
			say(&c.docs.items.v[i], "not documented", NULL);
	}
	functions = count(&c, DOC_FUNCTION, COMPILES);
	probes = count(&c, DOC_PROBE, COMPILES);
	absent = count(&c, DOC_PROBE, ABSENT);
	failed = count(&c, DOC_FUNCTION, FAILS) + count(&c, DOC_PROBE, FAILS);
	printf("%s: %u function%s and %u probe alias%s compile for %s, %u do not", dir, functions, plural(functions), probes,
	       probes == 1 ? "" : "es", s->kernel ? s->kernel->release : "the user runtime", failed);
	if (absent)
		printf("; %u name%s what this kernel does not have", absent, absent == 1 ? "s" : "");
	if (undocumented)
		printf("; %u %s not documented", undocumented, undocumented == 1 ? "is" : "are");
	putchar('\n');
	return !failed && !(undocumented && diag_options.warnings_fatal);
}

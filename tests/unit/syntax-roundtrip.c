// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ast_dump prints parses to the same tree.
 *
 *	syntax-roundtrip [FILE...]	"ok FILE", "skip FILE" when it does not parse alone, "not ok FILE: WHY"
 *
 * Without files it takes the scripts of tests/golden named parse-* and those
 * it has built in.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "syntax/syntax.h"

static const char *const scripts[] = {
	"probe begin { if (a) if (b) c; else d; x = - -1 + !y . ~z; a[1, \"x\"]++; --b; return_ = 5 }",
	"probe a.b = c ?, {d,e.f(1)}.g ! { x = 1 }, { y = 2 }  probe a += b if (x > 1) { next }",
	"function f:long (a:string, b):3 { return a =~ \"x\\n\\\"\\001\" } private function g() { return }",
	"global a, b[10] = 1, c%[5], d%, e = -5, s = \"x\" private p",
	"probe begin { foreach ([i+, j] in a[*, 1] limit n) ; foreach (v = k in a @sum-) { } foreach (v- = [i, j] in a) break }",
	"probe begin { foreach (b in @hist_log(x[1])) print(@hist_linear(x, -1, 10, 2)[b]) }",
	"probe begin { try { error(\"x\") } catch (m) { } try { } catch { } for (;;) { } for (i = 0; ; i++) ; while (1) continue }",
	"probe begin { $x->y[1]->z = &$a->b; p = (q)->r->s; t = (p)[1]; u = f(1)->v$; w = @cast(p, \"t\", \"m\")[0]$$; (a->b)->c = 1 }",
	"probe begin { x = @defined($y) ? @entry($z) : @var(\"v@f.c\", \"m\")->n; s <<< @count(s) + @variance(s, 3); @const(\"X\") }",
	"probe begin { delete a; delete a[1, *]; [*, 1] in a; k in a; !(k in a); a = b = c; a += b -= c; a ? b : c ? d : e }",
	"probe sys*call.a**, timer.s(1), begin(-1), process(\"a\" \"b\").end, x.probe.next.in, empty() { }",
};

static const char *same_lists(const struct node_list *a, const struct node_list *b);

/* NULL, or in what the trees differ. Places and parentheses do not count. */
static const char *same(const struct node *a, const struct node *b)
{
	const char *why = NULL;

	if (!a || !b)
		return a == b ? NULL : "a child is missing";
	if (a->kind != b->kind)
		return node_kind_text(a->kind);
	if (a->op != b->op || (a->flags | F_PARENS) != (b->flags | F_PARENS) || a->vtype != b->vtype || a->name != b->name)
		return node_kind_text(a->kind);
	if (a->num != b->num || a->len != b->len || (a->len && memcmp(a->str, b->str, a->len)))
		return node_kind_text(a->kind);
	for (unsigned i = 0; i < ARRAY_SIZE(a->kid) && !why; i++)
		why = same(a->kid[i], b->kid[i]);
	if (!why)
		why = same_lists(&a->list, &b->list);
	return why ? why : same_lists(&a->list2, &b->list2);
}

static const char *same_lists(const struct node_list *a, const struct node_list *b)
{
	const char *why = NULL;

	if (a->n != b->n)
		return "lists of different length";
	for (unsigned i = 0; i < a->n && !why; i++)
		why = same(a->v[i], b->v[i]);
	return why;
}

static struct node *parse(const char *name, const char *text, size_t len)
{
	static const char *args[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	static struct syntax_env env = {
		.kernel_release = "6.1.0-9-amd64", .arch = "x86_64", .runtime = "kernel", .systemtap_v = "5.0",
		.privilege = "stapdev", .guru = true, .args = args, .nargs = ARRAY_SIZE(args),
	};
	struct syntax s;

	syntax_init(&s, arena_permanent(), &env);
	return syntax_parse(&s, source_add(name, text, len), SYNTAX_SCRIPT);
}

static bool check(const char *name, const char *text, size_t len, bool must_parse)
{
	struct node *one = parse(name, text, len), *two, *copy;
	const char *why;
	struct buf b;

	if (!one && !must_parse) {
		diag_rewind(0);
		printf("skip %s\n", name);
		return true;
	}
	buf_init(&b);
	if (one)
		ast_dump(&b, one);
	buf_puts(&b, "");
	two = one ? parse("<dump>", b.s, b.n) : NULL;
	copy = node_clone(arena_permanent(), one);
	why = !one ? "does not parse" : !two ? "its dump does not parse" : same(one, two);
	if (!why)
		why = same(one, copy);
	printf("%s %s%s%s\n", why ? "not ok" : "ok", name, why ? ": " : "", why ? why : "");
	if (why) {
		diag_flush(stdout);
		fputs(b.s, stdout);
	}
	return !why;
}

static bool check_file(const char *path)
{
	char *text;
	size_t len;

	if (file_read(path, &text, &len)) {
		printf("not ok %s: cannot be read\n", path);
		return false;
	}
	return check(path, text, len, false);
}

static bool check_own(void)
{
	const char *top = getenv("SONDE_TOP");
	bool ok = true;
	glob_t g = { 0 };

	for (unsigned i = 0; i < ARRAY_SIZE(scripts); i++) {
		char name[32];

		snprintf(name, sizeof(name), "built-in %u", i);
		ok &= check(name, scripts[i], strlen(scripts[i]), true);
	}
	if (top) {
		char pattern[4096];

		snprintf(pattern, sizeof(pattern), "%s/tests/golden/parse-*.stp", top);
		if (!glob(pattern, 0, NULL, &g))
			for (size_t i = 0; i < g.gl_pathc; i++)
				ok &= check_file(g.gl_pathv[i]);
		globfree(&g);
	}
	return ok;
}

int main(int argc, char **argv)
{
	bool ok = true;

	if (argc == 1)
		ok = check_own();
	for (int i = 1; i < argc; i++)
		ok &= check_file(argv[i]);
	return !ok;
}

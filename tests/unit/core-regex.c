// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Regular expressions from pattern to match: compiled by compiler/sema, run by
 * runtime/core, and held against the C library's regexec for the whole match
 * and against the rules themselves, tried out on the tree, for the groups.
 */
#include <limits.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "base/util.h"
#include "run-check.h"
#include "sema/regex.h"

const struct sd_script sd_script = { .abi = SD_ABI, .limits = { .maxstringlen = 512 } };

void sd_truncated(struct sd_ctx *c)
{
	(void)c;
}

void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg)
{
	(void)site;
	if (!c->error) {
		c->error = error;
		c->error_arg = arg;
	}
}

static char kept[512];
static struct sd_match record = { .cap = sizeof(kept), .s = kept };
static struct sd_ctx ctx = { .match = &record };

static struct sd_regex runnable(const struct regex *re)
{
	return (struct sd_regex){
		.nclasses = (unsigned short)re->nclasses, .nstates = (unsigned short)re->nstates,
		.ngroups = (unsigned short)re->ngroups, .nregs = (unsigned short)re->nregs, .classes = re->classes,
		.next = re->next.v, .op = re->op.v, .final = re->final.v, .final_end = re->final_end.v, .ops = re->ops.v,
	};
}

/* In a block of exactly its size, so that the sanitizer sees a read beyond. */
static struct sd_str guarded(const char *s)
{
	size_t n = strlen(s);
	char *p = malloc(n ? n : 1);

	memcpy(p, s, n);
	return (struct sd_str){ p, n };
}

/* ---- The rules, tried out ------------------------------------------------------------------
 * A part of the pattern against [lo, hi): which parse the rules prefer. Parts
 * from left to right, each as long as the rest of the parts allows.
 */
struct oracle {
	const char *s;
	int len;
	int at[2 * REGEX_GROUPS_MAX];
	long budget;
};

static bool can(struct oracle *o, struct regex_node *n, int lo, int hi);

static bool can_cat(struct oracle *o, struct regex_node *n, unsigned i, int lo, int hi)
{
	if (i == n->child.n)
		return lo == hi;
	for (int mid = hi; mid >= lo; mid--)
		if (can(o, n->child.v[i], lo, mid) && can_cat(o, n, i + 1, mid, hi))
			return true;
	return false;
}

/* Rounds from the given one on; after those that must be, none is empty unless it is the only one. */
static bool can_rounds(struct oracle *o, struct regex_node *n, int round, int lo, int hi)
{
	if (round >= n->min && lo == hi && (round > 0 || !can(o, n->child.v[0], lo, hi) || n->max == 0))
		return true;
	if (round >= n->min && lo == hi)
		return true;
	if (n->max >= 0 && round >= n->max)
		return false;
	for (int mid = hi; mid >= lo; mid--) {
		if (mid == lo && round >= n->min && round > 0)
			continue;
		if (can(o, n->child.v[0], lo, mid) && can_rounds(o, n, round + 1, mid, hi))
			return true;
	}
	return false;
}

static bool can(struct oracle *o, struct regex_node *n, int lo, int hi)
{
	if (--o->budget < 0)
		return false;
	switch (n->kind) {
	case RX_EMPTY:
		return lo == hi;
	case RX_SET:
		return hi == lo + 1 && regex_set_has(&n->set, (unsigned char)o->s[lo]);
	case RX_BOL:
		return lo == hi && lo == 0;
	case RX_EOL:
		return lo == hi && hi == o->len;
	case RX_CAT:
		return can_cat(o, n, 0, lo, hi);
	case RX_ALT:
		vec_each(i, &n->child)
			if (can(o, n->child.v[i], lo, hi))
				return true;
		return false;
	case RX_REPEAT:
		return can_rounds(o, n, 0, lo, hi);
	case RX_GROUP:
		return can(o, n->child.v[0], lo, hi);
	}
	return false;
}

static void forget(struct oracle *o, const struct regex_node *n)
{
	if (n->kind == RX_GROUP)
		o->at[2 * n->group] = o->at[2 * n->group + 1] = -1;
	vec_each(i, &n->child)
		forget(o, n->child.v[i]);
}

static void choose(struct oracle *o, struct regex_node *n, int lo, int hi);

static void choose_rounds(struct oracle *o, struct regex_node *n, int lo, int hi)
{
	for (int round = 0;; round++) {
		int mid = hi;

		if (lo == hi && round >= n->min && round > 0)
			return;
		if (n->max >= 0 && round >= n->max)
			return;
		while (mid >= lo && !((mid > lo || round < n->min || round == 0) && can(o, n->child.v[0], lo, mid) &&
				      can_rounds(o, n, round + 1, mid, hi)))
			mid--;
		if (mid < lo)
			return;
		forget(o, n->child.v[0]);
		choose(o, n->child.v[0], lo, mid);
		lo = mid;
	}
}

static void choose(struct oracle *o, struct regex_node *n, int lo, int hi)
{
	switch (n->kind) {
	case RX_CAT:
		vec_each(i, &n->child) {
			int mid = hi;

			while (mid > lo && !(can(o, n->child.v[i], lo, mid) && can_cat(o, n, i + 1, mid, hi)))
				mid--;
			choose(o, n->child.v[i], lo, mid);
			lo = mid;
		}
		return;
	case RX_ALT:
		vec_each(i, &n->child)
			if (can(o, n->child.v[i], lo, hi)) {
				choose(o, n->child.v[i], lo, hi);
				return;
			}
		return;
	case RX_REPEAT:
		choose_rounds(o, n, lo, hi);
		return;
	case RX_GROUP:
		o->at[2 * n->group] = lo;
		o->at[2 * n->group + 1] = hi;
		choose(o, n->child.v[0], lo, hi);
		return;
	default:
		return;
	}
}

/* ---- One pattern, one string ------------------------------------------------------------------ */

struct pair {
	char pattern[200];
	struct regex *plain, *groups;
	struct regex_node *tree;
	regex_t posix;
	bool has_posix;
};

static long compared, by_rules, other_groups;

static bool prepare(struct pair *p, struct arena *a)
{
	struct regex_text text = { p->pattern, NULL, (unsigned)strlen(p->pattern) };
	struct regex_error err = { 0 };
	unsigned n;

	p->plain = regex_compile(a, &text, false, &err);
	p->groups = regex_compile(a, &text, true, &err);
	p->tree = regex_parse(a, &text, &n, &err);
	p->has_posix = !regcomp(&p->posix, p->pattern, REG_EXTENDED);
	return p->plain && p->groups;
}

/* ask: how many groups regexec is asked for. With nested ones it may never return, so of random patterns it is only the whole. */
static void try(struct pair *p, const char *s, unsigned ask)
{
	struct sd_regex plain = runnable(p->plain), groups = runnable(p->groups);
	struct oracle o = { .s = s, .len = (int)strlen(s), .budget = 20000 };
	struct sd_str v = guarded(s);
	regmatch_t m[REGEX_GROUPS_MAX];
	int found = sd_regex_match(&ctx, &groups, v), test = sd_regex_test(&plain, v);
	unsigned ng = p->groups->ngroups;
	bool same = true;

	free((char *)v.s);
	CHECK(found == test, "'%s' on '%s': with groups %d, without %d", p->pattern, s, found, test);
	if (p->has_posix) {
		int want = !regexec(&p->posix, s, ask, m, 0);

		compared++;
		CHECK(found == want, "'%s' on '%s': %d, not %d", p->pattern, s, found, want);
		if (!found || !want)
			return;
		CHECK(m[0].rm_so == (int)record.at[0] && m[0].rm_eo == (int)record.at[1], "'%s' on '%s': %u-%u, not %d-%d",
		      p->pattern, s, record.at[0], record.at[1], m[0].rm_so, m[0].rm_eo);
		for (unsigned g = 1; g < ng && g < ask; g++)
			same &= m[g].rm_so == (int)record.at[2 * g] && m[g].rm_eo == (int)record.at[2 * g + 1];
		other_groups += !same;
	}
	if (!found)
		return;
	forget(&o, p->tree);
	choose(&o, p->tree, (int)record.at[0], (int)record.at[1]);
	if (o.budget < 0)
		return;
	by_rules++;
	for (unsigned g = 1; g < ng; g++)
		CHECK(o.at[2 * g] == (int)record.at[2 * g] && o.at[2 * g + 1] == (int)record.at[2 * g + 1],
		      "'%s' on '%s': group %u is %d-%d, not %d-%d", p->pattern, s, g, (int)record.at[2 * g],
		      (int)record.at[2 * g + 1], o.at[2 * g], o.at[2 * g + 1]);
}

static const char *const patterns[] = {
	"a", "abc", "", "()", "a|b", "a|", "|a", "(|a)b", "^", "$", "^$", "^a", "a$", "^a$", "^abc$", "a^b", "a$b", "(^a)", "(^|b)a",
	"(a$|b)", "x*", "x*$", "a*", "a+", "a?", "(a)*", "(a)+", "(a)?", "(a*)*", "(a*)+", "(a+)*", "(a?)*", "(a*)?", "(a|b)*",
	"(a|b)*c", "(a*|b)*", "(a|b*)*", "((a)|(b))*", "(a(b)?)*", "(a(b)?)+", "(a|ab)(c|bcd)(d*)", "(a|ab)(bcd|c)(d|.*)",
	"(ab|a)(bcd|c)(d*)", "(a|abc)(b|c|)", "(a*)(a|aa)", "(a*)(ab)*(b)*", "(a*)(ab)*(b*)", "(.*)(.*)", "(.*)b(.*)", "a(.*)b",
	"(a.|.b)*", "(a|ab|c|bcd)*(d*)", "(a|ab|c|bcd){0,2}(d*)", "(a|ab|c|bcd){1,3}(d*)", "(a|ab|c|bcd)+(d*)", "(ab|cd|bcd|a)*",
	"a{2}", "a{2,}", "a{0,3}", "a{2,3}", "(a{1,2}){2}", "(a{0,1}){0,2}b", "(ab){2,3}", "(a|b){2}", "(a|b){3,}c", "(a*){2}",
	"(a*){2,3}", "(a*){0,2}b", "((a*)b)*", "((a*)*b)*", "(((a)))", "((a)(b)(c))", "(a)(b)?(c)?", "(a)|(b)|(c)", "a(b|c)*d",
	"[abc]", "[^abc]", "[a-c]+", "[^a-c]+", "[]a]", "[^]a]", "[a-]", "[-a]", "[a^]", "[a\\]", "[[:alpha:]]+", "[[:digit:]]+",
	"[[:alnum:]_]+", "[[:space:]]", "[^[:space:]]+", "[[:upper:]][[:lower:]]*", "[[:punct:]]", "[[:xdigit:]]+", "[[:blank:]]",
	"[[:cntrl:]]", "[[:print:]]*", "[[:graph:]]+", "[[.a.]]", "[[=a=]]", "[[.-.]]", "[a-c[:digit:]]", "\\.", "a\\.b", "\\*",
	"\\(a\\)", "\\[", "\\^a", "a\\$", "\\\\", "a\\|b", "\\{", "a\\{2}", ".", "..", "a.c", "a.*c", ".*", ".+", "(.)(.)(.)",
	"abc|abcd", "abcd|abc", "(abc|abcd)(d|)", "foo(bar|baz)?", "(foo|foobar)(bar)?", "a(bc|b)(c?)", "(a|aa)(a|aa)",
	"(a|aa)*", "(a?)(ab)?", "(a?)((ab)?)", "(a?)((ab)?)(b?)", "(a?)((ab)?)(b?)a(bet)?", "alpha|alphabet", "xfoo|foo",
	"([0-9]+)\\.([0-9]+)", "([a-z]+)([0-9]*)", "^([a-z]*)/([a-z]*)$", "^/dev/(sd[a-z])([0-9]+)?$", "(sys|do)_([a-z_]+)",
	"^(.*)/([^/]*)$", "(a|b|c|d)(e|f|)(g*)", "(ab?)(b?)", "(ab?)*", "(a*b*)*", "((a|b)*)c", "((a)*(b)*)*", "(a+|b+)*c?",
	"((a?)(b?))*", "(a|(b))(c|(d))", "((((((((a))))))))", "(a)(b)(c)(d)(e)(f)(g)(h)(i)", "x(a|b|ab)*y", "(x|xy|xyz)*z",
	"\\w+", "\\W", "\\s+", "\\S+", "(^a|b)c*$", "(^)*a", "($)?a", "((^)|b)a", "(a|b)*$", "^(a|b)*$", "(ab|a)*(bc|c)*$",
};

static const char *const strings[] = {
	"", "a", "b", "c", "ab", "ba", "abc", "abcd", "abcde", "aa", "aaa", "aaaa", "aab", "abb", "aabb", "abab", "ababab", "bbb",
	"xabcy", "xyzz", "xxx", "a.b", "a*b", "(a)", "[a]", "^a", "a$", "a\\b", "a|b", "{", "a{2}", "abcabc", "abcbcd", "abcdbcd",
	"acd", "foobar", "foobarbar", "xfoo", "alphabet", "3.14", "abc123", "usr/bin", "/usr/bin/env", "/dev/sda1", "/dev/sdb",
	"sys_open_by_handle", "Hello World 42", "tab\there", "new\nline", "]", "-", "=", "_x9", "abcdefghi", "xababy", "xyxyzz",
	"cadbac", "aabbaabb", "ababbab", "a b c", "\x01\x7f", "ABC", "zzz", "abet", "aabet", "bcbcbc", "abababcc",
};

static void table(void)
{
	struct arena *a = arena_create();

	for (unsigned i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct pair p = { .plain = NULL };

		snprintf(p.pattern, sizeof(p.pattern), "%s", patterns[i]);
		CHECK(prepare(&p, a), "'%s' is not understood", p.pattern);
		for (unsigned j = 0; j < ARRAY_SIZE(strings) && p.groups && p.plain; j++)
			try(&p, strings[j], REGEX_GROUPS_MAX);
		if (p.has_posix)
			regfree(&p.posix);
	}
	arena_destroy(a);
}

/* ---- Random ones ------------------------------------------------------------------------- */

static unsigned long seed = 20240607;

static unsigned roll(unsigned n)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned)(seed >> 33) % n;
}

static void random_pattern(char *out, size_t cap, int depth, int *groups)
{
	unsigned parts = 1 + roll(3);
	size_t n = 0;

	*out = '\0';
	for (unsigned i = 0; i < parts && n + 60 < cap; i++) {
		static const char *const atoms[] = { "a", "b", "c", ".", "[ab]", "[^a]", "[bc]", "ab", "aa" };
		static const char *const marks[] = { "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}" };

		if (i && !roll(4))
			n += (size_t)sprintf(out + n, "|");
		if (depth && *groups < 6 && roll(2)) {
			char inner[100];

			++*groups;
			random_pattern(inner, MIN(sizeof(inner), cap - n - 20), depth - 1, groups);
			n += (size_t)sprintf(out + n, "(%s)", inner);
		} else {
			n += (size_t)sprintf(out + n, "%s", atoms[roll(ARRAY_SIZE(atoms))]);
		}
		if (!roll(3))
			n += (size_t)sprintf(out + n, "%s", marks[roll(ARRAY_SIZE(marks))]);
	}
}

static void random_patterns(void)
{
	unsigned large = 0;

	for (int i = 0; i < 4000; i++) {
		struct arena *a = arena_create();
		struct pair p = { .plain = NULL };
		int groups = 0;

		random_pattern(p.pattern, 150, 3, &groups);
		if (!roll(6))
			strcat(p.pattern, "$");
		if (prepare(&p, a)) {
			for (int j = 0; j < 20; j++) {
				char s[12];
				unsigned n = roll(sizeof(s));

				for (unsigned k = 0; k < n; k++)
					s[k] = "abcab"[roll(5)];
				s[n] = '\0';
				try(&p, s, 1);
			}
		} else {
			large++;
		}
		if (p.has_posix)
			regfree(&p.posix);
		arena_destroy(a);
	}
	CHECK(large < 80, "%u of 4000 patterns were too large", large);
	printf("# %ld matches compared with regexec, %ld with the rules; regexec reports other groups in %ld\n", compared, by_rules,
	       other_groups);
}

/* ---- Errors, and what a script sees ---------------------------------------------------------- */

static void errors(void)
{
	static const struct {
		const char *pattern;
		unsigned at;
		const char *text;
	} bad[] = {
		{ "(a", 0, "'('" }, { "ab)", 2, "')'" }, { "[a", 0, "'['" }, { "a[[:alph:]]", 2, "class" }, { "*a", 0, "repeat" },
		{ "a|*", 2, "repeat" }, { "a{2", 1, "'{'" }, { "a{3,2}", 1, "lower" }, { "a{256}", 1, "255" }, { "a\\", 1, "backslash" },
		{ "(a)\\1", 3, "group" }, { "[z-a]", 1, "range" }, { "^*", 1, "anchor" }, { "[[.ab.]]", 1, "single" },
		{ "\\bx", 0, "escape" }, { "()()()()()()()()()()()()()()()()", 30, "15" }, { "(a+b){200}((c|d){200}e){200}", 0, "large" },
	};
	struct arena *a = arena_create();

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct regex_text text = { bad[i].pattern, NULL, (unsigned)strlen(bad[i].pattern) };
		struct regex_error err = { .text = "nothing" };
		struct regex *re = regex_compile(a, &text, true, &err);

		CHECK(!re && err.at == bad[i].at && strstr(err.text, bad[i].text), "'%s': %s at %u", bad[i].pattern, err.text, err.at);
	}
	arena_destroy(a);
}

static void functions(void)
{
	struct arena *a = arena_create();
	struct regex_text text = { "x(y)?(z)", NULL, 8 };
	struct regex_error err;
	struct sd_regex re = runnable(regex_compile(a, &text, true, &err));
	char dst[16];
	struct sd_str v;

	ctx.error = 0;
	CHECK(sd_regex_match(&ctx, &re, SD_STR("axzb")) == 1, "no match");
	CHECK(sd_fn_ngroups(&ctx, 0) == 3, "ngroups");
	v = sd_fn_matched(&ctx, 0, dst, sizeof(dst), 0);
	CHECK(v.n == 2 && !memcmp(v.s, "xz", 2), "matched(0)");
	v = sd_fn_matched(&ctx, 0, dst, sizeof(dst), 1);
	CHECK(v.n == 0 && !ctx.error, "matched(1)");
	v = sd_fn_matched(&ctx, 0, dst, sizeof(dst), 2);
	CHECK(v.n == 1 && v.s[0] == 'z', "matched(2)");
	sd_fn_matched(&ctx, 0, dst, sizeof(dst), 3);
	CHECK(ctx.error == SD_ERR_NO_GROUP && ctx.error_arg == 3, "matched(3)");
	ctx.error = 0;
	sd_fn_matched(&ctx, 0, dst, sizeof(dst), -1);
	CHECK(ctx.error == SD_ERR_NO_GROUP, "matched(-1)");
	ctx.error = 0;
	CHECK(sd_regex_match(&ctx, &re, SD_STR("abc")) == 0, "a match");
	sd_fn_ngroups(&ctx, 0);
	CHECK(ctx.error == SD_ERR_NO_MATCH, "ngroups after none");
	ctx.error = 0;
	/* a NUL is a byte like others */
	CHECK(sd_regex_match(&ctx, &re, (struct sd_str){ "\0xyz", 4 }) == 1 && record.at[0] == 1 && record.at[1] == 4, "NUL");
	arena_destroy(a);
}

int main(void)
{
	RUN(table);
	RUN(random_patterns);
	RUN(errors);
	RUN(functions);
	return check_status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* POSIX extended regular expressions (IEEE Std 1003.1, 9.4) to a tree. Of the GNU additions: \w \W \s \S. */
#include <ctype.h>
#include <string.h>

#include "base/util.h"
#include "sema/regex.h"

enum { DEPTH_MAX = 200 };

struct parser {
	struct arena *arena;
	const struct regex_text *t;
	unsigned at, ngroups, depth;
	struct regex_error *err;
	bool failed;
};

static struct regex_node *alternatives(struct parser *p);

static struct regex_node *fail(struct parser *p, unsigned at, unsigned n, const char *text, const char *hint)
{
	if (!p->failed)
		*p->err = (struct regex_error){ at, n, text, hint, false };
	p->failed = true;
	return NULL;
}

static struct regex_node *new_node(struct parser *p, enum regex_kind kind)
{
	struct regex_node *n = arena_new(p->arena, struct regex_node);

	n->kind = kind;
	return n;
}

static bool more(const struct parser *p)
{
	return p->at < p->t->len;
}

static bool is(const struct parser *p, unsigned at, char c)
{
	return at < p->t->len && p->t->s[at] == c;
}

/* ---- Brackets ------------------------------------------------------------------------ */

static const struct {
	const char *name;
	int (*has)(int c);
} classes[] = {
	{ "alpha", isalpha }, { "digit", isdigit }, { "alnum", isalnum }, { "upper", isupper },
	{ "lower", islower }, { "space", isspace }, { "blank", isblank }, { "punct", ispunct },
	{ "print", isprint }, { "graph", isgraph }, { "cntrl", iscntrl }, { "xdigit", isxdigit },
};

/* In the C locale, whatever ours is: no byte above 127 is in any class. */
static void add_class(struct regex_set *s, int (*has)(int c))
{
	for (int c = 0; c < 128; c++)
		if (has(c))
			regex_set_add(s, (unsigned)c);
}

static bool named_class(struct parser *p, struct regex_set *set)
{
	const char *name = p->t->s + p->at + 2;
	unsigned from = p->at, end = p->at + 2;

	while (end + 1 < p->t->len && !(p->t->s[end] == ':' && p->t->s[end + 1] == ']'))
		end++;
	if (end + 1 >= p->t->len)
		return fail(p, from, 2, "'[:' has no ':]'", "a class is written [[:alpha:]]");
	for (unsigned i = 0; i < ARRAY_SIZE(classes); i++)
		if (strlen(classes[i].name) == end - from - 2 && !memcmp(classes[i].name, name, end - from - 2)) {
			add_class(set, classes[i].has);
			p->at = end + 2;
			return true;
		}
	return fail(p, from, end + 2 - from, "unknown character class",
		    "there are alpha, digit, alnum, upper, lower, space, blank, punct, print, graph, cntrl and xdigit");
}

/* One end of a range; [.x.] and [=x=] stand for x. -1: reported. */
static int element(struct parser *p)
{
	const struct regex_text *t = p->t;
	unsigned char c;

	if (t->soft && t->soft[p->at] && p->at + 1 < t->len)
		p->at++;
	if (is(p, p->at, '[') && (is(p, p->at + 1, '.') || is(p, p->at + 1, '='))) {
		char mark = t->s[p->at + 1];

		if (p->at + 4 >= t->len || t->s[p->at + 3] != mark || t->s[p->at + 4] != ']') {
			fail(p, p->at, 2, "only a single character can stand here, as in [.x.]", NULL);
			return -1;
		}
		c = (unsigned char)t->s[p->at + 2];
		p->at += 5;
		return c;
	}
	c = (unsigned char)t->s[p->at++];
	return c;
}

static struct regex_node *brackets(struct parser *p)
{
	struct regex_node *n = new_node(p, RX_SET);
	unsigned open = p->at++, first;
	bool negated = is(p, p->at, '^');
	int lo, hi;

	p->at += negated;
	for (first = p->at; more(p) && (p->t->s[p->at] != ']' || p->at == first);) {
		unsigned from = p->at;

		if (is(p, p->at, '[') && is(p, p->at + 1, ':')) {
			if (!named_class(p, &n->set))
				return NULL;
			continue;
		}
		lo = hi = element(p);
		if (is(p, p->at, '-') && p->at + 1 < p->t->len && p->t->s[p->at + 1] != ']') {
			p->at++;
			hi = element(p);
		}
		if (lo < 0 || hi < 0)
			return NULL;
		if (lo > hi)
			return fail(p, from, p->at - from, "this range is empty: its ends are the wrong way round",
				    "a '-' that is meant as such stands first or last in the brackets");
		for (int c = lo; c <= hi; c++)
			regex_set_add(&n->set, (unsigned)c);
	}
	if (!more(p))
		return fail(p, open, 1, "'[' has no ']'", "write \\\\[ for the character itself");
	p->at++;
	if (negated)
		for (unsigned i = 0; i < 4; i++)
			n->set.bits[i] = ~n->set.bits[i];
	return n;
}

/* ---- Atoms ------------------------------------------------------------------------------ */

static struct regex_node *byte(struct parser *p, unsigned char c)
{
	struct regex_node *n = new_node(p, RX_SET);

	regex_set_add(&n->set, c);
	return n;
}

static struct regex_node *escape(struct parser *p)
{
	struct regex_node *n;
	unsigned from = p->at++;
	char c;

	if (!more(p))
		return fail(p, from, 1, "a backslash at the end means nothing", "write \\\\\\\\ for the character itself");
	c = p->t->s[p->at++];
	if (c >= '1' && c <= '9')
		return fail(p, from, 2, "a group cannot be referred to within the pattern",
			    "such a pattern is not regular; compare matched(1) with what follows instead");
	if (strchr("bB<>`'", c))
		return fail(p, from, 2, "this escape is not supported", "the ends of words are written with sets: (^|[^a-z])");
	if (strchr("wWsS", c)) {
		n = new_node(p, RX_SET);
		add_class(&n->set, (c | 32) == 'w' ? isalnum : isspace);
		if ((c | 32) == 'w')
			regex_set_add(&n->set, '_');
		for (unsigned i = 0; i < 4 && (c == 'W' || c == 'S'); i++)
			n->set.bits[i] = ~n->set.bits[i];
		return n;
	}
	return byte(p, (unsigned char)c);
}

static struct regex_node *group(struct parser *p)
{
	struct regex_node *n = new_node(p, RX_GROUP), *inner;
	unsigned open = p->at++;

	n->group = ++p->ngroups;
	if (p->ngroups >= REGEX_GROUPS_MAX)
		return fail(p, open, 1, "too many groups: there can be 15", NULL);
	if (++p->depth > DEPTH_MAX)
		return fail(p, open, 1, "groups are nested too deeply", NULL);
	inner = alternatives(p);
	p->depth--;
	if (!inner)
		return NULL;
	if (!more(p))
		return fail(p, open, 1, "'(' has no ')'", "write \\\\( for the character itself");
	p->at++;
	vec_push(p->arena, &n->child, inner);
	return n;
}

static struct regex_node *atom(struct parser *p)
{
	struct regex_node *n;
	char c = p->t->s[p->at];

	switch (c) {
	case '(':
		return group(p);
	case '[':
		return brackets(p);
	case '\\':
		return escape(p);
	case '*':
	case '+':
	case '?':
		return fail(p, p->at, 1, "there is nothing to repeat here",
			    "*, + and ? follow what they repeat; write \\\\* for the character itself");
	case '.':
		p->at++;
		n = new_node(p, RX_SET);
		memset(&n->set, 0xff, sizeof(n->set));
		return n;
	case '^':
	case '$':
		p->at++;
		return new_node(p, c == '^' ? RX_BOL : RX_EOL);
	default:
		p->at++;
		return byte(p, (unsigned char)c);
	}
}

/* ---- Repetition ---------------------------------------------------------------------------- */

static int number(struct parser *p)
{
	int v = 0;

	while (more(p) && isdigit((unsigned char)p->t->s[p->at])) {
		v = v * 10 + p->t->s[p->at++] - '0';
		if (v > REGEX_REPEAT_MAX)
			v = REGEX_REPEAT_MAX + 1;
	}
	return v;
}

/* Is it {m}, {m,}, {,n} or {m,n}? Any other '{' is a character. */
static bool is_interval(const struct parser *p)
{
	const char *s = p->t->s + p->at, *end = p->t->s + p->t->len;
	bool digits = false;

	if (!is(p, p->at, '{'))
		return false;
	for (s++; s < end && (isdigit((unsigned char)*s) || *s == ','); s++)
		digits |= *s != ',';
	return digits || (s < end && *s == '}' && s[-1] == ',');
}

static bool interval(struct parser *p, int *min, int *max)
{
	unsigned open = p->at++;

	*min = number(p);
	*max = *min;
	if (is(p, p->at, ',')) {
		p->at++;
		*max = is(p, p->at, '}') ? -1 : number(p);
	}
	if (!is(p, p->at, '}'))
		return fail(p, open, 1, "'{' has no '}'", "write {m}, {m,} or {m,n}, and \\\\{ for the character itself");
	p->at++;
	if (*min > REGEX_REPEAT_MAX || *max > REGEX_REPEAT_MAX)
		return fail(p, open, p->at - open, "a count of repetitions is at most 255", NULL);
	if (*max >= 0 && *min > *max)
		return fail(p, open, p->at - open, "the lower count is above the upper one", NULL);
	return true;
}

static struct regex_node *piece(struct parser *p)
{
	struct regex_node *n = atom(p), *r;

	while (n && more(p)) {
		char c = p->t->s[p->at];
		int min = c == '+', max = c == '?' ? 1 : -1;

		if (c != '*' && c != '+' && c != '?' && !is_interval(p))
			break;
		if (n->kind == RX_BOL || n->kind == RX_EOL)
			return fail(p, p->at, 1, "an anchor cannot be repeated", NULL);
		if (c != '{')
			p->at++;
		else if (!interval(p, &min, &max))
			return NULL;
		r = new_node(p, RX_REPEAT);
		r->min = min;
		r->max = max;
		vec_push(p->arena, &r->child, n);
		n = r;
		if (++p->depth > DEPTH_MAX)
			return fail(p, p->at - 1, 1, "repetitions are nested too deeply", NULL);
	}
	return n;
}

static struct regex_node *sequence(struct parser *p)
{
	struct regex_node *n = new_node(p, RX_CAT);

	while (more(p) && p->t->s[p->at] != '|' && p->t->s[p->at] != ')') {
		unsigned depth = p->depth;
		struct regex_node *c = piece(p);

		p->depth = depth;
		if (!c)
			return NULL;
		vec_push(p->arena, &n->child, c);
	}
	if (!n->child.n)
		n->kind = RX_EMPTY;
	return n->child.n == 1 ? n->child.v[0] : n;
}

static struct regex_node *alternatives(struct parser *p)
{
	struct regex_node *first = sequence(p), *n;

	if (!first || !is(p, p->at, '|'))
		return first;
	n = new_node(p, RX_ALT);
	vec_push(p->arena, &n->child, first);
	while (is(p, p->at, '|')) {
		struct regex_node *c;

		p->at++;
		c = sequence(p);
		if (!c)
			return NULL;
		vec_push(p->arena, &n->child, c);
	}
	return n;
}

struct regex_node *regex_parse(struct arena *a, const struct regex_text *text, unsigned *ngroups, struct regex_error *err)
{
	struct parser p = { .arena = a, .t = text, .err = err };
	struct regex_node *n = alternatives(&p);

	if (n && more(&p))
		n = fail(&p, p.at, 1, "')' without '('", "write \\\\) for the character itself");
	*ngroups = p.ngroups;
	return n;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conditions of %( %): comparisons of what is known about the target with
 * literals, joined by && and ||. Versions compare as strverscmp(3) does, which
 * is what scripts rely on; == and != take wildcards.
 */
#include <fnmatch.h>
#include <string.h>

#include "base/intern.h"
#include "base/util.h"
#include "syntax/pp.h"

#include "gram.h"

enum about { LITERAL, DOTTED, TEXT, NUMBER };

struct operand {
	enum about about;
	const char *name;  /* of a keyword */
	const char *text;  /* NULL: not a string, or not known */
	int64_t num;
	bool number;
	struct range range;
};

struct cond {
	struct parse *p;
	const struct token *t, *end;
	struct range where;
	unsigned depth;
	bool failed;
};

static struct diag *fail(struct cond *c, struct range r, const char *text)
{
	if (c->failed)
		return NULL;
	c->failed = true;
	return syntax_error(c->p, DIAG_CONDITION, r.hi ? r : c->where, "%s", text);
}

static void unknown_word(struct cond *c, const struct token *t)
{
	static const char *const words[] = { "kernel_v", "kernel_vr", "arch", "runtime", "guru_mode",
					     "systemtap_v", "systemtap_privilege" };
	struct suggest s;
	struct diag *d;

	suggest_init(&s, t->name);
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		suggest_offer(&s, words[i]);
	d = fail(c, t->range, "unknown word in a preprocessor condition");
	if (d && suggest_best(&s))
		diag_hint(d, "did you mean '%s'?", suggest_best(&s));
	else if (d)
		diag_hint(d, "conditions know kernel_v, kernel_vr, arch, runtime, guru_mode, systemtap_v, systemtap_privilege, CONFIG_…, literals and script arguments");
}

static struct operand word(struct cond *c, const struct token *t)
{
	const struct syntax_env *env = c->p->syntax->env;
	struct operand o = { .about = TEXT, .name = t->name, .range = t->range };
	bool known = true;

	if (!strcmp(t->name, "kernel_vr") || !strcmp(t->name, "kernel_v")) {
		o.about = DOTTED;
		o.text = env->kernel_release;
		if (o.text && t->name[8] == '\0')
			o.text = intern_n(o.text, strcspn(o.text, "-"));
	} else if (!strcmp(t->name, "systemtap_v")) {
		o.about = DOTTED;
		o.text = env->systemtap_v;
	} else if (!strcmp(t->name, "arch")) {
		o.text = env->arch;
	} else if (!strcmp(t->name, "runtime")) {
		o.text = env->runtime;
	} else if (!strcmp(t->name, "systemtap_privilege")) {
		o.text = env->privilege;
	} else if (!strcmp(t->name, "guru_mode")) {
		o.about = NUMBER;
		o.number = true;
		o.num = env->guru;
	} else if (!strncmp(t->name, "CONFIG_", 7)) {
		o.text = env->config ? env->config(env->config_data, t->name) : NULL;
		if (!o.text)
			o.text = "";
	} else {
		known = false;
		unknown_word(c, t);
	}
	if (known && !o.number && !o.text) {
		struct diag *d = fail(c, t->range, "this is not known here");

		if (d)
			diag_hint(d, "'%s' needs a target kernel: name one with -r", t->name);
	}
	return o;
}

static struct operand operand(struct cond *c)
{
	struct operand o = { .about = LITERAL };
	const struct token *t = c->t;
	bool minus = t < c->end && t->kind == T_MINUS;

	if (minus)
		t++;
	if (t == c->end) {
		fail(c, c->end[-1].range, "the condition ends too early");
		return o;
	}
	o.range = t->range;
	if (t->kind == T_NUMBER) {
		o.number = true;
		o.num = (int64_t)(minus ? 0 - t->num : t->num);
	} else if (t->kind == T_STRING && !minus) {
		struct buf b;

		buf_init(&b);
		for (; t < c->end && t->kind == T_STRING; t++)
			buf_put(&b, t->str, t->len);
		t--;
		o.text = intern_n(b.n ? b.s : "", b.n);
		buf_deinit(&b);
	} else if (t->kind == T_IDENT && !minus) {
		o = word(c, t);
	} else {
		struct diag *d = fail(c, t->range, "a preprocessor condition compares words, strings and numbers");

		if (d)
			diag_hint(d, "for example kernel_v >= \"6.1\", CONFIG_SMP == \"y\", $1 > 5");
	}
	c->t = t + 1;
	return o;
}

static bool compare(int op, int d)
{
	switch (op) {
	case T_LT: return d < 0;
	case T_LE: return d <= 0;
	case T_GT: return d > 0;
	case T_GE: return d >= 0;
	case T_EQ: return d == 0;
	default: return d != 0;
	}
}

static bool compare_text(struct cond *c, const struct operand *l, int op, const struct operand *r, struct range at)
{
	bool wild = l->about != LITERAL && (op == T_EQ || op == T_NE) && strpbrk(r->text, "*?[");

	if (l->about == TEXT && op != T_EQ && op != T_NE) {
		struct diag *d = fail(c, at, "this can only be compared with == and !=");

		if (d)
			diag_hint(d, "'%s' is a name, not a version", l->name);
		return false;
	}
	if (wild)
		return (fnmatch(r->text, l->text, 0) == 0) == (op == T_EQ);
	return compare(op, l->about == DOTTED ? strverscmp(l->text, r->text) : strcmp(l->text, r->text));
}

static bool comparison(struct cond *c)
{
	struct operand l, r;
	const struct token *op;

	l = operand(c);
	if (c->failed)
		return false;
	op = c->t;
	if (op == c->end || (op->kind != T_LT && op->kind != T_LE && op->kind != T_GT && op->kind != T_GE && op->kind != T_EQ &&
			     op->kind != T_NE)) {
		struct diag *d = fail(c, op == c->end ? l.range : op->range, "expected a comparison in the preprocessor condition");

		if (d && op < c->end && op->kind == T_SET)
			diag_hint(d, "write '==' to compare");
		return false;
	}
	c->t++;
	r = operand(c);
	if (c->failed)
		return false;
	if (l.number != r.number || (r.about != LITERAL && l.about == LITERAL)) {
		fail(c, r.range, l.number != r.number ? (l.number ? "a number is needed on the right side" : "a string is needed on the right side")
						     : "the word goes on the left side of a comparison, the literal on the right");
		return false;
	}
	if (l.number)
		return compare(op->kind, l.num < r.num ? -1 : l.num > r.num);
	return compare_text(c, &l, op->kind, &r, op->range);
}

static bool alternatives(struct cond *c);

static bool primary(struct cond *c)
{
	bool v;

	if (c->t == c->end || c->t->kind != T_LPAREN)
		return comparison(c);
	if (c->depth++ > 100) {
		fail(c, c->t->range, "the condition is nested too deeply");
		return false;
	}
	c->t++;
	v = alternatives(c);
	if (!c->failed && (c->t == c->end || c->t->kind != T_RPAREN))
		fail(c, c->t == c->end ? c->t[-1].range : c->t->range, "expected ')' in the preprocessor condition");
	c->t++;
	c->depth--;
	return v;
}

static bool conjunction(struct cond *c)
{
	bool v = primary(c);

	while (!c->failed && c->t < c->end && c->t->kind == T_ANDAND) {
		c->t++;
		v = primary(c) && v;
	}
	return v;
}

static bool alternatives(struct cond *c)
{
	bool v = conjunction(c);

	while (!c->failed && c->t < c->end && c->t->kind == T_OROR) {
		c->t++;
		v = conjunction(c) || v;
	}
	return v;
}

bool cond_eval(struct parse *p, const struct tokens *cond, struct range where, bool *result)
{
	struct cond c = { .p = p, .t = cond->v, .end = cond->v + cond->n, .where = where };

	if (!cond->n) {
		diag_hint(fail(&c, where, "the condition is empty"), "its form is %%( condition %%? tokens %%: tokens %%)");
		return false;
	}
	*result = alternatives(&c);
	if (!c.failed && c.t < c.end)
		fail(&c, c.t->range, "unexpected text in the preprocessor condition");
	return !c.failed;
}

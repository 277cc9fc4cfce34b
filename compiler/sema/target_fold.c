// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is decided for a group of places before names are resolved: @defined
 * and the branches it leaves dead, $$parms and its kin, and the key by which
 * places share a handler.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "sema/sema.h"

/* What $$name and $$system are; NULL for other names, or where there are none. */
static const char *event_word(const struct node *n, const struct target_ctx *t)
{
	return !strcmp(n->name, "$$name") ? t->event : !strcmp(n->name, "$$system") ? t->system : !strcmp(n->name, "$$provider") ? t->provider : NULL;
}

static bool is_event_word(const struct node *n)
{
	return n->kind == N_TARGET && (!strcmp(n->name, "$$name") || !strcmp(n->name, "$$system") || !strcmp(n->name, "$$provider"));
}

/* $$vars and the like, which are text. */
static bool is_summary(const struct node *n)
{
	return n->kind == N_TARGET && n->name[0] == '$' && n->name[1] == '$';
}

static bool is_defined(struct sema *s, struct node *n, const struct target_ctx *t)
{
	unsigned mark = diag_mark();
	bool ok = false;

	if (n->kind == N_ENTRY && t->is_return) { /* as things were at the entry */
		struct target_ctx entry = *t;

		entry.is_return = false;
		return is_defined(s, n->kid[ENTRY_X], &entry);
	}
	if (target_is(n))
		ok = is_event_word(n) ? event_word(n, t) != NULL
		   : is_summary(target_base(n)) ? t->proto || t->scope || t->args_listed : target_build(s, n, t) != NULL;
	diag_rewind(mark);
	return ok;
}

/* A number after folding, for dead branches. */
static bool constant(const struct node *n, int64_t *v)
{
	if (n->kind == N_NUMBER) {
		*v = n->num;
		return true;
	}
	if (n->kind == N_UNARY && n->op == OP_NOT && constant(n->kid[UNARY_X], v)) {
		*v = !*v;
		return true;
	}
	if (n->kind == N_BINARY && (n->op == OP_ANDAND || n->op == OP_OROR)) {
		int64_t l, r;
		bool kl = constant(n->kid[BINARY_L], &l), kr = constant(n->kid[BINARY_R], &r);
		bool decides = n->op == OP_OROR;

		if (kl && kr) {
			*v = n->op == OP_ANDAND ? l && r : l || r;
			return true;
		}
		if ((kl && !!l == decides)) {
			*v = decides;
			return true;
		}
	}
	return false;
}

/* What a condition comes to, although a part of it that decides nothing has to be evaluated: f() && 0. */
static bool outcome(const struct node *n, int64_t *v)
{
	int64_t l, r;
	bool kl, kr, decides = n->op == OP_OROR;

	if (n->kind == N_UNARY && n->op == OP_NOT && outcome(n->kid[UNARY_X], v)) {
		*v = !*v;
		return true;
	}
	if (n->kind != N_BINARY || (n->op != OP_ANDAND && n->op != OP_OROR))
		return constant(n, v);
	kl = outcome(n->kid[BINARY_L], &l);
	kr = outcome(n->kid[BINARY_R], &r);
	*v = decides;
	if ((kl && !!l == decides) || (kr && !!r == decides))
		return true;
	*v = !decides;
	return kl && kr;
}

struct key_walk {
	struct sema *s;
	struct buf *out;
	const struct target_ctx *t;
	bool lacks; /* something that cannot be had there */
};

static void key_lacks(struct key_walk *k)
{
	buf_printf(k->out, "! %s", k->t->function ? k->t->function : "");
	k->lacks = true;
}

static bool key_visit(struct node *n, void *data);

/* Of a branch that @defined decides only what is taken matters. */
static bool key_branch(struct key_walk *k, struct node *n)
{
	struct node *cond = node_clone(k->s->arena, n->kid[0]), *taken;
	unsigned mark = diag_mark();
	int64_t v;
	bool ok = target_fold(k->s, &cond, k->t);

	diag_rewind(mark);
	if (!ok || !outcome(cond, &v))
		return false;
	if (!constant(cond, &v))
		node_walk(n->kid[0], key_visit, k);
	buf_printf(k->out, "branch %d\n", !!v);
	taken = v ? n->kid[1] : n->kid[2];
	if (taken)
		node_walk(taken, key_visit, k);
	return true;
}

static bool expand_summary(struct sema *s, struct node **np, const struct target_ctx *t, int64_t pretty);

/* $$parms and the like are what they expand to. */
static void key_summary(struct key_walk *k, const struct node *n)
{
	struct node *print = node_clone(k->s->arena, target_base(n));

	if (!expand_summary(k->s, &print, k->t, n->kind == N_DEREF ? n->list.v[0]->num : 0)) {
		key_lacks(k);
		return;
	}
	buf_puts(k->out, print->list.v[0]->str);
	buf_putc(k->out, '\n');
	node_walk(print, key_visit, k);
}

static bool key_visit(struct node *n, void *data)
{
	struct key_walk *k = data;
	unsigned mark = diag_mark();
	struct fetch *f;

	if ((n->kind == N_IF || n->kind == N_TERNARY) && key_branch(k, n))
		return false;

	if (n->kind == N_ATCALL && !strcmp(n->name, "choose_defined"))
		buf_printf(k->out, "choose %d\n", is_defined(k->s, n->list.v[0], k->t));
	if (n->kind == N_DEFINED) {
		buf_printf(k->out, "defined %d\n", is_defined(k->s, n->kid[DEFINED_X], k->t));
		return false;
	}
	if (!target_is(n) || (target_base(n)->kind != N_TARGET && target_base(n)->kind != N_ATVAR))
		return true;
	if (is_event_word(target_base(n))) {
		const char *word = event_word(target_base(n), k->t);

		buf_printf(k->out, "word %s\n", word ? word : "");
		return false;
	}
	if (is_summary(target_base(n))) {
		key_summary(k, n);
		diag_rewind(mark);
		return false;
	}
	f = target_build(k->s, n, k->t);
	diag_rewind(mark);
	if (f)
		fetch_print(k->out, f);
	else
		key_lacks(k);
	buf_putc(k->out, '\n');
	return true;
}

bool target_key(struct sema *s, struct buf *out, struct node *body, const struct target_ctx *t)
{
	struct key_walk k = { s, out, t, false };

	node_walk(body, key_visit, &k);
	return !k.lacks;
}

static struct node *make_target(struct sema *s, const struct node *like, const char *name)
{
	struct node *n = node_new(s->arena, N_TARGET, like->range);

	n->name = intern_printf("$%s", name);
	n->at = like->at;
	return n;
}

/* A summary on its way: "a=%#x b=%s", and what goes into it. */
struct summary {
	struct sema *s;
	const struct target_ctx *t;
	const struct node *at;
	struct node *print;
	struct buf format;
	int64_t pretty;       /* 0, or the levels of '$' and '$$' */
	bool params, locals;
};

static void add_value(struct summary *u, const char *name)
{
	struct node *arg = make_target(u->s, u->at, name), *pretty, *deref;

	if (u->pretty) {
		pretty = node_new(u->s->arena, N_PRETTY, u->at->range);
		pretty->num = u->pretty;
		deref = node_new(u->s->arena, N_DEREF, u->at->range);
		deref->at = u->at->at;
		deref->kid[DEREF_BASE] = arg;
		vec_push(u->s->arena, &deref->list, pretty);
		arg = deref;
	}
	buf_printf(&u->format, "%s%s=", u->format.n ? " " : "", name);
	if (is_defined(u->s, arg, u->t)) {
		buf_puts(&u->format, u->pretty ? "%s" : "%#x");
		vec_push(u->s->arena, &u->print->list, arg);
	} else {
		buf_puts(&u->format, "?");
	}
}

static void add_variable(const struct variable *v, void *data)
{
	struct summary *u = data;

	if (v->param ? u->params : u->locals)
		add_value(u, v->name);
}

static bool no_locals(const struct node *n)
{
	struct diag *d = diag(DIAG_TARGET_UNKNOWN, n->at, "'$$locals' is not available here: where local variables are is known from debuginfo only");

	diag_hint(d, "kernel.statement(\"function@file:line\") has them; $$parms has the parameters");
	return false;
}

/* $$parms, $$vars, $$locals, $$return: a sprintf of the variables or the returned value. */
static bool expand_summary(struct sema *s, struct node **np, const struct target_ctx *t, int64_t pretty)
{
	struct node *n = *np, *print = node_new(s->arena, N_PRINT, n->range), *fmt = node_new(s->arena, N_STRING, n->range);
	struct summary u = { .s = s, .t = t, .at = n, .print = print, .pretty = pretty };
	bool vars = !strcmp(n->name, "$$vars"), returned = !strcmp(n->name, "$$return") && t->is_return;
	const struct type *ret;

	if (event_word(n, t)) {
		fmt->str = event_word(n, t);
		fmt->len = (uint32_t)strlen(fmt->str);
		*np = fmt;
		return true;
	}
	u.params = vars || !strcmp(n->name, "$$parms");
	u.locals = vars || !strcmp(n->name, "$$locals");
	if (u.locals && !vars && !t->scope && t->proto)
		return no_locals(n);
	if ((!t->proto && !t->scope && !t->args_listed && !t->words) || (!u.params && !u.locals && !returned)) {
		target_unknown(t, n);
		return false;
	}
	print->name = intern("sprintf");
	print->at = n->at;
	vec_push(s->arena, &print->list, fmt);
	buf_init(&u.format);
	buf_puts(&u.format, "");
	if (returned) {
		ret = target_returns(t);
		if (type_strip(ret)->kind != TYPE_VOID)
			add_value(&u, "return");
	} else if (t->scope) {
		scope_each(t->scope, add_variable, &u);
	} else {
		for (unsigned i = 0; t->args_listed && i < t->nargs; i++)
			add_value(&u, t->args[i].name);
		for (uint32_t i = 0; t->proto && i < t->proto->nmembers; i++)
			if (*t->proto->members[i].name)
				add_value(&u, t->proto->members[i].name);
	}
	fmt->str = arena_strndup(s->arena, u.format.s, u.format.n);
	fmt->len = (uint32_t)u.format.n;
	buf_deinit(&u.format);
	*np = print;
	return true;
}

/* ---- @probewrite ------------------------------------------------------------------- */

struct written {
	const struct node *what;
	bool found;
};

static bool written_visit(struct node *n, void *data)
{
	struct written *w = data;
	const struct node *left = n->kind == N_ASSIGN || n->kind == N_INCDEC || n->kind == N_DELETE ? n->kid[0] : NULL;

	if (left && left->kind == N_INDEX)
		left = left->kid[INDEX_BASE];
	if (left && left->kind == N_DEREF)
		left = left->kid[DEREF_BASE];
	if (left && left->kind == w->what->kind && left->name == w->what->name)
		w->found = true;
	return !w->found;
}

/* Is a variable written to by the handler that the user wrote, as opposed to the bodies of aliases around it? */
static bool is_written(struct sema *s, const struct node *what)
{
	const struct plan_probe *p = s->folding;
	struct written w = { .what = what };

	if (p && p->body && p->body->kind == N_BLOCK)
		vec_each(i, &p->body->list) {
			struct node *part = p->body->list.v[i];

			if (part->range.lo >= p->declared.lo && part->range.hi <= p->declared.hi)
				node_walk(part, written_visit, &w);
		}
	return w.found;
}

static struct node *number(struct sema *s, const struct node *like, int64_t v)
{
	struct node *n = node_new(s->arena, N_NUMBER, like->range);

	n->num = v;
	n->vtype = VT_LONG;
	return n;
}

/* --skip-badvars: what is not there is 0. */
static bool skip_bad(struct sema *s, struct node **np, const struct target_ctx *t)
{
	struct node *n = *np;
	const struct node *base = target_is(n) ? target_base(n) : NULL;

	if (!base || (base->kind != N_TARGET && base->kind != N_ATVAR) || is_defined(s, n, t))
		return false;
	diag_hint(diag(DIAG_BAD_VARIABLE, n->range, "'%s' is not available here, and taken for 0", base->name), "--skip-badvars asks for that");
	*np = number(s, n, 0);
	return true;
}

static bool is_assigned(const struct node *n, unsigned kid)
{
	return !kid && (n->kind == N_ASSIGN || n->kind == N_INCDEC || n->kind == N_DELETE);
}

bool target_fold(struct sema *s, struct node **np, const struct target_ctx *t)
{
	struct node *n = *np;
	bool ok = true;
	int64_t v;

	if (!n)
		return true;
	if (t->values && target_value_fold(s, np, t, &ok))
		return ok;
	if (n->kind == N_DEFINED) {
		*np = number(s, n, is_defined(s, n->kid[DEFINED_X], t));
		return true;
	}
	if (n->kind == N_ATCALL && !strcmp(n->name, "choose_defined")) {
		*np = n->list.v[is_defined(s, n->list.v[0], t) ? 0 : 1];
		return target_fold(s, np, t);
	}
	if (n->kind == N_ATCALL && !strcmp(n->name, "probewrite")) {
		*np = number(s, n, is_written(s, n->list.v[0]));
		return true;
	}
	if (n->kind == N_DEREF && is_summary(target_base(n))) {
		if (n->list.n != 1 || n->list.v[0]->kind != N_PRETTY) {
			diag(DIAG_TARGET_TYPE, n->list.v[0]->range, "'%s' is text, which has no members", target_base(n)->name);
			return false;
		}
		*np = n->kid[DEREF_BASE];
		return expand_summary(s, np, t, n->list.v[0]->num);
	}
	if (is_summary(n))
		return expand_summary(s, np, t, 0);
	if (s->skip_badvars && skip_bad(s, np, t))
		return true;
	if (n->kind == N_TERNARY || n->kind == N_IF) {
		if (!target_fold(s, &n->kid[0], t))
			return false;
		if (constant(n->kid[0], &v)) {
			struct node *taken = v ? n->kid[1] : n->kid[2];

			*np = taken ? taken : node_new(s->arena, N_NULLSTMT, n->range);
			return target_fold(s, np, t);
		}
		if (n->kind == N_IF && outcome(n->kid[0], &v)) /* the other branch is dead */
			n->kid[v ? IF_ELSE : IF_THEN] = v ? NULL : node_new(s->arena, N_NULLSTMT, n->range);
		if (n->kind == N_TERNARY && outcome(n->kid[0], &v))
			n->kid[v ? TERNARY_ELSE : TERNARY_THEN] = node_clone(s->arena, n->kid[v ? TERNARY_THEN : TERNARY_ELSE]);
	}
	for (unsigned i = 0; i < node_nchildren(n); i++)
		if (!s->skip_badvars || !is_assigned(n, i) || !target_is(*node_child(n, i)))
			ok &= target_fold(s, node_child(n, i), t);
	return ok;
}

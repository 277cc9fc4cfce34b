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
	return !strcmp(n->name, "$$name") ? t->event : !strcmp(n->name, "$$system") ? t->system : NULL;
}

static bool is_event_word(const struct node *n)
{
	return !strcmp(n->name, "$$name") || !strcmp(n->name, "$$system");
}

static bool is_defined(struct sema *s, struct node *n, const struct target_ctx *t)
{
	unsigned mark = diag_mark();
	bool ok = false;

	if (target_is(n))
		ok = n->kind == N_TARGET && n->name[1] == '$' ? (is_event_word(n) ? event_word(n, t) != NULL : t->proto != NULL) : target_build(s, n, t) != NULL;
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

struct key_walk {
	struct sema *s;
	struct buf *out;
	const struct target_ctx *t;
};

static bool key_visit(struct node *n, void *data);

/* Of a branch that @defined decides only what is taken matters. */
static bool key_branch(struct key_walk *k, struct node *n)
{
	struct node *cond = node_clone(k->s->arena, n->kid[0]), *taken;
	unsigned mark = diag_mark();
	int64_t v;
	bool ok = target_fold(k->s, &cond, k->t);

	diag_rewind(mark);
	if (!ok || !constant(cond, &v))
		return false;
	buf_printf(k->out, "branch %d\n", !!v);
	taken = v ? n->kid[1] : n->kid[2];
	if (taken)
		node_walk(taken, key_visit, k);
	return true;
}

static bool key_visit(struct node *n, void *data)
{
	struct key_walk *k = data;
	unsigned mark = diag_mark();
	struct fetch *f;

	if ((n->kind == N_IF || n->kind == N_TERNARY) && key_branch(k, n))
		return false;

	if (n->kind == N_DEFINED) {
		buf_printf(k->out, "defined %d\n", is_defined(k->s, n->kid[DEFINED_X], k->t));
		return false;
	}
	if (!target_is(n) || (target_base(n)->kind != N_TARGET && target_base(n)->kind != N_ATVAR))
		return true;
	if (target_base(n)->kind == N_TARGET && target_base(n)->name[1] == '$') {
		if (is_event_word(target_base(n))) {
			const char *word = event_word(target_base(n), k->t);

			buf_printf(k->out, "word %s\n", word ? word : "");
			return false;
		}
		/* $$parms and the like differ with the whole parameter list */
		buf_printf(k->out, "%s %p\n", target_base(n)->name, (const void *)k->t->proto);
		return false;
	}
	f = target_build(k->s, n, k->t);
	diag_rewind(mark);
	if (f)
		fetch_print(k->out, f);
	else
		buf_printf(k->out, "! %s", k->t->function ? k->t->function : "");
	buf_putc(k->out, '\n');
	return true;
}

void target_key(struct sema *s, struct buf *out, struct node *body, const struct target_ctx *t)
{
	struct key_walk k = { s, out, t };

	node_walk(body, key_visit, &k);
}

static struct node *make_target(struct sema *s, const struct node *like, const char *name)
{
	struct node *n = node_new(s->arena, N_TARGET, like->range);

	n->name = intern_printf("$%s", name);
	n->at = like->at;
	return n;
}

/* $$parms, $$vars, $$return: a sprintf of the parameters or the returned value. */
static bool expand_summary(struct sema *s, struct node **np, const struct target_ctx *t)
{
	struct node *n = *np, *print = node_new(s->arena, N_PRINT, n->range), *fmt = node_new(s->arena, N_STRING, n->range);
	bool parms = !strcmp(n->name, "$$parms") || !strcmp(n->name, "$$vars");
	struct buf b;

	if (!strcmp(n->name, "$$locals")) {
		struct diag *d = diag(DIAG_TARGET_UNKNOWN, n->at, "'$$locals' needs debuginfo, which this version of sonde does not read");

		diag_hint(d, "$$parms has the parameters");
		return false;
	}
	if (event_word(n, t)) {
		fmt->str = event_word(n, t);
		fmt->len = (uint32_t)strlen(fmt->str);
		*np = fmt;
		return true;
	}
	if (!t->proto || (!parms && (strcmp(n->name, "$$return") || !t->is_return))) {
		target_unknown(t, n);
		return false;
	}
	print->name = intern("sprintf");
	print->at = n->at;
	vec_push(s->arena, &print->list, fmt);
	buf_init(&b);
	for (uint32_t i = 0; parms && i < t->proto->nmembers; i++) {
		const char *name = t->proto->members[i].name;
		struct node *arg;

		if (!*name)
			continue;
		arg = make_target(s, n, name);
		buf_printf(&b, "%s%s=", b.n ? " " : "", name);
		if (is_defined(s, arg, t)) {
			buf_puts(&b, "%#x");
			vec_push(s->arena, &print->list, arg);
		} else {
			buf_puts(&b, "?");
		}
	}
	if (!parms && type_strip(type_target(t->proto))->kind != TYPE_VOID) {
		buf_puts(&b, "return=%#x");
		vec_push(s->arena, &print->list, make_target(s, n, "return"));
	}
	fmt->str = arena_strndup(s->arena, b.s, b.n);
	fmt->len = (uint32_t)b.n;
	buf_deinit(&b);
	*np = print;
	return true;
}

static struct node *number(struct sema *s, const struct node *like, int64_t v)
{
	struct node *n = node_new(s->arena, N_NUMBER, like->range);

	n->num = v;
	n->vtype = VT_LONG;
	return n;
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
	if (n->kind == N_DEREF && target_base(n)->kind == N_TARGET && target_base(n)->name[1] == '$') {
		diag(DIAG_NOT_YET, n->list.v[0]->range, "pretty-printing of '%s' is not supported yet", target_base(n)->name);
		return false;
	}
	if (n->kind == N_TARGET && n->name[1] == '$')
		return expand_summary(s, np, t);
	if (n->kind == N_TERNARY || n->kind == N_IF) {
		if (!target_fold(s, &n->kid[0], t))
			return false;
		if (constant(n->kid[0], &v)) {
			struct node *taken = v ? n->kid[1] : n->kid[2];

			*np = taken ? taken : node_new(s->arena, N_NULLSTMT, n->range);
			return target_fold(s, np, t);
		}
	}
	for (unsigned i = 0; i < node_nchildren(n); i++)
		ok &= target_fold(s, node_child(n, i), t);
	return ok;
}

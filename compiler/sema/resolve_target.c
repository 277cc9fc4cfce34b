// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names in target expressions: what is inside of them is ordinary, the whole
 * becomes a fetch program. Also what may be written, and @entry.
 */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/source.h"
#include "base/util.h"
#include "sema/embedded.h"
#include "sema/resolve.h"

/* The expressions inside a target expression (indexes, what is cast) are ordinary ones; the whole is a program. */
static void target_parts(struct names *w, struct node *n)
{
	struct node *inner = n->kind == N_ADDRESS ? n->kid[ADDRESS_OF] : n;
	struct node *base = inner->kind == N_DEREF ? inner->kid[DEREF_BASE] : inner;

	if (base->kind == N_CAST)
		names_walk(w, base->kid[CAST_X]);
	else if (!target_is(base))
		names_walk(w, base);
	if (inner->kind == N_DEREF)
		vec_each(i, &inner->list)
			if (inner->list.v[i]->kind == N_ELEMENT)
				names_walk(w, inner->list.v[i]->kid[ELEMENT_INDEX]);
}

void names_target(struct names *w, struct node *n)
{
	const struct node *base = target_base(n);

	target_parts(w, n);
	if (!target_is(base)) { /* waits until types of pointers are known */
		struct pending p = { n, w->scope->probe, false };

		vec_push(w->s->arena, &w->s->pending, p);
	} else if (!(w->at_entry ? target_resolve_at_entry : target_resolve)(w->s, n, w->scope->probe)) {
		w->ok = false;
	}
}

/* Writing to the kernel's memory and registers can do any harm. */
void names_write(struct names *w, const struct node *n, struct node *left)
{
	const struct source *from = source_of(left->range.lo);

	if (!w->s->guru && !(from && from->library)) {
		diag_hint(diag(DIAG_WRITE_NEEDS_GURU, left->range, "this changes the kernel, which is for guru mode only"),
			  "run sonde with -g, if this script is to be trusted");
		w->ok = false;
		return;
	}
	if (n->kind == N_DELETE || (n->kind == N_ASSIGN && (n->op == OP_AGGREGATE || n->op == OP_CONCAT))) {
		diag(DIAG_NOT_LVALUE, left->range, "this needs a variable of the script, not of the target");
		w->ok = false;
		return;
	}
	target_parts(w, left);
	if (!target_is(target_base(left))) {
		struct pending p = { left, w->scope->probe, true };

		vec_push(w->s->arena, &w->s->pending, p);
	} else if (!target_resolve_store(w->s, left, w->scope->probe)) {
		w->ok = false;
	}
}

static bool local_visit(struct node *n, void *data)
{
	const struct symbol *v = n->kind == N_IDENT ? n->sym : NULL;

	if (v && !v->global && !*(const struct node **)data)
		*(const struct node **)data = n;
	return true;
}

/* @entry(x): x is computed when the function is entered, and its value kept until it returns. */
void names_entry(struct names *w, struct node *n)
{
	struct plan_probe *p = w->scope->probe;
	const struct node *local = NULL;

	if (!p || !p->target.is_return || w->at_entry) {
		diag_hint(diag(DIAG_ENTRY, n->range, w->at_entry ? "@entry inside of @entry" : "@entry needs a return probe"),
			  "it is the value that something had when the function was entered");
		w->ok = false;
		return;
	}
	w->at_entry = true;
	names_walk(w, n->kid[ENTRY_X]);
	w->at_entry = false;
	node_walk(n->kid[ENTRY_X], local_visit, &local);
	if (local) {
		diag_hint(diag(DIAG_ENTRY, local->range, "'%s' is a variable of the handler, which has not run when the function is entered",
			       local->name), "globals, $variables and functions can be used in @entry");
		w->ok = false;
	}
	if (w->ok)
		target_save(w->s, n, p);
}

void names_foreign(struct names *w, const struct node *n)
{
	char what[96];

	snprintf(what, sizeof(what), n->kind == N_ATCALL ? "@%s is" : "%s is", n->kind == N_ATCALL ? n->name : node_kind_text(n->kind));
	names_refuse(w, n, what, NULL);
}

/* @const("X") is embedded C: an expression that the kernel's headers give its value. */
static void constant(struct names *w, struct node *n)
{
	const struct source *from = source_of(n->range.lo);
	const struct node *x = n->list.v[0];

	if (x->kind != N_STRING || (!w->s->guru && !(from && from->library))) {
		if (x->kind != N_STRING)
			diag(DIAG_EMBEDDED_GURU, x->range, "@const takes a string literal: an expression of C");
		else
			diag_hint(diag(DIAG_EMBEDDED_GURU, n->range, "@const is C code, which is for guru mode only"),
				  "run sonde with -g, if this script is to be trusted");
		w->ok = false;
		return;
	}
	/* As far from the beginning as it is in the script, so that the C compiler's complaints are about the right column. */
	n->str = arena_printf(w->s->arena, "    (%.*s) /* pure */ /* stable */ ", (int)x->len, x->str);
	n->len = (uint32_t)strlen(n->str);
	n->kind = N_EMBEDDED;
	n->at = (struct range){ n->range.lo, n->range.lo + 2 };
	n->name = NULL;
	n->list.n = 0;
	w->ok &= embedded_resolve(w->s, n, NULL);
}

/* @perf("counter") is a call of an intrinsic that no script can name. */
static bool counter(struct names *w, struct node *n)
{
	static const struct builtin read = { "perf_counter", "l", "s", B_RAISES };
	const struct node *x = n->list.v[0];
	struct suggest sg;
	struct diag *d;

	if (w->s->user) {
		diag_hint(diag(DIAG_NEEDS_KERNEL, n->range, "'@perf' needs the kernel runtime"), "leave out --runtime=user");
		return false;
	}
	if (x->kind != N_STRING) {
		diag_hint(diag(DIAG_TARGET_TYPE, x->range, "@perf takes a string literal"), "it is the name that a counter has: perf.….counter(\"name\")");
		return false;
	}
	suggest_init(&sg, x->str);
	vec_each(i, &w->s->counters) {
		if (!strcmp(w->s->counters.v[i], x->str)) {
			n->kind = N_CALL;
			n->at = n->range;
			n->name = intern(read.name);
			n->info = (void *)&read;
			return true;
		}
		suggest_offer(&sg, w->s->counters.v[i]);
	}
	d = diag(DIAG_TARGET_UNKNOWN, x->range, "no probe of the script is a counter '%s'", x->str);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	else
		diag_hint(d, "one is made by: probe perf.sw.task_clock.process(\"program\").counter(\"%s\") {}", x->str);
	return false;
}

void names_operator(struct names *w, struct node *n)
{
	bool known;

	if (!strcmp(n->name, "perf")) {
		w->ok &= counter(w, n);
		return;
	}

	if (!strcmp(n->name, "const")) {
		constant(w, n);
		return;
	}
	vec_each(i, &n->list)
		names_walk(w, n->list.v[i]);
	if (!target_operator(w->s, n, w->scope->probe, &known)) {
		if (known)
			w->ok = false;
		else
			names_foreign(w, n);
	}
}

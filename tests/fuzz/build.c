// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program from a seed: every use of a variable has the variable's type,
 * every loop counts, and calls from functions hand on a depth that shrinks.
 * Whatever is computed is printed in the end, so that nothing may be left
 * out as unused.
 */
#include "build.h"

#include <string.h>

/* ---- Statements -------------------------------------------------------------- */

struct stmt *new_stmt(struct build *b, enum stmt_kind kind, struct expr *e)
{
	struct stmt *s = fuzz_alloc(sizeof(*s));

	s->kind = kind;
	s->id = ++b->p->nids;
	s->expr = e;
	return s;
}

struct var *new_var(struct unit *u, enum type t, const char *prefix)
{
	struct var *v = &u->var[u->nvars];

	snprintf(v->name, sizeof(v->name), "%s%u", prefix, u->nvars);
	v->type = t;
	v->slot = u->nvars++;
	return v;
}

/* Alone in a statement stands only what does something. */
static struct stmt *effect(struct build *b)
{
	enum type t = below(b, 2) ? LONG : STR;
	struct expr *e = NULL;

	b->depth = 3;
	if (once_in(b, 3) && b->unit->probe)
		e = call(b, (enum type)below(b, 3));
	if (!e && once_in(b, 2))
		e = array_change(b, (enum type)below(b, 3));
	for (int tries = 0; !e && tries < 20; tries++) {
		e = assignment(b, t);
		if (e->kind != E_ASSIGN && e->kind != E_UPDATE && e->kind != E_STEP)
			e = NULL;
	}
	return new_stmt(b, e ? S_EXPR : S_BLOCK, e);
}

static struct stmt *loop(struct build *b, unsigned depth)
{
	struct stmt *s = new_stmt(b, below(b, 2) ? S_FOR : S_WHILE, once_in(b, 3) ? expr_of(b, LONG, 2) : NULL);

	s->limit = 1 + (int)below(b, 5);
	s->var = new_var(b->unit, LONG, "i");
	s->var->fixed = true;
	b->loops++;
	s->body = stmts(b, depth, 2 + below(b, 3));
	b->loops--;
	return s;
}

static struct stmt *trial(struct build *b, unsigned depth)
{
	struct stmt *s = new_stmt(b, S_TRY, NULL);

	s->var = once_in(b, 4) ? NULL : variable(b, STR, true);
	b->tries++;
	s->body = stmts(b, depth, 1 + below(b, 4));
	b->tries--;
	s->other = stmts(b, depth, 1 + below(b, 2));
	return s;
}

/* Ways out of what is running now, under a condition. */
static struct stmt *leave(struct build *b)
{
	struct stmt *s = new_stmt(b, S_IF, expr_of(b, LONG, 2)), *out;
	struct unit *u = b->unit;

	switch (below(b, 6)) {
	case 0: case 1:
		if (b->loops) {
			out = new_stmt(b, S_BREAK, NULL);
			break;
		}
		/* fall through */
	case 2:
		if (b->loops) {
			out = new_stmt(b, S_CONTINUE, NULL);
			break;
		}
		/* fall through */
	case 3:
		if (!u->probe) {
			out = new_stmt(b, S_RETURN, u->ret == VOID ? NULL : expr_of(b, u->ret, 2));
			break;
		}
		/* fall through */
	case 4:
		if (u->over || (u->probe && once_in(b, 3))) {
			out = new_stmt(b, S_NEXT, NULL);
			break;
		}
		/* fall through */
	default:
		if (b->tries || once_in(b, 4))
			out = new_stmt(b, S_ERROR, expr_of(b, STR, 2));
		else
			out = new_stmt(b, S_EXPR, print(b, VOID));
		break;
	}
	s->body = out;
	return s;
}

static struct stmt *stmt(struct build *b, unsigned depth)
{
	struct stmt *s;

	if (b->p->narrays && once_in(b, 6) && (s = array_stmt(b, depth)))
		return s;
	switch (below(b, depth ? 13 : 7)) {
	case 0: case 1: case 2:
		return effect(b);
	case 3: case 4: case 5:
		b->depth = 3;
		return new_stmt(b, S_EXPR, print(b, VOID));
	case 6:
		if (below(b, 3))
			return effect(b);
		s = new_stmt(b, S_DELETE, NULL);
		s->var = variable(b, below(b, 2) ? LONG : STR, true);
		return s->var ? s : effect(b);
	case 7: case 8:
		s = new_stmt(b, S_IF, expr_of(b, LONG, 3));
		s->body = stmts(b, depth - 1, 1 + below(b, 3));
		if (below(b, 2))
			s->other = stmts(b, depth - 1, 1 + below(b, 2));
		return s;
	case 9:
		return loop(b, depth - 1);
	case 10:
		return trial(b, depth - 1);
	case 11:
		s = new_stmt(b, S_BLOCK, NULL);
		s->body = stmts(b, depth - 1, 1 + below(b, 3));
		return s;
	default:
		return leave(b);
	}
}

struct stmt *stmts(struct build *b, unsigned depth, unsigned n)
{
	struct stmt *first = NULL, **at = &first;

	while (n--) {
		struct stmt *s = stmt(b, depth);

		if (dropped(b, s->id))
			continue;
		*at = s;
		at = &s->next;
	}
	return first;
}

/* ---- Units ------------------------------------------------------------------- */

/* Prints all variables, which also settles their types. */
static struct stmt *show_all(struct build *b, struct stmt *after)
{
	struct unit *u = b->unit;
	unsigned end = u->nvars + (u->probe ? b->p->nglobals : 0);
	struct stmt *last = NULL;

	for (unsigned i = 0; i < end; i += 4) {
		struct expr *e = new_expr(b, E_FORMAT, VOID);

		e->line = i + 4 >= end;
		for (unsigned j = i; j < i + 4 && j < end; j++) {
			struct var *v = j < u->nvars ? &u->var[j] : &b->p->global[j - u->nvars];
			struct directive *d = &e->directive[e->ndirectives++];

			strcpy(d->before, " ");
			d->letter = v->type == STR ? 's' : 'd';
			d->width = d->precision = NONE;
			e->kid[e->n] = read_var(b, v);
			e->kid[e->n++]->id = 0;
		}
		last = new_stmt(b, S_EXPR, e);
		if (after)
			after->next = last;
		after = last;
	}
	return last;
}

static void append(struct stmt **list, struct stmt *s)
{
	while (*list)
		list = &(*list)->next;
	*list = s;
}

static void fill(struct build *b, struct unit *u)
{
	struct stmt *first = NULL, *s;
	struct expr *e;

	b->unit = u;
	b->loops = b->tries = 0;
	for (unsigned i = 0, n = 2 + below(b, 3); i < n; i++)
		new_var(u, below(b, 2) ? LONG : STR, "v");
	/* A function always does something: a call of it stays a call. */
	e = new_expr(b, E_PRINT, VOID);
	e->line = true;
	e->n = 1;
	e->kid[0] = new_expr(b, E_STRING, STR);
	e->kid[0]->id = 0;
	e->kid[0]->value = (struct value){ 0, u->name, (unsigned)strlen(u->name) };
	first = new_stmt(b, S_EXPR, e);
	append(&first, stmts(b, 3, 4 + below(b, 5)));
	if (u->over) {
		append(&first, new_stmt(b, S_IF, expr_of(b, LONG, 2)));
		for (s = first; s->next; s = s->next)
			;
		s->body = new_stmt(b, S_NEXT, NULL);
	}
	for (s = first; s->next; s = s->next)
		;
	s = show_all(b, s);
	/* What only hands on needs no value of its own. */
	if (u->ret != VOID && !(u->over && once_in(b, 3)))
		append(&s, new_stmt(b, S_RETURN, expr_of(b, u->ret, 3)));
	u->body = first;
}

static void declare(struct build *b, struct unit *u)
{
	u->ret = (enum type)below(b, 3);
	u->typed = once_in(b, 3);
	new_var(u, LONG, "d")->fixed = true;
	for (unsigned i = 0, n = below(b, 4); i < n; i++)
		new_var(u, below(b, 2) ? LONG : STR, "p");
	u->nparams = u->nvars;
	if (u->ret == VOID && u->typed)
		u->typed = false;
	if (!once_in(b, 4))
		return;
	u->over = fuzz_alloc(sizeof(*u->over));
	*u->over = *u;
	u->over->over = NULL;
}

void program_build(struct program *p, uint64_t seed, const struct drop *drop, unsigned ndrop)
{
	struct build b = { .p = p, .random = seed, .drop = drop, .ndrop = ndrop };

	p->seed = seed;
	p->nglobals = 2 + below(&b, 4);
	for (unsigned i = 0; i < p->nglobals; i++) {
		struct var *g = &p->global[i];
		enum type t = below(&b, 2) ? LONG : STR;

		snprintf(g->name, sizeof(g->name), "g%u_%u", p->number, i);
		g->type = t;
		g->global = true;
		g->slot = i;
		g->init = literal(&b, t)->value;
	}
	arrays_declare(&b);
	p->nfuncs = 1 + below(&b, 4);
	for (unsigned i = 0; i < p->nfuncs; i++) {
		snprintf(p->func[i].name, sizeof(p->func[i].name), "f%u_%u", p->number, i);
		declare(&b, &p->func[i]);
	}
	for (unsigned i = 0; i < p->nfuncs; i++) {
		fill(&b, &p->func[i]);
		if (p->func[i].over)
			fill(&b, p->func[i].over);
	}
	p->nprobes = 1 + below(&b, 2);
	for (unsigned i = 0; i < p->nprobes; i++) {
		snprintf(p->probe[i].name, sizeof(p->probe[i].name), "probe %u.%u", p->number, i);
		p->probe[i].probe = true;
		fill(&b, &p->probe[i]);
	}
	p->shared = p->timers && below(&b, 2);
}

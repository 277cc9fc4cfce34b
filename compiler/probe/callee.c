// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a function calls: .callee("g"), its return, .callees, .callees(depth).
 * A place counts only when the callers are those that were found here: their
 * calls return to known addresses. What was inlined is in the body of its caller.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/places.h"

#define FORMS(root) root ".function(s).callee(s)", root ".function(s).callee(s).call", root ".function(s).callee(s).return", \
	root ".function(s).callees", root ".function(s).callees(n)"

enum form { CALLEE, CALLEE_CALL, CALLEE_RETURN, CALLEES, CALLEES_DEPTH, NFORMS };

/* Those of the kernel, then the same of modules. */
static const char *const forms[] = { FORMS("kernel"), FORMS("module(s)"), NULL };

static const char *const docs[] = {
	"functions of that name, inlined or not, when the first one calls them", "the same, without inlined ones",
	"their return, when the first one has called them", "all functions that a function calls", "the same, n calls deep",
	"functions of that name, when a module's function calls them", "the same, without inlined ones",
	"their return, when the module's function has called them", "all functions that a module's function calls", "the same, n calls deep",
	NULL,
};

/* The data of a probe. */
struct callees {
	bool is_return;
};

enum { DEPTH_MAX = 10, PLACES_MAX = 20000 };

/* One call in the chain of callers: where the callee returns to. */
struct level {
	const struct level *up; /* the call of the caller; NULL: the function the point names */
	struct VEC(uint64_t) returns;
};

/* Of a place: which chain it wants. */
struct chain {
	const struct level *level;
	bool inside;
	struct dwarf_file *file;
};

struct calls {
	struct place_search s;
	const char *glob;
	const struct dwarf_function *top;
	unsigned depth, matched;
	unsigned inlined; /* left out by call_only */
	bool call_only, any_caller, too_many;
	struct map seen; /* with any_caller: what was added of this function, which can be met by several ways */
	const struct point_arg *arg; /* the callee's name; NULL: all */
};

/* The callees of one body, each function once with all its calls. */
struct body {
	struct calls *c;
	const struct level *level;
	struct VEC(struct callee { struct dwarf_function fn; struct level *level; }) out;
	struct VEC(struct dwarf_function) in;
};

static bool collect(const struct dwarf_callee *callee, void *p)
{
	struct body *b = p;
	struct arena *a = resolver_arena(b->c->s.r);
	struct callee new = { .fn = callee->fn };

	if (!callee->return_pc) {
		vec_push(a, &b->in, callee->fn);
		return true;
	}
	vec_each(i, &b->out)
		if (b->out.v[i].fn.die == callee->fn.die) {
			vec_push(a, &b->out.v[i].level->returns, callee->return_pc);
			return true;
		}
	new.level = arena_new(a, struct level);
	new.level->up = b->level;
	vec_push(a, &new.level->returns, callee->return_pc);
	vec_push(a, &b->out, new);
	return true;
}

static void add(struct calls *c, const struct dwarf_function *fn, const struct level *level, bool inside)
{
	struct arena *a = resolver_arena(c->s.r);
	struct chain *chain = NULL;
	struct dwarf_place place;

	if (!glob_match(c->glob, fn->name))
		return;
	if (inside && c->call_only) {
		c->inlined++;
		return;
	}
	c->matched++;
	if (c->any_caller) {
		const void *key = (const void *)(uintptr_t)(fn->die + 1);

		if (map_has(&c->seen, key))
			return;
		map_put(&c->seen, key, c);
	}
	if (!dwarf_place_entry(c->s.file, fn, &place))
		return;
	if (level && !c->any_caller) {
		chain = arena_new(a, struct chain);
		*chain = (struct chain){ level, inside, c->s.file };
	}
	places_add(&c->s, &place, inside || c->depth > 1 || is_glob(c->glob) || is_glob(c->s.pattern.function), chain,
		   "%s.function(\"%s@%s:%u\").callee(\"%s@%s:%u\")%s", places_of(&c->s), c->top->name, c->top->source, c->top->line, fn->name,
		   fn->source, fn->line, c->s.is_return ? ".return" : "");
}

static void walk(struct calls *c, const struct dwarf_function *fn, const struct level *level, unsigned depth)
{
	struct body b = { .c = c, .level = level };

	/* A filter by name is for the callees that are probed, not for those on the way to them. */
	dwarf_each_callee(c->s.file, fn, depth < c->depth ? "*" : c->glob, collect, &b);
	if (c->s.found > PLACES_MAX) {
		c->too_many = true;
		return;
	}
	vec_each(i, &b.in) {
		add(c, &b.in.v[i], level, true);
		if (depth < c->depth)
			walk(c, &b.in.v[i], level, depth + 1);
	}
	vec_each(i, &b.out) {
		add(c, &b.out.v[i].fn, b.out.v[i].level, false);
		if (depth < c->depth)
			walk(c, &b.out.v[i].fn, b.out.v[i].level, depth + 1);
	}
}

static bool of_function(const struct dwarf_function *fn, void *p)
{
	struct calls *c = p;

	c->top = fn;
	map_init(&c->seen, resolver_arena(c->s.r));
	walk(c, fn, NULL, 1);
	return !c->too_many;
}

/* ---- What was not found ------------------------------------------------------------- */

static bool offer(const struct dwarf_callee *callee, void *p)
{
	suggest_offer(p, callee->fn.name);
	return true;
}

static bool offer_callees(const struct dwarf_function *fn, void *p)
{
	struct suggest *sg = ((void **)p)[0];
	struct calls *c = ((void **)p)[1];

	dwarf_each_callee(c->s.file, fn, "*", offer, sg);
	return true;
}

static bool no_callee(struct calls *c)
{
	struct range at = c->arg ? c->arg->range : c->s.pattern.range;
	struct suggest sg;
	void *both[] = { &sg, c };
	struct diag *d;

	if (c->inlined) {
		d = diag(DIAG_PLACE_UNKNOWN, at, "'%s' is inlined into %s, and not called", c->arg->str, c->s.pattern.function);
		diag_hint(d, c->s.is_return ? "what was inlined does not return: leave out .return" : "leave out .call");
		return false;
	}
	d = diag(DIAG_PLACE_UNKNOWN, at, "%s is not known to call %s%s%s", c->s.pattern.function, c->arg ? "'" : "",
			      c->arg ? c->arg->str : "anything", c->arg ? "'" : "");
	if (!c->arg) {
		diag_hint(d, "calls through pointers, and calls that do not come back (tail calls), are not known");
		return false;
	}
	suggest_init(&sg, c->arg->str);
	places_each(&c->s, DWARF_CALL | DWARF_INLINE, offer_callees, both);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	else
		diag_hint(d, "sonde -l '%s.function(\"%s\").callees' lists what it calls; calls through pointers and tail calls are not known",
			  places_of(&c->s), c->s.pattern.function);
	return false;
}

static bool search(struct calls *c)
{
	places_each(&c->s, DWARF_CALL | DWARF_INLINE, of_function, c);
	if (c->too_many) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, c->s.m->range, "these are more than %d places", PLACES_MAX), "go less deep, or name the callees");
		return false;
	}
	if (c->s.functions && !c->matched)
		return no_callee(c);
	return places_end(&c->s);
}

bool callee_search(struct place_search *s, const struct point_arg *name, unsigned depth, bool call_only)
{
	struct calls c = { .s = *s, .glob = name ? name->str : "*", .arg = name, .depth = depth, .call_only = call_only,
			   .any_caller = resolver_callee_matchall(s->r) };
	bool ok = search(&c);

	*s = c.s;
	return ok;
}

bool callee_walks(const void *more, bool past_entry)
{
	const struct chain *ch = more;

	return ch && (ch->inside || past_entry || ch->level->up);
}

void callee_emit(struct buf *out, const void *more, bool past_entry, const char *name, unsigned i)
{
	const struct chain *ch = more;
	unsigned depth = 0;

	if (!ch)
		return;
	buf_printf(out, "static const unsigned int %s_n%u[] = { ", name, i);
	for (const struct level *l = ch->level; l; l = l->up, depth++)
		buf_printf(out, "%u, ", l->returns.n);
	buf_printf(out, "};\nstatic const sd_uint %s_r%u[] = { ", name, i);
	for (const struct level *l = ch->level; l; l = l->up)
		vec_each(k, &l->returns)
			buf_printf(out, "0x%llxULL, ", (unsigned long long)l->returns.v[k]);
	buf_printf(out, "};\nstatic const struct sd_user_chain %s_c%u = { .depth = %u, .inside = %d, .n = %s_n%u, .returns = %s_r%u };\n",
		   name, i, depth, ch->inside || past_entry, name, i, name, i);
}

bool callee_depth(const struct point_arg *depth)
{
	if (depth->num >= 1 && depth->num <= DEPTH_MAX)
		return true;
	diag_hint(diag(DIAG_PROBE_ARGUMENT, depth->range, "callees(%lld) is out of range", (long long)depth->num), "it lies between 1 and %d", DEPTH_MAX);
	return false;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	enum form form = m->form % NFORMS;
	struct callees *data = arena_new(resolver_arena(r), struct callees);
	struct calls c = { .glob = "*", .depth = 1, .call_only = form == CALLEE_CALL || form == CALLEE_RETURN, .any_caller = resolver_callee_matchall(r) };
	bool ok;

	if (places_of_modules(r, m, resolve, &ok))
		return ok;
	c.s.is_return = data->is_return = form == CALLEE_RETURN;
	c.s.data = data;
	if (form <= CALLEE_RETURN) {
		c.arg = &m->arg[2];
		c.glob = c.arg->str;
	} else if (form == CALLEES_DEPTH) {
		if (!callee_depth(&m->arg[2]))
			return false;
		c.depth = (unsigned)m->arg[2].num;
		if (c.depth > 1 && !c.any_caller && !resolver_arch(r)->walks) {
			diag_hint(diag(DIAG_PROBE_ARGUMENT, m->arg[2].range, "on %s it cannot be told who called the caller: callees of callees have to be taken whoever calls",
				       resolver_arch(r)->name), "-DSTAP_CALLEE_MATCHALL takes them so; .callees are those that the function calls itself");
			return false;
		}
	}
	if (!places_begin(&c.s, r, m))
		return false;
	return search(&c);
}

static const char *kind(const struct plan_probe *p)
{
	return ((const struct callees *)p->data)->is_return ? "sd_kind_return" : "sd_kind_statement";
}

/* The tables of struct sd_chain: for each place, how many addresses a level has, then they. */
static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	bool any = false;

	vec_each(i, &p->places)
		any |= p->places.v[i].data != NULL;
	if (!any)
		return false;
	vec_each(i, &p->places) {
		const struct chain *ch = p->places.v[i].data;

		if (!ch)
			continue;
		buf_printf(out, "static const unsigned int %s_n%u[] = { ", name, i);
		for (const struct level *l = ch->level; l; l = l->up)
			buf_printf(out, "%u, ", l->returns.n);
		buf_printf(out, "};\nstatic const struct sd_return_pc %s_r%u[] = {\n", name, i);
		for (const struct level *l = ch->level; l; l = l->up)
			vec_each(k, &l->returns) {
				struct dwarf_place at = { .file = ch->file };

				/* An address that has no symbol to go by matches nothing. */
				if (!dwarf_symbolise(ch->file, l->returns.v[k], &at.symbol, &at.offset))
					at.symbol = "";
				buf_printf(out, "\t{ \"%s\", %lluULL },\n", at.symbol, (unsigned long long)at.offset);
			}
		buf_puts(out, "};\n");
	}
	buf_printf(out, "static const struct sd_chain %s_chains[] = {\n", name);
	vec_each(i, &p->places) {
		const struct chain *ch = p->places.v[i].data;
		unsigned depth = 0;

		for (const struct level *l = ch ? ch->level : NULL; l; l = l->up)
			depth++;
		if (ch)
			buf_printf(out, "\t{ .depth = %u, .inside = %d, .n = %s_n%u, .returns = %s_r%u },\n", depth, ch->inside, name, i, name, i);
		else
			buf_puts(out, "\t{ .depth = 0 },\n");
	}
	buf_printf(out, "};\nstatic const struct %s %s = { .chains = %s_chains };\n",
		   ((const struct callees *)p->data)->is_return ? "sd_return" : "sd_callee", name, name);
	return true;
}

const struct provider provider_callee = {
	.name = "callee", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.trace("system:event"): tracepoints of the kernel and of modules.
 * Parameters have the names and types of the event's __traceiter_ function in
 * BTF, less its first, which is the runtime's own. A tracepoint calls its
 * probes like any function; the runtime saves the arguments, which is what
 * fetch programs begin with: there are no registers. Fields of the record that
 * the kernel makes of them begin with the record's address, which is saved
 * behind the arguments of probes that read such fields. Modules are searched too,
 * unless the name is one of the kernel's, or its system is: the index of all
 * modules takes seconds to make, the first time.
 */
#include "probe/provider.h"

#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"

#define PREFIX "__traceiter_"

enum { SAVED_MAX = 12 }; /* arguments the runtime can save */

static const char *const forms[] = { "kernel.trace(s)", "kernel.tracepoint(s)", NULL };

static const char *const docs[] = {
	"the kernel's or a module's tracepoints of that name, or \"system:name\"", "the same", NULL,
};

struct tracepoint {
	unsigned nsaved;
};

struct search {
	struct resolver *r;
	const struct point_match *m;
	const char *system, *name; /* patterns; system NULL: any */
	struct VEC(struct trace_event) events;
	bool systems;              /* events holds those of the kernel */
	const char *module;        /* in hand; NULL: the kernel itself */
	struct map *seen;          /* names that were added */
	struct tracepoint *data[SAVED_MAX + 1];
	unsigned found, failed;
	bool wrong_system;         /* there is the name, in another system: */
	const char *other;
};

static void note_event(const struct trace_event *e, void *data)
{
	struct search *s = data;

	vec_push(resolver_arena(s->r), &s->events, *e);
}

/* An event of that name that fits the pattern; NULL: none does. Without a system when those are not known. */
static const struct trace_event *event_of(struct search *s, const char *name)
{
	static const struct trace_event unknown = { .system = "", .record = "", .arrays = "" };

	vec_each(i, &s->events) {
		const struct trace_event *e = &s->events.v[i];

		if (e->name != name || e->module != s->module)
			continue;
		if (!s->system || glob_match(s->system, e->system))
			return e;
		s->wrong_system = true;
		s->other = e->system;
	}
	return !s->system || (!s->systems && !s->module) ? &unknown : NULL;
}

static bool has_system(const struct search *s)
{
	vec_each(i, &s->events)
		if (!s->events.v[i].module && !strcmp(s->events.v[i].system, s->system))
			return true;
	return false;
}

/* Which saved value each parameter is, by the calling convention; and how many there are. */
static const int *saved_values(struct search *s, const struct type *full, unsigned *nsaved)
{
	const struct arch *arch = resolver_arch(s->r);
	int *saved = arena_array(resolver_arena(s->r), int, full->nmembers);
	unsigned registers = 0;

	*nsaved = 0;
	for (unsigned i = 0; i < full->nmembers; i++) {
		struct arch_place p = arch->param(full, i);
		uint64_t size = type_strip(type_get(full->db, full->members[i].type_id))->size, slot = 0, words = (size + 7) / 8;

		if (p.kind == PLACE_REGISTER) {
			slot = registers;
			registers += p.pair ? 2 : 1;
		} else if (p.kind == PLACE_STACK) {
			slot = arch->nparam_regs + (p.offset - 8) / 8;
		}
		if (!i)
			continue; /* the runtime's own */
		saved[i - 1] = p.kind == PLACE_NONE || slot + words - 1 > SAVED_MAX ? -1 : (int)slot - 1;
		if (saved[i - 1] >= 0)
			*nsaved = (unsigned)MAX(*nsaved, (uint64_t)saved[i - 1] + words);
	}
	return saved;
}

static const char *text_of(const char *system, const char *name)
{
	return intern_printf("kernel.trace(\"%s%s%s\")", system, *system ? ":" : "", name);
}

static void add(const char *function, const struct type *full, void *p)
{
	struct search *s = p;
	struct arena *a = resolver_arena(s->r);
	struct place_request q = { .concurrent = true };
	const char *name = intern(function + strlen(PREFIX));
	const struct trace_event *e;
	struct type *proto;
	unsigned nsaved;

	if (!full->nmembers || !(e = event_of(s, name)) || map_has(s->seen, name))
		return;
	map_put(s->seen, name, s);
	proto = arena_new(a, struct type);
	*proto = *full;
	proto->members++;
	proto->nmembers--;
	q.target.saved = saved_values(s, full, &nsaved);
	if (!s->data[nsaved]) {
		s->data[nsaved] = arena_new(a, struct tracepoint);
		s->data[nsaved]->nsaved = nsaved;
	}
	q.data = s->data[nsaved];
	q.wildcard = is_glob(s->m->arg[1].str);
	q.place.function = name;
	q.place.module = s->module;
	q.place.pp = text_of(e->system, name);
	q.target.types = full->db;
	q.target.arch = resolver_arch(s->r);
	q.target.proto = proto;
	q.target.function = name;
	q.target.event = name;
	q.target.system = e->system;
	/* Without an image, an event that is alone in its class gives it its name. */
	q.target.record = types_find(full->db, TYPE_STRUCT, intern_printf("trace_event_raw_%s", *e->record ? e->record : name));
	q.target.arrays = e->arrays;
	q.target.record_slot = SAVED_MAX;
	s->found++;
	if (!resolver_add(s->r, &q))
		s->failed++;
}

static void add_of_module(const char *module, const char *function, void *data)
{
	struct search *s = data;
	struct type_db *db;
	const struct type *full;
	const char *name = intern(function + strlen(PREFIX));
	const struct trace_event *e;
	unsigned mark = diag_mark();

	s->module = module;
	e = event_of(s, name);
	if (!e || map_has(s->seen, name))
		return;
	if (resolver_lists_names(s->r)) { /* which spares unpacking the module for its types */
		map_put(s->seen, name, s);
		resolver_list(s->r, text_of(e->system, name), "");
		s->found++;
		return;
	}
	db = kernel_module_types(resolver_kernel(s->r), module);
	full = db ? types_function(db, function, NULL) : NULL;
	diag_rewind(mark);
	if (full)
		add(function, full, s);
}

static void offer_function(const char *name, const struct type *proto, void *p)
{
	(void)proto;
	suggest_offer(p, name + strlen(PREFIX));
}

static bool unknown(struct search *s, struct type_db *db)
{
	const char *text = s->m->arg[1].str;
	struct range where = s->m->arg[1].range;
	struct suggest sg;
	struct diag *d;

	if (is_glob(text)) {
		d = diag(DIAG_TRACEPOINT_UNKNOWN, where, "no tracepoint matches '%s'", text);
		diag_hint(d, "it is a pattern of \"system:event\" or of \"event\", and must match the whole name");
		return false;
	}
	d = diag(DIAG_TRACEPOINT_UNKNOWN, where, "there is no tracepoint '%s'", text);
	if (s->wrong_system) {
		diag_hint(d, "did you mean '%s:%s'?", s->other, s->name);
		return false;
	}
	suggest_init(&sg, s->name);
	types_each_function(db, PREFIX "*", offer_function, &sg);
	if (suggest_best(&sg)) {
		s->module = NULL;
		s->system = NULL;
		text = event_of(s, intern(suggest_best(&sg)))->system;
		diag_hint(d, "did you mean '%s%s%s'?", text, *text ? ":" : "", suggest_best(&sg));
	} else {
		diag_hint(d, "its name is that of the event below /sys/kernel/tracing/events, without fields");
	}
	return false;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct type_db *db = resolver_types(r);
	struct kernel *k = resolver_kernel(r);
	struct search s = { .r = r, .m = m };
	const char *text = m->arg[1].str, *colon = strchr(text, ':'), *pattern;
	struct map seen;
	bool modules;

	if (!db)
		return false;
	map_init(&seen, resolver_arena(r));
	s.seen = &seen;
	s.system = colon ? intern_n(text, (size_t)(colon - text)) : NULL;
	s.name = colon ? colon + 1 : text;
	pattern = intern_printf(PREFIX "%s", s.name);
	s.systems = kernel_each_event(k, false, note_event, &s);
	modules = !types_function(db, pattern, NULL) && !(s.system && !is_glob(s.system) && has_system(&s));
	if (modules) {
		s.events.n = 0;
		kernel_each_event(k, true, note_event, &s);
	}
	if (!s.systems && s.system && strcmp(s.system, "*"))
		diag_hint(diag(DIAG_TRACEPOINT_SYSTEM, m->arg[1].range, "the systems of this kernel's tracepoints are not known: '%s:' is not looked at",
			       s.system), "its image would tell, which is not there or cannot be read");
	types_each_function(db, pattern, add, &s);
	if (modules)
		kernel_each_module_function(k, "*", pattern, add_of_module, &s);
	if (!s.found)
		return unknown(&s, db);
	return !s.failed;
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_tracepoint";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct tracepoint *t = p->data;

	buf_printf(out, "static const struct sd_tracepoint %s = { .nsaved = %u, .record = %d };\n", name, t->nsaved, p->uses_record);
	return true;
}

const struct provider provider_tracepoint = {
	.name = "tracepoint", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

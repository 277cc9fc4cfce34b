// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which system a trace event belongs to. BTF does not know, tracefs need not
 * be mounted and is only of the running kernel, headers lack the events that
 * are declared beside a driver's code. But each event is a struct
 * trace_event_call in the image (or the module's file), which points at its
 * class, which points at the system's name, and at its tracepoint, which
 * points at its own: so the data is searched for words that are such pointers.
 * Offsets come from BTF; a name counts only when BTF has its __traceiter_
 * function as well. The class also lists the fields of the record that the
 * event leaves, by which its structure in BTF is found: that is called like the
 * class, whose name is nowhere. Knows nothing of how the result is cached.
 */
#include "types/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/intern.h"
#include "base/util.h"
#include "types/btf.h"
#include "types/graph.h"
#include "types/image_memory.h"

struct layout {
	uint64_t call_class, call_tp, class_system, tp_name;
	/* Of the list of fields; stride 0: it is not as we know it. */
	uint64_t class_fields, field_type, field_name, field_size, field_align, stride;
	uint64_t record_start;
};

static bool offset_of(struct type_db *db, const char *type, const char *member, uint64_t *offset)
{
	const struct type *t = types_find(db, TYPE_STRUCT, type);

	if (!t || !type_find_member(t, member, offset) || *offset % 8)
		return false;
	*offset /= 8;
	return true;
}

static void find_fields_layout(struct type_db *db, struct layout *l)
{
	const struct type *field = types_find(db, TYPE_STRUCT, "trace_event_fields"), *entry = types_find(db, TYPE_STRUCT, "trace_entry");

	l->stride = 0;
	if (!field || !entry || !offset_of(db, "trace_event_class", "fields_array", &l->class_fields) ||
	    !offset_of(db, "trace_event_fields", "type", &l->field_type) || !offset_of(db, "trace_event_fields", "name", &l->field_name) ||
	    !offset_of(db, "trace_event_fields", "size", &l->field_size) || !offset_of(db, "trace_event_fields", "align", &l->field_align))
		return;
	l->stride = field->size;
	l->record_start = entry->size;
}

static bool find_layout(struct type_db *db, struct layout *l)
{
	return offset_of(db, "trace_event_call", "class", &l->call_class) &&
	       offset_of(db, "trace_event_call", "tp", &l->call_tp) &&
	       offset_of(db, "trace_event_class", "system", &l->class_system) &&
	       offset_of(db, "tracepoint", "name", &l->tp_name);
}

static void note_name(const char *name, const struct type *proto, void *data)
{
	(void)proto;
	map_put(data, intern(name + strlen("__traceiter_")), data);
}

/* ---- records ---------------------------------------------------------------------- */

#define RAW "trace_event_raw_"

struct records {
	struct arena *arena;
	struct type_db *db;
	struct VEC(const struct type *) v; /* all that BTF has */
};

/* A field as the class lists it. */
struct field {
	const char *type, *name;
	uint64_t offset;
	bool loc, rel; /* it is where an array of that type is: from the record's start; from behind itself */
};

enum { FIELDS_MAX = 256 };

static void records_init(struct records *r, struct type_db *db, struct arena *arena)
{
	const struct btf *b = btf_of(db);

	*r = (struct records){ .arena = arena, .db = db };
	for (uint32_t id = b->first; id < b->end; id++) {
		struct btf_record rec = btf_record(b, id);

		if (rec.kind == BTF_STRUCT && rec.name && !strncmp(btf_string(b, rec.name), RAW, strlen(RAW)))
			vec_push(arena, &r->v, type_get(db, id));
	}
}

static bool begins(const char **text, const char *with)
{
	size_t n = strlen(with);

	if (strncmp(*text, with, n))
		return false;
	*text += n;
	return true;
}

/* The fields of a class, with offsets as the kernel works them out. */
static bool fields_of(struct memory *m, const struct layout *l, uint64_t class, struct field *f, unsigned *n)
{
	uint64_t at, offset = l->record_start, p;
	uint32_t size, align;

	if (!memory_word(m, class + l->class_fields, &at) || !at)
		return false;
	for (*n = 0; *n < FIELDS_MAX; ++*n, f++, at += l->stride) {
		if (!memory_word(m, at + l->field_type, &p))
			return false;
		if (!p)
			return true;
		f->type = memory_text(m, p);
		if (!f->type || !memory_word(m, at + l->field_name, &p) || !(f->name = memory_text(m, p)) || !memory_u32(m, at + l->field_size, &size) ||
		    !memory_u32(m, at + l->field_align, &align) || !align)
			return false;
		offset = (offset + align - 1) / align * align;
		f->offset = offset;
		offset += size;
		f->rel = begins(&f->type, "__rel_loc ");
		f->loc = f->rel || begins(&f->type, "__data_loc ");
	}
	return false;
}

static bool fits(const struct type *t, const struct field *f, unsigned n)
{
	if (t->nmembers < n + 1)
		return false;
	for (unsigned i = 0; i < n; i++) {
		const struct type_member *m = &t->members[i + 1]; /* behind what all have */
		const char *name = m->name;

		if (f[i].loc && !begins(&name, f[i].rel ? "__rel_loc_" : "__data_loc_"))
			return false;
		if (strcmp(name, f[i].name) || m->bit_offset != f[i].offset * 8)
			return false;
	}
	return t->nmembers == n + 1 || !strcmp(t->members[n + 1].name, "__data");
}

/* false: what looked like an event has no fields where events have them. */
static bool find_record(struct memory *m, const struct layout *l, struct records *r, uint64_t class, struct trace_event *e)
{
	const struct type *own = types_find(r->db, TYPE_STRUCT, arena_printf(r->arena, RAW "%s", e->name)), *found = NULL;
	struct field f[FIELDS_MAX];
	struct buf arrays;
	unsigned n;

	e->record = e->arrays = "";
	if (!l->stride)
		return true;
	if (!fields_of(m, l, class, f, &n))
		return false;
	if (own && fits(own, f, n))
		found = own;
	for (unsigned i = 0; i < r->v.n && !found; i++)
		if (fits(r->v.v[i], f, n))
			found = r->v.v[i];
	if (!found)
		return true;
	e->record = found->name + strlen(RAW);
	buf_init(&arrays);
	for (unsigned i = 0; i < n; i++)
		if (f[i].loc)
			buf_printf(&arrays, "%s=%s;", f[i].name, f[i].type);
	if (arrays.n)
		e->arrays = arena_strdup(r->arena, arrays.s);
	buf_deinit(&arrays);
	return true;
}

/* ---- events ----------------------------------------------------------------------- */

/* Is there an event at this word? Its names and its class, or false. */
static bool event_at(struct memory *m, const struct layout *l, uint64_t at, struct trace_event *e, uint64_t *class)
{
	uint64_t tp, p;

	if (!memory_word(m, at + l->call_tp, &tp) || !tp || !memory_word(m, at + l->call_class, class) || !*class)
		return false;
	if (!memory_word(m, tp + l->tp_name, &p) || !(e->name = memory_name(m, p)))
		return false;
	return memory_word(m, *class + l->class_system, &p) && (e->system = memory_name(m, p));
}

bool events_scan(const struct image *im, struct type_db *db, void (*f)(const struct trace_event *e, void *data), void *data)
{
	struct arena *arena = arena_create();
	struct records r;
	struct memory m;
	struct layout l;
	struct map known;
	uint64_t class;
	bool ok;

	map_init(&known, arena);
	types_each_function(db, "__traceiter_*", note_name, &known);
	ok = known.n && find_layout(db, &l) && memory_init(&m, im, arena);
	if (ok) {
		find_fields_layout(db, &l);
		records_init(&r, db, arena);
	}
	for (unsigned i = 0; ok && i < m.n; i++) {
		if (!m.v[i].writable)
			continue;
		for (uint64_t at = 0; at + 8 <= m.v[i].size; at += 8) {
			struct trace_event e = { .module = NULL };

			if (!event_at(&m, &l, m.v[i].addr + at, &e, &class) || !map_has(&known, intern(e.name)))
				continue;
			if (find_record(&m, &l, &r, class, &e))
				f(&e, data);
		}
	}
	arena_destroy(arena);
	return ok;
}

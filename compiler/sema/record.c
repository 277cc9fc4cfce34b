// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fields of the record that a trace event leaves, which the kernel makes of
 * the tracepoint's arguments: a structure, behind which lie its strings and
 * arrays of no fixed length. Of those the structure has a word each that says
 * where they are: __data_loc_NAME counts from the record's start,
 * __rel_loc_NAME from behind the word.
 */
#include "sema/record.h"

#include <string.h>

#include "base/intern.h"
#include "types/graph.h"

static const char *behind(const char *text, const char *with)
{
	size_t n = strlen(with);

	return strncmp(text, with, n) ? NULL : text + n;
}

/* What the kernel says the array is of; NULL: nothing. */
static const char *array_text(const struct target_ctx *t, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = t->arrays ? t->arrays : ""; *p; p += strcspn(p, ";"), p += *p == ';')
		if (!strncmp(p, name, n) && p[n] == '=')
			return intern_n(p + n + 1, strcspn(p + n + 1, ";"));
	return NULL;
}

/* "char[]", or the type of one object: "cpumask_t". Where it is not known, bytes, which may be text. */
static const struct type *array_type(const struct target_ctx *t, const char *name)
{
	struct type_db *db = t->record->db;
	const char *text = array_text(t, name), *end = text ? strstr(text, "[]") : NULL, *c;
	const struct type *elem;
	struct type *array;

	if (text && (c = behind(text, "const ")))
		text = c;
	elem = !text ? NULL : types_parse(db, end ? intern_n(text, (size_t)(end - text)) : text);
	if (elem && !end)
		return elem;
	if (!elem)
		elem = types_parse(db, "unsigned char");
	array = arena_new(arena_permanent(), struct type);
	*array = (struct type){ .db = db, .kind = TYPE_ARRAY, .name = "", .target = elem ? elem->id : 0 };
	return array;
}

static void fill(const struct target_ctx *t, const struct type_member *m, struct record_field *f)
{
	const char *name;

	*f = (struct record_field){ .name = m->name, .offset = m->bit_offset / 8, .bit_size = m->bit_size, .bit = (uint32_t)(m->bit_offset % 8) };
	if ((name = behind(m->name, "__data_loc_")))
		f->where = RECORD_DATA_LOC;
	else if ((name = behind(m->name, "__rel_loc_")))
		f->where = RECORD_REL_LOC;
	if (name)
		f->name = intern(name);
	f->type = name ? array_type(t, name) : type_get(t->record->db, m->type_id);
}

/* What all records begin with, and what is behind them, are no fields. */
static bool is_field(const struct target_ctx *t, uint32_t i)
{
	const char *name = t->record->members[i].name;

	return i && *name && strcmp(name, "__data") != 0;
}

bool record_find(const struct target_ctx *t, const char *name, struct record_field *f)
{
	for (uint32_t i = 0; t && t->record && i < t->record->nmembers; i++) {
		const struct type_member *m = &t->record->members[i];
		const char *array = behind(m->name, "__data_loc_");

		if (!array)
			array = behind(m->name, "__rel_loc_");
		if (!is_field(t, i) || strcmp(array ? array : m->name, name))
			continue;
		fill(t, m, f);
		return true;
	}
	return false;
}

/* A name that is an argument's too means the argument. */
static bool is_hidden(const struct target_ctx *t, const char *name)
{
	for (uint32_t i = 0; t->proto && i < t->proto->nmembers; i++)
		if (!strcmp(t->proto->members[i].name, name))
			return true;
	return false;
}

void record_each(const struct target_ctx *t, void (*f)(const struct record_field *field, void *data), void *data)
{
	struct record_field field;

	for (uint32_t i = 0; t->record && i < t->record->nmembers; i++) {
		if (!is_field(t, i))
			continue;
		fill(t, &t->record->members[i], &field);
		if (!is_hidden(t, field.name))
			f(&field, data);
	}
}

bool record_start(struct work *w, const struct record_field *f)
{
	w->f->uses_record = true;
	w->type = f->type;
	w->lvalue = true;
	work_step(w, FETCH_ENTRY, w->t->record_slot, 0);
	if (f->where == RECORD_DATA_LOC) {
		work_step(w, FETCH_PUSH, 0, 0);
		work_step(w, FETCH_ENTRY, w->t->record_slot, 0);
	}
	work_step(w, FETCH_ADD, (int64_t)f->offset, 0);
	if (f->where == RECORD_REL_LOC)
		work_step(w, FETCH_PUSH, 0, 0);
	if (f->where != RECORD_PLAIN) { /* the low half is where, the high half how many bytes */
		work_step(w, FETCH_LOAD, 4, 0);
		work_step(w, FETCH_BITS, 16, 0);
		work_step(w, FETCH_BINARY, LOC_ADD, 0);
	}
	if (f->where == RECORD_REL_LOC)
		work_step(w, FETCH_ADD, 4, 0);
	w->bit_size = f->bit_size;
	w->bit_offset = f->bit;
	return true;
}

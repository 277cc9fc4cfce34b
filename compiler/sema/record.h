/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of the record that a trace event leaves, as target variables. Private to sema. */
#ifndef SONDE_SEMA_RECORD_H
#define SONDE_SEMA_RECORD_H

#include "sema/target.h"

struct record_field {
	const char *name;
	const struct type *type;
	uint64_t offset;           /* in the record, of the field or of the word that says where it is: */
	enum { RECORD_PLAIN, RECORD_DATA_LOC, RECORD_REL_LOC } where;
	uint32_t bit_size, bit;
};

bool record_find(const struct target_ctx *t, const char *name, struct record_field *f); /* name without '$'; t may be NULL */
/* Those that no argument hides. */
void record_each(const struct target_ctx *t, void (*f)(const struct record_field *field, void *data), void *data);

/* The program begins with that field. */
bool record_start(struct work *w, const struct record_field *f);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probe points as text: the forms of the providers ("timer.ms(n)"), the names
 * of aliases ("vfs.read"), and what to say of a point that none of them fits.
 */
#ifndef SONDE_SEMA_POINT_H
#define SONDE_SEMA_POINT_H

#include "sema/sema.h"

/* How many components of the point agree with the form, from the left; *whole: all of both. */
unsigned form_match(const char *form, const struct node_list *comps, bool *whole);

/* The name of a form's component number i, from 0. Interned. */
const char *form_name(const char *form, unsigned i);

/* The point as it is written. */
const char *point_text(struct sema *s, const struct node_list *comps);

/* Reports a point that nothing answers to, with the nearest of what could stand there. */
void point_unknown(struct sema *s, const struct node_list *comps);

#endif

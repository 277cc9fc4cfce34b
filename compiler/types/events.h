/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: the trace events in a kernel's image or a module's file. Reports nothing. */
#ifndef SONDE_TYPES_EVENTS_H
#define SONDE_TYPES_EVENTS_H

#include "types/db.h"
#include "types/image.h"

/*
 * Calls f for each event, in the order of the image; db has the types of the
 * image, from BTF. The strings are valid during the call, and there is no module.
 * false: nothing can be said.
 */
bool events_scan(const struct image *im, struct type_db *db, void (*f)(const struct trace_event *e, void *data), void *data);

#endif

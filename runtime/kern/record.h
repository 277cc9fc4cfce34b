/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of a trace event, as perf gets it: record.c, for tracepoint.c. */
#ifndef SONDE_KERN_RECORD_H
#define SONDE_KERN_RECORD_H

#include "kern.h"

struct tracepoint;
struct module;
struct sd_trace_record;

/*
 * Hits of the tracepoint run p's handler, with the record's address behind the arguments in sd_ctx.entry; module: whose
 * tracepoint it is, or NULL. keep is to be registered at the tracepoint, as *data says, in front of others (priority
 * SD_RECORD_PRIORITY). -errno; -ENOLINK: what is wrong was said. Process context.
 */
int sd_record_add(const struct sd_probe *p, unsigned int place, struct tracepoint *tp, const struct module *module, struct sd_trace_record **r);
/* From what is registered: the arguments of the hit. */
void sd_record_keep(struct sd_trace_record *r, const sd_uint *args, unsigned int n);
/* After it was registered. */
void sd_record_on(struct sd_trace_record *r);
/* After it was unregistered, and no tracepoint is in flight any more. */
void sd_record_remove(struct sd_trace_record *r);

enum { SD_RECORD_PRIORITY = 11 }; /* TRACEPOINT_DEFAULT_PRIO + 1 */

#endif

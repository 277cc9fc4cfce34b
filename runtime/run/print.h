/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns records into text or JSON. Every body is checked against its length before it is believed. */
#ifndef SONDE_RUN_PRINT_H
#define SONDE_RUN_PRINT_H

#include <stdbool.h>

#include "abi.h"
#include "ask.h"
#include "ledger.h"
#include "meta.h"
#include "out.h"

struct sd_record_header;

struct print {
	struct out *out;
	const struct meta *meta;
	struct ledger ledger;
	bool json;
	unsigned int errors, warnings, bad; /* records so far; bad: those that made no sense */
	struct ask ask;
	bool replay;                        /* of files: commands were run when they were written */
	char *text;                         /* JSON: a record's text before it is escaped */
	size_t text_cap;
};

/* An error record, taken apart. */
struct print_error {
	const char *message, *hint; /* hint may be NULL */
	const struct meta_place *site, *probe; /* may be NULL */
	const struct meta_place *calls[SD_TRACE_MAX]; /* through which it came, innermost first; any may be NULL */
	unsigned int ncalls;
};

bool print_init(struct print *p, struct out *out, const struct meta *meta, bool json); /* false: out of memory */
void print_deinit(struct print *p);

/* A merge_emit; arg is the struct print. */
void print_record(void *arg, const struct sd_record_header *h, const char *body);

/* What was lost, at the end, and what the script cost; dropped is the rings' own count. True: something was lost. */
bool print_losses(struct print *p, unsigned long long dropped);

/* report.c: where probes were not attached; with -v, and always in JSON. */
void print_unplaced(const struct print *p);

/* json.c: one line of JSON each. time is in ns. */
void json_printf(struct out *o, const char *text, size_t n, const struct sd_value *args, unsigned int nargs,
		 unsigned long long time);
void json_text(struct out *o, const char *type, struct sd_str text, unsigned long long time);
void json_error(struct out *o, const struct print_error *e, unsigned long long time);
void json_time(struct out *o, const char *probe, const struct ledger_entry *e, const char *from);
void json_count(struct out *o, const char *type, const char *probe, const char *cause, unsigned long long count);
void json_unplaced(struct out *o, const char *probe, const char *cause, const struct ledger_unplaced *u);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loss ledger: what LOSS and HITS records say, summed per probe and cause, and its report at the end. */
#ifndef SONDE_RUN_LEDGER_H
#define SONDE_RUN_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"

struct meta;

/* Places of a probe that were not attached, for one reason. */
struct ledger_unplaced {
	unsigned long long n;
	char *names; /* the first of them, by spaces; NULL: none, or no memory for them */
};

struct ledger_entry {
	unsigned long long lost[SD_LOSS_COUNT], other, hits;
	struct ledger_unplaced unplaced[SD_FATE_COUNT];
	unsigned long long runs, cycles, min, max; /* -t: of the handler; runs 0: not known */
};

struct ledger {
	struct ledger_entry *entries; /* by probe index, the last one for indices the meta text does not know */
	unsigned int nprobes;
	unsigned long long unaccounted; /* records dropped on full rings beyond what the probes' entries say */
};

bool ledger_init(struct ledger *l, const struct meta *m); /* false: out of memory */
void ledger_deinit(struct ledger *l);
void ledger_loss(struct ledger *l, unsigned int cause, unsigned long long probe, unsigned long long count);
void ledger_hits(struct ledger *l, unsigned long long probe, unsigned long long count);
void ledger_time(struct ledger *l, unsigned long long probe, const unsigned long long *runs_cycles_min_max);
void ledger_unplaced(struct ledger *l, unsigned int fate, unsigned long long probe, unsigned long long count, struct sd_str names);
/* dropped: what the rings say of themselves. To be called last. */
void ledger_close(struct ledger *l, unsigned long long dropped);

/* Index of the spare entry is nprobes. A probe's name, quoted by nobody; "unknown probe" for the spare. */
const char *ledger_name(const struct meta *m, unsigned int index);
const char *ledger_cause(unsigned int cause); /* a word, for JSON */
const char *ledger_fate(unsigned int fate);   /* likewise */
const char *ledger_fate_text(unsigned int fate);

/* SD_LOSS_FAULT is none: a fault that the script did not catch is an error. */
bool ledger_any(const struct ledger_entry *e);
/* "12 hits skipped (…), 3 records dropped (…)" into buf; returns it. */
const char *ledger_text(const struct ledger_entry *e, char *buf, size_t cap);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/* The loss ledger. */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta.h"

static const struct {
	const char *word, *noun, *verb, *why;
} causes[SD_LOSS_COUNT] = {
	[SD_LOSS_REENTRANT] = { "reentrant", "hit", "skipped", "a handler was running on the CPU" },
	[SD_LOSS_LOCK] = { "lock", "hit", "skipped", "a lock was not to be had; try -DMAXTRYLOCK=N" },
	[SD_LOSS_RING] = { "ring", "record", "dropped", "ring full; try -s MB" },
	[SD_LOSS_MISSED] = { "missed", "hit", "missed", "the kernel could not call the probe; for .return try .maxactive(N)" },
	[SD_LOSS_TRUNCATED] = { "truncated", "string", "cut", "longer than MAXSTRINGLEN; try -DMAXSTRINGLEN=N" },
	[SD_LOSS_STACK] = { "stack", "hit", "skipped", "too little kernel stack was left" },
	[SD_LOSS_ERROR] = { "error", "handler", "cut short", "a run-time error, hidden by --suppress-handler-errors" },
	[SD_LOSS_OFFLINE] = { "offline", "hit", "skipped", "on a CPU that came online after the script was loaded" },
	[SD_LOSS_PLACE] = { "place", "place", "not probed", "in a module that was loaded later" },
	[SD_LOSS_FAULT] = { "fault", "read", "failed", "no memory at the address" },
	[SD_LOSS_CALLERS] = { "callers", "hit", "skipped", "the program has no table of frames (.eh_frame) that tells who called" },
};

static const struct {
	const char *word, *text;
} fates[SD_FATE_COUNT] = {
	[SD_FATE_STOPPED] = { "stopped", "left out (the script ended before their turn)" },
	[SD_FATE_AWAY] = { "away", "in modules that were not loaded" },
	[SD_FATE_ABSENT] = { "absent", "not in the kernel that runs, or in its module" },
	[SD_FATE_DENIED] = { "denied", "left out of patterns (handlers, or the way into them, need them)" },
	[SD_FATE_NOTRACE] = { "notrace", "not traceable (notrace), and too many for breakpoints" },
	[SD_FATE_REFUSED] = { "refused", "refused by the kernel (blacklisted, or gone after the start)" },
};

const char *ledger_fate(unsigned int fate)
{
	return fates[fate].word;
}

const char *ledger_fate_text(unsigned int fate)
{
	return fates[fate].text;
}

bool ledger_init(struct ledger *l, const struct meta *m)
{
	memset(l, 0, sizeof(*l));
	l->nprobes = m->nprobes;
	l->entries = calloc((size_t)m->nprobes + 1, sizeof(*l->entries));
	return l->entries;
}

void ledger_deinit(struct ledger *l)
{
	for (unsigned int i = 0; l->entries && i <= l->nprobes; i++)
		for (unsigned int f = 0; f < SD_FATE_COUNT; f++)
			free(l->entries[i].unplaced[f].names);
	free(l->entries);
	l->entries = NULL;
}

static struct ledger_entry *entry(struct ledger *l, unsigned long long probe)
{
	return &l->entries[probe < l->nprobes ? probe : l->nprobes];
}

void ledger_loss(struct ledger *l, unsigned int cause, unsigned long long probe, unsigned long long count)
{
	if (cause < SD_LOSS_COUNT)
		entry(l, probe)->lost[cause] += count;
	else
		entry(l, probe)->other += count;
}

void ledger_hits(struct ledger *l, unsigned long long probe, unsigned long long count)
{
	entry(l, probe)->hits += count;
}

void ledger_time(struct ledger *l, unsigned long long probe, const unsigned long long *v)
{
	struct ledger_entry *e = entry(l, probe);

	e->runs = v[0];
	e->cycles = v[1];
	e->min = v[2];
	e->max = v[3];
}

void ledger_unplaced(struct ledger *l, unsigned int fate, unsigned long long probe, unsigned long long count, struct sd_str names)
{
	struct ledger_unplaced *u;

	if (fate >= SD_FATE_COUNT)
		return;
	u = &entry(l, probe)->unplaced[fate];
	u->n += count;
	if (!u->names)
		u->names = strndup(names.s, names.n);
}

void ledger_close(struct ledger *l, unsigned long long dropped)
{
	unsigned long long told = 0;

	for (unsigned int i = 0; i <= l->nprobes; i++)
		told += l->entries[i].lost[SD_LOSS_RING];
	l->unaccounted = dropped > told ? dropped - told : 0;
}

const char *ledger_name(const struct meta *m, unsigned int index)
{
	const struct meta_place *p = meta_probe(m, index);

	return p ? p->what.s : "(unknown)";
}

const char *ledger_cause(unsigned int cause)
{
	return cause < SD_LOSS_COUNT ? causes[cause].word : "other";
}

bool ledger_any(const struct ledger_entry *e)
{
	for (unsigned int c = 0; c < SD_LOSS_COUNT; c++)
		if (e->lost[c] && c != SD_LOSS_FAULT)
			return true;
	return e->other;
}

const char *ledger_text(const struct ledger_entry *e, char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned int c = 0; c < SD_LOSS_COUNT && n < cap; c++)
		if (e->lost[c] && c != SD_LOSS_FAULT)
			n += (size_t)snprintf(buf + n, cap - n, "%s%llu %s%s %s (%s)", n ? ", " : "", e->lost[c], causes[c].noun,
					      e->lost[c] == 1 ? "" : "s", causes[c].verb, causes[c].why);
	if (e->other && n < cap)
		snprintf(buf + n, cap - n, "%s%llu for a cause this sonderun does not know", n ? ", " : "", e->other);
	return buf;
}

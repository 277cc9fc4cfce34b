// SPDX-License-Identifier: GPL-2.0-or-later
/* What is told, at the end, of places that were not attached. The probes that one pattern made are told of together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "print.h"

struct sum {
	unsigned long long n[SD_FATE_COUNT], all;
};

static bool same(const struct print *p, unsigned int a, unsigned int b)
{
	return !strcmp(ledger_name(p->meta, a), ledger_name(p->meta, b));
}

static bool any(const struct ledger_entry *e)
{
	for (unsigned int f = 0; f < SD_FATE_COUNT; f++)
		if (e->unplaced[f].n)
			return true;
	return false;
}

/* The probes from i on that have its name, and of which something is to be told. False: those are told already. */
static bool add(const struct print *p, unsigned int i, struct sum *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (unsigned int k = 0; k < i; k++)
		if (any(&p->ledger.entries[k]) && same(p, k, i))
			return false;
	for (unsigned int k = i; k <= p->ledger.nprobes; k++) {
		const struct ledger_entry *e = &p->ledger.entries[k];

		if (!any(e) || !same(p, k, i))
			continue;
		for (unsigned int f = 0; f < SD_FATE_COUNT; f++) {
			sum->n[f] += e->unplaced[f].n;
			sum->all += e->unplaced[f].n;
		}
	}
	return true;
}

static void names(const struct print *p, unsigned int i, unsigned int fate)
{
	for (unsigned int k = i; k <= p->ledger.nprobes; k++) {
		const struct ledger_unplaced *u = &p->ledger.entries[k].unplaced[fate];
		unsigned long long told = 1;

		if (!u->n || !u->names || !same(p, k, i))
			continue;
		for (const char *c = u->names; *c; c++)
			told += *c == ' ';
		if (told < u->n)
			msg_info(2, "  %s: %s, and %llu more", ledger_fate(fate), u->names, u->n - told);
		else
			msg_info(2, "  %s: %s", ledger_fate(fate), u->names);
	}
}

static void text(const struct print *p, unsigned int i, const struct sum *sum)
{
	char buf[512];
	size_t n = 0;

	for (unsigned int f = 0; f < SD_FATE_COUNT; f++)
		if (sum->n[f] && n < sizeof(buf))
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%llu %s", n ? ", " : "", sum->n[f], ledger_fate_text(f));
	msg_info(1, "probe %s: not attached at %llu place%s: %s", ledger_name(p->meta, i), sum->all, sum->all == 1 ? "" : "s", buf);
	for (unsigned int f = 0; f < SD_FATE_COUNT; f++)
		names(p, i, f);
}

void print_unplaced(const struct print *p)
{
	struct sum sum;

	for (unsigned int i = 0; i <= p->ledger.nprobes; i++) {
		const struct ledger_entry *e = &p->ledger.entries[i];

		if (!any(e))
			continue;
		if (!p->json && msg_verbose && add(p, i, &sum))
			text(p, i, &sum);
		for (unsigned int f = 0; p->json && f < SD_FATE_COUNT; f++)
			if (e->unplaced[f].n)
				json_unplaced(p->out, ledger_name(p->meta, i), ledger_fate(f), &e->unplaced[f]);
	}
}

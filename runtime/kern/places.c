// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What was attached and what not: of the places that the script's probes name,
 * how many are where they should be, and for each probe and each reason those
 * that are not. Told when it is all over, since modules come and go.
 */
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "kern.h"

enum {
	NAMES = 32,         /* of one probe and reason, so that a pattern does not fill the ring */
	NAMES_BYTES = 1024,
};

static int compare(const void *a, const void *b)
{
	const struct sd_want *x = a, *y = b;

	if (x->probe->index != y->probe->index)
		return x->probe->index < y->probe->index ? -1 : 1;
	if (x->fate != y->fate)
		return x->fate < y->fate ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static void put_record(const struct sd_probe *p, unsigned int fate, unsigned int n, const char *names, unsigned int len)
{
	struct sd_ctx *c = &sd_process->ctx;
	char *r;

	c->probe = NULL; /* a loss of these is no loss of the probe's */
	r = sd_rec_begin(c, SD_REC_UNPLACED, fate, 16 + SD_STR_BYTES(len));
	if (!r)
		return;
	r = sd_put_int(r, p->index);
	r = sd_put_int(r, n);
	sd_put_str(r, (struct sd_str){ names, len });
	sd_rec_end(c);
}

/* n places of one probe and one fate. */
static void tell(const struct sd_want *v, unsigned int n)
{
	char *buf = sd_process->dump;
	unsigned int i, len = 0;

	BUILD_BUG_ON(sizeof(sd_process->dump) < NAMES_BYTES);
	for (i = 0; i < n && i < NAMES; i++) {
		const struct sd_place *p = &v[i].probe->places[v[i].place];
		const char *name = p->function && !p->offset ? p->function : p->pp;

		if (len + strlen(name) + 2 > NAMES_BYTES)
			break;
		len += scnprintf(buf + len, NAMES_BYTES - len, "%s%s", len ? " " : "", name);
	}
	put_record(v->probe, v->fate, n, buf, len);
}

void sd_places_tell(struct sd_want *v, unsigned int n)
{
	unsigned int i, len;

	sort(v, n, sizeof(*v), compare, NULL);
	for (i = 0; i < n; i += len) {
		len = 1;
		while (i + len < n && v[i + len].probe == v[i].probe && v[i + len].fate == v[i].fate)
			len++;
		if (v[i].fate < SD_FATE_COUNT)
			tell(v + i, len);
		else
			sd_control->attached += len;
		sd_control->places += len;
		if (v[i].probe->ndenied && (!i || v[i - 1].probe != v[i].probe)) {
			put_record(v[i].probe, SD_FATE_DENIED, v[i].probe->ndenied, v[i].probe->denied, strlen(v[i].probe->denied));
			sd_control->places += v[i].probe->ndenied;
		}
	}
	if (sd_process->out.stamped)
		sd_out_close(&sd_process->out);
}

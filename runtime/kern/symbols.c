// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From names to addresses. The kernel exports no lookup to modules, but tells
 * where a symbol is when a kprobe is registered on it; by that way its lookup
 * functions are found, once, and then called. Where that is not possible each
 * name is asked for with a kprobe that is never armed.
 */
#include <linux/kprobes.h>
#include <linux/kallsyms.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "kern.h"
#include "compat/indirect_call.h"

static unsigned long (*lookup_name)(const char *name);
static int (*on_each_match)(int (*fn)(void *data, unsigned long addr), const char *name, void *data);

/* The address of a function by a kprobe that is not armed; 0 when there is none, or it may not be probed. */
static unsigned long ask_kprobe(const char *name)
{
	struct kprobe kp = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	unsigned long addr;

	if (register_kprobe(&kp))
		return 0;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

static void find_lookups(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	if (!sd_may_call_any_address())
		return;
	lookup_name = (void *)ask_kprobe("kallsyms_lookup_name");
	if (lookup_name)
		on_each_match = (void *)lookup_name("kallsyms_on_each_match_symbol");
}

unsigned long sd_address(const char *module, const char *name)
{
	char full[KSYM_NAME_LEN + MODULE_NAME_LEN + 2];

	find_lookups();
	if (module) {
		snprintf(full, sizeof(full), "%s:%s", module, name);
		name = full;
	}
	return lookup_name ? lookup_name(name) : ask_kprobe(name);
}

static int append(struct sd_spots *s, unsigned long ip, const struct sd_probe *p, unsigned int place)
{
	if (s->n == s->cap) {
		unsigned int cap = s->cap ? 2 * s->cap : 64;
		struct sd_spot *v = kvmalloc_array(cap, sizeof(*v), GFP_KERNEL);

		if (!v)
			return -ENOMEM;
		if (s->n)
			memcpy(v, s->v, s->n * sizeof(*v));
		kvfree(s->v);
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = (struct sd_spot){ .ip = ip, .probe = p, .place = place };
	return 0;
}

struct matches {
	struct sd_spots *out;
	const struct sd_probe *probe;
	unsigned int place;
	int err;
};

static int add_match(void *data, unsigned long addr)
{
	struct matches *m = data;

	m->err = append(m->out, addr + m->probe->places[m->place].offset, m->probe, m->place);
	return m->err;
}

static int resolve_place(const struct sd_probe *p, unsigned int i, struct sd_spots *out)
{
	const struct sd_place *place = &p->places[i];
	struct matches m = { .out = out, .probe = p, .place = i };
	const char *name = place->symbol ? place->symbol : place->function;
	unsigned long addr;

	if (!name)
		return append(out, place->offset, p, i);
	if (!place->module && on_each_match) {
		on_each_match(add_match, name, &m);
		return m.err;
	}
	addr = sd_address(place->module, name);
	return addr ? append(out, addr + place->offset, p, i) : 0;
}

int sd_resolve(const struct sd_probe *p, struct sd_spots *out)
{
	unsigned int i;
	int err;

	find_lookups();
	for (i = 0; i < p->nplaces; i++) {
		err = resolve_place(p, i, out);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

void sd_spots_free(struct sd_spots *s)
{
	kvfree(s->v);
	*s = (struct sd_spots){};
}

/* By address; of one address, in the order of the script. */
static int compare(const void *a, const void *b)
{
	const struct sd_spot *x = a, *y = b;

	if (x->ip != y->ip)
		return x->ip < y->ip ? -1 : 1;
	if (x->probe->index != y->probe->index)
		return x->probe->index < y->probe->index ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

void sd_spots_sort(struct sd_spots *s)
{
	if (s->n)
		sort(s->v, s->n, sizeof(*s->v), compare, NULL);
}

enum { NOT_FOUND, REFUSED, TAKEN };

static const char *why_not(const struct sd_place *place, int seen, int err)
{
	if (seen == NOT_FOUND)
		return place->module ? "no such function in the module, or it is not loaded" : "no such function in the kernel";
	switch (err) {
	case -EINVAL:
		return "the kernel does not allow it (not traceable, or on its list of functions not to probe)";
	case -EILSEQ:
		return "the address is not the start of an instruction";
	case -ENOMEM:
		return "out of memory";
	}
	return "the kernel refused";
}

/* Has any probe that the same pattern made a place? Names are the pattern as the user wrote it. */
int sd_check_wildcards(const struct sd_probe *const *probes, unsigned int n, const struct sd_spots *(*spots_of)(unsigned int i))
{
	unsigned int i, j, k;
	int r = 0;

	for (i = 0; i < n; i++) {
		bool taken = false, first = true;

		if ((probes[i]->flags & (SD_PROBE_WILDCARD | SD_PROBE_OPTIONAL)) != SD_PROBE_WILDCARD)
			continue;
		for (j = 0; j < n && !taken && first; j++) {
			const struct sd_spots *s = spots_of(j);

			if (probes[j]->name != probes[i]->name && strcmp(probes[j]->name, probes[i]->name))
				continue;
			first = j >= i; /* judged before */
			for (k = 0; k < s->n && !taken; k++)
				taken = s->v[k].probe == probes[j] && s->v[k].state != SD_SPOT_REFUSED;
		}
		if (taken || !first)
			continue;
		sd_complain(probes[i], "cannot probe %s: of the functions it matches none can be probed in this kernel", probes[i]->name);
		r = -ENOENT;
	}
	return r;
}

int sd_check_places(const struct sd_probe *p, const struct sd_spots *spots, int why)
{
	unsigned char *seen = kvzalloc(p->nplaces ? p->nplaces : 1, GFP_KERNEL);
	unsigned int i;
	int r = 0;

	if (!seen)
		return -ENOMEM;
	for (i = 0; i < spots->n; i++) {
		const struct sd_spot *s = &spots->v[i];

		if (s->probe == p)
			seen[s->place] = max_t(int, seen[s->place], s->state == SD_SPOT_REFUSED ? REFUSED : TAKEN);
	}
	for (i = 0; i < p->nplaces; i++) {
		const struct sd_place *place = &p->places[i];

		if (seen[i] == TAKEN)
			continue;
		if (p->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD))
			continue;
		sd_complain(p, "cannot probe %s: %s", place->offset ? place->pp : place->function, why_not(place, seen[i], why));
		r = -ENOENT;
	}
	kvfree(seen);
	return r;
}

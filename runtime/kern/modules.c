// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which places are in the kernel and which in modules: those of a module are
 * attached when it comes, before its own code has run, and let go before it
 * goes, as often as that happens. What attaching is, function.c and
 * statement.c know.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/rcupdate.h>
#include "kern.h"

/* Beside the fates that the runner is told of. */
enum { TAKEN = SD_FATE_COUNT };

static const struct sd_place *place_of(const struct sd_want *w)
{
	return &w->probe->places[w->place];
}

static int compare_names(const char *a, const char *b)
{
	return !a || !b ? !!a - !!b : strcmp(a, b);
}

static int compare(const void *a, const void *b)
{
	const struct sd_want *x = a, *y = b;
	int c = compare_names(place_of(x)->module, place_of(y)->module);

	if (c)
		return c;
	if (x->probe->index != y->probe->index)
		return x->probe->index < y->probe->index ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int make_scopes(struct sd_scopes *p, const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, k, total = 0;

	for (i = 0; i < n; i++)
		total += probes[i]->nplaces;
	p->wants = sd_may_fail(kvcalloc(max(total, 1u), sizeof(*p->wants), GFP_KERNEL));
	p->scopes = sd_may_fail(kvcalloc(total + 1, sizeof(*p->scopes), GFP_KERNEL));
	if (!p->wants || !p->scopes)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		for (k = 0; k < probes[i]->nplaces; k++)
			p->wants[p->nwants++] = (struct sd_want){ .probe = probes[i], .place = k, .fate = SD_FATE_STOPPED };
	sort(p->wants, p->nwants, sizeof(*p->wants), compare, NULL);
	p->nscopes = 1;
	for (i = 0; i < p->nwants; i++) {
		const char *module = place_of(&p->wants[i])->module;

		if (compare_names(p->scopes[p->nscopes - 1].module, module)) {
			p->scopes[p->nscopes].module = module;
			p->scopes[p->nscopes].first = i;
			p->nscopes++;
		}
		p->scopes[p->nscopes - 1].n++;
	}
	return 0;
}

/* Of a name's addresses the one that fared best counts. */
static unsigned int fate_of(const struct sd_spot *s)
{
	switch ((enum sd_spot_state)s->state) {
	case SD_SPOT_REFUSED:
		return SD_FATE_REFUSED;
	case SD_SPOT_NOTRACE:
		return SD_FATE_NOTRACE;
	case SD_SPOT_NEW:
	case SD_SPOT_LEFT:
		return SD_FATE_STOPPED;
	case SD_SPOT_FTRACE:
	case SD_SPOT_KPROBE:
		break;
	}
	return TAKEN;
}

static int attach_scope(struct sd_scopes *p, struct sd_scope *s)
{
	unsigned int i;
	int err;

	for (i = s->first; i < s->first + s->n; i++) {
		p->wants[i].fate = SD_FATE_ABSENT;
		err = sd_resolve(p->wants[i].probe, p->wants[i].place, i, &s->spots);
		if (err)
			return err;
		cond_resched();
	}
	if (s->module && !s->spots.n && !sd_module_loaded(s->module)) {
		for (i = s->first; i < s->first + s->n; i++)
			p->wants[i].fate = SD_FATE_AWAY;
		return 0;
	}
	s->attached = true;
	s->why = -EINVAL;
	err = p->ops->attach(s);
	for (i = 0; i < s->spots.n; i++) {
		unsigned int *fate = &p->wants[s->spots.v[i].want].fate;

		*fate = max(*fate, fate_of(&s->spots.v[i]));
	}
	return err;
}

static void release_scope(struct sd_scopes *p, struct sd_scope *s)
{
	if (s->attached)
		p->ops->finish(s);
	sd_spots_free(&s->spots);
	s->attached = false;
}

/* ---- what could not be attached ------------------------------------------------------ */

static const char *why_not(const struct sd_scope *s, const struct sd_want *w, unsigned int want)
{
	unsigned int i;

	if (w->fate == SD_FATE_ABSENT)
		return place_of(w)->module ? "the module that is loaded has no such function" : "no such function in the kernel";
	switch (s->why) {
	case -EINVAL:
		for (i = 0; i < s->spots.n; i++)
			if (s->spots.v[i].want == want)
				return sd_refused_why(s->spots.v[i].ip);
		break;
	case -EILSEQ:
		return "the address is not the start of an instruction";
	case -EOPNOTSUPP:
		return "this machine's kernel lets no module walk the stack";
	case -ENOMEM:
		return "out of memory";
	}
	return "the kernel refused";
}

static int check_places(const struct sd_scopes *p, const struct sd_scope *s)
{
	unsigned int i;
	int err = 0;

	for (i = s->first; i < s->first + s->n && s->attached; i++) {
		const struct sd_want *w = &p->wants[i];

		if (w->fate == TAKEN || (w->probe->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD)))
			continue;
		if (place_of(w)->function)
			sd_complain(w->probe, "cannot probe %s: %s", place_of(w)->offset ? place_of(w)->pp : place_of(w)->function,
				    why_not(s, w, i));
		else
			sd_complain(w->probe, "cannot probe address 0x%llx: %s", place_of(w)->offset, why_not(s, w, i));
		err = -ENOENT;
	}
	return err;
}

static bool is_attached(const struct sd_scopes *p, const struct sd_want *w)
{
	unsigned int i;

	for (i = 0; i < p->nscopes; i++)
		if (w >= &p->wants[p->scopes[i].first] && w < &p->wants[p->scopes[i].first + p->scopes[i].n])
			return p->scopes[i].attached;
	return false;
}

/* The probes that one pattern made need one place, there or still to come. Their name is the pattern as the user wrote it. */
static int check_wildcards(const struct sd_scopes *p, const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, j, k;
	int err = 0;

	for (i = 0; i < n; i++) {
		bool taken = false, first = true;

		if ((probes[i]->flags & (SD_PROBE_WILDCARD | SD_PROBE_OPTIONAL)) != SD_PROBE_WILDCARD)
			continue;
		for (j = 0; j < i && first; j++)
			first = strcmp(probes[j]->name, probes[i]->name);
		if (!first)
			continue; /* judged before */
		for (k = 0; k < p->nwants && !taken; k++)
			taken = !strcmp(p->wants[k].probe->name, probes[i]->name) && (p->wants[k].fate == TAKEN || !is_attached(p, &p->wants[k]));
		if (taken)
			continue;
		sd_complain(probes[i], "cannot probe %s: of the functions it matches none can be probed in this kernel", probes[i]->name);
		err = -ENOENT;
	}
	return err;
}

/* ---- modules that come and go ------------------------------------------------------------ */

/* A module that comes later is said what is wrong with its places; the script goes on with the others. */
static void module_comes(struct sd_scopes *p, struct sd_scope *s)
{
	unsigned int i;
	int err;

	if (s->attached)
		return;
	err = attach_scope(p, s);
	if (err)
		s->why = err;
	for (i = s->first; i < s->first + s->n; i++) {
		const struct sd_want *w = &p->wants[i];

		if ((w->fate == TAKEN && !err) || (w->probe->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD)))
			continue;
		sd_warn_hit(w->probe, SD_LOSS_PLACE, "cannot probe %s: %s",
			    place_of(w)->offset || !place_of(w)->function ? place_of(w)->pp : place_of(w)->function, why_not(s, w, i));
	}
}

static void module_goes(struct sd_scopes *p, struct sd_scope *s)
{
	if (!s->attached)
		return;
	p->ops->detach(s);
	synchronize_rcu_expedited(); /* handlers run with interrupts off */
	release_scope(p, s);
}

static int on_module(struct notifier_block *nb, unsigned long state, void *data)
{
	struct sd_scopes *p = container_of(nb, struct sd_scopes, watch);
	const struct module *m = data;
	unsigned int lo = 1, n;

	if (state != MODULE_STATE_COMING && state != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	mutex_lock(&p->lock);
	for (n = p->nscopes - 1; n;) {
		unsigned int half = n / 2;
		int c = strcmp(p->scopes[lo + half].module, m->name);

		if (!c) {
			if (state == MODULE_STATE_COMING)
				module_comes(p, &p->scopes[lo + half]);
			else
				module_goes(p, &p->scopes[lo + half]);
			break;
		}
		if (c < 0) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	mutex_unlock(&p->lock);
	return NOTIFY_OK;
}

/* ---- for function.c and statement.c ------------------------------------------------------------------------ */

int sd_scopes_attach(struct sd_scopes *p, const struct sd_probe *const *probes, unsigned int n, const struct sd_scope_ops *ops)
{
	int err, bad = 0;
	unsigned int i;

	p->ops = ops;
	p->watch.notifier_call = on_module;
	mutex_init(&p->lock);
	err = make_scopes(p, probes, n);
	if (err)
		return err;
	if (p->nscopes > 1) {
		/* First, so that none is missed that comes meanwhile. */
		err = sd_may_refuse(register_module_notifier(&p->watch));
		if (err) {
			sd_complain(probes[0], "cannot watch modules come and go: error %d", err);
			return -ENOENT; /* said */
		}
		p->watching = true;
	}
	for (i = 0; i < p->nscopes && !err; i++) {
		mutex_lock(&p->lock);
		if (!p->scopes[i].attached)
			err = attach_scope(p, &p->scopes[i]);
		if (!err && check_places(p, &p->scopes[i]))
			bad = -ENOENT;
		mutex_unlock(&p->lock);
	}
	if (err)
		return err;
	mutex_lock(&p->lock);
	err = check_wildcards(p, probes, n);
	mutex_unlock(&p->lock);
	return err ? err : bad;
}

void sd_scopes_detach(struct sd_scopes *p)
{
	unsigned int i;

	if (p->watching)
		unregister_module_notifier(&p->watch);
	p->watching = false;
	for (i = 0; i < p->nscopes; i++)
		if (p->scopes[i].attached)
			p->ops->detach(&p->scopes[i]);
}

void sd_scopes_finish(struct sd_scopes *p)
{
	unsigned int i;

	for (i = 0; i < p->nscopes; i++)
		release_scope(p, &p->scopes[i]);
	sd_places_tell(p->wants, p->nwants);
	kvfree(p->scopes);
	kvfree(p->wants);
	p->scopes = NULL;
	p->wants = NULL;
	p->nscopes = p->nwants = 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tracepoint: a tracepoint calls its probes like any function, with a pointer
 * of ours in front. Those of the kernel are found by walking over all of them;
 * those of a module when it comes, and they are let go before it goes.
 */
#include <linux/tracepoint.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/mutex.h>
#include "kern.h"
#include "record.h"

/* A probe at a tracepoint. */
struct point {
	struct list_head list;
	struct tracepoint *tp;
	void *function;
	const struct module *module; /* whose tracepoint it is; NULL: the kernel's own */
	const struct sd_probe *probe;
	unsigned int place;
	struct sd_trace_record *record;    /* NULL: its handler does not want it */
};

/* Beside the fates that the runner is told of. */
enum { TAKEN = SD_FATE_COUNT };

static struct sd_want *wants;    /* by name */
static unsigned int nwants;
static LIST_HEAD(points);       /* in the order of the script, for each tracepoint */
static DEFINE_MUTEX(lock);      /* of points: modules come and go while we attach and detach */
static bool watching;

/* ---- hits -------------------------------------------------------------------------- */

static __always_inline void hit(const struct point *p, sd_uint *args)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p->probe, &flags);

	if (!c)
		return;
	sd_count_hit(c, p->probe);
	c->regs = NULL;
	c->ip = 0;
	c->site = p->place;
	c->entry = args;
	p->probe->handler(c);
	sd_leave(c, flags);
}

/* Where the record is wanted, what the kernel does next brings it, and the hit. */
static __always_inline void keep(const struct point *p, const sd_uint *args, unsigned int n)
{
	sd_record_keep(p->record, args, n);
}

/*
 * Functions for each number of arguments beyond those that are passed in
 * registers, so that none reads stack which its caller has not written. Each argument
 * is taken as eight bytes; what of them counts, the handler knows.
 */
typedef unsigned long A;
#define TAKES(n, params, ...) \
	static void hit##n(void *p, params) { sd_uint v[] = { __VA_ARGS__ }; hit(p, v); } \
	static void keep##n(void *p, params) { const sd_uint v[] = { __VA_ARGS__ }; keep(p, v, ARRAY_SIZE(v)); }
#define P(...) __VA_ARGS__

TAKES(5, P(A a, A b, A c, A d, A e), a, b, c, d, e)
TAKES(6, P(A a, A b, A c, A d, A e, A f), a, b, c, d, e, f)
TAKES(7, P(A a, A b, A c, A d, A e, A f, A g), a, b, c, d, e, f, g)
TAKES(8, P(A a, A b, A c, A d, A e, A f, A g, A h), a, b, c, d, e, f, g, h)
TAKES(9, P(A a, A b, A c, A d, A e, A f, A g, A h, A i), a, b, c, d, e, f, g, h, i)
TAKES(10, P(A a, A b, A c, A d, A e, A f, A g, A h, A i, A j), a, b, c, d, e, f, g, h, i, j)
TAKES(11, P(A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k), a, b, c, d, e, f, g, h, i, j, k)
TAKES(12, P(A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k, A l), a, b, c, d, e, f, g, h, i, j, k, l)

static void *const functions[][2] = {
	{ hit5, keep5 }, { hit5, keep5 }, { hit5, keep5 }, { hit5, keep5 }, { hit5, keep5 }, { hit5, keep5 }, { hit6, keep6 },
	{ hit7, keep7 }, { hit8, keep8 }, { hit9, keep9 }, { hit10, keep10 }, { hit11, keep11 }, { hit12, keep12 },
};

/* ---- attaching --------------------------------------------------------------------- */

static const char *name_of(const struct sd_want *w)
{
	return w->probe->places[w->place].function;
}

static int compare(const void *a, const void *b)
{
	const struct sd_want *x = a, *y = b;
	int c = strcmp(name_of(x), name_of(y));

	if (c)
		return c;
	return x->probe->index < y->probe->index ? -1 : x->probe->index > y->probe->index;
}

/* The first want of a name, or nwants. */
static unsigned int find(const char *name)
{
	unsigned int lo = 0, n = nwants;

	while (n) {
		unsigned int half = n / 2;

		if (strcmp(name_of(&wants[lo + half]), name) < 0) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo < nwants && !strcmp(name_of(&wants[lo]), name) ? lo : nwants;
}

static int attach_one(struct tracepoint *tp, const struct module *module, struct sd_want *w)
{
	const struct sd_tracepoint *d = w->probe->data;
	struct point *p = sd_may_fail(kzalloc(sizeof(*p), GFP_KERNEL));
	int err;

	if (!p)
		return -ENOMEM;
	p->tp = tp;
	p->module = module;
	p->probe = w->probe;
	p->place = w->place;
	p->function = functions[min_t(unsigned int, d->nsaved, ARRAY_SIZE(functions) - 1)][!!d->record];
	err = d->record ? sd_record_add(w->probe, w->place, tp, module, &p->record) : 0;
	if (!err)
		err = sd_may_refuse(tracepoint_probe_register_prio(tp, p->function, p,
								   d->record ? SD_RECORD_PRIORITY : TRACEPOINT_DEFAULT_PRIO));
	if (err) {
		if (p->record)
			sd_record_remove(p->record);
		kfree(p);
		if (err == -ENOLINK && (w->probe->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD))) {
			w->fate = SD_FATE_REFUSED;
			return 0;
		}
		return err;
	}
	if (p->record)
		sd_record_on(p->record);
	list_add_tail(&p->list, &points);
	w->fate = TAKEN;
	return module ? 0 : sd_stage_took(1);
}

static int attach_tracepoint(struct tracepoint *tp, const struct module *module)
{
	unsigned int i;
	int err = 0;

	for (i = find(tp->name); i < nwants && !strcmp(name_of(&wants[i]), tp->name) && !err; i++) {
		const char *of = wants[i].probe->places[wants[i].place].module;

		if (module ? of && !strcmp(of, module->name) : !of)
			err = attach_one(tp, module, &wants[i]);
	}
	return err;
}

struct search {
	const char *name;
	struct tracepoint *found;
};

static void compare_name(struct tracepoint *tp, void *data)
{
	struct search *s = data;

	if (!strcmp(tp->name, s->name))
		s->found = tp;
}

struct tracepoint *sd_tracepoint(const char *name)
{
	struct search s = { .name = name };

	for_each_kernel_tracepoint(compare_name, &s);
	return s.found;
}

struct walk {
	int err;
};

static void each_tracepoint(struct tracepoint *tp, void *data)
{
	struct walk *w = data;

	if (!w->err)
		w->err = attach_tracepoint(tp, NULL);
}

static void detach_point(struct point *p)
{
	tracepoint_probe_unregister(p->tp, p->function, p);
}

/* None of them is in flight any more. */
static void free_points(struct list_head *list)
{
	struct point *p, *next;

	list_for_each_entry_safe(p, next, list, list) {
		if (p->record)
			sd_record_remove(p->record);
		kfree(p);
	}
	INIT_LIST_HEAD(list);
}

static void module_goes(const struct module *module)
{
	struct point *p, *next;
	LIST_HEAD(gone);

	list_for_each_entry_safe(p, next, &points, list)
		if (p->module == module) {
			detach_point(p);
			list_move(&p->list, &gone);
		}
	if (list_empty(&gone))
		return;
	tracepoint_synchronize_unregister();
	free_points(&gone);
}

static void warn_wants(const struct tracepoint *tp, const struct module *module, int err)
{
	unsigned int i;

	for (i = 0; i < nwants; i++)
		if (!strcmp(name_of(&wants[i]), tp->name))
			sd_warn_hit(wants[i].probe, SD_LOSS_PLACE, "cannot probe tracepoint %s of module %s: error %d", tp->name, module->name, err);
}

static int on_module(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct tp_module *tm = data;
	unsigned int i;

	mutex_lock(&lock);
	if (state == MODULE_STATE_COMING) {
		for (i = 0; i < tm->mod->num_tracepoints; i++) {
			struct tracepoint *tp = tracepoint_ptr_deref(&tm->mod->tracepoints_ptrs[i]);
			int err = attach_tracepoint(tp, tm->mod);

			if (err)
				warn_wants(tp, tm->mod, err);
		}
	} else if (state == MODULE_STATE_GOING) {
		module_goes(tm->mod);
	}
	mutex_unlock(&lock);
	return NOTIFY_OK;
}

static struct notifier_block watch = { .notifier_call = on_module };

/* Each kernel tracepoint that was named has to be there; a module may come later. */
static int check_found(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nwants; i++) {
		const struct sd_probe *p = wants[i].probe;

		if (wants[i].fate == TAKEN || p->places[wants[i].place].module || (p->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD)))
			continue;
		sd_complain(p, "cannot probe %s: the kernel has no such tracepoint", name_of(&wants[i]));
		err = -ENOENT;
	}
	return err;
}

static int tracepoint_attach(const struct sd_probe *const *probes, unsigned int n)
{
	struct walk w = {};
	unsigned int i, k, total = 0;
	bool modules = false;
	int err;

	if (IS_ENABLED(CONFIG_CFI_CLANG) || IS_ENABLED(CONFIG_CFI)) {
		/* A tracepoint calls its probes through pointers to functions of its own type. */
		sd_complain(probes[0], "this kernel checks the types of functions that it calls (CFI), which keeps it from calling tracepoint probes");
		return -EOPNOTSUPP;
	}
	for (i = 0; i < n; i++)
		total += probes[i]->nplaces;
	wants = sd_may_fail(kvcalloc(total, sizeof(*wants), GFP_KERNEL));
	if (!wants)
		goto no_memory;
	for (i = 0; i < n; i++)
		for (k = 0; k < probes[i]->nplaces; k++) {
			modules |= !!probes[i]->places[k].module;
			wants[nwants++] = (struct sd_want){ .probe = probes[i], .place = k };
		}
	sort(wants, nwants, sizeof(*wants), compare, NULL);
	mutex_lock(&lock);
	for_each_kernel_tracepoint(each_tracepoint, &w);
	mutex_unlock(&lock);
	if (w.err == -ENOMEM)
		goto no_memory;
	if (w.err) {
		for (i = 0; i < nwants; i++)
			if (w.err == -ECANCELED && wants[i].fate != TAKEN)
				wants[i].fate = SD_FATE_STOPPED;
		if (w.err != -ECANCELED && w.err != -ENOLINK)
			sd_complain(probes[0], "cannot register with a tracepoint: error %d", w.err);
		return w.err;
	}
	if (modules) {
		/* Calls on_module() for those that are there. */
		err = sd_may_refuse(register_tracepoint_module_notifier(&watch));
		if (err) {
			sd_complain(probes[0], "cannot watch modules for their tracepoints: error %d", err);
			return err;
		}
		watching = true;
	}
	return check_found();
no_memory:
	sd_complain(probes[0], "out of memory for tracepoint probes");
	return -ENOMEM;
}

static void tracepoint_detach(void)
{
	struct point *p;

	if (watching)
		unregister_tracepoint_module_notifier(&watch);
	watching = false;
	list_for_each_entry(p, &points, list)
		detach_point(p);
	tracepoint_synchronize_unregister();
	list_for_each_entry(p, &points, list) {
		if (p->record)
			sd_record_remove(p->record);
		p->record = NULL;
	}
}

static void tracepoint_finish(void)
{
	free_points(&points);
	sd_places_tell(wants, nwants);
	kvfree(wants);
	wants = NULL;
	nwants = 0;
}

const struct sd_kind sd_kind_tracepoint = {
	.name = "tracepoint",
	.attach = tracepoint_attach,
	.detach = tracepoint_detach,
	.finish = tracepoint_finish,
};

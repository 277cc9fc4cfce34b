// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From names to addresses. The kernel exports no lookup to modules, but tells
 * where a symbol is when a kprobe is registered on it; by that way its lookup
 * functions are found, once, and then called. Where that is not possible each
 * name is asked for with a kprobe that is never armed.
 */
#include <linux/kprobes.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
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
	if (!sd_may_call_any_address() || sd_without("lookup"))
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

static int append(struct sd_spots *s, unsigned long ip, const struct sd_probe *p, unsigned int place, unsigned int want)
{
	if (s->n == s->cap) {
		unsigned int cap = s->cap ? 2 * s->cap : 64;
		struct sd_spot *v = sd_may_fail(kvmalloc_array(cap, sizeof(*v), GFP_KERNEL));

		if (!v)
			return -ENOMEM;
		if (s->n)
			memcpy(v, s->v, s->n * sizeof(*v));
		kvfree(s->v);
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = (struct sd_spot){ .ip = ip, .probe = p, .place = place, .want = want };
	return 0;
}

struct matches {
	struct sd_spots *out;
	const struct sd_probe *probe;
	unsigned int place, want;
	int err;
};

static int add_match(void *data, unsigned long addr)
{
	struct matches *m = data;

	m->err = append(m->out, addr + m->probe->places[m->place].offset, m->probe, m->place, m->want);
	return m->err;
}

int sd_resolve(const struct sd_probe *p, unsigned int place, unsigned int want, struct sd_spots *out)
{
	const struct sd_place *at = &p->places[place];
	struct matches m = { .out = out, .probe = p, .place = place, .want = want };
	const char *name = at->symbol ? at->symbol : at->function;
	unsigned long addr;

	find_lookups();
	if (!name) /* an absolute address */
		return append(out, at->offset, p, place, want);
	if (!at->module && on_each_match) {
		on_each_match(add_match, name, &m);
		return m.err;
	}
	addr = sd_address(at->module, name);
	return addr ? append(out, addr + at->offset, p, place, want) : 0;
}

void *sd_lookup(const char *name)
{
	find_lookups();
	return lookup_name ? (void *)lookup_name(name) : NULL;
}

/* Where that cannot be asked, false: what is not found in the module counts as not there yet. */
bool sd_module_loaded(const char *name)
{
	static struct module *(*find)(const char *name);
	bool there;

	if (!find)
		find = sd_lookup("find_module");
	if (!find)
		return false;
	preempt_disable();
	there = find(name);
	preempt_enable();
	return there;
}

void sd_spots_free(struct sd_spots *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		sd_callers_free(s->v[i].callers);
	kvfree(s->v);
	*s = (struct sd_spots){};
}

/* By set, then address; of one address, in the order of the script. */
static int compare(const void *a, const void *b)
{
	const struct sd_spot *x = a, *y = b;

	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
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

/* A breakpoint at each would take minutes, and would sit in the kernel's most delicate code. */
unsigned int sd_spots_give_up(struct sd_spot *v, unsigned int n, bool returns)
{
	unsigned int i, left = 0;

	for (i = 0; i < n; i++) {
		if (v[i].state != SD_SPOT_NEW || returns != (v[i].probe->kind == &sd_kind_return))
			continue;
		if (v[i].probe->flags & SD_PROBE_WILDCARD)
			v[i].state = SD_SPOT_NOTRACE;
		else
			left++;
	}
	return left;
}

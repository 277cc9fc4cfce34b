// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netfilter.hook("…").pf("…").priority("…"): network packets at the hooks of
 * the protocol stack. The names and numbers are those of <linux/netfilter*.h>,
 * which are part of the kernel's interface and so never change.
 */
#include "probe/provider.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"

/* Either order, each without and with a priority. */
static const char *const forms[] = {
	"netfilter.hook(s).pf(s)", "netfilter.pf(s).hook(s)", "netfilter.hook(s).pf(s).priority(s)", "netfilter.pf(s).hook(s).priority(s)",
	"netfilter.hook(s).pf(s).priority(n)", "netfilter.pf(s).hook(s).priority(n)", NULL,
};

#define DOC(what) what, what
static const char *const docs[] = {
	DOC("a packet at a hook of a protocol family"), DOC("the same, before hooks of a higher priority number"), DOC("likewise"), NULL,
};

/* In the order of enum sd_netfilter_slot. */
static const struct target_value values[] = {
	{ "$hooknum", "unsigned int", 0, VALUE_READ }, { "$skb", "struct sk_buff *", 1, VALUE_READ },
	{ "$in", "struct net_device *", 2, VALUE_READ }, { "$out", "struct net_device *", 3, VALUE_READ },
	{ "$verdict", "int", 4, VALUE_GURU }, { 0 },
};

struct name {
	const char *text;
	int value;
};

static const struct name inet_hooks[] = {
	{ "NF_INET_PRE_ROUTING", 0 }, { "NF_INET_LOCAL_IN", 1 }, { "NF_INET_FORWARD", 2 }, { "NF_INET_LOCAL_OUT", 3 },
	{ "NF_INET_POST_ROUTING", 4 }, { 0 },
};
static const struct name ip_hooks[] = {
	{ "NF_IP_PRE_ROUTING", 0 }, { "NF_IP_LOCAL_IN", 1 }, { "NF_IP_FORWARD", 2 }, { "NF_IP_LOCAL_OUT", 3 },
	{ "NF_IP_POST_ROUTING", 4 }, { 0 },
};
static const struct name ip6_hooks[] = {
	{ "NF_IP6_PRE_ROUTING", 0 }, { "NF_IP6_LOCAL_IN", 1 }, { "NF_IP6_FORWARD", 2 }, { "NF_IP6_LOCAL_OUT", 3 },
	{ "NF_IP6_POST_ROUTING", 4 }, { 0 },
};
static const struct name arp_hooks[] = { { "NF_ARP_IN", 0 }, { "NF_ARP_OUT", 1 }, { "NF_ARP_FORWARD", 2 }, { 0 } };
static const struct name bridge_hooks[] = {
	{ "NF_BR_PRE_ROUTING", 0 }, { "NF_BR_LOCAL_IN", 1 }, { "NF_BR_FORWARD", 2 }, { "NF_BR_LOCAL_OUT", 3 },
	{ "NF_BR_POST_ROUTING", 4 }, { 0 },
};

#define PRIORITIES(ip) \
	{ ip "FIRST", INT_MIN }, { ip "RAW_BEFORE_DEFRAG", -450 }, { ip "CONNTRACK_DEFRAG", -400 }, { ip "RAW", -300 }, \
	{ ip "SELINUX_FIRST", -225 }, { ip "CONNTRACK", -200 }, { ip "MANGLE", -150 }, { ip "NAT_DST", -100 }, { ip "FILTER", 0 }, \
	{ ip "SECURITY", 50 }, { ip "NAT_SRC", 100 }, { ip "SELINUX_LAST", 225 }, { ip "CONNTRACK_HELPER", 300 }, { ip "LAST", INT_MAX }
static const struct name ip_priorities[] = { PRIORITIES("NF_IP_PRI_"), { "NF_IP_PRI_CONNTRACK_CONFIRM", INT_MAX }, { 0 } };
static const struct name ip6_priorities[] = { PRIORITIES("NF_IP6_PRI_"), { 0 } };

static const struct family {
	const char *name;
	int value;
	const struct name *hooks[2];
	const struct name *priorities;
} families[] = {
	{ "NFPROTO_IPV4", 2, { inet_hooks, ip_hooks }, ip_priorities },
	{ "NFPROTO_ARP", 3, { arp_hooks }, NULL },
	{ "NFPROTO_BRIDGE", 7, { bridge_hooks }, NULL },
	{ "NFPROTO_IPV6", 10, { inet_hooks, ip6_hooks }, ip6_priorities },
};

struct netfilter {
	unsigned pf, hook;
	int priority;
};

/* Says what is wrong with a name, and what there is instead. */
static bool unknown(const struct point_arg *a, const char *what, const struct name *const *lists, unsigned nlists)
{
	struct diag *d = diag(DIAG_PROBE_ARGUMENT, a->range, "\"%s\" is no %s", a->str, what);
	struct suggest sg;
	struct buf b;

	suggest_init(&sg, a->str);
	buf_init(&b);
	for (unsigned i = 0; i < nlists && lists[i]; i++)
		for (const struct name *n = lists[i]; n->text; n++) {
			suggest_offer(&sg, n->text);
			buf_printf(&b, " %s", n->text);
		}
	if (suggest_best(&sg))
		diag_hint(d, "did you mean \"%s\"?", suggest_best(&sg));
	else if (b.n)
		diag_hint(d, "there are:%s", b.s);
	else
		diag_hint(d, "it is a whole number: priority(\"-100\")");
	buf_deinit(&b);
	return false;
}

static bool is_number(const char *s, long long *v)
{
	char *end;

	errno = 0;
	*v = strtoll(s, &end, 0);
	return (isdigit((unsigned char)*s) || *s == '-') && end != s && !*end && !errno;
}

static bool find(const struct name *list, const char *text, int *v)
{
	for (; list && list->text; list++)
		if (!strcmp(list->text, text)) {
			*v = list->value;
			return true;
		}
	return false;
}

static const struct family *find_family(const struct point_arg *a)
{
	struct name names[ARRAY_SIZE(families) + 1] = { { 0 } };
	const struct name *list = names;

	for (unsigned i = 0; i < ARRAY_SIZE(families); i++) {
		if (!strcmp(families[i].name, a->str))
			return &families[i];
		names[i].text = families[i].name;
	}
	unknown(a, "protocol family that has hooks", &list, 1);
	return NULL;
}

static bool find_hook(const struct family *f, const struct point_arg *a, unsigned *hook)
{
	int v;

	for (unsigned i = 0; i < ARRAY_SIZE(f->hooks); i++)
		if (find(f->hooks[i], a->str, &v)) {
			*hook = (unsigned)v;
			return true;
		}
	return unknown(a, "hook of that protocol family", f->hooks, ARRAY_SIZE(f->hooks));
}

static bool find_priority(const struct family *f, const struct point_arg *a, int *priority)
{
	long long v = a->num;

	if (a->kind == ARG_STRING && find(f->priorities, a->str, priority))
		return true;
	if (a->kind == ARG_STRING && !is_number(a->str, &v))
		return unknown(a, "priority of that protocol family", &f->priorities, 1);
	if (v < INT_MIN || v > INT_MAX) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, a->range, "priority %lld is out of range", v), "it lies between %d and %d", INT_MIN, INT_MAX);
		return false;
	}
	*priority = (int)v;
	return true;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct netfilter *f = arena_new(resolver_arena(r), struct netfilter);
	struct place_request q = { .data = f, .concurrent = true };
	bool hook_first = !strcmp(m->name[1], "hook");
	const struct family *family = find_family(&m->arg[hook_first ? 2 : 1]);

	if (!family || !find_hook(family, &m->arg[hook_first ? 1 : 2], &f->hook))
		return false;
	if (m->n > 3 && !find_priority(family, &m->arg[3], &f->priority))
		return false;
	f->pf = (unsigned)family->value;
	q.place.pp = m->text;
	q.target.types = resolver_types(r);
	if (!q.target.types)
		return false;
	q.target.values = values;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_netfilter";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct netfilter *f = p->data;

	/* INT_MIN cannot be written as a literal. */
	buf_printf(out, "static const struct sd_netfilter %s = { .pf = %u, .hook = %u, .priority = (int)%lldLL };\n", name, f->pf, f->hook,
		   (long long)f->priority);
	return true;
}

const struct provider provider_netfilter = {
	.name = "netfilter", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netfilter: a hook of the initial network namespace for each probe. The
 * packet goes on as the handler says; without a word from it, as if we were
 * not there.
 */
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <net/net_namespace.h>
#include "kern.h"

#ifdef CONFIG_NETFILTER

static struct nf_hook_ops *hooks;
static unsigned int nhooks; /* that are registered */

/* What the kernel would warn of passes the packet on. */
static unsigned int verdict_of(u64 v)
{
	unsigned int code = v & NF_VERDICT_MASK;

	return code <= NF_REPEAT ? (unsigned int)v : NF_ACCEPT;
}

static unsigned int hit(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct sd_probe *p = priv;
	sd_uint slots[SD_NF_SLOTS] = {
		[SD_NF_HOOKNUM] = state->hook,
		[SD_NF_SKB] = (unsigned long)skb,
		[SD_NF_IN] = (unsigned long)state->in,
		[SD_NF_OUT] = (unsigned long)state->out,
		[SD_NF_VERDICT] = NF_ACCEPT,
	};
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return NF_ACCEPT;
	sd_count_hit(c, p);
	c->regs = NULL;
	c->ip = 0;
	c->site = 0;
	c->entry = slots;
	p->handler(c);
	c->entry = NULL;
	sd_leave(c, flags);
	return verdict_of(slots[SD_NF_VERDICT]);
}

/* Of families that the kernel was built without it would only say so by a warning in its log. */
static bool has_family(unsigned int pf)
{
	switch (pf) {
#ifdef CONFIG_NETFILTER_FAMILY_ARP
	case NFPROTO_ARP:
#endif
#ifdef CONFIG_NETFILTER_FAMILY_BRIDGE
	case NFPROTO_BRIDGE:
#endif
#if IS_ENABLED(CONFIG_IPV6)
	case NFPROTO_IPV6:
#endif
	case NFPROTO_IPV4:
		return true;
	}
	return false;
}

static int netfilter_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i;
	int err;

	hooks = sd_may_fail(kvcalloc(n, sizeof(*hooks), GFP_KERNEL));
	if (!hooks) {
		sd_complain(probes[0], "out of memory for %u network hooks", n);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		const struct sd_netfilter *d = probes[i]->data;
		struct nf_hook_ops *h = &hooks[nhooks];

		h->hook = hit;
		h->priv = (void *)probes[i];
		h->pf = d->pf;
		h->hooknum = d->hook;
		h->priority = d->priority;
		err = has_family(d->pf) ? sd_may_refuse(nf_register_net_hook(&init_net, h)) : -EAFNOSUPPORT;
		if (!err) {
			nhooks++;
			continue;
		}
		if (probes[i]->flags & SD_PROBE_OPTIONAL)
			continue;
		if (err == -EAFNOSUPPORT)
			sd_complain(probes[i], "this kernel has no network hooks for that protocol family");
		else
			sd_complain(probes[i], "the kernel refused the network hook: error %d", err);
		return err;
	}
	return 0;
}

static void netfilter_detach(void)
{
	if (nhooks)
		nf_unregister_net_hooks(&init_net, hooks, nhooks);
	nhooks = 0;
}

static void netfilter_finish(void)
{
	kvfree(hooks);
	hooks = NULL;
}

#else

static int netfilter_attach(const struct sd_probe *const *probes, unsigned int n)
{
	sd_complain(probes[0], "this kernel was built without network hooks (CONFIG_NETFILTER)");
	return -EOPNOTSUPP;
}

static void netfilter_detach(void) { }
static void netfilter_finish(void) { }

#endif

const struct sd_kind sd_kind_netfilter = {
	.name = "netfilter",
	.attach = netfilter_attach,
	.detach = netfilter_detach,
	.finish = netfilter_finish,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses of variables that the script names: the kernel lies elsewhere
 * each time it is booted, and a module each time it is loaded, so they are
 * asked for when the script starts, and when the module comes. While it is not
 * there its variables are at an address that cannot be read.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include "kern.h"

#define NOWHERE ((sd_uint)1 << 62) /* no machine's, also with a distance added */

static bool find(struct sd_symbol *s)
{
	sd_uint address = sd_address(s->module, s->name);

	WRITE_ONCE(s->address, address ? address : NOWHERE);
	return address;
}

static int on_module(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *m = data;
	unsigned int i;

	if (state != MODULE_STATE_COMING && state != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	for (i = 0; i < sd_script.nsymbols; i++) {
		struct sd_symbol *s = &sd_script.symbols[i];

		if (!s->module || strcmp(s->module, m->name))
			continue;
		if (state == MODULE_STATE_COMING)
			find(s);
		else
			WRITE_ONCE(s->address, NOWHERE);
	}
	return NOTIFY_OK;
}

static struct notifier_block watch = { .notifier_call = on_module };
static bool watching;

int sd_addresses_find(void)
{
	bool modules = false;
	unsigned int i;
	int err = 0;

	for (i = 0; i < sd_script.nsymbols; i++)
		modules |= sd_script.symbols[i].module != NULL;
	/* First, so that none is missed that comes meanwhile. */
	watching = modules && !sd_may_refuse(register_module_notifier(&watch));
	for (i = 0; i < sd_script.nsymbols; i++) {
		struct sd_symbol *s = &sd_script.symbols[i];

		if (find(s) || s->optional || (watching && s->module && !sd_module_loaded(s->module)))
			continue;
		if (s->module)
			sd_complain(NULL, "cannot find the variable %s of module %s: the module that is loaded does not have it", s->name,
				    s->module);
		else
			sd_complain(NULL, "cannot find the variable %s: the kernel's table of symbols does not have it", s->name);
		err = -ENOENT;
	}
	return err;
}

void sd_addresses_forget(void)
{
	if (watching)
		unregister_module_notifier(&watch);
	watching = false;
}

/* An instance of a variable in the section of those that each processor has of its own. */
sd_uint sd_percpu(sd_uint addr)
{
	return (sd_uint)raw_cpu_ptr((void __percpu *)addr);
}

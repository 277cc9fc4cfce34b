// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses of variables that the script names: the kernel lies elsewhere
 * each time it is booted, and a module each time it is loaded, so they are
 * asked for when the script starts.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include "kern.h"

int sd_addresses_find(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < sd_script.nsymbols; i++) {
		struct sd_symbol *s = &sd_script.symbols[i];

		s->address = sd_address(s->module, s->name);
		if (s->address)
			continue;
		if (s->module)
			sd_complain(NULL, "cannot find the variable %s of module %s: it is not there, or the module is not loaded", s->name,
				    s->module);
		else
			sd_complain(NULL, "cannot find the variable %s: the kernel's table of symbols does not have it", s->name);
		err = -ENOENT;
	}
	return err;
}

/* An instance of a variable in the section of those that each processor has of its own. */
sd_uint sd_percpu(sd_uint addr)
{
	return (sd_uint)raw_cpu_ptr((void __percpu *)addr);
}

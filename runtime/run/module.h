/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module file and its life in the kernel. Every function reports its own errors. */
#ifndef SONDE_RUN_MODULE_H
#define SONDE_RUN_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "identity.h"

struct module {
	const char *path;
	int fd;      /* of the file; what is checked is what is loaded */
	int proc_fd; /* of /proc/<name>; -1: not open */
	struct modinfo info;
	bool loaded;
};

/* False unless this process may load modules. */
bool module_may_load(void);

/* Opens and checks the file: its kind, owner, mode and that it was built for the running kernel. */
bool module_open(struct module *m, const char *path);

/* Loads it with "name=value" parameters and opens /proc/<name>. A dead leftover of the same name is unloaded first. */
bool module_load(struct module *m, char *const *params, size_t nparams);

/* Takes up a module that -L has left: by name. False: said why. */
bool module_attach(struct module *m, const char *name);

/* Closes /proc/<name> and unloads, waiting some seconds for the last users. */
bool module_unload(struct module *m);

/* Closes what is open; a loaded module is left to itself. */
void module_close(struct module *m);

#endif

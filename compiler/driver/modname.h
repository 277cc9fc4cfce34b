/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's name stands in two places of its .mod.o: in struct module, and
 * in .modinfo. Giving the prebuilt one another name is all that makes it the
 * .mod.o of another module.
 */
#ifndef SONDE_DRIVER_MODNAME_H
#define SONDE_DRIVER_MODNAME_H

enum { MODNAME_MAX = 55 }; /* MODULE_NAME_LEN is 64 - sizeof(long), with its NUL */

/*
 * Writes to the file `to` the object `from` with module name old replaced by
 * name. info: "key=value" strings to add to .modinfo, NULL-ended, or NULL.
 * 0, or a negative errno: -ENAMETOOLONG, -ENOENT (old is not where it is
 * expected), -ENOEXEC (not an object file), or one of the system's.
 */
int modname_patch(const char *from, const char *to, const char *old, const char *name, const char *const *info);

#endif

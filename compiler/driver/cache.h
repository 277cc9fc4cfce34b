/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The content-hash cache: ${XDG_CACHE_HOME:-~/.cache}/sonde, private to the
 * user (directories 0700, files 0600), written atomically, safe under
 * concurrent runs, limited in size and pruned oldest-use first.
 *
 *	<2 hex>/sonde_<hash>_<size>.{c,ko,bin} scripts
 *	<2 hex>/user_<hash>.o                the user runtime
 *	runtime/<hash>/…                     runtime objects of one kernel
 *	btf/…  guest/…                       other layers' folders
 */
#ifndef SONDE_DRIVER_CACHE_H
#define SONDE_DRIVER_CACHE_H

#include <stdbool.h>

struct cache {
	const char *dir;  /* NULL: no cache could be had (a warning said why); work in temporary folders */
	bool poison;      /* --poison-cache: never read, always write */
	bool disabled;    /* --disable-cache: neither read nor write scripts; runtime objects and BTF still are */
};

/* Makes the folder; refuses one that others own or may write (warning, dir = NULL). */
void cache_open(struct cache *c);

/* Path of an entry that exists and may be used (its use time is refreshed), or NULL. name: "sonde_<hash>_<size>". */
const char *cache_lookup(struct cache *c, const char *name, const char *suffix);
/* Copies a file (with its owner's permissions) or bytes in. Returns the path, or NULL (warned once). */
const char *cache_store_file(struct cache *c, const char *name, const char *suffix, const char *from);
const char *cache_store_data(struct cache *c, const char *name, const char *suffix, const void *data, unsigned long n);

/* Removes everything (--clean-cache). 0 or -errno. */
int cache_clean(void);
/* Keeps the cache below the limit in <dir>/limit_mb (256 by default); looks at most once a day. */
void cache_prune(struct cache *c);

/* rm -rf: a folder and all below it; links are removed, never followed. 0 (also when there is none) or -errno. */
int cache_remove_tree(const char *path);
/* Those below dir whose name begins with prefix and that were not changed for so many seconds. */
void cache_remove_old(const char *dir, const char *prefix, long seconds);

#endif

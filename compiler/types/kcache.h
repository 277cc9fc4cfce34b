/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: BTF taken out of kernel images, kept in
 * ${XDG_CACHE_HOME:-~/.cache}/sonde/btf so that no image is unpacked twice.
 */
#ifndef SONDE_TYPES_KCACHE_H
#define SONDE_TYPES_KCACHE_H

#include <stdbool.h>
#include <stddef.h>

struct kcache_entry {
	const char *build_id; /* "" when the image has none */
	const char *version;  /* UTS_VERSION; "" unknown */
	const char *file;     /* where the BTF is */
};

/* What is known of the image at path, as it is now (inode, size, mtime). False when nothing is, or there is no cache. */
bool kcache_lookup(const char *path, struct kcache_entry *e);

/* Puts BTF in. Errors do no harm: the next run does the work again. */
void kcache_store(const char *path, const char *build_id, const char *version, const void *btf,
		  size_t size);

/*
 * Other things worked out from a file (an image, a list of modules) as it is
 * now, as text, by a suffix of one's own: mapped, or NULL; and put in.
 */
const char *kcache_text(const char *path, const char *suffix, size_t *size);
void kcache_store_text(const char *path, const char *suffix, const void *text, size_t size);

/*
 * The folder of that name in the cache, made when make is set; NULL when it
 * cannot be had or is not ours alone.
 */
const char *kcache_folder(const char *name, bool make);

/* Maps a file privately and for ever. NULL when it cannot be mapped or is empty. */
const void *file_map(const char *path, size_t *size);

#endif

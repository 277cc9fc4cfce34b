/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Content hashes for cache keys: SHA-256, from nettle. */
#ifndef SONDE_BASE_HASH_H
#define SONDE_BASE_HASH_H

#include <nettle/sha2.h>
#include <stddef.h>

struct hash {
	struct sha256_ctx ctx;
};

void hash_init(struct hash *h);
void hash_data(struct hash *h, const void *data, size_t n);
void hash_str(struct hash *h, const char *s); /* with its NUL, so that fields do not run together; NULL is "" */
int hash_file(struct hash *h, const char *path); /* content; 0 or -errno */

/* Ends the hash; 64 lower-case hex digits and a NUL. */
void hash_hex(struct hash *h, char hex[65]);

#endif

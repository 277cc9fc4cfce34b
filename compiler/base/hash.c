// SPDX-License-Identifier: GPL-2.0-or-later
/* Content hashes for cache keys. */
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void hash_init(struct hash *h)
{
	sha256_init(&h->ctx);
}

void hash_data(struct hash *h, const void *data, size_t n)
{
	sha256_update(&h->ctx, n, data);
}

void hash_str(struct hash *h, const char *s)
{
	if (!s)
		s = "";
	hash_data(h, s, strlen(s) + 1);
}

int hash_file(struct hash *h, const char *path)
{
	char *text;
	size_t n;
	int err = file_read(path, &text, &n);

	if (err)
		return err;
	hash_data(h, text, n);
	free(text);
	return 0;
}

void hash_hex(struct hash *h, char hex[65])
{
	uint8_t d[SHA256_DIGEST_SIZE];

	sha256_digest(&h->ctx, sizeof(d), d);
	for (size_t i = 0; i < sizeof(d); i++)
		snprintf(hex + 2 * i, 3, "%02x", d[i]);
}

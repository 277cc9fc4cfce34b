// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ways a kernel can be compressed (scripts/extract-vmlinux knows the same
 * list), told apart by their first bytes. What comes behind the compressed
 * data is ignored: the kernel's build appends the size. A kernel unpacks to
 * well under a gigabyte; what does not is refused. bzip2 is rare: only with
 * HAVE_LIBBZ2.
 */
#include "types/image.h"

#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/util.h"

#ifdef HAVE_LIBBZ2
#include <bzlib.h>
#endif

#define CHUNK	     (256 * 1024)
#define MAX_UNPACKED (1024u * 1024 * 1024)

struct out {
	int fd;
	size_t total;
	const char **why;
	uint8_t chunk[CHUNK];
};

static int failed(struct out *o, const char *why)
{
	*o->why = why;
	return -1;
}

static int put(struct out *o, const uint8_t *p, size_t n)
{
	if (n > MAX_UNPACKED - o->total)
		return failed(o, "it unpacks to more than a gigabyte");
	o->total += n;
	while (n) {
		ssize_t w = write(o->fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return failed(o, strerror(errno));
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

static int unpack_gzip(struct out *o, const uint8_t *data, size_t size)
{
	z_stream z = { .next_in = (uint8_t *)data, .avail_in = (unsigned)size };
	int r, err = 0;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return failed(o, "zlib cannot be started");
	do {
		z.next_out = o->chunk;
		z.avail_out = CHUNK;
		r = inflate(&z, Z_NO_FLUSH);
		if (r == Z_OK || r == Z_STREAM_END)
			err = put(o, o->chunk, CHUNK - z.avail_out);
		else
			err = failed(o, "its gzip data is cut off or damaged");
	} while (!err && r != Z_STREAM_END);
	inflateEnd(&z);
	return err;
}

static int unpack_lzma(struct out *o, const uint8_t *data, size_t size)
{
	lzma_stream z = LZMA_STREAM_INIT;
	int err = 0;
	lzma_ret r;

	if (lzma_auto_decoder(&z, 1ull << 30, 0) != LZMA_OK)
		return failed(o, "liblzma cannot be started");
	z.next_in = data;
	z.avail_in = size;
	do {
		z.next_out = o->chunk;
		z.avail_out = CHUNK;
		r = lzma_code(&z, LZMA_RUN);
		if (r == LZMA_OK || r == LZMA_STREAM_END)
			err = put(o, o->chunk, CHUNK - z.avail_out);
		else
			err = failed(o, r == LZMA_OPTIONS_ERROR ?
						"its xz data needs a filter that liblzma lacks" :
						"its xz or lzma data is cut off or damaged");
	} while (!err && r != LZMA_STREAM_END);
	lzma_end(&z);
	return err;
}

static int unpack_zstd(struct out *o, const uint8_t *data, size_t size)
{
	ZSTD_inBuffer in = { data, size, 0 };
	ZSTD_DCtx *z = ZSTD_createDCtx();
	size_t r = 1, before;
	int err = 0;

	if (!z)
		return failed(o, "libzstd cannot be started");
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax,
			       30); /* kernels are packed with --ultra's large windows */
	while (!err && r) {
		ZSTD_outBuffer out = { o->chunk, CHUNK, 0 };

		before = in.pos;
		r = ZSTD_decompressStream(z, &out, &in);
		if (ZSTD_isError(r) || (r && in.pos == before && !out.pos))
			err = failed(o, "its zstd data is cut off or damaged");
		else
			err = put(o, o->chunk, out.pos);
	}
	ZSTD_freeDCtx(z);
	return err;
}

#ifdef HAVE_LIBBZ2
static int unpack_bzip2(struct out *o, const uint8_t *data, size_t size)
{
	bz_stream z = { .next_in = (char *)data, .avail_in = (unsigned)size };
	int r, err = 0;

	if (BZ2_bzDecompressInit(&z, 0, 0) != BZ_OK)
		return failed(o, "libbz2 cannot be started");
	do {
		unsigned before = z.avail_in;

		z.next_out = (char *)o->chunk;
		z.avail_out = CHUNK;
		r = BZ2_bzDecompress(&z);
		if ((r == BZ_OK || r == BZ_STREAM_END) &&
		    (z.avail_in != before || z.avail_out != CHUNK || r == BZ_STREAM_END))
			err = put(o, o->chunk, CHUNK - z.avail_out);
		else
			err = failed(o, "its bzip2 data is cut off or damaged");
	} while (!err && r != BZ_STREAM_END);
	BZ2_bzDecompressEnd(&z);
	return err;
}
#endif

static bool lz4_length(const uint8_t **p, const uint8_t *end, size_t *n)
{
	uint8_t c = 255;

	while (c == 255) {
		if (*p == end)
			return false;
		c = *(*p)++;
		*n += c;
	}
	return true;
}

/* One LZ4 block (doc/lz4_Block_format.md of the lz4 project). Returns the bytes made, or -1. */
static long lz4_block(const uint8_t *p, size_t size, uint8_t *out, size_t cap)
{
	const uint8_t *end = p + size;
	size_t at = 0;

	while (p < end) {
		uint8_t token = *p++;
		size_t n = token >> 4, match = token & 15, offset;

		if (n == 15 && !lz4_length(&p, end, &n))
			return -1;
		if (n > (size_t)(end - p) || n > cap - at)
			return -1;
		memcpy(out + at, p, n);
		p += n;
		at += n;
		if (p == end)
			break;
		if (end - p < 2)
			return -1;
		offset = (size_t)(p[0] | p[1] << 8);
		p += 2;
		if (match == 15 && !lz4_length(&p, end, &match))
			return -1;
		match += 4;
		if (!offset || offset > at || match > cap - at)
			return -1;
		for (; match; match--, at++) /* may overlap what it writes */
			out[at] = out[at - offset];
	}
	return (long)at;
}

/* The legacy frame of the lz4 tool, which the kernel's build uses: blocks of up to 8 MB, each behind its size. */
static int unpack_lz4(struct out *o, const uint8_t *data, size_t size)
{
	const size_t cap = 8u << 20;
	uint8_t *block = malloc(cap);
	int err = 0;
	long n;

	if (!block)
		die("out of memory");
	data += 4;
	size -= 4;
	while (!err && size >= 4) {
		uint32_t len = (uint32_t)data[0] | (uint32_t)data[1] << 8 |
			       (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;

		if (o->total && len > size - 4)
			break; /* the appended size, not a block */
		n = len <= size - 4 ? lz4_block(data + 4, len, block, cap) : -1;
		err = n < 0 ? failed(o, "its lz4 data is cut off or damaged") :
			      put(o, block, (size_t)n);
		data += 4 + MIN((size_t)len, size - 4);
		size -= 4 + MIN((size_t)len, size - 4);
	}
	free(block);
	return err;
}

static const struct {
	const char *magic;
	unsigned n;
	int (*unpack)(struct out *o, const uint8_t *data, size_t size);
	const char *missing; /* the message when unpack is NULL */
} forms[] = {
	{ "\x1f\x8b\x08", 3, unpack_gzip, NULL },
	{ "\xfd"
	  "7zXZ\0",
	  6, unpack_lzma, NULL },
	{ "\x5d\0\0", 3, unpack_lzma, NULL },
	{ "\x28\xb5\x2f\xfd", 4, unpack_zstd, NULL },
#ifdef HAVE_LIBBZ2
	{ "BZh", 3, unpack_bzip2, NULL },
#else
	{ "BZh", 3, NULL, "it is packed with bzip2, and sonde was built without libbz2" },
#endif
	{ "\x02\x21\x4c\x18", 4, unpack_lz4, NULL },
	{ "\x89LZO\0\r\n", 7, NULL, "it is packed with lzo, which is not supported" },
};

static int form_of(const uint8_t *data, size_t size)
{
	for (unsigned i = 0; i < ARRAY_SIZE(forms); i++)
		if (size >= forms[i].n && !memcmp(data, forms[i].magic, forms[i].n))
			return (int)i;
	return -1;
}

bool unpack_knows(const uint8_t *data, size_t size)
{
	return form_of(data, size) >= 0;
}

int unpack(const uint8_t *data, size_t size, int fd, const char **why)
{
	int i = form_of(data, size), err;
	struct out *o;

	if (i < 0) {
		*why = "it is compressed in a way that is not known";
		return -1;
	}
	if (!forms[i].unpack) {
		*why = forms[i].missing;
		return -1;
	}
	if (size > UINT32_MAX / 2) {
		*why = "it is too large";
		return -1;
	}
	o = malloc(sizeof(*o));
	if (!o)
		die("out of memory");
	o->fd = fd;
	o->total = 0;
	o->why = why;
	err = forms[i].unpack(o, data, size);
	free(o);
	return err;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Bulk mode: writing the rings' records to files, and printing such files. See bulk.h. */
#include "bulk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi.h"
#include "merge.h"
#include "meta.h"
#include "msg.h"
#include "out.h"
#include "print.h"
#include "wire.h"

enum { FILES_MAX = 1 << 16 };

/* ---- writing --------------------------------------------------------------------------------------------------- */

static int create(const char *base, const char *suffix)
{
	char path[PATH_MAX];
	int fd = -1;

	if (snprintf(path, sizeof(path), "%s_%s", base, suffix) >= (int)sizeof(path))
		errno = ENAMETOOLONG;
	else
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		msg_error("%s_%s: %s", base, suffix, strerror(errno));
	return fd;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (w < 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

bool bulk_meta(const char *base, const char *text, size_t n)
{
	int fd = create(base, "meta");
	bool ok;

	if (fd < 0)
		return false;
	ok = write_all(fd, text, n);
	if (close(fd) || !ok) {
		msg_error("%s_meta: %s", base, strerror(errno));
		return false;
	}
	return true;
}

bool bulk_init(struct bulk *b, const char *base, struct merge *m, struct print *p)
{
	*b = (struct bulk){ .merge = m, .print = p, .fds = calloc(m->nrings, sizeof(int)) };
	if (!b->fds) {
		msg_error("sonderun: out of memory");
		return false;
	}
	for (unsigned int i = 0; i < m->nrings; i++)
		b->fds[i] = -1;
	for (unsigned int i = 0; i < m->nrings; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%u", i);
		b->fds[i] = create(base, number);
		if (b->fds[i] < 0)
			return false;
	}
	return true;
}

void bulk_deinit(struct bulk *b)
{
	for (unsigned int i = 0; b->fds && i < b->merge->nrings; i++)
		if (b->fds[i] >= 0 && close(b->fds[i]) && !b->failed) {
			b->failed = true;
			msg_error("sonderun: cannot write the output: %s", strerror(errno));
		}
	free(b->fds);
	b->fds = NULL;
}

/* What is not the script's output: it concerns whoever watches the run. */
static bool shown(unsigned int type, unsigned int id)
{
	return (type == SD_REC_ASK && (id == SD_ASK_SYSTEM || id == SD_ASK_SWITCH_FILE)) || type == SD_REC_ERROR || type == SD_REC_WARNING || type == SD_REC_LOSS || type == SD_REC_HITS || type == SD_REC_TIME;
}

/* Length of the records at p, n bytes of them; those that are shown are. 0: damaged. */
static size_t records_at(struct bulk *b, const char *p, size_t n, unsigned long long *count)
{
	struct sd_record_header h;
	size_t at = 0;

	while (at < n) {
		if (n - at < sizeof(h))
			return 0;
		memcpy(&h, p + at, sizeof(h));
		if (h.size < sizeof(h) || (h.size & 7) || h.size > n - at)
			return 0;
		if (shown(h.type, h.id))
			print_record(b->print, &h, p + at + sizeof(h));
		*count += h.type != SD_REC_PAD;
		at += h.size;
	}
	return at;
}

static unsigned long long ring_pass(struct bulk *b, unsigned int i)
{
	struct merge *m = b->merge;
	struct merge_ring *r = &m->rings[i];
	unsigned long long before = m->records;

	r->head = __atomic_load_n(&r->ring->head, __ATOMIC_ACQUIRE);
	if (r->head - r->tail > m->ring_bytes) {
		m->damaged++;
		r->tail = r->head;
	}
	while (r->tail != r->head) {
		size_t at = r->tail & (m->ring_bytes - 1), n = r->head - r->tail;

		if (n > m->ring_bytes - at)
			n = m->ring_bytes - at;
		if (!records_at(b, r->data + at, n, &m->records)) {
			m->damaged++;
			r->tail = r->head;
			break;
		}
		if (!b->failed && !write_all(b->fds[i], r->data + at, n)) {
			b->failed = true;
			msg_error("sonderun: cannot write the output: %s", strerror(errno));
		}
		r->tail += n;
	}
	__atomic_store_n(&r->ring->tail, r->tail, __ATOMIC_RELEASE); /* after all was read */
	return m->records - before;
}

unsigned long long bulk_pass(struct bulk *b)
{
	unsigned long long n = 0;

	for (unsigned int i = 0; i < b->merge->nrings; i++)
		n += ring_pass(b, i);
	return n;
}

/* ---- printing -------------------------------------------------------------------------------------------------- */

struct file {
	const char *data;
	size_t n, at;
	struct sd_record_header h; /* of the record at at */
	char path[PATH_MAX];
};

/* False: the file cannot be read (errno). An empty one has no data. */
static bool map_file(struct file *f, const char *base, const char *suffix)
{
	struct stat st;
	void *p;
	int fd;

	*f = (struct file){ 0 };
	if (snprintf(f->path, sizeof(f->path), "%s_%s", base, suffix) >= (int)sizeof(f->path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return false;
	}
	p = st.st_size ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	close(fd);
	if (p == MAP_FAILED)
		return false;
	f->data = p;
	f->n = (size_t)st.st_size;
	return true;
}

/* To the record at at, over padding. False: there is none, or (said) it makes no sense. */
static bool peek(struct file *f, bool *ok)
{
	while (f->n - f->at >= sizeof(f->h)) {
		memcpy(&f->h, f->data + f->at, sizeof(f->h));
		if (f->h.size < sizeof(f->h) || (f->h.size & 7) || f->h.size > f->n - f->at)
			break;
		if (f->h.type != SD_REC_PAD)
			return true;
		f->at += f->h.size;
	}
	if (f->at != f->n) {
		msg_error("%s: makes no sense from byte %zu on", f->path, f->at);
		f->at = f->n;
		*ok = false;
	}
	return false;
}

/* Few files: the oldest record is looked for among all. */
static bool print_all(struct file *files, unsigned int n, struct print *p)
{
	bool ok = true;

	for (;;) {
		struct file *best = NULL;

		for (unsigned int i = 0; i < n; i++)
			if (peek(&files[i], &ok) && (!best || files[i].h.ts < best->h.ts))
				best = &files[i];
		if (!best)
			return ok;
		print_record(p, &best->h, best->data + best->at + sizeof(best->h));
		best->at += best->h.size;
	}
}

static unsigned int map_all(const char *base, struct file **files)
{
	unsigned int n = 0;

	for (;; n++) {
		struct file *more = n < FILES_MAX ? realloc(*files, (n + 1) * sizeof(**files)) : NULL;
		char number[16];

		if (!more)
			return n;
		*files = more;
		snprintf(number, sizeof(number), "%u", n);
		if (!map_file(&more[n], base, number))
			return n;
	}
}

bool bulk_merge(const char *base, int fd, bool json)
{
	struct file meta_file, *files = NULL;
	struct meta meta = { 0 };
	struct print print = { 0 };
	struct out out = { 0 };
	unsigned int n;
	bool ok = false;

	if (!map_file(&meta_file, base, "meta")) {
		msg_error("%s: %s\n  \"sonderun --merge FILE\" wants what was given as -o FILE together with -b", meta_file.path, strerror(errno));
		return false;
	}
	n = map_all(base, &files);
	if (!n)
		msg_error("%s_0: %s", base, strerror(errno));
	else if (!meta_parse(&meta, meta_file.data ? meta_file.data : "", meta_file.n) || !out_init(&out, fd) ||
		 !print_init(&print, &out, &meta, json))
		msg_error("sonderun: out of memory");
	else {
		print.replay = true;
		ok = print_all(files, n, &print);
		out_flush(&out);
		ok = ok && !out.failed && !print.bad;
	}
	print_deinit(&print);
	out_deinit(&out);
	meta_deinit(&meta);
	for (unsigned int i = 0; i < n; i++)
		if (files[i].data)
			munmap((void *)(size_t)files[i].data, files[i].n);
	if (meta_file.data)
		munmap((void *)(size_t)meta_file.data, meta_file.n);
	free(files);
	return ok;
}

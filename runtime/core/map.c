// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays: a chained hash table over preallocated elements, which are also
 * linked in order of insertion. Numbers of elements stand for pointers, so
 * that an element's links take 16 bytes. Everything a handler calls here is
 * bounded by the size of the map and allocates nothing. Pure C over os.h.
 */
#include "os.h"
#include "abi.h"
#include "map_iter.h"

static struct sd_elem *elem(const struct sd_map *m, unsigned int i)
{
	return (struct sd_elem *)(m->elems + (sd_uint)i * m->type->elem_bytes);
}

/* An SD_STRVAR of any capacity. */
struct strvar {
	unsigned int n;
	char s[];
};

/* ---- memory ------------------------------------------------------------------- */

static unsigned int bucket_bits(const struct sd_map_type *t)
{
	return SD_MAP_BITS(t->entries);
}

static sd_uint align(sd_uint n)
{
	return (n + 15) & ~(sd_uint)15;
}

sd_uint sd_map_bytes(const struct sd_map_type *t)
{
	sd_uint elems, n;

	if (!t->entries || t->entries > 1u << 30 || !t->elem_bytes)
		return 0;
	if (__builtin_mul_overflow((sd_uint)t->entries + 1, (sd_uint)t->elem_bytes, &elems) || elems > (sd_uint)1 << 46)
		return 0;
	n = align(elems) + align(sizeof(unsigned int) << bucket_bits(t));
	return n + t->norders * (align(sizeof(struct sd_order)) + 2 * align((sd_uint)t->entries * sizeof(unsigned int)));
}

void sd_map_init(struct sd_map *m, void *memory)
{
	const struct sd_map_type *t = m->type;
	char *p = memory;
	unsigned int i;

	m->elems = p;
	p += align(((sd_uint)t->entries + 1) * t->elem_bytes);
	m->heads = (unsigned int *)p;
	p += align(sizeof(unsigned int) << bucket_bits(t));
	m->orders = (struct sd_order *)p;
	p += t->norders * align(sizeof(struct sd_order));
	for (i = 0; i < t->norders; i++) {
		m->orders[i].v = (unsigned int *)p;
		p += align((sd_uint)t->entries * sizeof(unsigned int));
		m->orders[i].spare = (unsigned int *)p;
		p += align((sd_uint)t->entries * sizeof(unsigned int));
	}
	m->shift = 64 - bucket_bits(t);
	m->fresh = 1;
}

/* ---- keys ---------------------------------------------------------------------- */

static sd_uint hash_keys(const struct sd_map_type *t, const struct sd_value *keys)
{
	sd_uint h = 0;
	unsigned int i;

	for (i = 0; i < t->nkeys; i++)
		h = t->key[i].kind == SD_SLOT_INT ? sd_hash_int(h, keys[i].i) : sd_hash_str(h, sd_key_cut(keys[i].s, t->str_cap));
	return h;
}

static int key_is(const struct sd_map_type *t, const struct sd_elem *e, unsigned int i, const struct sd_value *key)
{
	const char *at = (const char *)e + t->key[i].offset;
	const struct strvar *s;

	if (t->key[i].kind == SD_SLOT_INT)
		return *(const sd_int *)at == key->i;
	s = (const struct strvar *)at;
	return s->n == sd_key_cut(key->s, t->str_cap).n && sd_same_bytes(s->s, key->s.s, s->n);
}

static int keys_are(const struct sd_map_type *t, const struct sd_elem *e, const struct sd_value *keys)
{
	unsigned int i;

	for (i = 0; i < t->nkeys; i++)
		if (!key_is(t, e, i, &keys[i]))
			return 0;
	return 1;
}

int sd_map_like(const struct sd_map_type *t, const struct sd_elem *e, const struct sd_value *keys, unsigned int any)
{
	unsigned int i;

	for (i = 0; i < t->nkeys; i++)
		if (!(any & 1u << i) && !key_is(t, e, i, &keys[i]))
			return 0;
	return 1;
}

static void set_keys(struct sd_ctx *c, const struct sd_map_type *t, struct sd_elem *e, const struct sd_value *keys)
{
	struct strvar *s;
	unsigned int i;

	for (i = 0; i < t->nkeys; i++) {
		if (t->key[i].kind == SD_SLOT_INT) {
			*(sd_int *)((char *)e + t->key[i].offset) = keys[i].i;
			continue;
		}
		s = (struct strvar *)((char *)e + t->key[i].offset);
		s->n = (unsigned int)sd_str_copy(c, s->s, t->str_cap, keys[i].s).n;
	}
}

static void reset_value(const struct sd_map_type *t, struct sd_elem *e)
{
	char *at = (char *)e + t->value.offset;

	if (t->value.kind == SD_SLOT_STATS)
		sd_stat_reset((sd_int *)at, t->stat);
	else if (t->value.kind == SD_SLOT_STRING)
		((struct strvar *)at)->n = 0;
	else
		*(sd_int *)at = 0;
}

/* ---- elements ------------------------------------------------------------------- */

static struct sd_elem *find(const struct sd_map *m, const struct sd_value *keys, sd_uint h)
{
	unsigned int i = m->heads[h >> m->shift];
	struct sd_elem *e;

	for (; i; i = e->next) {
		e = elem(m, i);
		if (e->hash == h >> 32 && keys_are(m->type, e, keys))
			return e;
	}
	return 0;
}

void *sd_map_find(const struct sd_map *m, const struct sd_value *keys)
{
	return find(m, keys, hash_keys(m->type, keys));
}

/* Takes an element out of its bucket and of the order; it belongs to nothing then. Returns its number. */
static unsigned int unlink_elem(struct sd_map *m, struct sd_elem *e)
{
	unsigned int *link = &m->heads[((sd_uint)e->hash << 32) >> m->shift], me;

	while (elem(m, *link) != e)
		link = &elem(m, *link)->next;
	me = *link;
	*link = e->next;
	if (m->type->unordered)
		return me;
	if (e->older)
		elem(m, e->older)->newer = e->newer;
	else
		m->oldest = e->newer;
	if (e->newer)
		elem(m, e->newer)->older = e->older;
	else
		m->newest = e->older;
	m->count--;
	return me;
}

void sd_map_drop(struct sd_map *m, void *elem)
{
	struct sd_elem *e = elem;
	unsigned int me = unlink_elem(m, e);

	e->next = m->free;
	m->free = me;
}

/* A free element, linked in as the newest; 0 when there is none. */
static struct sd_elem *insert(struct sd_ctx *c, struct sd_map *m, sd_uint h, const struct sd_site *site)
{
	const struct sd_map_type *t = m->type;
	struct sd_elem *e;
	unsigned int i;

	if (m->free) {
		i = m->free;
		m->free = elem(m, i)->next;
	} else if (m->fresh <= t->entries) {
		i = m->fresh++;
	} else if (t->wrap) {
		i = m->oldest;
		unlink_elem(m, elem(m, i));
	} else {
		if (t->declared)
			sd_raise(c, SD_ERR_OVERFLOW_SIZE, site, t->entries);
		else
			sd_raise(c, SD_ERR_OVERFLOW, site, t->entries);
		return 0;
	}
	e = elem(m, i);
	e->hash = (unsigned int)(h >> 32);
	e->next = m->heads[h >> m->shift];
	m->heads[h >> m->shift] = i;
	if (t->unordered)
		return e;
	e->older = m->newest;
	e->newer = 0;
	if (m->newest)
		elem(m, m->newest)->newer = i;
	else
		m->oldest = i;
	m->newest = i;
	m->count++;
	return e;
}

void *sd_map_get(struct sd_ctx *c, struct sd_map *m, const struct sd_value *keys, const struct sd_site *site)
{
	sd_uint h = hash_keys(m->type, keys);
	struct sd_elem *e = find(m, keys, h);

	if (e)
		return e;
	e = insert(c, m, h, site);
	if (e) {
		set_keys(c, m->type, e, keys);
		reset_value(m->type, e);
	}
	return e;
}

void *sd_map_insert(struct sd_ctx *c, struct sd_map *m, sd_uint h, const struct sd_site *site)
{
	struct sd_elem *e = insert(c, m, h, site);

	if (e)
		reset_value(m->type, e);
	return e;
}

void sd_map_delete(struct sd_map *m, const struct sd_value *keys)
{
	struct sd_elem *e = sd_map_find(m, keys);

	if (e)
		sd_map_drop(m, e);
}

void sd_map_clear(struct sd_map *m)
{
	unsigned int i;

	/* A few elements in a large table are quicker unhooked one by one. */
	if (!m->type->unordered && m->count < 1u << (64 - m->shift) >> 4)
		for (i = m->oldest; i; i = elem(m, i)->newer)
			m->heads[((sd_uint)elem(m, i)->hash << 32) >> m->shift] = 0;
	else
		memset(m->heads, 0, sizeof(*m->heads) << (64 - m->shift));
	m->count = m->free = m->oldest = m->newest = 0;
	m->fresh = 1;
}

int sd_map_any(const struct sd_map *m, const struct sd_value *keys, unsigned int any)
{
	unsigned int i;

	for (i = m->oldest; i; i = elem(m, i)->newer)
		if (sd_map_like(m->type, elem(m, i), keys, any))
			return 1;
	return 0;
}

void sd_map_delete_any(struct sd_map *m, const struct sd_value *keys, unsigned int any)
{
	unsigned int i, next;

	for (i = m->oldest; i; i = next) {
		next = elem(m, i)->newer;
		if (sd_map_like(m->type, elem(m, i), keys, any))
			sd_map_drop(m, elem(m, i));
	}
}

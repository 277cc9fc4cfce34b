/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays of the language: included by abi.h. A map is preallocated and
 * bounded; the generated C describes its elements by a struct of its own
 * (struct elem_<name>, which starts with struct sd_elem) and a struct
 * sd_map_type that says where in it keys and value lie. Element numbers start
 * at 1; 0 is none. Callers hold the lock of the global, with one exception:
 * where all that handlers do side by side is to update elements, these are
 * looked up and updated without (nothing is taken out of the map meanwhile,
 * and an element is whole before it is hooked into its bucket), and only who
 * makes a new one takes a lock, which is in the map.
 */
#ifndef SONDE_MAP_H
#define SONDE_MAP_H

enum { SD_MAP_KEYS = 9 };

enum sd_slot_kind { SD_SLOT_INT, SD_SLOT_STRING, SD_SLOT_STATS };

/* Where a key or the value is: an sd_int, an SD_STRVAR, or the cells of a statistic. */
struct sd_slot {
	unsigned int kind;   /* enum sd_slot_kind */
	unsigned int offset; /* bytes into the element */
};

struct sd_map_type {
	const char *name;
	unsigned int nkeys;
	unsigned int entries;       /* most elements it holds */
	unsigned int elem_bytes;    /* a multiple of 8 */
	unsigned int str_cap;       /* bytes of a string in it */
	unsigned int wrap;          /* the oldest element makes room for a new one */
	unsigned int declared;      /* entries was written in the script */
	unsigned int norders;       /* sorted loops over it in the script, each with its own memory */
	unsigned int unordered;     /* nobody asks for the order of insertion, so it is not kept */
	struct sd_slot key[SD_MAP_KEYS], value;
	const struct sd_stat_type *stat; /* of the value, or 0 */
};

struct sd_elem {
	unsigned int next;          /* in its bucket, or in the free list */
	unsigned int hash;          /* upper half of the hash */
	unsigned int older, newer;  /* order of insertion */
};

/* The elements of one sorted loop, in its order. */
struct sd_order {
	unsigned int generation;    /* counts the times it was filled: a loop that finds another's order stops */
	unsigned int n;
	unsigned int *v, *spare;    /* entries each */
};

struct sd_map {
	const struct sd_map_type *type;
	char *elems;                /* element i is at elems + i * elem_bytes */
	unsigned int *heads;        /* buckets: the first element of each */
	unsigned int shift;         /* bucket = 64-bit hash >> shift */
	unsigned int count, free, fresh; /* fresh: the first number that was never used */
	unsigned int oldest, newest;
	struct sd_order *orders;
	struct sd_lock making;      /* of those who make elements side by side */
};

/* Buckets are a power of two: the smallest that is no less than the elements. A constant where entries is one. */
#define SD_MAP_BITS(entries) ((entries) <= 2 ? 1 : 64 - (unsigned int)__builtin_clzll((sd_uint)(entries) - 1))

/* ---- Memory: obtained by the runtime when the script is loaded ---------------- */

sd_uint sd_map_bytes(const struct sd_map_type *t);      /* 0: too large */
void sd_map_init(struct sd_map *m, void *memory);       /* sd_map_bytes(m->type) bytes, zeroed, aligned to 16 */

/* ---- Elements ------------------------------------------------------------------ */

#define SD_KEY_INT(v) { .is_string = 0, .i = (v) }
#define SD_KEY_STR(v) { .is_string = 1, .s = (v) }

struct sd_value;

/* The element with these keys (type->nkeys of them, of the types described), or 0. */
void *sd_map_find(const struct sd_map *m, const struct sd_value *keys);
/* Likewise; made when absent, with 0, "" or no samples. 0: the map is full (raised). */
void *sd_map_get(struct sd_ctx *c, struct sd_map *m, const struct sd_value *keys, const struct sd_site *site);
void sd_map_delete(struct sd_map *m, const struct sd_value *keys);
void sd_map_drop(struct sd_map *m, void *elem); /* an element that is in it */
void sd_map_clear(struct sd_map *m);
/* Bit i of any is set when key i may be anything; keys[i] is not looked at then. */
int sd_map_any(const struct sd_map *m, const struct sd_value *keys, unsigned int any);
void sd_map_delete_any(struct sd_map *m, const struct sd_value *keys, unsigned int any);
/*
 * One step of the hash, also the whole of it for a single number: a
 * multiplication by 2^64 / golden ratio spreads every bit of the key to the
 * upper bits, which choose the bucket (Knuth, TAOCP 3, 6.4).
 */
static inline sd_uint sd_hash_step(sd_uint h, sd_uint v)
{
	return (h ^ v) * 0x9e3779b97f4a7c15ULL;
}

static inline sd_uint sd_hash_int(sd_uint h, sd_int v)
{
	return sd_hash_step(h ^ h >> 32, (sd_uint)v);
}

static inline sd_uint sd_load8(const char *s)
{
	sd_uint w;

	__builtin_memcpy(&w, s, 8);
	return w;
}

static inline unsigned int sd_load4(const char *s)
{
	unsigned int w;

	__builtin_memcpy(&w, s, 4);
	return w;
}

/* All of the n (1…7) bytes at s in one word, by reads that may overlap and never go outside. */
static inline sd_uint sd_load_few(const char *s, sd_uint n)
{
	if (n >= 4)
		return (sd_uint)sd_load4(s) << 32 | sd_load4(s + n - 4);
	return (sd_uint)(unsigned char)s[0] << 16 | (sd_uint)(unsigned char)s[n / 2] << 8 | (unsigned char)s[n - 1];
}

/* Most strings are short: what is left of a longer one is read again together with what stands before it. */
static inline sd_uint sd_hash_str(sd_uint h, struct sd_str v)
{
	const char *end = v.s + v.n;

	if (v.n < 8)
		return sd_hash_step(h ^ h >> 32, v.n ? sd_load_few(v.s, v.n) : 0);
	for (; end - v.s > 8; v.s += 8)
		h = sd_hash_step(h ^ h >> 32, sd_load8(v.s));
	return sd_hash_step(h ^ h >> 32, sd_load8(end - 8));
}

static inline int sd_same_bytes(const char *a, const char *b, sd_uint n)
{
	const char *end = a + n;

	if (n < 8)
		return !n || sd_load_few(a, n) == sd_load_few(b, n);
	for (; end - a > 8; a += 8, b += 8)
		if (sd_load8(a) != sd_load8(b))
			return 0;
	return sd_load8(end - 8) == sd_load8(b + (end - a) - 8);
}

/* The bytes of a key that count: what does not fit is never stored. */
static inline struct sd_str sd_key_cut(struct sd_str v, sd_uint cap)
{
	if (sd_unlikely(v.n > cap))
		v.n = cap;
	return v;
}

/* var: an SD_STRVAR; v: a key that was cut. */
#define sd_key_is(var, v) ((var)->n == (v).n && sd_same_bytes((var)->s, (v).s, (v).n))

/*
 * The body of the generated lookups: e runs over the elements in the bucket of h; returns the one that is "same". The
 * generated code knows the keys' types and the size of an element, so that nothing is called for a key. What takes long
 * to compare has sd_hash_is() in front.
 */
#define sd_hash_is(e, hash_) ((e)->h.hash == (unsigned int)((hash_) >> 32))
#define SD_MAP_SEEK(map, shift_, e, h, same) do { \
	unsigned int i_ = __atomic_load_n(&(map)->heads[(h) >> (shift_)], __ATOMIC_RELAXED); /* its address depends on it */ \
	while (i_) { \
		(e) = (void *)((map)->elems + (sd_uint)i_ * sizeof(*(e))); \
		if (!(e)) \
			__builtin_unreachable(); /* spares the callers' test */ \
		if (sd_likely(same)) \
			return (e); \
		i_ = (e)->h.next; \
	} \
	return 0; \
} while (0)

/* A new element, reset; the caller, who knows that it is not there, sets its keys. 0: the map is full (raised). */
void *sd_map_insert(struct sd_ctx *c, struct sd_map *m, sd_uint h, const struct sd_site *site);

/*
 * The usual way to a new element and from an old one, with what is constant put in: the size of an element, 64 - bits of
 * the number of buckets, and whether the order is kept. take: 0 when no element is free, and sd_map_insert() is to be
 * asked, which also puts it into its bucket. The element is not reset, and in no bucket until sd_map_hook().
 */
static inline __attribute__((always_inline)) void *sd_map_take(struct sd_map *m, unsigned int elem_bytes, int ordered,
							       unsigned int entries, unsigned int *me)
{
	unsigned int i = m->free, newest;
	struct sd_elem *e;

	if (sd_likely(i)) {
		e = (struct sd_elem *)(m->elems + (sd_uint)i * elem_bytes);
		m->free = e->next;
	} else {
		if (sd_unlikely(m->fresh > entries))
			return 0;
		i = m->fresh++;
		e = (struct sd_elem *)(m->elems + (sd_uint)i * elem_bytes);
	}
	if (!e)
		__builtin_unreachable(); /* spares the callers' test */
	*me = i;
	if (!ordered)
		return e;
	newest = m->newest;
	e->older = newest;
	e->newer = 0;
	if (newest)
		((struct sd_elem *)(m->elems + (sd_uint)newest * elem_bytes))->newer = i;
	else
		m->oldest = i;
	m->newest = i;
	m->count++;
	return e;
}

/* From here on it is found, by those who look without a lock too. */
static inline __attribute__((always_inline)) void sd_map_hook(struct sd_map *m, unsigned int shift, sd_uint h, struct sd_elem *e,
							      unsigned int me)
{
	unsigned int *head = &m->heads[h >> shift];

	e->hash = (unsigned int)(h >> 32);
	e->next = *head;
	__atomic_store_n(head, me, __ATOMIC_RELEASE);
}

static inline __attribute__((always_inline)) void sd_map_give(struct sd_map *m, struct sd_elem *e, unsigned int elem_bytes,
							      unsigned int shift, int ordered)
{
	unsigned int *link = &m->heads[((sd_uint)e->hash << 32) >> shift], me;
	struct sd_elem *at;

	while ((at = (struct sd_elem *)(m->elems + (sd_uint)*link * elem_bytes)) != e)
		link = &at->next;
	me = *link;
	*link = e->next;
	e->next = m->free;
	m->free = me;
	if (!ordered)
		return;
	if (e->older)
		((struct sd_elem *)(m->elems + (sd_uint)e->older * elem_bytes))->newer = e->newer;
	else
		m->oldest = e->newer;
	if (e->newer)
		((struct sd_elem *)(m->elems + (sd_uint)e->newer * elem_bytes))->older = e->older;
	else
		m->newest = e->older;
	m->count--;
}

/* ---- Loops (core/map_iter.c) ----------------------------------------------------- */

/* What a loop is sorted by: key number (from 0), the value, or something of a statistic. */
enum sd_sort { SD_SORT_NONE = -1, SD_SORT_VALUE = 16, SD_SORT_COUNT, SD_SORT_SUM, SD_SORT_MIN, SD_SORT_MAX, SD_SORT_AVG };

struct sd_iter {
	struct sd_map *map;
	const struct sd_value *keys; /* of a slice */
	unsigned int any;            /* keys that may be anything */
	unsigned int at;             /* the next element, or the place in the order */
	sd_int left;                 /* of the limit */
	struct sd_order *order;      /* 0: order of insertion */
	unsigned int generation;
};

/* any: bits as above, all set when there is no slice. limit < 0 is as 0. keys must stay while the loop runs. */
void sd_iter_begin(struct sd_iter *it, struct sd_map *m, const struct sd_value *keys, unsigned int any, sd_int limit);
/* order: number of the loop among those of the map; by: enum sd_sort; down: largest first. Equal ones stay in order of insertion. */
void sd_iter_sort(struct sd_iter *it, unsigned int order, int by, int down);
/* The next element, or 0. The map is not changed meanwhile: the compiler sees to that. */
void *sd_iter_next(struct sd_ctx *c, struct sd_iter *it, const struct sd_site *site);

#endif

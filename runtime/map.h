/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays of the language: included by abi.h. A map is preallocated and
 * bounded; the generated C describes its elements by a struct of its own
 * (struct elem_<name>, which starts with struct sd_elem) and a struct
 * sd_map_type that says where in it keys and value lie. Element numbers start
 * at 1; 0 is none. Callers hold the lock of the global.
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
};

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
/* A new element with one number as its key; the caller knows that it is not there. */
void *sd_map_insert_int(struct sd_ctx *c, struct sd_map *m, sd_int key, const struct sd_site *site);

/*
 * One step of the hash, also the whole of it for a single number: a
 * multiplication by 2^64 / golden ratio spreads every bit of the key to the
 * upper bits, which choose the bucket (Knuth, TAOCP 3, 6.4).
 */
static inline sd_uint sd_hash_step(sd_uint h, sd_uint v)
{
	return (h ^ v) * 0x9e3779b97f4a7c15ULL;
}

/* The ways for one number as the key, with what the compiler knows about the element put in as constants. */
static inline __attribute__((always_inline)) void *sd_map_find_int(const struct sd_map *m, sd_int key, unsigned int elem_bytes,
								   unsigned int key_offset)
{
	unsigned int i = m->heads[sd_hash_step(0, (sd_uint)key) >> m->shift];

	while (i) {
		char *e = m->elems + (sd_uint)i * elem_bytes;

		if (sd_likely(*(sd_int *)(e + key_offset) == key))
			return e;
		i = ((struct sd_elem *)e)->next;
	}
	return 0;
}

static inline __attribute__((always_inline)) void *sd_map_get_int(struct sd_ctx *c, struct sd_map *m, sd_int key,
								  unsigned int elem_bytes, unsigned int key_offset,
								  const struct sd_site *site)
{
	void *e = sd_map_find_int(m, key, elem_bytes, key_offset);

	return sd_likely(e) ? e : sd_map_insert_int(c, m, key, site);
}

static inline __attribute__((always_inline)) void sd_map_delete_int(struct sd_map *m, sd_int key, unsigned int elem_bytes,
								    unsigned int key_offset)
{
	void *e = sd_map_find_int(m, key, elem_bytes, key_offset);

	if (e)
		sd_map_drop(m, e);
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

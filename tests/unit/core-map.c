// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays of the runtime against a model that is a plain list. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "run-check.h"

const struct sd_script sd_script = { .abi = SD_ABI };

static int cuts;

void sd_truncated(struct sd_ctx *c)
{
	(void)c;
	cuts++;
}

void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg)
{
	c->error = error;
	c->error_site = site;
	c->error_arg = arg;
}

/* The runtime's, which nothing here calls. */
char *sd_rec_begin(struct sd_ctx *c, unsigned int type, unsigned int id, sd_uint bytes)
{
	(void)c, (void)type, (void)id, (void)bytes;
	return NULL;
}

void sd_rec_end(struct sd_ctx *c)
{
	(void)c;
}

enum { CAP = 12, SIZE = 24, KEYS = 40 };

struct elem_one {
	struct sd_elem h;
	sd_int k0;
	sd_int v;
};

struct elem_two {
	struct sd_elem h;
	SD_STRVAR(CAP) k0;
	sd_int k1;
	SD_STRVAR(CAP) v;
} __attribute__((aligned(8)));

static struct sd_ctx ctx;
static unsigned int seed = 1;

static unsigned int roll(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return seed / 65536 % n;
}

static struct sd_map_type type_one(unsigned int entries, unsigned int wrap)
{
	return (struct sd_map_type){
		.name = "one", .nkeys = 1, .entries = entries, .elem_bytes = sizeof(struct elem_one), .wrap = wrap, .norders = 2,
		.key = { { SD_SLOT_INT, offsetof(struct elem_one, k0) } }, .value = { SD_SLOT_INT, offsetof(struct elem_one, v) },
	};
}

static void map_make(struct sd_map *m, const struct sd_map_type *t)
{
	size_t n = sd_map_bytes(t); /* exact, so that the sanitizer sees a step outside */
	void *mem = malloc(n);

	if (!mem)
		abort();
	memset(mem, 0, n);
	*m = (struct sd_map){ .type = t };
	sd_map_init(m, mem);
}

/* As the generated code has it, and in turn with it the general functions. */
static struct elem_one *seek(struct sd_map *m, sd_uint h, sd_int k)
{
	struct elem_one *e;

	SD_MAP_SEEK(m, m->shift, e, h, e->k0 == k);
}

static void *find(struct sd_map *m, sd_int k)
{
	struct sd_value key = SD_KEY_INT(k);

	return roll(2) ? (void *)seek(m, sd_hash_int(0, k), k) : sd_map_find(m, &key);
}

static struct elem_one *get(struct sd_map *m, sd_int k)
{
	struct sd_value key = SD_KEY_INT(k);
	sd_uint h = sd_hash_int(0, k);
	struct elem_one *e;
	unsigned int me = 0;

	if (roll(2))
		return sd_map_get(&ctx, m, &key, NULL);
	e = seek(m, h, k);
	if (e)
		return e;
	e = sd_map_take(m, sizeof(*e), !m->type->unordered, m->type->entries, &me);
	if (e)
		sd_map_hook(m, m->shift, h, &e->h, me);
	else
		e = sd_map_insert(&ctx, m, h, NULL);
	if (e) {
		e->k0 = k;
		e->v = 0;
	}
	return e;
}

static void del(struct sd_map *m, sd_int k)
{
	struct sd_value key = SD_KEY_INT(k);
	struct elem_one *e = roll(2) ? seek(m, sd_hash_int(0, k), k) : NULL;

	if (e)
		sd_map_give(m, &e->h, sizeof(*e), m->shift, !m->type->unordered);
	else
		sd_map_delete(m, &key);
}

/* ---- one number as the key ---- */

struct pair {
	sd_int k, v;
};

struct model {
	struct pair v[SIZE];
	unsigned int n;
};

static int model_find(const struct model *o, sd_int k)
{
	for (unsigned int i = 0; i < o->n; i++)
		if (o->v[i].k == k)
			return (int)i;
	return -1;
}

static void model_remove(struct model *o, int i)
{
	memmove(o->v + i, o->v + i + 1, (o->n - (unsigned int)i - 1) * sizeof(o->v[0]));
	o->n--;
}

static void compare(struct sd_map *m, const struct model *o)
{
	struct sd_iter it;
	struct elem_one *e;
	unsigned int i = 0;

	CHECK(m->count == o->n, "%u elements, not %u", m->count, o->n);
	sd_iter_begin(&it, m, NULL, ~0u, 1 << 30);
	while ((e = sd_iter_next(&ctx, &it, NULL))) {
		CHECK(i < o->n && e->k0 == o->v[i].k && e->v == o->v[i].v, "element %u is %lld=%lld", i, e->k0, e->v);
		i++;
	}
	CHECK(i == o->n, "the loop saw %u of %u", i, o->n);
}

static void random_operations(unsigned int wrap)
{
	struct sd_map_type t = type_one(SIZE, wrap);
	struct model o = { .n = 0 };
	struct sd_map m;

	map_make(&m, &t);
	for (unsigned int step = 0; step < 200000; step++) {
		sd_int k = roll(KEYS) * 0x100000001LL - 7;
		struct sd_value key = SD_KEY_INT(k);
		struct elem_one *e;
		int at = model_find(&o, k);

		switch (roll(step % 5000 < 2500 ? 3 : 5)) {
		case 0: case 1:
			ctx.error = 0;
			e = get(&m, k);
			if (at < 0 && o.n == SIZE && wrap) {
				model_remove(&o, 0);
			} else if (at < 0 && o.n == SIZE) {
				CHECK(!e && ctx.error == SD_ERR_OVERFLOW && ctx.error_arg == SIZE, "no overflow");
				break;
			}
			if (at < 0) {
				at = (int)o.n++;
				o.v[at] = (struct pair){ k, 0 };
			}
			CHECK(e && e->k0 == k && e->v == o.v[at].v, "wrong element");
			o.v[at].v += step;
			e->v += step;
			break;
		case 2:
			e = find(&m, k);
			CHECK(!e == (at < 0) && e == sd_map_find(&m, &key), "found %p", (void *)e);
			break;
		case 3:
			del(&m, k);
			if (at >= 0)
				model_remove(&o, at);
			break;
		default:
			if (roll(400))
				break;
			sd_map_clear(&m);
			o.n = 0;
		}
		if (step % 100 == 0)
			compare(&m, &o);
	}
	compare(&m, &o);
	free(m.elems);
}

static void random_plain(void)
{
	random_operations(0);
}

static void random_wrapping(void)
{
	random_operations(1);
}

static void sorting(void)
{
	struct sd_map_type t = type_one(1000, 0);
	struct sd_map m;

	map_make(&m, &t);
	for (unsigned int n = 0; n < 1000; n += n < 20 ? 1 : 199)
		for (int limit = 0; limit < 80; limit += 13)
			for (int what = 0; what < 2; what++)
				for (int down = 0; down < 2; down++) {
					struct elem_one *e, *last = NULL;
					struct sd_iter it;
					unsigned int seen = 0;

					sd_map_clear(&m);
					for (unsigned int i = 0; i < n; i++)
						get(&m, (sd_int)(i * 7919 % 1009) - 500)->v = i % 10;
					sd_iter_begin(&it, &m, NULL, ~0u, limit ? limit : 1 << 30);
					sd_iter_sort(&it, (unsigned int)down, what ? SD_SORT_VALUE : 0, down);
					while ((e = sd_iter_next(&ctx, &it, NULL))) {
						sd_int a = last ? what ? last->v : last->k0 : 0, b = what ? e->v : e->k0;

						CHECK(!last || (down ? a >= b : a <= b), "out of order");
						CHECK(!last || a != b || e > last, "equal ones are not in order of insertion");
						last = e;
						seen++;
					}
					CHECK(seen == (limit && (unsigned int)limit < n ? (unsigned int)limit : n), "%u of %u, limit %d", seen,
					      n, limit);
					if (!what && down && n) {
						sd_iter_begin(&it, &m, NULL, ~0u, 1);
						sd_iter_sort(&it, 0, 0, 1);
						e = sd_iter_next(&ctx, &it, NULL);
						for (unsigned int i = 0; i < n; i++)
							CHECK(e->k0 >= (sd_int)(i * 7919 % 1009) - 500, "not the largest");
					}
				}
	free(m.elems);
}

/* A loop that finds its memory used by another one stops with an error. */
static void recursion(void)
{
	struct sd_map_type t = type_one(10, 0);
	struct sd_iter outer, inner;
	struct sd_map m;

	map_make(&m, &t);
	get(&m, 1);
	get(&m, 2);
	ctx.error = 0;
	sd_iter_begin(&outer, &m, NULL, ~0u, 100);
	sd_iter_sort(&outer, 0, 0, 0);
	CHECK(sd_iter_next(&ctx, &outer, NULL), "nothing");
	sd_iter_begin(&inner, &m, NULL, ~0u, 100);
	sd_iter_sort(&inner, 0, 0, 0);
	CHECK(sd_iter_next(&ctx, &inner, NULL) && !ctx.error, "the inner loop fails");
	CHECK(!sd_iter_next(&ctx, &outer, NULL) && ctx.error == SD_ERR_MAXNESTING, "the outer loop goes on");
	free(m.elems);
}

/* ---- strings, several keys, slices ---- */

static const struct sd_map_type type_two = {
	.name = "two", .nkeys = 2, .entries = SIZE, .elem_bytes = sizeof(struct elem_two), .str_cap = CAP, .declared = 1, .norders = 1,
	.key = { { SD_SLOT_STRING, offsetof(struct elem_two, k0) }, { SD_SLOT_INT, offsetof(struct elem_two, k1) } },
	.value = { SD_SLOT_STRING, offsetof(struct elem_two, v) },
};

static struct sd_str str(const char *s)
{
	return (struct sd_str){ s, strlen(s) };
}

static unsigned int loop(struct sd_map *m, const struct sd_value *keys, unsigned int any, int sorted)
{
	struct sd_iter it;
	unsigned int n = 0;

	sd_iter_begin(&it, m, keys, any, 1000);
	if (sorted)
		sd_iter_sort(&it, 0, 0, 1);
	while (sd_iter_next(&ctx, &it, NULL))
		n++;
	return n;
}

static void strings(void)
{
	static const char *const words[] = { "", "a", "b", "ab", "abcdefgh", "abcdefghi", "abcdefghijkl" };
	struct sd_map m;

	map_make(&m, &type_two);
	for (int i = 0; i < 7; i++)
		for (int k = 0; k < 3; k++) {
			struct sd_value key[] = { SD_KEY_STR(str(words[i])), SD_KEY_INT(k) };
			struct elem_two *e = sd_map_get(&ctx, &m, key, NULL);

			CHECK(e && e->v.n == 0 && e->k1 == k && sd_str_eq(sd_str_get(&e->k0), str(words[i])), "%s,%d", words[i], k);
			sd_str_set(&ctx, &e->v, str("value"));
			CHECK(sd_map_get(&ctx, &m, key, NULL) == e && e->v.n == 5, "not the same");
		}
	CHECK(m.count == 21, "%u", m.count);
	for (int i = 0; i < 7; i++) {
		struct sd_value key[] = { SD_KEY_STR(str(words[i])), SD_KEY_INT(1) };

		CHECK(loop(&m, key, 2, 0) == 3 && loop(&m, key, 1, 0) == 7 && loop(&m, key, 3, 0) == 21 && loop(&m, key, 0, 1) == 1,
		      "slices of %s", words[i]);
		CHECK(loop(&m, key, 1, 1) == 7 && sd_map_any(&m, key, 2), "sorted slice");
	}
	{
		struct sd_value key[] = { SD_KEY_STR(str("b")), SD_KEY_INT(2) };

		sd_map_delete_any(&m, key, 2);
		CHECK(m.count == 18 && !sd_map_any(&m, key, 2) && sd_map_any(&m, key, 1), "%u left", m.count);
		sd_map_delete_any(&m, key, 1);
		CHECK(m.count == 12 && !sd_map_any(&m, key, 1), "%u left", m.count);
		sd_map_delete_any(&m, key, 3);
		CHECK(m.count == 0, "%u left", m.count);
	}
	free(m.elems);
}

/* A key longer than a string can be counts as what fits of it. */
static void long_key(void)
{
	struct sd_value cut[] = { SD_KEY_STR(str("abcdefghijkl")), SD_KEY_INT(1) };
	struct sd_value whole[] = { SD_KEY_STR(str("abcdefghijklmnopq")), SD_KEY_INT(1) };
	struct sd_map m;
	void *e;

	map_make(&m, &type_two);
	e = sd_map_get(&ctx, &m, whole, NULL);
	CHECK(e && cuts == 1 && sd_map_find(&m, whole) == e && sd_map_find(&m, cut) == e, "%d cut", cuts);
	sd_map_delete(&m, whole);
	CHECK(m.count == 0, "still there");
	ctx.error = 0;
	for (int i = 0; i <= SIZE; i++) {
		struct sd_value key[] = { SD_KEY_STR(str("x")), SD_KEY_INT(i) };

		sd_map_get(&ctx, &m, key, NULL);
	}
	CHECK(ctx.error == SD_ERR_OVERFLOW_SIZE && ctx.error_arg == SIZE, "error %d", ctx.error);
	free(m.elems);
}

static void sizes(void)
{
	struct sd_map_type t = type_one(0, 0);

	CHECK(!sd_map_bytes(&t), "nothing to hold");
	t.entries = ~0u;
	CHECK(!sd_map_bytes(&t), "too many");
	t.entries = 1 << 30;
	t.elem_bytes = 1 << 30;
	CHECK(!sd_map_bytes(&t), "too large");
	t = type_one(1, 1);
	CHECK(sd_map_bytes(&t) > 2 * sizeof(struct elem_one), "too small");
}

int main(void)
{
	RUN(random_plain);
	RUN(random_wrapping);
	RUN(sorting);
	RUN(recursion);
	RUN(strings);
	RUN(long_key);
	RUN(sizes);
	return check_status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stacks as text. Folded ones are a line each, outermost call first:
 *
 *	main;work;read;[k] vfs_read 12
 *
 * Blocks are what print_backtrace(), print_stack() and their likes for programs print, innermost call first. A line
 * that ends with ':' and is no frame names what the block is of (a process), a line of a number ends it and is its
 * count; an empty line ends it too, and it counts once.
 *
 *	cat:
 *	 0xffffffff81234567 : vfs_read+0x0/0x310 [kernel]
 *	 0xffffffff81234b12 : ksys_read+0x6b/0xf0 [kernel]
 *	12
 */
#include "flame.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"

struct frame {
	const char *name;
	bool kernel;
};

struct block {
	struct VEC(struct frame) frames;
	const char *of;
};

static const char mark[] = "[k] ";

void stacks_init(struct stacks *s)
{
	memset(s, 0, sizeof(*s));
	s->root.name = intern("all");
}

static struct call *called(struct call *c, struct frame f)
{
	struct call *k = c->last_found;

	if (k && k->name == f.name && k->kernel == f.kernel)
		return k;
	for (k = c->first; k && (k->name != f.name || k->kernel != f.kernel); k = k->next)
		;
	if (!k) {
		k = arena_new(arena_permanent(), struct call);
		k->name = f.name;
		k->kernel = f.kernel;
		k->next = c->first;
		c->first = k;
	}
	c->last_found = k;
	return k;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

/* outer first: frames[n - 1] is the innermost. */
static void add(struct stacks *s, const struct frame *frames, unsigned n, bool from_leaf, uint64_t count)
{
	struct call *c = &s->root;

	if (n > DEPTH_MAX)
		n = DEPTH_MAX;
	if (n > s->depth)
		s->depth = n;
	for (unsigned i = 0; i < n; i++)
		c = called(c, frames[from_leaf ? n - 1 - i : i]);
	c->self = sum(c->self, count);
}

static bool count_of(const char *text, uint64_t *count)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*count = strtoull(text, &end, 10);
	return !errno && !*end;
}

/* "name+0x12/0x310", "name+0x12" */
static size_t without_offset(const struct stacks *s, const char *name, size_t n)
{
	const char *plus = memchr(name, '+', n), *at;

	for (at = plus; at; at = memchr(at + 1, '+', (size_t)(name + n - at - 1)))
		plus = at;
	if (s->offsets || !plus || plus == name || n < (size_t)(plus - name) + 4 || strncmp(plus, "+0x", 3))
		return n;
	for (at = plus + 3; at < name + n; at++)
		if (!isxdigit((unsigned char)*at) && strncmp(at, "/0x", 3) && !(*at == 'x' && at[-1] == '0' && at[-2] == '/'))
			return n;
	return (size_t)(plus - name);
}

/* ';' separates, so none is in a name. */
static struct frame frame_of(const struct stacks *s, const char *name, size_t n, bool kernel)
{
	char *clean;

	if (n > sizeof(mark) - 1 && !strncmp(name, mark, sizeof(mark) - 1)) {
		kernel = true;
		name += sizeof(mark) - 1;
		n -= sizeof(mark) - 1;
	} else if (n > 4 && !strncmp(name + n - 4, "_[k]", 4)) { /* as others mark it */
		kernel = true;
		n -= 4;
	}
	n = without_offset(s, name, n);
	if (!memchr(name, ';', n))
		return (struct frame){ intern_n(name, n), kernel };
	clean = arena_strndup(arena_permanent(), name, n);
	for (char *c = clean; *c; c++)
		if (*c == ';')
			*c = ':';
	return (struct frame){ intern(clean), kernel };
}

/* ---- Folded ------------------------------------------------------------------------------ */

static bool folded(struct stacks *s, char *line)
{
	char *blank = strrchr(line, ' '), *end;
	struct VEC(struct frame) frames = { 0 };
	uint64_t count;

	if (!blank || !count_of(blank + 1, &count))
		return false;
	end = blank;
	while (end > line && end[-1] == ' ')
		end--;
	if (end == line)
		return false;
	*end = '\0';
	for (const char *p = line;;) {
		size_t n = strcspn(p, ";");

		if (n)
			vec_push(arena_permanent(), &frames, frame_of(s, p, n, false));
		p += n;
		if (!*p++)
			break;
	}
	if (!frames.n)
		return false;
	add(s, frames.v, frames.n, s->leaf_first, count);
	return true;
}

/* ---- Blocks ------------------------------------------------------------------------------ */

/* What is between brackets, without them and the distance: the file of an address without a name. */
static struct frame file_frame(struct stacks *s, const char *module, size_t n, bool kernel)
{
	size_t inner = n > 2 ? without_offset(s, module + 1, n - 2) : 0;

	return frame_of(s, intern_printf("[%.*s]", (int)inner, module + 1), inner + 2, kernel);
}

/*
 * " 0xffffffff81234567 : vfs_read+0x0/0x310 [kernel]", " 0x7ff0659cf86a : 0x7ff0659cf86a [libc.so.6+0xf786a]", " 0x7ff0659cf86a : 0x7ff0659cf86a".
 * Addresses of the kernel are negative.
 */
static bool frame_line(struct stacks *s, struct block *b, const char *line)
{
	const char *p = line + strspn(line, " \t"), *name, *module;
	struct frame f;
	bool kernel;
	size_t n, all;
	char *end;

	if (strncmp(p, "0x", 2))
		return false;
	kernel = strtoull(p, &end, 16) >> 63;
	name = end + strspn(end, " \t");
	if (end == p + 2 || (*name && *name != ':' && name == end))
		return false;
	if (*name == ':')
		name += 1 + strspn(name + 1, " \t");
	n = strlen(name);
	while (n && isspace((unsigned char)name[n - 1]))
		n--;
	/* "(inexact)" and the like behind it say nothing about the function. */
	if (n > 10 && !strncmp(name + n - 10, " (inexact)", 10))
		n -= 10;
	all = n;
	module = n && name[n - 1] == ']' ? memchr(name, '[', n) : NULL;
	for (const char *m = module; m; m = memchr(m + 1, '[', (size_t)(name + all - m - 1)))
		module = m;
	if (module && module > name && module[-1] == ' ')
		n = (size_t)(module - 1 - name);
	else if (module != name)
		module = NULL;
	if (module && (module == name || !strncmp(name, "0x", 2)))
		f = file_frame(s, module, (size_t)(name + all - module), kernel);
	else if (n)
		f = frame_of(s, name, n, kernel);
	else
		f = (struct frame){ intern_n(p, (size_t)(end - p)), kernel };
	vec_push(arena_permanent(), &b->frames, f);
	return true;
}

static void end_block(struct stacks *s, struct block *b, uint64_t count)
{
	if (b->of && (b->frames.n || count))
		vec_push(arena_permanent(), &b->frames, ((struct frame){ b->of, false }));
	if (b->frames.n)
		add(s, b->frames.v, b->frames.n, !s->leaf_first, count);
	b->frames.n = 0;
	b->of = NULL;
}

static void read_line(struct stacks *s, struct block *b, char *line, size_t n)
{
	const char *start;
	uint64_t count;

	while (n && isspace((unsigned char)line[n - 1]))
		line[--n] = '\0';
	start = line + strspn(line, " \t");
	if (!*start) {
		end_block(s, b, 1);
		return;
	}
	if (frame_line(s, b, line))
		return;
	if (count_of(start, &count) && (b->frames.n || b->of)) {
		end_block(s, b, count);
		return;
	}
	if (*start == '#' || folded(s, line))
		return;
	if (n > 1 && line[n - 1] == ':') {
		end_block(s, b, 1);
		b->of = frame_of(s, start, (size_t)(line + n - 1 - start), false).name;
		return;
	}
	note_strange(line, s->lines, &s->strange, s->first_strange, &s->strange_at);
}

void stacks_read(struct stacks *s, FILE *in)
{
	struct block b = { 0 };
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, in)) >= 0) {
		s->lines++;
		if (memchr(line, 0, (size_t)n)) /* of what is no text the first part serves */
			n = (ssize_t)strlen(line);
		read_line(s, &b, line, (size_t)n);
	}
	end_block(s, &b, 1);
	free(line);
}

/* ---- Afterwards -------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct call *x = *(struct call *const *)a, *y = *(struct call *const *)b;
	int c = strcmp(x->name, y->name);

	return c ? c : x->kernel - y->kernel;
}

static void finish(struct call *c)
{
	struct VEC(struct call *) v = { 0 };

	for (struct call *k = c->first; k; k = k->next)
		vec_push(arena_permanent(), &v, k);
	if (v.n)
		qsort(v.v, v.n, sizeof(*v.v), by_name);
	c->total = c->self;
	c->first = v.n ? v.v[0] : NULL;
	vec_each(i, &v) {
		v.v[i]->next = i + 1 < v.n ? v.v[i + 1] : NULL;
		finish(v.v[i]);
		c->total = sum(c->total, v.v[i]->total);
	}
}

void stacks_finish(struct stacks *s)
{
	finish(&s->root);
}

static void fold(const struct call *c, struct buf *path, struct buf *out)
{
	size_t n = path->n;

	if (c->self && n)
		buf_printf(out, "%s %llu\n", path->s, (unsigned long long)c->self);
	for (const struct call *k = c->first; k; k = k->next) {
		buf_printf(path, "%s%s%s", n ? ";" : "", k->kernel ? mark : "", k->name);
		fold(k, path, out);
		path->s[path->n = n] = '\0';
	}
}

void stacks_fold(const struct stacks *s, struct buf *out)
{
	struct buf path;

	buf_init(&path);
	fold(&s->root, &path, out);
	buf_deinit(&path);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* --example: the scripts of examples/TOPIC/, by name. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/session.h"

struct example {
	const char *topic, *name, *path;
};

struct examples VEC(struct example);

static int by_place(const void *a, const void *b)
{
	const struct example *x = a, *y = b;
	int d = strcmp(x->topic, y->topic);

	return d ? d : strcmp(x->name, y->name);
}

static void add_topic(struct session *s, const char *root, const char *topic, struct examples *v)
{
	const char *dir = arena_printf(s->arena, "%s/%s", root, topic);
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (n > 4 && !strcmp(e->d_name + n - 4, ".stp"))
			vec_push(s->arena, v, ((struct example){ topic, arena_strndup(s->arena, e->d_name, n - 4),
								 arena_printf(s->arena, "%s/%s", dir, e->d_name) }));
	}
	closedir(d);
}

static struct examples find_all(struct session *s)
{
	const char *root = arena_printf(s->arena, "%s/examples", s->data_dir);
	struct examples v = { 0 };
	DIR *d = opendir(root);
	struct dirent *e;

	/* library/ is one of its own, with its README */
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.' && strcmp(e->d_name, "library"))
			add_topic(s, root, arena_strdup(s->arena, e->d_name), &v);
	if (d)
		closedir(d);
	if (v.n)
		qsort(v.v, v.n, sizeof(v.v[0]), by_place);
	return v;
}

/* The first line of its comment that says something: "// title: …" or just text. */
static const char *title_of(struct session *s, const char *path)
{
	char *text, *line;

	if (file_read(path, &text, NULL))
		return "";
	while ((line = strsep(&text, "\n")) && !strncmp(line, "//", 2)) {
		line += 2;
		line += strspn(line, " ");
		if (!strncmp(line, "SPDX-", 5) || !strncmp(line, "run:", 4))
			continue;
		if (!strncmp(line, "title: ", 7))
			line += 7;
		return arena_strdup(s->arena, line);
	}
	return "";
}

static void list(struct session *s, const struct examples *v)
{
	const char *topic = NULL;

	vec_each(i, v) {
		if (!topic || strcmp(topic, v->v[i].topic))
			printf("%s%s:\n", topic ? "\n" : "", v->v[i].topic);
		topic = v->v[i].topic;
		printf("  %-24s %s\n", v->v[i].name, title_of(s, v->v[i].path));
	}
}

const char *example_find(struct session *s, const char *name)
{
	struct examples v = { 0 };
	struct suggest sg;
	struct diag *d;
	size_t n;

	session_find_files(s);
	v = find_all(s);
	if (!name) {
		list(s, &v);
		return NULL;
	}
	n = strlen(name);
	n -= n > 4 && !strcmp(name + n - 4, ".stp") ? 4 : 0;
	suggest_init(&sg, name);
	vec_each(i, &v) {
		if (strlen(v.v[i].name) == n && !strncmp(v.v[i].name, name, n))
			return v.v[i].path;
		suggest_offer(&sg, v.v[i].name);
	}
	d = diag(DIAG_FILE_READ, (struct range){ 0, 0 }, "no example is called '%s'", name);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'? sonde --example lists them all", suggest_best(&sg));
	else
		diag_hint(d, "sonde --example lists them");
	s->status = 1;
	return NULL;
}

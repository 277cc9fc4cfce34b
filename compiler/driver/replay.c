// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading .cmd files, and the file that keeps what was made of them. Knows
 * make's and the shell's quoting, not what the commands mean.
 */
#include "driver/replay.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/util.h"

#define MAGIC "sonde-replay 1\n"

void args_add(struct args *a, const char *arg)
{
	vec_push(arena_permanent(), a, arg);
}

void args_end(struct args *a)
{
	args_add(a, NULL);
	a->n--;
}

bool replay_is_tool(const struct args *command, const char *tool)
{
	const char *base = strrchr(command->v[0], '/');

	return !strcmp(base ? base + 1 : command->v[0], tool);
}

/* ---- .cmd files ------------------------------------------------------------- */

/* One word of a shell command into out. False at something only a shell can do. */
static bool shell_word(const char **at, struct buf *out)
{
	const char *p = *at;
	char quote = 0;

	for (; *p; p++) {
		if (quote == '\'') {
			if (*p == '\'')
				quote = 0;
			else
				buf_putc(out, *p);
		} else if (*p == '\\' && p[1]) {
			if (quote && !strchr("\\\"$`", p[1]))
				buf_putc(out, '\\');
			buf_putc(out, *++p);
		} else if (*p == '$' || *p == '`') {
			return false;
		} else if (quote) {
			if (*p == '"')
				quote = 0;
			else
				buf_putc(out, *p);
		} else if (*p == '\'' || *p == '"') {
			quote = *p;
		} else if (strchr(" \t;", *p)) {
			break;
		} else if (strchr("|&<>(){}*?[", *p) || (p == *at && strchr("~#", *p))) {
			return false;
		} else {
			buf_putc(out, *p);
		}
	}
	*at = p;
	return !quote;
}

static bool is_nothing(const struct args *c)
{
	return !strcmp(c->v[0], "true") || !strcmp(c->v[0], ":");
}

static int fail(const char **why, const char *text)
{
	*why = text;
	return -1;
}

int replay_split(const char *line, struct args *commands, int max, const char **why)
{
	struct args current = { 0 };
	int n = 0;

	for (;;) {
		struct buf word;
		bool understood;

		line += strspn(line, " \t");
		if (!*line || *line == ';') {
			if (current.n && !is_nothing(&current)) {
				if (n == max)
					return fail(why, "more commands than expected");
				args_end(&current);
				commands[n++] = current;
			}
			current = (struct args){ 0 };
			if (!*line)
				return n;
			line++;
			continue;
		}
		buf_init(&word);
		buf_puts(&word, "");
		understood = shell_word(&line, &word);
		if (understood)
			args_add(&current, arena_strndup(arena_permanent(), word.n ? word.s : "", word.n));
		buf_deinit(&word);
		if (!understood)
			return fail(why, "a command that needs a shell");
	}
}

/* In a makefile, $$ is $ and $(pound) or \# is #. */
static char *unescape_make(const char *s, size_t n)
{
	char *text = arena_alloc(arena_permanent(), n + 1), *to = text;

	for (const char *end = s + n; s < end; s++) {
		if (*s == '$' && s + 1 < end && s[1] == '$') {
			*to++ = '$';
			s++;
		} else if (*s == '\\' && s + 1 < end && s[1] == '#') {
			*to++ = '#';
			s++;
		} else if (!strncmp(s, "$(pound)", 8)) {
			*to++ = '#';
			s += 7;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
	return text;
}

int replay_parse_cmd(const char *text, struct args *commands, int max, const char **target, const char **why)
{
	for (const char *p = text; *p; p += *p == '\n') {
		const char *end = strchrnul(p, '\n'), *name = NULL, *assign;

		if (!strncmp(p, "cmd_", 4))
			name = p + 4;
		else if (!strncmp(p, "savedcmd_", 9))
			name = p + 9;
		assign = name ? strstr(name, " := ") : NULL;
		if (!assign || assign >= end) {
			p = end;
			continue;
		}
		if (target)
			*target = arena_strndup(arena_permanent(), name, (size_t)(assign - name));
		assign += 4;
		return replay_split(unescape_make(assign, (size_t)(end - assign)), commands, max, why);
	}
	return fail(why, "no command in it");
}

/* ---- The file --------------------------------------------------------------- */

struct list {
	const char *name;
	size_t offset;
};

#define LIST(member) { #member, offsetof(struct replay, member) }
static const struct list lists[] = {
	LIST(cc), LIST(kernel_cc), LIST(objtool), LIST(link), LIST(env), LIST(provides), LIST(files),
};
#undef LIST

static struct args *list_of(const struct replay *r, const struct list *l)
{
	return (struct args *)((char *)r + l->offset);
}

static void checksum(const char *text, size_t n, char hex[65])
{
	struct hash h;

	hash_init(&h);
	hash_data(&h, text, n);
	hash_hex(&h, hex);
}

int replay_save(const struct replay *r, const char *dir)
{
	struct buf b;
	char hex[65];
	int err;

	buf_init(&b);
	buf_puts(&b, MAGIC);
	for (unsigned i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct args *a = list_of(r, &lists[i]);

		buf_printf(&b, "[%s]\n", lists[i].name);
		vec_each(j, a) {
			if (strchr(a->v[j], '\n')) {
				buf_deinit(&b);
				return -EINVAL;
			}
			buf_printf(&b, "\t%s\n", a->v[j]);
		}
	}
	checksum(b.s, b.n, hex);
	buf_printf(&b, "end %s\n", hex);
	err = file_write_atomic(arena_printf(arena_permanent(), "%s/replay", dir), b.s, b.n, 0600);
	buf_deinit(&b);
	return err;
}

static bool files_are_there(const struct args *files, const char *dir)
{
	vec_each(i, files) {
		char name[64];
		unsigned long long size;
		struct stat st;

		if (sscanf(files->v[i], "%63s %llu", name, &size) != 2 ||
		    stat(arena_printf(arena_permanent(), "%s/%s", dir, name), &st) ||
		    (unsigned long long)st.st_size != size)
			return false;
	}
	return true;
}

static const char *expand(const char *arg, const char *dir)
{
	const char *at = strstr(arg, REPLAY_DIR);

	if (!at)
		return arg;
	return arena_printf(arena_permanent(), "%.*s%s/%s", (int)(at - arg), arg, dir, at + strlen(REPLAY_DIR));
}

int replay_load(struct replay *r, const char *dir)
{
	struct args *current = NULL;
	char *text, *p, *end;
	char hex[65];
	size_t len;
	int err = file_read(arena_printf(arena_permanent(), "%s/replay", dir), &text, &len);

	*r = (struct replay){ 0 };
	if (err)
		return err;
	end = len > 69 ? text + len - 69 : text;
	if (strncmp(text, MAGIC, strlen(MAGIC)) || strncmp(end, "end ", 4) || text[len - 1] != '\n')
		return -EINVAL;
	checksum(text, (size_t)(end - text), hex);
	if (memcmp(end + 4, hex, 64))
		return -EINVAL;
	*end = '\0';
	p = text + strlen(MAGIC);
	for (char *line; (line = strsep(&p, "\n"));) {
		if (*line == '[') {
			current = NULL;
			for (unsigned i = 0; i < ARRAY_SIZE(lists); i++)
				if (!strncmp(line + 1, lists[i].name, strlen(lists[i].name)) &&
				    !strcmp(line + 1 + strlen(lists[i].name), "]"))
					current = list_of(r, &lists[i]);
		} else if (*line == '\t' && current) {
			args_add(current, expand(line + 1, dir));
		}
	}
	for (unsigned i = 0; i < ARRAY_SIZE(lists); i++)
		args_end(list_of(r, &lists[i]));
	if (!r->cc.n || !r->link.n || !files_are_there(&r->files, dir))
		return -EINVAL;
	return 0;
}

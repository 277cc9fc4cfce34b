// SPDX-License-Identifier: GPL-2.0-or-later
/* input: standard input, by character and by line. control.c says when there is something to read. */
#include "user.h"

#include <stdlib.h>

#include "run/input.h"
#include "wire.h"

static const struct sd_probe **all;
static unsigned int nall;
static struct input in;
static char *line;
static unsigned int line_len;

static void run(char *s, unsigned int n, int of_lines)
{
	struct sd_value_text text = { .s = s, .n = n, .cap = n };

	for (unsigned int i = 0; i < nall && sd_user.live; i++)
		if (!((const struct sd_input *)all[i]->data)->line == !of_lines) {
			sd_user.ctx.text = &text;
			sd_run(all[i], sd_script.limits.maxaction);
			sd_user.ctx.text = NULL;
		}
}

/* What is longer than a string is cut, as far as the next newline. */
static void take(char *s)
{
	run(s, 1, false);
	if (line_len < (unsigned int)sd_script.limits.maxstringlen - 1)
		line[line_len++] = *s;
	if (*s != '\n')
		return;
	run(line, line_len, true);
	line_len = 0;
}

int sd_input_fd(void)
{
	return nall ? input_fd(&in) : -1;
}

void sd_input_ready(void)
{
	char buf[SD_INPUT_MAX];
	ssize_t n = input_read(&in, buf, sizeof(buf));

	for (ssize_t i = 0; i < n && sd_user.live; i++)
		take(&buf[i]);
	if (!n && line_len) { /* the end, without a newline */
		run(line, line_len, true);
		line_len = 0;
	}
}

static bool input_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int wanted = 0;

	if (!n)
		return true;
	all = calloc(n, sizeof(*all));
	line = malloc((size_t)sd_script.limits.maxstringlen);
	if (!all || !line)
		return false;
	for (nall = 0; nall < n; nall++) {
		all[nall] = probes[nall];
		wanted |= ((const struct sd_input *)probes[nall]->data)->line ? SD_INPUT_LINES : SD_INPUT_CHARS;
	}
	input_want(&in, wanted);
	return true;
}

static void input_detach(void)
{
	input_deinit(&in);
	free(all);
	free(line);
	all = NULL;
	line = NULL;
	nall = 0;
}

static sd_uint input_due(void)
{
	return SD_NEVER;
}

const struct sd_kind sd_kind_input = {
	.name = "input", .attach = input_attach, .due = input_due, .detach = input_detach,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * input: what the runner reads from its standard input and hands over by the
 * control file. Handlers run in the runner's context. The runner is the only
 * one that has the file, and passes one piece at a time.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include "kern.h"

static DEFINE_MUTEX(lock); /* against the end of the script */
static const struct sd_probe *const *all;
static unsigned int nall;
static char *line;
static unsigned int line_len;

static void hit(const struct sd_probe *p, struct sd_value_text *text)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);

	if (!c)
		return;
	sd_count_hit(c, p);
	c->regs = NULL;
	c->ip = 0;
	c->site = 0;
	c->text = text;
	p->handler(c);
	c->text = NULL;
	sd_leave(c, flags);
}

static void run(char *s, unsigned int n, int of_lines)
{
	struct sd_value_text text = { .s = s, .n = n, .cap = n };
	unsigned int i;

	for (i = 0; i < nall; i++)
		if (!((const struct sd_input *)all[i]->data)->line == !of_lines)
			hit(all[i], &text);
}

/* What is longer than a string is cut, as far as the next newline. */
static void take(char *s)
{
	run(s, 1, false);
	if (line_len < sd_script.limits.maxstringlen - 1)
		line[line_len++] = *s;
	if (*s != '\n')
		return;
	run(line, line_len, true);
	line_len = 0;
}

void sd_input(char *s, size_t n)
{
	size_t i;

	mutex_lock(&lock);
	for (i = 0; i < n && nall; i++)
		take(&s[i]);
	if (!n && nall && line_len) { /* the end, without a newline */
		run(line, line_len, true);
		line_len = 0;
	}
	mutex_unlock(&lock);
}

static int input_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, wanted = 0;

	line = sd_may_fail(kvmalloc(sd_script.limits.maxstringlen, GFP_KERNEL));
	if (!line) {
		sd_complain(probes[0], "out of memory for a line of input");
		return -ENOMEM;
	}
	line_len = 0;
	for (i = 0; i < n; i++)
		wanted |= ((const struct sd_input *)probes[i]->data)->line ? SD_INPUT_LINES : SD_INPUT_CHARS;
	mutex_lock(&lock);
	all = probes;
	nall = n;
	mutex_unlock(&lock);
	WRITE_ONCE(sd_control->input, wanted);
	return 0;
}

static void input_detach(void)
{
	mutex_lock(&lock);
	nall = 0;
	mutex_unlock(&lock);
	WRITE_ONCE(sd_control->input, 0);
}

static void input_finish(void)
{
	kvfree(line);
	line = NULL;
}

const struct sd_kind sd_kind_input = {
	.name = "input",
	.attach = input_attach,
	.detach = input_detach,
	.finish = input_finish,
};

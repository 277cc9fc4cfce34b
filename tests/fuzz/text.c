// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that is freed all at once, and growing text. */
#include "program.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static struct chunk {
	struct chunk *next;
} *chunks;

void *fuzz_alloc(size_t n)
{
	struct chunk *c = calloc(1, sizeof(*c) + 16 + n);

	if (!c)
		exit(2);
	c->next = chunks;
	chunks = c;
	return (char *)c + 16;
}

void fuzz_free(void)
{
	while (chunks) {
		struct chunk *c = chunks;

		chunks = c->next;
		free(c);
	}
}

void text_put(struct text *t, const void *s, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		t->cap = (t->n + n + 1) * 2;
		t->s = realloc(t->s, t->cap);
		if (!t->s)
			exit(2);
	}
	memcpy(t->s + t->n, s, n);
	t->n += n;
	t->s[t->n] = '\0';
}

void text_print(struct text *t, const char *fmt, ...)
{
	char buf[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	text_put(t, buf, (size_t)n);
}

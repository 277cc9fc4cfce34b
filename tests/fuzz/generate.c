// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * generate SEED COUNT [--timers] [--drop ID:WAY,...] SCRIPT EXPECTED
 *
 * Writes a script of COUNT random programs and what it prints. Programs that
 * take too long are replaced by others; with --drop, that is exit status 3.
 * On standard output: the seed of each program and the number of its nodes;
 * "generate SEED" of such a one, with COUNT 0, makes it alone.
 */
#include "program.h"

#include <stdlib.h>
#include <string.h>

enum { DROP_MAX = 4096 };

static struct drop drop[DROP_MAX];
static unsigned ndrop;

static void parse_drop(const char *text)
{
	char *end;

	while (*text && ndrop < DROP_MAX) {
		drop[ndrop].id = (unsigned)strtoul(text, &end, 10);
		drop[ndrop].way = *end == ':' ? (unsigned)strtoul(end + 1, &end, 10) : 0;
		ndrop++;
		text = *end ? end + 1 : end;
	}
}

static bool save(const char *path, const struct text *t)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	if (t->n)
		fwrite(t->s, 1, t->n, f);
	return fclose(f) == 0;
}

/* One program, tried; false when it takes too long. */
static bool one(uint64_t seed, unsigned number, bool timers, struct text *script, struct text *expected)
{
	size_t printed = expected->n;
	struct program *p = fuzz_alloc(sizeof(*p));
	bool ok;

	p->number = number;
	p->timers = timers;
	program_build(p, seed, drop, ndrop);
	ok = program_run(expected, p);
	if (ok) {
		program_write(script, p);
		printf("%llu %u\n", (unsigned long long)seed, p->nids);
	} else {
		expected->n = printed;
	}
	fuzz_free();
	return ok;
}

int main(int argc, char **argv)
{
	struct text script = { 0 }, expected = { 0 };
	bool timers = false;
	uint64_t seed;
	unsigned count, made = 0;

	if (argc < 5)
		return 2;
	seed = strtoull(argv[1], NULL, 10);
	count = (unsigned)strtoul(argv[2], NULL, 10);
	for (int i = 3; i < argc - 2; i++) {
		if (!strcmp(argv[i], "--timers"))
			timers = true;
		else if (!strcmp(argv[i], "--drop"))
			parse_drop(argv[++i]);
		else
			return 2;
	}
	text_print(&script, "# made by tests/fuzz/generate %llu %u\n", (unsigned long long)seed, count);
	if (timers)
		text_print(&script, "global turn = 0\n");
	if (!count) {
		if (!one(seed, 0, timers, &script, &expected))
			return 3;
		made = 1;
	}
	for (unsigned try = 0; made < count; try++)
		if (one(seed * 1000003 + try, made, timers, &script, &expected))
			made++;
	if (timers)
		text_print(&script, "probe timer.us(50) { if (turn >= %u) exit() }\n", made * 4);
	else
		text_print(&script, "probe begin { exit() }\n");
	return save(argv[argc - 2], &script) && save(argv[argc - 1], &expected) ? 0 : 2;
}

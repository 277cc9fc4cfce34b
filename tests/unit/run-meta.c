// SPDX-License-Identifier: GPL-2.0-or-later
/* runtime/run/meta.c: the meta text, well formed and not. Links meta.c. */
#include "meta.h"

#include <stdlib.h>
#include <string.h>

#include "run-check.h"

static void well_formed(void)
{
	static const char text[] = "sonde 1\n"
				   "script t\n"
				   "format 0 \"%d \\\"%s\\\"\\n\" ls\n"
				   "format 0 \"%d: b\" lc \"b\"\n"
				   "format 0 \"%d \\\"%s\\\"\\n\" ls\n"
				   "format 3 \"a\\n%sb\" csc \"a\\n\" \"b\"\n"
				   "format 2 \"\\303\\251\\000x\\t\\\\\" -\n"
				   "site 0 \"operator '/' at t.stp:1:20\" \"t.stp\" 1 20 \"probe begin { print(1/0) }\"\n"
				   "probe 1 \"begin\" \"t.stp\" 1 7\n"
				   "future line of a newer compiler\n";
	struct meta m;

	CHECK(meta_parse(&m, text, sizeof(text) - 1), "refused");
	CHECK(m.abi == 1 && !strcmp(m.script, "t") && !m.bad_lines, "abi %u script %s bad %u", m.abi, m.script, m.bad_lines);
	CHECK(m.nformats == 4 && !meta_format(&m, 1) && !meta_format(&m, 4), "%u formats", m.nformats);
	CHECK(!strcmp(m.formats[0].text.s, "%d \"%s\"\n") && m.formats[0].nargs == 2 && !strcmp(m.formats[0].types, "ls"),
	      "format 0 is %s %s", m.formats[0].text.s, m.formats[0].types);
	CHECK(m.formats[2].text.n == 6 && !memcmp(m.formats[2].text.s, "\303\251\0x\t\\", 6) && !m.formats[2].nargs,
	      "format 2 has %zu bytes", m.formats[2].text.n);
	CHECK(m.formats[3].nargs == 3 && m.formats[3].literals[0].n == 2 && !strcmp(m.formats[3].literals[1].s, "b"), "literals");
	CHECK(meta_site(&m, 0) && m.sites[0].line == 1 && m.sites[0].col == 20 &&
	      !strcmp(m.sites[0].source.s, "probe begin { print(1/0) }"), "site 0");
	CHECK(!meta_site(&m, 1) && !meta_site(&m, ~0ULL), "a site that is not there");
	CHECK(!meta_probe(&m, 0) && meta_probe(&m, 1) && !strcmp(m.probes[1].what.s, "begin"), "probe 1");
	meta_deinit(&m);
}

static void damaged_lines(void)
{
	static const char *const lines[] = {
		"format", "format x \"a\" -", "format 1", "format 1 \"a", "format 1 \"a\\", "format 1 \"a\"", "format 1 \"a\" q",
		"format 1 \"a\" c", "format 1 \"a\" lcc \"b\"",
		"format 99999999999999999999 \"a\" -", "format 1048576 \"a\" -", "format -1 \"a\" -",
		"site 1 \"a\" \"b\" 1", "site 1 \"a\" \"b\" 1 2", "site 1 \"a\" \"b\" x 2 \"c\"", "probe 1 a b 1 2", "sonde x", "script",
	};
	struct meta m;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK(meta_parse(&m, lines[i], strlen(lines[i])), "refused %s", lines[i]);
		CHECK(m.bad_lines == 1, "%s: %u bad lines", lines[i], m.bad_lines);
		CHECK(!meta_format(&m, 1) && !meta_site(&m, 1) && !meta_probe(&m, 1), "%s: defines something", lines[i]);
		meta_deinit(&m);
	}
}

static void a_bad_line_is_skipped(void)
{
	static const char text[] = "format 0 \"a\n\nformat 1 \"b\" -\n";
	struct meta m;

	CHECK(meta_parse(&m, text, sizeof(text) - 1) && m.bad_lines == 1, "%u bad lines", m.bad_lines);
	CHECK(meta_format(&m, 1) && !meta_format(&m, 0), "the line after it");
	meta_deinit(&m);
}

static void any_order_of_numbers(void)
{
	char text[65536];
	struct meta m;
	size_t n = 0;

	for (unsigned int i = 0; i < 1000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "format %u \"f%u\" l\n", (i * 377) % 1000, (i * 377) % 1000);
	CHECK(meta_parse(&m, text, n) && m.nformats == 1000 && !m.bad_lines, "%u formats", m.nformats);
	for (unsigned int i = 0; i < 1000; i++) {
		char want[16];

		snprintf(want, sizeof(want), "f%u", i);
		CHECK(meta_format(&m, i) && !strcmp(m.formats[i].text.s, want), "format %u", i);
	}
	meta_deinit(&m);
}

/* Nothing to expect but that it ends and touches only its own memory (run under a sanitizer). */
static void noise(void)
{
	static const char bits[] = "format site probe sonde script \"\"\\\\07\n\n 1234 ls-";
	char text[512];
	struct meta m;

	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t n = (size_t)rand() % sizeof(text);

		for (size_t i = 0; i < n; i++) {
			if (rand() % 8 == 0) {
				static const char *const words[] = { "\nformat 1 \"", "\nsite 3 \"", "\nprobe 2 \"", "\" ", " 7 " };
				const char *w = words[rand() % 5];

				for (; *w && i < n; w++)
					text[i++] = *w;
			}
			if (i < n)
				text[i] = rand() % 16 ? bits[(size_t)rand() % (sizeof(bits) - 1)] : (char)rand();
		}
		CHECK(meta_parse(&m, text, n), "refused");
		for (unsigned int i = 0; i < m.nformats; i++)
			if (meta_format(&m, i))
				CHECK(strlen(m.formats[i].types) == m.formats[i].nargs, "types");
		meta_deinit(&m);
	}
	CHECK(meta_parse(&m, "", 0), "empty");
	meta_deinit(&m);
}

int main(void)
{
	RUN(well_formed);
	RUN(damaged_lines);
	RUN(a_bad_line_is_skipped);
	RUN(any_order_of_numbers);
	RUN(noise);
	return check_status;
}

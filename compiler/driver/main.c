// SPDX-License-Identifier: GPL-2.0-or-later
/* sonde: the passes, in order. */
#include <locale.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/session.h"

static const struct pass {
	int number;
	bool (*run)(struct session *s);
	const char *failed;
} passes[] = {
	{ 0, pass_setup, NULL },
	{ 1, pass_parse, "Pass 1: parse failed." },
	{ 2, pass_analyze, "Pass 2: analysis failed." },
	{ 3, pass_translate, "Pass 3: translation failed." },
	{ 4, pass_compile, "Pass 4: compilation failed." },
	{ 5, pass_run, "Pass 5: run failed." },
};

int main(int argc, char **argv)
{
	struct session s = { .arena = arena_permanent(), .last_pass = 5 };

	setlocale(LC_CTYPE, "");
	if (!options_parse(&s, argc, argv)) {
		diag_flush(stderr);
		return s.status;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(passes) && passes[i].number <= s.last_pass; i++) {
		bool ok;

		report_start();
		ok = passes[i].run(&s);
		fflush(stdout);
		if (diag_flush(stderr))
			ok = false;
		if (!ok && !s.status)
			s.status = 1;
		if (!ok && passes[i].failed && s.status && !s.check_dir && !s.doc_dir)
			fprintf(stderr, "%s\n", passes[i].failed);
		if (!ok)
			break;
	}
	session_end(&s);
	return s.status;
}

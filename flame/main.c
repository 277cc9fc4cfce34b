// SPDX-License-Identifier: GPL-2.0-or-later
/* sonde-flame: its options, and which picture is wanted. */
#include "flame.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { O_FOLDED = 256, O_HEAT, O_COLD, O_OFFSETS, O_UNIT, O_LEAST, O_FRAME, O_HANGING, O_LEAF_FIRST };

static const struct option options[] = {
	{ "folded", no_argument, NULL, O_FOLDED }, { "heat", no_argument, NULL, O_HEAT }, { "cold", no_argument, NULL, O_COLD },
	{ "offsets", no_argument, NULL, O_OFFSETS }, { "unit", required_argument, NULL, O_UNIT }, { "least", required_argument, NULL, O_LEAST },
	{ "frame-height", required_argument, NULL, O_FRAME }, { "hanging", no_argument, NULL, O_HANGING }, { "leaf-first", no_argument, NULL, O_LEAF_FIRST },
	{ "output", required_argument, NULL, 'o' }, { "title", required_argument, NULL, 't' }, { "subtitle", required_argument, NULL, 's' },
	{ "width", required_argument, NULL, 'w' }, { "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, { 0 },
};

static const char usage[] =
	"usage: sonde-flame [option]... [file]...\n"
	"Makes a picture (SVG) of stacks: a flame graph; or with --heat a heat map of a histogram over time.\n"
	"  -o, --output=FILE     write there instead of to standard output\n"
	"  -t, --title=TEXT      what stands above it       -s, --subtitle=TEXT\n"
	"  -w, --width=PIXELS    1200                       --frame-height=PIXELS   17\n"
	"      --unit=TEXT       of what is counted: \"samples\"\n"
	"      --cold            blue colours, for waiting\n"
	"      --hanging         the outermost call at the top\n"
	"      --least=PIXELS    leave out what is narrower (0.3)\n"
	"      --offsets         calls from different places in a function apart\n"
	"      --leaf-first      the innermost call is the root: who calls it?\n"
	"      --folded          no picture: the stacks, folded\n"
	"      --heat            lines are \"TIME BUCKET COUNT\"\n"
	"The manual page says how the input looks.\n";

static int bad(const char *what, const char *why)
{
	fprintf(stderr, "sonde-flame: %s%s%s\n", what, *what ? ": " : "", why);
	return 2;
}

static bool number(const char *text, unsigned least, unsigned most, unsigned *v)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*v = (unsigned)n;
	return end != text && !*end && *text != '-' && n >= least && n <= most;
}

static void strange(const char *first, unsigned long at, unsigned long n)
{
	if (n)
		fprintf(stderr, "sonde-flame: %lu line%s not understood, the first is line %lu: %s\n", n, n == 1 ? " was" : "s were", at, first);
}

static bool read_all(char **files, int n, void (*read)(void *to, FILE *in), void *to)
{
	bool ok = true;

	if (!n)
		read(to, stdin);
	for (int i = 0; i < n; i++) {
		FILE *f = strcmp(files[i], "-") ? fopen(files[i], "re") : stdin;

		if (f)
			read(to, f);
		if (!f || ferror(f)) {
			fprintf(stderr, "sonde-flame: %s: %s\n", files[i], strerror(errno));
			ok = false;
		}
		if (f && f != stdin)
			fclose(f);
	}
	return ok;
}

static void read_stacks(void *to, FILE *in)
{
	stacks_read(to, in);
}

static void read_heat(void *to, FILE *in)
{
	heat_read(to, in);
}

static int write_out(const char *path, const struct buf *out)
{
	FILE *f = path ? fopen(path, "we") : stdout;
	bool ok = f && fwrite(out->s, 1, out->n, f) == out->n;

	ok = f && !fflush(f) && ok;
	if (f && path)
		ok = !fclose(f) && ok;
	if (!ok)
		fprintf(stderr, "sonde-flame: %s: %s\n", path ? path : "standard output", strerror(errno));
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct look l = { .width = 1200, .height = 17, .least = 0.3, .unit = "samples" };
	bool fold = false, heat = false, ok;
	const char *path = NULL, *why;
	struct heat h = { 0 };
	struct stacks s;
	struct buf out;
	char *end;
	int c;

	stacks_init(&s);
	buf_init(&out);
	while ((c = getopt_long(argc, argv, "o:t:s:w:hV", options, NULL)) != -1)
		switch (c) {
		case 'o': path = optarg; break;
		case 't': l.title = optarg; break;
		case 's': l.subtitle = optarg; break;
		case 'w':
			if (!number(optarg, 200, 20000, &l.width))
				return bad(optarg, "a width lies between 200 and 20000 pixels");
			break;
		case O_FRAME:
			if (!number(optarg, 4, 100, &l.height))
				return bad(optarg, "a height of frames lies between 4 and 100 pixels");
			break;
		case O_LEAST:
			l.least = strtod(optarg, &end);
			if (end == optarg || *end || !(l.least >= 0 && l.least <= 100))
				return bad(optarg, "the least width of a frame lies between 0 and 100 pixels");
			break;
		case O_UNIT: l.unit = optarg; break;
		case O_FOLDED: fold = true; break;
		case O_HEAT: heat = true; break;
		case O_COLD: l.cold = true; break;
		case O_OFFSETS: s.offsets = true; break;
		case O_HANGING: l.hanging = true; break;
		case O_LEAF_FIRST: s.leaf_first = true; break;
		case 'h': return fputs(usage, stdout) < 0;
		case 'V': return printf("sonde-flame %s\n", VERSION) < 0;
		default: return 2;
		}
	if (fold && heat)
		return bad("--folded --heat", "a heat map has no stacks");
	if (!l.title)
		l.title = heat ? "Heat map" : "Flame graph";
	if (heat) {
		ok = read_all(argv + optind, argc - optind, read_heat, &h);
		strange(h.first_strange, h.strange_at, h.strange);
		why = heat_draw(&h, &l, &out);
		if (why)
			return bad("", why), 1;
	} else {
		ok = read_all(argv + optind, argc - optind, read_stacks, &s);
		strange(s.first_strange, s.strange_at, s.strange);
		stacks_finish(&s);
		if (!s.root.first)
			return bad("", "there are no stacks in the input"), 1;
		if (fold)
			stacks_fold(&s, &out);
		else
			flame_draw(&s, &l, &out);
	}
	c = write_out(path, &out);
	return c || !ok;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stdin.char and stdin.line: what comes in on the runner's standard input is
 * $value. The library's input.char and input.line (tapset/input.stp) name it.
 */
#include "probe/provider.h"

enum form { CHAR, LINE };

static const char *const forms[] = { [CHAR] = "stdin.char", [LINE] = "stdin.line", NULL };

static const char *const docs[] = {
	"each character of standard input; see input.char", "each line of standard input; see input.line", NULL,
};

static const struct target_value values[] = { { "$value", NULL, 0, VALUE_READ }, { 0 } };

struct input {
	bool line;
};

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct input *f = arena_new(resolver_arena(r), struct input);
	struct place_request q = { .data = f, .concurrent = true };

	f->line = m->form == LINE;
	q.place.pp = m->text;
	q.target.values = values;
	return resolver_add(r, &q);
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_input";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	buf_printf(out, "static const struct sd_input %s = { .line = %d };\n", name, ((const struct input *)p->data)->line);
	return true;
}

const struct provider provider_input = {
	.seldom = true,
	.name = "input", .user = true, .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

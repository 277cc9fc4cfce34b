// SPDX-License-Identifier: GPL-2.0-or-later
/* Fetch programs: printing and interpreting. */
#include "sema/fetch.h"

static const char *const step_names[] = {
	[FETCH_REGISTER] = "reg", [FETCH_RETVAL] = "retval", [FETCH_ENTRY] = "entry",
	[FETCH_EXPR] = "expr", [FETCH_EXTEND] = "extend", [FETCH_ADD] = "add", [FETCH_INDEX] = "index",
	[FETCH_LOAD] = "load", [FETCH_BITS] = "bits", [FETCH_STRING] = "string", [FETCH_CONST] = "const",
	[FETCH_SYMBOL] = "symbol", [FETCH_MOVED] = "moved", [FETCH_BASE] = "base", [FETCH_PUSH] = "push", [FETCH_BINARY] = "binary", [FETCH_UNARY] = "unary",
};

void fetch_print(struct buf *out, const struct fetch *f)
{
	vec_each(i, &f->steps) {
		const struct fetch_step *s = &f->steps.v[i];

		buf_printf(out, "%s%s %lld %lld%s", i ? "; " : "", step_names[s->kind], (long long)s->a,
			   (long long)s->b, s->sign ? " signed" : "");
		if (s->kind == FETCH_BINARY || s->kind == FETCH_UNARY)
			buf_printf(out, " %s", loc_op_text((enum loc_op)s->a));
		if (s->symbol)
			buf_printf(out, " %s%s%s", s->module ? s->module : "", s->module ? ":" : "", s->symbol);
		if (s->node) {
			buf_puts(out, " (");
			ast_dump_node(out, s->node);
			buf_putc(out, ')');
		}
	}
	if (f->dual)
		buf_puts(out, " dual");
	if (f->user)
		buf_puts(out, " user");
	if (f->names)
		buf_printf(out, " names %p", (const void *)f->names);
	if (f->store)
		buf_printf(out, " store %d %u %u %u %lld", f->store->kind, f->store->bytes, f->store->shift, f->store->bits,
			   (long long)f->store->reg);
	if (f->pretty)
		vec_each(i, &f->pretty->items) {
			const struct pretty_item *it = &f->pretty->items.v[i];

			buf_printf(out, " %s", it->text);
			if (!it->value)
				continue;
			buf_printf(out, "%%%c<", it->how);
			fetch_print(out, it->value);
			buf_putc(out, '>');
		}
}

static uint64_t extend(uint64_t v, unsigned bits, bool sign)
{
	if (bits >= 64)
		return v;
	v &= (1ULL << bits) - 1;
	if (sign && v >> (bits - 1))
		v |= ~0ULL << bits;
	return v;
}

bool fetch_run(const struct fetch *f, const struct fetch_machine *m, uint64_t *value)
{
	uint64_t v = 0, aside[FETCH_DEPTH];
	unsigned n = 0;

	vec_each(i, &f->steps) {
		const struct fetch_step *s = &f->steps.v[i];

		switch (s->kind) {
		case FETCH_REGISTER:
			v = m->regs[s->a / 8];
			break;
		case FETCH_RETVAL:
			v = m->retval;
			break;
		case FETCH_ENTRY:
			v = m->entry[s->a];
			break;
		case FETCH_EXTEND:
			v = extend(v, (unsigned)s->a * 8, s->b);
			break;
		case FETCH_ADD:
			v += (uint64_t)s->a;
			break;
		case FETCH_LOAD:
			if (!m->read(m->data, v, (unsigned)s->a, &v))
				return false;
			v = extend(v, (unsigned)s->a * 8, s->b);
			break;
		case FETCH_BITS:
			v = extend(v >> s->b, (unsigned)s->a, s->sign);
			break;
		case FETCH_CONST:
			v = (uint64_t)s->a;
			break;
		case FETCH_SYMBOL:
			if (!m->symbol || !m->symbol(m->data, s->symbol, s->module, &v))
				return false;
			v += (uint64_t)s->a;
			break;
		case FETCH_MOVED:
			v = m->bias + (uint64_t)s->a;
			break;
		case FETCH_BASE:
			v = m->base;
			break;
		case FETCH_PUSH:
			if (n == FETCH_DEPTH)
				return false;
			aside[n++] = v;
			break;
		case FETCH_BINARY:
			if (!n)
				return false;
			v = loc_compute((enum loc_op)s->a, aside[--n], v);
			break;
		case FETCH_UNARY:
			v = loc_compute((enum loc_op)s->a, v, 0);
			break;
		case FETCH_EXPR:
		case FETCH_INDEX:
		case FETCH_STRING:
			return false;
		}
	}
	*value = v;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing a C function: lines, temporaries, frame buffers, error sites. */
#include "emit/cfn.h"

#include <stdarg.h>

#include "base/source.h"

void cfn_line(struct cfn *fn, const char *fmt, ...)
{
	va_list ap;

	for (unsigned i = 0; i < fn->indent; i++)
		buf_putc(&fn->body, '\t');
	va_start(ap, fmt);
	buf_vprintf(&fn->body, fmt, ap);
	va_end(ap);
	buf_putc(&fn->body, '\n');
}

const char *cfn_text(struct cfn *fn, const char *fmt, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	s = arena_vprintf(fn->e->arena, fmt, ap);
	va_end(ap);
	return s;
}

const char *cfn_int(struct cfn *fn)
{
	const char *name = cfn_text(fn, "t%u", fn->ntemps++);

	buf_printf(&fn->decls, "\tsd_int %s = 0;\n", name);
	return name;
}

const char *cfn_str(struct cfn *fn)
{
	const char *name = cfn_text(fn, "t%u", fn->ntemps++);

	buf_printf(&fn->decls, "\tstruct sd_str %s = { 0 };\n", name);
	return name;
}

const char *cfn_buf(struct cfn *fn)
{
	unsigned i = fn->bufs_busy++;

	if (i == fn->bufs_made) {
		buf_printf(&fn->fields, "\tchar b%u[SD_CAP];\n", i);
		fn->bufs_made++;
	}
	return cfn_text(fn, "f->b%u", i);
}

static const char *what_is(const struct node *n, struct arena *a)
{
	switch (n->kind) {
	case N_ASSIGN:
		return arena_printf(a, "operator '%s%s'", op_text(n->op), n->flags & F_COMPOUND ? "=" : "");
	case N_BINARY:
	case N_UNARY:
		return arena_printf(a, "operator '%s'", op_text(n->op));
	case N_CALL:
	case N_FUNCTION:
	case N_PRINT:
	case N_TARGET:
		return arena_printf(a, "identifier '%s'", n->name);
	case N_INDEX:
		return n->kid[INDEX_BASE]->name ? arena_printf(a, "identifier '%s'", n->kid[INDEX_BASE]->name) : "'[]'";
	case N_STAT:
	case N_HIST:
		return arena_printf(a, "operator '@%s'", n->name);
	case N_DEREF:
		return n->kid[DEREF_BASE]->kind == N_TARGET ? arena_printf(a, "identifier '%s'", n->kid[DEREF_BASE]->name)
							     : "operator '->'";
	default:
		return arena_printf(a, "'%s'", node_kind_text(n->kind));
	}
}

const char *cfn_site(struct cfn *fn, const struct node *n)
{
	struct emit *e = fn->e;
	struct range at = n->at.hi ? n->at : n->range;
	const char *what = what_is(n, e->arena);
	struct place p;
	struct site s = { at, what };
	unsigned i;

	if (source_locate(at.lo, &p))
		s.where = arena_printf(e->arena, "%s at %s:%u:%u", what, p.source->name, p.line, p.col);
	for (i = 0; i < e->sites.n; i++)
		if (e->sites.v[i].at.lo == at.lo && e->sites.v[i].at.hi == at.hi)
			break;
	if (i == e->sites.n)
		vec_push(e->arena, &e->sites, s);
	return cfn_place(fn, i);
}

void cfn_check(struct cfn *fn)
{
	cfn_line(fn, "if (sd_unlikely(c->error))");
	cfn_line(fn, "\tgoto %s;", fn->on_error);
	fn->uses_out = true;
}

void cfn_effect(struct cfn *fn)
{
	if (fn->e->pages)
		cfn_line(fn, "c->effects = 1;");
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Fetch programs as C: target variables read, written and printed. */
#include "emit/cfn.h"

#include "sema/sema.h"

static const char *extend(struct cfn *fn, const char *v, int64_t bytes, bool sign)
{
	const char *type = bytes == 1 ? "char" : bytes == 2 ? "short" : bytes == 4 ? "int" : "long long";

	if (bytes != 1 && bytes != 2 && bytes != 4 && bytes < 8) /* an odd number of bytes: by shifts */
		return cfn_text(fn, sign ? "((sd_int)((sd_uint)(%s) << %lld) >> %lld)" : "(sd_int)((sd_uint)(%s) << %lld >> %lld)", v,
				(long long)(64 - bytes * 8), (long long)(64 - bytes * 8));
	return cfn_text(fn, "(sd_int)(%s %s)(%s)", sign ? "signed" : "unsigned", type, v);
}

static const char *bits(struct cfn *fn, const char *v, uint32_t shift, uint32_t n, bool sign)
{
	if (sign)
		return cfn_text(fn, "((sd_int)((sd_uint)(%s) << %u) >> %u)", v, 64 - n - shift, 64 - n);
	return cfn_text(fn, "(sd_int)(((sd_uint)(%s) >> %u) & 0x%llxULL)", v, shift, n >= 64 ? ~0ULL : (1ULL << n) - 1);
}

unsigned emit_symbol(struct emit *e, const char *name, const char *module)
{
	struct symbol_use u = { .name = name, .module = module };
	unsigned i;

	for (i = 0; i < e->symbols.n; i++)
		if (e->symbols.v[i].name == name && e->symbols.v[i].module == module)
			return i;
	vec_push(e->arena, &e->symbols, u);
	return i;
}

static unsigned enumeration(struct emit *e, const struct type *t)
{
	unsigned i;

	for (i = 0; i < e->enums.n; i++)
		if (e->enums.v[i] == t)
			return i;
	vec_push(e->arena, &e->enums, t);
	return i;
}

static const char *binary(struct cfn *fn, enum loc_op op, const char *l, const char *r)
{
	static const char *const plain[LOC_OP_COUNT] = {
		[LOC_ADD] = "+", [LOC_SUB] = "-", [LOC_MUL] = "*", [LOC_AND] = "&", [LOC_OR] = "|", [LOC_XOR] = "^", [LOC_EQ] = "==",
		[LOC_NE] = "!=", [LOC_LT] = "<", [LOC_LE] = "<=", [LOC_GT] = ">", [LOC_GE] = ">=",
	};

	if (plain[op])
		return cfn_text(fn, "(sd_int)(%s %s %s)", l, plain[op], r);
	return cfn_text(fn, "sd_loc_%s(%s, %s)", loc_op_text(op), l, r);
}

static const char *unary(struct cfn *fn, enum loc_op op, const char *v)
{
	if (op == LOC_ABS)
		return cfn_text(fn, "sd_loc_abs(%s)", v);
	return cfn_text(fn, "(%s(%s))", op == LOC_NEG ? "-" : "~", v);
}

const char *emit_entry_slot(struct cfn *fn, unsigned n)
{
	return cfn_text(fn, "c->entry[%u]", emit_entry_words(fn->e, fn->probe, n));
}

unsigned emit_entry_words(const struct emit *e, const struct plan_probe *p, unsigned upto)
{
	unsigned words = 0;

	/* What the kind of probe saved by itself is a word each. */
	for (unsigned i = 0; i < upto; i++)
		words += i < p->entries.n && p->entries.v[i].expr && p->entries.v[i].expr->vtype == VT_STRING ?
			1 + (unsigned)((e->o->limits.maxstringlen + 7) / 8) : 1;
	return words;
}

static bool raises(const struct fetch *f)
{
	vec_each(i, &f->steps)
		if (f->steps.v[i].kind == FETCH_LOAD)
			return true;
	return false;
}

/* The steps; base: what FETCH_BASE means. */
const char *emit_fetch_steps(struct cfn *fn, const struct fetch *f, const char *base, const char *site)
{
	const char *space = f->user ? "u" : "k", *v = "0", *t, *aside[FETCH_DEPTH];
	unsigned n = 0;

	vec_each(i, &f->steps) {
		const struct fetch_step *s = &f->steps.v[i];

		switch (s->kind) {
		case FETCH_REGISTER:
			v = cfn_text(fn, "(sd_int)SD_REG(c, %lld)", (long long)s->a);
			break;
		case FETCH_RETVAL:
			v = "(sd_int)c->retval";
			break;
		case FETCH_ENTRY:
			v = cfn_text(fn, "(sd_int)%s", emit_entry_slot(fn, (unsigned)s->a));
			break;
		case FETCH_EXPR:
			v = emit_expr(fn, s->node);
			break;
		case FETCH_EXTEND:
			v = extend(fn, v, s->a, s->b);
			break;
		case FETCH_ADD:
			v = cfn_text(fn, "(%s + %lldLL)", v, (long long)s->a);
			break;
		case FETCH_INDEX:
			if (node_has_effects(s->node)) {
				t = cfn_int(fn);
				cfn_line(fn, "%s = %s;", t, v);
				v = t;
			}
			v = cfn_text(fn, "(%s + %s * %lldLL)", v, emit_expr(fn, s->node), (long long)s->a);
			break;
		case FETCH_LOAD:
			t = cfn_int(fn);
			if (fn->touching)
				cfn_line(fn, "%s = sd_utouch(c, %s, %lld);", t, v, (long long)s->a);
			else
				cfn_line(fn, "%s = sd_%sread(c, %s, %lld, %s);", t, space, v, (long long)s->a, site);
			v = s->b && s->a < 8 ? extend(fn, t, s->a, true) : t;
			break;
		case FETCH_BITS:
			v = bits(fn, v, (uint32_t)s->b, (uint32_t)s->a, s->sign);
			break;
		case FETCH_CONST:
			v = s->a == INT64_MIN ? "(-9223372036854775807LL - 1)" : cfn_text(fn, "%lldLL", (long long)s->a);
			break;
		case FETCH_SYMBOL:
			v = cfn_text(fn, "(sd_int)(symbols[%u].address + %lldLL)", emit_symbol(fn->e, s->symbol, s->module), (long long)s->a);
			if (s->b)
				v = cfn_text(fn, "(sd_int)sd_percpu(%s)", v);
			break;
		case FETCH_MOVED:
			v = cfn_text(fn, "(sd_int)(c->bias + 0x%llxULL)", (unsigned long long)s->a);
			break;
		case FETCH_BASE:
			v = base;
			break;
		case FETCH_PUSH:
			aside[n++] = v;
			break;
		case FETCH_BINARY:
			v = binary(fn, (enum loc_op)s->a, aside[--n], v);
			break;
		case FETCH_UNARY:
			v = unary(fn, (enum loc_op)s->a, v);
			break;
		case FETCH_STRING:
			break;
		}
	}
	return v;
}

/* How many bytes of text there can be; a flexible array ends where its text does. */
static const char *limit(struct cfn *fn, const struct fetch *f)
{
	uint64_t size = f->type ? type_strip(f->type)->size : 0;

	return size ? cfn_text(fn, "%llu", (unsigned long long)size) : "SD_CAP";
}

/* A value of an object that is printed, behind its literal text. */
static void item(struct cfn *fn, const struct pretty_item *it, const char *text, const char *base, const char *site)
{
	const struct fetch *f = it->value;
	const char *v, *t, *space;
	struct buf b;

	if (it->text && *it->text) {
		buf_init(&b);
		buf_quote(&b, it->text, strlen(it->text));
		cfn_line(fn, "sd_text_put(c, &%s, SD_STR(%s));", text, b.s);
		buf_deinit(&b);
	}
	if (!f)
		return;
	v = emit_fetch_steps(fn, f, base, site);
	if (raises(f))
		cfn_check(fn);
	switch (it->how) {
	case 's': /* a char array has a size, what a char pointer points at has none */
		t = cfn_str(fn);
		space = f->user ? "u" : "k";
		if (f->dual) {
			cfn_line(fn, "%s = sd_%sread_str(c, %s, SD_CAP, %s, %s, %s);", t, space, cfn_buf(fn), v, limit(fn, f), site);
			cfn_check(fn);
			cfn_line(fn, "sd_text_quoted(c, &%s, %s);", text, t);
			return;
		}
		cfn_line(fn, "%s = sd_%sread_str(c, %s, SD_CAP, %s, SD_CAP, %s);", t, space, cfn_buf(fn), v, site);
		cfn_line(fn, "sd_text_pointed(c, &%s, %s, %s);", text, t, v);
		cfn_check(fn);
		return;
	case 'e':
		cfn_line(fn, "sd_text_put(c, &%s, sd_enum_name(c, enum_%u, sizeof(enum_%u) / sizeof(enum_%u[0]), %s, c->scratch, "
			 "sizeof(c->scratch)));", text, enumeration(fn->e, f->names), enumeration(fn->e, f->names),
			 enumeration(fn->e, f->names), v);
		return;
	default:
		cfn_line(fn, "sd_text_number(c, &%s, '%c', %s);", text, it->how, v);
	}
}

/* An object as text. What cannot be read makes the whole of it ERROR, as in SystemTap. */
static const char *pretty(struct cfn *fn, const struct fetch *f, const char *site)
{
	const char *outer = fn->on_error, *result = cfn_str(fn), *base = cfn_int(fn), *text;
	unsigned busy, n = fn->nlabels++;

	text = cfn_text(fn, "x%u", n);
	buf_printf(&fn->decls, "\tstruct sd_text %s;\n", text);
	cfn_line(fn, "%s = (struct sd_text){ .s = %s, .cap = SD_CAP };", text, cfn_buf(fn));
	fn->on_error = cfn_text(fn, "bad_%u", n);
	cfn_line(fn, "%s = %s;", base, emit_fetch_steps(fn, f, "0", site));
	cfn_check(fn);
	vec_each(i, &f->pretty->items) {
		busy = fn->bufs_busy;
		item(fn, &f->pretty->items.v[i], text, base, site);
		fn->bufs_busy = busy;
	}
	cfn_line(fn, "%s = (struct sd_str){ %s.s, %s.n };", result, text, text);
	cfn_line(fn, "%s:", fn->on_error);
	fn->on_error = outer;
	cfn_line(fn, "if (sd_unlikely(c->error)) {");
	cfn_line(fn, "\tif (c->error != SD_ERR_FAULT)");
	cfn_line(fn, "\t\tgoto %s;", outer);
	cfn_line(fn, "\tsd_error_clear(c);");
	cfn_line(fn, "\t%s = SD_STR(\"ERROR\");", result);
	cfn_line(fn, "}");
	fn->uses_out = true;
	return result;
}

const char *emit_fetch(struct cfn *fn, const struct node *n, const struct fetch *f, bool string)
{
	const char *site = "0", *v, *t;

	if (n && (string || raises(f) || f->pretty))
		site = cfn_site(fn, n);
	if (f->pretty)
		return pretty(fn, f, site);
	if (f->string && !f->names) { /* saved at entry */
		v = emit_entry_slot(fn, (unsigned)f->steps.v[0].a);
		return cfn_text(fn, "((struct sd_str){ (const char *)(&%s + 1), %s })", v, v);
	}
	v = emit_fetch_steps(fn, f, "0", site);
	if (f->names) {
		t = cfn_str(fn);
		if (raises(f))
			cfn_check(fn);
		cfn_line(fn, "%s = sd_enum_name(c, enum_%u, sizeof(enum_%u) / sizeof(enum_%u[0]), %s, %s, SD_CAP);", t,
			 enumeration(fn->e, f->names), enumeration(fn->e, f->names), enumeration(fn->e, f->names), v, cfn_buf(fn));
		return t;
	}
	if (string) {
		t = cfn_str(fn);
		cfn_line(fn, "%s = sd_%sread_str(c, %s, SD_CAP, %s, %s, %s);", t, f->user ? "u" : "k", cfn_buf(fn), v, limit(fn, f), site);
		v = t;
	}
	if (string || raises(f))
		cfn_check(fn);
	return v;
}

/* ---- Writing -------------------------------------------------------------------------- */

static const char *read_back(struct cfn *fn, const struct fetch_store *st, const char *at, const char *site)
{
	const char *t;

	switch (st->kind) {
	case STORE_REGISTER:
		t = cfn_text(fn, "(sd_int)SD_REG(c, %lld)", (long long)st->reg);
		break;
	case STORE_RETVAL:
		t = "(sd_int)c->retval";
		break;
	default:
		t = cfn_int(fn);
		cfn_line(fn, "%s = sd_%sread(c, %s, %u, %s);", t, st->user ? "u" : "k", at, st->bytes, site);
		cfn_check(fn);
		break;
	}
	return st->bits ? bits(fn, t, st->shift, st->bits, st->sign) : extend(fn, t, st->bytes, st->sign);
}

static void write_to(struct cfn *fn, const struct fetch_store *st, const char *at, const char *v, const char *site)
{
	unsigned n = st->bits ? st->bits : st->bytes * 8;

	if (st->kind == STORE_MEMORY) {
		cfn_line(fn, "sd_%swrite(c, %s, %u, %u, %u, %s, %s);", st->user ? "u" : "k", at, st->bytes, st->shift, n, v, site);
		cfn_check(fn);
		return;
	}
	/* As the processor does it: 32 bits clear the upper half, fewer leave what is beside them. */
	if (n == 32 && !st->bits)
		v = cfn_text(fn, "(unsigned int)(%s)", v);
	else if (n < 64)
		v = cfn_text(fn, "sd_merge_bits(SD_REG(c, %lld), %u, %u, %s)", (long long)st->reg, st->shift, n, v);
	cfn_line(fn, "SD_REG(c, %lld) = (sd_uint)(%s);", (long long)st->reg, v);
	if (st->kind == STORE_RETVAL)
		cfn_line(fn, "c->retval = SD_REG(c, %lld);", (long long)st->reg);
}

static const char *store_address(struct cfn *fn, const struct fetch *f, const char *site)
{
	const char *t;

	if (f->store->kind != STORE_MEMORY)
		return "0";
	t = cfn_int(fn);
	cfn_line(fn, "%s = %s;", t, emit_fetch_steps(fn, f, "0", site));
	if (raises(f))
		cfn_check(fn);
	return t;
}

const char *emit_target_assign(struct cfn *fn, struct node *n)
{
	const struct fetch *f = n->kid[ASSIGN_L]->info;
	const char *site = cfn_site(fn, n->kid[ASSIGN_L]), *value = emit_expr(fn, n->kid[ASSIGN_R]), *t = cfn_int(fn), *at;

	cfn_line(fn, "%s = %s;", t, value);
	at = store_address(fn, f, site);
	if (n->flags & F_COMPOUND)
		cfn_line(fn, "%s = %s;", t, emit_combine(fn, n, n->op, read_back(fn, f->store, at, site), t, n->kid[ASSIGN_R]));
	write_to(fn, f->store, at, t, site);
	return t;
}

const char *emit_target_incdec(struct cfn *fn, struct node *n)
{
	const struct fetch *f = n->kid[INCDEC_X]->info;
	const char *site = cfn_site(fn, n->kid[INCDEC_X]), *at = store_address(fn, f, site), *t = cfn_int(fn);

	cfn_line(fn, "%s = %s;", t, read_back(fn, f->store, at, site));
	write_to(fn, f->store, at, cfn_text(fn, "(%s %s 1)", t, op_text(n->op)), site);
	return n->flags & F_PREFIX ? cfn_text(fn, "(%s %s 1)", t, op_text(n->op)) : t;
}

/* ---- Tables ----------------------------------------------------------------------------- */

void emit_symbols(struct emit *e, struct buf *out)
{
	if (e->symbols.n)
		buf_puts(out, "static struct sd_symbol symbols[] = {\n");
	vec_each(i, &e->symbols) {
		buf_printf(out, "\t{ .name = \"%s\"", e->symbols.v[i].name);
		if (e->symbols.v[i].module)
			buf_printf(out, ", .module = \"%s\"", e->symbols.v[i].module);
		buf_puts(out, e->symbols.v[i].lines ? ", .optional = 1 },\n" : " },\n");
	}
	if (e->symbols.n)
		buf_puts(out, "};\n\n");
	vec_each(i, &e->enums) {
		const struct type *t = e->enums.v[i];

		buf_printf(out, "static const struct sd_enumerator enum_%u[] = {\n", i);
		for (uint32_t k = 0; k < t->nenumerators; k++)
			buf_printf(out, "\t{ (sd_int)0x%llxULL, \"%s\" },\n", (unsigned long long)t->enumerators[k].value, t->enumerators[k].name);
		buf_puts(out, "};\n\n");
	}
}

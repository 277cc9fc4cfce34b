// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Embedded C. Its text goes into a second C file, each piece as a function
 * sd_embed_<n>(context, arguments, site). The script's own C file fills a
 * structure of arguments in the handler's frame, calls, and takes the result
 * from there; both files declare the structure, member by member alike.
 */
#include "sema/embedded.h"

#include <stdio.h>
#include <string.h>

#include "base/source.h"
#include "emit/cfn.h"

/* ---- The script's file --------------------------------------------------------------- */

static enum vtype result(const struct embedded *e)
{
	return e->func ? e->func->ret : e->string ? VT_STRING : VT_LONG;
}

static unsigned nparams(const struct embedded *e)
{
	return e->func ? e->func->nparams : 0;
}

enum { TEXTS = 4 }; /* so many strings of an array are at hand at a time; a power of two */

static bool is_array(const struct symbol *v)
{
	return v->shape == SHAPE_ARRAY;
}

static void member(struct buf *out, enum vtype type, const char *name)
{
	if (type == VT_STRING)
		buf_printf(out, "\tchar %s[SD_CAP + 1];\n", name);
	else
		buf_printf(out, "\tlong long %s;\n", name);
}

/* Members in the order of both files: parameters, the result, buffers of string globals. */
static void arguments(struct buf *out, const struct embedded *e, bool own_names)
{
	char name[32];

	buf_printf(out, "struct sd_args_%u {\n", e->index);
	for (unsigned i = 0; i < nparams(e); i++) {
		const struct symbol *v = e->func->scope.locals.v[i];

		snprintf(name, sizeof(name), "sd_a%u", i);
		member(out, v->type, own_names ? v->name : name);
	}
	member(out, result(e), own_names ? "__retvalue" : "sd_ret");
	vec_each(i, &e->reads) {
		const struct symbol *v = e->reads.v[i];

		snprintf(name, sizeof(name), "sd_g%u", i);
		if (is_array(v) && v->type == VT_STRING)
			buf_printf(out, "\tchar sd_g%u[%u][SD_CAP + 1];\n\tunsigned sd_n%u;\n", i, TEXTS, i);
		else
			member(out, v->type, name);
	}
	if (e->hands_on)
		buf_puts(out, "\tint sd_next;\n");
	buf_puts(out, "};\n");
	buf_printf(out, "void sd_embed_%u(struct sd_ctx *c, struct sd_args_%u *a, const struct sd_site *site);\n\n", e->index, e->index);
}

static struct symbol_list globals_used(struct emit *e)
{
	struct symbol_list all = { 0 };

	vec_each(i, &e->plan->globals) {
		bool used = false;

		vec_each(k, &e->plan->embedded) {
			const struct embedded *p = e->plan->embedded.v[k];

			vec_each(j, &p->reads)
				used |= p->reads.v[j] == e->plan->globals.v[i];
			vec_each(j, &p->writes)
				used |= p->writes.v[j] == e->plan->globals.v[i];
		}
		if (used)
			vec_push(e->arena, &all, e->plan->globals.v[i]);
	}
	return all;
}

/* "void sd_set_a(struct sd_ctx *c, const struct sd_site *site, long long k0, const char *k1, long long v)" */
static void accessor(struct buf *out, const struct symbol *v, bool set)
{
	bool string = v->type == VT_STRING;
	const char *comma = "";

	buf_printf(out, "%s sd_%s_%s(", set || string ? "void" : "long long", set ? "set" : "get", v->name);
	if (set || string) {
		buf_puts(out, set ? "struct sd_ctx *c, const struct sd_site *site" : "char *to");
		comma = ", ";
	}
	for (unsigned i = 0; i < v->nkeys; i++, comma = ", ")
		buf_printf(out, "%s%sk%u", comma, v->keys[i].type == VT_STRING ? "const char *" : "long long ", i);
	if (set)
		buf_puts(out, string ? ", const char *v)" : ", long long v)");
	else
		buf_puts(out, *comma ? ")" : "void)");
}

static void accessor_prototypes(struct buf *out, const struct symbol *v)
{
	accessor(out, v, false);
	buf_puts(out, ";\n");
	accessor(out, v, true);
	buf_puts(out, ";\n");
}

static void element_accessor(struct buf *out, const struct symbol *v, bool set)
{
	accessor(out, v, set);
	buf_puts(out, "\n{\n\tconst struct sd_value k[] = { ");
	for (unsigned i = 0; i < v->nkeys; i++)
		buf_printf(out, v->keys[i].type == VT_STRING ? "SD_KEY_STR(sd_cstr_get(k%u, SD_CAP)), " : "SD_KEY_INT(k%u), ", i);
	buf_printf(out, "};\n\tstruct elem_%s *e = sd_map_%s%s, k%s);\n\n", v->cname, set ? "get(c, &" : "find(&", v->cname, set ? ", site" : "");
	if (set)
		buf_puts(out, v->type == VT_STRING ? "\tif (e)\n\t\tsd_str_set(c, &e->v, sd_cstr_get(v, SD_CAP));\n}\n\n"
						   : "\tif (e)\n\t\te->v = v;\n}\n\n");
	else
		buf_puts(out, v->type == VT_STRING ? "\tsd_cstr_put(to, SD_CAP + 1, e ? sd_str_get(&e->v) : SD_STR(\"\"));\n}\n\n"
						   : "\treturn e ? e->v : 0;\n}\n\n");
}

static void scalar_accessors(struct buf *out, const struct symbol *v)
{
	accessor(out, v, false);
	if (v->type == VT_STRING)
		buf_printf(out, " { sd_cstr_put(to, SD_CAP + 1, sd_str_get(&%s)); }\n", v->cname);
	else
		buf_printf(out, " { return __atomic_load_n(&%s, __ATOMIC_RELAXED); }\n", v->cname);
	accessor(out, v, true);
	if (v->type == VT_STRING)
		buf_printf(out, " { (void)site; sd_str_set(c, &%s, sd_cstr_get(v, SD_CAP)); }\n\n", v->cname);
	else
		buf_printf(out, " { (void)c, (void)site; __atomic_store_n(&%s, v, __ATOMIC_RELAXED); }\n\n", v->cname);
}

void emit_embedded_parts(struct emit *e, struct buf *out)
{
	struct symbol_list globals = globals_used(e);

	vec_each(i, &e->plan->embedded)
		arguments(out, e->plan->embedded.v[i], false);
	vec_each(i, &globals) {
		accessor_prototypes(out, globals.v[i]);
		if (is_array(globals.v[i])) {
			element_accessor(out, globals.v[i], false);
			element_accessor(out, globals.v[i], true);
		} else {
			scalar_accessors(out, globals.v[i]);
		}
	}
}

/* Calls the piece. What it returns, as a value that stays until it is called again from here. */
static const char *run(struct cfn *fn, const struct embedded *e)
{
	const char *a = cfn_text(fn, "f->e%u", e->index), *t;
	const char *field = cfn_text(fn, "\tstruct sd_args_%u e%u;\n", e->index, e->index);

	if (!fn->fields.n || !strstr(fn->fields.s, field))
		buf_puts(&fn->fields, field);
	for (unsigned i = 0; i < nparams(e); i++) {
		const struct symbol *v = e->func->scope.locals.v[i];

		if (v->type == VT_STRING)
			cfn_line(fn, "sd_cstr_put(%s.sd_a%u, SD_CAP + 1, %s);", a, i, v->cname);
		else
			cfn_line(fn, "%s.sd_a%u = %s;", a, i, v->cname);
	}
	vec_each(i, &e->reads)
		if (is_array(e->reads.v[i]) && e->reads.v[i]->type == VT_STRING)
			cfn_line(fn, "%s.sd_n%u = 0;", a, i);
	if (e->hands_on)
		cfn_line(fn, "%s.sd_next = 0;", a);
	cfn_line(fn, "%s.sd_ret%s = 0;", a, result(e) == VT_STRING ? "[0]" : "");
	emit_forget(fn, NULL);
	cfn_effect(fn);
	cfn_line(fn, "sd_embed_%u(c, &%s, %s);", e->index, a, cfn_site(fn, e->func ? e->func->decl : e->node));
	cfn_check(fn);
	if (result(e) == VT_STRING) {
		t = cfn_str(fn);
		cfn_line(fn, "%s = sd_cstr_get(%s.sd_ret, SD_CAP);", t, a);
	} else {
		t = cfn_int(fn);
		cfn_line(fn, "%s = %s.sd_ret;", t, a);
	}
	return t;
}

const char *emit_embedded(struct cfn *fn, struct node *n)
{
	return run(fn, n->info);
}

void emit_embedded_function(struct cfn *fn, const struct node *body)
{
	const struct embedded *e = body->info;
	const char *v = run(fn, e);

	if (e->hands_on) {
		cfn_line(fn, "if (f->e%u.sd_next) {", e->index);
		fn->indent++;
		emit_hand_on(fn, body);
		cfn_line(fn, "goto out;");
		fn->indent--;
		cfn_line(fn, "}");
		fn->uses_out = true;
	}
	if (fn->func->ret == VT_STRING)
		cfn_line(fn, "ret = sd_str_copy(c, retbuf, SD_CAP, %s);", v);
	else if (fn->func->ret == VT_LONG)
		cfn_line(fn, "ret = %s;", v);
	else
		cfn_line(fn, "(void)%s;", v);
}

/* ---- The second file ------------------------------------------------------------------- */

/* The text where it stands in the script, so that gcc's lines and columns are the script's. */
static void text_of(struct buf *out, const struct node *n)
{
	struct place p;

	if (source_locate(n->range.lo, &p)) {
		buf_printf(out, "#line %u ", p.line);
		buf_quote(out, p.source->name, strlen(p.source->name));
		buf_putc(out, '\n');
		for (unsigned i = 0; i < p.col + 1; i++)
			buf_putc(out, i < p.len && p.text[i] == '\t' ? '\t' : ' ');
	}
	buf_put(out, n->str, n->len);
	/* What is wrong with how a piece ends is noticed in what follows: its lines bear the piece's name. */
	buf_printf(out, "\n#line 1 \"" EMBEDDED_END "%u\"\n", n->range.lo);
}

static void define_names(struct buf *out, const struct embedded *e, bool define)
{
	for (unsigned i = 0; i < nparams(e); i++) {
		const struct symbol *v = e->func->scope.locals.v[i];

		if (!define)
			buf_printf(out, "#undef STAP_ARG_%s\n", v->name);
		else if (e->unmangled)
			buf_printf(out, "#define STAP_ARG_%s (THIS->%s)\n", v->name, v->name);
		else
			buf_printf(out, "#define STAP_ARG_%s (THIS->sd_a%u)\n", v->name, i);
	}
	if (e->hands_on)
		buf_puts(out, define ? "#define STAP_NEXT do { THIS->sd_next = 1; goto out; } while (0)\n" : "#undef STAP_NEXT\n");
	vec_each(i, &e->reads) {
		const struct symbol *v = e->reads.v[i];

		if (!define)
			buf_printf(out, "#undef STAP_GLOBAL_GET_%s\n", v->name);
		else if (v->type != VT_STRING)
			buf_printf(out, "#define STAP_GLOBAL_GET_%s(...) ((int64_t)sd_get_%s(__VA_ARGS__))\n", v->name, v->name);
		else if (is_array(v))
			buf_printf(out, "#define STAP_GLOBAL_GET_%s(...) ({ char *sd_to = THIS->sd_g%u[THIS->sd_n%u++ %% %u]; "
				   "sd_get_%s(sd_to, __VA_ARGS__); sd_to; })\n", v->name, i, i, TEXTS, v->name);
		else
			buf_printf(out, "#define STAP_GLOBAL_GET_%s() ({ sd_get_%s(THIS->sd_g%u); (char *)THIS->sd_g%u; })\n", v->name, v->name,
				   i, i);
	}
	vec_each(i, &e->writes) {
		const struct symbol *v = e->writes.v[i];

		if (define)
			buf_printf(out, "#define STAP_GLOBAL_SET_%s(...) ({ sd_set_%s(CONTEXT, sd_here, __VA_ARGS__); if (CONTEXT->error) goto out; })\n",
				   v->name, v->name);
		else
			buf_printf(out, "#undef STAP_GLOBAL_SET_%s\n", v->name);
	}
}

static void piece(struct buf *out, const struct embedded *e)
{
	static const char *const macros[] = { "VOID", "LONG", "STRING" };
	enum vtype t = result(e);

	arguments(out, e, e->unmangled);
	define_names(out, e, true);
	buf_printf(out, "#define STAP_RETVALUE THIS->%s\n#define STAP_RETURN(...) SD_RETURN_%s(__VA_ARGS__)\n",
		   e->unmangled ? "__retvalue" : "sd_ret", macros[t == VT_STRING ? 2 : t == VT_LONG ? 1 : 0]);
	buf_printf(out, "void sd_embed_%u(struct sd_ctx *CONTEXT, struct sd_args_%u *THIS, const struct sd_site *sd_here)\n{\n", e->index,
		   e->index);
	if (e->func) {
		text_of(out, e->node);
	} else {
		buf_puts(out, t == VT_STRING ? "\tsd_embed_copy(STAP_RETVALUE, (\n" : "\tSTAP_RETVALUE = (int64_t)(\n");
		text_of(out, e->node);
		buf_puts(out, t == VT_STRING ? "\t));\n" : "\t);\n");
	}
	buf_puts(out, "\tgoto out;\nout: __attribute__((unused));\n}\n#undef STAP_RETVALUE\n#undef STAP_RETURN\n");
	define_names(out, e, false);
	buf_putc(out, '\n');
}

/* A library's top level counts only with what it was written for. */
static bool is_wanted(const struct plan *p, const struct node *top)
{
	const struct source *src = source_of(top->range.lo);

	if (!src || !src->library)
		return true;
	vec_each(i, &p->embedded)
		if (source_of(p->embedded.v[i]->node->range.lo) == src)
			return true;
	return false;
}

bool emit_embedded_file(struct plan *plan, const struct emit_options *o, struct buf *out)
{
	struct emit e = { .plan = plan, .o = o, .arena = plan->arena };
	struct symbol_list globals = globals_used(&e);
	bool any = plan->embedded.n > 0;
	int major = 0, minor = 0;

	vec_each(i, &plan->embedded_top)
		any |= is_wanted(plan, plan->embedded_top.v[i]);
	if (!any)
		return false;
	sscanf(o->language, "%d.%d", &major, &minor);
	buf_printf(out, "/* Made by sonde: the script's embedded C. */\n#define MAXSTRINGLEN %lld\n#define SD_CAP (MAXSTRINGLEN - 1)\n"
		   "#define STAP_VERSION(major, minor) ((major) * 256 + (minor))\n#define STAP_COMPAT_VERSION STAP_VERSION(%d, %d)\n"
		   "#include \"embedded.h\"\n\n", (long long)o->limits.maxstringlen, major, minor);
	vec_each(i, &plan->embedded_top)
		if (is_wanted(plan, plan->embedded_top.v[i]))
			text_of(out, plan->embedded_top.v[i]);
	vec_each(i, &globals)
		accessor_prototypes(out, globals.v[i]);
	buf_putc(out, '\n');
	vec_each(i, &plan->embedded)
		piece(out, plan->embedded.v[i]);
	return true;
}

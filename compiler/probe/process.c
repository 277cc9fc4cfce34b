// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code of programs and libraries: process("PATH").function("f") and all that
 * follows it, as for the kernel. Functions are known by their symbols, and,
 * where there is debugging information, by that. A place is an address in the
 * file, whatever processes map it.
 */
#include "probe/process_target.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "probe/process_place.h"
#include "types/program.h"

enum tail {
	FUNCTION, CALL, EXPORTED, RETURN, RETURN_MAXACTIVE, INLINE, LABEL, CALLEE, CALLEE_CALL, CALLEES, CALLEES_DEPTH, FUNCTION_AT,
	STATEMENT, NEAREST, STATEMENT_AT, ABSOLUTE, PLT, PLT_NAMED, PLT_RETURN, PLT_NAMED_RETURN, MARK, PROVIDER_MARK, NTAILS
};

#define TAILS(root) root ".function(s)", root ".function(s).call", root ".function(s).exported", root ".function(s).return", \
	root ".function(s).return.maxactive(n)", root ".function(s).inline", root ".function(s).label(s)", root ".function(s).callee(s)", \
	root ".function(s).callee(s).call", root ".function(s).callees", root ".function(s).callees(n)", root ".function(n)", \
	root ".statement(s)", root ".statement(s).nearest", root ".statement(n)", root ".statement(n).absolute", root ".plt", \
	root ".plt(s)", root ".plt.return", root ".plt(s).return", root ".mark(s)", root ".provider(s).mark(s)"

enum { WITH_LIBRARY = 3 }; /* roots before it have none */

static const char *const forms[] = {
	TAILS("process(s)"), TAILS("process(n)"), TAILS("process"), TAILS("process(s).library(s)"),
	TAILS("process(n).library(s)"), TAILS("process.library(s)"), NULL,
};

#define DOCS(what) "entry of the functions of that name" what, "the same, without inlined instances", "of those that others are linked with", \
	"return of the functions of that name" what, "the same; any number of calls may be in flight", "inlined instances of the functions of that name" what, \
	"labels of a function" what, "functions of that name, when the first one calls them" what, "the same, without inlined ones", \
	"all functions that a function calls" what, "the same, n calls deep", "entry of the function that an address belongs to" what, \
	"statements: \"function@file:lines\"" what, "the same; a line without code means the nearest one that has", \
	"the statement at an address, as in the symbol table of the file" what, "any address, unchecked (guru mode)" what, \
	"calls of other files' functions, through the linkage table" what, "those of functions of that name", "returns of such calls" what, \
	"those of functions of that name", "markers (<sys/sdt.h>)" what, "those of a provider"

static const char *const docs[] = {
	DOCS(" of a program or library"), DOCS(" of a process"), DOCS(" of the program of -c or -x"), DOCS(" of a program's library"),
	DOCS(" of a process's library"), DOCS(" of a library of the program of -c or -x"), NULL,
};

/* What the probes of a point share. */
struct kind_data {
	bool is_return;
	struct process_target who;
};

struct point {
	struct place_search s;
	enum tail tail;
	const char *suffix;
	struct kind_data *data;
	struct map seen;           /* addresses of functions that were added */
	bool wildcard;             /* of several programs */
	unsigned chosen;           /* functions that are chosen at run time, left out */
};

static const void *key_of(uint64_t addr)
{
	return (const void *)(uintptr_t)(addr + 1);
}

static bool many(const struct point *p)
{
	return p->wildcard || is_glob(p->s.pattern.function);
}

/* ---- Functions ------------------------------------------------------------------------------ */

static bool exported_symbol(const struct program_symbol *sym, void *data)
{
	*(bool *)data |= sym->exported;
	return true;
}

static bool is_exported(struct point *p, const struct dwarf_function *fn)
{
	struct program_symbol sym;
	bool yes = false;

	if (program_symbol_at(p->s.program, fn->low, &sym) && sym.addr == fn->low && sym.exported)
		return true;
	program_each_symbol(p->s.program, fn->name, exported_symbol, &yes);
	return yes;
}

static bool add_function(const struct dwarf_function *fn, void *data)
{
	struct point *p = data;
	struct dwarf_place place;
	const char *pp;

	if ((p->tail == EXPORTED && !is_exported(p, fn)) || !places_has_lines(&p->s, fn) || !dwarf_place_entry(p->s.file, fn, &place))
		return true;
	if (!fn->is_inline) {
		if (map_has(&p->seen, key_of(fn->low)))
			return true;
		map_put(&p->seen, key_of(fn->low), p);
	}
	pp = *fn->source ? intern_printf("%s@%s:%u", dwarf_function_name(fn), fn->source, fn->line) : dwarf_function_name(fn);
	pp = intern_printf("%s.function(\"%s\")%s", p->s.of, pp, fn->is_inline ? ".inline" : p->suffix);
	process_add(&p->s, &place, NULL, fn->is_inline || many(p), NULL, pp);
	return true;
}

static bool add_symbol(const struct program_symbol *sym, void *data)
{
	struct point *p = data;
	struct dwarf_function fn;
	struct dwarf_place place;
	const char *plain;
	bool known;

	if (map_has(&p->seen, key_of(sym->addr)) || strstr(sym->name, ".cold") || (p->tail == EXPORTED && !sym->exported))
		return true;
	map_put(&p->seen, key_of(sym->addr), p);
	p->s.functions++;
	if (sym->chosen) {
		p->chosen++;
		return true;
	}
	/* Another name of a function that debugging information has under one only. */
	known = p->s.file && dwarf_function_at(p->s.file, sym->addr, &fn) && !fn.is_inline && fn.low == sym->addr && dwarf_place_entry(p->s.file, &fn, &place);
	plain = demangle_plain(sym->name);
	process_add(&p->s, known ? &place : NULL, sym, many(p), NULL, intern_printf("%s.function(\"%s\")%s", p->s.of, plain ? plain : sym->name, p->suffix));
	return true;
}

static bool offer_symbol(const struct program_symbol *sym, void *data)
{
	const char *plain = demangle_plain(sym->name);

	suggest_offer(data, plain ? plain : sym->name);
	return true;
}

static bool offer_function(const struct dwarf_function *fn, void *data)
{
	suggest_offer(data, dwarf_function_name(fn));
	return true;
}

static bool no_function(struct point *p)
{
	const struct point_pattern *pat = &p->s.pattern;
	const char *path = p->s.program->path;
	struct suggest sg;
	struct diag *d;
	uint64_t addr;

	if (p->chosen) {
		d = diag(DIAG_FUNCTION_UNKNOWN, pat->range, "'%s' is chosen among several functions when %s is loaded, and has no code of its own", pat->function, path);
		diag_hint(d, "they have names like __%s_avx2, known from debugging information", pat->function);
		return false;
	}
	if (!p->s.file && !program_has_symbols(p->s.program)) {
		d = diag(DIAG_FUNCTION_UNKNOWN, pat->range, "%s has no symbols, so its functions%s have no names", path,
			 program_main(p->s.program, &addr) ? " but main" : "");
		diag_hint(d, "probe an address of the file, in guru mode: %s.statement(0x...).absolute", p->s.of);
		return false;
	}
	if (is_glob(pat->function)) {
		d = diag(DIAG_FUNCTION_UNKNOWN, pat->range, "no function of %s matches '%s'", path, pat->function);
		diag_hint(d, "the pattern knows *, ? and [..], and must match the whole name");
		return false;
	}
	d = diag(DIAG_FUNCTION_UNKNOWN, pat->range, "%s has no function '%s'%s", path, pat->function, p->tail == EXPORTED ? " that others may be linked with" : "");
	suggest_init(&sg, pat->function);
	program_each_symbol(p->s.program, "*", offer_symbol, &sg);
	if (p->s.file)
		dwarf_each_function(p->s.file, "*", NULL, DWARF_CALL | DWARF_INLINE, offer_function, &sg);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	else
		diag_hint(d, "sonde -l '%s.function(\"*\")' lists them; a function of a library is .library(\"...\").function(\"%s\")", p->s.of, pat->function);
	return false;
}

static bool search_functions(struct point *p)
{
	bool by_source = p->s.pattern.source != NULL;
	unsigned what = p->tail == FUNCTION ? DWARF_CALL | DWARF_INLINE : p->tail == INLINE ? DWARF_INLINE : DWARF_CALL;

	if (p->s.file)
		places_each(&p->s, what, add_function, p);
	if (by_source || p->tail == INLINE) {
		if (p->s.functions && !p->s.found) {
			diag_hint(diag(DIAG_PLACE_UNKNOWN, p->s.pattern.range, "no function of that name has this line"),
				  "\"%s@%s\" without a line are all of that name", p->s.pattern.function, p->s.pattern.source ? p->s.pattern.source : "*");
			return false;
		}
		return places_end(&p->s);
	}
	program_each_symbol(p->s.program, p->s.pattern.function, add_symbol, p);
	return p->s.found || no_function(p);
}

static bool function_at(struct point *p)
{
	uint64_t addr = (uint64_t)p->s.m->arg[1].num;
	struct program_symbol sym;
	struct dwarf_function fn;

	if (p->s.file && dwarf_function_at(p->s.file, addr, &fn))
		return add_function(&fn, p) && p->s.found;
	if (program_symbol_at(p->s.program, addr, &sym))
		return add_symbol(&sym, p) && p->s.found;
	diag_hint(diag(DIAG_PLACE_UNKNOWN, p->s.m->arg[1].range, "0x%llx is in no function of %s", (unsigned long long)addr, p->s.program->path),
		  "addresses are those of nm on the file");
	return false;
}

/* ---- Addresses ------------------------------------------------------------------------------- */

static bool add_raw(struct point *p, uint64_t addr)
{
	struct program_symbol sym = { .name = NULL, .addr = addr };
	uint64_t offset;

	if (!program_offset(p->s.program, addr, &offset)) {
		diag_hint(diag(DIAG_PLACE_UNKNOWN, p->s.m->arg[1].range, "%s has no code at 0x%llx", p->s.program->path, (unsigned long long)addr),
			  "addresses are those of nm on the file; a number behind process(PID) is one of the process");
		return false;
	}
	process_add(&p->s, NULL, &sym, p->wildcard, NULL, intern_printf("%s.statement(0x%llx).absolute", p->s.of, (unsigned long long)p->s.m->arg[1].num));
	return true;
}

/* An address in a running process, by its maps: of which file, and where in that. */
static bool locate(int64_t pid, uint64_t addr, const char **path, uint64_t *offset)
{
	char line[4096 + 256];
	FILE *f = fopen(intern_printf("/proc/%lld/maps", (long long)pid), "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		unsigned long long low, high, from;
		int at = 0;

		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%llx-%llx %*s %llx %*s %*s %n", &low, &high, &from, &at) < 3 || !at || addr < low || addr >= high || line[at] != '/')
			continue;
		*path = intern(line + at);
		*offset = addr - low + from;
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

static bool absolute(struct point *p)
{
	uint64_t addr = (uint64_t)p->s.m->arg[1].num, offset = 0;
	const char *path, *why;

	if (!resolver_guru(p->s.r)) {
		diag_hint(diag(DIAG_GURU_PLACE, p->s.m->arg[1].range, "an absolute address may be probed in guru mode only: nothing checks it"),
			  "run with -g if you are sure of it");
		return false;
	}
	if (p->data->who.kind != PROCESS_PID)
		return add_raw(p, addr);
	if (!locate(p->data->who.pid, addr, &path, &offset)) {
		diag_hint(diag(DIAG_PLACE_UNKNOWN, p->s.m->arg[1].range, "process %lld has no file mapped at 0x%llx", (long long)p->data->who.pid,
			       (unsigned long long)addr), "/proc/%lld/maps shows what it has", (long long)p->data->who.pid);
		return false;
	}
	p->s.program = program_open(resolver_kernel(p->s.r), path, &why);
	if (!p->s.program || !program_address(p->s.program, offset, &addr)) {
		diag_hint(diag(DIAG_PROGRAM, p->s.m->arg[1].range, "%s %s", path, p->s.program ? "has no code there" : why), "the address is in that file");
		return false;
	}
	return add_raw(p, addr);
}

/* ---- The linkage table --------------------------------------------------------------------------- */

static void add_plt(const char *name, uint64_t addr, void *data)
{
	struct point *p = data;
	struct program_symbol sym = { .name = name, .addr = addr, .size = ~(uint64_t)0 };
	bool named = p->tail == PLT_NAMED || p->tail == PLT_NAMED_RETURN;

	process_add(&p->s, NULL, &sym, !named || many(p), NULL, intern_printf("%s.plt(\"%s\")%s", p->s.of, name, p->suffix));
}

static void offer_plt(const char *name, uint64_t addr, void *data)
{
	(void)addr;
	suggest_offer(data, name);
}

static bool search_plt(struct point *p)
{
	const struct point_arg *name = &p->s.m->arg[1];
	struct suggest sg;
	struct diag *d;

	p->s.pattern.function = name->kind == ARG_STRING ? name->str : "*";
	program_each_plt(p->s.program, p->s.pattern.function, add_plt, p);
	if (p->s.found)
		return true;
	d = diag(DIAG_FUNCTION_UNKNOWN, name->kind == ARG_STRING ? name->range : p->s.m->range, "%s calls nothing%s%s%s through its linkage table", p->s.program->path,
		 name->kind == ARG_STRING ? " called '" : "", name->kind == ARG_STRING ? name->str : "", name->kind == ARG_STRING ? "'" : "");
	suggest_init(&sg, p->s.pattern.function);
	program_each_plt(p->s.program, "*", offer_plt, &sg);
	if (suggest_best(&sg))
		diag_hint(d, "did you mean '%s'?", suggest_best(&sg));
	else
		diag_hint(d, "the program may be linked without one (-static, -fno-plt)");
	return false;
}

/* ---- A point ------------------------------------------------------------------------------------- */

static bool callees(struct point *p)
{
	const struct point_match *m = p->s.m;
	bool depth = p->tail == CALLEES_DEPTH;

	return (!depth || callee_depth(&m->arg[2])) &&
	       callee_search(&p->s, p->tail == CALLEE || p->tail == CALLEE_CALL ? &m->arg[2] : NULL, depth ? (unsigned)m->arg[2].num : 1,
			     p->tail == CALLEE_CALL);
}

static bool needs_debug(const struct point *p)
{
	switch (p->tail) {
	case INLINE: case LABEL: case CALLEE: case CALLEE_CALL: case CALLEES: case CALLEES_DEPTH: case STATEMENT: case NEAREST: case STATEMENT_AT:
		return true;
	default:
		return p->s.pattern.source != NULL;
	}
}

static bool search(struct point *p)
{
	p->s.functions = p->s.found = 0;
	map_init(&p->seen, resolver_arena(p->s.r));
	if (p->s.m->arg[1].kind == ARG_STRING && p->tail < PLT && !pattern_parse(resolver_arena(p->s.r), &p->s.m->arg[1], &p->s.pattern))
		return false;
	p->s.file = needs_debug(p) ? program_debug_loudly(p->s.program, p->s.m->range) : program_debug(p->s.program);
	if (needs_debug(p) && !p->s.file)
		return false;
	switch (p->tail) {
	case FUNCTION: case CALL: case EXPORTED: case RETURN: case RETURN_MAXACTIVE: case INLINE:
		return search_functions(p);
	case LABEL:
		return statement_labels(&p->s, &p->s.m->arg[2]);
	case CALLEE: case CALLEE_CALL: case CALLEES: case CALLEES_DEPTH:
		return callees(p);
	case FUNCTION_AT:
		return function_at(p);
	case STATEMENT: case NEAREST:
		return statement_lines(&p->s, p->tail == NEAREST);
	case STATEMENT_AT:
		return statement_address(&p->s);
	case ABSOLUTE:
		return absolute(p);
	case PLT: case PLT_NAMED: case PLT_RETURN: case PLT_NAMED_RETURN:
		return search_plt(p);
	case MARK:
		return process_marks(&p->s, NULL, &p->s.m->arg[1], p->wildcard);
	case PROVIDER_MARK:
		return process_marks(&p->s, &p->s.m->arg[1], &p->s.m->arg[2], p->wildcard);
	case NTAILS:
		break;
	}
	return false;
}

/* One program, or library of one. */
struct candidate {
	const char *file;          /* to open */
	const char *of;
	struct process_target who;
};

struct candidates {
	struct resolver *r;
	const struct process_target *target;
	struct VEC(struct candidate) v;
	bool library_itself;       /* the "process" is a library: all processes that map it */
	unsigned mark;             /* of diagnostics, before any was tried */
};

static void add_library(const char *path, void *data)
{
	struct candidates *c = data;
	struct candidate new = { .file = path, .who = *c->target };
	const char *why;
	struct program *lib = program_open(resolver_kernel(c->r), path, &why);

	new.of = intern_printf("%s.library(\"%s\")", c->target->name, lib ? lib->path : path);
	if (c->library_itself)
		new.who.kind = PROCESS_ALL;
	vec_push(resolver_arena(c->r), &c->v, new);
}

static bool bad_program(struct range where, const char *path, const char *why)
{
	diag_hint(diag(DIAG_PROGRAM, where, "%s %s", path, why), "process(\"PATH\") and .library(\"PATH\") name programs and libraries in ELF format");
	return false;
}

static bool collect(struct candidates *c, const struct point_match *m, bool library)
{
	const struct process_target *t = c->target;
	struct candidate whole = { .file = t->file, .of = t->name, .who = *t };
	const struct point_arg *name = &m->arg[1];
	struct program *p;
	const char *why;
	struct diag *d;

	p = program_open(resolver_kernel(c->r), t->file, &why);
	if (!p)
		return bad_program(m->arg[0].kind ? m->arg[0].range : m->range, t->path, why);
	c->library_itself = p->library && t->kind == PROCESS_PATH;
	if (!library) {
		/* Its code is run by those that run it, and, of a library, by all that map it. */
		if (t->kind == PROCESS_PATH)
			whole.who.kind = PROCESS_ALL;
		vec_push(resolver_arena(c->r), &c->v, whole);
		return true;
	}
	if (program_each_library(p, name->str, add_library, c))
		return true;
	d = diag(DIAG_PROGRAM, name->range, is_glob(name->str) ? "no library of %s matches '%s'" : "%s has no library '%s', nor has the system", p->path, name->str);
	diag_hint(d, "ldd %s shows what it is linked with; any other library is named by its whole path", p->path);
	return false;
}

/* As if there were no library in the point: its other components stand where the searches expect them. */
static struct point_match *without_library(struct resolver *r, const struct point_match *m)
{
	struct point_match *f = arena_new(resolver_arena(r), struct point_match);

	*f = *m;
	for (unsigned i = 2; i < m->n; i++) {
		f->name[i - 1] = m->name[i];
		f->arg[i - 1] = m->arg[i];
	}
	f->n--;
	return f;
}

static bool candidate(struct resolver *r, const struct point_match *m, const struct point_match *flat, const struct candidate *c, bool wildcard)
{
	struct point p = { .tail = m->form % NTAILS, .suffix = "", .wildcard = wildcard };
	const char *why;

	p.data = arena_new(resolver_arena(r), struct kind_data);
	p.data->who = c->who;
	p.data->is_return = p.tail == RETURN || p.tail == RETURN_MAXACTIVE || p.tail == PLT_RETURN || p.tail == PLT_NAMED_RETURN;
	p.suffix = p.data->is_return ? ".return" : p.tail == EXPORTED ? ".exported" : p.tail == CALL ? ".call" : "";
	p.s = (struct place_search){ .r = r, .m = flat, .of = c->of, .data = p.data, .is_return = p.data->is_return };
	p.s.program = program_open(resolver_kernel(r), c->file, &why);
	return p.s.program ? search(&p) : bad_program(m->range, c->file, why);
}

/* None has the function. Scripts that were written before 2021 name libraries that libc has taken in since. */
static bool in_merged(struct resolver *r, const struct point_match *m, const struct point_match *flat, const struct candidates *c)
{
	vec_each(i, &c->v) {
		struct candidate libc = c->v.v[i];
		const char *why, *name = flat->arg[1].str;
		struct program *old = program_open(resolver_kernel(r), libc.file, &why);
		unsigned mark = diag_mark();

		libc.file = old ? program_merged_into(old) : NULL;
		if (!libc.file)
			continue;
		libc.of = m->form / NTAILS < WITH_LIBRARY ? intern_printf("process(\"%s\")", libc.file) : intern_printf("%s.library(\"%s\")", libc.who.name, libc.file);
		if (candidate(r, m, flat, &libc, false)) {
			diag_rewind(c->mark);
			diag_hint(diag(DIAG_LIBRARY_MERGED, flat->arg[1].range, "'%s' is not in %s, and is taken from %s", name, old->path, libc.file),
				  "since glibc 2.34 libc has the functions of libpthread, libdl, librt, libutil and libanl, and most of libresolv's");
			return true;
		}
		diag_rewind(mark);
	}
	return false;
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	bool library = m->form / NTAILS >= WITH_LIBRARY, any = false;
	struct process_targets targets = { 0 };
	struct candidates c = { .r = r };
	const struct point_match *flat = library ? without_library(r, m) : m;

	if (!process_targets(r, m, true, &targets))
		return false;
	vec_each(i, &targets) {
		unsigned mark = diag_mark();

		c.target = &targets.v[i];
		if (!collect(&c, m, library)) {
			if (i + 1 == targets.n && !c.v.n)
				return false;
			diag_rewind(mark);
		}
	}
	c.mark = diag_mark();
	vec_each(i, &c.v) {
		unsigned mark = diag_mark();
		bool ok = candidate(r, m, flat, &c.v.v[i], c.v.n > 1);

		any |= ok;
		if (!ok && (any || i + 1 < c.v.n))
			diag_rewind(mark);
	}
	return any || (m->form % NTAILS < INLINE && in_merged(r, m, flat, &c));
}

static const char *kind(const struct plan_probe *p)
{
	return ((const struct kind_data *)p->data)->is_return ? "sd_kind_uretprobe" : "sd_kind_uprobe";
}

static void quoted(struct buf *out, const char *s)
{
	buf_quote(out, s, strlen(s));
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct kind_data *d = p->data;
	const struct program *last = NULL;
	unsigned files = 0;

	/* Places of one file lie side by side. */
	vec_each(i, &p->places) {
		const struct user_place *u = p->places.v[i].data;

		if (u->program != last) {
			buf_printf(out, "static const struct sd_program %s_f%u = { .path = ", name, files++);
			quoted(out, u->program->path);
			buf_puts(out, ", .build_id = ");
			quoted(out, u->program->build_id);
			buf_printf(out, ", .size = %lluULL, .mtime = %lldLL };\n", (unsigned long long)u->program->size, (long long)u->program->mtime);
			last = u->program;
		}
		callee_emit(out, u->more, u->past_entry, name, i);
	}
	buf_printf(out, "static const struct sd_user_place %s_places[] = {\n", name);
	last = NULL;
	files = 0;
	vec_each(i, &p->places) {
		const struct user_place *u = p->places.v[i].data;

		files += u->program != last;
		last = u->program;
		buf_printf(out, "\t{ .program = &%s_f%u, .offset = 0x%llxULL", name, files - 1, (unsigned long long)u->offset);
		if (u->counter)
			buf_printf(out, ", .counter = 0x%llxULL", (unsigned long long)u->counter);
		if (u->more)
			buf_printf(out, ", .chain = &%s_c%u", name, i);
		buf_puts(out, " },\n");
	}
	buf_printf(out, "};\nstatic const struct sd_uprobe %s = { .places = %s_places, .who = ", name, name);
	process_emit(out, &d->who);
	buf_puts(out, " };\n");
	return true;
}

const struct provider provider_process = {
	.name = "process", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

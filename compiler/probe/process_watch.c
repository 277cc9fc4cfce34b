// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process("PATH").data("variable") and .data(address): a handler run when the memory there is written to, or read, by means of the
 * processor's debug registers, in the tasks of the process. Where a variable is in the file is known here; where the file is in a
 * process, the runtime asks each of them.
 */
#include "probe/process_target.h"

#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "types/program.h"

#define FORMS(root) root ".data(a).write", root ".data(a).rw", root ".data(a).length(n).write", root ".data(a).length(n).rw"
#define DOCS(what) "a variable, by its name or address, is written to" what, "it is written to or read" what, \
	"the n bytes there (1, 2, 4, 8) are written to" what, "they are written to or read" what

enum { WRITE, RW, LENGTH_WRITE, LENGTH_RW, NTAILS };

static const char *const forms[] = { FORMS("process(s)"), FORMS("process(n)"), FORMS("process"), NULL };

static const char *const docs[] = {
	DOCS(", in processes that run a program"), DOCS(", in that process"), DOCS(", in the process of -c or -x"), NULL,
};

/* Of a probe. */
struct watch {
	struct process_target who;
	bool rw;
};

/* Of a place. */
struct watched {
	const struct program *program; /* NULL: the address is the process's */
	uint64_t address, code;
	unsigned length;
};

enum { BYTES_MAX = 8 };

struct search {
	struct resolver *r;
	const struct point_match *m;
	const struct process_target *target;
	struct program *program;
	struct watch *data;
	unsigned length, found;
	bool thread, small;
	struct suggest near;
};

/* As much as one register can watch of what is there: a power of two, at an address that is a multiple of it. */
static unsigned fitting(uint64_t addr, uint64_t size)
{
	unsigned n = BYTES_MAX;

	while (n > 1 && (n > size || addr % n))
		n /= 2;
	return n;
}

static void add(struct search *s, const char *name, uint64_t addr, unsigned length)
{
	struct watched *w = arena_new(resolver_arena(s->r), struct watched);
	struct place_request q = { .data = s->data, .concurrent = true, .wildcard = s->target->wildcard };

	w->program = s->program;
	w->address = addr;
	w->length = length;
	w->code = s->program ? program_code_start(s->program) : 0;
	q.place.pp = process_pp(s->r, s->m, s->target);
	q.place.symbol = name; /* so that places differ */
	q.place.offset = addr;
	q.place.data = w;
	if (s->program)
		q.target = (struct target_ctx){ .types = resolver_types(s->r), .arch = resolver_arch(s->r), .module = s->program->path, .user = true };
	resolver_add(s->r, &q);
	s->found++;
}

static bool not_aligned(const struct point_arg *at, uint64_t addr, unsigned length)
{
	diag_hint(diag(DIAG_PROBE_ARGUMENT, at->range, "a register cannot watch %u bytes at 0x%llx, which is no multiple of that", length, (unsigned long long)addr),
		  "length(1) can be watched anywhere");
	return false;
}

static bool add_object(const struct program_symbol *sym, void *data)
{
	struct search *s = data;

	if (s->length && sym->addr % s->length)
		s->small = !not_aligned(&s->m->arg[1], sym->addr, s->length);
	else
		add(s, sym->name, sym->addr, s->length ? s->length : fitting(sym->addr, sym->size));
	return true;
}

static bool offer(const struct program_symbol *sym, void *data)
{
	const char *plain = demangle_plain(sym->name);

	suggest_offer(data, plain ? plain : sym->name);
	return true;
}

/* Of debugging information: a static variable of one file, "name@file.c", or one whose symbol was taken out. */
static bool add_variable(struct search *s, const char *text)
{
	const char *at = strchr(text, '@'), *name = at ? intern_n(text, (size_t)(at - text)) : text;
	struct dwarf_file *file = at ? program_debug_loudly(s->program, s->m->arg[1].range) : program_debug(s->program);
	const struct variable *v = file ? dwarf_variable(file, name, at ? at + 1 : NULL) : NULL;
	const struct loc *where = v && v->npieces == 1 && v->pieces[0].kind == PIECE_ADDRESS ? v->pieces[0].loc : NULL;
	uint64_t addr;

	if (at && !file)
		return false;
	if (!where || where->kind != LOC_SYMBOL || where->percpu)
		return true;
	addr = (uint64_t)where->a;
	if (where->symbol && !program_object(s->program, where->symbol, &addr))
		return true;
	if (s->length && addr % s->length)
		return not_aligned(&s->m->arg[1], addr, s->length);
	add(s, name, addr, s->length ? s->length : fitting(addr, type_strip(v->type)->size));
	return true;
}

static bool by_name(struct search *s)
{
	const struct point_arg *what = &s->m->arg[1];
	struct diag *d;

	if (!strchr(what->str, '@'))
		program_each_object(s->program, what->str, &s->thread, add_object, s);
	if (s->small || (!s->found && !s->thread && !add_variable(s, what->str)))
		return false;
	if (s->found)
		return true;
	if (s->thread) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, what->range, "'%s' is a variable of threads (__thread): each has its own, at an address that is not known ahead", what->str),
			  "print its address, and watch that: process(PID).data(0x...)");
		return false;
	}
	d = diag(DIAG_VARIABLE_UNKNOWN, what->range, "%s has no variable '%s'", s->program->path, what->str);
	suggest_init(&s->near, what->str);
	program_each_object(s->program, NULL, NULL, offer, &s->near);
	if (suggest_best(&s->near))
		diag_hint(d, "did you mean '%s'?", suggest_best(&s->near));
	else
		diag_hint(d, "it is one with an address of its own, global or static; one of a file is \"name@file.c\". Without symbols an address serves: .data(0x...)");
	return false;
}

static bool by_address(struct search *s)
{
	const struct point_arg *what = &s->m->arg[1];
	uint64_t addr = (uint64_t)what->num;
	unsigned length = s->length ? s->length : 1;

	if (addr % length)
		return not_aligned(what, addr, length);
	if (addr >> 47) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, what->range, "0x%llx is no address of a process", (unsigned long long)addr), "kernel.data(0x...) watches the kernel's");
		return false;
	}
	if (s->program && !program_has_address(s->program, addr)) {
		diag_hint(diag(DIAG_PLACE_UNKNOWN, what->range, "%s has nothing at 0x%llx", s->program->path, (unsigned long long)addr),
			  "addresses are those of nm on the file; behind process(PID), those of the process");
		return false;
	}
	add(s, NULL, addr, length);
	return true;
}

static bool of_target(struct resolver *r, const struct point_match *m, const struct process_target *t, unsigned length, bool absolute)
{
	struct search s = { .r = r, .m = m, .target = t, .length = length };
	const char *why = NULL;

	s.data = arena_new(resolver_arena(r), struct watch);
	s.data->who = *t;
	s.data->rw = m->form % NTAILS == RW || m->form % NTAILS == LENGTH_RW;
	if (absolute)
		return by_address(&s);
	s.program = program_open(resolver_kernel(r), t->file, &why);
	if (s.program && s.program->library)
		why = "is a library: only variables of the program itself can be watched by name";
	if (why || !s.program) {
		diag_hint(diag(DIAG_PROGRAM, m->arg[0].kind ? m->arg[0].range : m->range, "%s %s", t->path, why), "process(PID).data(0x...) watches any address of a process");
		return false;
	}
	if (t->kind == PROCESS_PID) /* its program, in whatever namespace */
		s.data->who.path = intern_printf("/proc/%lld/exe", (long long)t->pid);
	return m->arg[1].kind == ARG_STRING ? by_name(&s) : by_address(&s);
}

static bool resolve(struct resolver *r, const struct point_match *m)
{
	bool absolute = m->arg[0].kind == ARG_NUMBER && m->arg[1].kind == ARG_NUMBER, any = false;
	struct process_targets targets = { 0 };
	unsigned length = 0;

	if (m->form % NTAILS >= LENGTH_WRITE) {
		const struct point_arg *a = &m->arg[2];

		if (a->num < 1 || a->num > BYTES_MAX || (a->num & (a->num - 1))) {
			diag_hint(diag(DIAG_PROBE_ARGUMENT, a->range, "length(%lld) is out of range", (long long)a->num), "a debug register watches 1, 2, 4 or 8 bytes");
			return false;
		}
		length = (unsigned)a->num;
	}
	if (m->arg[1].kind == ARG_STRING && (!*m->arg[1].str || is_glob(m->arg[1].str))) {
		diag_hint(diag(DIAG_PROBE_ARGUMENT, m->arg[1].range, "\"%s\" is not the name of a variable", m->arg[1].str), "a processor watches four places, so patterns are not for it");
		return false;
	}
	if (!process_targets(r, m, !absolute, &targets))
		return false;
	vec_each(i, &targets) {
		unsigned mark = diag_mark();
		bool ok = of_target(r, m, &targets.v[i], length, absolute);

		any |= ok;
		if (!ok && (any || i + 1 < targets.n))
			diag_rewind(mark);
	}
	return any;
}

static const char *kind(const struct plan_probe *p)
{
	(void)p;
	return "sd_kind_process_watch";
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct watch *d = p->data;
	const struct program *program = ((const struct watched *)p->places.v[0].data)->program;

	if (program) {
		buf_printf(out, "static const struct sd_program %s_f = { .path = ", name);
		buf_quote(out, d->who.kind == PROCESS_PID ? d->who.path : program->path, strlen(d->who.kind == PROCESS_PID ? d->who.path : program->path));
		buf_puts(out, ", .build_id = ");
		buf_quote(out, program->build_id, strlen(program->build_id));
		buf_printf(out, ", .size = %lluULL, .mtime = %lldLL };\n", (unsigned long long)program->size, (long long)program->mtime);
	}
	buf_printf(out, "static const struct sd_watched %s_places[] = {\n", name);
	vec_each(i, &p->places) {
		const struct watched *w = p->places.v[i].data;

		buf_printf(out, "\t{ .address = 0x%llxULL, .length = %u },\n", (unsigned long long)w->address, w->length);
	}
	buf_printf(out, "};\nstatic const struct sd_process_watch %s = { .places = %s_places, .rw = %d, ", name, name, d->rw);
	if (program)
		buf_printf(out, ".program = &%s_f, .code = 0x%llxULL, ", name, (unsigned long long)((const struct watched *)p->places.v[0].data)->code);
	buf_puts(out, ".who = ");
	if (program && d->who.kind == PROCESS_PID) { /* it may become another program */
		buf_printf(out, "{ .pid = %lld, .path = ", (long long)d->who.pid);
		buf_quote(out, d->who.path, strlen(d->who.path));
		buf_puts(out, " }");
	} else {
		process_emit(out, &d->who);
	}
	buf_puts(out, " };\n");
	return true;
}

const struct provider provider_process_watch = {
	.name = "process_watch", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

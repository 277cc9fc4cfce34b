// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process.begin and its kin: the lives of processes, and what they ask of the
 * kernel. No type of the kernel and no debugging information is needed. Each
 * program that a pattern matches is a place of one probe.
 */
#include "probe/process_target.h"

enum event { BEGIN, END, THREAD_BEGIN, THREAD_END, SYSCALL, SYSCALL_RETURN, EVENTS };
enum { PER_EVENT = 3 };

static const char *const forms[] = {
	PROCESS_FORMS(".begin"), PROCESS_FORMS(".end"), PROCESS_FORMS(".thread.begin"), PROCESS_FORMS(".thread.end"),
	PROCESS_FORMS(".syscall"), PROCESS_FORMS(".syscall.return"), NULL,
};

static const char *const docs[] = {
	PROCESS_DOCS("a process is made or gets another program; each that is there already"), PROCESS_DOCS("a process ends or gets another program"),
	PROCESS_DOCS("a thread is made that is not its process's first"), PROCESS_DOCS("such a thread ends"),
	PROCESS_DOCS("a system call of a process is entered: $syscall, $arg1 to $arg6"), PROCESS_DOCS("a system call returns: $syscall, $return"), NULL,
};

/* In the order of enum sd_syscall_slot. */
static const struct target_value entry_values[] = {
	{ "$syscall", "long", 0, VALUE_READ }, { "$arg1", "long", 1, VALUE_READ }, { "$arg2", "long", 2, VALUE_READ }, { "$arg3", "long", 3, VALUE_READ },
	{ "$arg4", "long", 4, VALUE_READ }, { "$arg5", "long", 5, VALUE_READ }, { "$arg6", "long", 6, VALUE_READ }, { 0 },
};
static const struct target_value return_values[] = {
	{ "$syscall", "long", 0, VALUE_READ }, { "$return", "long", 1, VALUE_READ }, { 0 },
};

static const struct {
	const char *kind, *event;
	const struct target_value *values;
} events[EVENTS] = {
	[BEGIN] = { "sd_kind_task", "SD_TASK_BEGIN", NULL },
	[END] = { "sd_kind_task", "SD_TASK_END", NULL },
	[THREAD_BEGIN] = { "sd_kind_task", "SD_TASK_THREAD_BEGIN", NULL },
	[THREAD_END] = { "sd_kind_task", "SD_TASK_THREAD_END", NULL },
	[SYSCALL] = { "sd_kind_task_syscall", "SD_TASK_SYSCALL", entry_values },
	[SYSCALL_RETURN] = { "sd_kind_task_syscall", "SD_TASK_SYSCALL_RETURN", return_values },
};

struct task {
	enum event event;
};

static bool resolve(struct resolver *r, const struct point_match *m)
{
	struct task *f = arena_new(resolver_arena(r), struct task);
	struct process_targets targets = { 0 };

	f->event = m->form / PER_EVENT;
	if (!process_targets(r, m, false, &targets))
		return false;
	vec_each(i, &targets) {
		struct process_target *t = arena_new(resolver_arena(r), struct process_target);
		struct place_request q = { .data = f, .concurrent = true, .wildcard = targets.v[i].wildcard };

		*t = targets.v[i];
		q.place.pp = process_pp(r, m, t);
		q.place.data = t;
		q.target.values = events[f->event].values;
		if (!resolver_add(r, &q))
			return false;
	}
	return true;
}

static const char *kind(const struct plan_probe *p)
{
	const struct task *f = p->data;

	return events[f->event].kind;
}

static bool emit_data(struct buf *out, const struct plan_probe *p, const char *name)
{
	const struct task *f = p->data;

	buf_printf(out, "static const struct sd_process %s_of[] = {", name);
	vec_each(i, &p->places) {
		buf_puts(out, i ? ", " : " ");
		process_emit(out, p->places.v[i].data);
	}
	buf_printf(out, " };\nstatic const struct sd_task %s = { .processes = %s_of, .event = %s };\n", name, name, events[f->event].event);
	return true;
}

const struct provider provider_task = {
	.name = "task", .forms = forms, .docs = docs, .resolve = resolve, .kind = kind, .emit_data = emit_data,
};

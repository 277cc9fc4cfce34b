// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The language's functions about the stacks of programs: from the registers with
 * which the process entered the kernel, or was hit, up by the tables of frames of
 * what is mapped, under the lock of its mappings. Where no table is, by frame
 * pointers. Only memory that is there is read, so this is for any context; and an
 * address counts as a caller only if there is code.
 */
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <linux/uprobes.h>
#include "user_objects.h"

enum { RETURNS_MAX = 64 };

struct user_walk {
	struct sd_ctx *c;
	struct sd_unwind *u;
	struct mm_struct *mm;           /* NULL: its mappings cannot be looked at, but there is what was seen of them */
	void (*found)(struct user_walk *w, const struct sd_mapping *m, bool behind);
	unsigned int n, max;
	struct sd_text out;
	sd_int from, value;
	enum sd_name_style style;
	const sd_int *begin;            /* pc, sp, fp to begin with */
};

static int read_stack_of(struct sd_unwind *u, sd_uint addr, void *to, unsigned int bytes)
{
	return copy_from_user_nofault(to, (const void __user *)(unsigned long)addr, bytes) ? -1 : 0;
}

/* ---- where it begins ------------------------------------------------------------------------- */

static const struct pt_regs *user_registers(struct sd_ctx *c)
{
	if (sd_cpu_of(c) == sd_process || c->flags & SD_CTX_OTHER)
		return NULL;
	if (c->regs && user_mode(sd_regs(c)))
		return c->regs;
	if (!current->mm || !sd_task_is_user(current) || !user_mode(task_pt_regs(current)))
		return NULL;
	return task_pt_regs(current);
}

#ifdef CONFIG_X86_64
static bool is_short(const struct pt_regs *r)
{
	return r->cs == __USER32_CS;
}

void sd_unwind_from(struct sd_unwind *u, const struct pt_regs *r)
{
	const unsigned long v[] = { r->ax, r->dx, r->cx, r->bx, r->si, r->di, r->bp, r->sp, r->r8, r->r9, r->r10, r->r11,
				    r->r12, r->r13, r->r14, r->r15, r->ip };

	BUILD_BUG_ON(sizeof(v) != sizeof(u->reg));
	memcpy(u->reg, v, sizeof(v));
	u->pc = r->ip;
}
#else
static bool is_short(const struct pt_regs *r)
{
	return compat_user_mode(r);
}

void sd_unwind_from(struct sd_unwind *u, const struct pt_regs *r)
{
	memcpy(u->reg, r->regs, sizeof(r->regs));
	u->reg[SD_UNWIND_SP] = r->sp;
	u->pc = r->pc;
}
#endif

/* ---- frames ---------------------------------------------------------------------------------- */

static bool mapping_of(struct user_walk *w, unsigned long addr, struct sd_mapping *m)
{
	if (addr >= m->start && addr < m->end)
		return true;
	return w->mm ? sd_mapping_find(w->mm, addr, m) : sd_mapping_past(addr, m);
}

/*
 * Calls that a return probe is on return to the kernel's own page; it keeps
 * where they came from. The list may be about to lose its first ones.
 */
bool sd_real_return(unsigned long at, sd_uint *to)
{
	const struct uprobe_task *task = READ_ONCE(current->utask);
	const struct return_instance *next = task ? READ_ONCE(task->return_instances) : NULL;
	struct return_instance r;
	unsigned int i;

	for (i = 0; next && i < RETURNS_MAX && !copy_from_kernel_nofault(&r, next, sizeof(r)); i++, next = r.next)
		if (r.stack == at && !r.chained) {
			*to = r.orig_ret_vaddr;
			return true;
		}
	return false;
}

/* Up one frame. m: of the code that is executed; then of the caller's. */
static bool go_up(struct user_walk *w, struct sd_mapping *m)
{
	struct sd_unwind *u = w->u;
	sd_uint sp = u->reg[SD_UNWIND_SP];
	enum sd_unwind_end end = SD_UNWIND_NONE;
	u64 own;

	if (m->object && sd_object_address(m->object, m->offset + (u->pc - !u->exact - m->start), &own))
		end = sd_frames_step(u, &m->object->frames, u->pc - !u->exact - own);
	if (end == SD_UNWIND_NONE)
		end = sd_unwind_by_pointer(u);
	if (end != SD_UNWIND_OK || !u->pc)
		return false;
	if (u->reg[SD_UNWIND_SP] < sp && !u->exact) /* behind a signal the stack may be another */
		return false;
	if (mapping_of(w, u->pc - !u->exact, m) && m->is_file)
		return m->is_code;
	if (sd_real_return(u->reg[SD_UNWIND_SP] - SD_PUSHED, &u->pc) && !mapping_of(w, u->pc - 1, m))
		return false;
	return u->pc - !u->exact - m->start < m->end - m->start && m->is_code;
}

static void walk_user(struct user_walk *w, struct sd_ctx *c)
{
	struct sd_unwind *u = sd_cpu_of(c)->unwind;
	const struct pt_regs *r = user_registers(c);
	struct sd_mapping m = {};

	if (!r || !u)
		return;
	w->c = c;
	w->u = u;
	w->mm = current->mm;
	if (!w->max)
		w->max = sd_script.limits.maxbacktrace;
	sd_unwind_from(u, r);
	u->read = read_stack_of;
	u->exact = c->probe->kind != &sd_kind_uretprobe || r != c->regs;
	if (w->begin) {
		u->pc = w->begin[0];
		u->reg[SD_UNWIND_SP] = w->begin[1];
		u->reg[SD_UNWIND_FP] = w->begin[2];
		u->exact = 1;
	}
	if (is_short(r)) {
		w->found(w, NULL, false);
		return;
	}
	if (!sd_mappings_begin(c, w->mm))
		w->mm = NULL;
	if (!mapping_of(w, u->pc - !u->exact, &m))
		m = (struct sd_mapping){};
	do
		w->found(w, m.end ? &m : NULL, !u->exact);
	while (++w->n < w->max && go_up(w, &m));
	if (w->mm)
		sd_mappings_end(c, w->mm);
}

/* ---- the functions --------------------------------------------------------------------------- */

static void add_address(struct user_walk *w, const struct sd_mapping *m, bool behind)
{
	char buf[24];

	if (w->n < w->from)
		return;
	sd_text_put(w->c, &w->out, (struct sd_str){ buf, scnprintf(buf, sizeof(buf), "0x%llx ", w->u->pc) });
}

static void add_name(struct user_walk *w, const struct sd_mapping *m, bool behind)
{
	sd_put_user_name(w->c, &w->out, m, w->u->pc, behind, SD_NAME_FILE);
	sd_text_put(w->c, &w->out, SD_STR("\n"));
}

static void print_frame(struct user_walk *w, const struct sd_mapping *m, bool behind)
{
	sd_print_user_line(w->c, m, w->u->pc, behind, w->style);
}

static void keep_address(struct user_walk *w, const struct sd_mapping *m, bool behind)
{
	if (w->n == w->from)
		w->value = w->u->pc;
}

sd_int sd_fn_ustack(SD_FN, sd_int n)
{
	struct user_walk w = { .found = keep_address, .from = n, .max = n + 1 };

	if (n < 0 || n >= sd_script.limits.maxbacktrace)
		return 0;
	walk_user(&w, c);
	return w.value;
}

struct sd_str sd_fn_ubacktrace(SD_FN_STR)
{
	struct user_walk w = { .found = add_address, .out = { .s = dst, .cap = cap } };

	walk_user(&w, c);
	return (struct sd_str){ dst, w.out.n };
}

struct sd_str sd_fn_ucallers(SD_FN_STR, sd_int n)
{
	struct user_walk w = { .found = add_address, .out = { .s = dst, .cap = cap }, .from = 1 };

	if (n >= 0)
		w.max = min_t(sd_int, n, sd_script.limits.maxbacktrace - 1) + 1;
	walk_user(&w, c);
	return (struct sd_str){ dst, w.out.n };
}

struct sd_str sd_fn_sprint_ubacktrace(SD_FN_STR)
{
	struct user_walk w = { .found = add_name, .out = { .s = dst, .cap = cap } };

	walk_user(&w, c);
	return (struct sd_str){ dst, w.out.n };
}

/* With a pc, from there. */
void sd_fn___print_ubacktrace(SD_FN, sd_int style, sd_int pc, sd_int sp, sd_int fp)
{
	const sd_int begin[] = { pc, sp, fp };
	struct user_walk w = { .found = print_frame, .style = style, .begin = pc ? begin : NULL };

	walk_user(&w, c);
}

void sd_fn___print_ubacktrace_lines(SD_FN, sd_int pc, sd_int sp, sd_int fp)
{
	sd_fn___print_ubacktrace(c, s, SD_NAME_LINE, pc, sp, fp);
}

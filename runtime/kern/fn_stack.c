// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The language's functions about the kernel's stack and its symbols. The
 * kernel's own unwinder walks, from the registers of the hit or, where a kind
 * of probe has none, from here: then frames of this module are left out.
 */
#include <linux/module.h>
#include <linux/kallsyms.h>
#include <linux/rcupdate.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include "kern.h"
#ifdef CONFIG_X86
#include <asm/unwind.h>
#endif

/* ---- walking ----------------------------------------------------------------------- */

struct stack_walk {
	struct sd_ctx *c;
	void (*found)(struct stack_walk *w, unsigned long addr);
	unsigned int n, max; /* addresses that were found, and how many at most */
	struct sd_text out;
	sd_int from, value;
};

static bool stack_found(struct stack_walk *w, unsigned long addr)
{
	if (w->n >= w->max)
		return false;
	w->found(w, addr);
	w->n++;
	return w->n < w->max;
}

/* Of a hit at the entry or inside of a function, or at a return: registers of the kernel's. */
static bool stack_has_regs(const struct sd_ctx *c)
{
	return c->regs && !user_mode(sd_regs(c));
}

static bool stack_is_ours(unsigned long addr)
{
	return within_module(addr, THIS_MODULE);
}

#ifdef CONFIG_X86
static void stack_unwind(struct stack_walk *w)
{
	struct sd_ctx *c = w->c;
	struct unwind_state state;
	struct pt_regs at;
	unsigned long addr;
	bool regs = stack_has_regs(c);

	if (regs) {
		at = *(struct pt_regs *)c->regs;
		if (c->ip && c->probe->kind != &sd_kind_return)
			at.ip = c->ip; /* a breakpoint's is one byte on */
		if (!stack_found(w, at.ip))
			return;
		unwind_start(&state, current, &at, NULL); /* is in the caller already */
	} else {
		unwind_start(&state, current, NULL, NULL);
	}
	for (; !unwind_done(&state); unwind_next_frame(&state)) {
		addr = unwind_get_return_address(&state);
		if (!addr)
			break;
		if (!regs && !w->n && stack_is_ours(addr))
			continue;
		if (!stack_found(w, addr))
			break;
	}
}
#else
/* Other machines do not let modules start from registers: what lies between the hit and us is left out by address. */
static void stack_unwind(struct stack_walk *w)
{
	unsigned long v[48];
	unsigned int i, n = stack_trace_save(v, ARRAY_SIZE(v), 0), first = 0;
	bool regs = stack_has_regs(w->c);
	unsigned long from = regs ? instruction_pointer(w->c->regs) : 0;

	for (i = 0; i < n; i++)
		if (stack_is_ours(v[i]))
			first = i + 1;
	if (regs && !stack_found(w, w->c->ip && w->c->probe->kind != &sd_kind_return ? w->c->ip : from))
		return;
	for (i = first; regs && i < n; i++)
		if (v[i] - from < 32 || from - v[i] < 32)
			first = i + 1;
	for (i = first; i < n && stack_found(w, v[i]); i++)
		;
}
#endif

#ifdef CONFIG_X86
/* A task that does not run: interrupts are off, so what RCU frees, its stack too, stays. */
static void stack_unwind_task(struct stack_walk *w, struct task_struct *t)
{
	struct unwind_state state;
	unsigned long addr;

	if (!READ_ONCE(t->stack))
		return; /* a zombie */
	for (unwind_start(&state, t, NULL, NULL); !unwind_done(&state); unwind_next_frame(&state)) {
		addr = unwind_get_return_address(&state);
		if (!addr || !stack_found(w, addr))
			break;
	}
}
#endif

static void walk_stack(struct stack_walk *w, struct sd_ctx *c)
{
	w->c = c;
	if (!w->max)
		w->max = sd_script.limits.maxbacktrace;
	if (c->cpu < 0 || sd_cpu_of(c) == sd_process)
		return; /* begin, end, error: nothing was hit */
	if (c->regs && !stack_has_regs(c))
		return; /* the hit is in user space */
	if (rcu_is_watching()) /* the unwinder looks modules up */
		stack_unwind(w);
}

/* ---- symbols ------------------------------------------------------------------------ */

/* The kernel's name+0x1d/0x80 [module] in the context's buffer, "" in front of the bracket: *module. Null: no symbol. */
static char *look_up(struct sd_ctx *c, unsigned long addr, char **module)
{
	char *buf = sd_cpu_of(c)->symbol, *bracket;

	*module = NULL;
	if (!rcu_is_watching())
		return NULL;
	sprint_symbol(buf, addr);
	if (!strchr(buf, '+'))
		return NULL;
	bracket = strstr(buf, " [");
	if (bracket) {
		*bracket = '\0';
		*module = bracket + 2;
		bracket = strchrnul(*module, ']');
		*bracket = '\0';
	}
	return buf;
}

static void put_cstr(struct sd_ctx *c, struct sd_text *t, const char *s)
{
	sd_text_put(c, t, (struct sd_str){ s, strlen(s) });
}

static void put_hex(struct sd_ctx *c, struct sd_text *t, unsigned long addr)
{
	char buf[20];

	snprintf(buf, sizeof(buf), "0x%lx", addr);
	put_cstr(c, t, buf);
}

/* How much of a symbol; LINE: with its source line, BEHIND: of the instruction before the address, which a call returns to. */
enum symbol_style { SYMBOL_OFFSET, SYMBOL_SIZE, SYMBOL_LINE, SYMBOL_LINE_BEHIND };

/* False: it has no name, and is there as a number. */
static bool put_symbol(struct sd_ctx *c, struct sd_text *t, unsigned long addr, enum symbol_style style)
{
	char *module, *name = look_up(c, addr, &module), *slash;

	if (!name) {
		put_hex(c, t, addr);
		return false;
	}
	slash = strrchr(name, '/');
	if (slash && style == SYMBOL_OFFSET)
		*slash = '\0';
	put_cstr(c, t, name);
	if (style >= SYMBOL_LINE)
		sd_put_kernel_line(c, t, " at ", addr - (style == SYMBOL_LINE_BEHIND), SD_LINE_SOURCE | SD_LINE_NUMBER);
	put_cstr(c, t, " [");
	put_cstr(c, t, module ?: "kernel");
	put_cstr(c, t, "]");
	return true;
}

static void put_line(struct sd_ctx *c, struct sd_text *t, const char *prefix, unsigned long addr, enum symbol_style style)
{
	char *module;

	put_cstr(c, t, prefix);
	put_hex(c, t, addr);
	if (look_up(c, addr, &module)) {
		put_cstr(c, t, " : ");
		put_symbol(c, t, addr, style);
	}
	put_cstr(c, t, "\n");
}

/* A line of output, whatever MAXSTRINGLEN is. */
static void print_line(struct sd_ctx *c, const char *prefix, unsigned long addr, enum symbol_style style)
{
	char *buf = sd_cpu_of(c)->dump; /* the stack is not ours to fill */
	struct sd_text t = { .s = buf, .cap = sizeof(sd_cpu_of(c)->dump) };
	char *p;

	put_line(c, &t, prefix, addr, style);
	p = sd_rec_begin(c, SD_REC_TEXT, 0, SD_STR_BYTES(t.n));
	if (p) {
		sd_put_str(p, (struct sd_str){ buf, t.n });
		sd_rec_end(c);
	}
}

struct sd_str sd_fn_symdata(SD_FN_STR, sd_int addr)
{
	struct sd_text t = { .s = dst, .cap = cap };

	put_symbol(c, &t, addr, SYMBOL_SIZE);
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_modname(SD_FN_STR, sd_int addr)
{
	char *module;

	if (look_up(c, addr, &module))
		return sd_str_copy(c, dst, cap, module ? (struct sd_str){ module, strlen(module) } : SD_STR("kernel"));
	sd_fn_error(c, s, SD_STR("no module is known at this address"));
	return (struct sd_str){ dst, 0 };
}

/* ---- stacks --------------------------------------------------------------------------- */

static void add_hex(struct stack_walk *w, unsigned long addr)
{
	if (w->n < w->from)
		return;
	put_hex(w->c, &w->out, addr);
	put_cstr(w->c, &w->out, " ");
}

static void add_symbol(struct stack_walk *w, unsigned long addr)
{
	put_symbol(w->c, &w->out, addr, SYMBOL_OFFSET);
	put_cstr(w->c, &w->out, "\n");
}

static void print_frame(struct stack_walk *w, unsigned long addr, enum symbol_style style, enum symbol_style returned)
{
	if (!w->n && w->c->probe->kind == &sd_kind_return && !(w->c->flags & SD_CTX_ENTRY)) {
		print_line(w->c, "Returning from: ", w->c->ip, style);
		print_line(w->c, "Returning to  : ", addr, returned);
		return;
	}
	print_line(w->c, " ", addr, w->n || !stack_has_regs(w->c) ? returned : style);
}

static void print_one(struct stack_walk *w, unsigned long addr) { print_frame(w, addr, SYMBOL_SIZE, SYMBOL_SIZE); }
static void print_with_line(struct stack_walk *w, unsigned long addr) { print_frame(w, addr, SYMBOL_LINE, SYMBOL_LINE_BEHIND); }

static void keep_one(struct stack_walk *w, unsigned long addr)
{
	if (w->n == w->from)
		w->value = addr;
}

sd_int sd_fn_stack(SD_FN, sd_int n)
{
	struct stack_walk w = { .found = keep_one, .from = n };

	if (n < 0 || n >= sd_script.limits.maxbacktrace)
		return 0;
	walk_stack(&w, c);
	return w.value;
}

struct sd_str sd_fn_backtrace(SD_FN_STR)
{
	struct stack_walk w = { .found = add_hex, .out = { .s = dst, .cap = cap } };

	walk_stack(&w, c);
	return (struct sd_str){ dst, w.out.n };
}

struct sd_str sd_fn_task_backtrace(SD_FN_STR, sd_int task)
{
	struct stack_walk w = { .c = c, .found = add_hex, .out = { .s = dst, .cap = cap }, .max = sd_script.limits.maxbacktrace };
	struct task_struct *t;

	if (!rcu_is_watching())
		return (struct sd_str){ dst, 0 };
	rcu_read_lock();
	t = sd_task(c, s, task);
	if (t == current)
		walk_stack(&w, c);
#ifdef CONFIG_X86
	else if (t)
		stack_unwind_task(&w, t);
#else
	else if (t)
		sd_fn_error(c, s, SD_STR("on this machine only the current task's stack can be walked"));
#endif
	rcu_read_unlock();
	return (struct sd_str){ dst, w.out.n };
}

struct sd_str sd_fn_callers(SD_FN_STR, sd_int n)
{
	struct stack_walk w = { .found = add_hex, .out = { .s = dst, .cap = cap }, .from = 1 };

	if (n >= 0)
		w.max = min_t(sd_int, n, sd_script.limits.maxbacktrace - 1) + 1;
	walk_stack(&w, c);
	return (struct sd_str){ dst, w.out.n };
}

struct sd_str sd_fn_sprint_backtrace(SD_FN_STR)
{
	struct stack_walk w = { .found = add_symbol, .out = { .s = dst, .cap = cap } };

	walk_stack(&w, c);
	return (struct sd_str){ dst, w.out.n };
}

void sd_fn_print_backtrace(SD_FN)
{
	struct stack_walk w = { .found = print_one };

	walk_stack(&w, c);
}

void sd_fn_print_backtrace_fileline(SD_FN)
{
	struct stack_walk w = { .found = print_with_line };

	walk_stack(&w, c);
}

bool sd_next_address(struct sd_str *v, unsigned long *addr)
{
	int digit;

	while (v->n && (*v->s == ' ' || *v->s == '\n'))
		v->s++, v->n--;
	if (v->n > 2 && v->s[0] == '0' && v->s[1] == 'x')
		v->s += 2, v->n -= 2;
	if (!v->n || hex_to_bin(*v->s) < 0)
		return false;
	for (*addr = 0; v->n && (digit = hex_to_bin(*v->s)) >= 0; v->s++, v->n--)
		*addr = *addr << 4 | digit;
	return true;
}

static struct sd_str stack_text(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str addresses, enum symbol_style style)
{
	struct sd_text t = { .s = dst, .cap = cap };
	unsigned long addr;

	while (sd_next_address(&addresses, &addr)) {
		put_symbol(c, &t, addr, style);
		put_cstr(c, &t, "\n");
	}
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_sprint_stack(SD_FN_STR, struct sd_str addresses)
{
	return stack_text(c, dst, cap, addresses, SYMBOL_OFFSET);
}

struct sd_str sd_fn_sprint_syms(SD_FN_STR, struct sd_str addresses)
{
	return stack_text(c, dst, cap, addresses, SYMBOL_SIZE);
}

void sd_fn_print_stack(SD_FN, struct sd_str addresses)
{
	unsigned long addr;

	while (sd_next_address(&addresses, &addr))
		print_line(c, " ", addr, SYMBOL_SIZE);
}

sd_int sd_fn_stack_size(SD_FN) { return THREAD_SIZE; }

/* Of the task's stack: a hit may run on that of an interrupt, which says nothing of it. */
sd_int sd_fn_stack_unused(SD_FN)
{
	unsigned long sp = c->regs && !user_mode(sd_regs(c)) ? kernel_stack_pointer(sd_regs(c)) : current_stack_pointer;
	unsigned long base = (unsigned long)task_stack_page(current);

	return sp - base < THREAD_SIZE ? sp - base : THREAD_SIZE;
}

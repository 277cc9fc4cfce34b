// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The language's functions about the registers of a hit. A handler that calls
 * one that looks at more than the arguments has SD_PROBE_REGS.
 */
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/stddef.h>
#include <linux/pid_namespace.h>
#include <linux/cred.h>
#include <linux/threads.h>
#include <linux/uidgid.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>
#include "kern.h"

struct reg_name {
	char name[10];
	u8 bytes;
	bool shown; /* by print_regs() */
	u16 offset;
};

#ifdef CONFIG_X86_64
#define AT(member) offsetof(struct pt_regs, member)
#define REG(name) { "r" #name, 8, true, AT(name) }, { #name, 8, false, AT(name) }, { "e" #name, 4, false, AT(name) }
#define REG_N(name) { #name, 8, true, AT(name) }
static const struct reg_name names[] = {
	REG(ax), REG(bx), REG(cx), REG(dx), REG(si), REG(di), REG(bp), REG(sp), REG_N(r8), REG_N(r9), REG_N(r10), REG_N(r11),
	REG_N(r12), REG_N(r13), REG_N(r14), REG_N(r15), REG(ip),
	{ "flags", 4, false, AT(flags) }, { "eflags", 4, false, AT(flags) }, { "orig_eax", 4, false, AT(orig_ax) },
	{ "cs", 4, false, AT(cs) }, { "xcs", 4, false, AT(cs) }, { "ss", 4, false, AT(ss) }, { "xss", 4, false, AT(ss) },
};
#elif defined(CONFIG_ARM64)
#define AT(member) offsetof(struct pt_regs, member)
#define X(n) { "x" #n, 8, true, AT(regs[n]) }
static const struct reg_name names[] = {
	X(0), X(1), X(2), X(3), X(4), X(5), X(6), X(7), X(8), X(9), X(10), X(11), X(12), X(13), X(14), X(15), X(16), X(17),
	X(18), X(19), X(20), X(21), X(22), X(23), X(24), X(25), X(26), X(27), X(28), X(29), X(30),
	{ "sp", 8, true, AT(sp) }, { "pc", 8, true, AT(pc) }, { "fp", 8, false, AT(regs[29]) }, { "lr", 8, false, AT(regs[30]) },
	{ "orig_x0", 8, false, AT(orig_x0) },
};
#else
#error "which names do registers have here?"
#endif

static sd_int read_register(struct sd_ctx *c, const struct sd_site *s, struct sd_str name, bool is_signed)
{
	const struct reg_name *r = names;
	const char *at;
	char msg[64];

	if (!c->regs) {
		sd_fn_error(c, s, SD_STR("this kind of probe has no registers"));
		return 0;
	}
	while (r < names + ARRAY_SIZE(names) && !(strlen(r->name) == name.n && !memcmp(r->name, name.s, name.n)))
		r++;
	if (r == names + ARRAY_SIZE(names)) {
		int n = scnprintf(msg, sizeof(msg), "unknown register: %.*s", (int)min_t(sd_uint, name.n, 32), name.s);

		sd_fn_error(c, s, (struct sd_str){ msg, n });
		return 0;
	}
	at = (const char *)c->regs + r->offset;
	if (r->bytes == 8)
		return *(const s64 *)at;
	return is_signed ? (sd_int)*(const s32 *)at : (sd_int)*(const u32 *)at;
}

sd_int sd_fn_register(SD_FN, struct sd_str name) { return read_register(c, s, name, true); }
sd_int sd_fn_u_register(SD_FN, struct sd_str name) { return read_register(c, s, name, false); }
sd_int sd_fn_registers_valid(SD_FN) { return c->regs != NULL; }
sd_int sd_fn_user_mode(SD_FN) { return c->regs && user_mode(sd_regs(c)); }
sd_int sd_fn_addr(SD_FN) { return c->ip ? c->ip : c->regs ? instruction_pointer(sd_regs(c)) : 0; }
sd_int sd_fn_returnval(SD_FN) { return c->regs ? regs_return_value(sd_regs(c)) : 0; }

sd_int sd_fn_uaddr(SD_FN)
{
	if (c->regs && user_mode(sd_regs(c)))
		return instruction_pointer(sd_regs(c));
	return current->mm && !(current->flags & PF_KTHREAD) ? instruction_pointer(task_pt_regs(current)) : 0;
}

/* Four to a line, in one record. */
void sd_fn_print_regs(SD_FN)
{
	char *buf = sd_cpu_of(c)->dump, *p;
	unsigned int i, n = 0, shown = 0, size = sizeof(sd_cpu_of(c)->dump);

	if (!c->regs)
		return;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].shown)
			n += scnprintf(buf + n, size - n, "%s%s: %016llx", !shown++ ? "" : shown % 4 == 1 ? "\n" : " ", names[i].name,
				       *(const u64 *)((const char *)c->regs + names[i].offset));
	n += scnprintf(buf + n, size - n, "\n");
	p = sd_rec_begin(c, SD_REC_TEXT, 0, SD_STR_BYTES(n));
	if (p) {
		sd_put_str(p, (struct sd_str){ buf, n });
		sd_rec_end(c);
	}
}

static bool is_return(const struct sd_ctx *c)
{
	return c->probe->kind == &sd_kind_return || c->probe->kind == &sd_kind_uretprobe;
}

static sd_uint read_stack(struct sd_ctx *c, const struct pt_regs *r, unsigned long offset, const struct sd_site *s)
{
	if (user_mode(r))
		return sd_uread(c, user_stack_pointer((struct pt_regs *)r) + offset, 8, s);
	return sd_kread(c, kernel_stack_pointer((struct pt_regs *)r) + offset, 8, s);
}

int sd_syscall_args(struct sd_ctx *c, const struct sd_site *site, sd_uint regs, sd_uint *args)
{
	struct pt_regs copy;
	unsigned long v[6];
	int i;

	if (copy_from_kernel_nofault(&copy, (void *)(unsigned long)regs, sizeof(copy))) {
		sd_raise(c, SD_ERR_FAULT, site, regs);
		return 0;
	}
	syscall_get_arguments(sd_now(c), &copy, v);
	for (i = 0; i < 6; i++)
		args[i] = v[i];
	return 1;
}

sd_int sd_fn___arg(SD_FN, sd_int n, sd_int bytes, sd_int is_signed)
{
	const struct pt_regs *r = c->regs;
	sd_uint v;

	if (!r) {
		sd_fn_error(c, s, SD_STR("this kind of probe has no registers"));
		return 0;
	}
	if (is_return(c) && !(c->flags & SD_CTX_ENTRY)) {
		sd_fn_error(c, s, SD_STR("arguments are gone when a function returns: save them with @entry"));
		return 0;
	}
	if (n < 1 || n > 64) {
		sd_raise(c, SD_ERR_RANGE, s, n);
		return 0;
	}
#ifdef CONFIG_X86_64
	switch (n) {
	case 1: v = r->di; break;
	case 2: v = r->si; break;
	case 3: v = r->dx; break;
	case 4: v = r->cx; break;
	case 5: v = r->r8; break;
	case 6: v = r->r9; break;
	default: v = read_stack(c, r, 8 * (n - 6), s); break; /* above the return address */
	}
#else
	v = n <= 8 ? r->regs[n - 1] : read_stack(c, r, 8 * (n - 9), s);
#endif
	if (bytes == 4)
		return is_signed ? (sd_int)(s32)v : (sd_int)(u32)v;
	return v;
}

void sd_fn___set_arg(SD_FN, sd_int n, sd_int bytes, sd_int is_signed, sd_int v)
{
	struct pt_regs *r = c->regs;

	if (!r || is_return(c)) {
		sd_fn_error(c, s, SD_STR("arguments can be set where a function is entered"));
		return;
	}
	if (n < 1 || n > 64) {
		sd_raise(c, SD_ERR_RANGE, s, n);
		return;
	}
	if (bytes == 4)
		v = is_signed ? (sd_int)(s32)v : (sd_int)(u32)v;
#ifdef CONFIG_X86_64
	switch (n) {
	case 1: r->di = v; return;
	case 2: r->si = v; return;
	case 3: r->dx = v; return;
	case 4: r->cx = v; return;
	case 5: r->r8 = v; return;
	case 6: r->r9 = v; return;
	}
	n -= 6;
#else
	if (n <= 8) {
		r->regs[n - 1] = v;
		return;
	}
	n -= 9;
#endif
	if (user_mode(r))
		sd_uwrite(c, user_stack_pointer(r) + 8 * n, 8, 0, 64, v, s);
	else
		sd_kwrite(c, kernel_stack_pointer(r) + 8 * n, 8, 0, 64, v, s);
}

/* ---- the probe ---- */

struct sd_str sd_fn_probe_type(SD_FN_STR)
{
	const char *name = c->probe->kind->name;

	return (struct sd_str){ name, strlen(name) };
}

sd_int sd_fn_is_return(SD_FN) { return is_return(c); }

/* The place says it; for those that are addresses the symbol does. */
struct sd_str sd_fn_probemod(SD_FN_STR)
{
	const struct sd_place *p = c->site < c->probe->nplaces ? &c->probe->places[c->site] : NULL;

	if (p && p->module)
		return (struct sd_str){ p->module, strlen(p->module) };
	if (c->ip)
		return sd_fn_modname(c, s, dst, cap, c->ip);
	sd_fn_error(c, s, SD_STR("this kind of probe is in no module"));
	return (struct sd_str){ dst, 0 };
}

/* ---- ids in the namespaces of the task ---- */

/* Any number may come from a script: only what is a task now is followed. NULL: it is none, which was raised. RCU. */
struct task_struct *sd_task(struct sd_ctx *c, const struct sd_site *s, sd_int task)
{
	struct task_struct *t = (struct task_struct *)(unsigned long)task;
	sd_int pid;

	if (!task || t == sd_now(c))
		return sd_now(c);
	pid = sd_kread(c, (unsigned long)&t->pid, sizeof(t->pid), s);
	if (c->error)
		return NULL;
	/* Each processor's idle task has the id 0, which is not looked for. */
	if (pid > 0 && pid <= PID_MAX_LIMIT && pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID) == t)
		return t;
	sd_fn_error(c, s, SD_STR("this is no task"));
	return NULL;
}

sd_int sd_fn___ns_id(SD_FN, sd_int task, sd_int which)
{
	const struct cred *cred;
	struct pid_namespace *ns;
	struct task_struct *t;
	sd_int v = 0;

	if (!rcu_is_watching())
		return 0;
	rcu_read_lock();
	t = sd_task(c, s, task);
	ns = task_active_pid_ns(sd_now(c));
	if (!t || !ns) { /* it is on its way out */
		rcu_read_unlock();
		return 0;
	}
	cred = rcu_dereference(t->real_cred);
	switch (which) {
	case SD_NS_PID: v = task_tgid_nr_ns(t, ns); break;
	case SD_NS_TID: v = task_pid_nr_ns(t, ns); break;
	case SD_NS_PPID: v = task_tgid_nr_ns(rcu_dereference(t->real_parent), ns); break;
	case SD_NS_PGRP: v = task_pgrp_nr_ns(t, ns); break;
	case SD_NS_SID: v = task_session_nr_ns(t, ns); break;
	case SD_NS_UID: v = from_kuid_munged(cred->user_ns, cred->uid); break;
	case SD_NS_EUID: v = from_kuid_munged(cred->user_ns, cred->euid); break;
	case SD_NS_GID: v = from_kgid_munged(cred->user_ns, cred->gid); break;
	case SD_NS_EGID: v = from_kgid_munged(cred->user_ns, cred->egid); break;
	}
	rcu_read_unlock();
	return v;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The language's functions about registers and the kernel's stack, of which
 * an ordinary program has none: they say so as in a begin probe of a module.
 */
#include "user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SD_NONE(name) \
	sd_int sd_fn_##name(SD_FN) { (void)c, (void)s; return 0; }
#define SD_EMPTY(name) \
	struct sd_str sd_fn_##name(SD_FN_STR) { (void)c, (void)s, (void)cap; return (struct sd_str){ dst, 0 }; }

SD_NONE(registers_valid)
SD_NONE(user_mode)
SD_NONE(returnval)
SD_NONE(addr)
SD_NONE(uaddr)
SD_NONE(is_return)
SD_NONE(stack_size)
SD_NONE(stack_unused)
SD_EMPTY(backtrace)
SD_EMPTY(sprint_backtrace)
SD_EMPTY(ubacktrace)
SD_EMPTY(sprint_ubacktrace)

static sd_int none(struct sd_ctx *c, const struct sd_site *s)
{
	sd_fn_error(c, s, SD_STR("this kind of probe has no registers"));
	return 0;
}

sd_int sd_fn_register(SD_FN, struct sd_str name) { (void)name; return none(c, s); }
sd_int sd_fn_u_register(SD_FN, struct sd_str name) { (void)name; return none(c, s); }
sd_int sd_fn___arg(SD_FN, sd_int n, sd_int bytes, sd_int is_signed) { (void)n, (void)bytes, (void)is_signed; return none(c, s); }
int sd_syscall_args(struct sd_ctx *c, const struct sd_site *s, sd_uint regs, sd_uint *args) { (void)regs, (void)args; return (int)none(c, s); }
void sd_fn___set_arg(SD_FN, sd_int n, sd_int bytes, sd_int is_signed, sd_int v) { (void)n, (void)bytes, (void)is_signed, (void)v, none(c, s); }
void sd_fn_print_regs(SD_FN) { (void)c, (void)s; }
void sd_fn_print_backtrace(SD_FN) { (void)c, (void)s; }
void sd_fn_print_backtrace_fileline(SD_FN) { (void)c, (void)s; }
sd_int sd_fn_stack(SD_FN, sd_int n) { (void)c, (void)s, (void)n; return 0; }

struct sd_str sd_fn_task_backtrace(SD_FN_STR, sd_int task)
{
	(void)cap, (void)task;
	sd_fn_error(c, s, SD_STR("this is no task"));
	return (struct sd_str){ dst, 0 };
}

struct sd_str sd_fn_callers(SD_FN_STR, sd_int n)
{
	(void)c, (void)s, (void)cap, (void)n;
	return (struct sd_str){ dst, 0 };
}

struct sd_str sd_fn_probe_type(SD_FN_STR)
{
	(void)c, (void)s, (void)dst, (void)cap;
	return SD_STR("user");
}

struct sd_str sd_fn_probemod(SD_FN_STR)
{
	(void)cap;
	sd_fn_error(c, s, SD_STR("this kind of probe is in no module"));
	return (struct sd_str){ dst, 0 };
}

struct sd_str sd_fn_modname(SD_FN_STR, sd_int addr)
{
	(void)cap, (void)addr;
	sd_fn_error(c, s, SD_STR("no module is known at this address"));
	return (struct sd_str){ dst, 0 };
}

sd_int sd_fn___ns_id(SD_FN, sd_int task, sd_int which)
{
	if (task) {
		sd_fn_error(c, s, SD_STR("this is no task"));
		return 0;
	}
	switch (which) {
	case SD_NS_PID: return sd_fn_pid(c, s);
	case SD_NS_TID: return sd_fn_tid(c, s);
	case SD_NS_PPID: return sd_fn_ppid(c, s);
	case SD_NS_PGRP: return sd_fn_pgrp(c, s);
	case SD_NS_SID: return sd_fn_sid(c, s);
	case SD_NS_UID: return sd_fn_uid(c, s);
	case SD_NS_EUID: return sd_fn_euid(c, s);
	case SD_NS_GID: return sd_fn_gid(c, s);
	default: return sd_fn_egid(c, s);
	}
}

/* ---- addresses have no names here ---- */

struct sd_str sd_fn_symdata(SD_FN_STR, sd_int addr)
{
	return sd_fn_symname(c, s, dst, cap, addr);
}

/* The next address of a list as it will be shown; null: there is none. */
static bool next_address(struct sd_str *v, sd_uint *addr)
{
	char buf[24] = "", *end;
	sd_uint n;

	while (v->n && (*v->s == ' ' || *v->s == '\n'))
		v->s++, v->n--;
	n = v->n < sizeof(buf) - 1 ? v->n : sizeof(buf) - 1;
	memcpy(buf, v->s, n);
	*addr = strtoull(buf, &end, 16);
	v->s += end - buf;
	v->n -= (sd_uint)(end - buf);
	return end != buf;
}

struct sd_str sd_fn_sprint_stack(SD_FN_STR, struct sd_str addresses)
{
	struct sd_text t = { .s = dst, .cap = cap };
	char buf[24];
	sd_uint addr;

	(void)s;
	while (next_address(&addresses, &addr)) {
		int n = snprintf(buf, sizeof(buf), "0x%llx\n", addr);

		sd_text_put(c, &t, (struct sd_str){ buf, (sd_uint)n });
	}
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_sprint_syms(SD_FN_STR, struct sd_str addresses)
{
	return sd_fn_sprint_stack(c, s, dst, cap, addresses);
}

struct sd_str sd_fn_usymname(SD_FN_STR, sd_int addr) { return sd_fn_symname(c, s, dst, cap, addr); }
struct sd_str sd_fn_usymdata(SD_FN_STR, sd_int addr) { return sd_fn_symname(c, s, dst, cap, addr); }
struct sd_str sd_fn_sprint_ustack(SD_FN_STR, struct sd_str addresses) { return sd_fn_sprint_stack(c, s, dst, cap, addresses); }
struct sd_str sd_fn_sprint_usyms(SD_FN_STR, struct sd_str addresses) { return sd_fn_sprint_stack(c, s, dst, cap, addresses); }
void sd_fn_print_usyms(SD_FN, struct sd_str addresses) { sd_fn_print_stack(c, s, addresses); }

struct sd_str sd_fn_usymraw(SD_FN_STR, sd_int addr) { return sd_fn_symname(c, s, dst, cap, addr); }
struct sd_str sd_fn_sprint_uraw(SD_FN_STR, struct sd_str addresses) { return sd_fn_sprint_stack(c, s, dst, cap, addresses); }
sd_int sd_fn_ustack(SD_FN, sd_int n) { (void)c, (void)s, (void)n; return 0; }

struct sd_str sd_fn_ucallers(SD_FN_STR, sd_int n)
{
	(void)c, (void)s, (void)cap, (void)n;
	return (struct sd_str){ dst, 0 };
}

struct sd_str sd_fn___symline(SD_FN_STR, sd_int addr, sd_int parts)
{
	(void)parts;
	return sd_fn_symname(c, s, dst, cap, addr);
}

struct sd_str sd_fn___usymline(SD_FN_STR, sd_int addr, sd_int parts)
{
	(void)parts;
	return sd_fn_symname(c, s, dst, cap, addr);
}

void sd_fn___print_ubacktrace_lines(SD_FN, sd_int pc, sd_int sp, sd_int fp)
{
	(void)c, (void)s, (void)pc, (void)sp, (void)fp;
}

void sd_fn___print_ubacktrace(SD_FN, sd_int style, sd_int pc, sd_int sp, sd_int fp)
{
	(void)c, (void)s, (void)style, (void)pc, (void)sp, (void)fp;
}

struct sd_str sd_fn_umodname(SD_FN_STR, sd_int addr)
{
	(void)cap;
	(void)addr;
	sd_fn_error(c, s, SD_STR("no file is known to be mapped at this user address"));
	return (struct sd_str){ dst, 0 };
}

void sd_fn_print_stack(SD_FN, struct sd_str addresses)
{
	char buf[24];
	sd_uint addr;

	(void)s;
	while (next_address(&addresses, &addr)) {
		int n = snprintf(buf, sizeof(buf), " 0x%llx\n", addr);

		sd_text_record(c, SD_REC_TEXT, (struct sd_str){ buf, (sd_uint)n });
	}
}

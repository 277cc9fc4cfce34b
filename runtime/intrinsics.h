/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of the language that no script could write. Each has a line in
 * compiler/sema/builtin.def. Those that return a string take dst and cap, and
 * may return a value that points elsewhere (a literal). s is the call's site.
 */
#ifndef SONDE_INTRINSICS_H
#define SONDE_INTRINSICS_H

#define SD_FN_STR struct sd_ctx *c, const struct sd_site *s, char *dst, sd_uint cap
#define SD_FN struct sd_ctx *c, const struct sd_site *s

/* session */
void sd_fn_exit(SD_FN);
void sd_fn_abort(SD_FN); /* exit(), and the handler ends at once */
void sd_fn_error(SD_FN, struct sd_str msg);
void sd_fn_warn(SD_FN, struct sd_str msg);
void sd_fn_log(SD_FN, struct sd_str msg);
sd_int sd_fn_target(SD_FN);
sd_int sd_fn___runner_id(SD_FN, sd_int which); /* of the process that runs the script: 0 its number, 1 its user */
struct sd_str sd_fn___module_size(SD_FN_STR);
struct sd_str sd_fn_pp(SD_FN_STR);
struct sd_str sd_fn_probefunc(SD_FN_STR);
struct sd_str sd_fn_module_name(SD_FN_STR);

/* the current task; SD_SAME: the same all through a handler, so asked for once */
#define SD_SAME __attribute__((__const__))
sd_int sd_fn_pid(SD_FN) SD_SAME;
sd_int sd_fn_tid(SD_FN) SD_SAME;
sd_int sd_fn_ppid(SD_FN) SD_SAME;
sd_int sd_fn_pgrp(SD_FN) SD_SAME;
sd_int sd_fn_sid(SD_FN) SD_SAME;
sd_int sd_fn_uid(SD_FN) SD_SAME;
sd_int sd_fn_euid(SD_FN) SD_SAME;
sd_int sd_fn_gid(SD_FN) SD_SAME;
sd_int sd_fn_egid(SD_FN) SD_SAME;
sd_int sd_fn_cpu(SD_FN);
sd_int sd_fn_task_current(SD_FN) SD_SAME;
sd_int sd_fn_pid2task(SD_FN, sd_int pid); /* in the first pid namespace; 0: there is none */
sd_int sd_fn_mem_page_size(SD_FN);
struct sd_str sd_fn_execname(SD_FN_STR);
struct sd_str sd_fn_pexecname(SD_FN_STR);

/* time */
sd_int sd_fn_gettimeofday_ns(SD_FN);
sd_int sd_fn_local_clock_ns(SD_FN); /* monotonic */
sd_int sd_fn___zone_offset(SD_FN); /* seconds west of UTC, as the runner said */
struct sd_str sd_fn___zone_name(SD_FN_STR);
sd_int sd_fn_get_cycles(SD_FN);
sd_int sd_fn_jiffies(SD_FN);
sd_int sd_fn_HZ(SD_FN);
sd_int sd_fn_randint(SD_FN, sd_int n); /* 0 … n-1 */

/* strings: pure, in core/ */
sd_int sd_fn_strlen(SD_FN, struct sd_str v);
struct sd_str sd_fn_substr(SD_FN_STR, struct sd_str v, sd_int start, sd_int length);
sd_int sd_fn_stringat(SD_FN, struct sd_str v, sd_int pos);
sd_int sd_fn_isinstr(SD_FN, struct sd_str v, struct sd_str needle);
sd_int sd_fn_strpos(SD_FN, struct sd_str v, struct sd_str needle); /* -1 when absent */
sd_int sd_fn_strtol(SD_FN, struct sd_str v, sd_int base);
struct sd_str sd_fn_str_replace(SD_FN_STR, struct sd_str v, struct sd_str from, struct sd_str to);
struct sd_str sd_fn_text_str(SD_FN_STR, struct sd_str v); /* escapes what is not printable */
struct sd_str sd_fn_string_quoted(SD_FN_STR, struct sd_str v);
struct sd_str sd_fn_text_strn(SD_FN_STR, struct sd_str v, sd_int len, sd_int quote); /* len 0: as much as there is room for */
sd_int sd_fn_isdigit(SD_FN, struct sd_str v);
sd_int sd_fn___span(SD_FN, struct sd_str v, struct sd_str set, sd_int from, sd_int in);
struct sd_str sd_fn_ctime(SD_FN_STR, sd_int seconds);
struct sd_str sd_fn_ip_ntop(SD_FN_STR, sd_int addr);
struct sd_str sd_fn_format_ipaddr(SD_FN_STR, sd_int addr, sd_int family);
struct sd_str sd_fn_matched(SD_FN_STR, sd_int n);
sd_int sd_fn_ngroups(SD_FN); /* with the whole match */

/* names of numbers: core/names.c. -1: there is no such name */
struct sd_str sd_fn_errno_str(SD_FN_STR, sd_int err);
struct sd_str sd_fn_signal_str(SD_FN_STR, sd_int number);
struct sd_str sd_fn_sock_fam_num2str(SD_FN_STR, sd_int number);
struct sd_str sd_fn_sock_prot_num2str(SD_FN_STR, sd_int number);
struct sd_str sd_fn_sock_state_num2str(SD_FN_STR, sd_int number);
sd_int sd_fn_sock_fam_str2num(SD_FN, struct sd_str name);
sd_int sd_fn_sock_prot_str2num(SD_FN, struct sd_str name);
sd_int sd_fn_sock_state_str2num(SD_FN, struct sd_str name);
sd_int sd_fn_rlimit_from_str(SD_FN, struct sd_str name);

/* asking the runner: core/fn_ask.c */
sd_int sd_fn___speculation(SD_FN);
void sd_fn___speculate(SD_FN, sd_int id, struct sd_str text);
void sd_fn___commit(SD_FN, sd_int id);
void sd_fn___discard(SD_FN, sd_int id);
void sd_fn___system(SD_FN, struct sd_str command);
void sd_fn___switch_file(SD_FN);

/* floating point of 64 bits: core/fp.c, fp_text.c */
sd_int sd_fn___fp(SD_FN, sd_int what, sd_int x, sd_int y); /* enum sd_fp */
sd_int sd_fn___fp_to_long(SD_FN, sd_int fp, sd_int mode, sd_int exact); /* enum sd_fp_round */
struct sd_str sd_fn___fp_to_string(SD_FN_STR, sd_int fp, sd_int precision);
sd_int sd_fn___string_to_fp(SD_FN, struct sd_str v);

/* memory */
struct sd_str sd_fn___kernel_buffer(SD_FN_STR, sd_int addr, sd_int inlen, sd_int outlen); /* quoted; outlen 0: no limit */
struct sd_str sd_fn___user_buffer(SD_FN_STR, sd_int addr, sd_int inlen, sd_int outlen);
struct sd_str sd_fn___wide_string(SD_FN_STR, sd_int addr, sd_int unit, sd_int user); /* unit: 2 or 4 bytes */
struct sd_str sd_fn_kernel_string(SD_FN_STR, sd_int addr);
struct sd_str sd_fn_kernel_string_n(SD_FN_STR, sd_int addr, sd_int n);
struct sd_str sd_fn___sc_arg(SD_FN_STR, struct sd_str item, sd_int value, sd_int next); /* core/fn_syscall.c has the items */
struct sd_str sd_fn___sc_args(SD_FN_STR, sd_int regs, struct sd_str list);              /* regs: the program's, struct pt_regs */
struct sd_str sd_fn_user_string(SD_FN_STR, sd_int addr);
struct sd_str sd_fn_user_string_n(SD_FN_STR, sd_int addr, sd_int n);
/* writing: bytes 1, 2, 4 or 8; user: to the current process. A string and a 0 behind it, at most n bytes */
void sd_fn___set_memory(SD_FN, sd_int addr, sd_int bytes, sd_int v, sd_int user);
void sd_fn___set_string(SD_FN, sd_int addr, sd_int n, struct sd_str v, sd_int user);
sd_int sd_fn_kernel_char(SD_FN, sd_int addr);
sd_int sd_fn_kernel_short(SD_FN, sd_int addr);
sd_int sd_fn_kernel_int(SD_FN, sd_int addr);
sd_int sd_fn_kernel_long(SD_FN, sd_int addr);
sd_int sd_fn_kernel_pointer(SD_FN, sd_int addr);
sd_int sd_fn_user_char_error(SD_FN, sd_int addr);
sd_int sd_fn_user_short_error(SD_FN, sd_int addr);
sd_int sd_fn_user_int_error(SD_FN, sd_int addr);
sd_int sd_fn_user_long_error(SD_FN, sd_int addr);
struct sd_str sd_fn_symname(SD_FN_STR, sd_int addr);
struct sd_str sd_fn_symdata(SD_FN_STR, sd_int addr); /* name+0x1d/0x80 [module] */
struct sd_str sd_fn_modname(SD_FN_STR, sd_int addr);

/* addresses of the current process; a name of an address that has none is its number */
struct sd_str sd_fn_usymname(SD_FN_STR, sd_int addr);
struct sd_str sd_fn_usymdata(SD_FN_STR, sd_int addr); /* main+0x1d/0x80 [/usr/bin/ls] */
struct sd_str sd_fn_umodname(SD_FN_STR, sd_int addr); /* ls; raises an error when nothing of a file is there */
struct sd_str sd_fn_sprint_ustack(SD_FN_STR, struct sd_str addresses);
struct sd_str sd_fn_sprint_usyms(SD_FN_STR, struct sd_str addresses);
void sd_fn_print_usyms(SD_FN, struct sd_str addresses);
struct sd_str sd_fn_usymraw(SD_FN_STR, sd_int addr); /* 5f3c…09+0x1d40: build-id, and the address in the file */
struct sd_str sd_fn_sprint_uraw(SD_FN_STR, struct sd_str addresses);

/* the stack of the current process. Addresses in a string are as those of the kernel's stack */
enum sd_name_style { SD_NAME_ALONE, SD_NAME_OFFSET, SD_NAME_FILE, SD_NAME_FULL, SD_NAME_RAW, SD_NAME_LINE };
enum sd_line_part { SD_LINE_SOURCE = 1, SD_LINE_NUMBER = 2 };
struct sd_str sd_fn___symline(SD_FN_STR, sd_int addr, sd_int parts);  /* of the kernel; likewise */
struct sd_str sd_fn___usymline(SD_FN_STR, sd_int addr, sd_int parts); /* the address, when it is not known */
sd_int sd_fn_ustack(SD_FN, sd_int n); /* 0: where it is; 0 when the stack is not that deep */
struct sd_str sd_fn_ubacktrace(SD_FN_STR);
struct sd_str sd_fn_ucallers(SD_FN_STR, sd_int n); /* without where it is; -1: all */
struct sd_str sd_fn_sprint_ubacktrace(SD_FN_STR);
void sd_fn___print_ubacktrace(SD_FN, sd_int style, sd_int pc, sd_int sp, sd_int fp); /* pc 0: from where it is */
void sd_fn___print_ubacktrace_lines(SD_FN, sd_int pc, sd_int sp, sd_int fp);

/* the hit: registers, place */
sd_int sd_fn_register(SD_FN, struct sd_str name);
sd_int sd_fn_u_register(SD_FN, struct sd_str name);
sd_int sd_fn_registers_valid(SD_FN);
sd_int sd_fn_user_mode(SD_FN);
void sd_fn_print_regs(SD_FN);
sd_int sd_fn___arg(SD_FN, sd_int n, sd_int bytes, sd_int is_signed); /* of the function that is entered; n counts from 1 */
void sd_fn___set_arg(SD_FN, sd_int n, sd_int bytes, sd_int is_signed, sd_int v);
void sd_fn___raise(SD_FN, sd_int signo); /* to the current task, when interrupts are on again */
sd_int sd_fn_returnval(SD_FN);
sd_int sd_fn_addr(SD_FN);
sd_int sd_fn_uaddr(SD_FN);
struct sd_str sd_fn_probe_type(SD_FN_STR);
sd_int sd_fn_is_return(SD_FN);
struct sd_str sd_fn_probemod(SD_FN_STR);

/* the task, in its own namespaces: task 0 is the current one */
enum sd_ns_id { SD_NS_PID, SD_NS_TID, SD_NS_PPID, SD_NS_PGRP, SD_NS_SID, SD_NS_UID, SD_NS_EUID, SD_NS_GID, SD_NS_EGID };
sd_int sd_fn___ns_id(SD_FN, sd_int task, sd_int which);

/* the kernel's stack. Addresses in a string are in hexadecimal, a space behind each */
sd_int sd_fn_stack_size(SD_FN);
sd_int sd_fn_stack_unused(SD_FN);
sd_int sd_fn_stack(SD_FN, sd_int n); /* 0: where the probe is; 0 when the stack is not that deep */
struct sd_str sd_fn_backtrace(SD_FN_STR);
struct sd_str sd_fn_sprint_backtrace(SD_FN_STR);
void sd_fn_print_backtrace(SD_FN);
void sd_fn_print_backtrace_fileline(SD_FN);
struct sd_str sd_fn_task_backtrace(SD_FN_STR, sd_int task);
struct sd_str sd_fn_callers(SD_FN_STR, sd_int n); /* without where the probe is; -1: all */
struct sd_str sd_fn_sprint_stack(SD_FN_STR, struct sd_str addresses);
struct sd_str sd_fn_sprint_syms(SD_FN_STR, struct sd_str addresses);
void sd_fn_print_stack(SD_FN, struct sd_str addresses);

#endif

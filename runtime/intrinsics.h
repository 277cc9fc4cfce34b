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
void sd_fn_error(SD_FN, struct sd_str msg);
void sd_fn_warn(SD_FN, struct sd_str msg);
void sd_fn_log(SD_FN, struct sd_str msg);
sd_int sd_fn_target(SD_FN);
struct sd_str sd_fn_pp(SD_FN_STR);
struct sd_str sd_fn_probefunc(SD_FN_STR);
struct sd_str sd_fn_module_name(SD_FN_STR);

/* the current task */
sd_int sd_fn_pid(SD_FN);
sd_int sd_fn_tid(SD_FN);
sd_int sd_fn_ppid(SD_FN);
sd_int sd_fn_pgrp(SD_FN);
sd_int sd_fn_sid(SD_FN);
sd_int sd_fn_uid(SD_FN);
sd_int sd_fn_euid(SD_FN);
sd_int sd_fn_gid(SD_FN);
sd_int sd_fn_egid(SD_FN);
sd_int sd_fn_cpu(SD_FN);
sd_int sd_fn_task_current(SD_FN);
struct sd_str sd_fn_execname(SD_FN_STR);
struct sd_str sd_fn_pexecname(SD_FN_STR);

/* time */
sd_int sd_fn_gettimeofday_ns(SD_FN);
sd_int sd_fn_local_clock_ns(SD_FN); /* monotonic */
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
struct sd_str sd_fn_matched(SD_FN_STR, sd_int n);
sd_int sd_fn_ngroups(SD_FN); /* with the whole match */

/* memory */
struct sd_str sd_fn_kernel_string(SD_FN_STR, sd_int addr);
struct sd_str sd_fn_kernel_string_n(SD_FN_STR, sd_int addr, sd_int n);
struct sd_str sd_fn_user_string(SD_FN_STR, sd_int addr);
struct sd_str sd_fn_user_string_n(SD_FN_STR, sd_int addr, sd_int n);
sd_int sd_fn_kernel_char(SD_FN, sd_int addr);
sd_int sd_fn_kernel_short(SD_FN, sd_int addr);
sd_int sd_fn_kernel_int(SD_FN, sd_int addr);
sd_int sd_fn_kernel_long(SD_FN, sd_int addr);
sd_int sd_fn_kernel_pointer(SD_FN, sd_int addr);
sd_int sd_fn_user_char(SD_FN, sd_int addr);
sd_int sd_fn_user_short(SD_FN, sd_int addr);
sd_int sd_fn_user_int(SD_FN, sd_int addr);
sd_int sd_fn_user_long(SD_FN, sd_int addr);
struct sd_str sd_fn_symname(SD_FN_STR, sd_int addr);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The callbacks of an fprobe have had several forms: "fprobe: Pass return
 * address to the handlers" (6.5) and "fprobe: Use ftrace_regs in fprobe entry
 * handler" (6.14). SD_FPROBE_ENTRY and SD_FPROBE_EXIT define a function whose
 * body knows fp, ip, regs (struct pt_regs *, at exit with the return value)
 * and data; an entry function returns non-zero to leave the exit out
 * ("fprobe: Skip exit_handler if entry_handler returns !0", 6.3).
 */
#ifndef SONDE_COMPAT_FPROBE_H
#define SONDE_COMPAT_FPROBE_H

#ifdef SONDE_HAVE_FPROBE

#include <linux/fprobe.h>

#ifdef SONDE_HAVE_FPROBE_FTRACE_REGS
#include "ftrace_regs.h"
#define SD_FPROBE_ENTRY(name) \
	static int name##_body(struct fprobe *fp, unsigned long ip, struct pt_regs *regs, void *data); \
	static int name(struct fprobe *fp, unsigned long ip, unsigned long ret_ip, struct ftrace_regs *fregs, void *data) \
	{ struct sd_ftrace_room room; return name##_body(fp, ip, sd_ftrace_regs(fregs, &room), data); } \
	static int name##_body(struct fprobe *fp, unsigned long ip, struct pt_regs *regs, void *data)
#define SD_FPROBE_EXIT(name) \
	static void name##_body(struct fprobe *fp, unsigned long ip, struct pt_regs *regs, void *data); \
	static void name(struct fprobe *fp, unsigned long ip, unsigned long ret_ip, struct ftrace_regs *fregs, void *data) \
	{ struct sd_ftrace_room room; name##_body(fp, ip, sd_ftrace_regs(fregs, &room), data); } \
	static void name##_body(struct fprobe *fp, unsigned long ip, struct pt_regs *regs, void *data)
#else
#define SD_FPROBE_ENTRY(name) \
	static int name(struct fprobe *fp, unsigned long ip, unsigned long ret_ip, struct pt_regs *regs, void *data)
#define SD_FPROBE_EXIT(name) \
	static void name(struct fprobe *fp, unsigned long ip, unsigned long ret_ip, struct pt_regs *regs, void *data)
#endif

#endif
#endif

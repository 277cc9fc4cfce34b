/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probe kinds' side of the runtime. The generated C only names the
 * sd_kind objects; what is in struct sd_kind is the runtime's affair
 * (kern/kern.h). The kinds' private data, filled by the compiler's provider
 * of the same name, is here, one block each.
 */
#ifndef SONDE_KIND_H
#define SONDE_KIND_H

/* begin, end, error, oneshot: no data, sd_probe.priority orders them. */
extern const struct sd_kind sd_kind_begin, sd_kind_end, sd_kind_error;

/* timer */
struct sd_timer {
	sd_uint period_ns;  /* of timer.ms(…) and the like; 0 when jiffies is set */
	sd_uint random_ns;  /* ± */
	sd_uint jiffies, random_jiffies;
};
extern const struct sd_kind sd_kind_timer;

/* profile: timer.profile…: on every processor */
struct sd_profile {
	sd_uint hz; /* 0: as the system's tick */
};
extern const struct sd_kind sd_kind_profile;

/* Which processes a probe in user space means. Neither: all, or with -c and -x the target and its descendants. */
struct sd_process {
	sd_int pid;
	const char *path; /* of the program */
};

/* perf: perf.type(…).config(…) */
struct sd_perf {
	unsigned int type, freq;
	sd_uint config;
	sd_uint period; /* 0: freq, in hertz, counts */
	const struct sd_process *processes; /* [nplaces]: of their tasks; 0: on every processor */
	const char *counter;                /* to be read by that name: no handler runs; or 0 */
};
extern const struct sd_kind sd_kind_perf;

/* watch: kernel.data(…) */
struct sd_watch {
	const char *symbol;  /* 0: address is set */
	sd_uint address;
	unsigned int length; /* 0: what the symbol's size allows */
	int rw;              /* reads too */
};
extern const struct sd_kind sd_kind_watch;

/* procfs: one end of a file; the probes of one path share the file */
struct sd_procfs {
	const char *path;    /* below /proc/sonde/MODULE: no empty, "." or ".." part */
	unsigned int umask, maxsize /* 0: the default */;
	int write;
};
extern const struct sd_kind sd_kind_procfs;

/* netfilter: entry[] of a hit is enum sd_netfilter_slot */
struct sd_netfilter {
	unsigned int pf, hook;
	int priority;
};
enum sd_netfilter_slot { SD_NF_HOOKNUM, SD_NF_SKB, SD_NF_IN, SD_NF_OUT, SD_NF_VERDICT, SD_NF_SLOTS };
extern const struct sd_kind sd_kind_netfilter;

/* input: what comes in on the runner's standard input */
struct sd_input {
	int line; /* else each character */
};
extern const struct sd_kind sd_kind_input;

/* function: kernel.function(…) at entry; places[] are where. No data. */
extern const struct sd_kind sd_kind_function;

/* Of callees: hits count only where the right functions have called. */
struct sd_return_pc {
	const char *symbol;
	sd_uint offset;
};
struct sd_chain {
	unsigned int depth;            /* callers; 0: any */
	int inside;                    /* the place is no function's entry */
	const unsigned int *n;         /* [depth]: how many addresses each caller's call may return to; the innermost first */
	const struct sd_return_pc *returns; /* they, one level behind the other */
};

/* return: kernel.function(…).return */
struct sd_return {
	unsigned int maxactive; /* 0: the runtime's choice */
	const struct sd_chain *chains; /* of callees, for each place of the probe; else 0 */
};
extern const struct sd_kind sd_kind_return;

/* tracepoint: places[].function is the tracepoint's name; its arguments are in sd_ctx.entry, and behind them: */
enum { SD_TRACE_ARGS = 12, SD_TRACE_RECORD = SD_TRACE_ARGS };
struct sd_tracepoint {
	unsigned int nsaved; /* how many arguments; SD_TRACE_ARGS at most */
	int record;          /* the handler reads the record that the event leaves: its address is wanted */
};
extern const struct sd_kind sd_kind_tracepoint;

/* statement: places inside of functions. No data, or, of callees: */
struct sd_callee {
	const struct sd_chain *chains; /* for each place of the probe */
};
extern const struct sd_kind sd_kind_statement;

/* task: process.…; a place for each program or process. sd_ctx.entry of a system call is enum sd_syscall_slot */
enum sd_task_event { SD_TASK_BEGIN, SD_TASK_END, SD_TASK_THREAD_BEGIN, SD_TASK_THREAD_END, SD_TASK_SYSCALL, SD_TASK_SYSCALL_RETURN };
struct sd_task {
	const struct sd_process *processes; /* [nplaces] */
	enum sd_task_event event;
};
extern const struct sd_kind sd_kind_task;
enum sd_syscall_slot { SD_SYSCALL_NUMBER, SD_SYSCALL_ARGS, SD_SYSCALL_RETURN = SD_SYSCALL_ARGS, SD_SYSCALL_SLOTS = SD_SYSCALL_ARGS + 6 };
extern const struct sd_kind sd_kind_task_syscall;

/* uprobe: code of programs and libraries. A place's module is the file's path, its offset the address in the file. uretprobe: returns */
struct sd_program {
	const char *path;
	const char *build_id;     /* lower-case hex; "": none, then the file is known by its size and time */
	sd_uint size;
	sd_int mtime;             /* seconds */
};
/* Of callees: hits count only where the right functions have called. */
struct sd_user_chain {
	unsigned int depth;       /* callers */
	int inside;               /* the place is not the first instruction of a function */
	const unsigned int *n;    /* [depth]: how many addresses each caller's call may return to; the innermost first */
	const sd_uint *returns;   /* they, one level behind the other: addresses of the file */
};
struct sd_user_place {
	const struct sd_program *program;
	sd_uint offset;           /* in the file */
	sd_uint counter;          /* offset of what counts those who watch (a semaphore), or 0 */
	const struct sd_user_chain *chain; /* 0: whoever called */
};
struct sd_uprobe {
	const struct sd_user_place *places; /* for each place of the probe */
	struct sd_process who;
};
extern const struct sd_kind sd_kind_uprobe, sd_kind_uretprobe;

/* process_watch: process(…).data(…) */
struct sd_watched {
	sd_uint address;
	unsigned int length;
};
struct sd_process_watch {
	const struct sd_watched *places;  /* for each place of the probe */
	const struct sd_program *program; /* addresses are those of the file; 0: of the process */
	sd_uint code;                     /* lowest address of code in the file */
	struct sd_process who;
	int rw;                           /* reads too */
};
extern const struct sd_kind sd_kind_process_watch;

#endif

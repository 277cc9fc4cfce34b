/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the kernel runtime share: the per-CPU state, the way into
 * and out of a handler, and the seams between the files. The generated C does
 * not see this header.
 */
#ifndef SONDE_KERN_H
#define SONDE_KERN_H

#include <linux/types.h>
#include <linux/percpu.h>
#include <linux/irqflags.h>
#include <linux/irq_work.h>
#include <linux/thread_info.h>
#include <linux/kallsyms.h>
#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/path.h>
#include <linux/timex.h>
#include <asm/ptrace.h>
#include "../abi.h"
#include "../kind.h"
#include "../unwind.h"
#include "../wire.h"
#include "features.h"

/* The registers of the hit; NULL where there are none. */
static inline struct pt_regs *sd_regs(const struct sd_ctx *c)
{
	return c->regs;
}

/*
 * A kind of probe. attach and the rest run in process context and may sleep.
 * attach reports what it cannot do (sd_complain) and returns -errno; detach is
 * called also after a failed attach. When detach has returned for all kinds,
 * and the runtime has waited for running handlers, finish frees.
 */
struct sd_kind {
	const char *name;
	const struct sd_kind *by; /* the kind that attaches this one's probes too, in one list; NULL: itself */
	int (*attach)(const struct sd_probe *const *probes, unsigned int n);
	void (*detach)(void);
	void (*finish)(void);
};

/* The ledger of one probe on one CPU: a cache line. */
struct sd_count {
	u64 hits;
	u64 loss[SD_LOSS_COUNT];
} __aligned(64);

/* With -t, the cycles of one probe's handler on one CPU. */
struct sd_time {
	u64 n, sum, min, max;
};

/* The producer's own view of a ring: nothing in it can be changed by user space. */
struct sd_out {
	struct sd_ring *ring;
	char *data;
	u64 head;             /* what was published */
	u64 next;             /* head when the record in hand is published */
	u64 limit;            /* head may come up to here without another look at the reader's tail */
	u64 wake_at;          /* head at which the reader may have to be woken */
	u64 dropped;
	u64 ts;               /* of this hit */
	unsigned int seq;
	union {
		struct {
			bool stamped; /* ts is valid, seq is odd */
			bool timed;   /* the handler's cycles are being counted */
			bool failed;  /* there was an error, which may have been caught since */
		};
		u32 open;             /* sd_leave has to close something */
	};
	bool process;         /* may sleep for the reader */
};

/* Everything one CPU (or the process context) runs handlers with. Hot members first. */
struct sd_cpu {
	union {
		struct {
			u32 busy;   /* a handler runs; later hits on this CPU are skipped */
			u32 closed; /* not sd_live */
		};
		u64 shut;           /* both, for one look at each hit */
	};
	int untimed;             /* hits before the one whose cycles are counted, see clock.c */
	struct sd_count *count;  /* [nprobes] */
	sd_uint *saved;          /* uprobe.c: values of the entry of the call in hand */
	struct sd_ctx ctx __aligned(64);
	struct sd_out out;
	u64 random;
	struct task_struct *task; /* with SD_CTX_OTHER */
	struct mm_struct *locked; /* whose lock unlock gives back; NULL: none */
	struct irq_work unlock;
	struct sd_raised {
		struct irq_work work;
		struct task_struct *task; /* that the signal goes to; NULL: free */
		int signo;
	} raised[4];
	struct irq_work wake;
	struct sd_clock {
		u64 from, interval, spent; /* cycles: start of the handler, start of the interval, in handlers since */
		u64 total;                 /* cycles in handlers of all time, with overload control */
		u64 hits;                  /* of the probe, before this one */
		u64 seed;                  /* of what chooses the hits to be timed */
		unsigned int weight, exact;
		unsigned int beat, stale;  /* of the watch: what was last seen of it, and jiffies without another */
		unsigned long jiffy;
		struct sd_time *time;      /* -t: [nprobes] */
	} clock;
	struct sd_unwind *unwind; /* user_stack.c, user_callers.c; NULL: the script asks for no stacks of programs */
	char symbol[KSYM_SYMBOL_LEN];
	char dump[1024];         /* a piece of output, of print_regs() and print_backtrace() */
};

DECLARE_PER_CPU(struct sd_cpu *, sd_cpu_state);
extern struct sd_cpu **sd_cpus;     /* those of CPUs, then sd_process: sd_ncpus + 1 */
extern unsigned int sd_ncpus;       /* online when the script was loaded; all others have one context that is always busy */
extern struct sd_cpu *sd_process;   /* of begin, end and error probes and of the control work */
extern int sd_live;                 /* handlers may run; cleared by exit(), by errors and by stop; set by: */
void sd_set_live(int live);         /* any context */

/* ---- context.c ---- */

int sd_contexts_init(void);
u64 sd_contexts_bytes(void);        /* what they will take: before sd_contexts_init() too */
void sd_contexts_exit(void);
void sd_contexts_quiesce(void);     /* waits until no handler runs; only after sd_live was cleared */
void sd_skip(const struct sd_probe *p, enum sd_loss why);
bool sd_skipped_many(void);         /* more than MAXSKIPPED: the script was ended for it */
void sd_skip_enter(struct sd_cpu *cpu, const struct sd_probe *p);
void sd_leave_slow(struct sd_cpu *cpu);
void sd_run_process(const struct sd_probe *p);
void sd_lose(struct sd_ctx *c, enum sd_loss why);
void sd_count_missed(const struct sd_probe *p, u64 n);

/* ---- clock.c ---- */

void sd_clock_init(struct sd_cpu *cpu);
void sd_clock_stop(struct sd_cpu *cpu, const struct sd_probe *p);
void sd_watch_start(void);            /* before probes are attached */
void sd_watch_stop(void);

static __always_inline void sd_clock_start(struct sd_cpu *cpu, const struct sd_probe *p)
{
	cpu->clock.hits = cpu->count[p->index].hits;
	cpu->out.timed = true;
	cpu->clock.from = get_cycles();
}

/* ---- stage.c: attaching in steps ---- */

int sd_stage_start(void);             /* who calls it attaches; -ENOMEM */
void sd_stage_end(void);
unsigned int sd_stage_room(void);     /* how many places may be attached at once now */
int sd_stage_took(unsigned int n);    /* so many were: looks at the machine when that was a step. -ECANCELED: no more of them */

/* ---- load.c: what is known before anything is allocated ---- */

int sd_memory_check(void);            /* -EDQUOT, and said in the kernel's log: more than STP_MAXMEMORY, or than there is */
void sd_memory_tell(void);            /* into the control page */
/*
 * Every allocation goes through this, so that a test can see what comes of its failing: with the module's parameter
 * sd_fail_alloc=N the Nth does.
 */
#define sd_may_fail(...) (sd_alloc_fails() ? NULL : (__VA_ARGS__))
bool sd_alloc_fails(void);            /* process context */
/* Likewise what may refuse, with an error number: a registration with the kernel, and sd_fail_register=N. */
#define sd_may_refuse(...) (sd_register_fails() ? -EIO : (__VA_ARGS__))
bool sd_register_fails(void);         /* process context */
/*
 * Whether the module's parameter sd_without, a list with commas, names this way of doing something, so that the next
 * best is taken: hook (of returns), inline (doing its work in place), fprobe, ftrace, lookup (of names).
 */
bool sd_without(const char *way);

static inline struct sd_cpu *sd_cpu_of(struct sd_ctx *c)
{
	return container_of(c, struct sd_cpu, ctx);
}

/* The task that the hit is about. */
static __always_inline struct task_struct *sd_now(struct sd_ctx *c)
{
	return unlikely(c->flags & SD_CTX_OTHER) ? sd_cpu_of(c)->task : current;
}

/* Other stacks, of interrupts and exceptions, are not aligned to their size: how much is left of them cannot be seen. */
static __always_inline bool sd_on_task_stack(void)
{
	return current_stack_pointer - (unsigned long)task_stack_page(current) < THREAD_SIZE;
}

/* Whether the task's stack has less than MINSTACKSPACE left. */
static __always_inline bool sd_stack_short(void)
{
	unsigned int left = (unsigned int)current_stack_pointer & (THREAD_SIZE - 1);

	return unlikely(left < (unsigned int)sd_script.limits.minstackspace) && sd_on_task_stack();
}

/*
 * Into a handler of p. Returns null when the hit is to be skipped (and was
 * counted); otherwise interrupts are off and the context is this hit's alone:
 * an NMI, or a function that the handler calls and that is probed itself,
 * finds it busy. The caller fills regs, ip, site, then calls the handler.
 */
static __always_inline struct sd_ctx *sd_enter(const struct sd_probe *p, unsigned long *flags)
{
	struct sd_cpu *cpu;
	struct sd_ctx *c;

	raw_local_irq_save(*flags);
	cpu = this_cpu_read(sd_cpu_state);
	if (unlikely(READ_ONCE(cpu->shut) || sd_stack_short())) {
		sd_skip_enter(cpu, p);
		raw_local_irq_restore(*flags);
		return NULL;
	}
	cpu->busy = 1;
	barrier();
	c = &cpu->ctx;
	if (!c)
		__builtin_unreachable(); /* spares the callers' test */
	if (unlikely(--cpu->untimed < 0))
		sd_clock_start(cpu, p); /* inline: a call would have to keep everything the caller holds */
	c->probe = p;
	return c;
}

static __always_inline void sd_count_hit(struct sd_ctx *c, const struct sd_probe *p)
{
	sd_cpu_of(c)->count[p->index].hits++;
}

static __always_inline void sd_leave(struct sd_ctx *c, unsigned long flags)
{
	struct sd_cpu *cpu = sd_cpu_of(c);

	if (unlikely(cpu->out.open))
		sd_leave_slow(cpu);
	barrier();
	cpu->busy = 0;
	raw_local_irq_restore(flags);
}

/* ---- data.c ---- */

int sd_data_init(void);
void sd_data_exit(void);
u64 sd_maps_bytes(void);
u64 sd_stats_bytes(void);

/* ---- ring.c ---- */

extern struct sd_control *sd_control;

int sd_rings_init(void);
u64 sd_rings_bytes(void);
void sd_rings_exit(void);
void sd_out_close(struct sd_out *o);   /* the hit is over: its records are all there */
void sd_rings_overwrite(bool on);      /* nobody reads: the newest records are kept. Nobody may be writing */
bool sd_rings_ready(void);             /* some ring is a quarter full */
void *sd_rings_area(void);             /* of the mapping */

/* ---- control.c ---- */

int sd_control_init(void);
void sd_control_exit(void);
void sd_request_exit(void);            /* from any context */
void sd_error_state(void);             /* too many errors: error probes instead of end probes */
void sd_wake_reader(void);             /* process context */
bool sd_wait_reader(const struct sd_ring *ring); /* sleeps until tail moves; false: give up */
int sd_zone_set(const char *text); /* "SECONDS NAME"; not 0: it is something else */
sd_int sd_target(void);
sd_int sd_runner_id(bool user); /* number of the process that reads us, or its user */
pid_t sd_reader(void);                 /* the process that has the file, or had it last */

/* ---- error.c ---- */

void sd_report(struct sd_ctx *c);      /* writes the record of c->error, counts it, clears it */
void sd_report_fatal(struct sd_ctx *c); /* likewise, and the script ends whatever MAXERRORS says */
__printf(2, 3) void sd_complain(const struct sd_probe *p, const char *fmt, ...); /* an error of attach */
__printf(2, 3) void sd_warn(const struct sd_probe *p, const char *fmt, ...);     /* process context only */
/* Anywhere that a handler could run, while the script does: a warning, and a loss. */
__printf(3, 4) void sd_warn_hit(const struct sd_probe *p, enum sd_loss why, const char *fmt, ...);

/* ---- address.c ---- */

int sd_addresses_find(void);           /* of sd_script.symbols; reports what is not there. A module may come later */
void sd_addresses_forget(void);        /* also after a failure */

/* ---- symbols.c ---- */

/* One address to attach to. */
struct sd_spot {
	unsigned long ip;            /* of the symbol, plus offset */
	const struct sd_probe *probe;
	void *hook;                  /* return.c: what a return probe's calls hang on; NULL at entry */
	struct sd_callers *callers;  /* callers.c: who must have called; NULL: anybody */
	unsigned int place;
	unsigned int state;          /* enum sd_spot_state */
	unsigned int want;           /* modules.c: who asked for it */
	unsigned int set;            /* function.c: its registration */
};

/* NOTRACE: it does not, and there are too many of them. FTRACE: what ftrace takes; it is LEFT after all when attaching ends before its turn, as those that are still NEW then. */
enum sd_spot_state { SD_SPOT_NEW, SD_SPOT_FTRACE, SD_SPOT_KPROBE, SD_SPOT_REFUSED, SD_SPOT_NOTRACE, SD_SPOT_LEFT };

/* The handler p of a hit there, which was entered. */
static __always_inline void sd_run_spot(struct sd_ctx *c, const struct sd_probe *p, const struct sd_spot *s, unsigned long ip, struct pt_regs *r)
{
	sd_count_hit(c, p);
	c->regs = r;
	c->ip = ip;
	c->site = s->place;
	p->handler(c);
}

struct sd_spots {
	struct sd_spot *v;
	unsigned int n, cap;
};

/* Appends the addresses of a place of p; a name may have several. -ENOMEM or 0: what was not found is just not there. */
int sd_resolve(const struct sd_probe *p, unsigned int place, unsigned int want, struct sd_spots *out);
/* The address of a symbol of the kernel or of a loaded module; 0: there is none. */
unsigned long sd_address(const char *module, const char *name);
/* Up to so many functions that ftrace does not take get a kprobe each; of more, those that a pattern found are left out. */
enum { SD_LEFT_MAX = 100 };
/* Leaves out the new spots of patterns, either returns or entries; returns how many others are new. */
unsigned int sd_spots_give_up(struct sd_spot *v, unsigned int n, bool returns);
void sd_spots_free(struct sd_spots *s);
void sd_spots_sort(struct sd_spots *s);
/* A function that the kernel does not export, to be called; NULL where that cannot be had or may not be done. */
void *sd_lookup(const char *name);
/* Of a list of addresses in hexadecimal, with or without 0x, as backtrace() gives it: takes off the first. false: there is none. */
bool sd_next_address(struct sd_str *list, unsigned long *addr);
bool sd_module_loaded(const char *name);

/* ---- refused.c ---- */

const char *sd_refused_why(unsigned long ip); /* process context */

/* ---- callers.c ---- */

int sd_callers_find(struct sd_spot *s); /* what its probe wants of callers, as addresses; -errno: it cannot be attached */
bool sd_callers_fit(const struct sd_spot *s, struct pt_regs *r); /* registers of the hit; s has callers */
void sd_callers_free(struct sd_callers *c);

/* ---- points.c: kprobes, for function.c and statement.c ---- */

struct sd_point;
struct sd_points { /* begins as zeroes */
	struct sd_point *v;
	unsigned int n;
};

int sd_points_init(struct sd_points *p, unsigned int max);
int sd_points_add(struct sd_points *p, struct sd_spot *s); /* sets its state; -errno: it is refused */
void sd_points_detach(struct sd_points *p);
void sd_points_finish(struct sd_points *p);

/* ---- places.c: what was attached, and what not ---- */

/* A place of a probe, and its fate (enum sd_fate; more in the files that attach). */
struct sd_want {
	const struct sd_probe *probe;
	unsigned int place, fate;
};

void sd_places_tell(struct sd_want *v, unsigned int n); /* records for the runner; leaves v in another order */

/* ---- modules.c ---- */

/*
 * The places of one module, or of the kernel itself: attached and detached
 * together, with the module. data is that of the functions below.
 */
struct sd_scope {
	const char *module;          /* NULL: the kernel itself */
	unsigned int first, n;       /* of the wants */
	bool attached;
	int why;                     /* the last refusal */
	struct sd_spots spots;
	void *data;
};

/*
 * attach takes the sorted spots and sets their states; -errno when it cannot
 * go on (and has said so). finish comes after detach, when no handler runs.
 */
struct sd_scope_ops {
	int (*attach)(struct sd_scope *s);
	void (*detach)(struct sd_scope *s);
	void (*finish)(struct sd_scope *s);
};

/* All places of one kind of probe. Begins as zeroes. */
struct sd_scopes {
	const struct sd_scope_ops *ops;
	struct sd_want *wants;       /* by module, then in the order of the script */
	unsigned int nwants;
	struct sd_scope *scopes;     /* by name, the kernel first */
	unsigned int nscopes;
	struct mutex lock;           /* of the scopes: modules come and go while we attach and detach */
	struct notifier_block watch;
	bool watching;
};

int sd_scopes_attach(struct sd_scopes *p, const struct sd_probe *const *probes, unsigned int n, const struct sd_scope_ops *ops);
void sd_scopes_detach(struct sd_scopes *p);
void sd_scopes_finish(struct sd_scopes *p);

/* ---- fn_regs.c ---- */

struct task_struct *sd_task(struct sd_ctx *c, const struct sd_site *s, sd_int task); /* 0: current. RCU; NULL: raised */

/* ---- tracepoint.c ---- */

struct tracepoint;
struct tracepoint *sd_tracepoint(const char *name); /* one of the kernel's own; NULL: it has none of that name */

/* ---- task_filter.c ---- */

/* Which tasks a probe is about, ready for hits. */
struct sd_task_filter {
	pid_t pid;                   /* 0: any */
	struct path path;
	struct inode *inode;         /* of the program, not that of a layer below (d_real_inode); NULL: any */
	bool used;
};

/* Process context. -errno: complained, but for probes that may fail. free is for finish(), and for what was never made too. */
int sd_task_filter_init(struct sd_task_filter *f, const struct sd_probe *p, const struct sd_process *want);
void sd_task_filter_free(struct sd_task_filter *f);
/* Whether the current task is one of them. Any context but NMI. */
bool sd_task_belongs(const struct sd_task_filter *f);
/* The same without its program; t may be any task. */
bool sd_task_is(const struct sd_task_filter *f, const struct task_struct *t);
bool sd_task_is_user(const struct task_struct *t); /* no thread of the kernel, whatever it works for */
/* The inode of the current task's program, as an address to compare; NULL: there is none. */
const struct inode *sd_task_program(const struct task_struct *t);

/* The places of those probes that are about one kind of event. Begins as zeroes. */
struct sd_task_places {
	struct sd_task_place {
		const struct sd_probe *probe;
		unsigned int place;
		struct sd_task_filter filter;
	} *v;
	unsigned int n;
};
int sd_task_places_init(struct sd_task_places *t, const struct sd_probe *const *probes, unsigned int n, enum sd_task_event event); /* complains */
void sd_task_places_free(struct sd_task_places *t);

/* All processes that there are, each held; may sleep. -ENOMEM: none was seen. */
int sd_each_process(void (*f)(struct task_struct *t, void *data), void *data);

/* ---- uprobe.c ---- */

struct file;
/* Is it the file that the script was compiled for? -errno: complained. */
int sd_program_check(const struct sd_probe *p, struct file *f, const struct sd_program *want);

/* ---- lines.c ---- */

struct sd_text;
/* Of a kernel address, behind some text; parts: SD_LINE_*. False, and nothing: it is not known. */
bool sd_put_kernel_line(struct sd_ctx *c, struct sd_text *t, const char *before, unsigned long addr, unsigned int parts);

/* ---- user_mappings.c, user_symbols.c ---- */

void sd_user_mappings_init(void);      /* for names of user addresses, and stacks, before anything runs; what cannot be had has none */
void sd_user_mappings_exit(void);
void sd_user_symbols_exit(void);       /* before: locks of others' memory are given back */
void sd_read_build_id(struct file *f, char *hex); /* uprobe.c: lower case, in 2 * 64 + 1 bytes; empty when there is none */
void sd_raised_exit(void);             /* fn_signal.c: signals on their way arrive */

/* ---- cpus.c ---- */

/* Something on every processor. start and stop are called on it, in process context; an error of start undoes all. */
struct sd_each_cpu {
	struct hlist_node node;
	int (*start)(struct sd_each_cpu *e, unsigned int cpu);
	void (*stop)(struct sd_each_cpu *e, unsigned int cpu);
};

int sd_each_cpu_add(struct sd_each_cpu *e);
void sd_each_cpu_remove(struct sd_each_cpu *e);

/*
 * The same for what asks for locks that must not be asked for while processors come and go, such as those of performance
 * events: start and stop run in any task. A processor's part is stopped and started again when it is back.
 */
struct sd_each_cpu_later {
	struct list_head list;
	int (*start)(struct sd_each_cpu_later *e, unsigned int cpu); /* -ENODEV is no error where it has just gone */
	void (*stop)(struct sd_each_cpu_later *e, unsigned int cpu); /* also where start failed */
};

int sd_each_cpu_add_later(struct sd_each_cpu_later *e);
void sd_each_cpu_remove_later(struct sd_each_cpu_later *e); /* to be called when added, also in vain */

/* ---- input.c ---- */

void sd_input(char *s, size_t n); /* a piece of the runner's standard input; none: its end */

/* ---- filter.c ---- */

struct ftrace_ops;
/* Marks the spots that ftrace takes SD_SPOT_FTRACE, and leaves the others as they are. Returns how many it takes, or -errno. */
int sd_filter_ask(struct sd_spot *v, unsigned int n);
/* Puts such spots into the filter of ops. Those that it refuses after all become new. Returns how many it took, or -errno. */
int sd_filter_add(struct ftrace_ops *ops, struct sd_spot *v, unsigned int n);

/* ---- return.c ---- */

struct sd_returns;

/* Gives the return probes of v what their calls hang on, where that works with ftrace's callbacks. 0 or -ENOMEM. */
int sd_returns_create(struct sd_returns **rs, struct sd_spot *v, unsigned int n);
/* Registers those spots of v that are return probes and still new, by other means; why: the last refusal. 0 or -ENOMEM. */
int sd_returns_attach(struct sd_returns *rs, struct sd_spot *v, unsigned int n, int *why);
void sd_returns_detach(struct sd_returns *rs);
void sd_returns_finish(struct sd_returns *rs);
/* A function with a return probe is entered, as ftrace tells it. */
void sd_return_enter(const struct sd_spot *s, struct pt_regs *r);
/* For a function with one entry and one return probe, v: a callback that does both. false: in the general way. */
bool sd_return_both(struct ftrace_ops *ops, struct sd_spot *v);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contract between the generated C, the runtimes (kern/ and user/) and,
 * with wire.h, the runner. It is freestanding: no header is included here, so
 * that a script compiles in a few dozen milliseconds and knows no kernel.
 *
 * Names: sd_ is the runtime's prefix; everything generated is static but for
 * the one symbol sd_script.
 */
#ifndef SONDE_ABI_H
#define SONDE_ABI_H

#define SD_ABI 3

typedef long long sd_int;           /* the language's number */
typedef unsigned long long sd_uint;

#define sd_likely(x) __builtin_expect(!!(x), 1)
#define sd_unlikely(x) __builtin_expect(!!(x), 0)

/*
 * A string value: bytes and their number. Not NUL-terminated in general.
 * A value points at memory that outlives its use: a literal, a variable's
 * storage, or a buffer in the frame of the function that holds it.
 */
struct sd_str {
	const char *s;
	sd_uint n; /* bytes */
};

#define SD_STR_DATA(literal) { (literal), sizeof(literal) - 1 }
#define SD_STR(literal) ((struct sd_str){ (literal), sizeof(literal) - 1 })

/* Storage of a string variable: capacity is MAXSTRINGLEN - 1 bytes. */
#define SD_STRVAR(cap) struct { unsigned int n; char s[cap]; }

/* Why a handler stopped. The texts are in errors.def. */
enum sd_error {
	SD_OK,
#define SD_ERR(id, text) SD_ERR_##id,
#include "errors.def"
#undef SD_ERR
	SD_ERR_COUNT
};

/* A place in the script that can raise an error. */
struct sd_site {
	unsigned int id;    /* number of the site in the meta text ("site" lines) */
	const char *where;  /* "operator '/' at t.stp:1:20", for catch (message) */
};

/* Causes of loss, each counted per probe: the ledger. */
enum sd_loss {
	SD_LOSS_REENTRANT,   /* hit while a handler was running on this CPU */
	SD_LOSS_LOCK,        /* gave up waiting for a lock */
	SD_LOSS_RING,        /* a record did not fit into its ring */
	SD_LOSS_MISSED,      /* the kernel's own count of missed kprobe/kretprobe hits */
	SD_LOSS_TRUNCATED,   /* a string was cut at MAXSTRINGLEN */
	SD_LOSS_STACK,       /* too little kernel stack left */
	SD_LOSS_ERROR,       /* a handler was cut short by an error that --suppress-handler-errors hides */
	SD_LOSS_OFFLINE,     /* hit on a CPU that came online after the script was loaded */
	SD_LOSS_PLACE,       /* a place in a module that came while the script ran, and could not be probed */
	SD_LOSS_FAULT,       /* a read of memory failed: an error, unless the script caught it; no loss by itself */
	SD_LOSS_CALLERS,     /* of callees: who has called could not be told */
	SD_LOSS_COUNT
};

struct sd_probe;
struct sd_kind;
struct sd_match;
struct sd_map;
struct sd_stat;

#define SD_TRACE_MAX 8

/*
 * What a handler runs with. One per CPU, and one for the probes that run in
 * process context with nothing else active (begin, end, error).
 */
struct sd_ctx {
	void *regs;                   /* struct pt_regs of the hit, or 0 */
	const struct sd_probe *probe; /* the running probe */
	int actions;                  /* blocks left before MAXACTION */
	int nesting;                  /* function calls in progress */
	int error;                    /* enum sd_error; not 0: unwinding */
	int cpu;                      /* index of the context's ring */
	sd_uint sharing;              /* a bit for each shared lock that is held: only its own handler writes it */
	const struct sd_site *error_site;
	sd_int error_arg;             /* number for the message (an address, a limit) */
	char *sp, *stack, *stack_end; /* memory of frames, see sd_frame */
	sd_uint retval;               /* of the probed function, in return probes */
	sd_uint *entry;               /* values saved at entry, in return probes; a tracepoint's arguments */
	unsigned int site;            /* which of the probe's sites was hit */
	unsigned int flags;           /* runtime's own */
	sd_uint ip;                   /* address of the hit, 0 when there is none */
	sd_uint bias;                 /* of code of programs: how far its file was moved */
	unsigned char pages;          /* a missing page of the process may be got: the handler begins again then (SD_ERR_PAGE), */
	unsigned char effects;        /* unless it has had effects; what a handler reads behind its first is touched before (sd_probe.touch) */
	char error_text[256];         /* of error("…"); NUL-terminated */
	char scratch[64];             /* of intrinsics that make a short string */
	unsigned int ntrace;          /* calls the error came through, innermost first */
	const struct sd_site *trace[SD_TRACE_MAX];
	struct sd_match *match;       /* of handlers that ask for groups: the last =~ */
	struct sd_value_text *text;   /* $value of the kinds that have one, else 0 */
};

/* A string that goes between a handler and its kind of probe. */
struct sd_value_text {
	char *s;
	unsigned int n, cap;
};

/* One attached place of a probe: enough for pp() and probefunc(). */
struct sd_place {
	const char *function; /* probefunc(); 0: none, offset is an address */
	const char *module;   /* 0: the kernel itself */
	const char *symbol;   /* to attach to; 0: function */
	sd_uint offset;       /* bytes from the symbol */
	const char *pp;       /* pp() */
};

struct sd_probe {
	const struct sd_kind *kind;   /* in the runtime: sd_kind_begin, sd_kind_timer, … */
	void (*handler)(struct sd_ctx *c);
	void (*entry)(struct sd_ctx *c);  /* return probes: fills c->entry[] at entry; may be 0 */
	void (*touch)(struct sd_ctx *c);  /* in programs: tries the reads of the handler, before it runs; may be 0 */
	unsigned int nentry;          /* values entry() fills */
	unsigned int nplaces;
	const struct sd_place *places;
	const void *data;             /* the kind's own */
	const char *name;             /* as the user wrote it, for messages */
	const char *denied;           /* names of functions that its pattern left out: the first of ndenied */
	unsigned int ndenied;
	unsigned int index;           /* in sd_script.probes */
	unsigned int flags;           /* SD_PROBE_* */
	int priority;                 /* begin, end, error: lowest first; the table is sorted already */
};

#define SD_PROBE_OPTIONAL 1u /* places that cannot be attached are left out, without a word */
#define SD_PROBE_WILDCARD 4u /* likewise, but all probes of this name together must have one place */
#define SD_PROBE_REGS 2u     /* the handler reads registers other than those that carry arguments, and the stack pointer */

/* Limits of the script, by -D or default. */
struct sd_limits {
	int maxaction, maxaction_interruptible, maxstringlen, maxnesting, maxerrors, maxskipped;
	int maxtrylock, trylockdelay /* us */, minstackspace /* bytes */;
	int procfs_bufsize; /* 0: maxstringlen */
	int maxbacktrace;
	int kretactive; /* calls in flight of a return probe without .maxactive(n); 0: the runtime's choice */
};

/* A symbol of the kernel or of a module (0: the kernel) whose address the script needs. */
struct sd_symbol {
	const char *name, *module;
	sd_uint address;           /* found when the script is loaded */
	unsigned char optional;    /* lines are counted from it: they are not known then */
};

/* A function of a program or library; numbers are bytes of the file, and of the names. Sorted by offset. */
struct sd_user_symbol {
	unsigned int offset, size /* 0: not known */, name;
};

/* The code from an offset on is of a line. Sorted by offset. */
struct sd_user_line {
	unsigned int offset, line, source; /* number of the source; that of a null one: not known */
};

struct sd_user_object {
	const char *path;
	const char *build_id;      /* hex; "": it has none */
	const char *names;
	const struct sd_user_symbol *symbols;
	unsigned int nsymbols;
	const char *const *sources;
	const struct sd_user_line *lines;
	unsigned int nlines;
};

/* Source lines of a section of the kernel's code, or of a module's: core/lines.h. */
struct sd_line_section {
	const struct sd_symbol *at;
	sd_int distance;             /* from the symbol to where the section begins */
	unsigned int size;
	unsigned int first, count;   /* of the table's blocks */
	const void *table;
};

enum sd_script_flag {
	SD_SCRIPT_TIMED = 1,        /* -t: every handler's cycles are counted */
	SD_SCRIPT_QUIET_ERRORS = 2, /* --suppress-handler-errors: errors end the handler and are counted, no more; MAXSKIPPED is off */
	SD_SCRIPT_SKIP_BAD = 8,     /* --skip-badvars: what cannot be read of memory is 0, and counted as a fault */
	SD_SCRIPT_USER_NAMES = 16,  /* names of user addresses are asked for */
	SD_SCRIPT_USER_STACKS = 32, /* stacks of programs are */
	SD_SCRIPT_USER_CALLERS = 64, /* callees of programs are to be told by their stacks */
	SD_SCRIPT_ANY_RELEASE = 4,  /* -DSTP_NO_VERREL_CHECK: the release of the kernel is not checked when the module is loaded */
};

/* A global that is a number or a string: it can be set before the script starts. */
struct sd_setting {
	const char *name;
	void *value;      /* sd_int *, or the address of an SD_STRVAR(cap) */
	unsigned int cap; /* 0: a number */
};

/* The one symbol the generated C exports. */
struct sd_script {
	unsigned int abi;          /* SD_ABI */
	unsigned int nprobes;
	const struct sd_probe *const *probes;
	const char *release;       /* identity of the kernel it was built for: uname -r */
	const char *version;       /* UTS_VERSION */
	const char *build_id;      /* hex, "" when unknown */
	const char *meta;          /* text for the runner, see wire.h */
	sd_uint meta_len;
	unsigned int frame_bytes;  /* frame memory one context needs */
	unsigned int ring_bytes;   /* per CPU, power of two; 0: the runtime's default */
	struct sd_limits limits;
	struct sd_map *const *maps;   /* arrays and scalar statistics: the runtime gives them memory */
	struct sd_stat *const *stats;
	unsigned int nmaps, nstats;
	struct sd_symbol *symbols;
	unsigned int nsymbols;
	unsigned int flags;           /* enum sd_script_flag */
	sd_uint overload_threshold, overload_interval; /* cycles in handlers of one CPU, in so many cycles; threshold 0: no control */
	sd_uint max_memory;           /* bytes, 0: no limit */
	const struct sd_user_object *objects; /* for names of user addresses */
	unsigned int nobjects;
	const struct sd_setting *settings;
	unsigned int nsettings;
	const struct sd_line_section *lines; /* for lines of kernel addresses */
	unsigned int nlines;
};
extern const struct sd_script sd_script;

/* "name=value": NULL, or what is wrong with it. Before anything of the script runs. core/settings.c */
const char *sd_set(const char *text);

/* ---- Errors and limits --------------------------------------------------- */

/* Raises an error: sets c->error unless one is being handled already. The caller then unwinds. */
void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg);

/* A call through which an error comes back: one line of the chain up to the probe. */
static inline void sd_called(struct sd_ctx *c, const struct sd_site *site)
{
	if (c->ntrace < SD_TRACE_MAX)
		c->trace[c->ntrace++] = site;
}

/* The message of the error in c, without its place, into dst. Then: no error. */
struct sd_str sd_error_text(struct sd_ctx *c, char *dst, sd_uint cap);
void sd_error_clear(struct sd_ctx *c);
/* The record of an error in c (site, probe and arg: -1, -1, 0 for none). */
void sd_error_record(struct sd_ctx *c, unsigned int id, sd_int site, sd_int probe, sd_int arg, struct sd_str text);

/* For try/catch: formats the message into dst, clears the error. Returns the message as a value in dst. */
struct sd_str sd_catch(struct sd_ctx *c, char *dst, sd_uint cap);

/*
 * In sd_ctx.flags: begin, end or error, where MAXACTION_INTERRUPTIBLE holds; a function with a return probe is being
 * entered; the current task is not the one that the hit is about.
 */
enum { SD_CTX_INTERRUPTIBLE = 1, SD_CTX_ENTRY = 2, SD_CTX_OTHER = 4 };

/* Handlers that charge, or call functions, begin with this. */
static inline void sd_actions_begin(struct sd_ctx *c)
{
	c->actions = c->flags & SD_CTX_INTERRUPTIBLE ? sd_script.limits.maxaction_interruptible : sd_script.limits.maxaction;
	c->nesting = 0;
}

/* Charges n blocks; true when the limit was passed (the error is then raised). */
static inline int sd_charge(struct sd_ctx *c, int n, const struct sd_site *site)
{
	c->actions -= n;
	if (sd_unlikely(c->actions < 0)) {
		sd_raise(c, SD_ERR_MAXACTION, site, c->flags & SD_CTX_INTERRUPTIBLE);
		return 1;
	}
	return 0;
}

/* Memory for the strings of one function call; given back by restoring c->sp. 0 when out of it (raised). */
static inline void *sd_frame(struct sd_ctx *c, sd_uint bytes, const struct sd_site *site)
{
	char *p = c->sp;

	if (sd_unlikely(bytes > (sd_uint)(c->stack_end - p))) {
		sd_raise(c, SD_ERR_MAXNESTING, site, 0);
		return 0;
	}
	c->sp = p + bytes;
	return p;
}

static inline int sd_call_enter(struct sd_ctx *c, const struct sd_site *site)
{
	if (sd_unlikely(++c->nesting > sd_script.limits.maxnesting)) {
		c->nesting--;
		sd_raise(c, SD_ERR_MAXNESTING, site, 0);
		return 1;
	}
	return 0;
}

static inline sd_int sd_div(struct sd_ctx *c, sd_int a, sd_int b, const struct sd_site *site)
{
	if (sd_unlikely(b == 0)) {
		sd_raise(c, SD_ERR_DIVISION, site, 0);
		return 0;
	}
	return b == -1 ? (sd_int)(0 - (sd_uint)a) : a / b;
}

static inline sd_int sd_mod(struct sd_ctx *c, sd_int a, sd_int b, const struct sd_site *site)
{
	if (sd_unlikely(b == 0)) {
		sd_raise(c, SD_ERR_DIVISION, site, 0);
		return 0;
	}
	return b == -1 ? 0 : a % b;
}

/* Shift counts outside 0…63 behave as on x86: modulo 64. */
static inline sd_int sd_shl(sd_int a, sd_int b) { return (sd_int)((sd_uint)a << (b & 63)); }
static inline sd_int sd_shr(sd_int a, sd_int b) { return a >> (b & 63); }
static inline sd_int sd_ushr(sd_int a, sd_int b) { return (sd_int)((sd_uint)a >> (b & 63)); }

/* ---- Locks: one per global that needs one, taken in order of address ------ */

struct sd_lock { int v; }; /* 0 free, n > 0 readers, -1 writer */

int sd_lock_slow(struct sd_ctx *c, struct sd_lock *l, int write); /* 0 when taken; 1: time-out (counted, handler skipped) */

static inline int sd_lock_write(struct sd_ctx *c, struct sd_lock *l)
{
	int free = 0;

	if (sd_likely(__atomic_compare_exchange_n(&l->v, &free, -1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		return 0;
	return sd_lock_slow(c, l, 1);
}

static inline int sd_lock_read(struct sd_ctx *c, struct sd_lock *l)
{
	int n = __atomic_load_n(&l->v, __ATOMIC_RELAXED);

	if (sd_likely(n >= 0 && __atomic_compare_exchange_n(&l->v, &n, n + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		return 0;
	return sd_lock_slow(c, l, 0);
}

/*
 * A global that handlers on all processors update by single atomic operations, and that now and then one handler wants
 * for itself: who updates only marks its own context (bit: of the global), so that hits on different processors touch no
 * common memory but the global's; who wants it alone takes the lock, which keeps new ones out, and then looks at all
 * contexts until the mark is gone.
 */
int sd_share_slow(struct sd_ctx *c, struct sd_lock *l, sd_uint bit); /* both as sd_lock_slow */
int sd_lock_alone(struct sd_ctx *c, struct sd_lock *l, sd_uint bit); /* given back by sd_unlock_write() */

static inline int sd_share(struct sd_ctx *c, struct sd_lock *l, sd_uint bit)
{
	__atomic_store_n(&c->sharing, c->sharing | bit, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST); /* either we see the lock taken, or who took it sees the mark */
	if (sd_likely(!__atomic_load_n(&l->v, __ATOMIC_ACQUIRE)))
		return 0;
	return sd_share_slow(c, l, bit);
}

static inline void sd_unshare(struct sd_ctx *c, sd_uint bit)
{
	__atomic_store_n(&c->sharing, c->sharing & ~bit, __ATOMIC_RELEASE);
}

static inline void sd_unlock_write(struct sd_lock *l) { __atomic_store_n(&l->v, 0, __ATOMIC_RELEASE); }
static inline void sd_unlock_read(struct sd_lock *l) { __atomic_fetch_sub(&l->v, 1, __ATOMIC_RELEASE); }

/* ---- Strings (core/string.c) ---------------------------------------------- */

void sd_raised(struct sd_ctx *c);    /* there is an error: to be looked at when the handler is done */
void sd_truncated(struct sd_ctx *c); /* counts SD_LOSS_TRUNCATED */
void sd_faulted(struct sd_ctx *c);   /* counts SD_LOSS_FAULT */

/* Copies a value into storage of cap bytes; what does not fit is cut and counted. */
struct sd_str sd_str_copy(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str v);
#define sd_str_set(c, var, v) ((var)->n = (unsigned int)sd_str_copy((c), (var)->s, sizeof((var)->s), (v)).n)
#define sd_str_get(var) ((struct sd_str){ (var)->s, (var)->n })

struct sd_str sd_concat(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str a, struct sd_str b); /* dst may be a.s */
int sd_str_cmp(struct sd_str a, struct sd_str b); /* <0, 0, >0, bytes unsigned */
static inline int sd_str_eq(struct sd_str a, struct sd_str b)
{
	return a.n == b.n && (a.s == b.s || !sd_str_cmp(a, b));
}

/* ---- Regular expressions (core/regex.c) -------------------------------------
 * A deterministic automaton over classes of bytes. State 0 matches nothing any
 * more, state 1 is the first. With groups (ngroups > 0), a step may have a
 * list of moves: pairs (register, source) up to SD_REGEX_POS; source
 * SD_REGEX_POS is the position behind the byte. A matching state's list is
 * one source a tag: start of the match, then start and end of each group.
 */
enum { SD_REGEX_REGS = 64, SD_REGEX_GROUPS = 16, SD_REGEX_NIL = 254, SD_REGEX_POS = 255 };

struct sd_regex {
	unsigned short nclasses, nstates, ngroups /* with the whole match */, nregs;
	const unsigned char *classes;     /* [256] */
	const unsigned short *next, *op;  /* [nstates * nclasses]; op: offset into ops, 0: none */
	const unsigned short *final, *final_end; /* [nstates]: 0, or a match here; at the end of the string. Offsets into ops */
	const unsigned char *ops;
};

/* What matched(n) is about. */
#define SD_REGEX_NONE ~0u
struct sd_match {
	unsigned int ngroups;             /* 0: the last =~ did not match, or there was none */
	unsigned int at[2 * SD_REGEX_GROUPS];
	unsigned int n, cap;
	char *s;                          /* the string that was matched, kept */
};

int sd_regex_test(const struct sd_regex *re, struct sd_str v);
int sd_regex_match(struct sd_ctx *c, const struct sd_regex *re, struct sd_str v); /* into c->match */

/* ---- Embedded C (core/embedded.c): strings that end with a NUL --------------- */

void sd_cstr_put(char *to, sd_uint size, struct sd_str v); /* what does not fit is cut */
struct sd_str sd_cstr_get(const char *s, sd_uint max);

/* ---- Output ----------------------------------------------------------------
 * A record is a header, then the arguments in order: a number is 8 bytes, a
 * string its length in 8 bytes and its bytes padded to 8.
 */
#define SD_STR_BYTES(n) (8 + (((n) + 7) & ~(sd_uint)7))

enum sd_record {
	SD_REC_PAD,      /* to the end of the ring */
	SD_REC_PRINTF,   /* id: format number; arguments */
	SD_REC_TEXT,     /* string: print("…") of computed text, and everything without a format */
	SD_REC_ERROR,    /* id: enum sd_error; number: site id, -1: none (a probe could not be attached); number: probe index;
			    number: arg; string: the message without its place; number: n, then n numbers: the sites of the
			    calls the error came through, innermost first */
	SD_REC_WARNING,  /* string */
	SD_REC_LOG,      /* string: log("…") goes to the runner's stderr side as a line of its own */
	SD_REC_LOSS,     /* id: enum sd_loss; number: probe index; number: count */
	SD_REC_HITS,     /* number: probe index; number: hits */
	SD_REC_TIME,     /* number: probe index; numbers: runs, cycles of all, of the shortest, of the longest */
	SD_REC_UNPLACED, /* id: enum sd_fate; number: probe index; number: places; string: the first of their names, by spaces */
	SD_REC_HIST,     /* id: enum sd_hist_flag; numbers: low, high, width, number of buckets, then their counts */
	SD_REC_ASK,      /* id: enum sd_ask; number; string: the runner does something, when it comes to this record */
};

/* Why a place of a probe was not attached. Of the addresses that one name has, the one that fared best counts: the highest. */
enum sd_fate {
	SD_FATE_ABSENT,   /* the kernel, or the module, has no such function */
	SD_FATE_AWAY,     /* it is in a module that was never there */
	SD_FATE_STOPPED,  /* the script ended before its turn came */
	SD_FATE_NOTRACE,  /* ftrace does not take it, and there are too many for breakpoints */
	SD_FATE_REFUSED,  /* the kernel does not take it */
	SD_FATE_DENIED,   /* a pattern leaves it out, as it had better not be probed */
	SD_FATE_COUNT
};

/* What the runner is asked for. The number is that of a speculation. */
enum sd_ask {
	SD_ASK_SYSTEM,      /* string: a command to be started */
	SD_ASK_SWITCH_FILE, /* the output goes on in the next file */
	SD_ASK_SPECULATE,   /* string: to be kept */
	SD_ASK_COMMIT,      /* what was kept is printed here */
	SD_ASK_DISCARD,     /* what was kept is dropped */
	SD_ASK_COUNT
};

enum sd_hist_flag { SD_HIST_LINEAR = 1, SD_HIST_NEWLINE = 2 };

/* Room for bytes of arguments; 0 when the ring is full (counted). Then put, then sd_rec_end. */
char *sd_rec_begin(struct sd_ctx *c, unsigned int type, unsigned int id, sd_uint bytes);
void sd_rec_end(struct sd_ctx *c);

static inline char *sd_put_int(char *p, sd_int v)
{
	*(sd_int *)p = v;
	return p + 8;
}
char *sd_put_str(char *p, struct sd_str v);

/* sprintf into dst with the language's formats; args in the order of the format (core/format.c). */
struct sd_value {
	int is_string;
	union {
		sd_int i;
		struct sd_str s;
	};
};
struct sd_str sd_sprintf(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str fmt, const struct sd_value *args,
			 unsigned int nargs, const struct sd_site *site);

/* ---- Memory of the probed machine, safely ---------------------------------- */

/* Reads size (1, 2, 4, 8) bytes at addr, zero-extended. A bad address raises SD_ERR_FAULT and gives 0. */
sd_uint sd_kread(struct sd_ctx *c, sd_uint addr, unsigned int size, const struct sd_site *site);
sd_uint sd_uread(struct sd_ctx *c, sd_uint addr, unsigned int size, const struct sd_site *site);
/* The same, of a process, where nothing comes of it but that a missing page is got. */
sd_uint sd_utouch(struct sd_ctx *c, sd_uint addr, sd_uint n);
/* A NUL-terminated string of at most max bytes into dst (cap bytes). */
struct sd_str sd_kread_str(struct sd_ctx *c, char *dst, sd_uint cap, sd_uint addr, sd_uint max, const struct sd_site *site);
struct sd_str sd_uread_str(struct sd_ctx *c, char *dst, sd_uint cap, sd_uint addr, sd_uint max, const struct sd_site *site);

/* n bytes as they are, into dst. In the user runtime, which has no kernel's memory, both read the program's own. */
struct sd_str sd_kread_bytes(struct sd_ctx *c, char *dst, sd_uint addr, sd_uint n, const struct sd_site *site);
struct sd_str sd_uread_bytes(struct sd_ctx *c, char *dst, sd_uint addr, sd_uint n, const struct sd_site *site);
/* Over them, as %m and %M call them: at least one byte, at most cap. */
struct sd_str sd_fn_kernel_bytes(struct sd_ctx *c, const struct sd_site *site, char *dst, sd_uint cap, sd_int addr, sd_int n);
struct sd_str sd_fn_user_bytes(struct sd_ctx *c, const struct sd_site *site, char *dst, sd_uint cap, sd_int addr, sd_int n);
/*
 * Writes bits of a value of size bytes at addr: `bits` of them, from bit shift up; what lies beside them stays. A bad
 * or read-only address raises SD_ERR_WRITE.
 */
void sd_kwrite(struct sd_ctx *c, sd_uint addr, unsigned int size, unsigned int shift, unsigned int bits, sd_int value,
	       const struct sd_site *site);
void sd_uwrite(struct sd_ctx *c, sd_uint addr, unsigned int size, unsigned int shift, unsigned int bits, sd_int value,
	       const struct sd_site *site);
/* The address, on this processor, of a variable that each has of its own. */
sd_uint sd_percpu(sd_uint addr);

static inline sd_uint sd_merge_bits(sd_uint old, unsigned int shift, unsigned int bits, sd_int value)
{
	sd_uint mask = (bits >= 64 ? ~(sd_uint)0 : ((sd_uint)1 << bits) - 1) << shift;

	return (old & ~mask) | ((sd_uint)value << shift & mask);
}

/* Operators of DWARF expressions whose operands C would not take. */
static inline sd_int sd_loc_shl(sd_int a, sd_int b) { return (sd_uint)b < 64 ? (sd_int)((sd_uint)a << b) : 0; }
static inline sd_int sd_loc_shr(sd_int a, sd_int b) { return (sd_uint)b < 64 ? (sd_int)((sd_uint)a >> b) : 0; }
static inline sd_int sd_loc_shra(sd_int a, sd_int b) { return a >> ((sd_uint)b < 64 ? b : 63); }
static inline sd_int sd_loc_div(sd_int a, sd_int b) { return !b ? 0 : b == -1 ? (sd_int)(0 - (sd_uint)a) : a / b; }
static inline sd_int sd_loc_mod(sd_int a, sd_int b) { return b ? (sd_int)((sd_uint)a % (sd_uint)b) : 0; }
static inline sd_int sd_loc_abs(sd_int a) { return a < 0 ? (sd_int)(0 - (sd_uint)a) : a; }

/* ---- Objects as text (core/text.c) ------------------------------------------- */

struct sd_text { /* being written */
	char *s;
	sd_uint n, cap;
	int cut;                   /* something did not fit, and was counted */
};

void sd_text_put(struct sd_ctx *c, struct sd_text *t, struct sd_str v); /* what does not fit is cut */
void sd_text_number(struct sd_ctx *c, struct sd_text *t, int how, sd_int v); /* 'i' 'u' 'p', 'c' in quotes */
void sd_text_quoted(struct sd_ctx *c, struct sd_text *t, struct sd_str v);
/* What a char pointer points at; the pointer itself, when that raised SD_ERR_FAULT (which is forgotten). */
void sd_text_pointed(struct sd_ctx *c, struct sd_text *t, struct sd_str v, sd_int pointer);

struct sd_enumerator {
	sd_int value;
	const char *name;
};
/* The name of a value, or its digits in dst. */
struct sd_str sd_enum_name(struct sd_ctx *c, const struct sd_enumerator *v, sd_uint n, sd_int value, char *dst, sd_uint cap);

#define SD_REG(c, offset) (*(sd_uint *)((char *)(c)->regs + (offset)))

/* ---- Arrays and statistics --------------------------------------------------- */
#include "stat.h"
#include "map.h"

/* The six arguments of a system call, from the registers of its program at an address of the kernel; 0: an error was raised. */
int sd_syscall_args(struct sd_ctx *c, const struct sd_site *site, sd_uint regs, sd_uint *args);

/* ---- Intrinsic functions: builtin.def of the compiler names them ------------ */
#include "intrinsics.h"

/* ---- Variables of the kind of probe: compiler/sema/target_value.c makes calls of these, scripts cannot ------ */
struct sd_str sd_fn_hit_text(SD_FN_STR);
struct sd_str sd_fn_hit_text_set(SD_FN_STR, struct sd_str v);
struct sd_str sd_fn_hit_text_append(SD_FN_STR, struct sd_str v);
sd_int sd_fn_hit_number_set(SD_FN, sd_int slot, sd_int v);

/* ---- @perf("name"): compiler/sema/resolve_target.c makes calls of it ------ */
sd_int sd_fn_perf_counter(SD_FN, struct sd_str name);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sema makes of a script and emit prints: functions, globals and probes
 * with every name resolved, every type known and every target variable turned
 * into a fetch program. Annotated nodes point into these structures:
 *
 *	IDENT, and INDEX's base: sym = struct symbol
 *	CALL:                    sym = struct func, or info = const struct builtin
 *	TARGET, DEREF, ATVAR, CAST, ADDRESS: info = struct fetch
 *	PRINT:                   info = struct format; NULL when it prints a HIST
 *	REGEX:                   info = struct regex
 *	EMBEDDED:                info = struct embedded
 *	FOREACH:                 num stays; info = struct loop_order when it is sorted
 */
#ifndef SONDE_SEMA_PLAN_H
#define SONDE_SEMA_PLAN_H

#include "base/map.h"
#include "sema/builtin.h"
#include "sema/fetch.h"
#include "syntax/ast.h"
#include "types/arch.h"
#include "types/db.h"

struct func;
struct regex;
struct embedded;
struct provider;

/* SHARE_GROUP: handlers that only update it hold a shared lock and do so by atomic operations; all others hold it alone. */
enum sharing { SHARE_NONE, SHARE_ATOMIC, SHARE_GROUP, SHARE_LOCK };
enum { GROUPS_MAX = 64 };

/* What a number points at, where that is known: it lets 'p->field' work without @cast. */
struct ctype {
	const struct type *type; /* NULL: unknown */
	bool address;            /* the number is the address of an object of that type, not a value of it */
	bool user;               /* in user space */
	bool conflict;           /* assigned from pointers to different things: unknown for good */
};

/* How a global is used, which the first use settles. */
enum shape { SHAPE_UNKNOWN, SHAPE_SCALAR, SHAPE_ARRAY };

/* What is asked of a statistic, and so stored. */
struct stat_spec {
	bool sum, min, max, var, log, linear;
	int64_t shift;               /* of var */
	int64_t low, high, width;    /* of linear */
	const struct node *var_by, *linear_by; /* who said so first */
};

enum { LINEAR_BUCKETS_MAX = 1024 };

/* A sorted loop: the number of its memory in the array. */
struct loop_order {
	unsigned number;
};

struct symbol {
	const char *name;
	const char *cname;      /* in the generated C: g_n, l_x, l_x_2 */
	enum vtype type;
	struct node *typed_by;  /* the node that settled the type, for mismatch notes */
	struct ctype ctype;     /* of its values */
	struct node *decl;      /* GLOBAL, PARAM, or the first IDENT of a local */
	bool global, param, library;
	bool replaces;          /* a script's global in place of the library's */
	bool read, written;
	bool mentioned;         /* locals: prune left a use of it */
	enum shape shape;
	struct node *shaped_by;
	unsigned nkeys;         /* arrays */
	struct symbol *keys;    /* nkeys: only name, type and typed_by are used */
	unsigned norders;       /* sorted loops over it, at different places of the script */
	struct VEC(uint32_t) order_at; /* where they stand */
	bool ordered;           /* something depends on the order of insertion */
	struct stat_spec stat;
	struct symbol *value_of; /* a local that foreach gives the values of this array */
	unsigned index;         /* globals: number in the plan, the order of locks */
	enum sharing lock;    /* globals: decided in sema/locks.c */
	unsigned group;         /* of SHARE_GROUP: number among those */
	const char *lock_why;   /* for --dump=locks */
};

struct symbol_list VEC(struct symbol *);

/* The body of a function or of a probe: one scope of locals. */
struct scope {
	struct symbol_list locals; /* params first */
	struct map by_name;
	struct func *func;         /* NULL in a probe */
	struct plan_probe *probe;  /* NULL in a function */
	const struct source *source; /* where private names are looked up */
};

struct func {
	const char *name, *cname;
	struct node *decl;
	struct scope scope;
	unsigned nparams;
	int64_t priority;          /* of overloads; lower goes first */
	struct func *next;         /* who is called by 'next'; NULL: nobody */
	bool hands_on;             /* has a 'next': keeps its arguments as they came */
	enum vtype ret;            /* VT_VOID when it returns nothing */
	struct node *typed_by;
	struct ctype ctype;        /* of what it returns */
	bool used, recursive, library;
	bool pure;                 /* a call has no effect but its value, or an error: sema/pure.c */
	unsigned mark;
	struct VEC(struct func *) calls;
};

struct format {
	const char *text;       /* for the runner, or for sd_sprintf */
	uint32_t len;
	const char *types;      /* 'l' and 's', one per argument that is sent */
	struct node_list args;  /* what is sent, in order */
	const char *shown;      /* types, with a 'c' for each literal that became part of the text */
	struct node_list literals; /* those, STRINGs */
	unsigned id;            /* of those that the runner formats */
	bool returns;           /* sprint family */
};

/* A place of a probe, before it is emitted. */
struct plan_place {
	const char *function, *module;
	const char *symbol;       /* what offset counts from; NULL: function; without that, offset is an address */
	uint64_t offset;
	const char *pp;
	const void *data;         /* the provider's own, of this place; it does not keep places apart */
};

/*
 * A variable that the kind of probe itself provides, such as $value. Numbers are in sd_ctx.entry,
 * strings in sd_ctx.text: what the runtime's kind puts there.
 */
struct target_value {
	const char *name;    /* with its '$' */
	const char *ctype;   /* of a number, as in C: "struct sk_buff *"; NULL: a string */
	unsigned slot;       /* numbers: which of sd_ctx.entry */
	enum { VALUE_READ, VALUE_WRITE, VALUE_GURU } access; /* GURU: written to in guru mode only */
};

/* What target variables mean at a group of places. */
struct target_ctx {
	struct type_db *types;
	const struct arch *arch;
	const struct type *proto;   /* of the probed function; NULL: there are none */
	const char *function;
	bool is_return;
	const struct target_value *values; /* ended by one without a name; NULL: none */
	/* Of tracepoints: */
	const int *saved;           /* parameter i is the runtime's saved value saved[i], -1: none; NULL: parameters are in registers */
	const char *system, *event; /* $$system, $$name */
	const char *provider;       /* $$provider, of markers */
	const struct type *record;  /* what the event's record is made of; NULL: not known */
	const char *arrays;         /* of what types the arrays behind it are: struct trace_event */
	unsigned record_slot;       /* the saved value that is its address */
	const struct var_scope *scope; /* variables at the place, from debuginfo; NULL: parameters by the calling convention */
	const char *module;         /* whose globals @var means; NULL: the kernel; with user, the path of a program */
	/* Of code of programs: */
	bool user;                  /* memory is the process's */
	bool words;                 /* types are not known: what is returned is a word */
	const struct variable *args; /* $arg1 and so on */
	unsigned nargs;
	bool args_listed;           /* they are $$parms, too */
};

/* What a return probe wants of the time of entry. */
struct entry_value {
	struct fetch *fetch; /* a target variable, or */
	struct node *expr;   /* any expression */
};

struct plan_probe {
	unsigned index;
	const struct provider *provider;
	void *data;               /* the provider's own */
	const char *name;         /* as the user wrote it */
	const char *from;         /* what its aliases made of it, nearest first; NULL: it is no alias */
	struct range where;       /* the point in the user's script */
	struct range declared;    /* the whole probe there */
	struct node *body;
	struct scope scope;
	struct target_ctx target;
	struct VEC(struct plan_place) places;
	struct VEC(struct entry_value) entries; /* return probes: saved when the function is entered */
	int64_t priority;
	bool uncharged;           /* bounded by itself: MAXACTION does not count */
	bool optional, wildcard;
	unsigned ndenied;         /* functions that its pattern matches, and leaves out */
	const char *denied;       /* the first of their names */
	bool unusable;               /* -L: its variables cannot be had here */
	bool concurrent;             /* concurrent: may run at the same time as another handler */
	bool uses_regs;
	bool uses_record;
	struct symbol_list globals;      /* it or its functions touch */
	struct VEC(unsigned) global_use; /* USE_* beside globals */
	const char *touch;               /* likewise; NULL: none */
	const char *handler, *entry;     /* emit's: names of the C functions, which probes alike share */
};

enum {
	USE_READ = 1,
	USE_WRITE = 2,
	USE_MANY = 4,    /* more than one access, or in a loop, or through a function */
	USE_UPDATES = 8, /* nothing but updates by atomic operations, whose value is not looked at */
};

/* Functions of a program or library, for names of user addresses; sorted by offset, one at each. */
struct plan_object {
	const char *path;           /* in the running system */
	const char *build_id;       /* "": none */
	struct plan_symbol {
		uint32_t offset, size; /* in the file */
		const char *name;
	} *symbols;
	unsigned nsymbols;
	struct plan_line {          /* the code from here on; sorted by offset */
		uint32_t offset, line, source; /* source: number; NO_SOURCE: none is known */
		uint32_t order;
	} *lines;
	unsigned nlines;
	const char **sources;
	unsigned nsources;
};
enum { NO_SOURCE = 0xffffffff };

/* Lines of the kernel's code, or of a module's: types/dwarf_table.h. */
struct plan_lines {
	const char *module; /* NULL: the kernel */
	const void *data;
	size_t size;
	const char *path;   /* a file with that; NULL: none */
	const struct plan_part {
		const char *symbol;
		int64_t distance;
		uint32_t size, first, count;
	} *parts;
	unsigned nparts;
};

struct plan {
	struct arena *arena;
	struct VEC(struct func *) funcs;        /* used ones, in order of first use */
	struct symbol_list globals;             /* used ones */
	struct VEC(struct plan_probe *) probes;
	struct VEC(struct format *) formats;
	struct VEC(struct regex *) regexes;     /* different patterns, in order of first use */
	bool uses_match;                        /* somewhere there is a matched() or ngroups() */
	struct VEC(struct embedded *) embedded; /* used pieces of embedded C: functions and expressions */
	struct VEC(struct node *) embedded_top; /* those at top level, in order */
	struct VEC(struct plan_object) objects; /* where the script asks for names of user addresses */
	struct VEC(struct plan_lines) lines;    /* where it asks for lines of kernel addresses */
	bool kernel_lines;                      /* it does */
	bool user_names, user_stacks, user_lines; /* the script asks for those of addresses in programs */
	bool user_callers;                      /* callees of programs count when the right functions have called */
	unsigned nlibrary_files, naliases, nembeds;
	unsigned uninlined;                     /* points whose inlined instances nobody could tell */
};

/* Options of the language that sema and emit need. */
struct limits {
	int64_t maxaction, maxaction_interruptible, maxstringlen, maxnesting, maxerrors, maxskipped;
	int64_t maxtrylock, trylockdelay, minstackspace, maxmapentries, callee_matchall;
	int64_t procfs_bufsize; /* 0: maxstringlen */
	int64_t maxbacktrace;
	int64_t kretactive; /* 0: the runtime's choice */
	int64_t overload_threshold, overload_interval; /* cycles; threshold 0: no overload control */
	int64_t maxmemory;                             /* kB; 0: no limit */
};

/* The symbol of a variable or of the array of an element; NULL for anything else. */
struct symbol *lvalue_symbol(const struct node *n);
/* The symbol whose statistic an operand of an extractor means. */
struct symbol *stat_symbol(const struct node *n);

#endif

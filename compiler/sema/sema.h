/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Semantic analysis, pass 2: from trees to a plan. The door for the driver is
 * sema_run(); the rest is what the files of this layer share.
 */
#ifndef SONDE_SEMA_SEMA_H
#define SONDE_SEMA_SEMA_H

#include "base/diag.h"
#include "base/map.h"
#include "base/diag.h"
#include "sema/plan.h"
#include "syntax/syntax.h"

struct library;

struct alias {
	struct node *decl;  /* ALIAS */
	struct node *point; /* the name, one POINT of decl->list2 */
	bool busy;          /* being expanded: finds recursion */
};

/* -l and -L: what a probe point stands for, instead of probes. */
struct listed {
	const char *text;         /* an alias as it is called, or a place */
	const struct target_ctx *target;
	const char *variables;    /* instead of target: they as text */
	struct plan_probe *probe; /* of an alias, for -L: its locals; NULL where it cannot be had */
};

struct listing {
	bool variables;           /* -L */
	struct VEC(struct listed) v;
	struct map seen;          /* texts of aliases */
};

struct sema {
	struct arena *arena;
	struct kernel *kernel;
	struct plan *plan;
	struct library *library; /* NULL: none */
	bool guru;
	bool unoptimized;        /* -u */
	bool user;               /* for the user runtime: kernel is NULL */
	struct listing *listing; /* -l, -L; NULL: analyse for real */
	int64_t maxstringlen;
	struct syntax *syntax;   /* for the text of display.c */
	/* Types of headers, "<a.h><b.h>", of the kernel or of programs. NULL: reported about the text at where. */
	struct type_db *(*headers)(void *data, const char *text, bool kernel, struct range where);
	void *headers_data;
	const char *const *given; /* -G: ngiven times "NAME=VALUE" */
	unsigned ngiven;
	bool skip_badvars;       /* --skip-badvars */
	bool callee_matchall;    /* -DSTAP_CALLEE_MATCHALL */
	struct VEC(const char *) programs; /* files whose symbols may be asked for: of -d and process("PATH") */
	unsigned nobjects;       /* the first so many are those of -d */
	struct VEC(const char *) modules; /* of -d: their lines */
	bool all_modules;        /* --all-modules: of all */
	bool checking;           /* --check: nothing will run, so lines are not looked for */
	bool ldd;                /* --ldd: of what these are linked with, too */
	const char *command, *target_pid, *sysroot; /* -c, -x, --sysroot; or NULL */
	bool no_display;         /* --no-global-var-display */
	bool displaying;         /* display.c's text sees private names */
	struct VEC(const char *) counters; /* of perf probes, for @perf */
	struct plan_probe *folding; /* whose body target_fold() goes through */
	/* definitions, by name */
	struct map functions;    /* -> struct func_set */
	struct map globals;      /* -> struct symbol; of private ones the key is private_key() */
	unsigned nprivate;
	struct VEC(struct alias *) aliases;
	struct VEC(struct node *) probing; /* files of the library that have probes of their own */
	struct VEC(struct func *) queue; /* used functions whose bodies are still to be resolved */
	struct VEC(struct pending) pending; /* member accesses on expressions: autocast.c */
	struct VEC(struct maybe) maybes;    /* warn.c */
};

/* Something to warn of, if it is so in all handlers that the probe becomes. */
struct maybe {
	enum diag_id id;
	uint32_t declared;     /* where the probe is; 0: in a function */
	uint32_t key;          /* the same in all of them */
	struct range at, because;
	const char *name;
};

struct pending {
	struct node *n;
	struct plan_probe *probe; /* NULL in a function */
	bool store;               /* it is assigned to */
};

struct func_set VEC(struct func *); /* overloads of one name */

/* The key of a global that is private to the file which has the place. */
const char *private_key(const char *name, uint32_t at);

/* Takes the definitions of a file (user script or library) into the tables. */
void sema_declare(struct sema *s, struct node *file, bool library);

/* Analyses the user's script, whose definitions were declared. false when errors were queued. */
bool sema_run(struct sema *s, struct node *script);

/* expand.c: one probe declaration to plan_probes. */
bool expand_probe(struct sema *s, struct node *probe);
void sema_each_alias(struct sema *s, void (*f)(const char *text, const struct alias *a, void *data), void *data);

/* listing.c. After sema_run() with s->listing. */
void listing_add(struct sema *s, const struct listed *l);
/* Each variable that is there, as " $file:struct file*". */
const char *listing_variables(struct arena *a, const struct target_ctx *t);

/* resolve.c */
bool resolve_probe(struct sema *s, struct plan_probe *p);
bool resolve_functions(struct sema *s);
struct symbol *resolve_global(struct sema *s, const char *name, uint32_t from); /* as seen from that place, used; NULL: none */

/* target.c */
struct fetch *target_build(struct sema *s, struct node *n, const struct target_ctx *t); /* NULL: reported */
const struct node *target_base(const struct node *n);       /* what the suffixes are applied to */
void target_unknown(const struct target_ctx *t, const struct node *n); /* reports a $name that is not there */
bool target_is(const struct node *n);                       /* a target expression as a whole */
bool target_resolve(struct sema *s, struct node *n, struct plan_probe *p);
bool target_resolve_store(struct sema *s, struct node *n, struct plan_probe *p); /* what is assigned to */
bool target_resolve_at_entry(struct sema *s, struct node *n, struct plan_probe *p); /* inside of @entry */
void target_save(struct sema *s, struct node *entry, struct plan_probe *p); /* an ENTRY's value travels to the return */

const struct type *target_returns(const struct target_ctx *t); /* what a function returns: target_var.c */

/* target_at.c: an ATCALL. *known: it is one of these */
bool target_operator(struct sema *s, struct node *n, struct plan_probe *p, bool *known);

/* target_value.c: variables of the kind of probe */
const struct target_value *target_value_find(const struct target_ctx *t, const char *name); /* NULL: no such */
const struct type *target_value_type(const struct target_ctx *t, const struct target_value *v);
void target_value_hint(const struct target_ctx *t, struct diag *d); /* which there are */
bool target_value_fold(struct sema *s, struct node **np, const struct target_ctx *t, bool *ok); /* false: none of its business */

/* autocast.c */
const struct ctype *autocast_of(const struct node *n);      /* NULL: nothing is known */
bool autocast_run(struct sema *s);

/* target_fold.c */
bool target_key(struct sema *s, struct buf *out, struct node *body, const struct target_ctx *t);
bool target_fold(struct sema *s, struct node **n, const struct target_ctx *t); /* @defined and dead branches, $$parms */

/* infer.c */
bool infer_run(struct sema *s);

/* array.c. Each reports and returns false when the use does not fit the others. */
bool array_use(struct sema *s, struct symbol *v, struct node *at, unsigned nkeys); /* 0 keys: as a scalar */
bool stat_use(struct node *n, struct symbol *v);            /* a STAT or HIST of v */
bool array_check_loops(struct sema *s);                     /* nothing changes an array while a loop goes through it */

/* display.c: makes a probe that shows what is written and never read. */
bool display_make(struct sema *s);

/* format.c: checks a PRINT whose argument types are known, and makes its struct format. */
bool format_make(struct sema *s, struct node *print);
/* Whether a printf has as many arguments as its format asks for; true for everything else. */
bool format_count_fits(const struct node *print);
/* The type a printf-like argument must have by its directive; VT_UNKNOWN when any will do. */
enum vtype format_wants(const struct node *print, unsigned arg);
/* What to say when that type is not what the argument has; NULL when nothing helps. */
const char *format_hint(const struct node *print, unsigned arg);

/* warn.c */
void warn_body(struct sema *s, struct node *body, const struct scope *scope);
void warn_finish(struct sema *s); /* when all bodies were seen */
void warn_global(const struct sema *s, const struct symbol *v, bool read, bool written);

/* fold.c */
void fold_plan(struct sema *s);

/* locks.c */
void locks_assign(struct sema *s);

/* regs.c: plan_probe.uses_regs of those that call an intrinsic which needs them. */
void regs_mark(struct sema *s);

/* objects.c: plan.objects, where they are asked for. */
bool objects_find(struct sema *s);
/* lines.c: plan.lines, likewise. */
void lines_find(struct sema *s);

/* prune.c: drops assignments to locals that nothing reads, when the right side has no effect. */
void prune_unread(struct sema *s, struct plan_probe *p);
/* constant.c: locals that are literal strings for good. */
void constants_spread(struct plan_probe *p);
/* pure.c: prunes all handlers, and drops functions that nobody calls then. */
void prune_plan(struct sema *s);
bool node_has_effects(const struct node *n);
/* Whether evaluating it may end in a run-time error. */
bool node_may_raise(const struct node *n);

#endif

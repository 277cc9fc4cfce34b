/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a probe kind is to the rest of the compiler. A provider lists the
 * forms of probe points it understands, turns one into probes with places,
 * and writes its private data into the generated C. Nobody else sees that data.
 */
#ifndef SONDE_PROBE_PROVIDER_H
#define SONDE_PROBE_PROVIDER_H

#include "base/buf.h"
#include "sema/plan.h"

/* A literal argument of a component, or none. */
struct point_arg {
	enum { ARG_NONE, ARG_NUMBER, ARG_STRING } kind;
	int64_t num;
	const char *str;
	struct range range;
};

#define POINT_MAX 8

/* A probe point that matched one of a provider's forms. */
struct point_match {
	const struct provider *provider;
	unsigned form;                    /* index into provider.forms */
	unsigned n;                       /* components */
	const char *name[POINT_MAX];
	struct point_arg arg[POINT_MAX];
	struct range range;               /* the point in the user's script */
	const char *text;                 /* it, printed */
	bool of_pattern;                  /* its module is one of several that a pattern stands for */
	bool optional;
};

struct resolver;

/*
 * Called by a provider's resolve for each place it found. data is the
 * provider's own; places with equal data pointer and the same target
 * expressions share one handler.
 */
struct place_request {
	struct plan_place place;
	struct target_ctx target;
	void *data;
	int64_t priority;
	bool concurrent;
	bool wildcard; /* one of many that a pattern matched: that one may fail */
	bool beside;   /* an inlined instance beside the function itself: left out where the handler's variables cannot be had */
};
bool resolver_add(struct resolver *r, const struct place_request *req);
void resolver_deny(struct resolver *r, const char *function); /* one that a pattern leaves out (deny.h): only told of when it is over */
unsigned resolver_count(struct resolver *r, const struct provider *p); /* probes of that kind so far */
struct type_db *resolver_types(struct resolver *r); /* NULL with a diagnostic when there are none */
const struct arch *resolver_arch(struct resolver *r);
struct arena *resolver_arena(struct resolver *r);
struct kernel *resolver_kernel(struct resolver *r);
bool resolver_callee_matchall(struct resolver *r); /* -DSTAP_CALLEE_MATCHALL */
void resolver_user_callers(struct resolver *r); /* hits in programs are told by who called */
bool resolver_counter(struct resolver *r, const char *name); /* there is one for @perf; false: there was */
bool resolver_guru(struct resolver *r); /* -g */
void resolver_no_inlined(struct resolver *r); /* there is no debugging information to tell of inlined instances */
bool resolver_in_library(struct resolver *r); /* the point is written in a file of the library */
/*
 * -l and -L, of a point that no alias made: a provider that can say what there
 * is without places does so by resolver_list(), as text and as the text of its variables.
 */
bool resolver_lists(struct resolver *r);
bool resolver_lists_names(struct resolver *r); /* -l alone: without variables */
const char *resolver_variables(struct resolver *r, const struct target_ctx *target); /* "" for -l */
void resolver_list(struct resolver *r, const char *text, const char *variables);
void resolver_program(struct resolver *r, const char *file); /* its symbols may be asked for */
const char *resolver_command(struct resolver *r);    /* -c; these three: NULL when not given */
const char *resolver_target_pid(struct resolver *r); /* -x */
const char *resolver_sysroot(struct resolver *r);    /* --sysroot, without a '/' at its end */

struct provider {
	const char *name;
	bool user;                /* runtime/user has this kind too */
	bool seldom;              /* its probes are hit rarely beside others: they, rather than those, may wait for a lock */
	/*
	 * Forms, ended by NULL: components with their arguments:
	 * "timer.ms(n)", "kernel.function(s).call", "begin", "begin(n)".
	 * (n) number, (s) string, (a) either.
	 */
	const char *const *forms;
	const char *const *docs;  /* a line for each form, for --dump-probe-types */
	bool (*resolve)(struct resolver *r, const struct point_match *m);
	/* The C name of the runtime's kind for this probe: "sd_kind_timer". */
	const char *(*kind)(const struct plan_probe *p);
	/* Writes a definition called `name` of the private data; NULL: the kind has none. Returns false when this probe has none. */
	bool (*emit_data)(struct buf *out, const struct plan_probe *p, const char *name);
};

/* Provider number i, NULL behind the last. */
const struct provider *provider_get(unsigned i);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kinds that need DWARF share: the file that a probe point is about,
 * the functions a pattern means, and places as requests.
 */
#ifndef SONDE_PROBE_PLACES_H
#define SONDE_PROBE_PLACES_H

#include "probe/pattern.h"

/* A probe point on its way to places. */
struct place_search {
	struct resolver *r;
	const struct point_match *m;
	struct dwarf_file *file;
	const char *module;            /* NULL: the kernel */
	struct program *program;       /* or of this; file may be NULL then */
	const char *of;                /* then: what begins pp() */
	struct point_pattern pattern;  /* of .function() or .statement() */
	void *data;                    /* of the provider */
	bool is_return;
	bool beside;                   /* see struct place_request */
	unsigned functions;            /* that the pattern matched */
	unsigned found;                /* places that were added */
	unsigned gone;                 /* places in initialisation code, left out */
	struct dwarf_place last_gone;
};

/*
 * A pattern for modules: the point is resolved for each that fits and has debugging information; of the
 * others it is said that they have none. false: it is no such pattern. *ok: some module has the place.
 */
bool places_of_modules(struct resolver *r, const struct point_match *m, bool (*resolve)(struct resolver *r, const struct point_match *m), bool *ok);

/* Opens what the point is about, and parses the pattern of its second component, where that is a string. */
bool places_begin(struct place_search *s, struct resolver *r, const struct point_match *m);

/*
 * Adds a place: pp() is of the printed form, arguments behind it. more: see struct plan_place. Places
 * one of which is enough (those of inlined functions, or of a pattern) are wanted as wildcards.
 */
void places_add(struct place_search *s, const struct dwarf_place *place, bool wildcard, const void *more, const char *pp, ...)
	__attribute__((format(printf, 5, 6)));

/* Each function or instance (what: DWARF_*) of the pattern. */
void places_each(struct place_search *s, unsigned what, bool (*f)(const struct dwarf_function *fn, void *data), void *data);

/* After the search: reports what was not found. True when something was. */
bool places_end(struct place_search *s);
/* The pattern matches no function. */
void places_no_function(struct place_search *s);

/* Has a function one of the lines that the pattern may ask for? */
bool places_has_lines(struct place_search *s, const struct dwarf_function *fn);

/* "kernel" or "module(\"m\")", for pp(). */
const char *places_of(const struct place_search *s);

/* A place of a program: process.c. symbol: what is known without debugging information; NULL. */
struct program_symbol;
void process_add(struct place_search *s, const struct dwarf_place *place, const struct program_symbol *symbol, bool wildcard, const void *more,
		 const char *pp);

/* statement.c, for searches that others have begun. */
bool statement_lines(struct place_search *s, bool nearest);
bool statement_address(struct place_search *s);
bool statement_labels(struct place_search *s, const struct point_arg *label);

/* callee.c: likewise. name NULL: all. depth: one that callee_depth() found right; it reports what is not. */
bool callee_depth(const struct point_arg *depth);
bool callee_search(struct place_search *s, const struct point_arg *name, unsigned depth, bool call_only);
/* What it gave to a place of a program: does it take walking the stack? past_entry: the place is behind a function's first instruction. */
bool callee_walks(const void *more, bool past_entry);
/* Writes it as the struct sd_user_chain NAME_cI, if there is one. */
void callee_emit(struct buf *out, const void *more, bool past_entry, const char *name, unsigned i);

/* inline.c: .function() with a source file in its pattern: functions get the data of the caller, instances inline_data. */
bool function_by_source(struct resolver *r, const struct point_match *m, bool is_return, bool exported, void *data, void *inline_data);
/*
 * listed.c: for a list, .function() and .inline (what: DWARF_*) from the index of debugging information. false: nothing was listed, as
 * there is none, or it has no such function, or lines are asked for.
 */
bool functions_listed(struct resolver *r, const struct point_match *m, unsigned what, bool is_return, bool exported);
/*
 * inline.c: the instances of an inlined function, where there is debugging information: of a name that is no function's
 * otherwise, or (beside) besides it. false: there are none.
 */
bool function_inlined(struct resolver *r, const struct point_match *m, void *inline_data, bool beside);

#endif

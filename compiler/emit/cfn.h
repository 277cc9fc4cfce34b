/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A C function on its way: its lines, its temporaries and the frame that
 * holds its strings. Shared by the files of the emit layer only.
 */
#ifndef SONDE_EMIT_CFN_H
#define SONDE_EMIT_CFN_H

#include "base/buf.h"
#include "emit/emit.h"

struct site {
	struct range at;
	const char *where;
};

struct symbol_use {
	const char *name, *module;
	bool lines; /* only lines of code are counted from it */
};

struct handler;
struct const_list VEC(const char *);
enum mark { MARK_STRING, MARK_PLACE, MARK_FORMAT, MARKS };

struct emit {
	struct plan *plan;
	const struct emit_options *o;
	struct arena *arena;
	struct buf functions;          /* all finished functions */
	struct map handlers, shapes;   /* text of a handler -> its name; text with marks -> struct handler_shape */
	struct VEC(struct handler *) pending; /* handlers to be written */
	struct buf prototypes;
	struct buf frame_bytes;        /* C expression: what a context needs */
	struct VEC(struct site) sites;
	struct VEC(struct format *) formats; /* numbered */
	struct VEC(struct symbol_use) symbols; /* whose addresses are asked for when the script is loaded */
	struct VEC(const struct type *) enums; /* whose names are printed */
	bool pages;                    /* a handler may have to begin again, when a page of a process is there: effects are noted */
};

/* An element that was looked up and is still where it was, in the lines from here on. */
enum { FOUND_MAX = 4 };
struct found {
	const struct node *index;      /* the INDEX or IN whose keys it has */
	const char *pointer;
};

struct cfn {
	struct emit *e;
	struct func *func;             /* NULL in a probe */
	struct plan_probe *probe;      /* NULL in a function */
	const char *frame;             /* name of the frame's struct */
	struct buf body, decls, fields;
	unsigned indent, ntemps, nlabels;
	unsigned bufs_busy, bufs_made; /* string buffers in the frame, used again in each statement */
	const char *on_error;          /* label to go to */
	unsigned loop;                 /* number of the innermost loop */
	struct found found[FOUND_MAX];
	unsigned nfound;
	bool charge;                   /* count actions */
	bool begins;                   /* of a handler: something in it does, or calls a function */
	bool touching;                 /* touch.c: reads are only tried */
	bool uses_out;
	bool marks;                    /* strings, places and formats are marks: see share.c */
	struct const_list marked[MARKS]; /* what they stand for */
};

void cfn_line(struct cfn *fn, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *cfn_text(struct cfn *fn, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* arena text */
const char *cfn_int(struct cfn *fn);    /* a new number temporary */
const char *cfn_str(struct cfn *fn);    /* a new struct sd_str temporary */
const char *cfn_buf(struct cfn *fn);    /* "f->b3": MAXSTRINGLEN bytes, free again at the next statement */
const char *cfn_site(struct cfn *fn, const struct node *n); /* "&sites[3]" */
const char *cfn_string(struct cfn *fn, const char *quoted); /* a literal */
const char *cfn_place(struct cfn *fn, unsigned site);
const char *cfn_format(struct cfn *fn, unsigned number);
void cfn_check(struct cfn *fn);         /* leave when an error is set */
void cfn_effect(struct cfn *fn);        /* what was just written cannot be done twice */

/*
 * Expressions. The lines an expression needs are written; what is returned is
 * C text without side effects that stays true until the next line that
 * changes a variable it names (callers spill across those).
 */
const char *emit_expr(struct cfn *fn, struct node *n);
void emit_effect(struct cfn *fn, struct node *n); /* for its effects; the value is dropped */
const char *emit_print(struct cfn *fn, struct node *n);
const char *emit_call(struct cfn *fn, struct node *n);
/* Evaluates several operands left to right; values that a later one could change are kept in temporaries. */
void emit_operands(struct cfn *fn, struct node **v, unsigned n, const char **out);

/* A binary operator over operands that are at hand; right: the node of r. */
const char *emit_combine(struct cfn *fn, const struct node *at, enum op op, const char *l, const char *r, const struct node *right);
void emit_store(struct cfn *fn, const struct symbol *v, const char *value); /* into a scalar number or string */

/* fetch.c: target variables */
const char *emit_fetch(struct cfn *fn, const struct node *n, const struct fetch *f, bool string);
const char *emit_fetch_steps(struct cfn *fn, const struct fetch *f, const char *base, const char *site); /* the value; base: of FETCH_BASE */
void emit_touch(struct emit *e, struct plan_probe *p); /* touch.c: reads ahead what a handler reads of a process */
const char *emit_target_assign(struct cfn *fn, struct node *n);
const char *emit_target_incdec(struct cfn *fn, struct node *n);
const char *emit_entry_slot(struct cfn *fn, unsigned n); /* of a value saved at entry */
unsigned emit_entry_words(const struct emit *e, const struct plan_probe *p, unsigned upto); /* that the first of them take */
void emit_objects(struct emit *e, struct buf *out);
/* The number of a symbol in the script's table of addresses. */
unsigned emit_symbol(struct emit *e, const char *name, const char *module);
void emit_symbols(struct emit *e, struct buf *out);
void emit_lines_symbols(struct emit *e); /* before */
void emit_lines(struct emit *e, struct buf *out);

/* array.c */
void emit_array(struct emit *e, const struct symbol *v, struct buf *out); /* its declaration */
const char *emit_element(struct cfn *fn, struct node *n);  /* pointer to the element of an INDEX, 0 when there is none */
const char *emit_index(struct cfn *fn, struct node *n);    /* its value */
const char *emit_index_assign(struct cfn *fn, struct node *n, bool wanted);
const char *emit_index_incdec(struct cfn *fn, struct node *n, bool wanted);
const char *emit_in(struct cfn *fn, struct node *n);
void emit_delete(struct cfn *fn, struct node *what);       /* an element, a slice, an array, a statistic */
void emit_foreach(struct cfn *fn, struct node *n);
/*
 * What was found is forgotten where lines can be reached from elsewhere, or a call may change arrays, and of one array when
 * it changes.
 */
void emit_forget(struct cfn *fn, const struct symbol *array); /* NULL: all */

/* stat.c */
void emit_stat(const struct symbol *v, struct buf *out);   /* a scalar's declaration */
void emit_stat_type(const struct symbol *v, struct buf *out);
unsigned emit_stat_cells(const struct symbol *v);
void emit_stat_add(struct cfn *fn, struct node *n);        /* to a scalar */
const char *emit_stat_value(struct cfn *fn, struct node *n);
const char *emit_bucket(struct cfn *fn, struct node *n);   /* INDEX of a HIST */
const char *emit_hist_print(struct cfn *fn, struct node *n);
void emit_foreach_bucket(struct cfn *fn, struct node *n);

/* Actions of one run through a statement, and the line that charges them. */
unsigned emit_actions(const struct node *n);
void emit_charge(struct cfn *fn, unsigned n, const struct node *at);
void emit_statement(struct cfn *fn, struct node *n);
void emit_hand_on(struct cfn *fn, const struct node *n); /* 'next' in a function */
void emit_function(struct emit *e, struct func *f);
const char *emit_prototype(struct emit *e, struct func *f);
void emit_probe(struct emit *e, struct plan_probe *p);
/* share.c: a handler whose text is known; returns the name of its function. All of them are written at the end. */
const char *emit_handler(struct cfn *fn, const char *name, const char *fields, const char *body);
void emit_handlers(struct emit *e);
/* regex.c: a match, the tables, and the record of a match that a handler keeps. */
const char *emit_match(struct cfn *fn, struct node *n);
void emit_regexes(struct emit *e, struct buf *out);
void emit_match_record(struct cfn *fn);
/* embedded.c: calls of embedded C, and what the script's file declares for it. */
const char *emit_embedded(struct cfn *fn, struct node *n);
void emit_embedded_function(struct cfn *fn, const struct node *body);
void emit_embedded_parts(struct emit *e, struct buf *out);
/* data.c: everything around the functions. */
void emit_globals(struct emit *e, struct buf *out);
void emit_sites(struct emit *e, struct buf *out);
void emit_tables(struct emit *e, struct buf *out);
void emit_meta(struct emit *e, struct buf *out);

/* Storage of a variable: "l_x", "g_n", "f->l_s". */
const char *emit_storage(struct cfn *fn, const struct symbol *v);
static inline bool symbol_in_place(const struct symbol *v) /* a string parameter that is only read: passed on as it is */
{
	return v->param && v->type == VT_STRING && !v->written;
}

#endif

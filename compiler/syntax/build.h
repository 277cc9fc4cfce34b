/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The constructors the grammar's actions call. Tokens come as the parser saw
 * them; r is the range of the whole construct, at the place for a caret.
 */
#ifndef SONDE_SYNTAX_BUILD_H
#define SONDE_SYNTAX_BUILD_H

#include "syntax/ast.h"
#include "syntax/token.h"

struct node_list *list_new(struct parse *p);
struct node_list *list_add(struct parse *p, struct node_list *list, struct node *n);
struct node_list *list_globals(struct parse *p, struct node_list *items, struct node_list *globals, unsigned flags);

struct node *build_list(struct parse *p, enum node_kind kind, struct range r, struct node_list *list);
struct node *build_list1(struct parse *p, enum node_kind kind, struct range r, struct node *n);
struct node *node_append(struct parse *p, struct node *to, struct node *n, struct range r);
struct node *set_kid(struct node *n, enum node_slot slot, struct node *kid, struct range r);
struct node *set_flags(struct node *n, unsigned flags, struct range r);
struct node *build_named(struct parse *p, enum node_kind kind, const struct token *t);
struct node *build_word(struct parse *p, enum node_kind kind, const struct token *t);

/* Top level: build.c */
struct node *build_file(struct parse *p, struct node_list *items);
struct node *build_probe(struct parse *p, struct range r, const struct token *kw, struct node_list *points, struct node *body);
struct node *build_alias(struct parse *p, struct range r, struct node_list *names, enum op op,
			 struct node_list *points, struct node *body, struct node *epilogue);
struct node *build_component(struct parse *p, struct range r, const struct token *name, struct node *arg, unsigned flags);
struct node *build_function(struct parse *p, struct range r, const struct token *name, enum vtype type,
			    struct node_list *params, const struct token *priority, struct node *body);
struct node *build_private(struct node *function, struct range r);
struct node *build_param(struct parse *p, struct range r, const struct token *name, enum vtype type);
struct node *build_global(struct parse *p, struct range r, const struct token *name, const struct token *wrap,
			  struct node *size, struct node *init);
struct node *build_size(struct parse *p, struct range r, const struct token *number);
struct node *build_embedded(struct parse *p, const struct token *t);
enum vtype type_named(struct parse *p, const struct token *t);

/* Statements: build_stmt.c */
struct node *build_exprstmt(struct parse *p, struct range r, struct node *x);
struct node *build_if(struct parse *p, struct range r, const struct token *kw, struct node *cond, struct node *yes, struct node *no);
struct node *build_while(struct parse *p, struct range r, const struct token *kw, struct node *cond, struct node *body);
struct node *build_for(struct parse *p, struct range r, const struct token *kw, struct node *init, struct node *cond,
		       struct node *step, struct node *body);
struct node *build_try(struct parse *p, struct range r, const struct token *kw, struct node *body, const struct token *var,
		       struct node *handler);
struct node *build_keyword(struct parse *p, struct range r, enum node_kind kind, const struct token *kw, struct node *x);
struct node *build_delete(struct parse *p, struct range r, const struct token *kw, struct node *what);
struct node *build_key(struct parse *p, const struct token *name, const struct token *sort);
struct node *foreach_array(struct parse *p, struct node *n, const struct token *array, struct node_list *slice,
			   const struct token *stat, const struct token *sort);
struct node *foreach_hist(struct parse *p, struct node *n, struct node *hist, const struct token *sort);
struct node *foreach_value(struct parse *p, struct node *n, const struct token *name, const struct token *sort);
struct node *build_foreach(struct parse *p, struct range r, const struct token *kw, struct node *n, struct node *limit, struct node *body);

/* Expressions: build_expr.c */
struct node *build_number(struct parse *p, struct range r, const struct token *t, const struct token *minus);
struct node *build_string(struct parse *p, const struct token *t);
struct node *build_ident(struct parse *p, const struct token *t);
struct node *build_call(struct parse *p, struct range r, const struct token *name, struct node_list *args);
struct node *build_at(struct parse *p, struct range r, const struct token *name, struct node_list *args);
struct node *build_in(struct parse *p, struct range r, struct range at, struct node *keys, const struct token *array);
struct node *build_in1(struct parse *p, struct range r, struct range at, struct node *key, const struct token *array);
struct node *build_index(struct parse *p, struct range r, struct node *base, struct node *keys);
struct node *build_member(struct parse *p, struct range r, struct node *base, const struct token *arrow, const struct token *name);
struct node *build_pretty(struct parse *p, struct range r, struct node *base, const struct token *t, int levels);
struct node *build_incdec(struct parse *p, struct range r, enum op op, const struct token *t, struct node *x, unsigned flags);
struct node *build_unary(struct parse *p, struct range r, enum op op, const struct token *t, struct node *x);
struct node *build_address(struct parse *p, struct range r, const struct token *t, struct node *x);
struct node *build_binary(struct parse *p, struct range r, enum op op, struct range at, struct node *left, struct node *right);
struct node *build_regex(struct parse *p, struct range r, enum op op, struct range at, struct node *left, struct node *right);
struct node *build_assign(struct parse *p, struct range r, enum op op, struct range at, struct node *left, struct node *right);
struct node *build_ternary(struct parse *p, struct range r, struct range at, struct node *cond, struct node *yes, struct node *no);

/* The names that print*() and sprint*() calls may have. */
bool is_print_name(const char *name);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tapset library: which files there are, and which of them a script can
 * reach. Files are parsed only when something in them is.
 */
#ifndef SONDE_SEMA_LIBRARY_H
#define SONDE_SEMA_LIBRARY_H

#include "base/diag.h"
#include "sema/sema.h"

struct library;

/*
 * Directories in order of precedence. In each: *.stp and *.stpm at the top
 * and in linux/, arch/<arch>/. index_file: where the index of definitions is
 * kept, checked by the files' stamps; NULL keeps none.
 */
struct library *library_open(struct arena *a, const char *const *dirs, unsigned ndirs, const char *arch, const char *index_file);

/* Before the user's script is parsed: macro files that the index does not know are parsed now, others when a macro of theirs is called. */
bool library_macros(struct library *l, struct syntax *syn);

/* Parses and declares every file that the script, or a file so reached, needs. Wildcards reach what they match. */
bool library_reach(struct library *l, struct sema *s, struct syntax *syn, struct node *script);

/* Everything, for --dump-functions, --dump-probe-aliases and -l. */
bool library_all(struct library *l, struct sema *s, struct syntax *syn);

unsigned library_nfiles(const struct library *l);  /* known */
unsigned library_nparsed(const struct library *l);

/* Names of functions in files that were not parsed too, for did-you-mean. l may be NULL. */
void library_each_function(struct library *l, void (*f)(struct suggest *s, const char *name), struct suggest *s);

/* The names of all aliases, such as "vfs.read", parsed or not. l may be NULL. */
void library_each_alias(struct library *l, void (*f)(const char *name, void *data), void *data);

#endif

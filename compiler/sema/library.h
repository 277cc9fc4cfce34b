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
 * Directories in order of precedence. In each: *.stp and *.stpm at the top and
 * in linux/, arch/<arch>/, and in folders named for the kernel's release or the
 * beginning of its version (6.1.0-56-amd64/, 6.1.0/, 6.1/), whose files stand
 * for less specific ones of the same name. index_file: where the index of
 * definitions is kept, checked by the files' stamps; NULL keeps none.
 */
struct library_place {
	const char *const *dirs;
	unsigned ndirs;
	const char *release, *arch, *index_file;
};
struct library *library_open(struct arena *a, const struct library_place *at);

/* "name", "1.2" and what it needs, of the doc comment at the top of DIR/library.stp. */
struct library_header {
	const char *dir, *name, *version, *title;
	struct VEC(const char *) requires; /* "sonde >= 0.1" */
	struct range at;
};
/* false: DIR has none, or it was reported. */
bool library_header_read(struct arena *a, const char *dir, struct library_header *h);
/* Is all there that the asked ones of the libraries in these folders need? sonde and kernel: versions. false: reported. */
bool library_requires(struct arena *a, const char *const *asked, unsigned n, const char *const *dirs, unsigned ndirs, const char *sonde,
		      const char *kernel);

/* Before the user's script is parsed: macro files that the index does not know are parsed now, others when a macro of theirs is called. */
bool library_macros(struct library *l, struct syntax *syn);

/* Parses and declares every file that the script, or a file so reached, needs. Wildcards reach what they match. */
bool library_reach(struct library *l, struct sema *s, struct syntax *syn, struct node *script);

/* Everything, for --dump-functions, --dump-probe-aliases and -l. */
bool library_all(struct library *l, struct sema *s, struct syntax *syn);

/* All that is not macros; tree: NULL where it was not parsed, or has an error. */
void library_each_tree(struct library *l, void (*f)(const char *path, struct node *tree, void *data), void *data);

unsigned library_nfiles(const struct library *l);  /* known */
unsigned library_nparsed(const struct library *l);

/* Names of functions in files that were not parsed too, for did-you-mean. l may be NULL. */
void library_each_function(struct library *l, void (*f)(struct suggest *s, const char *name), struct suggest *s);

/* The names of all aliases, such as "vfs.read", parsed or not. l may be NULL. */
void library_each_alias(struct library *l, void (*f)(const char *name, void *data), void *data);

#endif

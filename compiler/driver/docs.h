/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a library defines, and what its doc comments say about it. */
#ifndef SONDE_DRIVER_DOCS_H
#define SONDE_DRIVER_DOCS_H

#include "driver/session.h"

enum doc_kind { DOC_FUNCTION, DOC_PROBE, DOC_MACRO, DOC_OTHER };

/* A comment that begins with two stars: "function NAME - TITLE", lines "@parameter: …", then paragraphs. */
struct doc {
	enum doc_kind kind;
	const char *name, *title;
	struct VEC(const char *) params; /* "name: text" */
	const char *text;                /* paragraphs; "" when there are none */
};

struct doc_item {
	enum doc_kind kind;
	const char *name, *signature;    /* "indent", "indent:string (delta:long)"; an alias as it is called */
	const char *file;                /* below the library's folder */
	const struct node *node;         /* FUNCTION or ALIAS; NULL: an intrinsic function */
	const struct doc *doc;           /* NULL: nothing is said about it */
	bool internal;                   /* private, or its name begins with two underscores */
};

struct docs {
	const char *dir;
	struct library_header header;    /* name NULL: the library has none */
	struct VEC(struct doc) comments;
	struct VEC(struct doc_item) items; /* in the order of files and lines */
};

/* Of all that was parsed of the library in s->check_dir. */
void docs_collect(struct session *s, const char *dir, struct docs *d);

/* --doc. Files into a folder, or (NULL) Markdown to standard output. false: reported. */
bool docs_write(struct session *s, const struct docs *d, const char *output);

/* --check. true: everything compiles, and with -W is documented. */
bool check_library(struct session *s, const char *dir);

#endif

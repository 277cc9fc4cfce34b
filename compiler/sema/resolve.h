/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walk that gives names their meaning, as its files share it: private to resolve.c and resolve_target.c. */
#ifndef SONDE_SEMA_RESOLVE_H
#define SONDE_SEMA_RESOLVE_H

#include "sema/sema.h"

struct names {
	struct sema *s;
	struct scope *scope;
	unsigned loops;
	bool ok;
	bool at_entry; /* inside of @entry */
};

void names_walk(struct names *w, struct node *n);
bool names_refuse(struct names *w, const struct node *n, const char *what, const char *hint); /* false */

/* resolve_target.c */
void names_target(struct names *w, struct node *n);   /* is read */
void names_write(struct names *w, const struct node *n, struct node *left); /* is changed by n */
void names_entry(struct names *w, struct node *n);
void names_operator(struct names *w, struct node *n); /* an ATCALL */
void names_foreign(struct names *w, const struct node *n);

#endif

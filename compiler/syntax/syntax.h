/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door to the syntax layer: text in, tree out. */
#ifndef SONDE_SYNTAX_SYNTAX_H
#define SONDE_SYNTAX_SYNTAX_H

#include "base/map.h"
#include "base/source.h"
#include "syntax/ast.h"

/* What preprocessing may ask about. Strings may be NULL when unknown; a condition that needs one then errors. */
struct syntax_env {
	const char *kernel_release; /* kernel_vr; kernel_v is what stands before the first '-' */
	const char *arch;           /* "x86_64" */
	const char *runtime;        /* "kernel" or "user" */
	const char *systemtap_v;    /* the version of the language we answer to, "5.0" unless --compatible */
	const char *privilege;      /* "stapdev", "stapusr" */
	bool guru;
	const char *(*config)(void *data, const char *name); /* CONFIG_X: "y", "m", a value, or NULL */
	void *config_data;
	const char **args;          /* script arguments, $1 is args[0] */
	unsigned nargs;
	bool *arg_used;             /* nargs flags, set as they are used; may be NULL */
};

struct suggest;

struct tokens;

struct syntax {
	struct arena *arena;
	const struct syntax_env *env;
	struct map macros; /* public macros from .stpm files and the script, by interned name */
	/* The library's macro files that were not parsed yet; NULL: there are none. */
	void (*load_macro)(void *library, const char *name); /* parses those that define it */
	void (*offer_macros)(void *library, struct suggest *s);
	void *library;
	struct map absent; /* names that load_macro() has found nothing for */
	struct tokens *room; /* syntax.c: two lists, raw and filtered, for the next source */
};

void syntax_init(struct syntax *s, struct arena *a, const struct syntax_env *env);

/*
 * Parses one source. A library may use embedded C freely; a macro file
 * (.stpm) only @define. Returns the N_FILE node, or NULL when errors were
 * queued (several errors per file are reported where recovery is sensible).
 */
enum syntax_kind { SYNTAX_SCRIPT, SYNTAX_LIBRARY, SYNTAX_MACROS };
struct node *syntax_parse(struct syntax *s, struct source *src, enum syntax_kind kind);

#endif

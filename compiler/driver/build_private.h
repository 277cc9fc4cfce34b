/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of build share. */
#ifndef SONDE_DRIVER_BUILD_PRIVATE_H
#define SONDE_DRIVER_BUILD_PRIVATE_H

#include "base/buf.h"
#include "driver/build.h"
#include "driver/replay.h"

static const struct range build_nowhere; /* these diagnostics are about no text of the user */

/* ---- build_tree.c: the runtime's sources -------------------------------------- */

struct source_list {
	struct VEC(const char *) names; /* relative to the runtime folder, sorted */
};

/* What of the runtime tree goes into a kernel module: headers at the top, core/, kern/. False with a diagnostic. */
bool tree_list(const char *runtime_dir, struct source_list *list);
/* The parts of it: adds what stands in one folder, and below it; only headers of that folder alone. Then in order. */
bool tree_add(struct source_list *list, const char *top, const char *sub, bool headers_only);
void tree_sort(struct source_list *list);
/* Copies them. 0 or -errno. */
int tree_copy(const char *runtime_dir, const struct source_list *list, const char *to);

/* build.c: the prepared kernel's; NULL with *why, or "" in it when the user was told. */
const struct replay *build_replay(struct build *b, const char **why);

/* ---- build_embedded.c: the second file ------------------------------------------ */

enum { BUILD_REPORTED = 1000 };

/*
 * Compiles it. 0; an exit status; -errno; BUILD_REPORTED when the user was
 * told of errors in it. *cached: where the object is already, and object is
 * then not made.
 */
int embedded_compile(struct build *b, const struct replay *r, const char *object, const char **cached);
/* The object is complete (objtool ran): keeps it. */
void embedded_keep(struct build *b, const char *object);

/* ---- build_kbuild.c: through make --------------------------------------------- */

/* What kbuild calls $(CC) and $(LD) for this kernel. False with a diagnostic. */
bool kbuild_tools(struct build *b, const char **cc, const char **ld);

/*
 * A folder dir with the runtime's sources and features.h, ready for kbuild:
 * module called name, whose script is c_file (NULL: the template with all the
 * imports that compiled code may need). False with a diagnostic.
 */
bool kbuild_folder(struct build *b, const char *dir, const char *name, const char *c_file);

/* Runs make in dir/kern. Exit status, or -errno. */
int kbuild_run(struct build *b, const char *dir, const char *log);

/* The diagnostic of a failed command, with the end of its log and the likeliest remedy. */
void build_failed(struct build *b, enum diag_id id, const char *what, const char *log);

/* The identity that sonderun looks for in .modinfo: "sonde_release=…" and so on, NULL-ended. */
const char *const *build_modinfo(struct build *b);

/* A folder whose path make can cope with; below base if that can be, else below the temporary folder. */
const char *build_work_folder(struct build *b, const char *base, const char *name);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs and libraries: the file, where its code is in it, its symbols,
 * calls through its linkage table, and what it is linked with. Addresses are
 * those of the file; a program that can be moved (PIE) and all libraries run
 * somewhere else.
 */
#ifndef SONDE_TYPES_PROGRAM_H
#define SONDE_TYPES_PROGRAM_H

#include "types/dwarf.h"

struct program {
	const char *path;     /* without symbolic links */
	const char *build_id; /* "" when it has none */
	uint64_t size;        /* of the file */
	int64_t mtime;        /* seconds */
	bool fixed;           /* runs where it was linked for */
	bool library;         /* others are linked with it, it is not run by itself */
	struct dwarf_file *file; /* opened for its symbols; DWARF may be missing */
};

/*
 * Opens a file, once. NULL with *why, a phrase that follows its name, when it
 * cannot be read, is no program, or is one of another machine than the kernel's.
 */
struct program *program_open(struct kernel *k, const char *path, const char **why);
/* All that were opened. f may open more. */
void program_each_open(void (*f)(struct program *p, void *data), void *data);
/* The interpreter that the first line of a script names; NULL when it is none. */
const char *program_interpreter(const char *path);

/* Where the code at an address is in the file. false: there is no code at it. */
bool program_offset(struct program *p, uint64_t addr, uint64_t *offset);

bool program_address(struct program *p, uint64_t offset, uint64_t *addr); /* the other way */

/* Debugging information: NULL without a word when there is none here, or, loudly, with a diagnostic. */
struct dwarf_file *program_debug(struct program *p);
struct dwarf_file *program_debug_loudly(struct program *p, struct range where);

/* ---- Symbols ---------------------------------------------------------------------- */

struct program_symbol {
	const char *name;     /* interned */
	uint64_t addr, size;
	bool exported;        /* others may be linked with it */
	bool chosen;          /* its code decides, once, which function is called in its place (an ifunc) */
};

/* Functions by glob, sorted by name, then address; of C++ names also the plain one is compared. Stops when f returns false. */
void program_each_symbol(struct program *p, const char *glob, bool (*f)(const struct program_symbol *s, void *data), void *data);
/* The function an address is in; false: none that is known. */
bool program_symbol_at(struct program *p, uint64_t addr, struct program_symbol *s);
/* Where main() is, of a program without symbols, by the code it starts with: program_main.c. It is among the symbols then. */
bool program_main(struct program *p, uint64_t *addr);
/* Is there a table of symbols at all? */
bool program_has_symbols(struct program *p);

/* Entries of the procedure linkage table by the name of what they call, in order of addresses. */
void program_each_plt(struct program *p, const char *glob, void (*f)(const char *name, uint64_t addr, void *data), void *data);

/* A variable's symbol; false: there is none of that name. */
bool program_object(struct program *p, const char *name, uint64_t *addr);
/*
 * Variables of that name, in the file's words or, of C++, with as much of its scopes as is wanted; NULL: all. By name, then address; stops when f
 * returns false. *thread: there is one that each thread has for itself, which is not among them.
 */
void program_each_object(struct program *p, const char *name, bool *thread, bool (*f)(const struct program_symbol *s, void *data), void *data);
/* Its lowest address of code: what the kernel calls the start of code is that, moved. */
uint64_t program_code_start(struct program *p);
bool program_has_address(struct program *p, uint64_t addr); /* code or data */
/* Where any of its memory is in the file. */
bool program_data_offset(struct program *p, uint64_t addr, uint64_t *offset);

/* A marker of <sys/sdt.h>, and its arguments as variables arg1, arg2, ... */
struct program_mark {
	const char *provider, *name; /* interned */
	uint64_t addr;
	uint64_t counter;            /* address of what counts those who watch, or 0 */
	const struct variable *args;
	unsigned nargs;
};
void program_each_mark(struct program *p, void (*f)(const struct program_mark *m, void *data), void *data);

/* ---- What it is linked with: program_libs.c ----------------------------------------- */

/*
 * The libraries that a program needs, directly or by others, by a glob over their
 * paths, or the ends of these. A name that is none of them and is a path, or
 * that of a library of the system, is taken too. path: of a file. Returns how many there were.
 */
unsigned program_each_library(struct program *p, const char *glob, void (*f)(const char *path, void *data), void *data);

/*
 * Since glibc 2.34 what libpthread, libdl, librt, libutil and libanl had, and most of libresolv, is in libc; what has those names is all but empty. Of
 * one of these: the libc beside it. NULL: it is none of these, or there is no libc.
 */
const char *program_merged_into(struct program *p);

/* ---- Names of C++: demangle.c --------------------------------------------------------- */

/* "ns::Class::method(int)", interned; NULL when it is no such name. */
const char *demangle(const char *name);
/* The same without parameters and what is returned. */
const char *demangle_plain(const char *name);
/* Does a function's full name "ns::Class::method" fit a pattern, which may leave out outer scopes? */
bool scoped_name_matches(const char *pattern, const char *name);
/* Where the last part of a scoped name begins. */
const char *scoped_name_last(const char *name);

#endif

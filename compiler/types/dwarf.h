/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debugging information (DWARF) of kernels and modules, as the upper layers see
 * it: which functions, inlined instances, lines and labels there are, and at
 * which addresses. libdw's own handles are in dwarf_internal.h, for types/ alone.
 *
 * Addresses are those of the file (link time). Of a module, which is not
 * linked, they are what the opened file's sections were laid out at; only
 * symbol + offset means something outside.
 */
#ifndef SONDE_TYPES_DWARF_H
#define SONDE_TYPES_DWARF_H

#include "base/source.h"
#include "types/db.h"

/* One file with DWARF, opened once and kept. */
struct program;

struct dwarf_file {
	struct kernel *kernel;
	struct program *program; /* it is of a program or library; NULL */
	const char *module;   /* NULL: the kernel itself */
	const char *path;
	const char *build_id; /* lower-case hex; "" when the file has none */
};

/*
 * Finds the file of the kernel or of a module, and opens it. NULL with a
 * diagnostic (about the text at where) that says where was looked and what to
 * install. The second call for the same thing gives the same answer.
 */
struct dwarf_file *dwarf_open_kernel(struct kernel *k, struct range where);
struct dwarf_file *dwarf_open_module(struct kernel *k, const char *module, struct range where);
/* The same without a word: is there any? module NULL: the kernel's. Asks nobody over the network. */
struct dwarf_file *dwarf_open_quiet(struct kernel *k, const char *module);
/* Modules that have a file with debugging information by the names that packages and build trees use, in the order of modules.dep. It is not opened. */
void dwarf_each_module(struct kernel *k, void (*f)(const char *module, void *data), void *data);
/* Before copies of this process go through much of it: what they all need is read here, and memory given back. */
void dwarf_share(struct dwarf_file *file);
/* The package of Debian that holds it: "linux-image-6.1.0-56-amd64-dbg". */
const char *dwarf_package(const struct kernel *k);

/* ---- Functions: from the index ------------------------------------------------ */

/* A function that has code of its own, or an instance of one that was inlined. */
struct dwarf_function {
	const char *name;
	const char *scope;    /* of C++: "ns::Class", else "" */
	const char *source;   /* where it was declared: "fs/read_write.c" */
	unsigned line;
	uint64_t die;         /* offset in .debug_info of the DW_TAG_subprogram that has the code, or of the DW_TAG_inlined_subroutine */
	uint64_t low, high;   /* code of a function: its first part, high excluded. An instance: low is where it is entered, high 0 */
	uint64_t outer;       /* instances: the die of the function whose code it is part of; else 0 */
	unsigned call_line;   /* instances: the line of the call, in call_source */
	const char *call_source;
	bool is_inline, external, exported;
};

enum { DWARF_CALL = 1, DWARF_INLINE = 2 };

/*
 * Each function (what: DWARF_*) whose name matches a glob, sorted by name and
 * address; file: a glob over its source file, "*" + "/" understood before it, or NULL. Of C++ a
 * name may have scopes, outer ones left out: "Class::f", and no arguments of templates.
 * Stops when f returns false.
 */
void dwarf_each_function(struct dwarf_file *file, const char *name, const char *source, unsigned what,
			 bool (*f)(const struct dwarf_function *fn, void *data), void *data);

/*
 * Each declaration that fits, once for its code and once for its instances (what: DWARF_*), as the first of these
 * that is not initialisation code; for lists. Sorted by name, source and line.
 */
void dwarf_each_declared(struct dwarf_file *file, const char *name, const char *source, unsigned what,
			 void (*f)(const struct dwarf_function *fn, void *data), void *data);

/* The function whose code an address belongs to (never an instance); false when none. */
bool dwarf_function_at(struct dwarf_file *file, uint64_t addr, struct dwarf_function *fn);
/* "ns::Class::f", interned. */
const char *dwarf_function_name(const struct dwarf_function *fn);
/* The function or instance with that die. */
bool dwarf_function_of(struct dwarf_file *file, uint64_t die, struct dwarf_function *fn);

/* Does a source file's name fit a pattern of the script's? */
bool dwarf_source_matches(const char *pattern, const char *source);

/* ---- Places --------------------------------------------------------------------- */

struct dwarf_place {
	struct dwarf_file *file;
	uint64_t func_die;    /* innermost DW_TAG_subprogram or DW_TAG_inlined_subroutine whose variables are in scope */
	uint64_t addr;
	const char *symbol;   /* for the running kernel: a symbol that is there once, in the same section, */
	uint64_t offset;      /* and the distance from it */
	const char *function; /* the name of that function, as in the source */
	const char *source;   /* of the place itself */
	unsigned line;
	bool is_entry;        /* the first instruction of a function that is not inlined */
	bool is_inline;
	bool gone;            /* initialisation code: freed when the kernel or module has started */
};

/* The place at an address inside of a function (or instance). false: the address is in no function. */
bool dwarf_place_at(struct dwarf_file *file, uint64_t addr, struct dwarf_place *place);
/* The entry of a function or instance. */
bool dwarf_place_entry(struct dwarf_file *file, const struct dwarf_function *fn, struct dwarf_place *place);

/* ---- Types and variables: dwarf_vars.c --------------------------------------------- */

struct type_db *dwarf_types(struct dwarf_file *file);
/* The variables in scope at a place; NULL when nothing can be said. */
const struct var_scope *dwarf_scope(const struct dwarf_place *place);
/* A variable of the kernel or module, by name and, source not NULL, by the end of the path of the file that defines it; NULL when there is none. */
const struct variable *dwarf_variable(struct dwarf_file *file, const char *name, const char *source);

/*
 * The entry of a function as its caller sees it: its prototype, and whether
 * its parameters are where debuginfo says only behind the prologue, which ends
 * at body (0: not known), as in code that is not optimised. false: not known.
 */
struct dwarf_entry {
	const struct type *proto;
	bool in_frame;
	uint64_t body;
};
bool dwarf_entry_of(struct dwarf_file *file, const struct dwarf_place *place, struct dwarf_entry *e);

/* An address as a symbol that is there once, in the same section, and the distance from it. false: it has none. */
bool dwarf_symbolise(struct dwarf_file *file, uint64_t addr, const char **symbol, uint64_t *offset);

/* Lines, as a pattern says them. */
struct dwarf_lines {
	enum { LINES_NONE, LINES_ABSOLUTE, LINES_RELATIVE, LINES_ALL } kind;
	unsigned n;
	struct { unsigned from, to; } range[16]; /* both included */
};

/*
 * The statements of a function at the given lines of the file it is declared
 * in, one place for each line and each function or instance, in order of addresses. nearest: a line without
 * code means the nearest one that has. Returns the number of places.
 */
unsigned dwarf_each_statement(struct dwarf_file *file, const struct dwarf_function *fn, const struct dwarf_lines *lines, bool nearest,
			      void (*f)(const struct dwarf_place *place, void *data), void *data);
/* The address of an offset in a section, by its name; of the kernel, sections are linked. 0 when there is no such section. */
uint64_t dwarf_section_address(struct dwarf_file *file, const char *section, uint64_t offset);
/* All rows of all line tables, unit by unit: the code from addr on is of a line; source NULL: of none. Sources of the kernel as struct dwarf_function has them, of programs with their whole path. */
void dwarf_each_row(struct dwarf_file *file, void (*f)(uint64_t addr, const char *source, unsigned line, void *data), void *data);
/* Is an address the beginning of a statement of the line table? */
bool dwarf_is_statement(struct dwarf_file *file, uint64_t addr);
/* Does a function or instance reach over a line of the file it is declared in? */
bool dwarf_has_line(struct dwarf_file *file, const struct dwarf_function *fn, unsigned line);
/* Nearest lines with code below and above: bounds *below (0 at first) and *above are moved inwards. For messages. */
void dwarf_near_lines(struct dwarf_file *file, const struct dwarf_function *fn, unsigned line, unsigned *below, unsigned *above);

/* Labels whose name matches a glob, in a function or instance. */
unsigned dwarf_each_label(struct dwarf_file *file, const struct dwarf_function *fn, const char *glob,
			  void (*f)(const char *label, const struct dwarf_place *place, void *data), void *data);

/*
 * What a function calls, as far as that can be known: functions of the same
 * file by call sites (is_inline false; return_pc is where the call comes back
 * to), and what was inlined into it. Tail calls do not come back and are left out.
 * Where a program's debugging information lists no calls, those that its code shows.
 */
struct dwarf_callee {
	struct dwarf_function fn;
	uint64_t return_pc; /* 0: inlined */
};
unsigned dwarf_each_callee(struct dwarf_file *file, const struct dwarf_function *fn, const char *glob,
			   bool (*f)(const struct dwarf_callee *callee, void *data), void *data);

#endif

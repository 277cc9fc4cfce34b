/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel one compiles for, and the types and functions it has.
 *
 * A kernel is found by release among: the running one, what is installed
 * (/boot/vmlinuz-R, /lib/modules/R/build), and the folders of kernels that
 * only guests need: $SONDE_KERNELS, ${XDG_DATA_HOME:-~/.local/share}/sonde/kernels,
 * /var/lib/sonde/kernels, each holding <release>/{boot,lib/modules/<release>,usr/src}.
 */
#ifndef SONDE_TYPES_DB_H
#define SONDE_TYPES_DB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/source.h"
#include "types/scope.h"

struct kernel {
	const char *release;   /* uname -r */
	const char *version;   /* UTS_VERSION of the kernel image itself (its banner), or of uname -v when running; "" unknown */
	const char *build_id;  /* lower-case hex; "" unknown. Of an image never seen before, known after kernel_types() */
	const char *arch;      /* "x86_64" */
	bool running;          /* it is the kernel of this machine (release and version agree) */
	const char *root;      /* "" for installed ones, else the folder it was unpacked into */
	const char *image;     /* vmlinuz, or NULL */
	const char *build_dir; /* kbuild's build tree, or NULL */
	const char *build_version; /* UTS_VERSION of the build tree: include/generated/utsversion.h, or compile.h; NULL unknown */
	const char *build_version_file; /* which file said so */
	const char *modules_dir; /* …/lib/modules/R or NULL */
	struct type_db *types; /* opened by kernel_types() */
};

/*
 * spec: NULL for the running kernel, a release, or a build directory (with a
 * '/'). On failure a diagnostic with a hint (kernels that are there, near
 * names, the package to install) is queued and NULL returned.
 */
struct kernel *kernel_find(const char *spec);

/*
 * Kernels are from now on looked for, and compiled for, on that machine
 * ("arm64"): the running and the installed ones are then none, and the folders
 * hold them below a folder of that name. NULL, or this machine's: as always.
 */
void kernel_set_arch(const char *arch);

/*
 * What a module built in its build tree is for: the tree's UTS_VERSION where
 * it is known, else the image's; and the image's build-id, "" when the tree is
 * of another build.
 */
const char *kernel_built_version(const struct kernel *k);
const char *kernel_built_id(const struct kernel *k);

/* CONFIG_X of its build tree: "y", "m", "100", "\"text\"", or NULL. */
const char *kernel_config(struct kernel *k, const char *name);

/*
 * Opens the kernel's BTF: /sys/kernel/btf/vmlinux when running, else the
 * .BTF section inside its vmlinuz (or a vmlinux beside it), through the cache
 * folder (…/btf/<build-id>.btf and a stamp that maps an image's path, inode,
 * size and mtime to its build-id and version, so that nothing is decompressed
 * twice). NULL with a diagnostic queued when there is none.
 */
struct type_db *kernel_types(struct kernel *k);

/*
 * A module's types and functions, on top of the kernel's: from /sys/kernel/btf
 * when it is loaded here, else from its file. NULL with a diagnostic queued.
 */
struct type_db *kernel_module_types(struct kernel *k, const char *module);

/* A trace event. Strings are interned; module is NULL for those of the kernel itself. */
struct trace_event {
	const char *module, *system, *name; /* "sched", "sched_switch" */
	const char *record;  /* the record it leaves is a struct trace_event_raw_RECORD; "" when that is not known */
	const char *arrays;  /* types of arrays behind the record, whose members are only where they are: "filename=char[];cpus=cpumask_t;" */
};

/*
 * Trace events, with modules set also those of all modules, from an index that
 * takes seconds to make, once. false: the kernel's own cannot be had (there is
 * no image to look into), and f was not called for them.
 */
bool kernel_each_event(struct kernel *k, bool modules, void (*f)(const struct trace_event *e, void *data), void *data);

/* A system call, as the kernel describes it for tracing: "read"; "unsigned int", "fd". */
enum { SYSCALL_ARGS = 6 };
struct syscall {
	const char *name;
	unsigned nargs;
	const char *type[SYSCALL_ARGS], *arg[SYSCALL_ARGS];
};

/* The system call of that name, from the kernel's image or the cache. false: there is none with arguments, or nobody knows. Strings are interned. */
bool kernel_syscall(struct kernel *k, const char *name, struct syscall *c);

/*
 * Functions of modules, both by pattern, from that index; in the order of the
 * modules' files. false when there are no modules.
 */
bool kernel_each_module_function(struct kernel *k, const char *module, const char *function,
				 void (*f)(const char *module, const char *function, void *data), void *data);

/* A module's name as lsmod prints it: '-' of its file is '_'. Interned. */
const char *kernel_module_name(const char *name);
/* The kernel's modules, by their files, in their order. */
void kernel_each_module(struct kernel *k, void (*f)(const char *module, void *data), void *data);
/* Does the kernel (module NULL) or a module export a function to modules? By Module.symvers of the build tree; false where there is none. */
bool kernel_exports(struct kernel *k, const char *module, const char *function);
bool kernel_exports_known(struct kernel *k); /* there is a Module.symvers */

/* Is it one of the kernel's modules (a file, or loaded here)? */
bool kernel_has_module(struct kernel *k, const char *module);

/*
 * A variable of the kernel (module NULL) or of a module, by name and, file not
 * NULL, by the end of the path of the file that defines it. BTF knows those of
 * which each processor has its own, and on newer kernels the others too;
 * debuginfo knows all. NULL with a diagnostic about the text at where.
 */
const struct variable *kernel_variable(struct kernel *k, const char *module, const char *name, const char *file, struct range where);

/* Types from the debuginfo of the kernel (module NULL) or a module, where that is there; NULL without a word when not. */
struct type_db *kernel_debug_types(struct kernel *k, const char *module);
/*
 * Of any other file, such as a program. fallback: where types are looked for first, and declarations completed; or
 * NULL. NULL without a word when the file cannot be read or has none.
 */
struct type_db *types_of_object(const char *path, const char *arch, struct type_db *fallback);

/* Every kernel that could be named to kernel_find(), for messages and --vm without a release. */
void kernel_each(void (*f)(const char *release, const char *root, void *data), void *data);

/* A named type. kinds: TYPE_STRUCT, TYPE_UNION, TYPE_ENUM, TYPE_TYPEDEF, TYPE_INT; NULL when absent. */
const struct type *types_find(struct type_db *db, enum type_kind kind, const char *name);

/*
 * A type written as in C: "struct file", "struct file*", "task_struct"
 * (struct, union, enum, then typedef), "unsigned int", "char**". NULL when not understood.
 */
const struct type *types_parse(struct type_db *db, const char *text);

/*
 * The prototype of a function, or NULL. A module's db answers for the module's
 * own functions only (its types are the kernel's and its own). Several functions of one name: *count says how many (may be NULL).
 */
const struct type *types_function(struct type_db *db, const char *name, unsigned *count);
/* The same, of the nth of them (from 0); NULL behind the last. */
const struct type *types_function_nth(struct type_db *db, const char *name, unsigned nth);

/*
 * Functions whose name matches a glob, sorted by name, each name once.
 * The name is interned. "*" (50,000) takes 10 to 30 ms, a prefix and star 1 ms.
 */
void types_each_function(struct type_db *db, const char *glob,
			 void (*f)(const char *name, const struct type *proto, void *data), void *data);

/* A variable by name, as far as these types know: in BTF, those of its data sections. NULL when absent. module: whose types they are. */
const struct variable *types_variable(struct type_db *db, const char *module, const char *name);

/* Enumerator by name anywhere in the kernel's enums; false when absent. */
bool types_enumerator(struct type_db *db, const char *name, int64_t *value);

/* A small db in memory, for unit tests and for kernels without BTF. Raw BTF bytes are kept, not copied; base may be NULL. */
struct type_db *types_from_btf(const void *data, size_t size, struct type_db *base);

#endif

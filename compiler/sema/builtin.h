/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Intrinsic functions: those of runtime/intrinsics.h, listed in builtin.def. */
#ifndef SONDE_SEMA_BUILTIN_H
#define SONDE_SEMA_BUILTIN_H

#include "syntax/ast.h"

enum { B_PURE = 1, B_RAISES = 2, B_CONTEXT = 4 /* needs a hit place: pp(), probefunc() */, B_USER = 64 /* names of user addresses */, B_MATCH = 8, /* is about the last =~ */
       B_UNWIND = 128 /* the stack of a program */, B_LINES = 256 /* lines of user addresses */, B_SAME = 32, /* the same all through a handler */
       B_KERNEL_LINES = 1024 /* lines of kernel addresses */, B_GURU = 512 /* for guru mode only; so is a library function that calls one */,
       B_REGS = 16 /* looks at registers that ftrace does not save for arguments alone */ };

struct builtin {
	const char *name;
	const char *ret;   /* "l", "s", "v" */
	const char *params; /* one letter each */
	unsigned flags;
};

/* By interned or plain name; NULL when there is none. */
const struct builtin *builtin_find(const char *name);
void builtin_each(void (*f)(const struct builtin *b, void *data), void *data);
enum vtype builtin_type(char letter);

#endif

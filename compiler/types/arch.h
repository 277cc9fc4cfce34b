/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the type layer knows of a machine: registers in struct pt_regs and the calling convention. */
#ifndef SONDE_TYPES_ARCH_H
#define SONDE_TYPES_ARCH_H

#include <stdbool.h>

#include "types/type.h"

struct arch_place { /* where a parameter is at a function's entry */
	enum { PLACE_NONE, PLACE_REGISTER, PLACE_STACK } kind;
	unsigned offset; /* REGISTER: bytes into struct pt_regs; STACK: bytes above the stack pointer at entry */
	bool pair;        /* REGISTER: 9 to 16 bytes, the second eight of which are in another register, */
	unsigned offset2; /* at this offset */
	bool indirect;    /* what is there is the address of the parameter */
	const char *why;  /* NONE: where it is instead; may be NULL */
};

struct arch {
	const char *name;           /* "x86_64" */
	unsigned sp_offset, ip_offset, ret_offset; /* in struct pt_regs */
	unsigned nparam_regs;       /* registers that carry parameters */
	bool walks;                 /* the kernel lets modules walk its stack from a hit's registers: compat/unwind.h */
	int (*param_reg)(unsigned index); /* which: offset in struct pt_regs, or -1 */
	/* Parameter number index (from 0) of a prototype, by the kernel's C calling convention. */
	struct arch_place (*param)(const struct type *proto, unsigned index);
	const char *syscalls;       /* what the names of system calls' functions begin with */
	int (*syscall_reg)(unsigned index); /* as param_reg, of the arguments of a system call */
	/* Offset in struct pt_regs of a register by name ("rdi", "x0"), or -1. */
	int (*reg)(const char *name);
	/* Offset of a DWARF register number, or -1. */
	int (*dwarf_reg)(unsigned n);
};

const struct arch *arch_find(const char *name);
const char *arch_names(void); /* all there are, for messages */

/* Our name, which is the kernel's for its folder too, of a machine that may be called as uname(2) or gcc do: "aarch64". */
const char *arch_name(const char *machine);

#endif

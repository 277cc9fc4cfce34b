/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of programs, by the tables that compilers leave in them: .eh_frame, or
 * .debug_frame. A table is bytes of a file that nobody has looked at, and the
 * stack those of a process that may be up to anything: every read is within
 * bounds, every loop ends, and a caller's address is taken for nothing more.
 */
#ifndef SONDE_UNWIND_H
#define SONDE_UNWIND_H

#include "abi.h"

/* Registers by their DWARF numbers. */
#if defined(__x86_64__)
enum { SD_UNWIND_REGS = 17, SD_UNWIND_SP = 7, SD_UNWIND_FP = 6, SD_UNWIND_RA = 16 };
#elif defined(__aarch64__)
enum { SD_UNWIND_REGS = 32, SD_UNWIND_SP = 31, SD_UNWIND_FP = 29, SD_UNWIND_RA = 30 };
#else
#error "which registers does DWARF number here?"
#endif

/* The code of a function, relative to the table's base; and where its description is. */
struct sd_unwind_entry {
	unsigned int pc, at;
};

/* Of one file. Addresses are those of the file. */
struct sd_unwind_table {
	const unsigned char *frame;     /* the section */
	unsigned int size;
	unsigned char debug;            /* it is a .debug_frame */
	sd_uint addr;                   /* of the section */
	sd_uint base;                   /* of the entries */
	struct sd_unwind_entry *index;  /* sorted by pc */
	unsigned int nindex;
};

/* How many functions a section describes. */
unsigned int sd_unwind_count(const struct sd_unwind_table *t);
/* Fills index, which has room for so many, and sets base and nindex. */
void sd_unwind_index(struct sd_unwind_table *t);

enum { SD_UNWIND_STATES = 8, SD_UNWIND_KNOWN = 64, SD_UNWIND_WINDOW = 16 /* words */ };

struct sd_unwind_row {
	unsigned char cfa, cfa_reg;               /* how the frame's address is made, see unwind.c */
	unsigned char how[SD_UNWIND_REGS];        /* likewise, what the caller has in its registers */
	int cfa_value, value[SD_UNWIND_REGS];
};

/* What a table says of an instruction; programs are mostly seen at a few. Zeroes: nothing. */
struct sd_unwind_known {
	const struct sd_unwind_table *table;
	sd_uint pc;                     /* of the file */
	unsigned int changed;           /* a bit for each register that the row is about */
	unsigned int window;            /* so many words below the frame's address are read at once */
	unsigned char ra, signal;
	struct sd_unwind_row row;
};

/* A walk. The caller fills reg and pc, exact and read. */
struct sd_unwind {
	sd_uint reg[SD_UNWIND_REGS];
	sd_uint pc;                     /* of the process */
	unsigned char exact;            /* pc is an instruction that was interrupted, not one behind a call */
	int (*read)(struct sd_unwind *u, sd_uint addr, void *to, unsigned int bytes); /* of the process; 0: it is there */
	sd_uint missing;                /* for read */
	struct sd_unwind_row row, first, states[SD_UNWIND_STATES];
	struct sd_unwind_known known[SD_UNWIND_KNOWN];
	sd_uint window[SD_UNWIND_WINDOW];
};

enum sd_unwind_end {
	SD_UNWIND_OK,      /* reg, pc, exact are the caller's now */
	SD_UNWIND_NONE,    /* the table says nothing of this code */
	SD_UNWIND_LAST,    /* it has no caller */
	SD_UNWIND_BAD,     /* the table makes no sense, or a word of the stack cannot be read */
};

/* bias: how far the file was moved. */
enum sd_unwind_end sd_unwind_step(struct sd_unwind *u, const struct sd_unwind_table *t, sd_uint bias);
/* The same by the frame pointer, which is believed when it makes a frame further up. */
enum sd_unwind_end sd_unwind_by_pointer(struct sd_unwind *u);

#endif

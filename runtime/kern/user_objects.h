/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files with code that processes map (user_objects.c), and what
 * is mapped where (user_mappings.c): for names and stacks. A file is read once, when it is met, where
 * one may sleep; it is known by its inode, and not held.
 */
#ifndef SONDE_KERN_USER_OBJECTS_H
#define SONDE_KERN_USER_OBJECTS_H

#include "kern.h"
#include "unwind.h"

enum { SD_OBJECT_LOADS = 4, SD_OBJECT_NAME = 64, SD_BUILD_ID = 2 * 64 + 1 };

/* Tables of frames of a file; their frame NULL: none. */
struct sd_frames {
	struct sd_unwind_table eh, debug;
};

struct sd_object {
	struct hlist_node link;
	dev_t dev;                           /* by these four it is known */
	unsigned long ino;
	u32 generation;
	loff_t size;
	const struct sd_user_object *names;  /* NULL: the compiler was not told of it, or of another build */
	struct sd_frames frames;
	unsigned int nloads;
	struct sd_load {                     /* code: where it is in the file, and its address there */
		u64 offset, addr, bytes;
	} loads[SD_OBJECT_LOADS];
	char build_id[SD_BUILD_ID];          /* hexadecimal; "": none */
	char name[SD_OBJECT_NAME];           /* without its folders */
};

/* What is mapped at an address. */
struct sd_mapping {
	unsigned long start, end;
	u64 offset;                          /* of the start, in the file */
	const struct sd_object *object;      /* NULL: nothing that was read */
	bool is_file, is_code;
	char name[SD_OBJECT_NAME];           /* of the file, without its folders */
};

/* The ELF file's own address of an offset in it; false: there is no code. */
bool sd_object_address(const struct sd_object *o, u64 offset, u64 *addr);
/* Any context but where RCU does not watch; interrupts are off. */
const struct sd_object *sd_object_of(const struct inode *inode);
const struct sd_object *sd_object_vdso(void);
const struct sd_object *sd_object_add(struct file *f); /* reads it, once; may sleep. NULL: no memory, or no room */
void sd_user_objects_init(void);
void sd_user_objects_exit(void);
/* A file that is mapped and was not read: it will be, for the next time. */
void sd_object_want(struct file *f);
/* The tables of a file alone, whatever is known of it. May sleep. */
void sd_frames_read(struct sd_frames *t, struct file *f);
void sd_frames_free(struct sd_frames *t);
/* One frame up by the tables. bias: how far the file was moved. */
enum sd_unwind_end sd_frames_step(struct sd_unwind *u, const struct sd_frames *t, sd_uint bias);

/* user_stack.c: a walk begins at registers. */
void sd_unwind_from(struct sd_unwind *u, const struct pt_regs *r);
/* Where a call of the current task really returns to, whose return address is (or would be) at that place of its stack; false: no return probe has changed it. */
bool sd_real_return(unsigned long at, sd_uint *to);
#ifdef CONFIG_X86_64
enum { SD_PUSHED = sizeof(long) }; /* a call's return address */
#else
enum { SD_PUSHED = 0 };
#endif

/* What was mapped there last, by anybody whom we have seen; false: nothing. */
bool sd_mapping_past(unsigned long addr, struct sd_mapping *m);

/* user_symbols.c: the current process's mappings. Handlers only. begin is false, and counts a fault, when they cannot be looked at now. */
bool sd_mappings_begin(struct sd_ctx *c, struct mm_struct *mm);
void sd_mappings_end(struct sd_ctx *c, struct mm_struct *mm);
bool sd_mapping_find(struct mm_struct *mm, unsigned long addr, struct sd_mapping *m); /* in between */

/* The name of an address in a mapping, or in none (NULL). behind: it is the one a call returns to. */
void sd_put_user_name(struct sd_ctx *c, struct sd_text *t, const struct sd_mapping *m, unsigned long addr, bool behind, enum sd_name_style style);
/* A line of output; with SD_NAME_FULL the address comes first. */
void sd_print_user_line(struct sd_ctx *c, const struct sd_mapping *m, unsigned long addr, bool behind, enum sd_name_style style);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to types/: a kernel's image or a module's file as it would be in memory, for what is found by following pointers. */
#ifndef SONDE_TYPES_IMAGE_MEMORY_H
#define SONDE_TYPES_IMAGE_MEMORY_H

#include <elf.h>

#include "types/image.h"

struct arena;

/* A section as it would be in memory. */
struct region {
	uint64_t addr, size;
	const uint8_t *data;
	bool writable;
};

struct memory {
	const struct image *im;
	struct arena *arena;
	struct region *v; /* by address */
	unsigned n;
	const struct region *last; /* that held the address asked for last */
	const Elf64_Shdr *sections;
	uint64_t *base;            /* of section i; of relocatable files made up */
	unsigned nsections;
	unsigned pointer;          /* the relocation that a pointer in a relocatable file has */
};

/* Until the arena goes. false: it is no image that is understood. */
bool memory_init(struct memory *m, const struct image *im, struct arena *arena);

/* The section that has that many bytes at addr; NULL: none. */
const struct region *memory_at(struct memory *m, uint64_t addr, uint64_t bytes);
bool memory_word(struct memory *m, uint64_t addr, uint64_t *value);
bool memory_u32(struct memory *m, uint64_t addr, uint32_t *value);
/* A name in C's sense ('-' occurs in names of systems); NULL when there is none at addr. */
const char *memory_name(struct memory *m, uint64_t addr);
/* The text of a type, likewise. */
const char *memory_text(struct memory *m, uint64_t addr);

#endif

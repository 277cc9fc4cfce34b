/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to types/: what can be had from a kernel image or a module file
 * without running it. Reports nothing itself: a phrase in *why says what failed.
 */
#ifndef SONDE_TYPES_IMAGE_H
#define SONDE_TYPES_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image {
	const uint8_t *elf; /* the uncompressed ELF file, mapped */
	bool raw;           /* it is none, but an arm64 boot image */
	size_t size;
	int fd; /* what is mapped: the file itself, or memory it was unpacked into */
};

/* Maps a vmlinuz, vmlinux, or module (.ko, .ko.xz, .ko.zst, .ko.gz). 0, or -1 with *why. */
int image_open(struct image *im, const char *path, const char **why);
void image_close(struct image *im);

/* A section's bytes in the mapping, or NULL. */
const uint8_t *image_section(const struct image *im, const char *name, size_t *size);
/* The GNU build-id as lower-case hex in the permanent arena; "" when there is none. */
const char *image_build_id(const struct image *im);
/* Does the section table lie, in part, behind the end of the file? */
bool image_is_cut(const struct image *im);
/* The version banner's release and UTS_VERSION (permanent arena); false when there is none. */
bool image_banner(const struct image *im, const char **release, const char **version);

/* The same from a bzImage's boot header, without unpacking anything. false when it is none or cannot be read. */
bool image_boot_banner(const char *path, const char **release, const char **version);

/* A build-id in a run of ELF notes (a section, or /sys/kernel/notes); "" when there is none. */
const char *notes_build_id(const uint8_t *notes, size_t size);

/* image_raw.c: the same of a boot image that is no ELF file. The one section it knows is .BTF. */
bool raw_is_image(const uint8_t *p, size_t size);
const uint8_t *raw_section(const uint8_t *image, size_t size, const char *name, size_t *length);
const char *raw_build_id(const uint8_t *image, size_t size);
/* Writes the pointers into a copy of the image, as they are when it lies at *base, for which it is linked. false: they are not found. */
bool raw_relocate(uint8_t *image, size_t size, uint64_t *base);

/* unpack.c: unpacks data into the file fd. 0, or -1 with *why. */
int unpack(const uint8_t *data, size_t size, int fd, const char **why);
/* Do the bytes begin as something that unpack() has heard of? */
bool unpack_knows(const uint8_t *data, size_t size);

#endif

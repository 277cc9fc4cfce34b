// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An arm64 boot image (Documentation/arm64/booting.rst) is the kernel's memory
 * as it is, without section headers. What we want of it is found by its looks:
 * type information by its header, the build-id by that of its note, pointers
 * by the table that the kernel moves itself with when it starts.
 */
#include "types/image.h"

#include <elf.h>
#include <string.h>

#include "base/util.h"

enum {
	ARM64_MAGIC = 0x38, /* in the boot image's header */
	BTF_HEADER = 24,
	BTF_LEAST = 4096, /* a kernel's types; a smaller thing only looks like it */
	PAGE = 4096,
	VDSO_MAX = 16 * PAGE,
	RELOCATIONS_LEAST = 1024,
};

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool raw_is_image(const uint8_t *p, size_t size)
{
	return size >= 64 && !memcmp(p + ARM64_MAGIC, "ARM\x64", 4);
}

/* The header of BTF, whose types and strings lie one behind the other and fit: more than chance. */
static const uint8_t *find_btf(const uint8_t *p, size_t size, size_t *length)
{
	static const uint8_t start[] = { 0x9f, 0xeb, 1, 0, BTF_HEADER, 0, 0, 0 };
	const uint8_t *end = p + size;

	for (; (p = memmem(p, (size_t)(end - p), start, sizeof(start))); p++) {
		uint64_t left = (uint64_t)(end - p), type_off, type_len, str_off, str_len;

		if (left < BTF_HEADER)
			break;
		type_off = u32(p + 8);
		type_len = u32(p + 12);
		str_off = u32(p + 16);
		str_len = u32(p + 20);
		if (type_off || str_off < type_len || !str_len || BTF_HEADER + str_off + str_len > left)
			continue;
		if (p[BTF_HEADER + str_off] || p[BTF_HEADER + str_off + str_len - 1] || type_len + str_len < BTF_LEAST)
			continue;
		*length = BTF_HEADER + str_off + str_len;
		return p;
	}
	return NULL;
}

/* The kernel carries the vDSO, an ELF file with a note of its own: begun at a page shortly before. */
static bool in_vdso(const uint8_t *image, size_t at)
{
	size_t page = at & ~(size_t)(PAGE - 1), least = page > VDSO_MAX ? page - VDSO_MAX : 0;

	for (;; page -= PAGE) {
		if (!memcmp(image + page, ELFMAG, SELFMAG))
			return true;
		if (page <= least)
			return false;
	}
}

const char *raw_build_id(const uint8_t *image, size_t size)
{
	static const uint8_t start[] = { 4, 0, 0, 0, 20, 0, 0, 0, NT_GNU_BUILD_ID, 0, 0, 0, 'G', 'N', 'U', 0 };
	const uint8_t *p = image, *end = image + size;

	for (; (p = memmem(p, (size_t)(end - p), start, sizeof(start))); p++)
		if ((uint64_t)(end - p) >= sizeof(start) + 20 && !in_vdso(image, (size_t)(p - image)))
			return notes_build_id(p, sizeof(start) + 20);
	return "";
}

const uint8_t *raw_section(const uint8_t *image, size_t size, const char *name, size_t *length)
{
	return strcmp(name, ".BTF") ? NULL : find_btf(image, size, length);
}

/* The longest run of relocations that are only an address and what is to stand there. */
static const uint8_t *find_relocations(const uint8_t *image, size_t size, size_t *n)
{
	const uint8_t *found = NULL;
	Elf64_Rela r;

	*n = 0;
	for (size_t at = 0; at + sizeof(r) <= size;) {
		size_t end = at;

		for (; end + sizeof(r) <= size; end += sizeof(r)) {
			memcpy(&r, image + end, sizeof(r));
			if (r.r_info != ELF64_R_INFO(0, R_AARCH64_RELATIVE))
				break;
		}
		if ((end - at) / sizeof(r) > *n) {
			*n = (end - at) / sizeof(r);
			found = image + at;
		}
		at = end + (end == at ? sizeof(uint64_t) : 0);
	}
	return *n >= RELOCATIONS_LEAST ? found : NULL;
}

bool raw_relocate(uint8_t *image, size_t size, uint64_t *base)
{
	const uint64_t align = 128 << 20; /* of where kernels are linked, which are smaller than that */
	uint64_t low = UINT64_MAX, high = 0;
	const uint8_t *table;
	Elf64_Rela r;
	size_t n;

	if (size < sizeof(uint64_t) || size >= align || !(table = find_relocations(image, size, &n)))
		return false;
	for (size_t i = 0; i < n; i++) {
		memcpy(&r, table + i * sizeof(r), sizeof(r));
		low = MIN(low, r.r_offset);
		high = MAX(high, r.r_offset);
	}
	*base = low & ~(align - 1);
	if (high - *base > size - sizeof(uint64_t))
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t value;

		memcpy(&r, table + i * sizeof(r), sizeof(r));
		value = (uint64_t)r.r_addend;
		/* The table itself stays. */
		if (image + (r.r_offset - *base) + sizeof(value) <= table || image + (r.r_offset - *base) >= table + n * sizeof(r))
			memcpy(image + (r.r_offset - *base), &value, sizeof(value));
	}
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel images: the x86 boot header (Documentation/arch/x86/boot.rst) and the
 * compressed one of EFI (drivers/firmware/efi/libstub/zboot-header.S), the
 * ELF file in the payload, and three things in that: a section, the
 * build-id and the version banner. Every offset is checked: an image may be
 * cut off or no image at all. What is in an arm64 image is image_raw.c's.
 */
#include "types/image.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/util.h"

enum { /* in a bzImage */
       BOOT_SETUP_SECTS = 0x1f1,
       BOOT_FLAG = 0x1fe,
       BOOT_MAGIC = 0x202,
       BOOT_PROTOCOL = 0x206,
       BOOT_VERSION_TEXT = 0x20e,
       BOOT_PAYLOAD_OFFSET = 0x248,
       BOOT_PAYLOAD_LENGTH = 0x24c,
       BOOT_END = 0x250,
};

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t u16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static bool is_boot_image(const uint8_t *p, size_t size)
{
	return size >= BOOT_END && u16(p + BOOT_FLAG) == 0xaa55 &&
	       !memcmp(p + BOOT_MAGIC, "HdrS", 4);
}

/* A program for EFI firmware that holds the packed kernel: its place and size stand behind the name. */
static bool is_zboot(const uint8_t *p, size_t size)
{
	return size >= 64 && !memcmp(p, "MZ", 2) && !memcmp(p + 4, "zimg", 4);
}

static bool is_elf(const uint8_t *p, size_t size)
{
	return size >= sizeof(Elf64_Ehdr) && !memcmp(p, ELFMAG, SELFMAG) &&
	       p[EI_CLASS] == ELFCLASS64 && p[EI_DATA] == ELFDATA2LSB;
}

static int failed(const char **why, const char *text)
{
	*why = text;
	return -1;
}

static int map(struct image *im, int fd, const char **why)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st))
		return failed(why, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return failed(why, "it is empty, or not a file");
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return failed(why, strerror(errno));
	im->fd = fd;
	im->elf = p;
	im->size = (size_t)st.st_size;
	return 0;
}

/* Where the compressed kernel is in what is mapped. */
static int find_payload(const struct image *im, const uint8_t **data, size_t *size,
			const char **why)
{
	uint64_t start, length;

	*data = im->elf;
	*size = im->size;
	if (is_zboot(im->elf, im->size)) {
		start = u32(im->elf + 8);
		length = u32(im->elf + 12);
		if (start > im->size || length > im->size - start || length < 8)
			return failed(why, "it is cut off, or its boot header is broken");
		*data = im->elf + start;
		*size = (size_t)length;
		return 0;
	}
	if (!is_boot_image(im->elf, im->size))
		return unpack_knows(*data, *size) ?
			       0 :
			       failed(why, "it is neither a boot image nor an ELF file");
	if (u16(im->elf + BOOT_PROTOCOL) < 0x208)
		return failed(
			why,
			"its boot header is older than Linux 2.6.26 and does not say where the kernel is");
	start = im->elf[BOOT_SETUP_SECTS] ? im->elf[BOOT_SETUP_SECTS] : 4;
	start = (start + 1) * 512 + u32(im->elf + BOOT_PAYLOAD_OFFSET);
	length = u32(im->elf + BOOT_PAYLOAD_LENGTH);
	if (start > im->size || length > im->size - start || length < 8)
		return failed(why, "it is cut off, or its boot header is broken");
	*data = im->elf + start;
	*size = (size_t)length;
	return 0;
}

/*
 * Unpacked into a file that lives in memory only: written, not mapped, so that
 * of an image of 50 MB only the pages which are looked at afterwards count.
 */
static int open_packed(struct image *im, const char **why)
{
	struct image packed = *im;
	const uint8_t *data;
	size_t size;
	int fd;

	if (find_payload(&packed, &data, &size, why))
		return -1;
	fd = memfd_create("sonde-image", MFD_CLOEXEC);
	if (fd < 0)
		return failed(why, strerror(errno));
	if (unpack(data, size, fd, why) || map(im, fd, why)) {
		close(fd);
		return -1;
	}
	image_close(&packed);
	im->raw = raw_is_image(im->elf, im->size);
	if (!im->raw && !is_elf(im->elf, im->size)) {
		image_close(im);
		return failed(why, "what it holds is not a 64-bit ELF file");
	}
	return 0;
}

int image_open(struct image *im, const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return failed(why, strerror(errno));
	if (map(im, fd, why)) {
		close(fd);
		return -1;
	}
	im->raw = raw_is_image(im->elf, im->size);
	if (im->raw || is_elf(im->elf, im->size))
		return 0;
	if (open_packed(im, why)) {
		if (im->fd == fd)
			image_close(im);
		return -1;
	}
	return 0;
}

void image_close(struct image *im)
{
	munmap((void *)im->elf, im->size);
	close(im->fd);
	im->elf = NULL;
	im->size = 0;
	im->fd = -1;
}

/* Section headers may lie at odd offsets in a hostile file, so they are copied out. */
static bool section_at(const struct image *im, unsigned i, Elf64_Shdr *sh)
{
	Elf64_Ehdr eh;

	memcpy(&eh, im->elf, sizeof(eh));
	if (i >= eh.e_shnum || eh.e_shentsize != sizeof(*sh) || eh.e_shoff > im->size ||
	    (im->size - eh.e_shoff) / sizeof(*sh) <= i)
		return false;
	memcpy(sh, im->elf + eh.e_shoff + i * sizeof(*sh), sizeof(*sh));
	if (sh->sh_type == SHT_NOBITS)
		sh->sh_size = 0;
	return true;
}

static bool inside(const struct image *im, const Elf64_Shdr *sh)
{
	return sh->sh_offset <= im->size && sh->sh_size <= im->size - sh->sh_offset;
}

static bool name_is(const struct image *im, const Elf64_Shdr *names, uint32_t offset,
		    const char *name)
{
	size_t n = strlen(name) + 1;

	return offset <= names->sh_size && names->sh_size - offset >= n &&
	       !memcmp(im->elf + names->sh_offset + offset, name, n);
}

bool image_is_cut(const struct image *im)
{
	Elf64_Ehdr eh;

	if (im->raw)
		return false;
	memcpy(&eh, im->elf, sizeof(eh));
	return eh.e_shoff > im->size || (im->size - eh.e_shoff) / sizeof(Elf64_Shdr) < eh.e_shnum;
}

const uint8_t *image_section(const struct image *im, const char *name, size_t *size)
{
	Elf64_Shdr names, sh;
	Elf64_Ehdr eh;

	if (im->raw)
		return raw_section(im->elf, im->size, name, size);
	memcpy(&eh, im->elf, sizeof(eh));
	if (!section_at(im, eh.e_shstrndx, &names) || !inside(im, &names))
		return NULL;
	for (unsigned i = 0; section_at(im, i, &sh); i++) {
		if (!name_is(im, &names, sh.sh_name, name) || !inside(im, &sh))
			continue;
		*size = sh.sh_size;
		return im->elf + sh.sh_offset;
	}
	return NULL;
}

const char *notes_build_id(const uint8_t *p, size_t size)
{
	while (size >= 12) {
		uint64_t name = u32(p), desc = u32(p + 4), type = u32(p + 8);
		uint64_t at = 12 + ((name + 3) & ~3ull), next = at + ((desc + 3) & ~3ull);

		if (at + desc > size)
			break;
		if (type == NT_GNU_BUILD_ID && name == 4 && !memcmp(p + 12, "GNU", 4) && desc &&
		    desc <= 64) {
			char *hex = arena_alloc(arena_permanent(), 2 * desc + 1);

			for (unsigned i = 0; i < desc; i++) {
				hex[2 * i] = "0123456789abcdef"[p[at + i] >> 4];
				hex[2 * i + 1] = "0123456789abcdef"[p[at + i] & 15];
			}
			return hex;
		}
		if (next > size)
			break;
		p += next;
		size -= next;
	}
	return "";
}

const char *image_build_id(const struct image *im)
{
	Elf64_Shdr sh;

	if (im->raw)
		return raw_build_id(im->elf, im->size);
	for (unsigned i = 0; section_at(im, i, &sh); i++) {
		const char *id;

		if (sh.sh_type != SHT_NOTE || !inside(im, &sh))
			continue;
		id = notes_build_id(im->elf + sh.sh_offset, sh.sh_size);
		if (*id)
			return id;
	}
	return "";
}

/* "RELEASE (builder) … #1 SMP …": text is len bytes at most and ends at NUL or newline. */
static bool split_banner(const char *text, size_t len, const char **release, const char **version)
{
	size_t n = 0, r;
	const char *end;

	while (n < len && text[n] && text[n] != '\n')
		n++;
	if (n == len)
		return false;
	r = strcspn(text, " ");
	end = memmem(text, n, ") #", 3);
	if (r >= n || !isdigit((unsigned char)*text) || !end)
		return false;
	*release = arena_strndup(arena_permanent(), text, r);
	*version = arena_strndup(arena_permanent(), end + 2, n - (size_t)(end + 2 - text));
	return true;
}

bool image_banner(const struct image *im, const char **release, const char **version)
{
	static const char start[] = "Linux version ";
	const char *p, *end;
	size_t n;

	p = (const char *)image_section(im, ".rodata", &n);
	if (!p) {
		p = (const char *)im->elf;
		n = im->size;
	}
	end = p + n;
	while ((p = memmem(p, (size_t)(end - p), start, sizeof(start) - 1))) {
		p += sizeof(start) - 1;
		if (split_banner(p, MIN((size_t)(end - p), 1024), release, version))
			return true;
	}
	return false;
}

bool image_boot_banner(const char *path, const char **release, const char **version)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t head[BOOT_END], text[1024];
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (pread(fd, head, sizeof(head), 0) == sizeof(head) && is_boot_image(head, sizeof(head)) &&
	    u16(head + BOOT_VERSION_TEXT))
		n = pread(fd, text, sizeof(text) - 1, u16(head + BOOT_VERSION_TEXT) + 0x200);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return split_banner((const char *)text, (size_t)n + 1, release, version);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding kernels and opening their images: an invented kernel in a temporary
 * folder, packed in every way there is a tool for, and then whole or broken;
 * at the end the kernels of this machine, where there are any.
 */
#include "types-blob.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/util.h"
#include "types/image.h"

#define RELEASE "9.8.7-invented"
#define BANNER_VERSION "#3 SMP PREEMPT_DYNAMIC Invented 9.8.7 (2031-02-03)"

static char dir[] = "/tmp/types-kernel-XXXXXX";

__attribute__((format(printf, 1, 2))) static const char *path(const char *fmt, ...)
{
	static char ring[8][512];
	static unsigned turn;
	char *p = ring[turn++ % 8];
	int n = snprintf(p, sizeof(ring[0]), "%s/", dir);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p + n, sizeof(ring[0]) - (size_t)n, fmt, ap);
	va_end(ap);
	return p;
}

static void write_text(const char *file, const char *text)
{
	if (file_write_atomic(file, text, strlen(text), 0644))
		die("cannot write %s", file);
}

/* A vmlinux of four sections: .BTF, a note, .rodata with the banner, and the names. */
static void build_elf(struct buf *out, bool with_btf)
{
	static const char names[] = "\0.BTF\0.notes\0.rodata\0.shstrtab";
	static const char rodata[] = "xx\0Linux version %s junk\0Linux version " RELEASE
				     " (who@where) (gcc (X) 1.2, ld #5.) " BANNER_VERSION "\n";
	static const uint32_t note[] = { 4, 4, NT_GNU_BUILD_ID, 0x00554e47, 0x67452301 };
	Elf64_Shdr sh[5] = { { 0 } };
	Elf64_Ehdr eh = {
		.e_machine = EM_X86_64, .e_shentsize = sizeof(*sh), .e_shnum = 5, .e_shstrndx = 4
	};
	const void *data;
	struct blob b;
	size_t size;

	blob_init(&b);
	type_int(&b, "int", 4, 1, 0, 32);
	type(&b, K_PROTO, "", 0, 1);
	type(&b, K_FUNC, "invented", 1, 2);
	data = blob_end(&b, &size);
	memcpy(eh.e_ident, ELFMAG "\2\1\1", 7);
	out->n = 0;
	buf_put(out, &eh, sizeof(eh));
	sh[1] = (Elf64_Shdr){ .sh_name = with_btf ? 1 : 0,
			      .sh_type = SHT_PROGBITS,
			      .sh_offset = out->n,
			      .sh_size = size };
	buf_put(out, data, size);
	sh[2] = (Elf64_Shdr){
		.sh_name = 6, .sh_type = SHT_NOTE, .sh_offset = out->n, .sh_size = sizeof(note)
	};
	buf_put(out, note, sizeof(note));
	sh[3] = (Elf64_Shdr){ .sh_name = 13,
			      .sh_type = SHT_PROGBITS,
			      .sh_offset = out->n,
			      .sh_size = sizeof(rodata) };
	buf_put(out, rodata, sizeof(rodata));
	sh[4] = (Elf64_Shdr){
		.sh_name = 21, .sh_type = SHT_STRTAB, .sh_offset = out->n, .sh_size = sizeof(names)
	};
	buf_put(out, names, sizeof(names));
	eh.e_shoff = out->n;
	buf_put(out, sh, sizeof(sh));
	memcpy(out->s, &eh, sizeof(eh));
	blob_deinit(&b);
}

/* A bzImage around what a command makes of the vmlinux. False when there is no such command. */
static bool build_image(const char *file, const struct buf *elf, const char *pack,
			const char *banner)
{
	uint8_t head[1024] = { 0 };
	uint32_t offset = 0x40, len;
	struct buf out;
	char *packed, command[1200];
	size_t n;

	if (file_write_atomic(path("vmlinux"), elf->s, elf->n, 0644))
		die("cannot write");
	snprintf(command, sizeof(command), "%s < %s > %s 2>/dev/null", pack, path("vmlinux"),
		 path("packed"));
	if (system(command) || file_read(path("packed"), &packed, &n))
		return false;
	len = (uint32_t)n + 4;
	head[0x1f1] = 1;
	memcpy(head + 0x1fe, "\x55\xaa", 2);
	memcpy(head + 0x202, "HdrS\x0f\x02", 6);
	if (banner) {
		memcpy(head + 0x20e, "\x00\x01", 2); /* 0x100, counted from 0x200 */
		memcpy(head + 0x300, banner, strlen(banner) + 1);
	}
	memcpy(head + 0x248, &offset, 4);
	memcpy(head + 0x24c, &len, 4);
	buf_init(&out);
	buf_put(&out, head, sizeof(head));
	buf_put(&out, head + 0x10, offset);
	buf_put(&out, packed, n);
	buf_put(&out, &elf->n, 4); /* the size, as the kernel's build appends it */
	if (file_write_atomic(file, out.s, out.n, 0644))
		die("cannot write %s", file);
	buf_deinit(&out);
	free(packed);
	return true;
}

/* All that is queued, as text, and the queue emptied. */
static const char *said(void)
{
	static char text[8192];
	FILE *f = fmemopen(text, sizeof(text) - 1, "w");

	*text = '\0';
	diag_flush(f);
	fclose(f);
	return text;
}

#define IMAGE path("kernels/" RELEASE "/boot/vmlinuz-" RELEASE)
#define TREE  path("kernels/" RELEASE "/usr/src/tree")

static void lay_out(void)
{
	char mods[512];

	snprintf(mods, sizeof(mods), "%s", path("kernels/" RELEASE "/lib/modules/" RELEASE));
	dir_make(path("kernels/" RELEASE "/boot"), 0755);
	dir_make(mods, 0755);
	dir_make(path("kernels/" RELEASE "/usr/src/tree/include/generated"), 0755);
	dir_make(path("kernels/" RELEASE "/usr/src/tree/include/config"), 0755);
	dir_make(path("kernels/not-a-kernel"), 0755);
	if (symlink("/usr/src/tree", path("kernels/" RELEASE "/lib/modules/" RELEASE "/build")))
		die("symlink");
	write_text(path("kernels/" RELEASE "/usr/src/tree/Makefile"), "all:\n");
	write_text(
		path("kernels/" RELEASE "/usr/src/tree/.config"),
		"CONFIG_SMP=y\n# CONFIG_KASAN is not set\nCONFIG_HZ=250\nCONFIG_NAME=\"a b\"\nCONFIG_EXT4_FS=m\nCONFIG_XHZ=1\n");
	setenv("SONDE_KERNELS", path("kernels"), 1);
	setenv("XDG_CACHE_HOME", path("cache"), 1);
	setenv("XDG_DATA_HOME", path("data"), 1);
}

static void count(const char *release, const char *root, void *data)
{
	unsigned *n = data;

	*n += !strcmp(release, RELEASE) && strstr(root, "kernels/" RELEASE);
	*n += 100 * !strcmp(release, "not-a-kernel");
}

static void test_find(const struct buf *elf)
{
	struct kernel *k;
	unsigned n = 0;

	build_image(IMAGE, elf, "cat", RELEASE " (who@where) " BANNER_VERSION);
	k = kernel_find(RELEASE);
	check("found in the folder",
	      k && !strcmp(k->release, RELEASE) && !k->running && strstr(k->root, RELEASE));
	check_text("version from the boot header", k->version, BANNER_VERSION);
	check_text("build-id not known yet", k->build_id, "");
	check("absolute build link is below the root",
	      k->build_dir && strstr(k->build_dir, "kernels/" RELEASE "/usr/src/tree"));
	check("no build version", !k->build_version);
	check_text("config y", kernel_config(k, "CONFIG_SMP"), "y");
	check_text("config m", kernel_config(k, "EXT4_FS"), "m");
	check_text("config number", kernel_config(k, "HZ"), "250");
	check_text("config text", kernel_config(k, "NAME"), "\"a b\"");
	check("config unset", !kernel_config(k, "KASAN") && !kernel_config(k, "NOTHING") &&
				      !kernel_config(k, "SM"));
	write_text(path("kernels/" RELEASE "/usr/src/tree/include/generated/compile.h"),
		   "#define UTS_MACHINE \"x\"\n#define UTS_VERSION \"old place\"\n");
	k = kernel_find(RELEASE);
	check_text("version in compile.h", k->build_version, "old place");
	write_text(path("kernels/" RELEASE "/usr/src/tree/include/generated/utsversion.h"),
		   "#define UTS_VERSION \"" BANNER_VERSION "\"\n");
	k = kernel_find(RELEASE);
	check_text("version in utsversion.h", k->build_version, BANNER_VERSION);
	check("and where", strstr(k->build_version_file, "utsversion.h"));
	kernel_each(count, &n);
	check("listed once", n == 1);

	check("tree without a release",
	      !kernel_find(TREE) && strstr(said(), "make modules_prepare"));
	write_text(path("kernels/" RELEASE "/usr/src/tree/include/config/kernel.release"),
		   "9.8.7\n");
	k = kernel_find(TREE);
	check("tree by kernel.release", k && !strcmp(k->release, "9.8.7") && !k->image);
	write_text(path("kernels/" RELEASE "/usr/src/tree/include/generated/utsrelease.h"),
		   "#define UTS_RELEASE \"" RELEASE "\"\n");
	k = kernel_find(path("kernels/" RELEASE "/usr/src/../src/tree/"));
	check("tree by utsrelease.h, with its image",
	      k && !strcmp(k->release, RELEASE) && k->image && !strcmp(k->version, BANNER_VERSION));
	check("no tree at all", !kernel_find("/nowhere/") && strstr(said(), "no such directory"));
	check("did you mean",
	      !kernel_find("9.8.6-invented") && strstr(said(), "did you mean '" RELEASE "'?"));
	k = kernel_find(NULL);
	check("the running one", k && k->running && *k->version);
}

static void test_packed(const struct buf *elf)
{
	static const struct {
		const char *name, *command;
		bool refused;
	} ways[] = {
		{ "gzip", "gzip -9", false },
		{ "xz", "xz --check=crc32 --x86 --lzma2=dict=32MiB", false },
		{ "zstd", "zstd -22 --ultra", false },
		{ "bzip2", "bzip2", false },
		{ "lzma", "xz --format=lzma", false },
		{ "lz4", "lz4 -l", false },
		{ "lzo", "lzop", true },
		{ "nothing known", "tr '\\0-\\377' x", true },
	};
	uint32_t seed = 1;

	for (unsigned i = 0; i < ARRAY_SIZE(ways); i++) {
		char name[64], *whole;
		struct type_db *db;
		struct kernel *k;
		size_t n;

		snprintf(name, sizeof(name), "packed with %s", ways[i].name);
		if (!build_image(IMAGE, elf, ways[i].command, NULL)) {
			printf("ok %s # skip: no such command\n", name);
			continue;
		}
		k = kernel_find(RELEASE);
		db = kernel_types(k);
		if (!db && strstr(said(), "built without")) {
			printf("ok %s # skip: not built in\n", name);
			continue;
		}
		check(name,
		      !!db == !ways[i].refused && (!db || types_function(db, "invented", NULL)));
		if (db) {
			check_text("build-id", k->build_id, "01234567");
			check_text("version from the banner", k->version, BANNER_VERSION);
			k = kernel_find(RELEASE);
			check_text("build-id from the stamp", k->build_id, "01234567");
			check("from the cache",
			      kernel_types(k) && types_function(k->types, "invented", NULL));
		}
		if (file_read(IMAGE, &whole, &n))
			die("cannot read");
		for (unsigned round = 0; round < 30;
		     round++) { /* cut off, or bytes changed: refused or not, no crash */
			size_t m = round & 1 ? n * round / 30 : n;
			char *p = malloc(n);

			memcpy(p, whole, n);
			for (unsigned c = 0; c < round / 2; c++) {
				seed = seed * 1664525 + 1013904223;
				p[0x1f0 + (seed >> 8) % (n - 0x1f0)] ^= (char)(1 << (seed & 7));
			}
			file_write_atomic(IMAGE, p, m, 0644);
			kernel_types(kernel_find(RELEASE));
			said();
			free(p);
		}
		free(whole);
	}
	check("broken images do not crash", true);
}

static void test_plain(void)
{
	struct kernel *k;
	struct buf elf;

	buf_init(&elf);
	build_elf(&elf, true);
	file_write_atomic(IMAGE, elf.s, elf.n, 0644);
	k = kernel_find(RELEASE);
	check("plain ELF", k && kernel_types(k) && !strcmp(k->version, BANNER_VERSION));
	setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
	k = kernel_find(RELEASE);
	check("without a cache", k && !*k->build_id && kernel_types(k) && *k->build_id);
	build_elf(&elf, false);
	file_write_atomic(IMAGE, elf.s, elf.n, 0644);
	check("no BTF",
	      !kernel_types(kernel_find(RELEASE)) && strstr(said(), "CONFIG_DEBUG_INFO_BTF=y"));
	for (size_t n = 0; n < elf.n; n += 7) {
		file_write_atomic(IMAGE, elf.s, n, 0644);
		kernel_types(kernel_find(RELEASE));
		said();
	}
	unlink(IMAGE);
	check("no image",
	      !kernel_types(kernel_find(RELEASE)) && strstr(said(), "there is no image"));
	buf_deinit(&elf);
}

static void put_note(struct buf *out, uint8_t first)
{
	static const uint32_t head[] = { 4, 20, NT_GNU_BUILD_ID, 0x00554e47 };
	uint8_t id[20] = { first };

	buf_put(out, head, sizeof(head));
	buf_put(out, id, sizeof(id));
}

static void pad(struct buf *out, size_t n)
{
	while (out->n < n)
		buf_putc(out, '\0');
}

/* An arm64 boot image: no sections; things that only look like what is wanted stand before it. */
static void build_raw(struct buf *out, bool with_btf)
{
	static const uint8_t looks_like[] = { 0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 1, 0, 0, 0 };
	const void *data;
	struct blob b;
	size_t size;

	blob_init(&b);
	type_int(&b, "int", 4, 1, 0, 32);
	type(&b, K_PROTO, "", 0, 1);
	type(&b, K_FUNC, "invented", 1, 2);
	for (unsigned i = 0; i < 400; i++)
		type(&b, K_PTR, "", 0, 1);
	data = blob_end(&b, &size);
	out->n = 0;
	buf_puts(out, "MZ");
	pad(out, 0x38);
	buf_puts(out, "ARM\x64");
	pad(out, 4096);
	buf_put(out, ELFMAG, 4); /* the vDSO */
	pad(out, 5000);
	put_note(out, 0xbb);
	pad(out, 90000);
	put_note(out, 0xaa);
	buf_put(out, looks_like, sizeof(looks_like));
	buf_puts(out, "Linux version " RELEASE " (who@where) (gcc (X) 1.2, ld #5.) " BANNER_VERSION "\n");
	if (with_btf)
		buf_put(out, data, size);
	pad(out, out->n + 100);
	blob_deinit(&b);
}

static void test_raw(void)
{
	static const char id[] = "aa00000000000000000000000000000000000000";
	uint8_t zboot[64] = "MZ\0\0zimg";
	uint32_t at = sizeof(zboot), n;
	struct kernel *k;
	struct buf raw;
	char *packed;
	size_t len;

	buf_init(&raw);
	build_raw(&raw, true);
	file_write_atomic(IMAGE, raw.s, raw.n, 0644);
	k = kernel_find(RELEASE);
	check("arm64 image", kernel_types(k) && types_function(k->types, "invented", NULL));
	check_text("its build-id, not the vDSO's", k->build_id, id);
	check_text("its version", k->version, BANNER_VERSION);
	check("packed", !file_write_atomic(path("raw"), raw.s, raw.n, 0644) &&
				!system(arena_printf(arena_permanent(), "gzip -9 <%s >%s", path("raw"), IMAGE)));
	k = kernel_find(RELEASE);
	check("packed arm64 image", kernel_types(k) && types_function(k->types, "invented", NULL));
	if (file_read(IMAGE, &packed, &len))
		die("cannot read");
	n = (uint32_t)len;
	memcpy(zboot + 8, &at, 4);
	memcpy(zboot + 12, &n, 4);
	raw.n = 0;
	buf_put(&raw, zboot, sizeof(zboot));
	buf_put(&raw, packed, len);
	file_write_atomic(IMAGE, raw.s, raw.n, 0644);
	k = kernel_find(RELEASE);
	check("for EFI firmware", kernel_types(k) && types_function(k->types, "invented", NULL));
	for (size_t cut = 0; cut < raw.n; cut += 97) {
		file_write_atomic(IMAGE, raw.s, cut, 0644);
		kernel_types(kernel_find(RELEASE));
		said();
	}
	build_raw(&raw, false);
	file_write_atomic(IMAGE, raw.s, raw.n, 0644);
	check("arm64 image without BTF", !kernel_types(kernel_find(RELEASE)) && strstr(said(), "no section .BTF"));
	build_raw(&raw, true);
	for (size_t cut = 0; cut < raw.n; cut += 1009) {
		file_write_atomic(IMAGE, raw.s, cut, 0644);
		kernel_types(kernel_find(RELEASE));
		said();
	}
	buf_deinit(&raw);
}

/* Pointers of an arm64 image: zeros, and a table that says what they are. */
static void test_raw_pointers(void)
{
	enum { N = 1500, AT = 16384, SIZE = AT + 24 * N + 4096 };
	const uint64_t linked = 0xffff800008000000;
	uint64_t base = 0, got, *image = arena_alloc(arena_permanent(), SIZE);
	uint8_t *bytes = (uint8_t *)image;
	Elf64_Rela r, *table = (Elf64_Rela *)(bytes + AT);
	bool right = true;

	memset(image, 0, SIZE);
	for (unsigned i = 0; i < N; i++)
		table[i] = (Elf64_Rela){ linked + 64 + 8 * i, ELF64_R_INFO(0, R_AARCH64_RELATIVE), (int64_t)(linked + 7 * i) };
	/* What only looks like one stands alone. */
	r = (Elf64_Rela){ linked, ELF64_R_INFO(0, R_AARCH64_RELATIVE), 1 };
	memcpy(bytes + AT - 48, &r, sizeof(r));
	check("pointers", raw_relocate(bytes, SIZE, &base) && base == linked);
	for (unsigned i = 0; i < N; i++) {
		memcpy(&got, bytes + 64 + 8 * i, 8);
		right = right && got == linked + 7 * i;
	}
	memcpy(&got, bytes, 8);
	check("their values, and nothing else", right && !got);
	table[N / 2].r_offset = linked + SIZE - 7;
	check("a pointer outside of the image", !raw_relocate(bytes, SIZE, &base));
	table[N / 2].r_offset = linked - 8;
	check("a pointer in front of it", !raw_relocate(bytes, SIZE, &base));
	table[N / 2].r_info = 0;
	check("too few in a row", !raw_relocate(bytes, SIZE, &base));
	check("no image", !raw_relocate(bytes, 4, &base));
}

/* Kernels of another machine stand in a folder of its own. */
static void test_arch(void)
{
	struct kernel *k;
	unsigned n = 0;

	dir_make(path("kernels/arm64/" RELEASE "/lib/modules/" RELEASE), 0755);
	dir_make(path("kernels/arm64/" RELEASE "/boot"), 0755);
	write_text(path("kernels/" RELEASE "/usr/src/tree/.config"), "CONFIG_ARM64=y\n");
	check("a tree of another machine", !kernel_find(TREE) && strstr(said(), "-a arm64"));
	kernel_set_arch("aarch64");
	k = kernel_find(RELEASE);
	check("in the folder of its machine", k && strstr(k->root, "kernels/arm64/" RELEASE) && !strcmp(k->arch, "arm64"));
	check("a tree of that machine", kernel_find(TREE) && !strcmp(kernel_find(TREE)->arch, "arm64"));
	kernel_each(count, &n);
	check("nothing else is listed", n == 0);
	kernel_set_arch(NULL);
	check("and back", kernel_find(RELEASE) && !strstr(kernel_find(RELEASE)->root, "arm64"));
}

static void real_one(const char *release, const char *root, void *data)
{
	const struct type *t, *f;
	const struct type_member *m;
	struct type_db *db;
	struct kernel *k;
	uint64_t at;

	(void)root, (void)data;
	k = kernel_find(release);
	db = k ? kernel_types(k) : NULL;
	if (!db) {
		said();
		printf("ok kernel %s # skip: no BTF\n", release);
		return;
	}
	printf("# kernel %s\n", release);
	t = types_find(db, TYPE_STRUCT, "task_struct");
	m = t ? type_find_member(t, "comm", &at) : NULL;
	check("task_struct.comm", m && at);
	check_text("is", m ? spell(type_get(db, m->type_id)) : NULL, "char[16]");
	f = types_function(db, "vfs_read", NULL);
	check_text("vfs_read", f ? spell(f) : NULL,
		   "ssize_t (struct file *, char *, size_t, loff_t *)");
	check_text("its third parameter", f && f->nmembers == 4 ? f->members[2].name : NULL,
		   "count");
	check("a pid is an int",
	      types_parse(db, "pid_t") && type_strip(types_parse(db, "pid_t"))->size == 4);
}

int main(void)
{
	char command[64];
	struct buf elf;

	if (!mkdtemp(dir))
		die("no temporary folder");
	lay_out();
	buf_init(&elf);
	build_elf(&elf, true);
	test_find(&elf);
	test_packed(&elf);
	test_plain();
	test_raw();
	test_raw_pointers();
	test_arch();
	buf_deinit(&elf);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	unsetenv("SONDE_KERNELS");
	unsetenv("XDG_CACHE_HOME");
	kernel_each(real_one, NULL);
	return system(command) || failures;
}

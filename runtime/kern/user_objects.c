// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files with code that processes map: where their code is, their build-id, and
 * the tables of frames, out of the file, once. They are known by their inodes.
 * What is in a file may be anything: all of it is checked where it is used.
 */
#include <linux/elf.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#ifdef CONFIG_X86_64
#include <asm/vdso.h>
#endif
#include "user_objects.h"

enum {
	BUCKETS = 512, OBJECTS_MAX = 8192, PHDRS_MAX = 64, SHDRS_MAX = 128, TABLE_MAX = 32 << 20, TABLES_MAX = 128 << 20,
};

static struct hlist_head buckets[BUCKETS];
static struct sd_object *vdso;
static unsigned int nobjects;
static u64 table_bytes;
static bool told_full;
static DEFINE_MUTEX(adding);

/* ---- reading a file ------------------------------------------------------------------------- */

/* A file, or one that lies in memory. */
struct source {
	struct file *f;
	const char *mem;
	u64 size;
};

static bool read_at(const struct source *s, u64 at, void *to, size_t n)
{
	loff_t pos = at;

	if (at > s->size || n > s->size - at)
		return false;
	if (!s->f) {
		memcpy(to, s->mem + at, n);
		return true;
	}
	while (n) {
		ssize_t got = kernel_read(s->f, to, n, &pos);

		if (got <= 0)
			return false;
		to += got;
		n -= got;
	}
	return true;
}

/* The memory of the file's segments from an address on. */
static u64 bytes_from(const Elf64_Phdr *ph, unsigned int n, u64 addr, u64 *offset)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (ph[i].p_type == PT_LOAD && addr >= ph[i].p_vaddr && addr - ph[i].p_vaddr < ph[i].p_filesz) {
			*offset = ph[i].p_offset + (addr - ph[i].p_vaddr);
			return ph[i].p_filesz - (addr - ph[i].p_vaddr);
		}
	return 0;
}

struct section {
	u64 addr, offset, bytes;
	bool debug;
};

/* By what unwinders find it at run time. */
static bool find_by_header(const struct source *s, const Elf64_Phdr *ph, unsigned int n, struct section *out)
{
	struct { u8 version, pointer, count, table; s32 to; } h;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (ph[i].p_type != 0x6474e550 /* PT_GNU_EH_FRAME */ || !read_at(s, ph[i].p_offset, &h, sizeof(h)))
			continue;
		if (h.version != 1 || h.pointer != 0x1b /* from here, four bytes, signed */)
			return false;
		out->addr = ph[i].p_vaddr + 4 + (s64)h.to;
		out->bytes = bytes_from(ph, n, out->addr, &out->offset);
		return out->bytes;
	}
	return false;
}

/* By the names of sections: both kinds, as each may be of some of the code. Of what is known already, only its size. */
static void find_by_section(const struct source *s, const Elf64_Ehdr *eh, struct section *frame, struct section *debug)
{
	unsigned int i, n = min_t(unsigned int, eh->e_shnum, SHDRS_MAX);
	Elf64_Shdr *sh = n ? sd_may_fail(kvcalloc(n, sizeof(*sh), GFP_KERNEL)) : NULL;
	char name[16];

	if (!sh || eh->e_shentsize != sizeof(*sh) || !read_at(s, eh->e_shoff, sh, n * sizeof(*sh)))
		goto out;
	for (i = 0; i < n; i++) {
		if (eh->e_shstrndx >= n || sh[i].sh_flags & 0x800 /* compressed */ || sh[i].sh_type == SHT_NOBITS || !sh[i].sh_size ||
		    !read_at(s, sh[eh->e_shstrndx].sh_offset + sh[i].sh_name, name, sizeof(name)))
			continue;
		if (!strncmp(name, ".debug_frame", sizeof(name)))
			*debug = (struct section){ sh[i].sh_addr, sh[i].sh_offset, sh[i].sh_size, true };
		else if (!strncmp(name, ".eh_frame", sizeof(name)) && (!frame->bytes || frame->addr == sh[i].sh_addr))
			*frame = (struct section){ sh[i].sh_addr, sh[i].sh_offset, sh[i].sh_size };
	}
out:
	kvfree(sh);
}

static void tell_full(void)
{
	if (told_full)
		return;
	told_full = true;
	sd_warn(NULL, "the tables of frames of what is mapped take more than %d MB: stacks end where one was left out", TABLES_MAX >> 20);
}

static void read_table(struct sd_unwind_table *t, const struct source *s, const struct section *at)
{
	unsigned char *frame;
	unsigned int n;

	if (!at->bytes || at->bytes > TABLE_MAX)
		return;
	if (table_bytes + at->bytes > TABLES_MAX) {
		tell_full();
		return;
	}
	frame = sd_may_fail(kvmalloc(at->bytes, GFP_KERNEL));
	if (!frame || !read_at(s, at->offset, frame, at->bytes))
		goto no_table;
	*t = (struct sd_unwind_table){ .frame = frame, .size = at->bytes, .addr = at->addr, .debug = at->debug };
	n = sd_unwind_count(t);
	t->index = n ? sd_may_fail(kvmalloc_array(n, sizeof(*t->index), GFP_KERNEL)) : NULL;
	if (!t->index)
		goto no_table;
	sd_unwind_index(t);
	table_bytes += at->bytes + n * sizeof(*t->index);
	WRITE_ONCE(sd_control->memory[SD_MEMORY_FRAMES], table_bytes);
	return;
no_table:
	kvfree(frame);
	t->frame = NULL;
}

static void read_tables(struct sd_frames *t, const struct source *s, const Elf64_Ehdr *eh, const Elf64_Phdr *ph)
{
	struct section frame = {}, debug = {};

	find_by_header(s, ph, eh->e_phnum, &frame);
	find_by_section(s, eh, &frame, &debug);
	read_table(&t->eh, s, &frame);
	read_table(&t->debug, s, &debug);
}

/* NULL: it is no program of this machine, or no memory. */
static Elf64_Phdr *read_headers(const struct source *s, Elf64_Ehdr *eh)
{
	Elf64_Phdr *ph;

	if (!read_at(s, 0, eh, sizeof(*eh)) || memcmp(eh->e_ident, ELFMAG, SELFMAG) || eh->e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh->e_machine != ELF_ARCH || !eh->e_phnum || eh->e_phnum > PHDRS_MAX || eh->e_phentsize != sizeof(*ph))
		return NULL;
	ph = sd_may_fail(kvcalloc(eh->e_phnum, sizeof(*ph), GFP_KERNEL));
	if (ph && read_at(s, eh->e_phoff, ph, eh->e_phnum * sizeof(*ph)))
		return ph;
	kvfree(ph);
	return NULL;
}

static void read_object(struct sd_object *o, const struct source *s)
{
	Elf64_Phdr *ph;
	Elf64_Ehdr eh;
	unsigned int i;

	ph = read_headers(s, &eh);
	if (!ph)
		return;
	for (i = 0; i < eh.e_phnum && o->nloads < SD_OBJECT_LOADS; i++)
		if (ph[i].p_type == PT_LOAD && ph[i].p_flags & PF_X)
			o->loads[o->nloads++] = (struct sd_load){ ph[i].p_offset, ph[i].p_vaddr, ph[i].p_filesz };
	if (s->f)
		sd_read_build_id(s->f, o->build_id);
	if (sd_script.flags & SD_SCRIPT_USER_STACKS)
		read_tables(&o->frames, s, &eh, ph);
	kvfree(ph);
}

void sd_frames_read(struct sd_frames *t, struct file *f)
{
	struct source s = { .f = f, .size = i_size_read(file_inode(f)) };
	Elf64_Phdr *ph;
	Elf64_Ehdr eh;

	mutex_lock(&adding);
	ph = read_headers(&s, &eh);
	if (ph)
		read_tables(t, &s, &eh, ph);
	mutex_unlock(&adding);
	kvfree(ph);
}

void sd_frames_free(struct sd_frames *t)
{
	kvfree(t->eh.frame);
	kvfree(t->eh.index);
	kvfree(t->debug.frame);
	kvfree(t->debug.index);
	*t = (struct sd_frames){};
}

enum sd_unwind_end sd_frames_step(struct sd_unwind *u, const struct sd_frames *t, sd_uint bias)
{
	enum sd_unwind_end end = sd_unwind_step(u, &t->eh, bias);

	return end == SD_UNWIND_NONE ? sd_unwind_step(u, &t->debug, bias) : end;
}

bool sd_object_address(const struct sd_object *o, u64 offset, u64 *addr)
{
	unsigned int i;

	for (i = 0; i < o->nloads; i++)
		if (offset >= o->loads[i].offset && offset - o->loads[i].offset < o->loads[i].bytes) {
			*addr = o->loads[i].addr + (offset - o->loads[i].offset);
			return true;
		}
	return false;
}

/* ---- those that are known ------------------------------------------------------------------- */

static struct hlist_head *bucket_of(const struct inode *inode)
{
	return &buckets[hash_64(inode->i_ino ^ (u64)inode->i_sb->s_dev << 32, 9)];
}

const struct sd_object *sd_object_of(const struct inode *inode)
{
	struct sd_object *o;

	hlist_for_each_entry_rcu(o, bucket_of(inode), link, true)
		if (o->ino == inode->i_ino && o->dev == inode->i_sb->s_dev && o->generation == inode->i_generation && o->size == i_size_read(inode))
			return o;
	return NULL;
}

const struct sd_object *sd_object_vdso(void)
{
	return READ_ONCE(vdso);
}

static void free_object(struct sd_object *o)
{
	if (!o)
		return;
	sd_frames_free(&o->frames);
	kfree(o);
}

/* inode: what processes map, which is below an overlay. */
static const struct sd_object *add(struct file *f, const struct inode *inode, const struct sd_user_object *names)
{
	struct source s = { .f = f, .size = i_size_read(inode) };
	struct sd_object *o;

	BUILD_BUG_ON(BUCKETS != 1 << 9);
	mutex_lock(&adding);
	o = (struct sd_object *)sd_object_of(inode);
	if (o || nobjects >= OBJECTS_MAX || !S_ISREG(inode->i_mode))
		goto out;
	o = sd_may_fail(kzalloc(sizeof(*o), GFP_KERNEL));
	if (!o)
		goto out;
	o->dev = inode->i_sb->s_dev;
	o->ino = inode->i_ino;
	o->generation = inode->i_generation;
	o->size = s.size;
	strscpy(o->name, f->f_path.dentry->d_name.name, sizeof(o->name));
	read_object(o, &s);
	if (names && (!*names->build_id || !strcmp(names->build_id, o->build_id)))
		o->names = names;
	nobjects++;
	hlist_add_head_rcu(&o->link, bucket_of(inode));
out:
	mutex_unlock(&adding);
	return o;
}

const struct sd_object *sd_object_add(struct file *f)
{
	return add(f, file_inode(f), NULL);
}

static void add_named(const struct sd_user_object *names)
{
	struct file *f = filp_open(names->path, O_RDONLY | O_LARGEFILE, 0);

	if (IS_ERR(f))
		return; /* it has no names then */
	add(f, d_real_inode(f->f_path.dentry), names);
	fput(f);
}

static void add_vdso(void)
{
#ifdef CONFIG_X86_64
	struct sd_object *o = sd_may_fail(kzalloc(sizeof(*o), GFP_KERNEL));
	const struct vdso_image *image = sd_lookup("vdso_image_64");
	struct source s;

	if (!o || !image || !image->data) {
		kfree(o);
		return;
	}
	s = (struct source){ .mem = image->data, .size = image->size };
	strscpy(o->name, "vdso", sizeof(o->name));
	read_object(o, &s);
	WRITE_ONCE(vdso, o);
#endif
}

void sd_user_objects_init(void)
{
	unsigned int i;

	for (i = 0; i < sd_script.nobjects; i++)
		add_named(&sd_script.objects[i]);
	add_vdso();
}

void sd_user_objects_exit(void)
{
	struct hlist_node *next;
	struct sd_object *o;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++)
		hlist_for_each_entry_safe(o, next, &buckets[i], link) {
			hlist_del(&o->link);
			free_object(o);
		}
	free_object(vdso);
	vdso = NULL;
	nobjects = 0;
	table_bytes = 0;
}

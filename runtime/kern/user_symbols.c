// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of addresses in the current process. What is mapped where the kernel
 * knows: its list is looked at in place, under its lock, if that can be had at
 * once, so that nothing has to be kept and nothing can be out of date; a
 * process that is gone, or that changes its mappings at this moment, has no
 * names. Functions are in tables that the compiler made of the files which the
 * script names; they are known by their inodes.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/namei.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "kern.h"

enum { NAME_MAX_SHOWN = 64 };

/* The file of an object; in the order of the script's table. */
struct found {
	struct path path;
	const struct inode *inode; /* that is mapped: below an overlay; NULL: not here */
};

static struct found *found;

/* What is at an address. */
struct spot {
	unsigned long addr;
	u64 offset;                /* in the file */
	const struct sd_user_object *object; /* NULL: no file that we know */
	const struct sd_user_symbol *symbol; /* NULL: unknown */
	bool mapped;
	char name[NAME_MAX_SHOWN]; /* of the file, without its folders */
};

static void give_back(struct irq_work *w)
{
	struct sd_cpu *cpu = container_of(w, struct sd_cpu, unlock);
	struct mm_struct *mm = cpu->locked;

	WRITE_ONCE(cpu->locked, NULL);
	mmap_read_unlock_non_owner(mm);
}

/*
 * Giving the lock back may wake somebody, which a handler may do only where it interrupted a program: in the kernel it may
 * be inside of the scheduler. So it is left to an interrupt that comes when they are enabled again; one at a time.
 */
static bool lock_mappings(struct sd_ctx *c, struct mm_struct *mm)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) || READ_ONCE(sd_cpu_of(c)->locked))
		return false;
	return mmap_read_trylock(mm);
}

static void unlock_mappings(struct sd_ctx *c, struct mm_struct *mm)
{
	struct sd_cpu *cpu = sd_cpu_of(c);

	if (c->regs && user_mode(sd_regs(c))) {
		mmap_read_unlock(mm);
		return;
	}
	cpu->locked = mm;
	rwsem_release(&mm->mmap_lock.dep_map, _RET_IP_);
	init_irq_work(&cpu->unlock, give_back);
	irq_work_queue(&cpu->unlock);
}

static void look_at(struct spot *at, struct mm_struct *mm)
{
	struct vm_area_struct *vma = find_vma(mm, at->addr);
	const struct inode *inode;
	unsigned int i;

	if (!vma || vma->vm_start > at->addr || !vma->vm_file)
		return;
	at->mapped = true;
	at->offset = at->addr - vma->vm_start + ((u64)vma->vm_pgoff << PAGE_SHIFT);
	/* A name that is changed at this moment is freed behind RCU, which waits for us. */
	strscpy(at->name, READ_ONCE(vma->vm_file->f_path.dentry->d_name.name), sizeof(at->name));
	inode = file_inode(vma->vm_file);
	for (i = 0; found && i < sd_script.nobjects && !at->object; i++)
		if (found[i].inode == inode)
			at->object = &sd_script.objects[i];
}

/* The last function that begins at the offset or before it, and does not end there. */
static const struct sd_user_symbol *function_at(const struct sd_user_object *o, u64 offset)
{
	unsigned int lo = 0, n = o->nsymbols;
	const struct sd_user_symbol *s;

	while (n) {
		unsigned int half = n / 2;

		if (o->symbols[lo + half].offset <= offset) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	s = lo ? &o->symbols[lo - 1] : NULL;
	return s && (!s->size || offset - s->offset < s->size) ? s : NULL;
}

static void locate(struct sd_ctx *c, struct spot *at, unsigned long addr)
{
	struct mm_struct *mm = current->mm;

	at->addr = addr;
	at->object = NULL;
	at->symbol = NULL;
	at->mapped = false;
	if (!mm || in_nmi())
		return;
	if (!lock_mappings(c, mm)) {
		sd_faulted(c);
		return;
	}
	look_at(at, mm);
	unlock_mappings(c, mm);
	if (at->object)
		at->symbol = function_at(at->object, at->offset);
}

/* ---- as text ---------------------------------------------------------------------------- */

__printf(3, 4) static void put(struct sd_ctx *c, struct sd_text *t, const char *fmt, ...)
{
	char buf[48];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vscnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	sd_text_put(c, t, (struct sd_str){ buf, n });
}

static void put_string(struct sd_ctx *c, struct sd_text *t, const char *s)
{
	sd_text_put(c, t, (struct sd_str){ s, strlen(s) });
}

static void put_spot(struct sd_ctx *c, struct sd_text *t, const struct spot *at, bool data)
{
	if (at->symbol)
		put_string(c, t, at->object->names + at->symbol->name);
	else
		put(c, t, "0x%lx", at->addr);
	if (!data)
		return;
	if (at->symbol && at->symbol->size)
		put(c, t, "+0x%llx/0x%x", at->offset - at->symbol->offset, at->symbol->size);
	else if (at->symbol)
		put(c, t, "+0x%llx", at->offset - at->symbol->offset);
	if (!at->mapped)
		return;
	put_string(c, t, " [");
	put_string(c, t, at->object ? at->object->path : at->name);
	if (!at->symbol)
		put(c, t, "+0x%llx", at->offset);
	put_string(c, t, "]");
}

static struct sd_str text_of(struct sd_ctx *c, char *dst, sd_uint cap, unsigned long addr, bool data)
{
	struct sd_text t = { .s = dst, .cap = cap };
	struct spot at;

	locate(c, &at, addr);
	put_spot(c, &t, &at, data);
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_usymname(SD_FN_STR, sd_int addr) { return text_of(c, dst, cap, addr, false); }
struct sd_str sd_fn_usymdata(SD_FN_STR, sd_int addr) { return text_of(c, dst, cap, addr, true); }

struct sd_str sd_fn_umodname(SD_FN_STR, sd_int addr)
{
	struct spot at;

	locate(c, &at, addr);
	if (at.mapped)
		return sd_str_copy(c, dst, cap, (struct sd_str){ at.name, strlen(at.name) });
	sd_fn_error(c, s, SD_STR("no file is known to be mapped at this user address"));
	return (struct sd_str){ dst, 0 };
}

static struct sd_str lines_of(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str addresses, bool data)
{
	struct sd_text t = { .s = dst, .cap = cap };
	unsigned long addr;
	struct spot at;

	while (sd_next_address(&addresses, &addr)) {
		locate(c, &at, addr);
		put_spot(c, &t, &at, data);
		put_string(c, &t, "\n");
	}
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_sprint_ustack(SD_FN_STR, struct sd_str addresses) { return lines_of(c, dst, cap, addresses, false); }
struct sd_str sd_fn_sprint_usyms(SD_FN_STR, struct sd_str addresses) { return lines_of(c, dst, cap, addresses, true); }

void sd_fn_print_usyms(SD_FN, struct sd_str addresses)
{
	struct sd_cpu *cpu = sd_cpu_of(c);
	unsigned long addr;
	struct spot at;

	while (sd_next_address(&addresses, &addr)) {
		struct sd_text t = { .s = cpu->dump, .cap = sizeof(cpu->dump) };
		char *p;

		locate(c, &at, addr);
		put(c, &t, " 0x%lx : ", addr);
		put_spot(c, &t, &at, true);
		put_string(c, &t, "\n");
		p = sd_rec_begin(c, SD_REC_TEXT, 0, SD_STR_BYTES(t.n));
		if (p) {
			sd_put_str(p, (struct sd_str){ cpu->dump, t.n });
			sd_rec_end(c);
		}
	}
}

/* ---- the files -------------------------------------------------------------------------- */

void sd_user_symbols_find(void)
{
	unsigned int i;

	if (!sd_script.nobjects || found)
		return;
	found = sd_may_fail(kvcalloc(sd_script.nobjects, sizeof(*found), GFP_KERNEL));
	for (i = 0; found && i < sd_script.nobjects; i++)
		if (!kern_path(sd_script.objects[i].path, LOOKUP_FOLLOW, &found[i].path))
			found[i].inode = d_real_inode(found[i].path.dentry);
}

void sd_user_symbols_exit(void)
{
	unsigned int i;

	for (i = 0; i <= sd_ncpus; i++)
		irq_work_sync(&sd_cpus[i]->unlock);
	for (i = 0; found && i < sd_script.nobjects; i++)
		if (found[i].inode)
			path_put(&found[i].path);
	kvfree(found);
	found = NULL;
}

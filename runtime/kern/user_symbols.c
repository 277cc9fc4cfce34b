// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of addresses in the current process. What is mapped where the kernel
 * knows: its list is looked at in place, under its lock, if that can be had at
 * once, so that nothing can be out of date. For a process that is gone, or that
 * changes its mappings at this moment, there is what user_mappings.c has seen.
 * Functions are in tables that the compiler made of the files which the script names.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include "user_objects.h"

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
static bool later(struct sd_ctx *c)
{
	return in_nmi() || !c->regs || !user_mode(sd_regs(c));
}

bool sd_mappings_begin(struct sd_ctx *c, struct mm_struct *mm)
{
	struct mm_struct *locked = READ_ONCE(sd_cpu_of(c)->locked);

	if (locked && locked == mm) { /* what this handler has locked before is its until interrupts are enabled; lockdep was told otherwise */
		rwsem_acquire_read(&mm->mmap_lock.dep_map, 0, 1, _RET_IP_);
		return true;
	}
	if (!IS_ENABLED(CONFIG_PREEMPT_RT) && !locked && mmap_read_trylock(mm))
		return true;
	sd_faulted(c);
	return false;
}

void sd_mappings_end(struct sd_ctx *c, struct mm_struct *mm)
{
	struct sd_cpu *cpu = sd_cpu_of(c);

	if (!cpu->locked && !later(c)) {
		mmap_read_unlock(mm);
		return;
	}
	rwsem_release(&mm->mmap_lock.dep_map, _RET_IP_);
	if (cpu->locked)
		return;
	cpu->locked = mm;
	init_irq_work(&cpu->unlock, give_back);
	irq_work_queue(&cpu->unlock);
}

static void copy_name(struct sd_mapping *m, const char *name)
{
	strscpy(m->name, name, sizeof(m->name));
}

bool sd_mapping_find(struct mm_struct *mm, unsigned long addr, struct sd_mapping *m)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	if (!vma || vma->vm_start > addr)
		return false;
	m->start = vma->vm_start;
	m->end = vma->vm_end;
	m->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	m->object = NULL;
	m->is_code = vma->vm_flags & VM_EXEC;
	m->is_file = vma->vm_file;
	if (vma->vm_file) {
		/* A name that is changed at this moment is freed behind RCU, which waits for us. */
		copy_name(m, READ_ONCE(vma->vm_file->f_path.dentry->d_name.name));
		m->object = sd_object_of(file_inode(vma->vm_file));
		if (!m->object && m->is_code)
			sd_object_want(vma->vm_file);
#ifdef CONFIG_X86_64
	} else if (vma->vm_start == (unsigned long)mm->context.vdso) {
		m->offset = 0;
		m->is_file = true;
		m->object = sd_object_vdso();
		copy_name(m, "vdso");
#endif
	}
	return true;
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

/* Of the current process, or else of one that is gone. */
static bool locate(struct sd_ctx *c, unsigned long addr, struct sd_mapping *m)
{
	struct mm_struct *mm = sd_cpu_of(c) == sd_process ? NULL : current->mm;
	bool found = false;

	if (mm && sd_mappings_begin(c, mm)) {
		found = sd_mapping_find(mm, addr, m);
		sd_mappings_end(c, mm);
	}
	return found || sd_mapping_past(addr, m);
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

/* NULL: it is not known. */
static const struct sd_user_line *line_at(const struct sd_user_object *o, u64 offset)
{
	unsigned int lo = 0, n = o->nlines;

	while (n) {
		unsigned int half = n / 2;

		if (o->lines[lo + half].offset <= offset) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo && o->sources[o->lines[lo - 1].source] ? &o->lines[lo - 1] : NULL;
}

static const struct sd_user_line *line_of(const struct sd_mapping *m, unsigned long addr, bool behind)
{
	return m && m->object && m->object->names ? line_at(m->object->names, m->offset + (addr - m->start) - behind) : NULL;
}

static void put_line(struct sd_ctx *c, struct sd_text *t, const struct sd_mapping *m, const struct sd_user_line *l, unsigned int parts)
{
	if (parts & SD_LINE_SOURCE)
		put_string(c, t, m->object->names->sources[l->source]);
	put(c, t, "%s", parts == (SD_LINE_SOURCE | SD_LINE_NUMBER) ? ":" : "");
	if (parts & SD_LINE_NUMBER)
		put(c, t, "%u", l->line);
}

static void put_raw(struct sd_ctx *c, struct sd_text *t, const struct sd_mapping *m, unsigned long addr)
{
	u64 offset = m ? m->offset + (addr - m->start) : 0, own;

	if (m && m->object && *m->object->build_id && sd_object_address(m->object, offset, &own)) {
		put_string(c, t, m->object->build_id);
		put(c, t, "+0x%llx", own);
	} else {
		put(c, t, "0x%lx", addr);
	}
}

void sd_put_user_name(struct sd_ctx *c, struct sd_text *t, const struct sd_mapping *m, unsigned long addr, bool behind, enum sd_name_style style)
{
	const struct sd_user_object *names = m && m->object ? m->object->names : NULL;
	u64 offset = m ? m->offset + (addr - m->start) : 0;
	const struct sd_user_symbol *symbol = names ? function_at(names, offset - behind) : NULL;

	if (style == SD_NAME_RAW) {
		put_raw(c, t, m, addr);
		return;
	}
	if (symbol)
		put_string(c, t, names->names + symbol->name);
	else
		put(c, t, "0x%lx", addr);
	if (style == SD_NAME_ALONE)
		return;
	if (symbol)
		put(c, t, "+0x%llx", offset - symbol->offset);
	if (symbol && symbol->size && style >= SD_NAME_FULL)
		put(c, t, "/0x%x", symbol->size);
	if (style == SD_NAME_LINE && line_of(m, addr, behind)) {
		put_string(c, t, " at ");
		put_line(c, t, m, line_of(m, addr, behind), SD_LINE_SOURCE | SD_LINE_NUMBER);
	}
	if (!m || !m->is_file || style == SD_NAME_OFFSET)
		return;
	put_string(c, t, " [");
	put_string(c, t, names ? names->path : m->name);
	if (!symbol)
		put(c, t, "+0x%llx", offset);
	put_string(c, t, "]");
}

static struct sd_str text_of(struct sd_ctx *c, char *dst, sd_uint cap, unsigned long addr, enum sd_name_style style)
{
	struct sd_text t = { .s = dst, .cap = cap };
	struct sd_mapping m;

	sd_put_user_name(c, &t, locate(c, addr, &m) ? &m : NULL, addr, false, style);
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_usymname(SD_FN_STR, sd_int addr) { return text_of(c, dst, cap, addr, SD_NAME_ALONE); }
struct sd_str sd_fn_usymdata(SD_FN_STR, sd_int addr) { return text_of(c, dst, cap, addr, SD_NAME_FULL); }
struct sd_str sd_fn_usymraw(SD_FN_STR, sd_int addr) { return text_of(c, dst, cap, addr, SD_NAME_RAW); }

struct sd_str sd_fn___usymline(SD_FN_STR, sd_int addr, sd_int parts)
{
	struct sd_text t = { .s = dst, .cap = cap };
	const struct sd_user_line *l;
	struct sd_mapping m;

	l = locate(c, addr, &m) ? line_of(&m, addr, false) : NULL;
	if (l)
		put_line(c, &t, &m, l, parts);
	else
		put(c, &t, "0x%llx", addr);
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_umodname(SD_FN_STR, sd_int addr)
{
	struct sd_mapping m;

	if (locate(c, addr, &m) && m.is_file)
		return sd_str_copy(c, dst, cap, (struct sd_str){ m.name, strlen(m.name) });
	sd_fn_error(c, s, SD_STR("no file is known to be mapped at this user address"));
	return (struct sd_str){ dst, 0 };
}

static struct sd_str lines_of(struct sd_ctx *c, char *dst, sd_uint cap, struct sd_str addresses, enum sd_name_style style)
{
	struct sd_text t = { .s = dst, .cap = cap };
	unsigned long addr;
	struct sd_mapping m;
	bool behind = false;

	while (sd_next_address(&addresses, &addr)) {
		sd_put_user_name(c, &t, locate(c, addr, &m) ? &m : NULL, addr, behind, style);
		put_string(c, &t, "\n");
		behind = true;
	}
	return (struct sd_str){ dst, t.n };
}

struct sd_str sd_fn_sprint_ustack(SD_FN_STR, struct sd_str addresses) { return lines_of(c, dst, cap, addresses, SD_NAME_FILE); }
struct sd_str sd_fn_sprint_usyms(SD_FN_STR, struct sd_str addresses) { return lines_of(c, dst, cap, addresses, SD_NAME_FULL); }
struct sd_str sd_fn_sprint_uraw(SD_FN_STR, struct sd_str addresses) { return lines_of(c, dst, cap, addresses, SD_NAME_RAW); }

void sd_print_user_line(struct sd_ctx *c, const struct sd_mapping *m, unsigned long addr, bool behind, enum sd_name_style style)
{
	struct sd_cpu *cpu = sd_cpu_of(c);
	struct sd_text t = { .s = cpu->dump, .cap = sizeof(cpu->dump) };
	char *p;

	if (style == SD_NAME_FULL || style == SD_NAME_LINE)
		put(c, &t, " 0x%lx : ", addr);
	sd_put_user_name(c, &t, m, addr, behind, style);
	put_string(c, &t, "\n");
	p = sd_rec_begin(c, SD_REC_TEXT, 0, SD_STR_BYTES(t.n));
	if (p) {
		sd_put_str(p, (struct sd_str){ cpu->dump, t.n });
		sd_rec_end(c);
	}
}

void sd_fn_print_usyms(SD_FN, struct sd_str addresses)
{
	struct sd_mapping m;
	unsigned long addr;
	bool behind = false;

	while (sd_next_address(&addresses, &addr)) {
		sd_print_user_line(c, locate(c, addr, &m) ? &m : NULL, addr, behind, SD_NAME_FULL);
		behind = true;
	}
}

void sd_user_symbols_exit(void)
{
	unsigned int i;

	for (i = 0; i <= sd_ncpus; i++)
		irq_work_sync(&sd_cpus[i]->unlock);
}

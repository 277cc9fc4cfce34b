// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * uprobe: code of programs and libraries, at any instruction and at returns.
 * A place is an offset in a file, which the kernel finds in all processes that
 * map it, now and later. Handlers run in the process, where sleeping would be
 * possible but for the handler's own context: so a read of memory that is not
 * there leaves the handler, gets the page, and begins again, as long as the
 * handler has had no effect that could be seen.
 */
#include <linux/elf.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "user_callers.h"
#include "compat/uprobe.h"

enum {
	TRIES = 16,           /* pages a handler may wait for */
	NESTED_MAX = 64, /* calls of a task that are in flight: of a deeper one the kernel drops the return (its MAX_URETPROBE_DEPTH) */
	BUCKETS_BITS = 8, WAYS = 8, /* calls in flight whose entry values are kept */
	NOTES_MAX = 4096, HEADERS_MAX = 64, ID_MAX = 64,
};

/* One place of a probe. */
struct site {
	struct uprobe_consumer uc;
	const struct sd_probe *probe;
	const struct sd_user_place *to;
	struct sd_task_filter *filter;
	struct target_file *file;
	unsigned int place;
	bool registered;
	sd_uprobe_handle handle;
};

struct target_file {
	const char *path;
	struct file *f;              /* held: so the inode stays the one that is mapped */
	struct inode *inode;
	struct sd_frames frames;     /* of callees */
	bool has_frames;             /* or not: they were looked for */
	int err;
};

/* A call in flight with values that were saved when the function was entered. */
struct call {
	const struct task_struct *task;
	const struct site *site;     /* NULL: free */
	unsigned long sp;
	u64 age;
	sd_uint entry[];
};

struct bucket {
	raw_spinlock_t lock;
	u64 age;
};

static struct site *sites;
static unsigned int nsites;
static struct target_file *files;
static unsigned int nfiles;
static struct sd_task_filter *filters;
static unsigned int nfilters;
static struct bucket *buckets;
static char *calls;
static size_t call_bytes;

/* ---- calls in flight -------------------------------------------------------------------- */

static struct bucket *bucket_of(unsigned long sp, struct call **first)
{
	unsigned int n = hash_long((unsigned long)current ^ sp, BUCKETS_BITS);

	*first = (struct call *)(calls + (size_t)n * WAYS * call_bytes);
	return &buckets[n];
}

static struct call *next_call(struct call *c)
{
	return (struct call *)((char *)c + call_bytes);
}

/* Where a call's return address is, or was. */
static unsigned long frame_of(const struct pt_regs *r, bool returned)
{
#ifdef CONFIG_X86_64
	return user_stack_pointer((struct pt_regs *)r) - (returned ? sizeof(long) : 0);
#else
	return user_stack_pointer((struct pt_regs *)r);
#endif
}

/* Of calls that never came back (longjmp, exit) the oldest make room; so may, and are counted, some that will. */
static void keep_call(const struct site *s, unsigned long sp, const sd_uint *entry)
{
	struct call *c, *to = NULL;
	struct bucket *b = bucket_of(sp, &c);
	unsigned int i;

	raw_spin_lock(&b->lock);
	for (i = 0; i < WAYS; i++, c = next_call(c)) {
		if (c->site == s && c->task == current && c->sp == sp) {
			to = c;
			break;
		}
		if (!to || (to->site && (!c->site || c->age < to->age)))
			to = c;
	}
	if (to->site && i == WAYS)
		this_cpu_read(sd_cpu_state)->count[to->site->probe->index].loss[SD_LOSS_MISSED]++;
	to->task = current;
	to->site = s;
	to->sp = sp;
	to->age = b->age++;
	memcpy(to->entry, entry, call_bytes - sizeof(*to));
	raw_spin_unlock(&b->lock);
}

/* Takes a call's values out; false: there are none. */
static bool take_call(const struct site *s, unsigned long sp, sd_uint *entry)
{
	struct call *c;
	struct bucket *b = bucket_of(sp, &c);
	bool found = false;
	unsigned int i;

	raw_spin_lock(&b->lock);
	for (i = 0; i < WAYS && !found; i++, c = next_call(c))
		if (c->site == s && c->task == current && c->sp == sp) {
			memcpy(entry, c->entry, call_bytes - sizeof(*c));
			c->site = NULL;
			found = true;
		}
	raw_spin_unlock(&b->lock);
	return found;
}

/* ---- hits ------------------------------------------------------------------------------- */

/* Gets the page of a user address. False: there is none. */
static bool get_page_of(unsigned long addr)
{
	char byte;

	return !get_user(byte, (const char __user *)addr);
}

enum hit { HIT_PLACE, HIT_ENTRY, HIT_RETURN };

/* Reads ahead what the handler will read. What cannot be had is left to it. False: the hit is lost, and was counted. */
static bool touch(const struct site *s, struct pt_regs *r, unsigned long at)
{
	unsigned long flags, missing;
	unsigned int tries;
	struct sd_ctx *c;

	for (tries = 0; tries < TRIES; tries++) {
		c = sd_enter(s->probe, &flags);
		if (!c)
			return false;
		c->regs = r;
		c->bias = at - s->probe->places[s->place].offset;
		c->retval = regs_return_value(r);
		s->probe->touch(c);
		missing = c->error == SD_ERR_PAGE ? (unsigned long)c->error_arg : 0;
		sd_error_clear(c);
		sd_leave(c, flags);
		if (!missing || !get_page_of(missing))
			break;
	}
	return true;
}

/* at: address of the place in the process. */
static void hit(const struct site *s, struct pt_regs *r, unsigned long at, enum hit what)
{
	const struct sd_probe *p = s->probe;
	unsigned long flags, missing;
	unsigned int tries = 0;
	bool readable = true;
	struct sd_ctx *c;

	if (p->touch && what != HIT_ENTRY && !touch(s, r, at))
		return;
	for (;;) {
		c = sd_enter(p, &flags);
		if (!c)
			return;
		c->regs = r;
		c->ip = what == HIT_RETURN ? instruction_pointer(r) : at;
		c->bias = at - p->places[s->place].offset;
		c->site = s->place;
		c->effects = 0;
		c->pages = readable && tries < TRIES;
		if (what != HIT_PLACE && p->nentry) {
			c->entry = sd_cpu_of(c)->saved;
			if (what == HIT_RETURN && !take_call(s, frame_of(r, true), c->entry)) {
				sd_leave(c, flags);
				return; /* its entry was not seen, and counted if it was lost */
			}
		}
		if (what == HIT_ENTRY) {
			c->flags |= SD_CTX_ENTRY;
			p->entry(c);
			c->flags &= ~SD_CTX_ENTRY;
			if (!c->error)
				keep_call(s, frame_of(r, false), c->entry);
		} else {
			if (!tries)
				sd_count_hit(c, p);
			if (what == HIT_RETURN)
				c->retval = regs_return_value(r);
			p->handler(c);
		}
		c->pages = 0;
		if (likely(c->error != SD_ERR_PAGE))
			break;
		missing = (unsigned long)c->error_arg;
		sd_error_clear(c);
		/* Another hit may come here meanwhile. */
		if (what == HIT_RETURN && p->nentry)
			keep_call(s, frame_of(r, true), c->entry);
		sd_leave(c, flags);
		readable = get_page_of(missing);
		tries++;
	}
	sd_leave(c, flags);
}

SD_UPROBE_ENTRY(on_place)
{
	const struct site *s = container_of(self, struct site, uc);
	unsigned long at = instruction_pointer(regs);

	if (!sd_task_belongs(s->filter))
		return 0;
	if (s->to->chain && !sd_user_callers_fit(s->probe, s->to->chain, &s->file->frames, regs, at - s->probe->places[s->place].offset))
		return 0;
	hit(s, regs, at, HIT_PLACE);
	return 0;
}

/* A function with a return probe that wants values of now. */
SD_UPROBE_ENTRY(on_entry)
{
	const struct site *s = container_of(self, struct site, uc);

	if (!sd_task_belongs(s->filter))
		return 0;
	if (unlikely(current->utask && current->utask->depth >= NESTED_MAX)) {
		if (READ_ONCE(sd_live))
			sd_count_missed(s->probe, 1);
	} else if (s->probe->nentry) {
		hit(s, regs, instruction_pointer(regs), HIT_ENTRY);
	}
	return 0;
}

SD_UPROBE_RETURN(on_return)
{
	const struct site *s = container_of(self, struct site, uc);

	if (sd_task_belongs(s->filter))
		hit(s, regs, func, HIT_RETURN);
	return 0;
}

#ifdef CONFIG_MEMCG /* else nothing tells whose memory it is, and handlers look alone */
/* Whether a process is to have the breakpoint at all. */
SD_UPROBE_FILTER(wants)
{
	const struct site *s = container_of(self, struct site, uc);
	const struct sd_task_filter *who = s->filter;
	const struct task_struct *owner;
	const struct file *exe;
	bool ok;

	rcu_read_lock();
	exe = rcu_dereference(mm->exe_file);
	owner = rcu_dereference(mm->owner);
	ok = (!who->inode || (exe && file_inode(exe) == who->inode)) && (!owner || sd_task_is(who, owner));
	rcu_read_unlock();
	return ok;
}
#endif

/* ---- files ------------------------------------------------------------------------------ */

static bool find_id(const char *notes, size_t size, char *hex)
{
	while (size >= sizeof(Elf64_Nhdr)) {
		const Elf64_Nhdr *n = (const Elf64_Nhdr *)notes;
		size_t name = ALIGN((size_t)n->n_namesz, 4), desc = ALIGN((size_t)n->n_descsz, 4);

		if (name + desc > size - sizeof(*n))
			return false;
		if (n->n_type == 3 /* NT_GNU_BUILD_ID */ && n->n_namesz == 4 && !memcmp(notes + sizeof(*n), "GNU", 4) && n->n_descsz <= ID_MAX) {
			*bin2hex(hex, notes + sizeof(*n) + name, n->n_descsz) = '\0';
			return true;
		}
		notes += sizeof(*n) + name + desc;
		size -= sizeof(*n) + name + desc;
	}
	return false;
}

/* The build-id as lower-case hex; empty when there is none. */
void sd_read_build_id(struct file *f, char *hex)
{
	char *notes = sd_may_fail(kmalloc(NOTES_MAX, GFP_KERNEL));
	Elf64_Phdr ph;
	Elf64_Ehdr eh;
	loff_t pos = 0;
	unsigned int i;
	ssize_t n;

	hex[0] = '\0';
	if (!notes || kernel_read(f, &eh, sizeof(eh), &pos) != sizeof(eh) || memcmp(eh.e_ident, ELFMAG, SELFMAG))
		goto out;
	for (i = 0; i < min_t(unsigned int, eh.e_phnum, HEADERS_MAX); i++) {
		pos = eh.e_phoff + i * sizeof(ph);
		if (kernel_read(f, &ph, sizeof(ph), &pos) != sizeof(ph))
			break;
		if (ph.p_type != PT_NOTE)
			continue;
		pos = ph.p_offset;
		n = kernel_read(f, notes, min_t(u64, ph.p_filesz, NOTES_MAX), &pos);
		if (n > 0 && find_id(notes, n, hex))
			break;
	}
out:
	kfree(notes);
}

int sd_program_check(const struct sd_probe *p, struct file *f, const struct sd_program *want)
{
	char id[2 * ID_MAX + 1];
	struct kstat st;

	if (*want->build_id) {
		sd_read_build_id(f, id);
		if (!strcmp(id, want->build_id))
			return 0;
		sd_complain(p, "%s is not the build that the script was compiled for (build-id %.40s, and here %.40s): compile it again", want->path,
			    want->build_id, *id ? id : "none");
		return -ESTALE;
	}
	if (vfs_getattr(&f->f_path, &st, STATX_SIZE | STATX_MTIME, AT_STATX_SYNC_AS_STAT) ||
	    (st.size == want->size && st.mtime.tv_sec == want->mtime))
		return 0;
	sd_complain(p, "%s has changed since the script was compiled for it: compile it again", want->path);
	return -ESTALE;
}

static struct target_file *open_file(const struct sd_probe *p, const struct sd_program *want)
{
	struct target_file *t;
	unsigned int i;

	for (i = 0; i < nfiles; i++)
		if (!strcmp(files[i].path, want->path))
			return &files[i];
	t = &files[nfiles++];
	t->path = want->path;
	t->f = filp_open(want->path, O_RDONLY | O_LARGEFILE, 0);
	if (IS_ERR(t->f)) {
		t->err = PTR_ERR(t->f);
		t->f = NULL;
		if (!(p->flags & SD_PROBE_OPTIONAL))
			sd_complain(p, t->err == -ENOENT ? "%s does not exist here" : "%s cannot be opened (error %d)", want->path, t->err);
		return t;
	}
	t->inode = d_real_inode(t->f->f_path.dentry);
	t->err = sd_program_check(p, t->f, want);
	return t;
}

/* ---- attaching -------------------------------------------------------------------------- */

static const char *why_not(int err)
{
	switch (err) {
	case -EINVAL:
		return "the offset is not in the file";
	case -EIO:
		return "its file system cannot do it";
	case -ENOTSUPP:
	case -EOPNOTSUPP:
	case -ENOEXEC:
		return "the kernel cannot probe this instruction";
	case -ENOSYS:
		return "the kernel was built without CONFIG_UPROBES";
	case -ENOMEM:
		return "out of memory";
	}
	return "the kernel refused";
}

static int attach_site(struct site *s, const struct sd_probe *p, unsigned int place)
{
	const struct sd_uprobe *d = p->data;
	const struct sd_user_place *to = &d->places[place];
	int err;

	s->probe = p;
	s->place = place;
	s->to = to;
	s->file = open_file(p, to->program);
	if (s->file->err)
		return p->flags & SD_PROBE_OPTIONAL ? 0 : s->file->err;
	if (to->chain && sd_user_callers_walk(to->chain) && !s->file->has_frames) {
		s->file->has_frames = true;
		sd_frames_read(&s->file->frames, s->file->f);
	}
	if (p->kind == &sd_kind_uretprobe) {
		s->uc.ret_handler = on_return;
		s->uc.handler = on_entry;
	} else {
		s->uc.handler = on_place;
	}
#ifdef CONFIG_MEMCG
	s->uc.filter = wants;
#endif
	err = sd_may_refuse(sd_uprobe_register(&s->handle, s->file->inode, to->offset, to->counter, &s->uc));
	s->registered = !err;
	if (!err || p->flags & (SD_PROBE_OPTIONAL | SD_PROBE_WILDCARD))
		return 0;
	sd_complain(p, "cannot probe %s: %s (error %d)", p->places[place].pp, why_not(err), err);
	return err;
}

/* The return probes' own context has room for the values of one call; the table for those in flight. */
static int make_calls(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, most = 0;

	for (i = 0; i < n; i++)
		if (probes[i]->kind == &sd_kind_uretprobe)
			most = max(most, probes[i]->nentry);
	if (!most)
		return 0;
	call_bytes = sizeof(struct call) + most * sizeof(sd_uint);
	calls = sd_may_fail(kvcalloc((1u << BUCKETS_BITS) * WAYS, call_bytes, GFP_KERNEL));
	buckets = sd_may_fail(kvcalloc(1u << BUCKETS_BITS, sizeof(*buckets), GFP_KERNEL));
	if (!calls || !buckets)
		return -ENOMEM;
	for (i = 0; i < 1u << BUCKETS_BITS; i++)
		raw_spin_lock_init(&buckets[i].lock);
	for (i = 0; i <= sd_ncpus; i++) {
		sd_cpus[i]->saved = sd_may_fail(kvcalloc(most, sizeof(sd_uint), GFP_KERNEL));
		if (!sd_cpus[i]->saved)
			return -ENOMEM;
	}
	return 0;
}

/* Of the probes of one pattern one place has to be there. */
static int check_wildcards(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, k;

	for (i = 0; i < n; i++) {
		bool any = false;

		if ((probes[i]->flags & (SD_PROBE_WILDCARD | SD_PROBE_OPTIONAL)) != SD_PROBE_WILDCARD)
			continue;
		for (k = 0; k < nsites && !any; k++)
			any = sites[k].registered && !strcmp(sites[k].probe->name, probes[i]->name);
		if (any)
			continue;
		sd_complain(probes[i], "cannot probe %s: none of the places it matches can be probed", probes[i]->name);
		return -ENOENT;
	}
	return 0;
}

static int uprobe_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, k, all = 0, failed = 0;
	int err;

	for (i = 0; i < n; i++)
		all += probes[i]->nplaces;
	sites = sd_may_fail(kvcalloc(all, sizeof(*sites), GFP_KERNEL));
	files = sd_may_fail(kvcalloc(all, sizeof(*files), GFP_KERNEL));
	filters = sd_may_fail(kvcalloc(n, sizeof(*filters), GFP_KERNEL));
	err = sites && files && filters ? make_calls(probes, n) : -ENOMEM;
	if (err) {
		sd_complain(probes[0], "out of memory for probes in programs");
		return err;
	}
	/* The kernel calls the newest of a place first. */
	for (i = n; i-- > 0;) {
		const struct sd_uprobe *d = probes[i]->data;

		err = sd_task_filter_init(&filters[nfilters++], probes[i], &d->who);
		if (err && probes[i]->flags & SD_PROBE_OPTIONAL)
			continue;
		if (err)
			return err;
		for (k = probes[i]->nplaces; k-- > 0;) {
			sites[nsites].filter = &filters[nfilters - 1];
			err = attach_site(&sites[nsites++], probes[i], k);
			if (err && ++failed >= 10)
				return err;
			cond_resched();
		}
	}
	return failed ? -ENOENT : check_wildcards(probes, n);
}

static void uprobe_detach(void)
{
	unsigned int i, any = 0;

	for (i = 0; i < nsites; i++) {
		if (!sites[i].registered)
			continue;
		sd_uprobe_unregister(sites[i].handle, sites[i].file->inode, sites[i].to->offset, &sites[i].uc);
		any++;
		cond_resched();
	}
	if (any)
		sd_uprobe_sync();
}

static void uprobe_finish(void)
{
	unsigned int i;

	for (i = 0; i < nfilters; i++)
		sd_task_filter_free(&filters[i]);
	for (i = 0; i < nfiles; i++) {
		sd_frames_free(&files[i].frames);
		if (files[i].f)
			filp_close(files[i].f, NULL);
	}
	for (i = 0; sd_cpus && i <= sd_ncpus; i++) {
		kvfree(sd_cpus[i]->saved);
		sd_cpus[i]->saved = NULL;
	}
	kvfree(sites);
	kvfree(files);
	kvfree(filters);
	kvfree(calls);
	kvfree(buckets);
	sites = NULL;
	files = NULL;
	filters = NULL;
	calls = NULL;
	buckets = NULL;
	nsites = nfiles = nfilters = 0;
}

const struct sd_kind sd_kind_uprobe = {
	.name = "uprobe",
	.attach = uprobe_attach,
	.detach = uprobe_detach,
	.finish = uprobe_finish,
};

const struct sd_kind sd_kind_uretprobe = {
	.name = "uretprobe",
	.by = &sd_kind_uprobe,
};

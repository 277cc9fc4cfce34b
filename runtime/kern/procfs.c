// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * procfs: the files of a script, in /proc/sonde/<module>, and the way there
 * that SystemTap's scripts know, /proc/systemtap/<module>. A file belongs to
 * all probes of its path. Each opening of it has its own text: readers do not
 * see one another's. Taking the files away waits for whoever is inside, and
 * closes what is open, so nobody is left in the module's code.
 */
#include <linux/proc_fs.h>
#include <linux/module.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include "kern.h"

/* A file, or a folder on the way to one. */
struct pfile {
	char *path;
	struct proc_dir_entry *entry;
	umode_t mode;
	unsigned int bytes; /* of a reader's text */
	bool folder, read, write;
};

struct opening {
	const struct pfile *file;
	struct mutex lock;
	struct sd_value_text text;
	bool filled; /* text is what the handlers said */
};

static const struct sd_probe *const *all;
static unsigned int nall;
static struct pfile *files; /* folders before what is in them */
static unsigned int nfiles;
static struct proc_dir_entry *top; /* /proc/sonde/<module> */

/* ---- hits ------------------------------------------------------------------------- */

/* -EAGAIN: the handler was not run (the ledger has it). */
static int run_one(const struct sd_probe *p, struct sd_value_text *text)
{
	unsigned long flags;
	struct sd_ctx *c = sd_enter(p, &flags);
	struct sd_count *count;
	u64 lost;

	if (!c)
		return READ_ONCE(sd_live) ? -EAGAIN : -EIO;
	count = &sd_cpu_of(c)->count[p->index];
	lost = count->loss[SD_LOSS_LOCK];
	sd_count_hit(c, p);
	c->regs = NULL;
	c->ip = 0;
	c->site = 0;
	c->text = text;
	p->handler(c);
	c->text = NULL;
	lost = count->loss[SD_LOSS_LOCK] - lost;
	sd_leave(c, flags);
	return lost ? -EAGAIN : 0;
}

static int run(const struct pfile *f, struct sd_value_text *text, bool write)
{
	unsigned int i;
	int err;

	for (i = 0; i < nall; i++) {
		const struct sd_procfs *d = all[i]->data;

		if (!d->write != !write || strcmp(d->path, f->path))
			continue;
		err = run_one(all[i], text);
		if (err)
			return err;
	}
	return 0;
}

static int pfile_open(struct inode *inode, struct file *file)
{
	const struct pfile *f = pde_data(inode);
	struct opening *o;

	/* The mode says it too, but not to root. */
	if (((file->f_mode & FMODE_READ) && !f->read) || ((file->f_mode & FMODE_WRITE) && !f->write))
		return -EACCES;
	o = sd_may_fail(kzalloc(sizeof(*o), GFP_KERNEL));
	if (!o)
		return -ENOMEM;
	o->file = f;
	mutex_init(&o->lock);
	o->text.cap = f->bytes;
	o->text.s = sd_may_fail(kvmalloc(f->bytes, GFP_KERNEL));
	if (!o->text.s) {
		kfree(o);
		return -ENOMEM;
	}
	file->private_data = o;
	return 0;
}

static int pfile_release(struct inode *inode, struct file *file)
{
	struct opening *o = file->private_data;

	kvfree(o->text.s);
	kfree(o);
	return 0;
}

/* The handlers run when a reader begins, or begins again; what they said is then read in parts of any size. */
static ssize_t pfile_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct opening *o = file->private_data;
	ssize_t r;

	if (mutex_lock_interruptible(&o->lock))
		return -EINTR;
	r = 0;
	if (n && (!*pos || !o->filled)) {
		o->text.n = 0;
		r = run(o->file, &o->text, false);
		o->filled = !r;
	}
	if (!r)
		r = simple_read_from_buffer(buf, n, pos, o->text.s, o->text.n);
	mutex_unlock(&o->lock);
	return r;
}

/* What does not fit into a string stays for the writer's next call, as with any file. */
static ssize_t pfile_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct opening *o = file->private_data;
	struct sd_value_text text = { .cap = sd_script.limits.maxstringlen - 1 };
	ssize_t r;

	n = min_t(size_t, n, text.cap);
	if (!n)
		return 0;
	text.s = sd_may_fail(kvmalloc(n, GFP_KERNEL));
	if (!text.s)
		return -ENOMEM;
	text.n = n;
	r = -EFAULT;
	if (!copy_from_user(text.s, buf, n))
		r = run(o->file, &text, true);
	kvfree(text.s);
	if (r)
		return r;
	*pos += n;
	return n;
}

static const struct proc_ops pfile_ops = {
	.proc_open = pfile_open,
	.proc_release = pfile_release,
	.proc_read = pfile_read,
	.proc_write = pfile_write,
	.proc_lseek = default_llseek,
};

/* ---- the folders that all scripts share --------------------------------------------- */

static bool exists(const char *path)
{
	struct path at;

	if (kern_path(path, 0, &at))
		return false;
	path_put(&at);
	return true;
}

/*
 * Made by the first script and left for the next: another may be using them
 * when we go. Scripts that start at once must not both make them, and have
 * nothing in common but the kernel: they take turns by the lock of a file
 * that nobody ever locks.
 */
static bool make_shared(void)
{
	struct path turn;
	bool locked = !kern_path("/proc/modules", LOOKUP_FOLLOW, &turn), ok;

	if (locked)
		inode_lock_nested(d_inode(turn.dentry), I_MUTEX_PARENT); /* below it, what looks up names locks folders */
	ok = exists("/proc/sonde") || sd_may_fail(proc_mkdir("sonde", NULL));
	if (ok && !exists("/proc/systemtap"))
		proc_symlink("systemtap", NULL, "sonde");
	if (locked) {
		inode_unlock(d_inode(turn.dentry));
		path_put(&turn);
	}
	return ok;
}

/* ---- the files of this script --------------------------------------------------------- */

static struct pfile *find(const char *path, size_t len)
{
	unsigned int i;

	for (i = 0; i < nfiles; i++)
		if (strlen(files[i].path) == len && !memcmp(files[i].path, path, len))
			return &files[i];
	return NULL;
}

static struct pfile *add(const char *path, size_t len, bool folder)
{
	struct pfile *f = &files[nfiles];

	f->path = sd_may_fail(kmemdup_nul(path, len, GFP_KERNEL));
	if (!f->path)
		return NULL;
	f->folder = folder;
	nfiles++;
	return f;
}

/* The folders on the way, the file, and what one more probe wants of it. */
static int plan(const struct sd_probe *p)
{
	const struct sd_procfs *d = p->data;
	unsigned int bytes = d->maxsize ? d->maxsize : sd_script.limits.procfs_bufsize ? sd_script.limits.procfs_bufsize :
								       sd_script.limits.maxstringlen;
	const char *slash;
	struct pfile *f;

	for (slash = strchr(d->path, '/'); slash; slash = strchr(slash + 1, '/')) {
		f = find(d->path, slash - d->path);
		if (!f)
			f = add(d->path, slash - d->path, true);
		if (!f)
			return -ENOMEM;
		if (!f->folder)
			goto both;
	}
	f = find(d->path, strlen(d->path));
	if (!f)
		f = add(d->path, strlen(d->path), false);
	if (!f)
		return -ENOMEM;
	if (f->folder)
		goto both;
	if (d->write)
		f->write = true;
	else
		f->read = true;
	f->mode |= (d->write ? 0222 : 0444) & ~d->umask;
	f->bytes = max(f->bytes, d->write ? 1 : bytes);
	return 0;
both:
	sd_complain(p, "\"%s\" is the name of a file and of a folder", f->path);
	return -EEXIST;
}

static int create(struct pfile *f)
{
	const char *slash = strrchr(f->path, '/'), *name = slash ? slash + 1 : f->path;
	struct proc_dir_entry *parent = slash ? find(f->path, slash - f->path)->entry : top;

	f->entry = sd_may_fail(f->folder ? proc_mkdir(name, parent) : proc_create_data(name, f->mode, parent, &pfile_ops, f));
	return f->entry ? 0 : -ENOMEM;
}

static int procfs_attach(const struct sd_probe *const *probes, unsigned int n)
{
	unsigned int i, parts = n;
	const char *s;
	char dir[sizeof("sonde/") + MODULE_NAME_LEN];
	int err = -ENOMEM;

	all = probes;
	nall = n;
	for (i = 0; i < n; i++)
		for (s = ((const struct sd_procfs *)probes[i]->data)->path; (s = strchr(s, '/')); s++)
			parts++;
	files = sd_may_fail(kvcalloc(parts, sizeof(*files), GFP_KERNEL));
	for (i = 0; files && i < n; i++) {
		err = plan(probes[i]);
		if (err)
			break;
	}
	if (!err && !make_shared())
		err = -ENOMEM;
	if (!err) {
		snprintf(dir, sizeof(dir), "sonde/%s", THIS_MODULE->name);
		top = sd_may_fail(proc_mkdir(dir, NULL));
		if (!top)
			err = -ENOMEM;
	}
	for (i = 0; i < nfiles && !err; i++)
		err = create(&files[i]);
	if (err && err != -EEXIST)
		sd_complain(probes[0], "cannot make the files in /proc/sonde/%s: error %d", THIS_MODULE->name, err);
	return err;
}

static void procfs_detach(void)
{
	if (top)
		proc_remove(top);
	top = NULL;
}

static void procfs_finish(void)
{
	unsigned int i;

	for (i = 0; i < nfiles; i++)
		kfree(files[i].path);
	nfiles = 0;
	kvfree(files);
	files = NULL;
}

const struct sd_kind sd_kind_procfs = {
	.name = "procfs",
	.attach = procfs_attach,
	.detach = procfs_detach,
	.finish = procfs_finish,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading and unloading. The file is opened once; owner, mode, identity and contents are all taken from that
 * descriptor, so that nobody can put another file in its place in between.
 */
#include "module.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "abi.h"
#include "kmsg.h"
#include "msg.h"
#include "wire.h"

enum {
	RETRY_MS = 20,
	LOCK_WAIT_MS = 2000,
	OPEN_WAIT_MS = 1000,
	UNLOAD_WAIT_MS = 8000,
};

static void pause_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

bool module_may_load(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	if (syscall(SYS_capget, &h, d) == 0 && (d[CAP_TO_INDEX(CAP_SYS_MODULE)].effective & CAP_TO_MASK(CAP_SYS_MODULE)))
		return true;
	msg_error("sonderun: this needs the right to load kernel modules (CAP_SYS_MODULE)\n"
		  "  remedy: run it as root, for example with sudo; in a container, on the host");
	return false;
}

static bool trustworthy(const struct module *m)
{
	struct stat st;

	if (fstat(m->fd, &st)) {
		msg_error("%s: %s", m->path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		msg_error("%s: not a regular file", m->path);
		return false;
	}
	if (st.st_uid != 0 && st.st_uid != getuid()) {
		msg_error("%s: it belongs to user %u, who could change it at any time\n"
			  "  remedy: load only modules that belong to root or to you (a copy will do: cp, or chown)", m->path, st.st_uid);
		return false;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		msg_error("%s: others may write to it (mode %04o)\n  remedy: chmod go-w %s", m->path, st.st_mode & 07777, m->path);
		return false;
	}
	return true;
}

bool module_open(struct module *m, const char *path)
{
	struct identity running;
	char text[2048];
	const char *why;

	memset(m, 0, sizeof(*m));
	m->path = path;
	m->proc_fd = -1;
	/* O_NONBLOCK: a FIFO must not keep us waiting before we see that it is one. */
	m->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (m->fd < 0) {
		msg_error("%s: %s", path, errno == ELOOP ? "a symbolic link; name the file itself" : strerror(errno));
		return false;
	}
	if (!trustworthy(m))
		return false;
	why = modinfo_read(m->fd, &m->info);
	if (why) {
		msg_error("%s: %s", path, why);
		return false;
	}
	if (m->info.abi != SD_ABI) {
		msg_error("%s: it was built for version %u of the runtime's interface, this sonderun speaks version %d\n"
			  "  remedy: build it again with the sonde that this sonderun came with", path, m->info.abi, SD_ABI);
		return false;
	}
	if (!identity_running(&running)) {
		msg_error("sonderun: uname: %s", strerror(errno));
		return false;
	}
	if (!running.build_id[0] || !m->info.built_for.build_id[0])
		msg_info(2, "the build-id of the %s is not known; release and version are compared",
			 running.build_id[0] ? "module's kernel" : "running kernel");
	if (m->info.any_build_id)
		running.build_id[0] = '\0';
	if (m->info.any_release) {
		memcpy(running.release, m->info.built_for.release, sizeof(running.release));
		memcpy(running.version, m->info.built_for.version, sizeof(running.version));
	}
	if (identity_mismatch(&m->info.built_for, &running, text, sizeof(text))[0]) {
		msg_error("%s", text);
		return false;
	}
	return true;
}

/* Is that a number as core/settings.c takes it? */
static bool is_number(const char *s)
{
	unsigned long long u;
	char *end;

	s += *s == '-' || *s == '+';
	errno = 0;
	u = strtoull(s, &end, 0);
	(void)u;
	return isxdigit((unsigned char)*s) && !*end && !errno;
}

/* One NAME=VALUE of the command line. NULL: it may be handed on. */
static const char *wrong(const struct modinfo *info, const char *param, size_t name)
{
	const char *type = modinfo_global(info, param, name), *value = param + name + 1;

	if (!type) /* the kernel would ignore it, and hardly say so */
		return "the script has no global variable of that name that can be set: numbers and strings can, arrays and statistics cannot";
	if (strpbrk(value, "\"\n"))
		return "the value must have no quote and no line break";
	if (!strcmp(type, "number") && !is_number(value))
		return "the variable is a number, and the value is none of 64 bits";
	return NULL;
}

/* For tests: what is to fail, or to be done without (runtime/kern/load.c). A variable of the script that is called so comes first. */
static bool for_tests(const struct modinfo *info, const char *param, size_t name)
{
	return !getuid() && (!strncmp(param, "sd_fail_", 8) || (name == 10 && !strncmp(param, "sd_without", 10))) &&
	       !modinfo_global(info, param, name);
}

/* Parameters as the kernel parses them: separated by spaces, one with spaces in double quotes. NULL: reported. */
static char *join_params(const struct modinfo *info, char *const *params, size_t n)
{
	char *all = NULL;
	size_t len;
	FILE *f = open_memstream(&all, &len);
	bool ok = f;

	for (size_t i = 0; ok && i < n; i++) {
		const char *eq = strchr(params[i], '='), *why;

		if (!eq || eq == params[i]) {
			msg_error("sonderun: \"%s\" is not of the form name=value", params[i]);
			ok = false;
		} else if (for_tests(info, params[i], (size_t)(eq - params[i]))) {
			fprintf(f, "%s ", params[i]);
		} else if ((why = wrong(info, params[i], (size_t)(eq - params[i])))) {
			msg_error("sonderun: %s: %s", params[i], why);
			ok = false;
		} else {
			fprintf(f, "\"sd_set=%s\" ", params[i]);
		}
	}
	if (ok && modinfo_has_param(info, "sd_reader_comes"))
		fputs("sd_reader_comes=1", f);
	if (f && fclose(f))
		ok = false;
	if (!ok) {
		free(all);
		all = NULL;
	}
	return all;
}

static int open_proc(const char *name)
{
	char path[sizeof("/proc/") + IDENTITY_NAME_MAX];

	snprintf(path, sizeof(path), "/proc/%s", name);
	return open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
}

static bool delete(const char *name, unsigned int wait_ms)
{
	for (unsigned int waited = 0;; waited += RETRY_MS) {
		if (syscall(SYS_delete_module, name, O_NONBLOCK) == 0)
			return true;
		if ((errno != EAGAIN && errno != EBUSY && errno != EINTR) || waited >= wait_ms)
			return false;
		pause_ms(RETRY_MS);
	}
}

enum leftover { LEFTOVER_GONE, LEFTOVER_GOING, LEFTOVER_ALIVE };

/*
 * What is the module that has our name already? When its file can be opened its runner has died, or never came: its own
 * clean-up, which may still be going on, ends in the state "stopped", and then it can go.
 */
static enum leftover unload_leftover(const struct module *m)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct sd_control *c;
	bool dead = false, ours = false;
	int fd = open_proc(m->info.name);

	if (fd < 0)
		return errno == ENOENT ? LEFTOVER_GOING : LEFTOVER_ALIVE;
	c = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	if (c != MAP_FAILED) {
		ours = c->magic == SD_MAGIC;
		for (unsigned int waited = 0; ours && !dead && waited < UNLOAD_WAIT_MS; waited += RETRY_MS) {
			unsigned int state = __atomic_load_n(&c->state, __ATOMIC_ACQUIRE);

			dead = state == SD_STATE_LOADED || state == SD_STATE_STOPPED;
			if (!dead)
				pause_ms(RETRY_MS);
		}
		munmap(c, page);
	}
	close(fd);
	if (!dead)
		return LEFTOVER_ALIVE;
	msg_info(1, "unloading %s, which an earlier run left behind", m->info.name);
	return delete(m->info.name, UNLOAD_WAIT_MS) || errno == ENOENT ? LEFTOVER_GONE : LEFTOVER_ALIVE;
}

/* log: of kmsg_open(), from before the attempt. */
static void load_error(const struct module *m, int error, int log)
{
	const char *n = m->info.name;
	char text[512];

	if (kmsg_error(log, n, text, sizeof(text)) && (error == EDQUOT || error == ENOMEM)) {
		msg_error("%s: %s\n  remedy: smaller or fewer arrays (-DMAXMAPENTRIES=N), smaller buffers (-s MB)%s", n, text,
			  strstr(text, "STP_MAXMEMORY") ? ", or a larger -DSTP_MAXMEMORY=KB" : "");
		return;
	}

	switch (error) {
	case EEXIST:
	case EBUSY:
		msg_error("a script of that name is already running: module %s\n  remedy: stop it first, or give this one another "
			  "name: sonde -m NAME", n);
		break;
	case EPERM:
		msg_error("the kernel does not let this process load modules\n"
			  "  likely cause: kernel lockdown (see /sys/kernel/security/lockdown; Secure Boot turns it on), modules_disabled "
			  "is set (sysctl kernel.modules_disabled), or a container");
		break;
	case ENOKEY:
	case EKEYREJECTED:
	case EBADMSG:
		msg_error("the kernel takes only signed modules, and %s has no signature that it trusts\n"
			  "  remedy: sign it with a key that is enrolled (mokutil), or turn off module.sig_enforce or Secure Boot", m->path);
		break;
	case ENOEXEC:
		msg_error("the kernel does not accept %s as a module of its own: see the last lines of dmesg\n"
			  "  remedy: build it again with \"sonde -p4\" for this kernel", m->path);
		break;
	case ENOENT:
		msg_error("%s uses a symbol that this kernel does not have, or a parameter that the script does not have: see the last "
			  "lines of dmesg", m->path);
		break;
	case EINVAL:
		msg_error("the kernel refuses %s: a parameter has a bad value, or its version does not fit: see the last lines of dmesg",
			  m->path);
		break;
	case EDQUOT:
		msg_error("%s needs more memory than it may have, or than there is: see the last lines of dmesg", m->path);
		break;
	case ENOMEM:
		msg_error("the kernel has no memory for %s: fewer or smaller arrays (-DMAXMAPENTRIES=N) or smaller rings (-s MB)", m->path);
		break;
	default:
		msg_error("cannot load %s: %s", m->path, strerror(error));
	}
}

/* Opens /proc/<name> of the module just loaded. Someone may be looking whether it is a leftover: wait for him. */
static bool open_control(struct module *m)
{
	for (unsigned int waited = 0;; waited += RETRY_MS) {
		m->proc_fd = open_proc(m->info.name);
		if (m->proc_fd >= 0)
			return true;
		if ((errno != EBUSY && errno != EINTR) || waited >= OPEN_WAIT_MS)
			break;
		pause_ms(RETRY_MS);
	}
	msg_error("/proc/%s: %s", m->info.name, strerror(errno));
	return false;
}

static bool insert(const struct module *m, const char *args)
{
	int log = kmsg_open();

	for (unsigned int waited = 0;;) {
		enum leftover old = LEFTOVER_ALIVE;
		int error;

		if (syscall(SYS_finit_module, m->fd, args, 0) == 0) {
			if (log >= 0)
				close(log);
			return true;
		}
		error = errno;
		if (error == EINTR)
			continue;
		if (error == EEXIST || error == EBUSY)
			old = unload_leftover(m);
		if (old == LEFTOVER_ALIVE || waited >= OPEN_WAIT_MS) {
			load_error(m, error, log);
			return false;
		}
		waited += RETRY_MS;
		if (old == LEFTOVER_GOING)
			pause_ms(RETRY_MS);
	}
}

bool module_load(struct module *m, char *const *params, size_t nparams)
{
	char *args = join_params(&m->info, params, nparams);
	bool ok = false;

	if (!args)
		return false;
	/*
	 * Two runners of the same file: the second must not take the first one's module for a leftover between loading
	 * and opening. Advisory only, so a failure (a file system without locks, a stubborn owner) does not stop us.
	 */
	for (unsigned int waited = 0; flock(m->fd, LOCK_EX | LOCK_NB) && waited < LOCK_WAIT_MS; waited += RETRY_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		pause_ms(RETRY_MS);
	}
	m->loaded = insert(m, args);
	free(args);
	if (m->loaded) {
		ok = open_control(m);
		if (!ok)
			module_unload(m);
	}
	flock(m->fd, LOCK_UN);
	return ok;
}

bool module_attach(struct module *m, const char *name)
{
	memset(m, 0, sizeof(*m));
	m->path = name;
	m->fd = m->proc_fd = -1;
	if (!*name || strlen(name) >= sizeof(m->info.name) || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(name)) {
		msg_error("sonderun: -A %s: not the name of a module", name);
		return false;
	}
	memcpy(m->info.name, name, strlen(name) + 1);
	m->proc_fd = open_proc(name);
	if (m->proc_fd < 0)
		msg_error("sonderun: -A %s: %s", name, errno == EBUSY ? "another sonderun has it" :
			  errno == ENOENT ? "there is no such script" : strerror(errno));
	m->loaded = m->proc_fd >= 0;
	return m->loaded;
}

bool module_unload(struct module *m)
{
	if (m->proc_fd >= 0)
		close(m->proc_fd);
	m->proc_fd = -1;
	if (!m->loaded)
		return true;
	m->loaded = false;
	if (delete(m->info.name, UNLOAD_WAIT_MS) || errno == ENOENT)
		return true;
	msg_error("cannot unload the module %s: %s\n  remedy: rmmod %s", m->info.name, strerror(errno), m->info.name);
	return false;
}

void module_close(struct module *m)
{
	if (m->proc_fd >= 0)
		close(m->proc_fd);
	if (m->fd >= 0)
		close(m->fd);
	m->proc_fd = m->fd = -1;
	modinfo_deinit(&m->info);
}

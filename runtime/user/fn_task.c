// SPDX-License-Identifier: GPL-2.0-or-later
/* The language's functions about the current task, which is always the program itself, and about the probe. */
#include "user.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SD_NUMBER(name, value) \
	sd_int sd_fn_##name(SD_FN) { (void)c, (void)s; return (sd_int)(value); }

SD_NUMBER(pid, getpid())
SD_NUMBER(tid, syscall(SYS_gettid))
SD_NUMBER(ppid, getppid())
SD_NUMBER(pgrp, getpgrp())
SD_NUMBER(sid, getsid(0))
SD_NUMBER(uid, getuid())
SD_NUMBER(euid, geteuid())
SD_NUMBER(gid, getgid())
SD_NUMBER(egid, getegid())
SD_NUMBER(cpu, sched_getcpu())
SD_NUMBER(task_current, 0) /* there is no task_struct to point at */
SD_NUMBER(mem_page_size, sysconf(_SC_PAGESIZE))
SD_NUMBER(target, sd_user.target)

sd_int sd_fn___runner_id(SD_FN, sd_int which)
{
	(void)c, (void)s;
	return which ? (sd_int)getuid() : (sd_int)getpid();
}

struct sd_str sd_fn___module_size(SD_FN_STR)
{
	(void)c, (void)s, (void)dst, (void)cap;
	return SD_STR(""); /* there is no module */
}

void sd_fn___raise(SD_FN, sd_int signo)
{
	if (signo < 1 || signo >= NSIG)
		sd_raise(c, SD_ERR_RANGE, s, signo);
	else
		kill(getpid(), (int)signo);
}

sd_int sd_fn_pid2task(SD_FN, sd_int pid)
{
	(void)c, (void)s, (void)pid;
	return 0;
}

static struct sd_str value_of(const char *s)
{
	return s ? (struct sd_str){ s, strlen(s) } : (struct sd_str){ "", 0 };
}

struct sd_str sd_fn_execname(SD_FN_STR)
{
	char comm[17] = "";

	(void)s;
	prctl(PR_GET_NAME, comm);
	return sd_str_copy(c, dst, cap, value_of(comm));
}

struct sd_str sd_fn_pexecname(SD_FN_STR)
{
	char path[32], comm[17] = "";
	ssize_t n;
	int fd;

	(void)s;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)getppid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return value_of(NULL);
	n = read(fd, comm, sizeof(comm) - 1);
	close(fd);
	if (n > 0 && comm[n - 1] == '\n')
		comm[n - 1] = '\0';
	return sd_str_copy(c, dst, cap, value_of(comm));
}

/* ---- the probe ---- */

static const struct sd_place *place_of(const struct sd_ctx *c)
{
	return c->site < c->probe->nplaces ? &c->probe->places[c->site] : NULL;
}

struct sd_str sd_fn_pp(SD_FN_STR)
{
	const struct sd_place *p = place_of(c);

	(void)s, (void)dst, (void)cap;
	return value_of(p && p->pp ? p->pp : c->probe->name);
}

struct sd_str sd_fn_probefunc(SD_FN_STR)
{
	const struct sd_place *p = place_of(c);

	(void)s, (void)dst, (void)cap;
	return value_of(p ? p->function : NULL);
}

/* The kernel's symbols are not ours to see: the address, as the kernel writes one that it has no name for. */
struct sd_str sd_fn_symname(SD_FN_STR, sd_int addr)
{
	char buf[24];

	(void)s;
	snprintf(buf, sizeof(buf), "0x%llx", (sd_uint)addr);
	return sd_str_copy(c, dst, cap, value_of(buf));
}

struct sd_str sd_fn_module_name(SD_FN_STR)
{
	(void)c, (void)s, (void)dst, (void)cap;
	return value_of(sd_user.name);
}

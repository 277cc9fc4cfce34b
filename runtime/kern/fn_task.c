// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The language's functions about the current task and the probe that was hit.
 * A hit can come from where RCU does not watch; what needs it says so and
 * gives 0 or "" there.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/cred.h>
#include <linux/rcupdate.h>
#include <linux/kallsyms.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "kern.h"
#include "compat/module_memory.h"

/* What another task (sd_now) has may be exchanged; RCU waits for us, as interrupts are off. */
static const struct cred *cred_of(struct sd_ctx *c)
{
	return likely(!(c->flags & SD_CTX_OTHER)) ? current_cred() : rcu_dereference_protected(sd_now(c)->real_cred, 1);
}

sd_int sd_fn_pid(SD_FN) { return sd_now(c)->tgid; }
sd_int sd_fn_tid(SD_FN) { return sd_now(c)->pid; }
sd_int sd_fn_uid(SD_FN) { return __kuid_val(cred_of(c)->uid); }
sd_int sd_fn_euid(SD_FN) { return __kuid_val(cred_of(c)->euid); }
sd_int sd_fn_gid(SD_FN) { return __kgid_val(cred_of(c)->gid); }
sd_int sd_fn_egid(SD_FN) { return __kgid_val(cred_of(c)->egid); }
sd_int sd_fn_cpu(SD_FN) { return raw_smp_processor_id(); }
sd_int sd_fn_task_current(SD_FN) { return (sd_int)(unsigned long)sd_now(c); }
sd_int sd_fn_target(SD_FN) { return sd_target(); }
sd_int sd_fn___runner_id(SD_FN, sd_int which) { return sd_runner_id(which != 0); }

sd_int sd_fn_mem_page_size(SD_FN) { return PAGE_SIZE; }

struct sd_str sd_fn___module_size(SD_FN_STR)
{
	struct sd_module_parts p = sd_module_parts(THIS_MODULE);

	return (struct sd_str){ dst, scnprintf(dst, cap, "%u text, %u ro_data, %u ro_after_init, %u data", p.text, p.ro_data, p.ro_after_init, p.data) };
}

/* The task may end at any time: what is read behind the address is read with care, as everything is. */
sd_int sd_fn_pid2task(SD_FN, sd_int pid)
{
	struct task_struct *t;

	if (!rcu_is_watching() || pid <= 0 || pid > INT_MAX)
		return 0;
	rcu_read_lock();
	t = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID);
	rcu_read_unlock();
	return (sd_int)(unsigned long)t;
}

sd_int sd_fn_ppid(SD_FN)
{
	sd_int r;

	if (!rcu_is_watching())
		return 0;
	rcu_read_lock();
	r = rcu_dereference(sd_now(c)->real_parent)->tgid;
	rcu_read_unlock();
	return r;
}

sd_int sd_fn_pgrp(SD_FN)
{
	return rcu_is_watching() ? task_pgrp_nr_ns(sd_now(c), &init_pid_ns) : 0;
}

sd_int sd_fn_sid(SD_FN)
{
	return rcu_is_watching() ? task_session_nr_ns(sd_now(c), &init_pid_ns) : 0;
}

/* comm may change under us: copy the bytes first, then look for the end in the copy. */
static struct sd_str copy_comm(struct sd_ctx *c, char *dst, sd_uint cap, const struct task_struct *t)
{
	u64 w[TASK_COMM_LEN / 8], z;
	unsigned int n = 0, i;

	BUILD_BUG_ON(TASK_COMM_LEN != 16);
	memcpy(w, t->comm, sizeof(w));
	for (i = 0; i < ARRAY_SIZE(w); i++, n += 8) {
		z = (w[i] - 0x0101010101010101ULL) & ~w[i] & 0x8080808080808080ULL;
		if (z) {
			n += __builtin_ctzll(z) / 8;
			break;
		}
	}
	if (likely(cap >= sizeof(w))) {
		memcpy(dst, w, sizeof(w));
		return (struct sd_str){ dst, n };
	}
	return sd_str_copy(c, dst, cap, (struct sd_str){ (char *)w, n });
}

struct sd_str sd_fn_execname(SD_FN_STR)
{
	return copy_comm(c, dst, cap, sd_now(c));
}

struct sd_str sd_fn_pexecname(SD_FN_STR)
{
	struct sd_str r;

	if (!rcu_is_watching())
		return (struct sd_str){ "", 0 };
	rcu_read_lock();
	r = copy_comm(c, dst, cap, rcu_dereference(sd_now(c)->real_parent));
	rcu_read_unlock();
	return r;
}

/* ---- the probe ---- */

static struct sd_str value_of(const char *s)
{
	return s ? (struct sd_str){ s, strlen(s) } : (struct sd_str){ "", 0 };
}

static const struct sd_place *place_of(const struct sd_ctx *c)
{
	return c->site < c->probe->nplaces ? &c->probe->places[c->site] : NULL;
}

struct sd_str sd_fn_pp(SD_FN_STR)
{
	const struct sd_place *p = place_of(c);

	return value_of(p && p->pp ? p->pp : c->probe->name);
}

struct sd_str sd_fn_symname(SD_FN_STR, sd_int addr)
{
	char *buf = sd_cpu_of(c)->symbol, *end;

	if (!rcu_is_watching())
		return (struct sd_str){ "", 0 };
	sprint_symbol_no_offset(buf, addr);
	end = strchrnul(buf, ' '); /* "name [module]" */
	return sd_str_copy(c, dst, cap, (struct sd_str){ buf, end - buf });
}

struct sd_str sd_fn_probefunc(SD_FN_STR)
{
	const struct sd_place *p = place_of(c);

	if (p && p->function)
		return value_of(p->function);
	return c->ip ? sd_fn_symname(c, s, dst, cap, c->ip) : value_of(NULL);
}

struct sd_str sd_fn_module_name(SD_FN_STR)
{
	return value_of(THIS_MODULE->name);
}

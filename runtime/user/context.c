// SPDX-License-Identifier: GPL-2.0-or-later
/* The one context that handlers run with, the way through a handler, and what is counted on it. */
#include "user.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

struct sd_user sd_user;

bool sd_context_init(void)
{
	struct sd_ctx *c = &sd_user.ctx;

	sd_user.count = calloc(sd_script.nprobes + 1, sizeof(*sd_user.count));
	c->stack = malloc(sd_script.frame_bytes + 16);
	if (!sd_user.count || !c->stack)
		return false;
	c->sp = c->stack;
	c->stack_end = c->stack + sd_script.frame_bytes + 16;
	if (getrandom(&sd_user.random, sizeof(sd_user.random), 0) < 0)
		sd_user.random = sd_now();
	sd_user.random |= 1;
	return true;
}

void sd_context_exit(void)
{
	free(sd_user.count);
	free(sd_user.ctx.stack);
}

sd_uint sd_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (sd_uint)t.tv_sec * 1000000000U + (sd_uint)t.tv_nsec;
}

static void lose(struct sd_ctx *c, enum sd_loss why)
{
	if (c->probe)
		sd_user.count[c->probe->index].loss[why]++;
}

void sd_run(const struct sd_probe *p, bool interruptible)
{
	struct sd_ctx *c = &sd_user.ctx;

	c->probe = p;
	c->flags = interruptible ? SD_CTX_INTERRUPTIBLE : 0;
	sd_user.count[p->index].hits++;
	p->handler(c);
	if (c->error && (sd_script.flags & SD_SCRIPT_QUIET_ERRORS)) {
		lose(c, SD_LOSS_ERROR);
		sd_error_clear(c);
	} else if (c->error) {
		sd_report(c);
	}
	sd_user.ts = 0;
}

void sd_raised(struct sd_ctx *c)
{
	(void)c; /* every handler's context is looked at */
}

void sd_truncated(struct sd_ctx *c)
{
	lose(c, SD_LOSS_TRUNCATED);
}

void sd_faulted(struct sd_ctx *c)
{
	lose(c, SD_LOSS_FAULT);
}

/* One thread: nobody shares, or waits. */
int sd_share_slow(struct sd_ctx *c, struct sd_lock *l, sd_uint bit)
{
	sd_unshare(c, bit);
	return sd_lock_slow(c, l, 0);
}

int sd_lock_alone(struct sd_ctx *c, struct sd_lock *l, sd_uint bit)
{
	(void)bit;
	return sd_lock_write(c, l);
}

/* Nobody else runs who could hold a lock. One that is taken all the same is counted, as in the kernel. */
int sd_lock_slow(struct sd_ctx *c, struct sd_lock *l, int write)
{
	(void)l, (void)write;
	sd_user.count[c->probe->index].loss[SD_LOSS_LOCK]++;
	if (!(sd_script.flags & SD_SCRIPT_QUIET_ERRORS) && ++sd_user.skipped > (unsigned int)sd_script.limits.maxskipped) {
		sd_user.failed = true;
		sd_user.live = false;
	}
	return 1;
}

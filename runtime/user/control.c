// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of a script, from its begin probes to its end probes, in the steps
 * of the kernel runtime and its runner. Knows kinds of probes only by struct
 * sd_kind.
 */
#include "user.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run/msg.h"
#include "run/signals.h"
#include "run/target.h"

enum { STOPS_MAX = 3 }; /* signals after which we no longer wait for whoever reads our output */

static const struct sd_kind *const kinds[] = { &sd_kind_timer, &sd_kind_input };
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct target *target;

/* Looks at everything that can end the run. False: the user does not want to wait any longer. */
static bool react(void *arg)
{
	unsigned int stops;
	bool sent;
	int sig;

	(void)arg;
	signals_drain();
	if (signals_take_child())
		target_reap(target);
	stops = signals_stops();
	sig = signals_take_stop(&sent);
	target_signal(target, sig, sent);
	if (stops || (target->child && target->ended) || sd_user.out.gone || sd_user.out.failed)
		sd_user.live = false;
	return stops < STOPS_MAX;
}

static void run_all(const struct sd_kind *kind, const bool *go_on, bool wanted)
{
	for (unsigned int i = 0; i < sd_script.nprobes && *go_on == wanted; i++)
		if (sd_script.probes[i]->kind == kind)
			sd_run(sd_script.probes[i], true);
}

static bool attach(const struct sd_kind *kind)
{
	const struct sd_probe **probes = calloc(sd_script.nprobes + 1, sizeof(*probes));
	unsigned int n = 0;
	bool ok;

	if (!probes)
		return false;
	for (unsigned int i = 0; i < sd_script.nprobes; i++)
		if (sd_script.probes[i]->kind == kind)
			probes[n++] = sd_script.probes[i];
	ok = !n || kind->attach(probes, n);
	free(probes);
	return ok;
}

/* The kind whose time comes first. */
static const struct sd_kind *next_kind(sd_uint *due)
{
	const struct sd_kind *k = NULL;

	*due = SD_NEVER;
	for (unsigned int i = 0; i < NKINDS; i++) {
		sd_uint t = kinds[i]->due();

		if (t < *due) {
			*due = t;
			k = kinds[i];
		}
	}
	return k;
}

/* Until the time `due`, or until something happens. */
static void doze(sd_uint due, int wake_fd)
{
	struct out *o = &sd_user.out;
	struct pollfd p[3] = {
		{ wake_fd, POLLIN, 0 },
		{ o->gone || o->failed ? -1 : o->fd, 0, 0 }, /* only for POLLERR: the reader has gone */
		{ sd_input_fd(), POLLIN, 0 },
	};
	sd_uint now = sd_now(), left = due > now ? due - now : 0;
	struct timespec t = { (time_t)(left / 1000000000U), (long)(left % 1000000000U) };

	if (ppoll(p, 3, due == SD_NEVER ? NULL : &t, NULL) < 0)
		return;
	if (p[1].revents)
		out_check(o, p[1].revents);
	if (p[2].revents)
		sd_input_ready();
}

static void wait_for_hits(int wake_fd)
{
	const struct sd_kind *k;
	sd_uint due;

	for (;;) {
		react(NULL);
		if (!sd_user.live)
			break;
		if (target->gate >= 0) {
			out_flush(&sd_user.out); /* what begin probes printed stands before what the command prints */
			target_release(target);
		}
		k = next_kind(&due);
		if (due <= sd_now()) {
			k->run();
			continue;
		}
		out_flush(&sd_user.out);
		if (sd_user.live)
			doze(due, wake_fd);
	}
}

static void live(int wake_fd)
{
	bool ok = true;

	sd_user.live = true;
	run_all(&sd_kind_begin, &sd_user.live, true);
	for (unsigned int i = 0; i < NKINDS && sd_user.live && ok; i++)
		ok = attach(kinds[i]);
	if (!ok) {
		msg_error("sonde: out of memory");
		sd_user.failed = true;
		sd_user.errors++;
	} else {
		wait_for_hits(wake_fd);
	}
	for (unsigned int i = 0; i < NKINDS; i++)
		kinds[i]->detach();
	run_all(&sd_kind_end, &sd_user.failed, false);
	run_all(&sd_kind_error, &sd_user.failed, true);
	sd_put_ledger();
	print_losses(&sd_user.print, 0);
	out_flush(&sd_user.out);
}

bool sd_control_run(struct target *t, int wake_fd)
{
	struct out *o = &sd_user.out;
	struct print *p = &sd_user.print;

	target = t;
	sd_user.target = t->pid;
	o->wake_fd = wake_fd;
	o->woken = react;
	live(wake_fd);
	return !sd_user.errors && !p->errors && !p->bad && !o->failed;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The run itself. One thread: a pass over the rings, a look at the module's state and at signals, a short sleep. A
 * reader of our output that is slow is waited for inside out.c, which calls react() meanwhile, so that a stop is passed
 * on at once; the rings fill up then and the module counts what does not fit.
 */
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "input.h"
#include "bulk.h"
#include "merge.h"
#include "meta.h"
#include "module.h"
#include "msg.h"
#include "out.h"
#include "print.h"
#include "signals.h"
#include "target.h"
#include "wire.h"

enum {
	IDLE_MS = 50,
	BUSY_MS = 1,
	META_MAX = 64 << 20,
	RINGS_MAX = 1 << 16,
	STOPS_MAX = 3, /* signals after which we no longer wait */
};

/*
 * The kernel's fast clock, which handlers may use, can run behind the one we read by some ns while the time keeper is
 * updated. Stamps this close to now are left for the next pass.
 */
#define CLOCK_MARGIN_NS 10000ULL

struct session {
	struct module *module;
	struct target *target;
	const struct session_options *opt;
	struct sd_control *control;
	size_t map_bytes;
	struct merge merge;
	struct meta meta;
	struct out out;
	struct print print;
	struct input input;
	struct bulk bulk;
	unsigned long long end_ns; /* --timeout; 0: none */
	bool stop_sent, patience_told, left, ready_told;
};

static unsigned int load(const unsigned int *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static unsigned long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000000ULL + (unsigned long long)t.tv_nsec;
}

static bool read_meta(struct session *s)
{
	size_t n = 0, cap = 1 << 16;
	char *text = malloc(cap);
	bool ok = false;

	while (text) {
		ssize_t r = read(s->module->proc_fd, text + n, cap - n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) {
			ok = r == 0;
			break;
		}
		n += (size_t)r;
		if (n == cap) {
			char *more = cap < META_MAX ? realloc(text, cap * 2) : NULL;

			if (!more)
				break;
			text = more;
			cap *= 2;
		}
	}
	if (!ok)
		msg_error("sonderun: cannot read the module's description: %s", strerror(text ? errno : ENOMEM));
	else if (!(ok = meta_parse(&s->meta, text, n)))
		msg_error("sonderun: out of memory");
	if (ok && s->opt->bulk)
		ok = bulk_meta(s->opt->bulk, text, n);
	free(text);
	if (ok && s->meta.bad_lines)
		msg_warning("sonderun: %u lines of the module's description make no sense", s->meta.bad_lines);
	return ok;
}

/* Maps the control page, checks what it says of the rings, then maps everything. */
static bool map_rings(struct session *s)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct sd_control *c = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, s->module->proc_fd, 0);
	unsigned long long offset, stride, bytes;
	unsigned int n;
	bool sane;

	if (c == MAP_FAILED) {
		msg_error("sonderun: cannot map the module's rings: %s", strerror(errno));
		return false;
	}
	n = c->nrings;
	offset = c->ring_offset;
	stride = c->ring_stride;
	bytes = c->ring_bytes;
	sane = c->magic == SD_MAGIC && c->abi == SD_ABI && n && n <= RINGS_MAX && bytes >= 64 && !(bytes & (bytes - 1)) &&
	       offset >= page && offset % page == 0 && offset < 1ULL << 32 && stride % page == 0 && stride >= page + bytes &&
	       stride < 1ULL << 40;
	munmap(c, page);
	if (!sane) {
		msg_error("sonderun: /proc/%s is not what this sonderun expects: it belongs to another version", s->module->info.name);
		return false;
	}
	s->map_bytes = offset + n * stride;
	c = mmap(NULL, s->map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, s->module->proc_fd, 0);
	if (c == MAP_FAILED) {
		msg_error("sonderun: cannot map the module's rings (%zu bytes): %s", s->map_bytes, strerror(errno));
		return false;
	}
	s->control = c;
	if (merge_init(&s->merge, (char *)c + offset, n, stride, page, bytes))
		return true;
	msg_error("sonderun: out of memory");
	return false;
}

static bool command(struct session *s, const char *text)
{
	ssize_t r;

	while ((r = write(s->module->proc_fd, text, strlen(text))) < 0 && errno == EINTR)
		;
	return r >= 0;
}

/* Looks at everything that can end the run and passes it on. False: the user does not want to wait any longer. */
static bool react(void *arg)
{
	struct session *s = arg;
	struct sd_control *c = s->control;
	unsigned int state = load(&c->state), stops;
	bool stop, sent;
	int sig;

	signals_drain();
	if (signals_take_child())
		target_reap(s->target);
	stops = signals_stops();
	sig = signals_take_stop(&sent);
	target_signal(s->target, sig, sent);
	stop = stops || (s->target->child && s->target->ended) || s->out.gone || s->out.failed || load(&c->exit_requested) ||
	       load(&c->start_failed) || s->bulk.failed || (s->end_ns && now_ns() >= s->end_ns);
	if (stop && !s->stop_sent && state < SD_STATE_STOPPING)
		s->stop_sent = command(s, "stop");
	if (!stop && state == SD_STATE_RUNNING)
		target_release(s->target);
	if (stops == STOPS_MAX - 1 && !s->patience_told) {
		s->patience_told = true;
		msg_notice("still stopping; one more signal gives up waiting for it");
	}
	return stops < STOPS_MAX;
}

/* Hands a piece of standard input to the script. A module that does not run any more takes none. */
static void pass_input(struct session *s)
{
	static const char head[] = "input ";
	char buf[sizeof(head) - 1 + SD_INPUT_MAX];
	ssize_t n = input_read(&s->input, buf + sizeof(head) - 1, SD_INPUT_MAX), r;

	if (n < 0)
		return;
	memcpy(buf, head, sizeof(head) - 1);
	do
		r = write(s->module->proc_fd, buf, sizeof(head) - 1 + (size_t)n);
	while (r < 0 && errno == EINTR);
}

/* Sleeps until there is something to do, or looks by itself after a while. */
static void doze(struct session *s, bool moved)
{
	struct pollfd p[4] = {
		{ s->opt->wake_fd, POLLIN, 0 },
		{ s->out.gone || s->out.failed ? -1 : s->out.fd, 0, 0 }, /* only for POLLERR: the reader has gone */
		{ s->module->proc_fd, POLLIN, 0 },
		{ input_fd(&s->input), POLLIN, 0 },
	};
	bool waiting = s->merge.pending || s->stop_sent;

	/* A module that reports what we know already must not make us spin. */
	if (waiting && !moved)
		p[2].fd = -1;
	if (poll(p, 4, waiting ? BUSY_MS : IDLE_MS) < 0)
		return;
	if (p[1].revents)
		out_check(&s->out, p[1].revents);
	if (p[3].revents)
		pass_input(s);
}

/* The script runs: tells whoever waits for that. True: it is to be left alone now. */
static bool leave(struct session *s)
{
	if (s->opt->ready_fd >= 0 && !s->ready_told) {
		s->ready_told = true;
		if (write(s->opt->ready_fd, "r", 1) < 0)
			msg_info(1, "nobody waits for the start");
	}
	if (!s->opt->detach || s->stop_sent || load(&s->control->exit_requested) || !command(s, "detach"))
		return false;
	s->left = true;
	return true;
}

/* True: the module has stopped and everything was taken from the rings. */
static bool drain(struct session *s)
{
	for (;;) {
		unsigned int state = load(&s->control->state);
		bool over = state == SD_STATE_STOPPED || (state == SD_STATE_LOADED && load(&s->control->start_failed));
		unsigned long long n = s->opt->bulk ? bulk_pass(&s->bulk)
						    : merge_pass(&s->merge, over ? MERGE_ALL : now_ns() - CLOCK_MARGIN_NS);

		out_flush(&s->out);
		input_want(&s->input, state == SD_STATE_RUNNING ? load(&s->control->input) : 0);
		if (over)
			return true;
		if (state == SD_STATE_RUNNING && leave(s))
			return true;
		if (!react(s))
			return false;
		doze(s, n != 0);
	}
}

/* Where this machine is, for tz_ctime() and the like: the module cannot know. */
static bool tell_zone(struct session *s)
{
	time_t now = time(NULL);
	char text[64], name[16];
	struct tm tm;

	if (!localtime_r(&now, &tm) || !strftime(name, sizeof(name), "%Z", &tm))
		return true;
	snprintf(text, sizeof(text), "zone %ld %s", -tm.tm_gmtoff, name);
	return command(s, text);
}

static bool start(struct session *s)
{
	char text[64];

	if (!tell_zone(s))
		msg_warning("sonderun: the module does not take the time zone: %s", strerror(errno));

	if (s->target->pid)
		snprintf(text, sizeof(text), "start target=%d", (int)s->target->pid);
	else
		snprintf(text, sizeof(text), "start");
	if (command(s, text))
		return true;
	msg_error("the module cannot be started: %s", strerror(errno));
	return false;
}

static void memory(const struct sd_control *c)
{
	unsigned long long all = 0, kb[SD_MEMORY_COUNT];
	char frames[48] = "";

	for (unsigned int i = 0; i < SD_MEMORY_COUNT; i++) {
		all += c->memory[i];
		kb[i] = (c->memory[i] + 1023) / 1024;
	}
	if (c->memory[SD_MEMORY_FRAMES])
		snprintf(frames, sizeof(frames), ", tables of frames %llu", kb[SD_MEMORY_FRAMES]);
	msg_info(1, "memory: %llu kB (module %llu, contexts %llu, arrays %llu, statistics %llu, buffers %llu%s)", (all + 1023) / 1024,
		 kb[SD_MEMORY_MODULE], kb[SD_MEMORY_CONTEXTS], kb[SD_MEMORY_ARRAYS], kb[SD_MEMORY_STATS], kb[SD_MEMORY_RINGS], frames);
}

static void attached(const struct sd_control *c)
{
	if (c->places)
		msg_info(1, "attached %llu of %llu place%s in %llu.%03llu s, detached in %llu.%03llu s%s", c->attached, c->places,
			 c->places == 1 ? "" : "s", c->attach_ns / 1000000000, c->attach_ns / 1000000 % 1000, c->detach_ns / 1000000000,
			 c->detach_ns / 1000000 % 1000, c->cut_short ? " (the script ended while it was attached)" : "");
}

/* What the counters say when all is over. */
static bool verdict(struct session *s, bool *lost)
{
	struct sd_control *c = s->control;
	unsigned int failed = load(&c->start_failed), errors = load(&c->errors);

	*lost = print_losses(&s->print, merge_dropped(&s->merge));
	if (merge_overwritten(&s->merge)) {
		msg_notice("lost: %llu records were overwritten by newer ones while nobody read them (buffer full; try -s MB)",
			   merge_overwritten(&s->merge));
		*lost = true;
	}
	out_flush(&s->out);
	if (failed && !s->print.errors && !s->print.warnings)
		msg_error("the probes could not be attached: %s", strerror((int)failed));
	if (errors > s->print.errors && !s->print.errors)
		msg_error("%u run-time error%s, whose text was lost", errors, errors == 1 ? "" : "s");
	if (s->merge.damaged)
		msg_error("sonderun: the contents of a ring made no sense %llu time%s; its records are lost", s->merge.damaged,
			  s->merge.damaged == 1 ? "" : "s");
	if (c->cut_short && errors)
		msg_notice("the probes were disarmed while they were being attached: %llu of %llu places were", c->attached, c->places);
	attached(c);
	memory(c);
	msg_info(1, "%llu records, %llu hits, %llu skipped, %u errors", s->merge.records, c->hits, c->skipped, errors);
	if (s->merge.forced)
		msg_info(1, "%llu times a handler was so slow that the order of output may have suffered", s->merge.forced);
	return !failed && !errors && !s->print.errors && !s->print.bad && !s->merge.damaged && !s->out.failed && !s->bulk.failed;
}

bool session_run(struct module *m, struct target *t, const struct session_options *opt, bool *gave_up, bool *lost)
{
	struct session s = { .module = m, .target = t, .opt = opt };
	bool ok = false, over;

	*gave_up = *lost = false;
	if (!out_init(&s.out, opt->out_fd)) {
		msg_error("sonderun: out of memory");
		return false;
	}
	s.out.wake_fd = opt->wake_fd;
	s.out.woken = react;
	s.out.rotate = opt->rotate;
	s.out.arg = &s;
	if (opt->attach && !command(&s, "attach")) {
		msg_error("the script cannot be attached: %s", strerror(errno));
		goto out;
	}
	if (!read_meta(&s) || !map_rings(&s))
		goto out;
	if (!print_init(&s.print, &s.out, &s.meta, opt->json)) {
		msg_error("sonderun: out of memory");
		goto out;
	}
	s.merge.emit = print_record;
	s.merge.arg = &s.print;
	if (opt->bulk && !bulk_init(&s.bulk, opt->bulk, &s.merge, &s.print))
		goto out;
	if (opt->timeout_s)
		s.end_ns = now_ns() + opt->timeout_s * 1000000000ULL;
	if (!opt->attach && !start(&s))
		goto out;
	over = drain(&s);
	if (s.left) {
		msg_info(0, "the script goes on; to see what it prints: sonderun -A %s", m->info.name);
		*gave_up = ok = true;
		goto out;
	}
	ok = verdict(&s, lost);
	if (!over) {
		msg_error("gave up waiting for the end of the script; the module detaches and removes itself");
		*gave_up = true;
		ok = false;
	}
out:
	input_deinit(&s.input);
	bulk_deinit(&s.bulk);
	ok = ok && !s.bulk.failed;
	print_deinit(&s.print);
	merge_deinit(&s.merge);
	if (s.control)
		munmap(s.control, s.map_bytes);
	meta_deinit(&s.meta);
	out_deinit(&s.out);
	return ok;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* -D: limits by their names. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "driver/options.h"
#include "driver/session.h"

struct limit_name {
	const char *name;
	size_t offset;
	int64_t min, max;
};

#define LIMIT(name, field, min, max) { name, offsetof(struct limits, field), min, max }
static const struct limit_name limit_names[] = {
	LIMIT("MAXACTION", maxaction, 1, 1000000000), LIMIT("MAXACTION_INTERRUPTIBLE", maxaction_interruptible, 1, 1000000000),
	LIMIT("MAXSTRINGLEN", maxstringlen, 16, 16384), LIMIT("MAXNESTING", maxnesting, 1, 100),
	LIMIT("MAXERRORS", maxerrors, 0, 1000000000), LIMIT("MAXSKIPPED", maxskipped, 0, 1000000000),
	LIMIT("MAXTRYLOCK", maxtrylock, 1, 1000000), LIMIT("TRYLOCKDELAY", trylockdelay, 1, 10000),
	LIMIT("MINSTACKSPACE", minstackspace, 256, 32768), LIMIT("MAXMAPENTRIES", maxmapentries, 1, 100000000),
	LIMIT("STP_PROCFS_BUFSIZE", procfs_bufsize, 1, 1048576), LIMIT("MAXBACKTRACE", maxbacktrace, 1, 1000),
	LIMIT("KRETACTIVE", kretactive, 1, 65536),
	LIMIT("STAP_CALLEE_MATCHALL", callee_matchall, 0, 1),
	LIMIT("STP_MAXMEMORY", maxmemory, 1, 1LL << 40), LIMIT("STP_OVERLOAD_THRESHOLD", overload_threshold, 1, 1LL << 60),
	LIMIT("STP_OVERLOAD_INTERVAL", overload_interval, 1, 1LL << 60),
};

/* Names that are given alone. */
static const struct switch_name {
	const char *name;
	size_t offset;
} switch_names[] = {
	{ "STP_NO_OVERLOAD", offsetof(struct session, no_overload) },
	{ "STP_NO_VERREL_CHECK", offsetof(struct session, any_release) },
	{ "STP_NO_BUILDID_CHECK", offsetof(struct session, any_build_id) },
};

void limits_define(struct session *s, const char *arg)
{
	size_t n = strcspn(arg, "=");
	const char *name = arena_strndup(s->arena, arg, n);
	struct suggest sg;
	char *end;
	int64_t v;

	for (unsigned i = 0; i < ARRAY_SIZE(limit_names); i++) {
		const struct limit_name *l = &limit_names[i];

		if (strcmp(l->name, name))
			continue;
		errno = 0;
		if (!arg[n] && l->max == 1) /* a switch */
			arg = arena_printf(s->arena, "%s=1", name);
		v = arg[n] ? strtoll(arg + n + 1, &end, 0) : 0;
		if (!arg[n] || !isdigit((unsigned char)arg[n + 1]) || *end || errno || v < l->min || v > l->max)
			plain_error(s, "-D %s wants a number from %lld to %lld: -D %s=%lld", name, (long long)l->min,
				    (long long)l->max, name, (long long)*(int64_t *)((char *)&s->limits + l->offset));
		else
			*(int64_t *)((char *)&s->limits + l->offset) = v;
		return;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(switch_names); i++)
		if (!strcmp(switch_names[i].name, name)) {
			if (arg[n] && strcmp(arg + n, "=1") && strcmp(arg + n, "="))
				plain_error(s, "-D %s takes no value", name);
			*(bool *)((char *)s + switch_names[i].offset) = true;
			return;
		}
	suggest_init(&sg, name);
	for (unsigned i = 0; i < ARRAY_SIZE(limit_names); i++)
		suggest_offer(&sg, limit_names[i].name);
	for (unsigned i = 0; i < ARRAY_SIZE(switch_names); i++)
		suggest_offer(&sg, switch_names[i].name);
	if (suggest_best(&sg))
		plain_error(s, "unknown limit -D %s; did you mean %s?", name, suggest_best(&sg));
	else
		usage_error(s, "unknown limit -D %s", name);
}

const struct limits limits_default = {
	.maxaction = 1000, .maxstringlen = 512, .maxnesting = 10, .maxerrors = 0,
	.maxskipped = 100, .maxtrylock = 1000, .trylockdelay = 10, .minstackspace = 1024, .maxbacktrace = 20, .maxmapentries = 2048,
	.overload_threshold = 500000000, .overload_interval = 1000000000,
};

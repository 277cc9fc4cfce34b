/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patterns for places in sources: "function@file:lines", as stapprobes(3stap) describes them. */
#ifndef SONDE_PROBE_PATTERN_H
#define SONDE_PROBE_PATTERN_H

#include "probe/provider.h"
#include "types/dwarf.h"

struct point_pattern {
	const char *function;  /* a glob */
	const char *source;    /* a glob, or NULL */
	struct dwarf_lines lines;
	struct range range;
};

/* false when it is not well formed: reported. */
bool pattern_parse(struct arena *a, const struct point_arg *arg, struct point_pattern *p);

#endif

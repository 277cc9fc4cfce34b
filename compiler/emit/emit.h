/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 3: a plan printed as one freestanding C file. The door for the driver. */
#ifndef SONDE_EMIT_EMIT_H
#define SONDE_EMIT_EMIT_H

#include "base/buf.h"
#include "sema/plan.h"

struct emit_options {
	struct limits limits;
	const char *release, *version, *build_id; /* identity of the kernel it is built for */
	const char *language;                     /* its version, which embedded C may ask for: "5.0" */
	const char *script_name;                  /* for the runner's messages */
	unsigned ring_bytes;                      /* 0: the runtime's default */
	bool unoptimized;                         /* -u: a function for each probe */
	bool timed;                               /* -t */
	bool quiet_errors, no_time_limits;        /* --suppress-handler-errors, --suppress-time-limits */
	bool skip_badvars;                        /* --skip-badvars: memory that cannot be read is 0 */
	bool any_release, any_build_id;           /* what is not checked when the module is loaded */
	const char *const *modinfo;               /* --modinfo: nmodinfo times "NAME=VALUE" */
	unsigned nmodinfo;
};

void emit_c(struct plan *plan, const struct emit_options *o, struct buf *out);

/* The second C file: the script's embedded C, to be compiled with the kernel's headers. false: there is none. */
bool emit_embedded_file(struct plan *plan, const struct emit_options *o, struct buf *out);

#endif

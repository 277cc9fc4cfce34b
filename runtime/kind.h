/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probe kinds' side of the runtime. The generated C only names the
 * sd_kind objects; what is in struct sd_kind is the runtime's affair
 * (kern/kern.h). The kinds' private data, filled by the compiler's provider
 * of the same name, is here, one block each.
 */
#ifndef SONDE_KIND_H
#define SONDE_KIND_H

/* begin, end, error, oneshot: no data, sd_probe.priority orders them. */
extern const struct sd_kind sd_kind_begin, sd_kind_end, sd_kind_error;

/* timer */
struct sd_timer {
	sd_uint period_ns;  /* of timer.ms(…) and the like; 0 when jiffies is set */
	sd_uint random_ns;  /* ± */
	sd_uint jiffies, random_jiffies;
};
extern const struct sd_kind sd_kind_timer;

/* function: kernel.function(…) at entry; places[] are where. No data. */
extern const struct sd_kind sd_kind_function;

/* return: kernel.function(…).return */
struct sd_return {
	unsigned int maxactive; /* 0: the runtime's choice */
};
extern const struct sd_kind sd_kind_return;

/* statement: places inside of functions. No data, or, of callees: hits count only where the right functions have called. */
struct sd_return_pc {
	const char *symbol;
	sd_uint offset;
};
struct sd_chain {
	unsigned int depth;            /* callers; 0: any */
	int inside;                    /* the place is no function's entry */
	const unsigned int *n;         /* [depth]: how many addresses each caller's call may return to; the innermost first */
	const struct sd_return_pc *returns; /* they, one level behind the other */
};
struct sd_callee {
	const struct sd_chain *chains; /* for each place of the probe */
};
extern const struct sd_kind sd_kind_statement;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the user runtime share. A script is an ordinary program
 * here, in one thread: handlers run one after the other, so that there is one
 * context, no ring and nothing to lock. What is printed, and how, is the
 * runner's: run/print.c takes the records as they are made.
 */
#ifndef SONDE_USER_H
#define SONDE_USER_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "kind.h"
#include "run/out.h"
#include "run/print.h"

#define SD_NEVER (~(sd_uint)0)

/* A kind of probe that something sets off while the script runs. Those without attach are run by control.c itself. */
struct sd_kind {
	const char *name;
	bool (*attach)(const struct sd_probe *const *probes, unsigned int n); /* false: out of memory */
	sd_uint (*due)(void);   /* when it wants run() to be called, CLOCK_MONOTONIC ns; SD_NEVER */
	void (*run)(void);      /* runs the handler that is due first */
	void (*detach)(void);
};

/* The ledger of one probe. */
struct sd_count {
	sd_uint hits, loss[SD_LOSS_COUNT];
};

struct sd_user {
	struct sd_ctx ctx;
	struct sd_count *count; /* [nprobes] */
	sd_uint ts;             /* of this hit's records; 0: none yet */
	sd_uint random;
	bool live;              /* handlers may run; cleared by exit(), by errors and by a stop */
	bool failed;            /* too many errors: error probes instead of end probes */
	unsigned int errors, skipped;
	sd_int target;
	const char *name;       /* module_name() */
	struct out out;
	struct meta meta;
	struct print print;
};
extern struct sd_user sd_user;

/* data.c */
bool sd_data_init(void); /* false: out of memory */
void sd_data_exit(void);

/* context.c */
bool sd_context_init(void);  /* false: out of memory */
void sd_context_exit(void);
void sd_run(const struct sd_probe *p, bool interruptible); /* which limit of actions holds */
sd_uint sd_now(void);        /* CLOCK_MONOTONIC, ns */

/* output.c */
void sd_output_exit(void);
void sd_text_record(struct sd_ctx *c, unsigned int type, struct sd_str text);
void sd_put_ledger(void);

/* input.c, for control.c */
int sd_input_fd(void);       /* for poll(); -1: none */
void sd_input_ready(void);

/* error.c */
void sd_report(struct sd_ctx *c); /* writes the record of c->error, counts it, clears it */
void sd_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* control.c: the whole life of the script. True: nothing went wrong. */
struct target;
bool sd_control_run(struct target *t, int wake_fd);

#endif

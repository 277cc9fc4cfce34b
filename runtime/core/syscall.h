/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of system calls' arguments: what fn_syscall.c (values and names) and syscall_memory.c (what lies behind addresses) share. */
#ifndef SONDE_CORE_SYSCALL_H
#define SONDE_CORE_SYSCALL_H

#include "abi.h"

struct sd_args {
	struct sd_ctx *c;
	const struct sd_site *site;
	struct sd_text t;
	unsigned int word; /* bytes of the program's long and of its addresses */
};

void sd_args_put(struct sd_args *o, struct sd_str v);
void sd_args_number(struct sd_args *o, sd_uint v, unsigned int base, unsigned int width);
void sd_args_decimal(struct sd_args *o, sd_int v);
void sd_args_hex(struct sd_args *o, sd_uint v);
void sd_args_pointer(struct sd_args *o, sd_uint v);
int sd_args_get(struct sd_args *o, sd_uint addr, unsigned int size, sd_uint *v); /* of the program; 0: it cannot be read, which is no error */

static inline sd_int sd_args_int(sd_uint v) { return (sd_int)(int)(unsigned int)v; }

void sd_args_signal(struct sd_args *o, sd_int v, sd_uint skip); /* skip: characters at the name's beginning */
void sd_args_family(struct sd_args *o, sd_int v);

/* An address of the program as what is there; as the address itself where that cannot be read. */
void sd_args_string(struct sd_args *o, sd_uint addr);
void sd_args_buffer(struct sd_args *o, sd_uint addr, sd_uint len);
void sd_args_argv(struct sd_args *o, sd_uint addr);
void sd_args_time(struct sd_args *o, sd_uint addr, struct sd_str fraction);
void sd_args_two_times(struct sd_args *o, sd_uint addr, struct sd_str fraction);
void sd_args_interval(struct sd_args *o, sd_uint addr, struct sd_str fraction);
void sd_args_signals(struct sd_args *o, sd_uint set, unsigned int n); /* n: how many signals it has */
void sd_args_sigset(struct sd_args *o, sd_uint addr, unsigned int n);
void sd_args_sockaddr(struct sd_args *o, sd_uint addr, sd_int len);

#endif

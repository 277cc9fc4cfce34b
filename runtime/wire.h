/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the module and the runner. The module makes /proc/<module name>,
 * mode 0600, which one process may open at a time:
 *
 *	read   the meta text of the script (below), whole, from offset 0
 *	mmap   at 0: struct sd_control, one page; then nrings times ring_stride
 *	       bytes, each a struct sd_ring page followed by its data
 *	write  a command: "start" or "start target=PID", "stop"; both return at once,
 *	       the state in the control page says when they are done. "detach": the
 *	       script, which is running, goes on without a reader; the newest records
 *	       are kept. "attach": the opposite, by whoever opens the file next; what
 *	       is in the rings is his when the write returns.
 *	       "zone SECONDS NAME", before the start: the time zone, by how much it is behind UTC.
 *	       "input " and bytes of standard input, at most SD_INPUT_MAX of them, none at its end: handlers have run when
 *	       it returns
 *	poll   readable when the state changed, exit was asked for, or a ring is a
 *	       quarter full; the runner also looks by itself every 50 ms or so
 *	close  without a finished stop or a detach: the module detaches everything (no end
 *	       probes) and, unless the file is opened again within two seconds,
 *	       starts /sbin/rmmod on itself
 *
 * All numbers are the machine's own endianness; clocks are CLOCK_MONOTONIC ns.
 */
#ifndef SONDE_WIRE_H
#define SONDE_WIRE_H

#define SD_MAGIC 0x65646e6f73ULL /* "sonde" */

enum sd_state {
	SD_STATE_LOADED,
	SD_STATE_STARTING,  /* begin probes run, then probes are attached */
	SD_STATE_RUNNING,
	SD_STATE_STOPPING,  /* detaching, then end (or error) probes run */
	SD_STATE_STOPPED,   /* everything is in the rings; drain and unload */
};

/* Standard input is wanted by probes on characters, on lines. */
enum { SD_INPUT_CHARS = 1, SD_INPUT_LINES = 2, SD_INPUT_MAX = 4096 };
/* What the module's memory is for. */
enum sd_memory { SD_MEMORY_MODULE, SD_MEMORY_CONTEXTS, SD_MEMORY_ARRAYS, SD_MEMORY_STATS, SD_MEMORY_RINGS, SD_MEMORY_FRAMES /* tables of programs */, SD_MEMORY_COUNT };

struct sd_control {
	unsigned long long magic;
	unsigned int abi;
	unsigned int state;           /* enum sd_state */
	unsigned int nrings;          /* one per CPU that was online when the module was loaded, and last the one of process context */
	unsigned int ring_bytes;      /* data bytes of a ring, a power of two */
	unsigned long long ring_offset; /* of the first ring in the mapping */
	unsigned long long ring_stride;
	unsigned int exit_requested;  /* exit() was called, or an error says so: the runner sends "stop" */
	unsigned int errors;          /* errors that were not caught */
	unsigned int start_failed;    /* attach failed: -errno as positive; the cause is an error or warning record */
	unsigned int input;           /* SD_INPUT_*: the runner's standard input is wanted */
	unsigned int cut_short;       /* the script ended, or its probes were disarmed, while they were being attached */
	unsigned long long hits, skipped;
	unsigned long long places, attached; /* places of probes on functions and tracepoints, and those that were attached; when stopped */
	unsigned long long attach_ns, detach_ns; /* the time that took */
	unsigned long long memory[SD_MEMORY_COUNT]; /* bytes, from when it was loaded to when it is unloaded; tables of frames come as programs do */
};

/*
 * Single producer, single consumer. head and tail count bytes and only grow.
 * seq is odd while the producer has a record of an older time stamp in hand:
 * a reader that took the time T and then saw every ring at an even seq (or
 * saw it change) holds every record with a stamp below T, so what it merges
 * up to T is in total order.
 */
struct sd_ring {
	unsigned long long head __attribute__((aligned(64)));
	unsigned int seq;
	unsigned long long dropped;    /* records */
	unsigned long long overwritten; /* records, while nobody was reading */
	unsigned long long tail __attribute__((aligned(64))); /* written by the runner */
};

struct sd_record_header {
	unsigned int size;   /* bytes with this header, a multiple of 8 */
	unsigned short type; /* enum sd_record */
	unsigned short id;
	unsigned long long ts; /* all records of one hit share one stamp, so they stay together */
};

/*
 * The meta text: lines of space-separated fields; a string is a C literal as
 * base/buf.h's buf_quote writes it (\n \t \" \\ \ooo). Unknown lines are skipped.
 *
 *	sonde ABI
 *	script NAME
 *	format ID "text" TYPES ["literal"]...   TYPES: one of 'l' 's' per argument, "-" for none; 'c': a literal, which the
 *	                                text has already and which is not sent, for those who want the arguments
 *	site ID "where" "file" LINE COL "source line"
 *	probe INDEX "name" "file" LINE COL
 *	from INDEX "what it was derived from, nearest first"
 *
 * The module's .modinfo carries the identity that the runner checks before loading:
 *	sonde_abi=1  sonde_release=…  sonde_version=<UTS_VERSION>  sonde_build_id=<hex>
 * and, when the script was compiled with less checking, sonde_unchecked=release, sonde_unchecked=build-id or both lines.
 * Variables of the script that can be set: sonde_global=NAME:number, sonde_global=NAME:string; the module's parameter sd_set=NAME=VALUE sets one.
 */

#endif

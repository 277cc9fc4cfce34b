/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel a module was built for, and whether it is the running one. See the identity in wire.h. */
#ifndef SONDE_RUN_IDENTITY_H
#define SONDE_RUN_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

enum {
	IDENTITY_MAX = 128,       /* of each string, with its NUL */
	IDENTITY_NAME_MAX = 56,   /* of a module's name, with its NUL: MODULE_NAME_LEN on 64-bit machines */
};

struct identity {
	char release[IDENTITY_MAX];  /* uname -r */
	char version[IDENTITY_MAX];  /* uname -v */
	char build_id[IDENTITY_MAX]; /* lower-case hex, "" when unknown */
};

struct modinfo {
	struct identity built_for;
	char name[IDENTITY_NAME_MAX];
	unsigned int abi;
	bool any_release, any_build_id; /* not to be compared */
	char *params; /* "NAME:TYPE" of the module's parameters, each ended by a NUL, the last by two; NULL when there are none */
	char *globals; /* likewise of the script's variables that can be set; TYPE is number or string */
};

/*
 * Reads .modinfo of the ELF file open at fd; the file's position is not used. NULL when all is well, else why not,
 * fit to follow "FILE: ".
 */
const char *modinfo_read(int fd, struct modinfo *info);
void modinfo_deinit(struct modinfo *info);

bool modinfo_has_param(const struct modinfo *info, const char *name);

/* The type of the global variable whose name has these n bytes; NULL: there is none that can be set. */
const char *modinfo_global(const struct modinfo *info, const char *name, size_t n);

/* The running kernel. False (errno) when uname fails; a build-id that cannot be read is left empty. */
bool identity_running(struct identity *id);

/* The GNU build-id of a block of ELF notes as hex. False when there is none. */
bool identity_build_id(const void *notes, size_t n, char *hex, size_t cap);

/*
 * The message for a module that is not the running kernel's, lines ended by \n but for the last, without "ERROR: ".
 * "" when the two agree. An unknown build-id agrees with any. Returns buf.
 */
const char *identity_mismatch(const struct identity *built_for, const struct identity *running, char *buf, size_t cap);

#endif

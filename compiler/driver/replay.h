/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kbuild writes each command it ran into a .cmd file. Read once, turned into
 * argument lists with absolute paths, they are all that compiling a script's
 * module takes: no make, no shell.
 */
#ifndef SONDE_DRIVER_REPLAY_H
#define SONDE_DRIVER_REPLAY_H

#include <stdbool.h>

#include "base/vec.h"

struct args {
	const char **v; /* struct VEC(const char *) */
	unsigned n, cap;
};

/* Stand-ins for file names within the lists. */
#define REPLAY_OBJECT "@object"  /* objtool: the object, in place */
#define REPLAY_OBJECTS "@inputs" /* link: the script's object and the runtime's */
#define REPLAY_MOD "@mod"        /* link: the .mod.o of the right name */
#define REPLAY_OUTPUT "@output"
#define REPLAY_DIR "@dir/"       /* begins a path in the folder of the runtime objects */

struct replay {
	struct args cc;       /* the script: freestanding, only flags that make code; -o, input and -I to be added */
	struct args kernel_cc; /* code that includes kernel headers: all flags; likewise */
	struct args objtool;  /* n == 0: this kernel uses none */
	struct args link;
	struct args env;      /* "NAME=value" that the tools need */
	struct args provides; /* symbols a script may refer to */
	struct args files;    /* of the folder, each with its size: "runtime.o 12345" */
};

/*
 * The value of cmd_… or savedcmd_… in a .cmd file's text, as commands. Makes
 * use of no shell: a command that needs one (pipes, substitutions, tests) is
 * not understood. target (may be NULL) is what the command made, as recorded.
 * Returns the number of commands, or -1 with *why. Commands "true" and ":"
 * are left out.
 */
int replay_parse_cmd(const char *text, struct args *commands, int max, const char **target, const char **why);

/* Splits one shell command line into commands; as above. */
int replay_split(const char *line, struct args *commands, int max, const char **why);

/* Is argv[0] this tool, whatever its folder? */
bool replay_is_tool(const struct args *command, const char *tool);

/*
 * Makes the replay from the folder in which kbuild built sonde_template
 * (module_dir, where template.o is), run from build_dir. Links runtime.o and
 * puts it, the .mod.o and its like into out_dir. 0, or -1 with *why (tools'
 * text goes to log).
 */
int replay_make(struct replay *r, const char *build_dir, const char *module_dir, const char *out_dir, const char *log,
		const char **why);

/* Text with a checksum. 0 or -errno; -EINVAL: not a replay file, damaged, or the folder's files are not as recorded. */
int replay_save(const struct replay *r, const char *dir);
int replay_load(struct replay *r, const char *dir);

void args_add(struct args *a, const char *arg);
void args_end(struct args *a); /* a NULL behind the last, not counted */

#endif

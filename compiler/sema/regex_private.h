/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What regex_dfa.c and regex_tdfa.c share. */
#ifndef SONDE_SEMA_REGEX_PRIVATE_H
#define SONDE_SEMA_REGEX_PRIVATE_H

#include <stdlib.h>

#include "sema/regex.h"

enum { REGEX_TABLE_MAX = 100000 }; /* transitions of one pattern */

void regex_classes(struct regex *re, const struct regex_nfa *nfa);
unsigned regex_byte_of(const struct regex *re, unsigned class); /* one byte of the class */

/* regex_tdfa.c. false: too large. */
bool regex_tagged_tables(struct regex *re, const struct regex_nfa *nfa);

#endif

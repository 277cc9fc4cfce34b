/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of core/ that make text. */
#ifndef SONDE_CORE_ESCAPE_H
#define SONDE_CORE_ESCAPE_H

#include "abi.h"

/* One character as C would write it between quotes, into at most 4 bytes; returns how many. */
sd_uint sd_escape(unsigned char ch, char *buf);

#endif

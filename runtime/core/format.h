/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language's printf formats. Pure: the module's sprintf and the runner's
 * printf link the same code, so that both agree to the byte.
 */
#ifndef SONDE_CORE_FORMAT_H
#define SONDE_CORE_FORMAT_H

#include "abi.h"

enum sd_format_result {
	SD_FORMAT_OK,
	SD_FORMAT_CUT,     /* the text did not fit; what fits was written */
	SD_FORMAT_BAD,     /* unknown directive: nothing after it was written */
	SD_FORMAT_MISSING, /* fewer arguments, or of another type, than the format takes */
};

/*
 * Formats args by fmt into dst (cap bytes, no NUL is added). *used is the
 * number of bytes written. A width or precision beyond SD_FORMAT_WIDTH is
 * taken as SD_FORMAT_WIDTH. dst must not overlap the arguments.
 */
enum { SD_FORMAT_WIDTH = 1 << 20 };

enum sd_format_result sd_format(char *dst, sd_uint cap, struct sd_str fmt, const struct sd_value *args,
				unsigned int nargs, sd_uint *used);

#endif

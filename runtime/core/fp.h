/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between fp.c (arithmetic) and fp_text.c (decimal); the numbers are those of tapset/floatingpoint.stp. */
#ifndef SONDE_CORE_FP_H
#define SONDE_CORE_FP_H

#include "abi.h"

enum sd_fp {
	SD_FP_ADD, SD_FP_SUB, SD_FP_MUL, SD_FP_DIV, SD_FP_REM, SD_FP_SQRT, SD_FP_EQ, SD_FP_LT, SD_FP_LE, SD_FP_FROM_LONG, SD_FP_FROM_SINGLE
};

enum sd_fp_round { SD_FP_NEAR_EVEN, SD_FP_TO_ZERO, SD_FP_DOWN, SD_FP_UP, SD_FP_NEAR_AWAY, SD_FP_ODD = 6 };

sd_uint sd_fp_from_long(sd_int v);

#endif

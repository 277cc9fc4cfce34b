// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A script without probes, to complete the module that the runtime is built
 * in once per kernel. The object of a real script takes its place.
 */
#include "../abi.h"

const struct sd_script sd_script = {
	.abi = SD_ABI,
	.release = "",
	.version = "",
	.build_id = "",
	.meta = "",
};

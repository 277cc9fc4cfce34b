/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel has, as macros for the runtime's compat headers. Found in its
 * BTF and headers, never by version.
 */
#ifndef SONDE_DRIVER_FEATURES_H
#define SONDE_DRIVER_FEATURES_H

#include "base/buf.h"
#include "types/db.h"

/*
 * Reads features.def (text): lines FEATURE(NAME, kind, "symbol", arg), of kinds
 *	func          a function called symbol
 *	func_nparams  … with arg parameters
 *	struct        struct or union symbol
 *	member        "struct.member", also in anonymous parts and one level per further dot
 *	enumerator    an enumerator of any enum
 *	header_has    "path:token": the word token stands in that header of the build tree or its source tree
 *	export        exported to modules (Module.symvers)
 * and puts #define SONDE_HAVE_NAME 1 for each that holds. Other lines are
 * skipped. Without BTF those that need it do not hold. Returns 0, or the
 * number of the line that is not understood.
 */
unsigned features_write(struct kernel *k, const char *text, struct buf *out);

/* Is symbol exported by the kernel itself (not by a module)? symvers: the text of Module.symvers. */
bool features_exported(const char *symvers, const char *symbol);

#endif

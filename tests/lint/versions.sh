#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a kernel can do is found out by looking, never by its version; compat/ quotes the subject of the commit that
# changed a thing, and the version it came with.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
bad=0
# Scripts' embedded C may ask for it: embedded.h.
if grep -rnE 'LINUX_VERSION_CODE|KERNEL_VERSION|RHEL_RELEASE|linux/version\.h' runtime compiler tapset guest | grep -v '^runtime/embedded\.h:[0-9]*:#include <linux/version\.h>$'; then
	echo "no test of a kernel's version anywhere"
	bad=1
fi
for f in runtime/kern/compat/*.h; do
	tr '\n' ' ' <"$f" | grep -qE '"[a-z0-9/_, ]+: [^"]+"' || { echo "$f: which change of the kernel is this about?"; bad=1; }
done
exit $bad

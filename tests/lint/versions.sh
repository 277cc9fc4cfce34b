#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a kernel can do is found out by looking, never by its version; compat/ says in which commit a thing changed.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
bad=0
if grep -rnE 'LINUX_VERSION_CODE|KERNEL_VERSION|RHEL_RELEASE|linux/version\.h' runtime compiler tapset guest; then
	echo "no test of a kernel's version anywhere"
	bad=1
fi
for f in runtime/kern/compat/*.h; do
	grep -qE '\b[0-9a-f]{12}\b|[Cc]ommit|since [0-9]' "$f" || { echo "$f: which change of the kernel is this about?"; bad=1; }
done
exit $bad

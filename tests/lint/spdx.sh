#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every source file says its licence in its first three lines. Exempt: text that is compared byte by byte, scripts that are
# cases (a line more would move what they test), data.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
bad=0
while IFS= read -r f; do
	sed -n 1,3p "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || { echo "$f: no SPDX line"; bad=1; }
done < <(find bootstrap configure.ac Makefile.am .ci include flame compiler include runtime tapset guest tools tests doc examples -type f \
	! -name '*.err' ! -name '*.out' ! -name '*.in' ! -name '*.status' ! -name '*.md' ! -name '*.tsv' ! -name '*~' ! -path '*/.deps/*' \
	! -path 'tests/err/*.stp' ! -path 'tests/golden/*.stp' ! -path 'tests/lang/*' ! -path 'tests/vm/*/*' ! -path 'tests/fuzz/*/*')
exit $bad
